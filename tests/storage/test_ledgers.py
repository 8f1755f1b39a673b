from copy import copy
from dataclasses import replace

import pytest

from storage.ledgers import LEDGER, ledger_from_json, ledger_to_json, pack_ledger, read_whole, unpack_ledger
from storage.mapping import pack
from storydelta.errors import StoreError
from storydelta.model import Ledger, Name, Stance
from tests.ledger.voices import reading, stance, tell


def told(*publishers):
    """A ledger of a figure, of stances, of what is only remembered, and of what was taken back."""
    drawn_back = stance(Stance.ASSERTS, "ISIS", sentence="The paper withdrew its claim against ISIS.")
    words = [
        reading(p, n, 40 + n, stance(Stance.ASSERTS, "ISIS", speaker=f"Minister {n}"))
        for n, p in enumerate(publishers)
    ]
    ledger, _ = tell(*words, reading("AP", 9, drawn_back))
    return ledger


@pytest.fixture
def ledger():
    return told("AP", "BBC", "AP", None)


def spoilt(ledger, name):
    """Packed, with the last subject of one of its mappings spoilt."""
    shelf = getattr(unpack_ledger(pack_ledger(ledger)), name)
    part = shelf.packed()[list(shelf)[-1]]
    return pack_ledger(ledger).replace(part, bytes(len(part)))


def test_a_ledger_comes_back_as_it_was(ledger):
    assert ledger.positions
    assert ledger.heard
    assert ledger.retracted
    stored = unpack_ledger(pack_ledger(ledger))
    assert stored == ledger
    assert ledger == stored
    assert repr(stored.positions) == repr(dict(stored.positions))
    assert pack_ledger(stored) == pack_ledger(ledger)
    assert unpack_ledger(pack_ledger(Ledger())) == Ledger()


def test_a_ledger_from_before_is_read(ledger):
    assert unpack_ledger(pack(LEDGER, ledger)) == ledger
    assert ledger_to_json(pack(LEDGER, ledger)) == ledger_to_json(pack_ledger(ledger))
    read_whole(pack(LEDGER, ledger))


def test_a_lone_surrogate_is_kept(ledger):
    key, position = next(iter(ledger.positions.items()))
    ledger.positions[key] = replace(position, disputed_by=(Name(written="\ud800", id="odd"),))
    assert unpack_ledger(pack_ledger(ledger)) == ledger
    assert unpack_ledger(ledger_from_json(ledger_to_json(pack_ledger(ledger)))) == ledger


def test_a_stored_ledger_is_compared_with_like_any_other(ledger):
    stored = unpack_ledger(pack_ledger(ledger))
    news = [
        reading("TASS", 10, 70, stance(Stance.DENIES, "ISIS", speaker="Minister 1")),
        reading("CNN", 11, 60, stance(Stance.DOUBTS, "Iran")),
    ]
    assert tell(*news, ledger=stored) == tell(*news, ledger=ledger)
    assert stored == ledger, "the ledger before is left as it was"
    assert unpack_ledger(pack_ledger(tell(*news, ledger=stored)[0])) == tell(*news, ledger=ledger)[0]


def test_a_subject_of_which_nothing_is_said_is_neither_unpacked_nor_packed_anew(ledger):
    stored = unpack_ledger(spoilt(ledger, "positions"))
    last = list(stored.positions)[-1]
    after, changes = tell(reading("TASS", 10, 70), ledger=stored)
    assert [c.subject.key for c in changes] == ["figure/killed"]
    again = unpack_ledger(pack_ledger(after))
    assert again.positions["figure/killed"].value.low == 70
    with pytest.raises(StoreError, match="cannot read"):
        again.positions[last]


@pytest.mark.parametrize("name", ["positions", "heard", "retracted"])
def test_a_spoilt_subject_is_found(ledger, name):
    with pytest.raises(StoreError, match="cannot read"):
        read_whole(spoilt(ledger, name))


@pytest.mark.parametrize("part", [b"", b"junk", b"\x01", b"\x01\x00\x00\x00\x09junk"])
def test_what_is_no_ledger_is_refused(part):
    with pytest.raises(StoreError, match="cannot read"):
        unpack_ledger(part)


def test_a_ledger_that_ends_too_early_is_found(ledger):
    with pytest.raises(StoreError, match="cannot read"):
        read_whole(pack_ledger(ledger)[:-1])


def test_what_is_stored_is_a_mapping_like_any_other(ledger):
    shelf = unpack_ledger(pack_ledger(ledger)).positions
    before = copy(shelf)
    position = shelf.pop("figure/killed")
    assert position == ledger.positions["figure/killed"]
    assert "figure/killed" not in shelf
    assert len(shelf) == len(ledger.positions) - 1
    with pytest.raises(KeyError):
        del shelf["figure/killed"]
    with pytest.raises(KeyError):
        shelf["figure/killed"]
    shelf["figure/killed"] = position
    assert list(shelf) == sorted(ledger.positions)
    assert shelf == before
