from __future__ import annotations

import csv
import io
import json
import re
import warnings
from dataclasses import fields, is_dataclass, replace
from datetime import timedelta
from pathlib import Path
from time import perf_counter

import feedparser
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.write_site import write_site
from storage.store import open_store
from storydelta.claims import KINDS
from storydelta.digest.phrases import load_phrases
from storydelta.digest.statements import Teller
from storydelta.model import Reading, Revision, Stance
from storydelta.site import view
from storydelta.site.documents import differences, document_page, marked
from storydelta.site.names import document_file
from tests.digest.samples import START, STORY, blame, crocus_runs, figure, hours, reading
from tests.samples import exactly
from tests.site.pages import links, parse, publish, with_text

ROOT = Path(__file__).resolve().parents[2]
TELLER = Teller(phrases=load_phrases(), zone="UTC", now=START)
HOSTILE = "</script><script>alert(1)</script><img src=x onerror=a()>\x1b\u202e{{ 7 * 7 }}\"'&"


@pytest.fixture
def store(tmp_path):
    with open_store(f"sqlite:///{tmp_path / 'store.sqlite3'}", kinds=KINDS) as opened:
        yield opened


@pytest.fixture
def site(store, tmp_path):
    """Writes the site of one story, as often as it is called; gives what was written."""

    def write(story=STORY, **more):
        return write_site(store, [story], tmp_path / "site", **more)

    write.folder = tmp_path / "site"
    write.page = lambda path: (tmp_path / "site" / path).read_text("utf-8")
    return write


@pytest.fixture
def crocus(store, site):
    for readings in crocus_runs():
        publish(store, [with_text(reading) for reading in readings])
    site()
    return site


def html_pages(folder):
    return sorted(folder.rglob("*.html"))


def test_there_is_a_page_for_all_stories_for_the_story_each_edition_and_each_document(crocus):
    names = {path.relative_to(crocus.folder).as_posix() for path in html_pages(crocus.folder)}
    slug = "crocus-city-hall"
    editions = {f"{slug}/editions/0000{n}.html" for n in (1, 2, 3)}
    pages = {"index.html", f"{slug}/index.html", f"{slug}/search.html"}
    lists = {f"{slug}/editions/index.html", f"{slug}/documents/index.html"}
    assert editions | pages | lists <= names
    assert len([name for name in names if "/documents/" in name]) == 1 + 7


def test_every_page_is_valid_html_to_a_strict_parser(crocus):
    for path in html_pages(crocus.folder):
        parse(path.read_text())


def test_every_link_within_the_site_is_relative_and_leads_somewhere(crocus):
    for path in html_pages(crocus.folder):
        for link in links(path.read_text()):
            if link and not link.startswith(("http://", "https://")):
                assert not link.startswith("/")
                assert (path.parent / link).resolve().is_file(), (path, link)


def test_nothing_is_loaded_from_elsewhere_and_nothing_runs_but_the_search(crocus):
    for path in html_pages(crocus.folder):
        for element in parse(path.read_text()).iter():
            tag = element.tag.partition("}")[2]
            if tag in ("link", "script", "img"):
                source = element.get("src") or element.get("href") or ""
                assert "//" not in source
            if tag == "script":
                assert path.name == "search.html"
            assert not [name for name in element.attrib if name.startswith("on")]


def test_the_story_page_shows_figures_charts_voices_stances_and_the_timeline(crocus):
    page = crocus.page("crocus-city-hall/index.html")
    for words in (
        "Killed: 137",
        "<svg",
        "Investigative Committee",
        "Who says who did it",
        "editions/00003.html",
    ):
        assert words in page
    assert "Doctors at two hospitals" in page


def test_an_edition_tells_what_was_known_then_and_leads_to_its_neighbours(crocus):
    page = crocus.page("crocus-city-hall/editions/00002.html")
    assert "133 killed, up from 40" in page
    assert "137" not in page
    assert {"00001.html", "00003.html"} <= links(page)
    assert "as kept here" in page


