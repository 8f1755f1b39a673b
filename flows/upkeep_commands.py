"""Commands for running Storydelta for weeks: thin skins, one each. `command_line` adds `COMMANDS` to the others."""

from __future__ import annotations

import sys
from dataclasses import asdict

import click

from flows.command_parts import as_json_option, print_json

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


COMMANDS: tuple[click.Command, ...] = (doctor,)
