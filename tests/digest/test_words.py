from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from storydelta.digest import describe, say
from storydelta.digest.phrases import load_phrases
from storydelta.lexicon import load
from storydelta.model import Change, ChangeKind, Measure, Name, Qualifier, Range, Stance, Statement, Subject
from tests.digest.samples import evidence
from tests.samples import at_least, exactly

AT = datetime(2024, 3, 24, 8, 10, tzinfo=UTC)
RUSSIA = Name(written="Russia", id="russia")
IS = Name(written="the Islamic State", id="islamic_state")


def count(low, high, qualifier):
    return Range(low=low, high=high, qualifier=qualifier)


def statement(value, *, voice="Investigative Committee", voice_id=None, publisher="TASS", at=AT):
    return Statement(
        voice=Name(written=voice, id=voice_id or voice.lower()), value=value, said_at=at, seen_at=at,
        document="https://a.example/1", revision="1", title="Toll rises", publisher=publisher,
        evidence=evidence("They say 137 died.", "137 died"), rule="r",
    )  # fmt: skip


def figure_change(kind, before, after, *causes):
    return Change(
        subject=Subject(kind="figure", measure=Measure.KILLED), change=kind, before=before, after=after,
        causes=causes, at=AT, rule="newest_leads",
    )  # fmt: skip


def stance_change(kind, before, after, *causes, speaker=RUSSIA, actor=IS):
    return Change(
        subject=Subject(kind="responsibility", speaker=speaker, actor=actor), change=kind, before=before, after=after,
        causes=causes or (statement(after, voice=speaker.written, voice_id=speaker.id),), at=AT, rule="latest_word",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (exactly(137), "137"),
        (exactly(1200), "1,200"),
        (exactly(0), "none"),
        (at_least(60), "at least 60"),
        (count(1300, None, Qualifier.MORE_THAN), "more than 1,300"),
        (count(140, 140, Qualifier.ABOUT), "about 140"),
        (count(140, 140, Qualifier.NEARLY), "nearly 140"),
        (count(0, 60, Qualifier.UP_TO), "up to 60"),
        (count(0, 60, Qualifier.FEWER_THAN), "fewer than 60"),
        (count(40, 50, Qualifier.RANGE), "40–50"),
        (count(40, None, Qualifier.RANGE), "40 or more"),
        (count(24, 99, Qualifier.VAGUE), "dozens"),
        (count(200, 999, Qualifier.VAGUE), "hundreds"),
        (count(25, 98, Qualifier.VAGUE), "some 25–98"),
        (count(1000, None, Qualifier.VAGUE), "1,000 or more"),
        (Stance.DOUBTS, "doubts"),
        ("a word of a later kind", "a word of a later kind"),
    ],
)
def test_values_are_said_as_people_write_them(value, words):
    assert say(value) == words


def test_every_vague_count_that_is_read_is_said_with_a_word():
    ranges = {tuple(bounds) for bounds in load("quantity")["vague"].values()}

    assert ranges - {entry.range for entry in load_phrases().vague} == set()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            figure_change(ChangeKind.RAISED, exactly(133), exactly(137), statement(exactly(137))),
            "Killed: 133 → 137 (Investigative Committee, via TASS, 24 Mar 08:10)",
        ),
        (
            figure_change(ChangeKind.FIRST, None, exactly(0), statement(exactly(0), voice="TASS")),
            "Killed: none (TASS, 24 Mar 08:10)",
        ),
        (
            figure_change(ChangeKind.REQUALIFIED, at_least(60), exactly(60), statement(exactly(60), publisher=None)),
            "Killed: at least 60 → 60 (Investigative Committee, 24 Mar 08:10)",
        ),
        (
            figure_change(
                ChangeKind.DISPUTED, exactly(137), exactly(137), statement(exactly(137)),
                statement(exactly(120), voice="Doctors"),
            ),
            "Killed: 137, against 120 (Investigative Committee, via TASS, 24 Mar 08:10)",
        ),
        (
            figure_change(ChangeKind.WITHDRAWN, exactly(137), None, statement(exactly(137))),
            "Killed: 137, withdrawn (Investigative Committee, via TASS, 24 Mar 08:10)",
        ),
        (figure_change(ChangeKind.RESOLVED, exactly(1), exactly(1)), "Killed: 1, no longer disputed"),
        (stance_change(ChangeKind.FIRST, None, Stance.DOUBTS), "Russia doubts that the Islamic State did it"),
        (
            stance_change(ChangeKind.STANCE_CHANGED, Stance.ASSERTS, Stance.DOUBTS),
            "Russia now doubts that the Islamic State did it",
        ),
        (
            stance_change(ChangeKind.WITHDRAWN, Stance.SUSPECTS, None, statement(Stance.SUSPECTS, voice="Russia")),
            "Russia no longer suspects that the Islamic State did it",
        ),
        (
            stance_change(ChangeKind.FIRST, None, Stance.CLAIMS, speaker=IS),
            "The Islamic State claims responsibility",
        ),
        (stance_change(ChangeKind.FIRST, None, Stance.DENIES, actor=RUSSIA), "Russia denies responsibility"),
        (
            stance_change(
                ChangeKind.DISPUTED, Stance.DOUBTS, Stance.DOUBTS, statement(Stance.DOUBTS, voice="Russia", voice_id="russia"),
                statement(Stance.ASSERTS, voice="the United States", voice_id="us"),
            ),
            "Disputed: Russia doubts that the Islamic State did it; the United States says that the Islamic State did it",
        ),
    ],
)  # fmt: skip
def test_changes_are_described_in_one_line(change, words):
    assert describe(change) == words


