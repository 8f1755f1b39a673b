from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from storydelta.digest import build_digest
from storydelta.digest.moments import moment
from storydelta.digest.phrases import load_phrases
from storydelta.model import ChangeKind, Edition, Ledger, Measure, Stance, Verdict
from storydelta.render import render
from tests.digest.samples import (
    START,
    STORY,
    blame,
    crocus_digest,
    crocus_runs,
    digest_of,
    figure,
    hours,
    reading,
    run,
)
from tests.samples import exactly


def test_the_headline_is_the_weightiest_change_and_the_deck_one_of_another_sort():
    digest = crocus_digest()

    assert digest.headline == "137 killed, up from 133"
    assert digest.deck == "Russia doubts that the Islamic State did it"


def test_changes_come_in_order_of_weight():
    assert [(card.kind, card.subject) for card in crocus_digest().changes] == [
        (ChangeKind.RAISED, "Killed"),
        (ChangeKind.DISPUTED, "Killed"),
        (ChangeKind.FIRST, "the Islamic State"),
        (ChangeKind.FIRST, "Ukraine"),
        (ChangeKind.DISPUTED, "the Islamic State"),
        (ChangeKind.RAISED, "Injured"),
    ]


def test_a_card_says_who_since_when_where_and_by_which_rule():
    card = crocus_digest().changes[0]
    word = card.causes[0]

    assert (card.before, card.after, card.label, card.sign) == ("133", "137", "Raised", "▲")
    assert (word.voice, word.via, word.says) == ("the Investigative Committee", "TASS", "137")
    assert word.proof.lead_in + word.proof.marked + word.proof.lead_out == (
        "Investigators say that 137 people, three of them children, were killed in the attack on the concert hall."
    )
    assert word.proof.marked == "137 people, three of them children, were killed"
    assert word.proof.link_to_sentence.startswith(f"{word.proof.link}#:~:text=Investigators%20say")
    assert (word.since.plain, word.since.utc) == ("24 Mar 2024, 11:12 MSK", "08:12 UTC")
    assert card.sent_by
    assert card.reason


def test_a_dispute_shows_both_sides():
    card = crocus_digest().changes[1]

    assert [(word.voice, word.says) for word in card.causes] == [
        ("the Investigative Committee", "137"),
        ("Doctors at two hospitals", "120"),
    ]
    assert [word.contradicts for word in card.causes] == [False, True]


def test_a_figure_of_a_document_without_a_publisher_is_marked_in_page_and_text():
    claim = figure(exactly(60), "The note counts 60 dead.", "60 dead")
    note = replace(reading(hours(0), "x", "Note", claim).revision, publisher=None, document="notes/a.txt")
    digest = digest_of([[replace(reading(hours(0), "x", "Note", claim), revision=note)]])

    assert not digest.figures[0].confirmed
    message = render(digest)
    assert "not confirmed yet" in message.html
    assert "not confirmed yet" in " ".join(message.text.split())
    assert "not confirmed yet" not in render(crocus_digest()).html


def test_a_figure_stands_with_its_voices_and_their_spread():
    killed, injured = crocus_digest().figures

    assert (killed.value, killed.spread, killed.disputed_by) == (
        "137",
        "40–137",
        ("Doctors at two hospitals",),
    )
    assert [(w.voice, w.says, w.leads, w.contradicts) for w in killed.words] == [
        ("Doctors at two hospitals", "120", False, True),
        ("the Investigative Committee", "137", True, False),
        ("the FSB", "40", False, False),
    ]
    assert injured.label == "Injured"


def test_the_matrix_has_each_speakers_latest_stance_on_each_actor():
    (matrix,) = crocus_digest().matrices
    stances = {
        (row.speaker, actor): cell.stance
        for row in matrix.rows
        for actor, cell in zip(matrix.actors, row.cells, strict=True)
        if cell
    }

    assert stances == {
        ("Islamic State", "the Islamic State"): Stance.CLAIMS,
        ("the United States", "the Islamic State"): Stance.ASSERTS,
        ("Russia", "the Islamic State"): Stance.DOUBTS,
        ("Russia", "Ukraine"): Stance.SUSPECTS,
        ("Ukraine", "Ukraine"): Stance.DENIES,
    }


