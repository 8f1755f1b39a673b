"""Commands for running Storydelta for weeks: thin skins, one each. `command_line` adds `COMMANDS` to the others."""

from __future__ import annotations

import sys
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from flows.command_parts import as_json_option, open_house, print_json, story_argument

if TYPE_CHECKING:
    from flows.backfill_story import Backfilled
    from storydelta.model import Item

_COLOURS = {"ok": "green", "note": "yellow", "wrong": "red"}


@click.command()
@click.option("--deep", is_flag=True, help="Also read the whole database through.")
@as_json_option
def doctor(deep: bool, as_json: bool) -> None:
    """Look over all that a run depends on, and say what to do about what is wrong.

    The exit status is 1 where something is wrong.
    """
    from flows.check_health import State, check_health
    from flows.wiring import utc_now

    checks = check_health(utc_now(), deep=deep)
    if as_json:
        print_json([asdict(check) for check in checks])
    else:
        for check in checks:
            click.echo(
                f"{click.style(f'{check.state:5}', fg=_COLOURS[check.state])}  {check.subject}: {check.said}"
            )
            if check.remedy:
                click.echo(f"       -> {check.remedy}")
    if any(check.state is State.WRONG for check in checks):
        sys.exit(1)


@click.command()
@click.option(
    "--listen", default="127.0.0.1:8765", show_default=True, metavar="HOST:PORT",
    help="Where the status page, /health and /metrics are shown.",
)  # fmt: skip
@click.option("--adaptive", is_flag=True, help="Run a story more often while it moves, less while it rests.")
def serve(listen: str, adaptive: bool) -> None:
    """Run every story on its own schedule, and send its digests, until SIGTERM or Ctrl-C.

    Needs no server. The runs under way end in order; a second Ctrl-C does not wait for their fetches.
    """
    import asyncio
    import logging

    from flows.serve_status import serve_status
    from flows.serve_stories import Plan, Service, serve_until_told

    host, _, port = listen.rpartition(":")
    if not host or not port.isdecimal():
        raise click.BadParameter(f"{listen!r} is not HOST:PORT", param_hint="--listen")
    logging.basicConfig(format="%(asctime)s %(levelname)-7s %(message)s", stream=sys.stderr)
    logging.getLogger("flows").setLevel(logging.INFO)

    async def serve_all() -> None:
        with open_house() as house:
            service = Service(house, Plan(adaptive=adaptive))
            with serve_status(service, host, int(port)) as address:
                click.echo(f"serving; status at {address}", err=True)
                await serve_until_told(service)

    asyncio.run(serve_all())


@click.command("deploy")
@click.argument("stories", nargs=-1, metavar="[STORY]...")
@click.option("--pool", default="storydelta", show_default=True, help="The work pool; it is made if need be.")
@click.option("--type", "kind", default="process", show_default=True, help="Of a pool that is made.")
@click.option("--remove-others", is_flag=True, help="Remove the deployments of stories that are gone.")
@as_json_option
def deploy_command(
    stories: tuple[str, ...], pool: str, kind: str, remove_others: bool, as_json: bool
) -> None:
    """Give each STORY, or all of them, a deployment in Prefect with its own schedule. Safe to repeat.

    With all of them, also the outbox and the housekeeping, and what belongs to stories that are gone is stopped.
    """
    import asyncio

    from flows.start_prefect import prepare_prefect

    if stories and remove_others:
        raise click.UsageError("--remove-others goes by all stories: name none")
    prepare_prefect()
    from flows.deploy_stories import HOUSEKEEPING, deploy, plan
    from flows.settings import read_settings
    from storydelta.errors import StoryError
    from storydelta.stories import find_story, known_stories

    folders = read_settings().stories
    known, broken = known_stories(folders), []
    if not (known or stories):
        raise StoryError(f"there are no story files in {' or '.join(map(str, folders))}: nothing was changed")
    plans = [] if stories else [*HOUSEKEEPING]
    for name in stories or known:
        try:
            plans.append(plan(find_story(name, folders)))
        except StoryError as problem:
            click.echo(f"Error: {problem}", err=True)
            broken.append(name)
    others = None if stories else tuple(known)
    done = asyncio.run(deploy(plans, pool=pool, kind=kind, known=others, remove=remove_others))
    for each in done:
        if as_json:
            print_json(asdict(each))
        else:
            click.echo(f"{each.done:14} {each.deployment}  {each.schedule}".rstrip())
    if broken:
        sys.exit(1)


@click.command("export")
@story_argument
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False),
    help="Write it there, whole or not at all, instead of standard output.",
)  # fmt: skip
def export_story(story: str, output: Path | None) -> None:
    """Write all that is known of STORY as JSON Lines, for another database or for good."""
    from flows.transfer_story import save_export, write_export

    with open_house() as house:
        if output is None:
            write_export(house, story, sys.stdout.buffer)
        else:
            click.echo(f"{save_export(house, story, output)} lines in {output}", err=True)


