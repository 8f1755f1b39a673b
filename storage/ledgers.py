"""A ledger as it lies in the database: each subject packed by itself, so that a run unpacks and packs those alone that
its readings speak of, however large the ledger is.

    one byte, the form        _FORM
    four bytes, so long is    the index: compressed JSON, {mapping of the ledger: {subject: bytes}}
    the index, then the subjects one after another: JSON, compressed by what they have in common

A ledger from before there was this form is one value, packed as `mapping.pack` does it, and is read as that.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Mapping, MutableMapping
from typing import Any, Generic, Self, TypeVar

from pydantic import TypeAdapter

from storage.mapping import from_json, readable, to_json, unpack
from storydelta.model import Ledger, Position, Statement

T = TypeVar("T")

LEDGER = TypeAdapter(Ledger)

_FORM = b"\x01"
_LENGTH = 4
_STATEMENTS = TypeAdapter(tuple[Statement, ...])
_KINDS: dict[str, TypeAdapter[Any]] = {
    "positions": TypeAdapter(Position),
    "heard": _STATEMENTS,
    "retracted": _STATEMENTS,
}
_IN_COMMON = (
    b'{"subject":{"kind":"responsibility","measure":null,"speaker":{"written":"","id":""},"actor":{"written":"","id":'
    b'""}},"value":"asserts","lead":{"voice":{"written":"","id":""},"value":{"low":1,"high":null,"qualifier":"exact"},'
    b'"said_at":"2024-01-01T00:00:00Z","seen_at":"2024-01-01T00:00:00Z","document":"https://","revision":"https://",'
    b'"title":"","publisher":"","evidence":{"field":"text","start":0,"end":100,"text":"","focus":[10,20]},"rule":"",'
    b'"confidence":0.9}],"disputed_by":[{"written":"","id":""}],"since":"2024-01-01T00:00:00Z","rule":"newest_leads"}'
)
"""Never to be changed: what was packed with it is unpacked with it."""


class Shelf(MutableMapping[str, T], Generic[T]):
    """One of a ledger's mappings, in the order of its keys. A subject is unpacked when it is asked for."""

    __slots__ = ("_known", "_name", "_packed")

    def __init__(self, name: str, packed: Mapping[str, bytes], known: Mapping[str, T]) -> None:
        self._name, self._packed, self._known = name, dict(packed), dict(known)

    def __getitem__(self, key: str) -> T:
        if key not in self._known:
            with readable():
                self._known[key] = from_json(_KINDS[self._name], _unpack(self._packed[key]))
        return self._known[key]

    def __setitem__(self, key: str, value: T) -> None:
        self._packed.pop(key, None)
        self._known[key] = value

    def __delitem__(self, key: str) -> None:
        if key not in self:
            raise KeyError(key)
        self._packed.pop(key, None)
        self._known.pop(key, None)

    def __contains__(self, key: object) -> bool:
        return key in self._known or key in self._packed

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._known.keys() | self._packed.keys()))

    def __len__(self) -> int:
        return len(self._known.keys() | self._packed.keys())

    def __copy__(self) -> Self:
        return type(self)(self._name, self._packed, self._known)

    def __repr__(self) -> str:
        return repr(dict(self))

    def packed(self) -> dict[str, bytes]:
        """All of it by key, packed; what was not changed since it was unpacked, as it was."""
        kind = _KINDS[self._name]
        return {key: self._packed.get(key) or _pack(to_json(kind, self._known[key])) for key in self}


def pack_ledger(ledger: Ledger) -> bytes:
    """The ledger as it is stored."""
    shelves = {name: getattr(ledger, name) for name in _KINDS}
    return _join(
        {
            name: (shelf if isinstance(shelf, Shelf) else Shelf(name, {}, shelf)).packed()
            for name, shelf in shelves.items()
        }
    )


def unpack_ledger(packed: bytes) -> Ledger:
    """What `pack_ledger` was given. StoreError where it is not that: at once, or when a subject is asked for."""
    if not packed.startswith(_FORM):
        return unpack(LEDGER, packed)
    with readable():
        return Ledger(**{name: Shelf(name, parts, {}) for name, parts in _split(packed).items()})


def read_whole(packed: bytes) -> None:
    """Unpacks every subject. StoreError where one cannot be read."""
    ledger = unpack_ledger(packed)
    for name in _KINDS:
        dict(getattr(ledger, name))


def ledger_to_json(packed: bytes) -> Any:
    """A stored ledger as the JSON that it is made of. StoreError or ValueError where it cannot be read."""
    if not packed.startswith(_FORM):
        return json.loads(zlib.decompress(packed))
    return {
        name: {key: json.loads(_unpack(part)) for key, part in parts.items()}
        for name, parts in _split(packed).items()
    }


def ledger_from_json(value: Mapping[str, Mapping[str, Any]]) -> bytes:
    """Such JSON as it is stored."""
    return _join(
        {
            name: {
                key: _pack(json.dumps(part, separators=(",", ":")).encode()) for key, part in parts.items()
            }
            for name, parts in value.items()
        }
    )


def _join(ledger: Mapping[str, Mapping[str, bytes]]) -> bytes:
    lengths = {name: {key: len(part) for key, part in parts.items()} for name, parts in ledger.items()}
    index = zlib.compress(json.dumps(lengths, separators=(",", ":")).encode())
    bodies = (part for parts in ledger.values() for part in parts.values())
    return b"".join((_FORM, len(index).to_bytes(_LENGTH), index, *bodies))


def _split(packed: bytes) -> dict[str, dict[str, bytes]]:
    start = len(_FORM) + _LENGTH
    end = start + int.from_bytes(packed[len(_FORM) : start])
    ledger: dict[str, dict[str, bytes]] = {}
    for name, lengths in json.loads(zlib.decompress(packed[start:end])).items():
        ledger[name] = {}
        for key, length in lengths.items():
            ledger[name][key] = packed[end : end + length]
            end += length
    return ledger


def _pack(written: bytes) -> bytes:
    compressing = zlib.compressobj(zdict=_IN_COMMON)
    return compressing.compress(written) + compressing.flush()


def _unpack(packed: bytes) -> bytes:
    unpacking = zlib.decompressobj(zdict=_IN_COMMON)
    written = unpacking.decompress(packed) + unpacking.flush()
    if not unpacking.eof:
        raise ValueError("it ends too early")
    return written
