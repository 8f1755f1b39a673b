from storydelta.ledger import is_stale, last_said
from storydelta.ledger.freshness import STALE_AFTER
from storydelta.model import Stance
from tests.ledger.voices import at, reading, stance, tell
from tests.samples import at_least


def held(*told):
    ledger, _ = tell(*told)
    return next(iter(ledger.positions.values())), ledger


def test_a_position_is_confirmed_by_whoever_says_the_same_number_whatever_the_qualifier():
    assert last_said(
        *held(reading("AP", 0, 40), reading("BBC", 5, 40), reading("CNN", 7, at_least(40)))
    ) == at(7)


def test_another_number_confirms_nothing():
    assert last_said(*held(reading("AP", 0, 40), reading("BBC", 5, at_least(20)))) == at(0)


def test_a_repetition_by_the_same_voice_confirms_but_changes_nothing():
    position, ledger = held(reading("AP", 0, 40), reading("AP", 3, 40), reading("AP", 6, 40))
    assert (position.since, last_said(position, ledger)) == (at(0), at(6))


def test_a_stance_is_confirmed_by_its_repetition():
    told = [reading("AP", n, stance(Stance.DENIES, "ISIS", speaker="Iran")) for n in (0, 4)]
    assert last_said(*held(*told)) == at(4)


def test_what_nobody_said_for_longer_than_two_days_is_stale():
    position, ledger = held(reading("AP", 0, 40))
    assert STALE_AFTER.days == 2
    assert not is_stale(position, ledger, at(48))
    assert is_stale(position, ledger, at(49))
