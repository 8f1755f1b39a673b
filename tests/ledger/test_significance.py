from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from storydelta import significance as rules
from storydelta.model import Change, ChangeKind, Ledger, Measure, Stance, Subject
from storydelta.significance import judge, may_send
from storydelta.story import AlertRules
from tests.ledger.voices import at, figure, reading, stance, tell
from tests.samples import at_least, exactly

KILLED = Subject(kind="figure", measure=Measure.KILLED)


def rule_set(**rules):
    return AlertRules.model_validate(rules)


def judged(*readings, rules=None, recent=(), **more):
    _, changes = tell(*readings)
    return verdicts_on(changes, rules=rules, recent=recent, **more)


def verdicts_on(changes, *, rules=None, recent=(), now=None, last=None, timezone="UTC"):
    """Judged run by run, each knowing the verdicts before it."""
    past = list(recent)
    for change in changes:
        past += judge(
            [change], rules or AlertRules(), ledger=Ledger(), now=now or change.at, last_digest_at=last, recent=past,
            timezone=timezone,
        )  # fmt: skip
    return past[len(recent) :]


def moves(*numbers, hours=1.0):
    """Changes of the killed from one number to the next, so many hours apart."""
    return [
        Change(
            subject=KILLED, change=ChangeKind.RAISED if after > before else ChangeKind.LOWERED, before=exactly(before),
            after=exactly(after), causes=(), at=at(n * hours), rule="test",
        )
        for n, (before, after) in enumerate(pairwise(numbers))
    ]  # fmt: skip


def test_a_first_figure_a_raise_a_fall_and_a_dispute_are_worth_a_digest():
    verdicts = judged(reading("AP", 0, 60), reading("AP", 1, 70), reading("AP", 2, 65), reading("BBC", 3, 40))
    assert [(v.change.change, v.alert, v.rule) for v in verdicts] == [
        ("first", True, rules.MOVED), ("raised", True, rules.MOVED), ("lowered", True, rules.MOVED),
        ("disputed", True, rules.MOVED),
    ]  # fmt: skip


def test_a_new_actor_and_a_changed_stance_are_worth_a_digest():
    verdicts = judged(
        reading("AP", 0, stance(Stance.SUSPECTS, "ISIS", speaker="Iran")),
        reading("AP", 1, stance(Stance.DENIES, "ISIS", speaker="Iran")),
    )
    assert [v.alert for v in verdicts] == [True, True]


def test_a_changed_qualifier_is_not():
    verdicts = judged(reading("AP", 0, 60), reading("AP", 1, at_least(60)))
    assert [(v.alert, v.rule) for v in verdicts] == [(True, rules.MOVED), (False, rules.MUTED)]
    assert "requalified" in verdicts[1].reason


def test_every_verdict_names_its_rule_and_says_why():
    for verdict in judged(reading("AP", 0, 60), reading("AP", 1, at_least(60)), reading("AP", 2, 90)):
        assert verdict.rule in rules.RULES
        assert verdict.reason.endswith(".")


def test_small_moves_are_held_back_until_they_add_up():
    verdicts = verdicts_on(moves(100, 103, 106, 110), rules=rule_set(thresholds={"killed": {"by": 10}}))
    assert [(v.alert, v.rule) for v in verdicts] == [
        (False, rules.BELOW_THRESHOLD), (False, rules.BELOW_THRESHOLD), (True, rules.MOVED),
    ]  # fmt: skip
    assert "Moved by 3 (3 %)" in verdicts[0].reason


def test_both_conditions_of_a_threshold_have_to_hold():
    threshold = rule_set(thresholds={"killed": {"by": 5, "percent": 10}})
    assert [v.alert for v in verdicts_on(moves(100, 106), rules=threshold)] == [False]
    assert [v.alert for v in verdicts_on(moves(20, 23), rules=threshold)] == [False]
    assert [v.alert for v in verdicts_on(moves(100, 110), rules=threshold)] == [True]


def test_a_threshold_counts_falls_as_it_counts_raises():
    threshold = rule_set(thresholds={"killed": {"by": 5}})
    assert [v.alert for v in verdicts_on(moves(100, 97), rules=threshold)] == [False]
    assert [v.alert for v in verdicts_on(moves(100, 95), rules=threshold)] == [True]


