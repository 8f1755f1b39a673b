from dataclasses import replace

import pytest

from storydelta.ledger import rules
from storydelta.ledger.memory import UNNAMED_WORDS, VALUES_A_VOICE, VOICES_A_SUBJECT
from storydelta.model import Measure, Qualifier, Range, Scope
from tests.ledger.voices import at, figure, killed, reading, story_of, tell
from tests.samples import about, at_least, dozens, exactly, up_to

HUNDREDS = Range(low=200, high=999, qualifier=Qualifier.VAGUE)


def held(ledger):
    return ledger.positions["figure/killed"]


def test_the_newest_figure_leads():
    ledger, changes = tell(reading("Reuters", 0, 60), reading("TASS", 1, 93), reading("AP", 2, 115))
    assert story_of(changes) == ["first -60", "raised 60-93", "raised 93-115"]
    assert [c.rule for c in changes] == [rules.FIRST_WORD, rules.NEWEST_LEADS, rules.NEWEST_LEADS]
    assert held(ledger).lead.voice.written == "AP"
    assert held(ledger).since == at(2)


def test_one_more_source_for_the_same_figure_is_no_change():
    ledger, changes = tell(reading("Reuters", 0, 60), reading("AP", 1, 60))
    assert story_of(changes) == ["first -60"]
    assert [s.voice.written for s in held(ledger).statements] == ["Reuters", "AP"]
    assert held(ledger).since == at(0)


def test_an_open_or_vague_figure_does_not_lower_one_that_satisfies_it():
    ledger, changes = tell(
        reading("Reuters", 0, 137), reading("AP", 1, at_least(60)), reading("BBC", 2, dozens()), reading("CNN", 3, about(140))
    )  # fmt: skip
    assert killed(ledger) == 140
    assert story_of(changes) == ["first -137", "raised 137-140"]


def test_a_number_leads_over_an_order_of_size():
    _, changes = tell(reading("Reuters", 0, dozens()), reading("AP", 1, 39))
    assert story_of(changes) == ["first -24", "raised 24-39"]


def test_a_voice_may_take_its_own_figure_down():
    _, changes = tell(reading("Reuters", 0, 60), reading("Reuters", 1, 58))
    assert story_of(changes) == ["first -60", "lowered 60-58"]
    assert changes[-1].rule == rules.VOICE_MOVED


def test_dozens_said_after_a_number_by_the_same_voice_take_nothing_back():
    told = [reading("BBC", n, value) for n, value in enumerate((40, 39, 40, dozens(), dozens()))]
    _, changes = tell(*told, reading("AP", 6, 39))
    assert story_of(changes) == ["first -40", "lowered 40-39", "raised 39-40", "disputed 40-40"]


def test_another_qualifier_for_the_same_number_only_requalifies():
    _, changes = tell(reading("Reuters", 0, 60), reading("Reuters", 1, at_least(60)))
    assert story_of(changes) == ["first -60", "requalified 60-60"]


def test_a_lower_figure_of_another_voice_disputes():
    ledger, changes = tell(reading("Reuters", 0, 60), reading("AP", 1, 40))
    assert story_of(changes) == ["first -60", "disputed 60-60"]
    assert [voice.written for voice in held(ledger).disputed_by] == ["AP"]
    assert [s.voice.written for s in changes[-1].causes] == ["Reuters", "AP"]


def test_the_text_spells_out_the_number_of_its_headline():
    headline = figure(60, sentence="Sixty dead, police say", field="title")
    ledger, _ = tell(reading("Reuters", 0, headline, at_least(60)))
    assert held(ledger).value == at_least(60)


def test_a_second_independent_voice_decides_a_dispute():
    ledger, changes = tell(reading("Reuters", 0, 60), reading("AP", 1, 40), reading("BBC", 2, 40))
    assert story_of(changes[2:]) == ["lowered 60-40"]
    assert changes[-1].rule == rules.SECOND_VOICE_SIDES
    assert held(ledger).disputed_by == ()


def test_two_lower_figures_that_contradict_each_other_do_not_decide_a_dispute():
    ledger, changes = tell(reading("Reuters", 0, 471), reading("AP", 1, 40), reading("BBC", 2, 200))
    assert story_of(changes[1:]) == ["disputed 471-471"] * 2
    assert [voice.written for voice in held(ledger).disputed_by] == ["AP", "BBC"]


