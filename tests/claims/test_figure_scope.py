"""What each count is told of, and whether it is a total: the nearest verb, "others", shares of a whole."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

PUBLISHED = datetime(2024, 3, 25, tzinfo=UTC)


def told(reader, text, title=""):
    read = reader.read(title=title, text=text, published_at=PUBLISHED)
    return sorted(f"{figure.measure} {figure.count.low} {figure.scope}" for figure in read)


@pytest.mark.parametrize(
    ("text", "claims"),
    [
        (
            "An earthquake kills at least 58 people and injures at least 310 others.",
            ["injured 310 total", "killed 58 total"],
        ),
        ("The blast killed nine people and 14 others were hurt.", ["injured 14 total", "killed 9 total"]),
        ("The crash killed three and injured ten.", ["injured 10 total", "killed 3 total"]),
        ("The fire killed nine people and 14 others suffered burns.", ["injured 14 total", "killed 9 total"]),
        (
            "The quake kills 20, injures hundreds and displaces 3,000.",
            ["displaced 3000 total", "injured 200 total", "killed 20 total"],
        ),
    ],
)
def test_a_count_belongs_to_the_nearest_verb_that_tells_of_it(figure_reader, text, claims):
    assert told(figure_reader, text) == claims


def test_a_participle_with_an_object_of_its_own_tells_nothing_of_the_noun_before(figure_reader):
    text = "The quake killed at least 20 people in the north, injured dozens and left 90 others missing."
    assert told(figure_reader, text) == ["injured 24 total", "killed 20 total", "missing 90 total"]


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        (
            "The shelling killed three people, among them a nurse, and 14 people were taken to hospital.",
            "injured 14 total",
        ),
        ("The shelling killed 30 people, including a nurse and two boys.", "killed 2 part"),
        ("The shelling killed 30 people, including a nurse, two boys, and three girls.", "killed 3 part"),
    ],
)
def test_a_list_of_who_is_included_ends_where_another_measure_begins(figure_reader, text, claim):
    assert claim in told(figure_reader, text)


def test_the_subject_of_a_verb_of_its_own_is_no_object_of_the_verb_before(figure_reader):
    assert told(figure_reader, "The flood killed 12 people and 30 others survived.") == ["killed 12 total"]


@pytest.mark.parametrize(
    ("text", "claims"),
    [
        (
            "The bomb killed 12 soldiers and 30 civilians.",
            ["killed 12 part", "killed 30 part", "killed 42 total"],
        ),
        (
            "Three soldiers and five civilians were killed.",
            ["killed 3 part", "killed 5 part", "killed 8 total"],
        ),
    ],
)
def test_joined_counts_without_a_verb_of_their_own_share_the_verb(figure_reader, text, claims):
    assert told(figure_reader, text) == claims


def test_a_noun_for_the_people_is_no_verb_of_their_own(figure_reader):
    assert "killed 30 total" in told(figure_reader, "The raid killed 12 gunmen and 30 hostages.")


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("The attack left 44 dead. The governor said that 81 others were hurt.", "injured 81 total"),
        ("A pilot died when his plane came down. Six others were taken to hospital.", "injured 6 total"),
        ("Nine people were hurt in the crash. Two others were injured when a wall fell.", "injured 2 part"),
        ("Gunmen killed five people at once and four others died later.", "killed 4 part"),
        ("Two others were injured.", "injured 2 total"),
        ("Two others died.", "killed 2 part"),
    ],
)
def test_others_are_a_total_after_another_measure_and_a_part_after_their_own(figure_reader, text, claim):
    assert claim in told(figure_reader, text)


@pytest.mark.parametrize(
    ("text", "claims"),
    [
        ("Of the dead, 30 bodies have been identified.", ["killed 30 part"]),
        ("The morgue said 30 bodies had been formally identified.", ["killed 30 part"]),
        ("Of those killed in the blast, 12 died in hospital.", ["killed 12 part"]),
        ("Of the 60 injured, 12 are in critical condition.", ["injured 12 part", "injured 60 total"]),
        ("Rescuers recovered 30 bodies.", ["killed 30 total"]),
        ("After the deaths of the victims, 20 people were injured in clashes.", ["injured 20 total"]),
    ],
)
def test_what_a_sentence_counts_of_the_dead_is_a_part(figure_reader, text, claims):
    assert told(figure_reader, text) == claims


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("Four of the nine women in custody have been charged.", "detained 4 part"),
        ("Three of the 12 arrested were charged.", "detained 3 part"),
        ("Twelve of the 43 people on board were killed.", "killed 12 total"),
        ("12 of the 43 on board died.", "killed 12 total"),
    ],
)
def test_a_share_of_the_same_measure_is_a_part_and_a_share_of_those_present_is_the_total(
    figure_reader, text, claim
):
    assert claim in told(figure_reader, text)


@pytest.mark.parametrize(
    "text",
    [
        "The toll reached 139. Two women died of burns on Monday, and both are counted in it.",
        "The toll reached 139. Seven children died in the stalls.",
        "The toll reached 139. Two died in hospital.",
        "At least 60 people were killed. Forty soldiers died near the gate.",
    ],
)
def test_a_total_of_fewer_people_behind_a_larger_total_is_a_part_of_it(figure_reader, text):
    totals = [claim for claim in told(figure_reader, text) if claim.endswith("total")]
    assert len(totals) == 1
    assert totals[0] in ("killed 139 total", "killed 60 total")


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("The toll reached 139. Earlier in the night the police had spoken of 40 deaths.", "killed 40 total"),
        ("The toll reached 139. At midnight at least nine people were dead.", "killed 9 total"),
        ("The toll reached 139. At midnight the death toll stood at 9.", "killed 9 total"),
        ("The mayor said 300 people were killed. The army said 12 people were killed.", "killed 12 total"),
        ("Two women were killed. The toll later rose to 12.", "killed 12 total"),
        ("Two women were killed. The toll later rose to 12.", "killed 2 total"),
        ("Forty soldiers were killed. Two women were injured.", "injured 2 total"),
        ("Forty soldiers were killed. Six civilians died too.", "killed 6 total"),
    ],
)
def test_an_earlier_toll_and_a_toll_of_other_people_stay_totals(figure_reader, text, claim):
    assert claim in told(figure_reader, text)
