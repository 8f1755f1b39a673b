from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import ClassVar

import pytest

from storydelta import lexicon
from storydelta.claims.kind import Kind
from storydelta.compare import MOST_STANCES, compare
from storydelta.ledger import is_nobody_in_particular, rules, voice_of
from storydelta.ledger.memory import RETRACTIONS
from storydelta.model import ChangeKind, Claim, Ledger, Name, Scope, Stance, Subject
from storydelta.story import Belonging
from tests.ledger.voices import NAMES, at, evidence, figure, killed, reading, stance, story_of, tell
from tests.samples import KINDS

CUT = "An earlier version of this article said 40 people had died."


def test_without_readings_the_ledger_is_the_same():
    ledger, _ = tell(reading("AP", 0, 40))
    after, changes = tell(ledger=ledger, each=False)
    assert after == ledger
    assert changes == []


def test_the_same_reading_twice_changes_nothing():
    one = reading("AP", 0, 40, stance(Stance.ASSERTS, "ISIS", speaker="the US"))
    ledger, _ = tell(one)
    again, changes = tell(one, ledger=ledger)
    assert again == ledger
    assert changes == []


def test_the_ledger_before_is_left_as_it_was():
    ledger, _ = tell(reading("AP", 0, 40))
    tell(reading("AP", 1, 50), ledger=ledger)
    assert killed(ledger) == 40


def test_a_change_names_its_rule_its_causes_and_the_moment_of_the_run():
    _, changes = tell(reading("AP", 0, 40), now=at(9))
    (change,) = changes
    assert (change.rule, change.at) == (rules.FIRST_WORD, at(9))
    assert [s.evidence.text for s in change.causes] == ["AP counts 40 dead."]


def test_whoever_else_says_so_in_the_same_run_is_among_the_causes():
    _, changes = tell(reading("AP", 0, 40), reading("BBC", 1, 40), each=False)
    assert [s.voice.written for s in changes[0].causes] == ["AP", "BBC"]


def test_ignored_speakers_and_publishers_move_nothing():
    told = [
        reading("Rumours Daily", 0, 900),
        reading("AP", 1, figure(800, speaker="the Kremlin")),
        reading("AP", 2, 40),
    ]
    _, changes = tell(*told, ignore=("rumours daily", "Moscow"))
    assert story_of(changes) == ["first -40"]


def test_ignoring_everybody_holds_nothing():
    ledger, changes = tell(reading("AP", 0, 40), ignore=("AP",))
    assert ledger == Ledger()
    assert changes == []


