import json
import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storydelta.errors import StoryError
from storydelta.stories import find_complaints, find_story, load_story, parse_story
from storydelta.story_problem import explain

GOOD = """\
title = "Bridge collapse"

[[sources]]
kind = "folder"
path = "inbox"

[alerts]
interval = "30 min"
"""


def test_a_story_file_gives_its_story_with_the_file_name_as_slug(tmp_path):
    path = tmp_path / "bridge-collapse.toml"
    path.write_text(GOOD)
    story = load_story(path)
    assert (story.slug, story.title, story.folder) == ("bridge-collapse", "Bridge collapse", tmp_path)
    assert story.sources[0].options == {"path": "inbox"}
    assert story.alerts.interval.total_seconds() == 1800


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("title", "titel", "line 1: titel: unknown key; did you mean 'title'?"),
        ('"folder"', '"foldr"', "line 4: sources[1].kind: 'foldr' is not a kind of source; did you mean 'folder'?"),
        ("path", "pth", "line 5: sources[1].pth: unknown key; did you mean 'path'?"),
        ('path = "inbox"', "", 'line 3: sources[1].path: missing; add path = "…"'),
        ("interval", "intervall", "line 8: alerts.intervall: unknown key; did you mean 'interval'?"),
        ('"30 min"', '"soon"', "line 8: alerts.interval: 'soon' is not a length of time; write interval = \"30 min\""),
        ('interval = "30 min"', 'mute = ["raisd"]', "line 8: alerts.mute[1]: 'raisd' is not known here; did you mean 'raised'?"),
        ('interval = "30 min"', 'ignore = "TASS"', 'line 8: alerts.ignore: \'TASS\' is not a list; write ignore = ["TASS"]'),
        ('interval = "30 min"', "thresholds.killd.by = 3", "did you mean 'killed'?"),
        ('title = "Bridge collapse"', 'title = "x"\nslug = "y"', "line 2: slug: is not written in the file"),
        ('title = "Bridge collapse"', "title = Bridge", "not TOML: Invalid value (at line 1, column 9)"),
        ('title = "Bridge collapse"', 'title = "x"\ntimezone = "Moscow"', "line 2: timezone: 'Moscow' is not a time zone"),
        ('title = "Bridge collapse"', 'title = "x"\ncron = "0 25 * * *"', "line 2: cron: '25' is not an hour (0 to 23)"),
        ('title = "Bridge collapse"', 'title = "x"\nevery = "0 min"', "line 2: every: no story is run more often than every 10 s"),
        ('title = "Bridge collapse"', 'title = "x"\nevery = "1 h"\ncron = "0 9 * * *"', "cron and every are both given: leave one of them out"),
        ('title = "Bridge collapse"', 'title = "x"\nadaptive = { fastest = "1 h", slowest = "5 min" }', "line 2: adaptive: the fastest pace is slower"),
        ('title = "Bridge collapse"', 'title = "x"\nadaptive = { fastest = "1 h" }', "line 2: adaptive.slowest: missing"),
        ("[alerts]", '[belongs]\nsince = "2024-03-02"\nuntil = "2024-03-01"\n[alerts]', "belongs.since is not before belongs.until"),
    ],
)  # fmt: skip
def test_an_error_names_file_line_key_what_was_found_and_what_would_be_right(old, new, said):
    with pytest.raises(StoryError) as problem:
        parse_story(GOOD.replace(old, new, 1), "bridge", "stories/bridge.toml")
    message = str(problem.value)
    assert message.startswith("stories/bridge.toml")
    assert said in message
    assert message.count("\n") <= 1


CHANNEL = '[[channels]]\nkind = "file"\nto = ["digests"]\n'


@pytest.mark.parametrize(
    ("added", "said"),
    [
        ('[[sources]]\nkind = "folder"\npath = "inbox"\nname = "Again"', "line 10: sources[2]: the same folder 'folder:inbox' as sources[1]"),
        (CHANNEL + CHANNEL, "line 15: channels[2].to[1]: the same file 'digests' as channels[1]"),
        (CHANNEL.replace('"file"', '"fax"'), "line 11: channels[1].kind: 'fax' is not a kind of channel; known are file"),
        (CHANNEL.replace('"digests"', '" "'), "line 12: channels[1].to[1]: ' ' is not a folder"),
        (CHANNEL.replace("to", "too"), "line 12: channels[1].too: unknown key; did you mean 'to'?"),
        (CHANNEL + "idnex = false", "line 13: channels[1].idnex: unknown key; did you mean 'index'?"),
        (CHANNEL + 'index = "no thanks"', "line 13: channels[1].index: 'no thanks' is not true or false"),
    ],
)  # fmt: skip
def test_sources_and_channels_are_checked_by_their_kinds(added, said):
    with pytest.raises(StoryError) as problem:
        parse_story(GOOD + "\n" + added, "bridge", "bridge.toml")
    assert said in str(problem.value)


