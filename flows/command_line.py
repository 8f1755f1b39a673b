"""The command line: thin skins over documented functions, one each."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import click

from storydelta.errors import DocumentError, StorydeltaError


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
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True))
def extract(file: str) -> None:
    """Print the claims of each document in FILE (JSON Lines; - is standard input)."""
    from flows.wiring import build_reader  # noqa: PLC0415 - the parser takes a second to import
    from storydelta.claims.contract import claim_to_json  # noqa: PLC0415
    from storydelta.sources.documents import read_lines  # noqa: PLC0415

    reader = build_reader()
    broken = 0
    with _opened(file) as lines:
        for _, found in read_lines(lines, file):
            if isinstance(found, DocumentError):
                click.echo(f"Error: {found}", err=True)
                broken += 1
                continue
            claims = reader.read(
                title=found.title, text=found.text, publisher=found.publisher, published_at=found.published_at
            )
            _print_json({"id": found.id or found.url, "claims": [claim_to_json(claim) for claim in claims]})
    if broken:
        sys.exit(1)


@contextmanager
def _opened(file: str) -> Iterator[BinaryIO]:
    if file == "-":
        yield sys.stdin.buffer
    else:
        with Path(file).open("rb") as lines:
            yield lines


def _print_json(value: object) -> None:
    click.echo(json.dumps(value, ensure_ascii=False))


if __name__ == "__main__":
    main()