def test_a_claim_of_an_unknown_kind_is_passed_over():
    ledger, changes = tell(reading("AP", 0, stance(Stance.ASSERTS, "ISIS")))
    assert len(ledger.positions) == 1
    assert [c.change for c in changes] == ["first"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Border(Claim):
    """A kind of claim that no room knows of: whether a border is open."""

    kind: ClassVar[str] = "border"
    state: str
    country: Name


BORDER = Kind(
    name="border",
    claim=Border,
    triggers=frozenset(),
    read=lambda _: (),
    subject=lambda claim: Subject(kind="border", actor=claim.country),
    value=lambda claim: claim.state,
)


def border(state):
    return Border(
        evidence=evidence(f"The border is {state}."), rule="test", state=state, country=NAMES.name("Russia")
    )


def test_a_new_kind_of_claim_follows_the_latest_word_of_each_voice_without_being_known_here():
    ledger, changes = Ledger(), []
    for n, state in enumerate(("open", "open", "denies")):
        ledger, found = compare(
            ledger, [reading("AP", n, border(state))], at(n), kinds=(*KINDS, BORDER), names=NAMES
        )
        changes += found
    ledger, found = compare(
        ledger,
        [reading("AP", 9, stance(Stance.ASSERTS, "Russia", speaker="Iran"))],
        at(9),
        kinds=KINDS,
        names=NAMES,
    )
    assert story_of(changes) == ["first -open", "stance_changed open-denies"]
    assert [c.change for c in found] == ["first"]
    assert set(ledger.positions) == {"border/russia", "responsibility/iran/russia"}


class TestStances:
    def test_the_latest_word_of_a_speaker_stands(self):
        _, changes = tell(
            reading("TASS", 0, stance(Stance.SUSPECTS, "Ukraine", speaker="the Kremlin")),
            reading("BBC", 1, stance(Stance.ASSERTS, "Ukraine", speaker="Moscow")),
        )
        assert story_of(changes) == ["first -suspects", "stance_changed suspects-asserts"]
        assert changes[-1].rule == rules.LATEST_WORD

    def test_the_same_stance_through_another_publisher_is_no_change(self):
        _, changes = tell(
            reading("TASS", 0, stance(Stance.ASSERTS, "Ukraine", speaker="the Kremlin")),
            reading("BBC", 1, stance(Stance.ASSERTS, "Ukraine", speaker="Moscow")),
        )
        assert story_of(changes) == ["first -asserts"]

    def test_each_speaker_has_a_position_of_its_own(self):
        ledger, changes = tell(
            reading("AP", 0, stance(Stance.ASSERTS, "ISIS", speaker="the US")),
            reading("AP", 1, stance(Stance.DOUBTS, "ISIS", speaker="Russia")),
        )
        assert (
            set(ledger.positions)
            == {"responsibility/us/islamic_state", "responsibility/russia/islamic_state"}
            or len(ledger.positions) == 2
        )
        assert [c.change for c in changes] == ["first", "first", "disputed"]

    def test_an_actor_is_disputed_while_one_voice_accuses_and_another_denies(self):
        accused = reading("AP", 0, stance(Stance.ASSERTS, "ISIS", speaker="the US"))
        denied = reading("AP", 1, stance(Stance.DENIES, "ISIS", speaker="Russia"))
        ledger, changes = tell(accused, denied)
        assert changes[-1].change is ChangeKind.DISPUTED
        assert changes[-1].rule == rules.ACTOR_DISPUTED
        assert {s.voice.id for s in changes[-1].causes} == {NAMES.name("the US").id, "russia"}
        assert all(p.disputed_by for p in ledger.positions.values())
        after, more = tell(reading("AP", 2, stance(Stance.ASSERTS, "ISIS", speaker="Russia")), ledger=ledger)
        assert [(c.change, c.rule) for c in more] == [
            ("stance_changed", rules.LATEST_WORD), ("resolved", rules.ACTOR_SETTLED),
        ]  # fmt: skip
        assert not any(p.disputed_by for p in after.positions.values())

    def test_a_third_voice_in_a_dispute_does_not_report_it_again(self):
        _, changes = tell(
            reading("AP", 0, stance(Stance.CLAIMS, "ISIS", speaker="ISIS")),
            reading("AP", 1, stance(Stance.DENIES, "ISIS", speaker="Russia")),
            reading("AP", 2, stance(Stance.DOUBTS, "ISIS", speaker="Iran")),
        )
        assert [c.change for c in changes] == ["first", "first", "disputed", "first"]

    def test_a_voice_does_not_dispute_itself(self):
        _, changes = tell(
            reading("AP", 0, stance(Stance.ASSERTS, "ISIS", speaker="Iran")),
            reading("AP", 1, stance(Stance.DOUBTS, "ISIS", speaker="Iran")),
        )
        assert [c.change for c in changes] == ["first", "stance_changed"]

    def test_a_document_without_a_speaker_speaks_as_its_publisher(self):
        ledger, _ = tell(reading("BBC", 0, stance(Stance.ASSERTS, "ISIS")))
        (position,) = ledger.positions.values()
        assert position.subject.speaker is None
        assert position.lead.voice.written == "BBC"

    def test_where_publishers_differ_what_most_of_them_say_stands(self):
        said = [Stance.ASSERTS, Stance.SUSPECTS, Stance.SUSPECTS]
        told = [
            reading(p, n, stance(s, "ISIS"))
            for n, (p, s) in enumerate(zip(("BBC", "AP", "CNN"), said, strict=True))
        ]
        _, changes = tell(*told)
        assert story_of(changes) == ["first -asserts", "stance_changed asserts-suspects"]

    def test_a_stance_that_one_unnamed_document_reports_waits_for_another(self):
        told = [
            stance(Stance.CLAIMS, "ISIS", speaker="ISIS", sentence=f"{w} ISIS says it did it") for w in "ab"
        ]
        ledger, changes = tell(reading(None, 0, told[0]))
        assert ledger.positions == {}
        assert changes == []
        ledger, changes = tell(reading(None, 1, told[1]), ledger=ledger)
        assert story_of(changes) == ["first -claims"]
        ledger, changes = tell(reading(None, 0, told[0]), reading(None, 1, told[0]))
        assert changes == []

    def test_a_stance_that_an_unnamed_document_reports_is_held_once_a_publisher_says_so(self):
        told = stance(Stance.CLAIMS, "ISIS", speaker="ISIS")
        _, changes = tell(reading(None, 0, told), reading("AP", 1, told))
        assert story_of(changes) == ["first -claims"]

    def test_an_unnamed_page_that_is_edited_no_longer_confirms(self):
        told = [
            stance(Stance.CLAIMS, "ISIS", speaker="ISIS", sentence=f"{w} ISIS says it did it") for w in "ab"
        ]
        denied = stance(Stance.DENIES, "ISIS", speaker="ISIS")
        _, changes = tell(
            reading(None, 0, told[0], url="page"),
            reading(None, 1, told[1]),
            reading(None, 2, denied, url="page"),
        )
        assert story_of(changes) == ["first -claims", "withdrawn claims-"]
        assert changes[-1].rule == rules.EDITED_IN_PLACE

    def test_the_number_of_words_that_nobody_confirms_is_bounded(self):
        told = [
            reading(None, n / 60, stance(Stance.ASSERTS, "ISIS", speaker=f"Person {n}"))
            for n in range(MOST_STANCES + 9)
        ]
        ledger, _ = tell(*told, each=False)
        assert len(ledger.heard) == MOST_STANCES

    def test_of_what_unnamed_documents_report_of_a_speaker_the_words_that_confirm_each_stance_are_remembered(
        self,
    ):
        told = [
            reading(
                None,
                n,
                stance(said, "ISIS", speaker="Iran", sentence=f"Word number {n} of that day: it did."),
            )
            for n, said in enumerate(
                [Stance.ASSERTS, Stance.ASSERTS, Stance.DENIES] * 30 + [Stance.ASSERTS] * 2
            )
        ]
        for ledger in (tell(*told)[0], tell(*told, each=False)[0]):
            held = ledger.positions["responsibility/iran/islamic_state"]
            remembered = [*held.statements, *ledger.heard["responsibility/iran/islamic_state"]]
            assert (held.value, held.since) == (Stance.ASSERTS, told[0].revision.published_at)
            assert {(s.value, s.said_at) for s in remembered} == {
                *((Stance.ASSERTS, at(hours)) for hours in (0, 1, 91)),
                *((Stance.DENIES, at(hours)) for hours in (2, 5, 89)),
            }

    def test_the_number_of_positions_is_bounded(self):
        told = [
            reading("AP", n / 60, stance(Stance.ASSERTS, "ISIS", speaker=f"Person {n}"))
            for n in range(MOST_STANCES + 9)
        ]
        ledger, _ = tell(*told, each=False)
        assert len(ledger.positions) == MOST_STANCES
        assert not any("person_8/" in key for key in ledger.positions)


class TestConfirming:
    """What documents without a publisher or site say is held at once, and firm once enough of them say so."""

    def test_enough_documents_that_give_the_number_or_come_near_confirm_it(self):
        told = [reading(None, n / 60, told_by(n, 60 if n % 2 else 55)) for n in range(19)]
        ledger, changes = tell(*told)
        assert [(c.rule, c.after.low) for c in changes if c.change is ChangeKind.RESOLVED] == [
            (rules.CONFIRMED, 60)
        ]
        assert ledger.positions["figure/killed"].confirmed

    def test_few_documents_do_not_and_neither_do_numbers_far_off_or_copies(self):
        few = [reading(None, n / 60, told_by(n, 60)) for n in range(9)]
        far = [reading(None, n / 60, told_by(n, 60 if n < 9 else 30)) for n in range(14)]
        copies = [reading(None, n / 60, told_by(1, 60)) for n in range(14)]
        for told in (few, far, copies):
            ledger, changes = tell(*told)
            assert not ledger.positions["figure/killed"].confirmed
            assert rules.CONFIRMED not in {c.rule for c in changes}

    def test_a_publisher_confirms_what_an_unnamed_document_said(self):
        ledger, changes = tell(reading(None, 0, told_by(1, 60)), reading("AP", 1, 60))
        assert ledger.positions["figure/killed"].confirmed
        assert (changes[-1].change, changes[-1].rule) == (ChangeKind.RESOLVED, rules.CONFIRMED)
        assert changes[-1].before == changes[-1].after == changes[0].after

    def test_what_a_publisher_says_needs_nobody_to_confirm_it(self):
        ledger, changes = tell(reading("AP", 0, 60), reading("BBC", 1, 60))
        assert ledger.positions["figure/killed"].confirmed
        assert [c.change for c in changes] == [ChangeKind.FIRST]

    def test_the_only_word_on_a_measure_is_firm_after_six_hours_without_any_new_document(self):
        ledger, _ = tell(reading(None, 0, told_by(1, 60)))
        early, nothing = tell(ledger=ledger, each=False, now=at(5.9))
        assert (early, nothing) == (ledger, [])
        later, changes = tell(ledger=ledger, each=False, now=at(6))
        assert later.positions["figure/killed"].confirmed
        assert [(c.change, c.rule) for c in changes] == [(ChangeKind.RESOLVED, rules.STOOD_ALONE)]
        assert tell(ledger=later, each=False, now=at(12)) == (later, [])

    def test_a_word_beside_others_does_not_become_firm_by_waiting(self):
        ledger, _ = tell(reading(None, 0, told_by(1, 60)), reading(None, 1, told_by(2, 20)))
        assert tell(ledger=ledger, each=False, now=at(48)) == (ledger, [])


def told_by(n: int, count: int):
    """What the n-th page says in its own words."""
    return figure(count, sentence=f"Page {n} of the {n}th writer counts {count} dead there, word {n * n}.")


class TestRetractions:
    def test_the_only_word_taken_back_withdraws_the_figure(self):
        ledger, changes = tell(
            reading("AP", 0, 40),
            reading("AP", 1, figure(40, sentence=CUT, telling="40 people", scope=Scope.OTHER)),
        )
        assert killed(ledger) is None
        assert story_of(changes) == ["first -40", "withdrawn 40-"]
        assert changes[-1].rule == rules.RETRACTED
        assert [s.evidence.text for s in changes[-1].causes] == [CUT]

    def test_what_others_say_stands_when_one_takes_its_word_back(self):
        ledger, changes = tell(
            reading("BBC", 0, 31),
            reading("AP", 1, 40),
            reading("AP", 2, figure(40, sentence=CUT, telling="40 people")),
        )
        assert killed(ledger) == 31
        assert story_of(changes[2:]) == ["lowered 40-31"]
        assert changes[-1].rule == rules.RETRACTED

    def test_a_correction_with_the_new_figure_lowers_it(self):
        told = f"{CUT[:-1]}; the number is 31."
        corrected = reading(
            "AP",
            1,
            figure(31),
            figure(40, sentence=told, telling="40 people"),
            figure(31, sentence=told, telling="31"),
        )
        ledger, changes = tell(reading("AP", 0, 40), corrected)
        assert killed(ledger) == 31
        assert [c.change for c in changes] == ["first", "lowered"]

    def test_a_group_that_withdraws_its_claim_holds_no_position_any_longer(self):
        claimed = stance(Stance.CLAIMS, "ISIS", speaker="ISIS")
        withdrew = stance(
            Stance.CLAIMS, "ISIS", speaker="ISIS", sentence="ISIS withdrew its claim of responsibility."
        )
        ledger, changes = tell(reading("AP", 0, claimed), reading("BBC", 1, withdrew))
        assert ledger.positions == {}
        assert story_of(changes) == ["first -claims", "withdrawn claims-"]

    def test_a_retraction_does_not_reach_what_is_said_after_it(self):
        cut = reading("AP", 1, figure(40, sentence=CUT, telling="40 people"))
        ledger, _ = tell(reading("AP", 0, 40), cut, reading("AP", 2, 40), cut)
        assert killed(ledger) == 40

    def test_an_older_document_that_arrives_late_does_not_bring_it_back(self):
        cut = reading("AP", 2, figure(40, sentence=CUT, telling="40 people"))
        late = [reading("AP", hours, 40, seen=9 + hours) for hours in (1, 1.5)]
        for told in ([reading("AP", 0, 40), cut, *late], [cut, *late], [late[0], cut, late[1]]):
            ledger, changes = tell(*told)
            assert killed(ledger) is None
            assert [c.change for c in changes if c.after] in ([], ["first"])

    def test_what_another_publisher_said_before_stands_though_it_is_the_same_number(self):
        cut = reading("AP", 2, figure(40, sentence=CUT, telling="40 people"))
        ledger, _ = tell(reading("AP", 0, 40), cut, reading("BBC", 1, 40, seen=9))
        assert killed(ledger) == 40

    def test_another_number_of_before_is_not_taken_back_with_it(self):
        cut = reading("AP", 2, figure(40, sentence=CUT, telling="40 people"))
        ledger, _ = tell(cut, reading("AP", 1, 31, seen=9))
        assert killed(ledger) == 31

    def test_so_many_retractions_are_remembered_as_the_documentation_says(self):
        cuts = [
            reading("AP", n, figure(n, sentence=CUT, telling="40 people")) for n in range(RETRACTIONS + 9)
        ]
        ledger, _ = tell(*cuts, each=False)
        assert len(ledger.retracted["figure/killed"]) == RETRACTIONS

    def test_a_retraction_of_what_nobody_holds_is_no_change(self):
        _, changes = tell(reading("AP", 1, figure(40, sentence=CUT, telling="40 people")))
        assert changes == []


class TestTimes:
    def test_a_date_in_the_future_counts_as_the_moment_it_was_seen(self):
        skewed = reading("AP", 0, 40, published=at(500), seen=0)
        ledger, _ = tell(skewed, reading("BBC", 1, 60))
        assert killed(ledger) == 60
        assert ledger.positions["figure/killed"].statements[0].said_at == at(0)

    def test_a_clock_that_was_never_set_counts_as_the_moment_it_was_seen(self):
        unset = reading("AP", 1, 60, published=datetime(1970, 1, 1, tzinfo=UTC), seen=1)
        ledger, changes = tell(reading("BBC", 0, 40), unset)
        assert killed(ledger) == 60
        assert story_of(changes) == ["first -40", "raised 40-60"]

    def test_a_run_whose_clock_is_behind_does_not_date_words_after_itself(self):
        ledger, _ = tell(reading("AP", 5, 40), now=at(3))
        assert ledger.positions["figure/killed"].since == at(3)

    @pytest.mark.parametrize("published", [at(0), at(-48)])
    def test_a_page_that_changes_its_figure_and_keeps_or_sets_back_its_date_said_so_when_seen(
        self, published
    ):
        page = "https://ap.example/live"
        ledger, changes = tell(
            reading("AP", 0, 60, url=page), reading("BBC", 1, 60),
            reading("AP", 2, 80, url=page, published=published, seen=2),
        )  # fmt: skip
        assert killed(ledger) == 80
        assert ledger.positions["figure/killed"].since == at(2)
        assert [c.change for c in changes] == ["first", "raised"]

    def test_a_revision_that_goes_back_to_an_older_text_is_a_change_back(self):
        page = "https://ap.example/live"
        _, changes = tell(
            reading("AP", 0, 60, url=page), reading("AP", 1, 80, url=page), reading("AP", 2, 60, url=page)
        )  # fmt: skip
        assert story_of(changes) == ["first -60", "raised 60-80", "lowered 80-60"]

    def test_ten_thousand_documents_of_one_time_give_one_position(self):
        told = [reading(f"Paper {n}", 0, 40 + n % 5) for n in range(10_000)]
        ledger, changes = tell(*told, each=False)
        assert story_of(changes) == ["first -44"]
        backwards, _ = tell(*reversed(told), each=False)
        assert backwards == ledger


def test_claims_about_another_event_move_nothing_where_the_story_says_what_it_is_about():
    other = "A tunnel collapse in Japan killed 9 people, police said."
    own = "At least 82 people died as the typhoon crossed the island."
    told = [
        reading("AP", 0, figure(9, sentence=other, telling="9 people"), text=other),
        reading("AP", 1, figure(82, sentence=own, telling="82 people"), text=own),
    ]
    _, changes = tell(*told, belonging=Belonging(about="Typhoon Bopha"))
    assert story_of(changes) == ["first -82"]


def test_a_revision_speaks_as_its_publisher_else_its_site_else_nobody_known():
    assert voice_of(reading("Kremlin", 0).revision, NAMES).id == "russia"
    assert (
        voice_of(reading(None, 0, url="https://news.example.org/a").revision, NAMES).written
        == "news.example.org"
    )
    assert voice_of(reading(None, 0, url="notes/a.txt").revision, NAMES).written == "an unnamed source"


def test_whoever_is_nobody_in_particular_is_recognised():
    voices = lexicon.load("voices")
    assert all(is_nobody_in_particular(speaker) for speaker in voices["examples"])
    assert not any(is_nobody_in_particular(speaker) for speaker in voices["names"])


def test_one_publishers_officials_do_not_speak_for_anothers():
    told = [
        reading(p, n, figure(m, speaker="officials")) for n, (p, m) in enumerate((("AP", 60), ("BBC", 40)))
    ]
    _, changes = tell(*told)
    assert [c.change for c in changes] == ["first", "disputed"]
    assert [s.voice.written for s in changes[-1].causes] == ["officials", "officials"]


def test_a_publishers_officials_are_its_own_word():
    _, changes = tell(reading("AP", 0, figure(60, speaker="officials")), reading("AP", 1, 58))
    assert story_of(changes) == ["first -60", "lowered 60-58"]


def test_a_long_silence_is_no_change():
    ledger, _ = tell(reading("AP", 0, 40))
    after, changes = tell(reading("AP", 1), ledger=ledger, now=at(0) + timedelta(days=400))
    assert after == ledger
    assert changes == []