def test_who_is_outvoted_by_two_below_goes_on_disputing_them():
    ledger, _ = tell(
        *(reading(who, n, f) for n, (who, f) in enumerate(zip("abcd", (471, 40, 200, 210), strict=True)))
    )
    assert held(ledger).value == exactly(210)
    assert [voice.written for voice in held(ledger).disputed_by] == ["b"]


def test_a_syndicated_copy_does_not_decide_a_dispute():
    wire = figure(
        40,
        sentence="Forty people are known to have died when the old bridge came down, rescuers told the agency.",
    )
    copied = figure(
        40,
        sentence="Forty people are known to have died when the old bridge came down, rescuers told the agency",
    )
    ledger, changes = tell(reading("Reuters", 0, 60), reading("AP", 1, wire), reading("Herald", 2, copied))
    assert killed(ledger) == 60
    assert [c.change for c in changes] == ["first", "disputed"]


def test_according_to_one_speaker_is_one_voice_however_many_repeat_it():
    told = [reading(p, 1 + n, figure(40, speaker="the hospital")) for n, p in enumerate(("AP", "BBC", "CNN"))]
    ledger, changes = tell(reading("Reuters", 0, 60), *told)
    assert [c.change for c in changes] == ["first", "disputed"]
    assert len(held(ledger).statements) == 2


def test_a_dispute_ends_when_one_of_the_voices_moves():
    ledger, changes = tell(reading("Reuters", 0, 60), reading("AP", 1, 40), reading("AP", 2, 60))
    assert story_of(changes[2:]) == ["resolved 60-60"]
    assert changes[-1].rule == rules.DISPUTE_ENDED
    assert held(ledger).disputed_by == ()


def test_repeating_a_figure_neither_ends_a_dispute_nor_starts_it_anew():
    _, changes = tell(
        reading("Reuters", 0, 60), reading("AP", 1, 40), reading("Reuters", 2, 60), reading("AP", 3, 40)
    )  # fmt: skip
    assert [c.change for c in changes] == ["first", "disputed"]


def test_a_publisher_leaves_what_only_it_relayed():
    _, changes = tell(reading("BBC", 0, figure(3, speaker="the ministry")), reading("BBC", 1, 2))
    assert story_of(changes) == ["first -3", "lowered 3-2"]
    assert changes[-1].rule == rules.HOUSE_MOVED


def test_what_others_carry_too_is_not_left_by_one_publisher():
    _, changes = tell(
        reading("BBC", 0, figure(3, speaker="the ministry")), reading("AP", 1, figure(3, speaker="the ministry")),
        reading("BBC", 2, 2),
    )  # fmt: skip
    assert [c.change for c in changes] == ["first", "disputed"]


def test_an_edit_replaces_what_the_older_text_said():
    page = "https://bbc.example/live"
    ledger, changes = tell(
        reading("BBC", 0, figure(5, speaker="police"), url=page),
        reading("BBC", 1, figure(4, speaker="the ministry"), url=page),
    )
    assert story_of(changes) == ["first -5", "lowered 5-4"]
    assert changes[-1].rule == rules.EDITED_IN_PLACE
    assert [s.voice.written for s in held(ledger).statements] == ["the ministry"]


def test_a_figure_that_silently_disappears_moves_nothing():
    page = "https://bbc.example/live"
    ledger, changes = tell(reading("BBC", 0, 5, url=page), reading("BBC", 1, url=page))
    assert killed(ledger) == 5
    assert story_of(changes) == ["first -5"]


def test_a_page_that_says_dozens_where_it_gave_a_number_takes_nothing_back():
    page = "https://bbc.example/live"
    ledger, changes = tell(reading("BBC", 0, 39, url=page), reading("BBC", 1, dozens(), url=page))
    assert killed(ledger) == 39
    assert story_of(changes) == ["first -39"]