def test_a_threshold_of_one_measure_leaves_the_others_alone():
    threshold = rule_set(thresholds={"injured": {"by": 50}})
    assert [v.alert for v in verdicts_on(moves(100, 101), rules=threshold)] == [True]


@pytest.mark.parametrize("named", ["The Investigative Committee", "investigative_committee", "TASS"])
def test_only_the_named_speakers_and_publishers_are_sent(named):
    told = [reading("TASS", 0, figure(60, speaker="the Investigative Committee")), reading("AP", 1, 90)]
    verdicts = judged(*told, rules=rule_set(only=[named]))
    assert [(v.alert, v.rule) for v in verdicts] == [(True, rules.MOVED), (False, rules.NOT_AMONG_ONLY)]


def test_rules_that_exclude_everything_send_nothing_and_say_so():
    for excluding in (rule_set(only=["Nobody"]), rule_set(mute=list(ChangeKind))):
        verdicts = judged(reading("AP", 0, 60), reading("AP", 1, 90), rules=excluding)
        assert [v.alert for v in verdicts] == [False, False]
        assert all(v.reason for v in verdicts)


def test_going_back_and_forth_is_said_once():
    verdicts = verdicts_on(moves(60, 40, 60, 40, 60, 40, 60), rules=rule_set(flaps=3))
    assert [v.rule for v in verdicts] == [
        rules.MOVED, rules.MOVED, rules.MOVED, rules.FLAPPING, rules.STILL_FLAPPING, rules.STILL_FLAPPING,
    ]  # fmt: skip
    assert [v.alert for v in verdicts] == [True, True, True, True, False, False]


def test_a_new_value_is_reported_even_while_a_position_flaps():
    verdicts = verdicts_on(moves(60, 40, 60, 40, 60, 40, 75))
    assert (verdicts[-1].alert, verdicts[-1].rule) == (True, rules.MOVED)


def test_going_back_after_days_is_no_flapping():
    verdicts = verdicts_on(moves(60, 40, 60, 40, 60, 40, 60, hours=20))
    assert all(v.rule == rules.MOVED for v in verdicts)


def test_flapping_of_one_subject_does_not_hold_back_another():
    other = reading("AP", 10, stance(Stance.ASSERTS, "ISIS", speaker="Iran"))
    verdicts = verdicts_on([*moves(60, 40, 60, 40, 60, 40), *tell(other)[1]])
    assert verdicts[-1].alert


class TestWhenToSend:
    def test_at_once_where_nothing_holds_it_back(self):
        assert may_send(AlertRules(), at(0), None, "UTC") == at(0)
        assert may_send(AlertRules(), at(0), at(-1), "UTC") == at(0)

    def test_not_before_the_shortest_interval_has_passed(self):
        rules = rule_set(interval="PT2H")
        assert may_send(rules, at(1), at(0), "UTC") == at(2)
        assert may_send(rules, at(3), at(0), "UTC") == at(3)

    def test_a_last_digest_in_the_future_holds_back_no_longer_than_one_sent_now(self):
        assert may_send(rule_set(interval="PT2H"), at(0), at(900), "UTC") == at(2)

    @pytest.mark.parametrize(
        ("hour", "until"),
        [(21, (1, 21)), (22, (2, 6)), (23, (2, 6)), (3, (1, 6)), (6, (1, 6)), (12, (1, 12))],
    )
    def test_quiet_hours_past_midnight_end_in_the_morning(self, hour, until):
        rules = rule_set(quiet={"from": "22:00", "to": "06:00"})
        now = datetime(2024, 5, 1, hour, tzinfo=UTC)
        assert may_send(rules, now, None, "UTC") == datetime(2024, 5, *until, tzinfo=UTC)

    def test_quiet_hours_within_a_day(self):
        rules = rule_set(quiet={"from": "12:30", "to": "14:00"})
        assert may_send(rules, at(1), None, "UTC") == at(2)
        assert may_send(rules, at(0), None, "UTC") == at(0)

    def test_quiet_hours_are_those_of_the_storys_time_zone(self):
        rules = rule_set(quiet={"from": "22:00", "to": "06:00"})
        midnight_in_moscow = datetime(2024, 5, 1, 21, tzinfo=UTC)
        assert may_send(rules, midnight_in_moscow, None, "Europe/Moscow") == datetime(
            2024, 5, 2, 3, tzinfo=UTC
        )

    def test_quiet_hours_over_the_change_to_summer_time_end_by_the_clock(self):
        rules = rule_set(quiet={"from": "22:00", "to": "06:00"})
        now = datetime(2024, 3, 30, 22, tzinfo=UTC)
        assert may_send(rules, now, None, "Europe/Berlin") == datetime(2024, 3, 31, 4, tzinfo=UTC)

    def test_an_interval_that_ends_in_quiet_hours_waits_for_their_end(self):
        rules = rule_set(interval="PT2H", quiet={"from": "13:00", "to": "18:00"})
        assert may_send(rules, at(0.5), at(0), "UTC") == at(6)

    def test_what_is_held_back_stays_an_alert_and_says_until_when(self):
        (verdict,) = verdicts_on(moves(60, 70), rules=rule_set(interval="PT2H"), last=at(-1))
        assert verdict.alert
        assert verdict.reason.endswith("Held back until 2024-05-01 13:00 UTC.")

    def test_what_is_no_alert_is_not_said_to_be_held_back(self):
        (verdict,) = verdicts_on(moves(60, 70), rules=rule_set(interval="PT2H", mute=["raised"]), last=at(-1))
        assert "Held back" not in verdict.reason