def test_a_document_has_its_claims_marked(crocus):
    document = crocus_runs()[0][0].revision.document
    page = crocus.page(f"crocus-city-hall/{document_file(document)}")
    assert '<mark title="40 killed">dead at 40</mark>' in page


def test_the_second_time_nothing_is_written(crocus):
    again = crocus()
    assert again.paths == ()
    assert again.unchanged > 0


def test_after_a_new_edition_only_what_it_touches_is_written(crocus, store):
    before = {path: path.stat().st_mtime_ns for path in crocus.folder.rglob("*") if path.is_file()}
    later = reading(hours(80), "TASS", "Toll rises", figure(exactly(139), "139 died.", "139 died"))
    publish(store, [with_text(later)])
    written = set(crocus().paths)
    slug = "crocus-city-hall"
    assert {f"{slug}/editions/00003.html", f"{slug}/editions/00004.html", f"{slug}/index.html"} <= written
    assert f"{slug}/{document_file(later.revision.document)}" in written
    untouched = {path for path in before if path.name in ("00001.html", "00002.html", "style.css")}
    assert len(untouched) == 3
    assert {path: path.stat().st_mtime_ns for path in untouched} == {path: before[path] for path in untouched}


@pytest.mark.parametrize("damage", [b"", b"{}", b'{"mark": 1}', b"\xff"])
def test_a_damaged_record_makes_everything_anew(crocus, damage):
    (crocus.folder / "crocus-city-hall" / "made.json").write_bytes(damage)
    (crocus.folder / "crocus-city-hall" / "editions" / "00001.html").unlink()
    assert "crocus-city-hall/editions/00001.html" in crocus().paths


def test_another_title_or_another_template_makes_everything_anew(crocus, tmp_path):
    assert "crocus-city-hall/editions/00001.html" in crocus(STORY.model_copy(update={"title": "Hall"})).paths
    (tmp_path / "own" / "site").mkdir(parents=True)
    (tmp_path / "own" / "site" / "index.html.j2").write_text("mine: {{ stories | length }}")
    crocus(templates=tmp_path / "own")
    assert crocus.page("index.html") == "mine: 1"


def test_a_story_of_which_nothing_is_known_has_no_page(site):
    site()
    assert not (site.folder / STORY.slug).exists()
    assert "No story is known yet." in site.page("index.html")


def test_a_new_version_of_a_document_shows_what_differs(store, site):
    def version(count, hour):
        said = reading(
            hours(hour),
            "Courier",
            "Toll",
            figure(exactly(count), f"Some {count} died there.", str(count)),
            url="https://courier.example/toll",
        )
        return with_text(replace(said, revision=replace(said.revision, id=f"v{hour}")))  # fmt: skip

    publish(store, [version(10, 0)])
    publish(store, [version(12, 1)])
    site()
    page = site.page(f"{STORY.slug}/{document_file('https://courier.example/toll')}")
    assert "<del>10</del><ins>12</ins>" in page
    assert page.index("Version 2") < page.index("Version 1")


def test_what_hostile_pages_say_never_becomes_markup_script_or_a_file_name(store, site):
    claims = [
        figure(exactly(9), f"{HOSTILE} 9 died {HOSTILE}", "9 died", speaker=HOSTILE),
        blame(Stance.ASSERTS, HOSTILE, f"{HOSTILE} did it.", "did it", speaker=HOSTILE),
    ]
    bad = reading(hours(0), HOSTILE, HOSTILE, *claims, url="javascript:alert(1)//../../../x")
    publish(store, [with_text(bad)])
    site(STORY.model_copy(update={"title": HOSTILE}))
    for path in html_pages(site.folder):
        page = path.read_text()
        tags = [element.tag.partition("}")[2] for element in parse(page).iter()]
        assert tags.count("img") == 0
        assert tags.count("script") == (2 if path.name == "search.html" else 0)
        assert "\x1b" not in page
        assert "\u202e" not in page
        assert not [link for link in links(page) if link.startswith("javascript")]
    files = [path.relative_to(site.folder).as_posix() for path in site.folder.rglob("*") if path.is_file()]
    assert [name for name in files if not re.fullmatch(r"[a-z0-9/-]+\.[a-z]+", name)] == []
    json.loads(re.search(r'id="index">(.*?)</script>', site.page(f"{STORY.slug}/search.html"))[1])