def test_a_figure_left_standing_in_an_edited_page_is_not_said_anew():
    page = "https://bbc.example/live"
    ledger, changes = tell(
        reading("BBC", 0, 5, url=page), reading("BBC", 1, 8), reading("BBC", 2, 5, url=page)
    )
    assert killed(ledger) == 8
    assert [c.change for c in changes] == ["first", "raised"]


def test_an_older_document_that_arrives_late_does_not_move_what_its_voice_says_now():
    ledger, changes = tell(reading("Reuters", 5, 60), reading("Reuters", 1, 40, seen=6))
    assert killed(ledger) == 60
    assert story_of(changes) == ["first -60"]


def test_a_late_lower_figure_of_another_voice_disputes_nothing():
    ledger, changes = tell(reading("Reuters", 5, 60), reading("AP", 1, 40, seen=6))
    assert story_of(changes) == ["first -60"]
    assert held(ledger).disputed_by == ()


def test_only_totals_move_a_position():
    ledger, changes = tell(
        reading("AP", 0, figure(3, scope=Scope.PART), figure(334, scope=Scope.OTHER), figure(40))
    )
    assert story_of(changes) == ["first -40"]
    assert killed(ledger) == 40


def test_measures_are_held_apart():
    ledger, _ = tell(reading("AP", 0, 40, figure(145, measure=Measure.INJURED)))
    assert killed(ledger) == 40
    assert ledger.positions["figure/injured"].value == exactly(145)


def test_a_document_that_contradicts_itself_is_taken_at_its_firmest_and_highest():
    ledger, changes = tell(reading("AP", 0, 40, 45, dozens()))
    assert killed(ledger) == 45
    assert story_of(changes) == ["first -45"]


def test_the_speaker_of_a_figure_is_its_voice_whoever_publishes_it():
    _, changes = tell(
        reading("AP", 0, figure(40, speaker="the ministry")), reading("BBC", 1, figure(38, speaker="the ministry"))
    )  # fmt: skip
    assert story_of(changes) == ["first -40", "lowered 40-38"]


def test_an_upper_bound_below_what_is_held_contradicts_it():
    _, changes = tell(reading("AP", 0, 80), reading("BBC", 1, up_to(60)))
    assert [c.change for c in changes] == ["first", "disputed"]


def test_the_number_of_missing_people_falls_without_a_dispute():
    told = [
        reading(p, n, figure(m, measure=Measure.MISSING))
        for n, (p, m) in enumerate((("AP", 29), ("BBC", 21)))
    ]
    _, changes = tell(*told)
    assert story_of(changes) == ["first -29", "lowered 29-21"]