def test_a_date_in_a_story_file_is_midnight_utc_and_one_that_is_written_plainly_works_too():
    for written in ('"2024-03-22"', "2024-03-22", "2024-03-22T03:00:00+03:00"):
        story = parse_story(f"{GOOD}[belongs]\nsince = {written}\n", "bridge", "bridge.toml")
        assert story.belongs.since == datetime(2024, 3, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "minutes"), [("90 s", 1.5), ("45m", 45), ("2 hours", 120), ("1 day", 1440), ("PT30M", 30)]
)
def test_lengths_of_time_can_be_written_as_people_write_them(written, minutes):
    story = parse_story(GOOD.replace("30 min", written), "bridge", "bridge.toml")
    assert story.alerts.interval == timedelta(minutes=minutes)


def test_a_story_is_found_by_slug_in_the_first_folder_that_has_it_or_by_path(tmp_path):
    for name, title in (("own", "Mine"), ("shipped", "Theirs")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "bridge.toml").write_text(GOOD.replace("Bridge collapse", title))
    folders = [tmp_path / "own", tmp_path / "absent", tmp_path / "shipped"]
    assert find_story("bridge", folders).title == "Mine"
    assert find_story(str(tmp_path / "shipped" / "bridge.toml"), folders).title == "Theirs"


def test_an_unknown_story_is_answered_with_those_that_are_known_and_a_close_match(tmp_path):
    (tmp_path / "bridge-collapse.toml").write_text(GOOD)
    with pytest.raises(StoryError, match="did you mean 'bridge-collapse'") as problem:
        find_story("bridge-colapse", [tmp_path])
    assert "Known: bridge-collapse" in str(problem.value)
    with pytest.raises(StoryError, match="no story files in"):
        find_story("bridge", [tmp_path / "nowhere"])
    with pytest.raises(StoryError, match="no such story file"):
        find_story(str(Path("stories/none.toml")), [tmp_path])


def test_what_cannot_be_read_as_a_story_file_is_said_in_a_line(tmp_path):
    (tmp_path / "latin.toml").write_bytes(b'title = "ok"\n# caf\xe9\n')
    with pytest.raises(StoryError, match="line 2: not UTF-8"):
        load_story(tmp_path / "latin.toml")
    with pytest.raises(StoryError, match="cannot be read"):
        load_story(tmp_path)
    (tmp_path / "Bad Name.toml").write_text(GOOD)
    with pytest.raises(StoryError, match="'Bad Name' is to identify the story"):
        load_story(tmp_path / "Bad Name.toml")


TABLE = tomllib.loads(GOOD + CHANNEL)
PLACES = [("title",), ("sources",), ("sources", 0), ("sources", 0, "kind"), ("sources", 0, "path"), ("channels", 0, "to"),
          ("channels", 0, "kind"), ("alerts",), ("alerts", "interval"), ("alerts", "mute"), ("alerts", "quiet"),
          ("alerts", "thresholds"), ("alerts", "only"), ("belongs",), ("names",), ("timezone",), ("x\ny",)]  # fmt: skip
VALUES = st.recursive(
    st.integers() | st.floats() | st.booleans() | st.text(max_size=8) | st.dates() | st.times() | st.datetimes(),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["kind", "to", "by", "x"]), inner, max_size=2),
    max_leaves=4,
)  # fmt: skip


def with_value(table, place, value):
    copy = json.loads(json.dumps(table))
    copy.setdefault("alerts", {})
    inner = copy
    for part in place[:-1]:
        inner = inner[part]
    inner[place[-1]] = value
    return copy


@given(st.sampled_from(PLACES), VALUES)
def test_any_value_anywhere_gives_a_story_or_complaints_in_words(place, value):
    complaints = find_complaints(with_value(TABLE, place, value), "bridge", Path())
    for complaint in complaints:
        words = explain(complaint)
        assert "Input should" not in words
        assert "\n" not in words
        assert len(words) < 500


@given(st.text(max_size=80))
def test_any_text_gives_a_story_or_an_error_in_words(text):
    with pytest.raises(StoryError):
        parse_story(text, "bridge", "bridge.toml")