def test_the_search_finds_in_a_list_that_is_there_without_script(crocus):
    page = crocus.page("crocus-city-hall/search.html")
    entries = json.loads(re.search(r'id="index">(.*?)</script>', page)[1])
    assert {path for path, *_ in entries} <= links(page)
    assert any("137 killed" in " ".join(entry) for entry in entries)


def test_atom_and_json_feed_tell_each_edition_once_under_an_id_that_stays(crocus):
    folder = crocus.folder / "crocus-city-hall"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # feedparser's own
        feed = feedparser.parse((folder / "feed.atom").read_bytes())
    assert not feed.bozo
    assert (feed.version, feed.feed.title) == ("atom10", "Crocus City Hall attack")
    assert feed.entries[0].title == "137 killed, up from 133"
    told = json.loads((folder / "feed.json").read_text())
    assert told["version"] == "https://jsonfeed.org/version/1.1"
    assert [item["id"] for item in told["items"]] == [entry.id for entry in feed.entries]
    assert [item for item in told["items"] if "url" in item] == []
    assert {"home_page_url", "feed_url"} & set(told) == set()
    assert all((folder / entry.link).is_file() for entry in feed.entries)


def test_with_an_address_feeds_have_whole_links(crocus):
    crocus(address="https://news.example/watch/")
    folder = crocus.folder / "crocus-city-hall"
    (first, *_) = json.loads((folder / "feed.json").read_text())["items"]
    assert first["url"] == "https://news.example/watch/crocus-city-hall/editions/00003.html"
    assert (
        'href="https://news.example/watch/crocus-city-hall/feed.atom"' in (folder / "feed.atom").read_text()
    )


def test_the_figures_are_tables_that_agree(crocus):
    folder = crocus.folder / "crocus-city-hall"
    rows = json.loads((folder / "figures.json").read_text())
    killed = [(row["low"], row["change"]) for row in rows if row["measure"] == "killed"]
    assert killed[:2] == [(40, "first"), (133, "raised")]
    table = list(csv.DictReader(io.StringIO((folder / "figures.csv").read_text())))
    assert [row["low"] for row in table] == [str(row["low"] or "") for row in rows]
    assert {row["alert"] for row in table} <= {"true", "false"}


def test_no_name_becomes_a_formula_in_a_spreadsheet(store, site):
    said = figure(exactly(9), "9 died", "9 died", speaker="=HYPERLINK(1)")
    publish(store, [with_text(reading(hours(0), "TASS", "Nine", said))])
    site()
    (row,) = csv.DictReader(io.StringIO(site.page(f"{STORY.slug}/figures.csv")))
    assert row["voice"] == "'=HYPERLINK(1)"


def test_claims_that_overlap_are_marked_once_with_both_their_words():
    text = "At least 9 people died and the rebels did it."
    one = figure(exactly(9), text, "9 people died")
    one = replace(one, evidence=replace(one.evidence, start=0, end=len(text), focus=(9, 22)))
    two = blame(Stance.ASSERTS, "the rebels", text, "the rebels did it")
    two = replace(two, evidence=replace(two.evidence, start=0, end=len(text), focus=(16, 44)))
    pieces = list(marked(text, [one, two], TELLER.phrases))
    assert "".join(piece.text for piece in pieces) == text
    assert [(piece.text, piece.says.count(";")) for piece in pieces if piece.says] == [
        ("9 peopl", 0),
        ("e died", 1),
        (" and the rebels did it", 0),
    ]


def test_differences_put_together_give_either_text():
    before, after = "Ten died.\n\nThe rebels did it.", "Twelve died, police say.\n\nThe rebels did it."
    parts = list(differences(before, after))
    assert "".join(part.text for part in parts if part.kind != "new") == before
    assert "".join(part.text for part in parts if part.kind != "gone") == after


