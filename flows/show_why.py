"""What `why` shows a person in a terminal, and what it prints for a program."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.text import Text

from flows.show_claims import in_words
from storydelta.claims.contract import claim_to_json, value_to_json, verdict_to_json
from storydelta.digest import describe, say
from storydelta.digest.safety import clean
from storydelta.ledger.fates import LEADS

if TYPE_CHECKING:
    from flows.explain_document import DocumentTold
    from storydelta.explain import ClaimTold, VersionTold
    from storydelta.story import Story


def show_why(told: DocumentTold, story: Story) -> None:
    """A document version by version: whether it belongs, what was read in it, and what it did or why nothing."""
    console = Console(highlight=False)
    console.print(Text(clean(told.document), style="bold"))
    if not told.stored:
        console.print(
            "The story does not have it. It was read just now; this is what a run would make of it."
        )
    for version in told.versions:
        _show_version(console, version, story)


def _show_version(console: Console, version: VersionTold, story: Story) -> None:
    revision = version.reading.revision
    title = f" · {clean(revision.title)}" if revision.title else ""
    console.print(
        Text(f"\nVersion {version.number} · seen {revision.seen_at:%Y-%m-%d %H:%M} UTC{title}", style="bold")
    )
    console.print(Text(f"  {clean(belongs_in_words(version))}"))
    for claim in version.claims:
        _show_claim(console, claim, story)
    console.print(Text(f"  {outcome_in_words(version)}"))


def belongs_in_words(version: VersionTold) -> str:
    """Whether it belongs and by which rule, and where the story file says otherwise by now, both."""
    now = version.belongs
    then = f"Set aside when it came: {version.set_aside}" if version.set_aside else "Taken when it came."
    if now is None:
        return f"{then} Its text was let go since."
    if now.belongs == (not version.set_aside):
        return f"{'Belongs' if now else 'Does not belong'} by {now.rule}: {now.reason}"
    change = "it would belong" if now else "it would not belong"
    return f"{then} As the story file now stands, {change} by {now.rule}: {now.reason}"


def outcome_in_words(version: VersionTold) -> str:
    """What the version came to, in a sentence."""
    if version.changes:
        many = len(version.changes)
        return (
            "It brought or supported one change." if many == 1 else f"It brought or supported {many} changes."
        )
    if version.set_aside:
        return "It moved nothing: it does not belong."
    if not version.claims:
        return "It moved nothing: nothing was read in it."
    if not any(claim.counts for claim in version.claims):
        return "It moved nothing: none of its claims counts."
    return "It moved nothing: what it says changed no position."


def _show_claim(console: Console, told: ClaimTold, story: Story) -> None:
    claim = told.claim
    who = claim.speaker.written if claim.speaker else "the document"
    console.print(Text(f"  {'+' if told.counts else '–'} {clean(in_words(claim))} ({clean(who)})"))
    console.print(Text(f"      “{clean(claim.evidence.text)}”"))
    console.print(Text(f"      {told.rule}: {clean(told.reason)}", style="dim"))
    if told.effect:
        shows = told.held if told.effect != LEADS else None
        held = f" Held then: {clean(say(shows.value))}." if shows else ""
        console.print(Text(f"      {told.effect}: {told.effect_reason}{held}", style="dim"))
    for verdict in told.changes:
        sent = "alert" if verdict.alert else "held back"
        change = verdict.change
        console.print(
            Text(
                f"      → {clean(describe(change, zone=story.timezone))} [{change.rule}; {sent} by {verdict.rule}]"
            )
        )


def why_to_json(told: DocumentTold, story: Story) -> dict[str, Any]:
    """A document's account for programs: `versions`, each with `belongs`, `rule`, `why`, `claims` and `outcome`."""
    return {
        "story": story.slug,
        "document": told.document,
        "stored": told.stored,
        "versions": [_version_to_json(version) for version in told.versions],
    }


def _version_to_json(version: VersionTold) -> dict[str, Any]:
    revision, now = version.reading.revision, version.belongs
    return {
        "number": version.number,
        "id": revision.id,
        "title": revision.title,
        "published_at": revision.published_at.isoformat(),
        "seen_at": revision.seen_at.isoformat(),
        "belongs": not version.set_aside,
        "set_aside": version.set_aside or None,
        "rule": None if now is None else now.rule,
        "why": None if now is None else now.reason,
        "belongs_now": None if now is None else now.belongs,
        "trimmed": version.trimmed,
        "claims": [_claim_to_json(claim) for claim in version.claims],
        "outcome": outcome_in_words(version),
    }


def _claim_to_json(told: ClaimTold) -> dict[str, Any]:
    return {
        "claim": claim_to_json(told.claim),
        "counts": told.counts,
        "rule": told.rule,
        "why": told.reason,
        "effect": told.effect or None,
        "effect_why": told.effect_reason or None,
        "held": value_to_json(told.held.value) if told.held else None,
        "changes": [
            {**verdict_to_json(verdict, {}), "found_by": verdict.change.rule} for verdict in told.changes
        ],
    }