def test_forty_speakers_by_twelve_actors_become_three_matrices_that_fit_a_page():
    claims = [
        blame(
            Stance.ASSERTS,
            f"Group {actor}",
            f"Speaker {n} blamed Group {actor}.",
            "blamed",
            speaker=f"Speaker {n}",
        )
        for actor in range(12)
        for n in range(40)
        if (actor + n) % 2
    ]

    matrices = digest_of([[reading(hours(0), "TASS", "Many", *claims)]]).matrices

    assert [len(matrix.actors) for matrix in matrices] == [5, 5, 2]
    assert sum(cell is not None for m in matrices for row in m.rows for cell in row.cells) == len(claims)


def test_what_is_in_dispute_is_listed_with_its_sides():
    figures, actor = crocus_digest().disputes

    assert figures.words == "Killed: 137, disputed by Doctors at two hospitals"
    assert [word.voice for word in actor.against] == ["Russia"]
    assert {word.voice for word in actor.held} == {"Islamic State", "the United States"}


def test_a_chart_shows_what_would_have_been_held_after_each_statement():
    killed, _ = crocus_digest().charts

    assert [(step.label, step.voice) for step in killed.steps] == [
        ("40", "the FSB"),
        ("133", "the Investigative Committee"),
        ("137", "the Investigative Committee"),
    ]
    assert killed.steps[-1].labelled
    assert "22 Mar 22:30: 40 (the FSB)" in killed.summary
    assert all(0 <= step.x <= step.until_x <= killed.width for step in killed.steps)
    assert all(0 <= step.high_y <= step.y <= step.low_y <= killed.base_y for step in killed.steps)


def test_a_long_quiet_does_not_squeeze_what_moved_before_it():
    ledger, verdicts = run(Ledger(), [r for readings in crocus_runs() for r in readings], hours(62))
    edition = Edition(story=STORY.slug, number=1, made_at=hours(62), ledger=ledger, verdicts=verdicts)

    digest = build_digest(STORY, edition=edition, verdicts=(), ledger=ledger, now=hours(62 + 365 * 24))

    killed = digest.charts[0]
    assert killed.steps[-1].x > killed.width / 2
    assert killed.end.at < hours(24 * 7)


def test_a_history_that_is_given_is_drawn_instead():
    past = [(hours(0), Measure.MISSING, exactly(9), "A"), (hours(2), Measure.MISSING, exactly(3), "B")]

    (chart,) = crocus_digest(history=past).charts

    assert chart.measure is Measure.MISSING


def test_a_story_of_which_nothing_is_known_gives_a_digest_that_says_so():
    edition = Edition(story=STORY.slug, number=0, made_at=START, ledger=Ledger(), verdicts=())

    digest = build_digest(STORY, edition=edition, verdicts=(), ledger=Ledger(), now=START)

    assert digest.headline == "Nothing changed"
    assert (digest.deck, digest.changes, digest.figures, digest.matrices, digest.charts) == (
        "",
        (),
        (),
        (),
        (),
    )


def test_verdicts_that_do_not_alert_come_last_whatever_their_weight():
    edition = Edition(story=STORY.slug, number=1, made_at=START, ledger=Ledger(), verdicts=())
    killed, injured = (
        change_by(figure(exactly(n), f"{n} of them.", f"{n}", measure=measure))
        for n, measure in ((5, Measure.KILLED), (9, Measure.INJURED))
    )
    verdicts = [
        Verdict(change=killed, alert=False, rule="below_threshold", reason="Too little."),
        Verdict(change=injured, alert=True, rule="moved", reason="Moved."),
    ]

    digest = build_digest(STORY, edition=edition, verdicts=verdicts, ledger=Ledger(), now=START)

    assert digest.headline == "9 injured"


def change_by(claim):
    _, (verdict,) = run(Ledger(), [reading(hours(0), "TASS", "One", claim)], hours(1))
    return verdict.change


def test_a_long_sentence_is_cut_around_what_it_tells():
    sentence = "and so on " * 60 + "137 people died " + "and so on " * 60
    digest = digest_of(
        [[reading(hours(0), "TASS", "Long", figure(exactly(137), sentence, "137 people died"))]]
    )
    proof = digest.changes[0].causes[0].proof

    assert proof.marked == "137 people died"
    assert proof.lead_in.startswith("…")
    assert proof.lead_out.endswith("…")
    assert len(proof.lead_in) < 310
    assert len(proof.lead_out) < 310


def test_an_offset_that_points_nowhere_marks_nothing_and_breaks_nothing():
    claim = figure(exactly(137), "137 people died.", "137")
    claim = replace(claim, evidence=replace(claim.evidence, focus=(9000, 9001)))

    proof = digest_of([[reading(hours(0), "TASS", "Odd", claim)]]).changes[0].causes[0].proof

    assert (proof.lead_in, proof.marked, proof.lead_out) == ("137 people died.", "", "")


