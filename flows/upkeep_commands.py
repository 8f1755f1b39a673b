"""Commands for running Storydelta for weeks: thin skins, one each. `command_line` adds `COMMANDS` to the others."""

from __future__ import annotations

import sys
from dataclasses import asdict

import click

from flows.command_parts import as_json_option, open_house, print_json

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

    from flows.start_prefect import prepare_prefect

    prepare_prefect()
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


COMMANDS: tuple[click.Command, ...] = (doctor, serve)
