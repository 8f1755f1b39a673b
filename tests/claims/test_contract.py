from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import ClassVar, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storydelta.claims.contract import claim_from_json, claim_to_json, statement_to_json, verdict_to_json
from storydelta.errors import StorydeltaError
from storydelta.model import (
    Change,
    ChangeKind,
    Claim,
    Evidence,
    Figure,
    Measure,
    Name,
    Qualifier,
    Range,
    Responsibility,
    Scope,
    Stance,
    Statement,
    Subject,
    Verdict,
)

CLAIMS = (Figure, Responsibility)
SENTENCE = "Rescuers said more than 60 soldiers died."
EVIDENCE = Evidence(field="text", start=10, end=51, text=SENTENCE, focus=(24, 36))
FIGURE = Figure(
    evidence=EVIDENCE,
    speaker=Name(written="Rescuers", id="rescuers"),
    rule="count.died",
    confidence=0.9,
    measure=Measure.KILLED,
    count=Range(low=60, high=None, qualifier=Qualifier.MORE_THAN),
    scope=Scope.TOTAL,
    population="soldiers",
)
RESPONSIBILITY = Responsibility(
    evidence=EVIDENCE,
    rule="blame.behind",
    stance=Stance.DENIES,
    actor=Name(written="Daesh", id="islamic_state"),
)


def test_a_figure_has_the_shape_that_the_contract_fixes():
    assert claim_to_json(FIGURE) == {
        "kind": "figure",
        "evidence": {"field": "text", "start": 10, "end": 51, "text": SENTENCE, "focus": [24, 36]},
        "speaker": "Rescuers",
        "speaker_id": "rescuers",
        "measure": "killed",
        "low": 60,
        "high": None,
        "qualifier": "more_than",
        "scope": "total",
        "population": "soldiers",
        "rule": "count.died",
        "confidence": 0.9,
    }


def test_a_responsibility_has_the_shape_that_the_contract_fixes_and_null_for_no_speaker():
    payload = claim_to_json(RESPONSIBILITY)
    assert list(payload) == [
        "kind", "evidence", "speaker", "speaker_id", "stance", "actor", "actor_id", "rule", "confidence",
    ]  # fmt: skip
    assert payload["speaker"] is None
    assert payload["speaker_id"] is None
    assert (payload["stance"], payload["actor"], payload["actor_id"]) == ("denies", "Daesh", "islamic_state")


def test_enums_are_written_as_plain_words():
    assert {type(claim_to_json(FIGURE)[key]) for key in ("measure", "qualifier", "scope")} == {str}


names = st.builds(Name, written=st.text(), id=st.text())
ranges = st.builds(
    Range, low=st.integers(0), high=st.none() | st.integers(0), qualifier=st.sampled_from(Qualifier)
)
common = {
    "evidence": st.builds(
        Evidence,
        field=st.sampled_from(["title", "text"]),
        start=st.integers(0),
        end=st.integers(0),
        text=st.text(),
        focus=st.tuples(st.integers(0), st.integers(0)),
    ),
    "speaker": st.none() | names,
    "rule": st.text(),
    "confidence": st.floats(0, 1),
}
claims = st.builds(
    Figure, **common, measure=st.sampled_from(Measure), count=ranges, scope=st.sampled_from(Scope),
    population=st.none() | st.text(),
) | st.builds(Responsibility, **common, stance=st.sampled_from(Stance), actor=names)  # fmt: skip


@given(claims)
def test_what_is_written_is_read_back_the_same(claim):
    assert claim_from_json(claim_to_json(claim), CLAIMS) == claim


class Extent(StrEnum):
    WHOLE = "whole"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ceasefire(Claim):
    kind: ClassVar[str] = "ceasefire"

    party: Name
    other_party: Name | None = None
    days: Range | None = None
    extent: Extent | None = None
    field: Literal["land", "sea"] = "land"


@pytest.mark.parametrize(
    "claim",
    [
        Ceasefire(evidence=EVIDENCE, rule="truce", party=Name(written="Ruritania", id="ruritania")),
        Ceasefire(
            evidence=EVIDENCE,
            rule="truce",
            party=Name(written="Ruritania", id="ruritania"),
            other_party=Name(written="Grand Fenwick", id="grand_fenwick"),
            days=Range(low=3, high=5, qualifier=Qualifier.RANGE),
            extent=Extent.WHOLE,
            field="sea",
        ),
    ],
    ids=["defaults", "everything"],
)
def test_a_new_kind_of_claim_needs_nothing_but_its_class(claim):
    payload = claim_to_json(claim)
    assert payload["party_id"] == "ruritania"
    assert claim_from_json(payload, (*CLAIMS, Ceasefire)) == claim


