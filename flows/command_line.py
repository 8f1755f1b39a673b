"""The command line: thin skins over documented functions, one each."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from flows import digest_commands, ledger_commands, source_commands, upkeep_commands
from flows.command_parts import (
    Time,
    as_json_option,
    open_house,
    print_json,
    story_argument,
)
from storydelta.errors import DocumentError, StoryBusyError, StorydeltaError

if TYPE_CHECKING:
    from storydelta.model import Item


class _Commands(click.Group):
    """Turns whatever Storydelta says is wrong into one or two lines and exit status 1."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except StorydeltaError as problem:
            raise click.ClickException(str(problem)) from problem


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="storydelta")
def main() -> None:
    """Watches evolving news stories and reports when the narrative changes."""


@main.command()
@click.option(
    "--folder", type=click.Path(path_type=Path), default="demo-output", show_default=True,
    help="Where everything that the demo makes goes.",
)  # fmt: skip
def demo(folder: Path) -> None:
    """Run the seed story, offline, from its first document to its last digest."""
    from flows.run_demo import run_all, set_up
    from flows.show import show_demo

    made = set_up(folder)
    asyncio.run(show_demo(made, run_all(made)))


@main.command()
@story_argument
@click.option("--now", type=Time(), help="Rehearse the run as if it were that time.")
@as_json_option
def run(story: str, now: datetime | None, as_json: bool) -> None:
    """Run STORY once: fetch its sources, compare, send what changed."""
    from flows.show import outcome_to_json, show_outcome
    from flows.start_prefect import prepare_prefect

    with open_house() as house:
        house.story(story)  # a wrong name is said before Prefect is started
    prepare_prefect()
    from flows.watch_story import watch_story

    outcome = asyncio.run(watch_story(story, now=now))
    if outcome is None:
        raise StoryBusyError(f"{story}: another run is under way; it does the work")
    if as_json:
        print_json(outcome_to_json(outcome))
    else:
        show_outcome(outcome)


@main.command()
@click.argument("place")
@as_json_option
def extract(place: str, as_json: bool) -> None:
    """Print the claims of each document at PLACE: a file of JSON Lines, - for standard input, a folder, one text,
    or an address.

    In a terminal: the text with its claims marked, and a table beside. Elsewhere, or with --json: JSON Lines.
    """
    from flows.find_documents import fetch_place, holds_lines, read_place
    from flows.show_claims import claims_to_json, show_claims
    from flows.wiring import build_reader

    reader = build_reader()
    items = _good(read_place(place) if holds_lines(place) else fetch_place(place))
    for item, claims in reader.read_all(items):
        if as_json or not sys.stdout.isatty():
            print_json(claims_to_json(item, claims))
        else:
            show_claims(item, claims)


@main.command()
@click.argument("file")
@click.option("--about", default="", help="What the story is about, in a few words.")
@click.option("--story", "story_name", help="A story file, for its alert rules and what belongs to it.")
@click.option(
    "--compare", "other_name", help="Another story file: only where the two would alert differently."
)
@as_json_option
def replay(file: str, about: str, story_name: str | None, other_name: str | None, as_json: bool) -> None:
    """Print what would have changed, and when, over the documents in FILE (JSON Lines; - is standard input)."""
    from flows.find_documents import read_place
    from flows.replay_documents import compare_replays, rehearsal, replay_documents
    from flows.settings import read_settings
    from flows.show import show_differences, show_verdicts
    from flows.wiring import build_reader
    from storydelta.claims.contract import verdict_to_json
    from storydelta.stories import find_story

    settings = read_settings()
    story = find_story(story_name, settings.stories) if story_name else rehearsal(about)
    other = find_story(other_name, settings.stories) if other_name else None
    items = list(_good(read_place(file, dated=True)))
    if other:
        show_differences(compare_replays(items, story, other, build_reader), story, other)
        return
    for verdict, ids in replay_documents(items, story, build_reader(settings, story)):
        if as_json or not sys.stdout.isatty():
            print_json(verdict_to_json(verdict, ids))
        else:
            show_verdicts([verdict], story)


def _good(found: Iterable[Item | DocumentError]) -> Iterator[Item]:
    """The documents. What is none is said on standard error; the others go on, and the exit status is 1 at the end."""
    broken = False
    for each in found:
        if isinstance(each, DocumentError):
            click.echo(f"Error: {each}", err=True)
            broken = True
        else:
            yield each
    if broken:
        click.get_current_context().call_on_close(lambda: sys.exit(1))


for _command in (
    *digest_commands.COMMANDS,
    *ledger_commands.COMMANDS,
    *source_commands.COMMANDS,
    *upkeep_commands.COMMANDS,
):
    main.add_command(_command)


if __name__ == "__main__":
    main()
