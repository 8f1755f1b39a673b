"""Why a document moved what is held, or moved nothing: version by version, claim by claim, each by a named rule."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from storydelta.ledger import fates
from storydelta.ledger.hearing import weigh
from storydelta.model import Reading
from storydelta.relevance import claim_belongs, keep

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from storydelta.claims.kind import Kind
    from storydelta.ledger.hearing import Weighed
    from storydelta.model import Change, Claim, Ledger, Position, Verdict
    from storydelta.names import Names
    from storydelta.relevance import Belongs
    from storydelta.story import Story


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimTold:
    """What became of a claim: whether it counts and by which rule, what effect it had (none where it does not count),
    the position that stood when it had been heard, and the changes that it brought or supported.
    """

    claim: Claim
    counts: bool
    rule: str
    reason: str
    effect: str = ""
    held: Position | None = None
    changes: tuple[Verdict, ...] = ()

    @property
    def effect_reason(self) -> str:
        return fates.RULES[self.effect] if self.effect else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionTold:
    """A version of a document: whether it belongs as the story file now says, and why it was set aside when it came
    ("" where it was not), with its claims. `trimmed`: its text was let go, so that `belongs` is not known.
    """

    reading: Reading
    number: int
    belongs: Belongs | None
    set_aside: str
    claims: tuple[ClaimTold, ...]
    trimmed: bool = False

    @property
    def changes(self) -> tuple[Verdict, ...]:
        """What it brought or supported, each once, in order."""
        return tuple({id(v): v for claim in self.claims for v in claim.changes}.values())


def explain(
    reading: Reading,
    story: Story,
    *,
    kinds: Sequence[Kind],
    names: Names,
    after: Ledger,
    verdicts: Sequence[Verdict],
    earlier: Reading | None = None,
) -> tuple[ClaimTold, ...]:
    """What became of the claims of a version that belongs. `after` is the ledger that stood when it had been heard,
    `verdicts` are the story's changes, and `earlier` is the version before.
    """
    unheard = frozenset(names.name(name).id for name in story.alerts.ignore)
    kept, told = [], {}
    for claim in reading.claims:
        about = claim_belongs(claim, reading.revision, story.belongs)
        if about:
            kept.append(claim)
        else:
            told[id(claim)] = ClaimTold(claim=claim, counts=False, rule=about.rule, reason=about.reason)
    now = reading.revision.seen_at
    before = weigh(keep(earlier, story.belongs), kinds, names, now, unheard) if earlier else []
    for weighed in weigh(replace(reading, claims=tuple(kept)), kinds, names, now, unheard):
        told[id(weighed.claim)] = _tell(weighed, after, verdicts, before)
    return tuple(told[id(claim)] for claim in reading.claims)


def set_aside(claims: Iterable[Claim]) -> tuple[ClaimTold, ...]:
    """The claims of a version that does not belong: none counts."""
    reason = fates.RULES[fates.SET_ASIDE]
    return tuple(
        ClaimTold(claim=claim, counts=False, rule=fates.SET_ASIDE, reason=reason) for claim in claims
    )


def _tell(
    weighed: Weighed, after: Ledger, verdicts: Iterable[Verdict], before: Iterable[Weighed]
) -> ClaimTold:
    told = ClaimTold(
        claim=weighed.claim, counts=weighed.rule in (fates.COUNTED, fates.TAKES_BACK), rule=weighed.rule,
        reason=fates.RULES[weighed.rule],
    )  # fmt: skip
    statement, subject = weighed.statement, weighed.subject
    if not told.counts or statement is None or subject is None:
        return told
    held = after.positions.get(subject.key)
    said_before = any(
        w.statement and (w.statement.voice.id, w.statement.value) == (statement.voice.id, statement.value)
        for w in before
        if w.subject and w.subject.key == subject.key and w.rule == fates.COUNTED
    )
    brought = tuple(v for v in verdicts if _is_cause(v.change, weighed))
    effect = "" if weighed.rule == fates.TAKES_BACK else fates.effect_of(statement, held)
    if said_before and not brought:
        effect = fates.SAID_BEFORE
    return replace(told, effect=effect, held=held, changes=brought)


def _is_cause(change: Change, weighed: Weighed) -> bool:
    statement, subject = weighed.statement, weighed.subject
    if statement is None or subject is None or change.subject.key != subject.key:
        return False
    return any((c.revision, c.voice.id) == (statement.revision, statement.voice.id) for c in change.causes)
