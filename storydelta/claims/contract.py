"""Claims and changes as the JSON that programs read, and claims back from it.

A claim's fields are written as its dataclass declares them, so that a new kind needs nothing here: a `Name` called
`actor` becomes `actor` and `actor_id`, a `Range` becomes `low`, `high` and `qualifier`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from enum import Enum
from functools import lru_cache
from types import NoneType
from typing import Any, get_args, get_type_hints

from storydelta.errors import StorydeltaError
from storydelta.model import Claim, Evidence, Name, Qualifier, Range, Statement, Subject, Value, Verdict

_FIRST = ("speaker",)
_LAST = ("rule", "confidence")


def claim_to_json(claim: Claim) -> dict[str, Any]:
    """The claim as `extract` prints it and as it is stored: `kind`, `evidence` with `focus`, the speaker, the kind's
    own fields, then `rule` and `confidence`.
    """
    payload: dict[str, Any] = {"kind": claim.kind, "evidence": evidence_to_json(claim.evidence)}
    for part in _parts(type(claim)):
        value = getattr(claim, part.name)
        if part.type is Name:
            payload[part.name] = value and value.written
            payload[f"{part.name}_id"] = value and value.id
        elif part.type is Range:
            payload |= range_to_json(value) or dict.fromkeys(("low", "high", "qualifier"))
        else:
            payload[part.name] = value.value if isinstance(value, Enum) else value
    return payload


def claim_from_json(payload: Mapping[str, Any], claims: Iterable[type[Claim]]) -> Claim:
    """The claim that `claim_to_json` wrote. `claims` are the classes to choose from by `kind`.

    A field that was added to the class later takes its default. Raises StorydeltaError where the kind is none of
    theirs, or a field without a default is absent, or a word is none of its enum's.
    """
    kind = payload.get("kind")
    chosen = next((claim for claim in claims if claim.kind == kind), None)
    if chosen is None:
        raise StorydeltaError(f"claims of kind {kind!r} are not known to this version: update Storydelta")
    try:
        values = {part.name: part.read(payload) for part in _parts(chosen) if part.key in payload}
        return chosen(evidence=_evidence(payload["evidence"]), **values)
    except (KeyError, TypeError, ValueError) as problem:
        raise StorydeltaError(f"a stored claim of kind {kind!r} cannot be read: {problem!r}") from problem


def evidence_to_json(evidence: Evidence) -> dict[str, Any]:
    """`field`, `start`, `end`, `text`, and `focus` as a list of two offsets."""
    return {
        "field": evidence.field,
        "start": evidence.start,
        "end": evidence.end,
        "text": evidence.text,
        "focus": list(evidence.focus),
    }


def range_to_json(value: Range | None) -> dict[str, Any] | None:
    """`low`, `high` (None where open) and `qualifier`; None for None."""
    if value is None:
        return None
    return {"low": value.low, "high": value.high, "qualifier": value.qualifier.value}


def verdict_to_json(verdict: Verdict, documents: Mapping[str, str]) -> dict[str, Any]:
    """A change as `replay` prints it. `documents`: revision id -> the id that people know the document by; the
    document's URL serves where it has none. `rule` and `reason` say why it alerts or does not.
    """
    change = verdict.change
    return {
        "at": change.at.isoformat(),
        "documents": list(dict.fromkeys(documents.get(c.revision, c.document) for c in change.causes)),
        "change": change.change.value,
        "alert": verdict.alert,
        **subject_to_json(change.subject),
        "before": value_to_json(change.before),
        "after": value_to_json(change.after),
        "rule": verdict.rule,
        "reason": verdict.reason,
    }


def subject_to_json(subject: Subject) -> dict[str, Any]:
    """`kind`, and of `measure`, `speaker`, `speaker_id`, `actor`, `actor_id` those that apply: a measure has no
    speaker, and a speaker who is None next to an actor is the document itself.
    """
    payload: dict[str, Any] = {"kind": subject.kind}
    if subject.measure:
        payload["measure"] = subject.measure.value
    if subject.actor or subject.speaker:
        for role, name in (("speaker", subject.speaker), ("actor", subject.actor)):
            payload[role] = name and name.written
            payload[f"{role}_id"] = name and name.id
    return payload


def value_to_json(value: Value | None) -> dict[str, Any] | None:
    """A position's value: a range's `low`, `high`, `qualifier`; else the word, as `stance`."""
    if value is None or isinstance(value, Range):
        return range_to_json(value)
    return {"stance": str(value)}


def statement_to_json(statement: Statement) -> dict[str, Any]:
    """A voice's word with what proves it, flat."""
    return {
        "voice": statement.voice.written,
        "voice_id": statement.voice.id,
        **(value_to_json(statement.value) or {}),
        "said_at": statement.said_at.isoformat(),
        "seen_at": statement.seen_at.isoformat(),
        "document": statement.document,
        "title": statement.title,
        "publisher": statement.publisher,
        "evidence": evidence_to_json(statement.evidence),
    }


@dataclass(frozen=True, slots=True)
class _Part:
    """A declared field of a claim: its name, its type without None, whether None is allowed."""

    name: str
    type: Any
    optional: bool

    @property
    def key(self) -> str:
        """The key that tells whether the field was written."""
        return "qualifier" if self.type is Range else self.name

    def read(self, payload: Mapping[str, Any]) -> Any:
        raw = payload[self.key]
        if raw is None:
            if not self.optional:
                raise ValueError(f"{self.key} is null")
            return None
        if self.type is Name:
            return Name(written=raw, id=payload[f"{self.name}_id"])
        if self.type is Range:
            return Range(low=payload["low"], high=payload["high"], qualifier=Qualifier(raw))
        return self.type(raw) if isinstance(self.type, type) and issubclass(self.type, Enum) else raw


def _parts(claim: type[Claim]) -> tuple[_Part, ...]:
    """The fields in the order of the contract, without the evidence."""
    return _declared(claim)  # type: ignore[arg-type]  # mypy asks the class for its instances' __hash__


@lru_cache(maxsize=64)
def _declared(claim: type[Claim]) -> tuple[_Part, ...]:
    hints = get_type_hints(claim)
    names = [field.name for field in fields(claim)]
    own = [name for name in names if name not in ("evidence", *_FIRST, *_LAST)]
    parts = []
    for name in (*_FIRST, *own, *_LAST):
        choices = [choice for choice in get_args(hints[name]) if choice is not NoneType]
        optional = NoneType in get_args(hints[name])
        parts.append(_Part(name, choices[0] if optional and len(choices) == 1 else hints[name], optional))
    if sum(part.type is Range for part in parts) > 1:
        raise TypeError(f"{claim.__name__} has two ranges, and the contract has room for one")
    return tuple(parts)


def _evidence(payload: Mapping[str, Any]) -> Evidence:
    start, end = payload["focus"]
    return Evidence(
        field=payload["field"],
        start=payload["start"],
        end=payload["end"],
        text=payload["text"],
        focus=(start, end),
    )