class TestUnnamedSources:
    """Documents with neither publisher nor site."""

    def test_the_first_word_opens_the_position(self):
        _, changes = tell(reading(None, 0, 40))
        assert story_of(changes) == ["first -40"]

    def test_one_word_far_off_moves_nothing_and_two_that_agree_do(self):
        first, second = (
            figure(90, sentence=s) for s in ("Ninety dead, says a blog.", "Toll at 90 by the evening")
        )
        ledger, changes = tell(reading(None, 0, 40), reading(None, 1, first))
        assert killed(ledger) == 40
        ledger, more = tell(reading(None, 2, second), ledger=ledger)
        assert story_of([*changes, *more]) == ["first -40", "raised 40-90"]
        assert more[-1].rule == rules.UNNAMED_AGREE

    def test_two_words_a_day_apart_do_not_agree_yet_and_a_third_settles_it(self):
        told = [
            figure(90, sentence=s)
            for s in ("Ninety dead, says a blog.", "Toll at 90 now", "The 90 are mourned")
        ]
        ledger, _ = tell(reading(None, 0, 40), *(reading(None, 24 * n, f) for n, f in enumerate(told[:2])))
        assert killed(ledger) == 40
        ledger, _ = tell(reading(None, 36, told[2]), ledger=ledger)
        assert killed(ledger) == 90

    @pytest.mark.parametrize(("number", "held"), [(44, 44), (50, 50), (51, 40)])
    def test_a_single_word_raises_a_count_by_a_quarter_at_most(self, number, held):
        _, changes = tell(reading(None, 0, 40), reading(None, 1, number))
        assert changes[-1].after.low == held
        assert held == 40 or changes[-1].rule == rules.UNNAMED_STEP

    def test_a_stray_raise_falls_back_once_the_agreed_count_is_said_again(self):
        told = [reading(None, n, figure(12, sentence=f"{w} twelve dead")) for n, w in enumerate("abc")]
        ledger, changes = tell(
            *told, reading(None, 4, 13), reading(None, 5, figure(12, sentence="still twelve"))
        )
        assert story_of(changes) == ["first -12", "raised 12-13", "lowered 13-12"]
        assert killed(ledger) == 12

    def test_a_stray_raise_does_not_open_the_way_to_a_count_far_below(self):
        told = [reading(None, n, figure(34, sentence=f"{w} thirty-four dead")) for n, w in enumerate("abc")]
        towns = [
            reading(None, 5 + n, figure(1, sentence=f"one man of {w}town died")) for n, w in enumerate("de")
        ]
        ledger, _ = tell(*told, reading(None, 4, 41), *towns)
        assert killed(ledger) == 41

    def test_a_word_that_is_rather_wrong_than_right_neither_opens_nor_raises_alone_and_counts_half(self):
        def faint(n, word):
            return replace(figure(n, sentence=f"{word} {n} dead"), confidence=0.45)

        ledger, changes = tell(reading(None, 0, faint(40, "a")))
        assert (killed(ledger), changes) == (None, [])
        ledger, _ = tell(reading(None, 1, 40), ledger=ledger)
        assert killed(ledger) == 40
        ledger, _ = tell(reading(None, 2, faint(44, "b")), reading(None, 3, faint(44, "c")), ledger=ledger)
        assert killed(ledger) == 40
        ledger, _ = tell(reading(None, 4, faint(44, "d")), reading(None, 5, faint(44, "e")), ledger=ledger)
        assert killed(ledger) == 44

    def test_one_page_has_one_word_whoever_it_quotes(self):
        claims = [
            figure(90, speaker=who, sentence=f"Ninety, {who} said") for who in ("the hospital", "the mayor")
        ]
        ledger, _ = tell(reading(None, 0, 40), reading(None, 1, *claims))
        assert killed(ledger) == 40

    def test_the_number_of_missing_people_falls_as_it_rises(self):
        told = [
            figure(m, measure=Measure.MISSING, sentence=f"{w} {m} missing")
            for w, m in (("a", 29), ("b", 21), ("c", 21))
        ]
        ledger, _ = tell(*(reading(None, n, f) for n, f in enumerate(told)))
        assert ledger.positions["figure/missing"].value == exactly(21)

    def test_lists_of_missing_people_that_differ_by_a_tenth_agree(self):
        ledger, _ = tell(*self.missing(20, 380, 395))
        assert ledger.positions["figure/missing"].value == exactly(395)

    def test_a_single_word_on_missing_people_does_not_outweigh_a_fresh_one(self):
        ledger, _ = tell(*self.missing(20, 380))
        assert ledger.positions["figure/missing"].value == exactly(20)

    def test_a_single_word_on_missing_people_outweighs_one_of_days_ago(self):
        ledger, _ = tell(*self.missing(20, 380, apart=30))
        assert ledger.positions["figure/missing"].value == exactly(380)

    def missing(self, *counts: int, apart: int = 1):
        return [
            reading(None, n * apart, figure(m, measure=Measure.MISSING, sentence=f"{'abc'[n]} {m} missing"))
            for n, m in enumerate(counts)
        ]

    def test_copies_count_once(self):
        told = [
            reading(None, n, figure(900, sentence="Nine hundred died in the flood of long ago"))
            for n in range(1, 9)
        ]
        ledger, _ = tell(reading(None, 0, 40), *told)
        assert killed(ledger) == 40

    def test_old_tolls_that_pages_go_on_stating_do_not_lower_it(self):
        up = [reading(None, n, figure(60, sentence=f"{w} sixty dead")) for n, w in enumerate("abcdef")]
        stale = [reading(None, 7 + n, figure(49, sentence=f"{w} only 49 dead")) for n, w in enumerate("ghij")]
        ledger, _ = tell(*up, *stale)
        assert killed(ledger) == 60

    def test_words_that_differ_a_little_do_not_bring_it_down_to_one_that_differs_much(self):
        up = [reading(None, n, figure(300, sentence=f"{w} three hundred dead")) for n, w in enumerate("abc")]
        near = [
            reading(None, 4 + n, figure(289 + n, sentence=f"{w} some 289 and more"))
            for n, w in enumerate("defghi")
        ]
        other = [
            reading(None, 12 + n, figure(25, sentence=f"{w} 25 in another town")) for n, w in enumerate("jkl")
        ]
        ledger, _ = tell(*up, *near, *other)
        assert killed(ledger) > 280

    def test_a_figure_that_nobody_says_any_longer_falls(self):
        up = [reading(None, n, figure(60, sentence=f"{w} sixty dead")) for n, w in enumerate("abc")]
        down = [
            reading(None, 9 + n, figure(49, sentence=f"{w} now 49 dead"))
            for n, w in enumerate("defghijklmno")
        ]
        ledger, changes = tell(*up, *down)
        assert killed(ledger) == 49
        assert story_of(changes) == ["first -60", "lowered 60-49", "resolved 49-49"]

    def test_an_order_of_size_that_is_agreed_on_leads_where_it_is_far_higher_until_a_number_reaches_it(self):
        def told(n, value):
            return reading(None, n, figure(value, sentence=f"Writer {n} of {n * n} says {value} died."))

        few = [told(1, 20), told(2, dozens()), told(3, dozens()), told(4, dozens())]
        assert killed(tell(*few)[0]) == 20  # two dozen is near enough
        many = [told(n, HUNDREDS) for n in range(5, 8)]
        _, changes = tell(*few, *many, told(8, 30), told(9, 380))
        assert story_of(changes) == ["first -20", "raised 20-200", "raised 200-380"]

    def test_a_small_toll_rises_by_one(self):
        _, changes = tell(*(reading(None, n, figure(n, sentence=f"{n} dead on day {n * n}")) for n in (3, 4)))
        assert story_of(changes) == ["first -3", "raised 3-4"]
        _, changes = tell(*(reading(None, n, figure(n, sentence=f"{n} dead on day {n * n}")) for n in (3, 5)))
        assert story_of(changes) == ["first -3"]

    def test_alone_they_do_not_move_what_a_publisher_said(self):
        ledger, changes = tell(reading("AP", 0, 40), reading(None, 1, 4000))
        assert killed(ledger) == 40
        assert story_of(changes) == ["first -40"]

    def test_a_publisher_leads_over_an_unconfirmed_word(self):
        ledger, _ = tell(reading(None, 0, 4000), reading("AP", 1, 40))
        assert killed(ledger) == 40

    def test_a_site_stands_in_for_a_publisher(self):
        ledger, _ = tell(
            reading(None, 0, 40, url="https://example.org/a"),
            reading(None, 1, 45, url="https://example.org/b"),
        )
        assert killed(ledger) == 45
        assert held(ledger).lead.voice.written == "example.org"


