"""What commands show a person in a terminal, and what they print for a program."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Sequence
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from storydelta.claims.contract import (
    statement_to_json,
    verdict_to_json,
)
from storydelta.digest import describe
from storydelta.digest.safety import clean
from storydelta.model import Verdict

if TYPE_CHECKING:
    from flows.run_demo import Demo
    from flows.steps import Outcome
    from seeds import SeedRun
    from storydelta.story import Story

_HELD_BACK = "held back"


async def show_demo(demo: Demo, runs: AsyncIterator[tuple[SeedRun, Outcome]]) -> None:
    """Says what each run does while it works, then what changed in each as a table, and where the digests lie."""
    console = Console(highlight=False)
    done: list[tuple[SeedRun, Outcome]] = []
    with console.status("Starting Prefect's server, which takes some seconds …") as status:
        async for run, outcome in runs:
            done.append((run, outcome))
            made = f"edition {outcome.edition.number}" if outcome.edition else "no change"
            console.print(f"{run.now:%d %b %H:%M}  {clean(run.shows)}  [dim]{made}[/dim]")
            status.update(f"{len(done)} runs of the flow watch_story are done …")
    table = Table("run", "documents", "what changed", "digest", title="What changed, run after run")
    for number, (run, outcome) in enumerate(done, 1):
        table.add_row(
            f"{number} · {run.now:%d %b %H:%M}", str(len(outcome.ingested)), _changes(outcome),
            f"edition {outcome.message.edition}" if outcome.message else "–",
        )  # fmt: skip
    console.print(table)
    digests = sum(outcome.message is not None for _, outcome in done)
    console.print(f"{digests} digests lie in {demo.digests}. To look at them:", soft_wrap=True)
    console.print(
        f"  {sys.executable} -m webbrowser -t {(demo.digests / 'index.html').as_uri()}", soft_wrap=True
    )


def _changes(outcome: Outcome) -> Text:
    lines = [
        describe(verdict.change) + ("" if verdict.alert else f" [{_HELD_BACK}]")
        for verdict in outcome.verdicts
    ]
    return Text("\n".join(map(clean, lines)) or "nothing")


def show_outcome(outcome: Outcome) -> None:
    """A run in a few lines; in one where it found nothing."""
    console = Console(highlight=False)
    for problem in outcome.problems:
        Console(stderr=True, highlight=False).print(Text(f"Problem: {clean(problem)}"))
    new = len(outcome.ingested)
    if outcome.edition is None:
        console.print(f"{outcome.story}: {new} new documents, and the narrative did not change.")
    else:
        console.print(f"{outcome.story}: {new} new documents, edition {outcome.edition.number}:")
        console.print(_changes(outcome))
    if outcome.message:
        console.print(
            f"A digest goes to {len(outcome.deliveries)} recipients: {clean(outcome.message.subject)}"
        )


def outcome_to_json(outcome: Outcome) -> dict[str, Any]:
    """A run for programs: its documents, problems, changes, and the digest's subject if there is one."""
    return {
        "story": outcome.story,
        "at": outcome.at.isoformat(),
        "documents": [revision.document for revision in outcome.ingested],
        "set_aside": [{"document": revision.document, "why": why} for revision, why in outcome.set_aside],
        "problems": list(outcome.problems),
        "edition": outcome.edition.number if outcome.edition else None,
        "changes": [verdict_to_json(verdict, {}) for verdict in outcome.verdicts],
        "digest": outcome.message.subject if outcome.message else None,
    }


def show_differences(
    pairs: Sequence[tuple[Verdict | None, Verdict | None]], one: Story, other: Story
) -> None:
    """Two sets of alert rules over one history: what each would have sent, and when."""
    table = Table("when", "what changed", one.slug, other.slug)
    for mine, theirs in pairs:
        verdict = mine or theirs
        assert verdict is not None
        table.add_row(
            f"{verdict.change.at:%Y-%m-%d %H:%M}", Text(clean(describe(verdict.change, zone=one.timezone))),
            "sent" if mine else "–", "sent" if theirs else "–",
        )  # fmt: skip
    console = Console(highlight=False)
    console.print(table)
    sent = [sum(pair[side] is not None for pair in pairs) for side in (0, 1)]
    console.print(f"{one.slug}: {sent[0]} alerts; {other.slug}: {sent[1]} alerts.")


def show_verdicts(verdicts: Sequence[Verdict], story: Story) -> None:
    """Each change in words, with its evidence and the rule that sent it or held it back."""
    console = Console(highlight=False)
    for verdict in verdicts:
        change = verdict.change
        console.print(
            Text(clean(describe(change, zone=story.timezone)), style="bold" if verdict.alert else "")
        )
        sent = "alert" if verdict.alert else _HELD_BACK
        console.print(
            Text(f"  {sent} by {verdict.rule}: {clean(verdict.reason)} Found by {change.rule}.", style="dim")
        )
        for cause in change.causes:
            console.print(Text(f"  “{clean(cause.evidence.text)}” – {clean(cause.document)}"))
    if not verdicts:
        console.print("No changes.")


def change_to_json(verdict: Verdict) -> dict[str, Any]:
    """A stored change for programs: as `replay` prints it, with its words, the rule that found it, and who said so."""
    change = verdict.change
    return {
        **verdict_to_json(verdict, {}),
        "words": describe(change),
        "found_by": change.rule,
        "evidence": [statement_to_json(cause) for cause in change.causes],
    }