def test_a_field_that_a_kind_gained_since_takes_its_default():
    payload = claim_to_json(FIGURE)
    del payload["population"], payload["confidence"]
    assert claim_from_json(payload, CLAIMS) == replace(FIGURE, population=None, confidence=1.0)


@pytest.mark.parametrize(
    ("broken", "says"),
    [
        ({"kind": "weather"}, "update Storydelta"),
        ({"kind": None}, "update Storydelta"),
        ({"scope": "galaxy"}, "galaxy"),
        ({"scope": None}, "scope is null"),
        ({"evidence": {}}, "focus"),
    ],
)
def test_a_payload_that_is_no_claim_is_refused_in_words(broken, says):
    with pytest.raises(StorydeltaError, match=says):
        claim_from_json(claim_to_json(FIGURE) | broken, CLAIMS)


def test_a_payload_without_a_needed_field_is_refused_in_words():
    payload = claim_to_json(FIGURE)
    del payload["measure"]
    with pytest.raises(StorydeltaError, match="measure"):
        claim_from_json(payload, CLAIMS)


NOON = datetime(2024, 3, 25, 12, tzinfo=UTC)


def said(value, revision, document="https://example.org/a"):
    return Statement(
        voice=Name(written="Rescuers", id="rescuers"), value=value, said_at=NOON, seen_at=NOON, document=document,
        revision=revision, title="", publisher=None, evidence=EVIDENCE, rule="count.died",
    )  # fmt: skip


def judged(subject, change, before, after, *causes):
    found = Change(
        subject=subject,
        change=change,
        before=before,
        after=after,
        causes=causes,
        at=NOON,
        rule="newest_leads",
    )
    return Verdict(change=found, alert=True, rule="default", reason="a figure was raised")


def test_a_change_of_a_figure_has_the_shape_that_the_contract_fixes():
    before = Range(low=60, high=60, qualifier=Qualifier.EXACT)
    after = Range(low=133, high=None, qualifier=Qualifier.AT_LEAST)
    subject = Subject(kind="figure", measure=Measure.KILLED)
    causes = (said(after, "r1"), said(after, "r1"), said(after, "r2"))
    assert verdict_to_json(
        judged(subject, ChangeKind.RAISED, before, after, *causes), {"r1": "line 7", "other": "line 1"}
    ) == {
        "at": "2024-03-25T12:00:00+00:00",
        "documents": ["line 7", "https://example.org/a"],
        "kind": "figure",
        "change": "raised",
        "alert": True,
        "measure": "killed",
        "before": {"low": 60, "high": 60, "qualifier": "exact"},
        "after": {"low": 133, "high": None, "qualifier": "at_least"},
        "rule": "default",
        "reason": "a figure was raised",
    }


def test_a_change_of_responsibility_names_speaker_and_actor_and_null_for_what_was_not_there():
    subject = Subject(kind="responsibility", actor=Name(written="Daesh", id="islamic_state"))
    line = verdict_to_json(judged(subject, ChangeKind.FIRST, None, "claims", said("claims", "r1")), {})
    assert (line["speaker"], line["speaker_id"]) == (None, None)
    assert (line["actor"], line["actor_id"]) == ("Daesh", "islamic_state")
    assert (line["before"], line["after"]) == (None, {"stance": "claims"})
    assert "measure" not in line


def test_a_statement_is_flat_with_what_proves_it():
    payload = statement_to_json(said(Range(low=24, high=99, qualifier=Qualifier.VAGUE), "r1"))
    assert payload == {
        "voice": "Rescuers",
        "voice_id": "rescuers",
        "low": 24,
        "high": 99,
        "qualifier": "vague",
        "said_at": "2024-03-25T12:00:00+00:00",
        "seen_at": "2024-03-25T12:00:00+00:00",
        "document": "https://example.org/a",
        "title": "",
        "publisher": None,
        "evidence": claim_to_json(FIGURE)["evidence"],
    }
    assert statement_to_json(said("doubts", "r1"))["stance"] == "doubts"
