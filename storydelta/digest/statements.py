"""Statements as the words and proofs that a digest shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from storydelta.digest.moments import moment
from storydelta.digest.phrases import Phrases
from storydelta.digest.safety import clean, link, link_to_sentence, shorten, shown, titled
from storydelta.digest.view import Moment, Proof, Word
from storydelta.digest.words import say, via_publisher
from storydelta.model import Evidence, Statement, Value

_LONGEST_TITLE = 120
_AROUND = 300  # characters of a sentence shown on either side of what it says


@dataclass(frozen=True, slots=True, kw_only=True)
class Teller:
    """Language, zone and moment of one digest, by which statements and times are put into words."""

    phrases: Phrases
    zone: str
    now: datetime

    def moment(self, at: datetime) -> Moment:
        return moment(at, self.zone, self.phrases, now=self.now)

    def sign(self, value: Value) -> str:
        """The sign of a stance; figures have none."""
        return (
            self.phrases.stances[value].sign
            if isinstance(value, str) and value in self.phrases.stances
            else ""
        )

    def proof(self, statement: Statement) -> Proof:
        lead_in, marked, lead_out = split(statement.evidence)
        labels = self.phrases.labels
        return Proof(
            lead_in=lead_in,
            marked=marked,
            lead_out=lead_out,
            title=titled(statement.title, statement.document, _LONGEST_TITLE) or labels["untitled"],
            publisher=shown(statement.publisher or "") or labels["no_publisher"],
            document=statement.document,
            link=link(statement.document),
            link_to_sentence=link_to_sentence(statement.document, statement.evidence.text),
        )

    def word(self, statement: Statement, *, leads: bool = False, contradicts: bool = False) -> Word:
        """One voice's word, and how it stands to the value that is held."""
        return Word(
            voice=shown(statement.voice.written),
            says=say(statement.value, self.phrases),
            sign=self.sign(statement.value),
            via=via_publisher(statement),
            since=self.moment(statement.said_at),
            proof=self.proof(statement),
            leads=leads,
            contradicts=contradicts,
        )


def split(evidence: Evidence) -> tuple[str, str, str]:
    """The sentence before, within and after the telling words, cleaned, cut to what is near them."""
    text, offset = evidence.text, evidence.start
    start = min(max(evidence.focus[0] - offset, 0), len(text))
    end = min(max(evidence.focus[1] - offset, start), len(text))
    before, marked, after = _tidy(text[:start]), _tidy(text[start:end]), _tidy(text[end:])
    before = "…" + before[-_AROUND:].partition(" ")[2] if len(before) > _AROUND else before
    return before.lstrip(), shorten(marked, _AROUND), shorten(after, _AROUND).rstrip()


def _tidy(part: str) -> str:
    """Cleaned, but with the blank at either end that joins it to its neighbours."""
    inner = clean(part)
    if not inner:
        return " " if part else ""
    return (" " if part[0].isspace() else "") + inner + (" " if part[-1].isspace() else "")
