from __future__ import annotations

from storydelta.digest.net import net
from storydelta.model import ChangeKind, Ledger, Stance
from tests.digest.samples import blame, figure, hours, reading, run
from tests.samples import at_least, exactly


def verdicts_of(*claims):
    """The verdicts of runs an hour apart, each with one claim."""
    ledger, found = Ledger(), []
    for number, claim in enumerate(claims):
        ledger, verdicts = run(
            ledger, [reading(hours(number), "TASS", f"Report {number}", claim)], hours(number + 0.5)
        )
        found += verdicts
    return found


def toll(count, speaker="the committee"):
    return figure(count, "They counted so many dead.", "so many", speaker=speaker)


def test_moves_of_one_figure_are_told_as_one_from_first_to_last():
    _, *moves = verdicts_of(toll(exactly(93)), toll(exactly(115)), toll(exactly(133)))

    (verdict,) = net(reversed(moves))

    change = verdict.change
    assert (change.change, change.before, change.after) == (ChangeKind.RAISED, exactly(93), exactly(133))
    assert [cause.value for cause in change.causes] == [exactly(133), exactly(115)]


def test_a_figure_that_was_not_known_before_stays_a_first_one():
    (verdict,) = net(verdicts_of(toll(at_least(40)), toll(exactly(60))))

    assert (verdict.change.change, verdict.change.before) == (ChangeKind.FIRST, None)
    assert verdict.change.after == exactly(60)


def test_a_figure_that_came_back_is_told_by_its_last_move():
    _, *moves = verdicts_of(toll(exactly(133)), toll(exactly(137)), toll(exactly(133)))

    (verdict,) = net(moves)

    assert (verdict.change.before, verdict.change.after) == (exactly(137), exactly(133))


def test_a_stance_that_changed_twice_is_one_change():
    stances = [
        blame(stance, "ISIS", "They spoke of ISIS.", "spoke of", speaker="Russia")
        for stance in (Stance.SUSPECTS, Stance.DOUBTS, Stance.DENIES)
    ]
    _, *moves = verdicts_of(*stances)

    (verdict,) = net(moves)

    assert verdict.change.change is ChangeKind.STANCE_CHANGED
    assert (verdict.change.before, verdict.change.after) == (Stance.SUSPECTS, Stance.DENIES)


def test_a_single_change_is_left_as_it_is():
    verdicts = verdicts_of(toll(exactly(9)))

    assert net(verdicts) == verdicts