def test_nothing_to_judge_gives_no_verdicts():
    assert judge((), AlertRules(), ledger=Ledger(), now=at(0), last_digest_at=None) == ()


def test_the_window_in_which_returns_are_counted_is_a_day():
    assert timedelta(days=1) == rules.FLAP_WINDOW


def judged_as_it_goes(*readings, rules=None):
    """Every verdict of runs that take one reading each, with the ledger as it then stood."""
    ledger, past = Ledger(), []
    for told in readings:
        ledger, changes = tell(told, ledger=ledger)
        past += judge(
            changes,
            rules or AlertRules(),
            ledger=ledger,
            now=told.revision.seen_at,
            last_digest_at=None,
            recent=past,
        )
    return past


def page(n, hours, count):
    return reading(
        None, hours, figure(count, sentence=f"Page {n} of the {n}th writer counts {count} dead, {n * n}.")
    )


def test_a_figure_of_few_unnamed_documents_is_sent_once_it_is_confirmed():
    verdicts = judged_as_it_goes(*(page(n, n / 60, 60) for n in range(10)))
    assert [(v.change.change, v.alert, v.rule) for v in verdicts] == [
        ("first", False, rules.UNCONFIRMED), ("resolved", True, rules.MOVED),
    ]  # fmt: skip


def test_a_story_may_ask_for_unconfirmed_figures():
    verdicts = judged_as_it_goes(*(page(n, n / 60, 60) for n in range(10)), rules=rule_set(unconfirmed=True))
    assert [(v.change.change, v.alert, v.rule) for v in verdicts] == [
        ("first", True, rules.MOVED), ("resolved", False, rules.REPORTED_ALREADY),
    ]  # fmt: skip


def test_a_figure_that_is_back_at_what_was_reported_last_is_not_sent_again():
    told = [*(page(n, n / 60, 60) for n in range(10)), page(10, 0.2, 70), page(11, 0.3, 70)]
    back = [page(n, n / 60, 60) for n in range(20, 60)]
    verdicts = judged_as_it_goes(*told, *back)
    assert [(v.change.change, v.change.after.low, v.rule) for v in verdicts][-2:] == [
        ("raised", 70, rules.UNCONFIRMED), ("lowered", 60, rules.REPORTED_ALREADY),
    ]  # fmt: skip


def test_a_confirmed_figure_is_measured_against_what_was_reported_last():
    told = [reading("AP", 0, 100), *(page(n, 1 + n / 60, 104) for n in range(12))]
    verdicts = judged_as_it_goes(*told, rules=rule_set(thresholds={"killed": {"by": 10}}))
    assert [v.alert for v in verdicts] == [True, *[False] * (len(verdicts) - 1)]
    first = judged_as_it_goes(
        *(page(n, n / 60, 104) for n in range(12)), rules=rule_set(thresholds={"killed": {"by": 10}})
    )
    assert [(v.change.change, v.alert) for v in first] == [("first", False), ("resolved", True)]


def test_a_dispute_that_ends_where_it_began_is_sent():
    verdicts = judged_as_it_goes(reading("AP", 0, 60), reading("BBC", 1, 40), reading("BBC", 2, 60))
    assert [(v.change.change, v.alert) for v in verdicts] == [
        ("first", True),
        ("disputed", True),
        ("resolved", True),
    ]