def test_times_are_told_in_the_storys_zone_with_utc_beside():
    phrases = load_phrases()
    late = datetime(2024, 3, 24, 22, 30, tzinfo=UTC)

    moscow, kolkata, utc = (moment(late, zone, phrases) for zone in ("Europe/Moscow", "Asia/Tashkent", "UTC"))

    assert (moscow.full, moscow.utc) == ("Monday 25 March 2024, 01:30 MSK", "24 Mar 22:30 UTC")
    assert kolkata.full == "Monday 25 March 2024, 03:30 UTC+05:00"
    assert (utc.full, utc.utc) == ("Sunday 24 March 2024, 22:30 UTC", "")


def test_the_year_is_told_where_it_is_another_one():
    now = datetime(2026, 1, 1, 12, tzinfo=UTC)

    assert moment(START, "UTC", load_phrases(), now=now).short == "22 Mar 2024 19:30"
    assert moment(START, "UTC", load_phrases(), now=START).short == "22 Mar 19:30"


def test_what_one_voice_says_of_several_actors_in_one_sentence_is_told_as_one():
    sentence = "The US, Britain and Ukraine were behind the attack, the FSB chief said."
    claims = [
        blame(Stance.ASSERTS, actor, sentence, actor.removeprefix("the "), speaker="the FSB chief")
        for actor in ("Ukraine", "the US", "Britain")
    ]

    (card,) = digest_of([[reading(hours(0), "TASS", "Three", *claims)]]).changes

    assert card.title == "The FSB chief says that the US, Britain and Ukraine did it"
    assert card.causes[0].proof.marked == "US, Britain and Ukraine"


def test_of_several_actors_those_written_from_right_to_left_keep_their_places():
    sentence = "הליכוד and Britain were behind the attack, the FSB chief said."
    claims = [
        blame(Stance.ASSERTS, actor, sentence, actor, speaker="the FSB chief")
        for actor in ("Britain", "הליכוד")
    ]

    (card,) = digest_of([[reading(hours(0), "TASS", "Two", *claims)]]).changes

    assert card.title == "The FSB chief says that \u2068הליכוד\u2069 and Britain did it"


def test_of_two_voices_with_one_value_only_one_leads():
    runs = [
        [reading(hours(n), who, who, figure(exactly(11), "11 died.", "11"))]
        for n, who in ((0, "Meridian Wire"), (3, "Harbour Post"))
    ]

    (row,) = digest_of(runs).figures

    assert sorted(word.leads for word in row.words) == [False, True]


def test_a_voice_that_contradicts_the_figure_is_drawn_where_it_spoke():
    killed, injured = crocus_digest().charts

    (dot,) = [dot for dot in killed.dots if dot.contradicts]
    assert (dot.label, dot.voice) == ("120", "Doctors at two hospitals")
    assert killed.steps[-1].y < dot.y < killed.base_y
    assert [dot.voice for dot in killed.dots if not dot.contradicts] == ["the FSB"]
    assert not [dot for dot in injured.dots if dot.contradicts]


def test_a_stance_keeps_those_that_were_taken_before_it():
    def said(hour, stance):
        words = f"A spokesman {stance} at hour {hour} that the rebels did it."
        claim = blame(stance, "the rebels", words, "the rebels did it", speaker="Ukraine")
        return [reading(hours(hour), "Courier", words, claim)]

    stances = [Stance.SUSPECTS, Stance.SUSPECTS, Stance.ASSERTS, Stance.DENIES]
    (matrix,) = digest_of([said(3 * n, stance) for n, stance in enumerate(stances)]).matrices
    (cell,) = matrix.rows[0].cells

    assert cell.stance is Stance.DENIES
    assert [past.word for past in cell.history] == ["suspects", "asserts"]


def test_a_document_in_another_language_says_so():
    told = reading(hours(0), "Kurier", "Elf Tote nach dem Hochwasser")
    text = "Nach dem Hochwasser sind elf Menschen tot, wie die Feuerwehr am Abend mitteilte."
    german = replace(told.revision, text=text)
    digest = crocus_digest(ingested=[german, crocus_runs()[0][0].revision])

    assert [document.language for document in digest.ingested] == ["German", ""]
    assert "in German, only English is read" in " ".join(render(digest).text.split())