@pytest.mark.parametrize(
    ("rule", "words"),
    [("confirmed", "Killed: 60, confirmed"), ("stood_alone", "Killed: 60, by a single document")],
)
def test_what_made_a_figure_firm_is_said(rule, words):
    change = replace(figure_change(ChangeKind.RESOLVED, exactly(60), exactly(60)), rule=rule)
    assert describe(change) == words


def test_times_are_in_the_zone_that_is_asked_for():
    change = figure_change(ChangeKind.RAISED, exactly(133), exactly(137), statement(exactly(137)))

    assert describe(change, zone="Europe/Moscow").endswith("24 Mar 11:10)")


def test_a_change_that_is_found_in_another_year_tells_the_year():
    change = figure_change(ChangeKind.RAISED, exactly(133), exactly(137), statement(exactly(137)))
    later = replace(change, at=datetime(2026, 1, 2, tzinfo=UTC))

    assert describe(later).endswith("via TASS, 24 Mar 2024 08:10)")


def test_a_date_alone_has_no_time():
    day = replace(statement(exactly(137)), said_at=datetime(2024, 3, 24, tzinfo=UTC))

    assert describe(figure_change(ChangeKind.FIRST, None, exactly(137), day)).endswith(", 24 Mar)")


@pytest.mark.parametrize(
    ("speaker", "verb"),
    [
        ("Russian officials", "say"),
        ("officials in Moscow", "say"),
        ("the police", "say"),
        ("the United States", "says"),
        ("Reuters", "says"),
        ("the head of the rebels", "says"),
    ],
)
def test_a_verb_agrees_with_its_speaker(speaker, verb):
    change = stance_change(
        ChangeKind.FIRST, None, Stance.ASSERTS, speaker=Name(written=speaker, id="somebody")
    )  # fmt: skip

    assert f" {verb} that the Islamic State did it" in describe(change)


@pytest.mark.parametrize(
    ("speaker", "actor", "words"),
    [
        ("US", "ISIS", "The US says that ISIS did it"),
        ("U.S.", "Islamic State", "The U.S. says that the Islamic State did it"),
        ("Ann Lee, head of the agency.", "ISIS", "Ann Lee, head of the agency, says that ISIS did it"),
        ("John Doe Jr.", "ISIS", "John Doe Jr. says that ISIS did it"),
        ("Reuters", "the Taliban", "Reuters says that the Taliban did it"),
    ],
)
def test_names_stand_in_a_sentence_as_its_grammar_wants(speaker, actor, words):
    change = stance_change(
        ChangeKind.FIRST,
        None,
        Stance.ASSERTS,
        speaker=Name(written=speaker, id="a"),
        actor=Name(written=actor, id="b"),
    )

    assert describe(change) == words


def test_a_name_written_from_right_to_left_does_not_turn_the_sentence_around():
    change = stance_change(
        ChangeKind.FIRST, None, Stance.ASSERTS, speaker=Name(written="حكومة غزة", id="gaza")
    )

    assert describe(change).startswith("\u2068حكومة غزة\u2069 says")
