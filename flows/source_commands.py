"""Commands around sources: thin skins, one each. `command_line` adds `COMMANDS` to the others."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click

from flows.command_parts import as_json_option, open_house, print_json, story_argument
from storydelta.errors import DocumentError


@click.group()
def source() -> None:
    """Find out what a source is, try it, add it to a story."""


@source.command()
@story_argument
@click.argument("place")
def add(story: str, place: str) -> None:
    """Find out what PLACE is (a feed, a page that points to one, a folder, a file) and add it to STORY's file."""
    from flows.add_source import add_source
    from flows.settings import read_settings
    from flows.wiring import open_context, utc_now
    from storydelta.sources.discover import Discovery, discover
    from storydelta.stories import find_story_file

    file = find_story_file(story, read_settings().stories)

    async def found() -> tuple[Discovery, ...]:
        async with open_context(file.parent, utc_now()) as context:
            return await discover(place, context)

    first, *others = asyncio.run(found())
    add_source(file, first)
    click.echo(f"{file}: added {first.about}\n\n{first.toml}")
    for other in others:
        click.echo(f"There is also {other.about}:\n\n{other.toml}")


@source.command("import")
@story_argument
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_(story: str, file: Path) -> None:
    """Add the feeds of an OPML list to STORY's file; those that it has already are passed over."""
    from flows.add_source import add_feeds
    from flows.settings import read_settings
    from storydelta.sources.opml import read_opml
    from storydelta.stories import find_story_file

    target = find_story_file(story, read_settings().stories)
    added = add_feeds(target, read_opml(file.read_bytes(), str(file)))
    click.echo(f"{target}: added {len(added)} feeds")


@source.command()
@story_argument
def export(story: str) -> None:
    """Print the feeds of STORY as an OPML list."""
    from flows.settings import read_settings
    from storydelta.sources.opml import write_opml
    from storydelta.stories import find_story

    found = find_story(story, read_settings().stories)
    click.echo(write_opml(found.sources, found.title))


@source.command()
@click.argument("place")
def test(place: str) -> None:
    """Show what would be ingested from PLACE, and which claims it holds. Nothing is stored."""
    from flows.find_documents import fetch_place
    from flows.show_claims import show_claims
    from flows.show_sources import show_facts
    from flows.wiring import build_reader

    found = fetch_place(place)
    for item, claims in build_reader().read_all(f for f in found if not isinstance(f, DocumentError)):
        show_claims(item, claims)
        show_facts(item)
    for problem in found:
        if isinstance(problem, DocumentError):
            click.echo(f"Problem: {problem}", err=True)


@click.command()
@story_argument
@as_json_option
def sources(story: str, as_json: bool) -> None:
    """Print how each source of STORY fares: last success, last change, next visit, errors."""
    from flows.show_sources import show_sources, sources_to_json

    with open_house() as house:
        watched = house.story(story)
        states = house.store.source_states(watched.slug)
    if as_json:
        print_json(sources_to_json(watched, states, house.clock()))
    else:
        show_sources(watched, states, house.clock())


COMMANDS: tuple[click.Command, ...] = (source, sources)