def test_what_is_remembered_is_bounded():
    many = [reading(f"Paper{n}", n / 60, 40 + n % 7) for n in range(300)]
    nameless = [reading(None, n / 60, figure(40, sentence=f"word {n} of it")) for n in range(300)]
    ledger, _ = tell(*many, *nameless, each=False)
    remembered = [*held(ledger).statements, *ledger.heard["figure/killed"]]
    assert len(remembered) <= (VALUES_A_VOICE + 2) * VOICES_A_SUBJECT + UNNAMED_WORDS + 1


def test_the_leading_voice_is_never_forgotten():
    echoes = [reading(f"Paper{n}", 1 + n / 60, at_least(60)) for n in range(3 * VOICES_A_SUBJECT)]
    ledger, changes = tell(reading("Reuters", 0, 137), *echoes)
    assert killed(ledger) == 137
    assert story_of(changes) == ["first -137"]


def test_of_the_words_no_filter_hides_a_digit():
    told = "At least {} people were killed in the fire at the market hall, the fire service of the city said on Monday."
    for before in (60, 133, 137):
        for after in (61, 134, 138, 160):
            _, changes = tell(
                reading("AP", 0, figure(before, sentence=told.format(before))),
                reading("AP", 1, figure(after, sentence=told.format(after))),
            )
            assert len(changes) == 2