@click.command("import")
@click.argument("file", type=click.File("rb"))
@as_json_option
def import_story(file: BinaryIO, as_json: bool) -> None:
    """Store the story that `export` wrote to FILE (- is standard input), where it is not stored yet.

    Digests that were still to be sent are sent from here.
    """
    from flows.transfer_story import read_import

    with open_house() as house:
        imported = read_import(house, file)
    if as_json:
        print_json(asdict(imported))
    else:
        counts = ", ".join(f"{number} {kind}" for kind, number in imported.counts.items() if kind != "story")
        click.echo(f"{imported.story}: {counts or 'nothing but its name'}")


@click.command()
@click.option(
    "--backup", "copies", type=click.Path(path_type=Path, file_okay=False),
    help="First put a copy of the database (SQLite) into this folder.",
)  # fmt: skip
@click.option(
    "--keep", default=7, show_default=True, type=click.IntRange(1), help="So many copies stay there."
)
@click.option(
    "--superseded",
    default=90,
    show_default=True,
    type=click.IntRange(0),
    help="Days that a text stays after an edit replaced it.",
)
@click.option(
    "--others",
    default=30,
    show_default=True,
    type=click.IntRange(0),
    help="Days that a text stays that does not belong.",
)
@click.option(
    "--latest", type=click.IntRange(0), help="Days that every other text stays; unless given, for ever."
)
@click.option(
    "--digests",
    default=365,
    show_default=True,
    type=click.IntRange(0),
    help="Days that the pages and files of a digest stay that all have got.",
)
@click.option("--compact", is_flag=True, help="Give the room back to the disk; runs wait meanwhile.")
@as_json_option
def maintain(
    copies: Path | None,
    keep: int,
    superseded: int,
    others: int,
    latest: int | None,
    digests: int,
    compact: bool,
    as_json: bool,
) -> None:
    """Copy the database, let old texts and digests go, and look the store over. Claims and editions always stay.

    The exit status is 1 where something is wrong with the store.
    """
    from flows.start_prefect import prepare_prefect

    prepare_prefect()
    from flows.maintain_store import Chores, in_a_line, keep_house
    from storage.retention import Retention

    retention = Retention(
        superseded=timedelta(days=superseded), others=timedelta(days=others),
        latest=None if latest is None else timedelta(days=latest),
        digests=timedelta(days=digests),
    )  # fmt: skip
    with open_house() as house:
        kept = keep_house(
            house, Chores(retention=retention, copies=copies, keep=keep, compact=compact), house.clock()
        )
    if as_json:
        print_json({**asdict(kept), "copy": str(kept.copy) if kept.copy else None})
    else:
        if kept.copy:
            click.echo(f"copy: {kept.copy}")
        click.echo(in_a_line(kept.trimmed))
        for finding in kept.findings:
            click.echo(f"{finding.story or 'store'}: {finding.problem}\n  -> {finding.remedy}", err=True)
    if kept.findings:
        sys.exit(1)


@click.command("backfill")
@story_argument
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False))
@click.option(
    "--workers", type=click.IntRange(1),
    help="Processes that read. Unless given, one a core from two thousand documents on: before, they do not pay for their start.",
)  # fmt: skip
@as_json_option
def backfill_command(story: str, file: str | None, workers: int | None, as_json: bool) -> None:
    """Run STORY over a history: dated documents in FILE (JSON Lines), or all that its sources hold now.

    The ledger and the editions are those that scheduled runs would have made. Nothing is sent. With STORYDELTA_RUNNER
    the documents of FILE are read by one of Prefect's task runners.
    """
    from flows.backfill_story import in_a_line
    from flows.settings import read_settings

    if file and read_settings().runner:
        done = _backfill_on_runner(story, file, workers)
    else:
        done = _backfill(story, file, workers)
    if as_json:
        print_json(asdict(done))
    else:
        click.echo(in_a_line(done))


def _backfill(story: str, file: str | None, workers: int | None) -> Backfilled:
    import asyncio
    import os
    from contextlib import nullcontext

    from flows.backfill_story import MANY, backfill, here, processes
    from flows.fetch_sources import fetch
    from storydelta.sources import read_documents

    with open_house() as house:
        watched = house.story(story)
        if file:
            with Path(file).open("rb") as lines:
                items = list(read_documents(lines, file, dated=True))
        else:

            async def fetch_all() -> list[Item]:
                async with house.context(watched, house.clock()) as context:
                    return list((await fetch(watched, {}, context)).items)

            items = asyncio.run(fetch_all())
        count = workers or ((os.cpu_count() or 1) if len(items) >= MANY else 1)
        with (
            (
                nullcontext(here(house.settings, watched))
                if count == 1
                else processes(house.settings, watched, count)
            ) as readers,
            click.progressbar(length=len(items), label="documents", file=sys.stderr) as bar,
        ):
            return backfill(house, watched, items, readers, told=bar.update)


def _backfill_on_runner(story: str, file: str, workers: int | None) -> Backfilled:
    import asyncio

    from flows.start_prefect import prepare_prefect

    with open_house() as house:
        house.story(story)  # a wrong name is said before Prefect is started
    prepare_prefect()
    from flows.backfill_history import backfill_history

    return asyncio.run(backfill_history(story, file, workers))


COMMANDS: tuple[click.Command, ...] = (
    doctor,
    serve,
    deploy_command,
    maintain,
    export_story,
    import_story,
    backfill_command,
)