def test_very_long_texts_are_compared_soon():
    text = "\n".join(f"line {n} of many words that go on and on" for n in range(3000))
    parts = list(differences(text, text.replace("line 1500 ", "row 1500 ")))
    assert [(part.kind, part.text) for part in parts[1:3]] == [("gone", "line"), ("new", "row")]


def test_a_page_that_repeats_itself_without_end_costs_no_time():
    before, after = "the " * 50_000, "the a " * 50_000
    began = perf_counter()
    parts = list(differences(before, after))
    assert perf_counter() - began < 2
    assert "".join(part.text for part in parts if part.kind == "new").strip() == after.strip()


@given(*[st.text(alphabet="ab .\n", max_size=60)] * 2)
def test_differences_lose_no_word_of_either_text(before, after):
    parts = list(differences(before, after))
    for text, other in ((before, "new"), (after, "gone")):
        assert "".join("".join(p.text.split()) for p in parts if p.kind != other) == "".join(text.split())


def test_offsets_beyond_the_text_mark_nothing():
    claim = figure(exactly(9), "9 died", "9 died")
    revision = Revision(id="r", document="d", title="", text="short", publisher=None, published_at=START, seen_at=START + timedelta(1))  # fmt: skip
    (version,) = document_page([Reading(revision=revision, claims=(claim,))], STORY, TELLER).versions
    assert [[piece.says for piece in paragraph] for paragraph in version.paragraphs] == [[""]]


def test_a_document_names_who_wrote_it_where_that_is_stated():
    revision = Revision(
        id="r", document="d", title="", text="short", publisher=None, author="Ann\x1b Lee", published_at=START,
        seen_at=START,
    )  # fmt: skip
    assert document_page([Reading(revision=revision, claims=())], STORY, TELLER).author == "Ann Lee"
    nobody = Reading(revision=replace(revision, author=None), claims=())
    assert document_page([nobody], STORY, TELLER).author == ""


def test_a_text_that_is_not_read_for_its_language_says_so(store, site):
    german = reading(hours(0), "Kurier", "Elf Tote nach dem Hochwasser", url="https://kurier.example/elf")
    text = "Nach dem Hochwasser sind elf Menschen tot, wie die Feuerwehr am Abend mitteilte."
    english = reading(hours(0), "Courier", "Toll", figure(exactly(9), "Some 9 died.", "9"))
    publish(store, [replace(german, revision=replace(german.revision, text=text)), with_text(english)])
    site()

    page = site.page(f"{STORY.slug}/{document_file('https://kurier.example/elf')}")
    assert "The text is in German; only English is read." in page
    assert "only English" not in site.page(f"{STORY.slug}/{document_file(english.revision.document)}")


def test_each_value_of_the_context_is_documented_with_exactly_its_fields():
    found = {}
    for section in re.split(r"^### ", (ROOT / "docs/site.md").read_text(), flags=re.MULTILINE)[1:]:
        heading, _, body = section.partition("\n")
        heads = re.findall(r"^- ((?:`\w+`(?:, )?)+):", body, flags=re.MULTILINE)
        found[heading] = sorted(name for head in heads for name in re.findall(r"`(\w+)`", head))
    assert found == {
        name: sorted(field.name for field in fields(value))
        for name, value in vars(view).items()
        if is_dataclass(value) and value.__module__ == view.__name__
    }


def test_each_template_is_documented():
    documented = (ROOT / "docs/site.md").read_text()
    names = [path.name for path in (ROOT / "templates/site").iterdir()]
    assert [name for name in names if f"`{name}`" not in documented] == []


def test_a_chart_begins_with_what_was_said_before_the_story_was_watched(store, site):
    said = [
        reading(
            hours(n), f"Paper {n}", f"Toll {n}", figure(exactly(count), f"Some {count} died.", str(count))
        )
        for n, count in ((1, 40), (9, 60), (20, 93))
    ]
    publish(store, said)
    site()

    page = site.page(f"{STORY.slug}/index.html")
    (told,) = re.findall(r'aria-label="[^"]*, (Killed: [^"]*)"', page)
    assert re.findall(r": ([0-9]+) \(", told) == ["40", "60", "93"]
