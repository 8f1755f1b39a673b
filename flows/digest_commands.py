"""Commands around digests, deliveries and the site: thin skins, one each. `command_line` adds them to the others."""

from __future__ import annotations

import tempfile
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from flows.command_parts import (
    Since,
    Time,
    as_json_option,
    known_edition,
    open_house,
    print_json,
    story_argument,
)
from storydelta.errors import StorydeltaError

if TYPE_CHECKING:
    from storage.store import Store
    from storydelta.model import Delivery, Message

_SHOWN_KEY = 10  # characters of a delivery's key that tell it from the others


@click.command()
@story_argument
@click.option("--since", type=Since(), help="Changes after this edition (a number) or time.")
@click.option("--as-of", type=Time(), help="What was known then.")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
    help="Write it there: a page, or plain text where the name ends in .txt.",
)  # fmt: skip
@click.option("--open", "show", is_flag=True, help="Show the page in a browser.")
@click.option("--force", is_flag=True, help="Where nothing changed, show the standing ledger.")
def digest(
    story: str, since: int | datetime | None, as_of: datetime | None, output: Path | None, show: bool, force: bool
) -> None:  # fmt: skip
    """Make the digest of STORY as it would be sent, and print it. Nothing is sent.

    Without --since it tells what changed since the last digest before it.
    """
    from flows.compose_digest import compose_digest
    from storydelta.render import render

    with open_house() as house:
        watched = house.story(story)
        edition = known_edition(house, watched, as_of, asked=story)
        told = compose_digest(
            house.store, watched, edition, now=as_of or house.clock(), since=since, templates=house.templates
        )
        message = render(told, house.templates)
    if not told.changes and not force:
        raise StorydeltaError(
            f"{watched.slug}: nothing changed, so there is no digest; --force shows where it stands"
        )
    _put(message, output, show=show)


def _put(message: Message, output: Path | None, *, show: bool) -> None:
    """Prints the text, or writes the page (or the text) to a file, and shows the page if asked to."""
    from storydelta.delivery.file import write_whole

    page = output if output and output.name != "-" else None
    if page is None and show:
        page = Path(tempfile.mkdtemp(prefix="storydelta-")) / f"{message.story}-{message.edition:05d}.html"
    if page is None:
        click.echo(message.text, nl=False)
        return
    try:
        write_whole(message, page)
    except OSError as problem:
        raise StorydeltaError(f"{page}: cannot be written ({problem.strerror or problem})") from problem
    click.echo(f"{message.subject}\n{page}", err=True)
    if show:
        click.launch(page.absolute().as_uri())


@click.group(invoke_without_command=True)
@click.pass_context
def deliveries(ctx: click.Context) -> None:
    """List the deliveries of digests; try again or cancel one."""
    if ctx.invoked_subcommand is None:
        ctx.invoke(list_deliveries)


@deliveries.command("list")
@click.argument("story", required=False)
@click.option("--state", type=click.Choice(["pending", "sent", "parked"]), help="Only those in this state.")
@click.option(
    "-n", "--last", type=click.IntRange(min=1), default=50, show_default=True, help="At most so many."
)
@as_json_option
def list_deliveries(
    story: str | None = None, state: str | None = None, last: int = 50, as_json: bool = False
) -> None:
    """Print the deliveries of STORY, or of all stories, and how many there are in each state."""
    from flows.show_deliveries import delivery_to_json, show_deliveries
    from storydelta.model import DeliveryState

    with open_house() as house:
        slug = house.story(story).slug if story else None
        found = house.store.deliveries(slug, state=DeliveryState(state) if state else None, limit=last)
        counts = house.store.delivery_counts()
    if as_json:
        for delivery in found:
            print_json(delivery_to_json(delivery))
    else:
        show_deliveries(found, counts, shown_key=_SHOWN_KEY)


@deliveries.command("retry")
@click.argument("keys", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Every parked delivery.")
def retry_deliveries(keys: tuple[str, ...], everything: bool) -> None:
    """Make parked deliveries due again. KEYS are as `deliveries list` shows them.

    The next run, or `deliver_pending`, sends them.
    """
    if not keys and not everything:
        raise click.UsageError("name the deliveries, or give --all")
    with open_house() as house:
        parked = _parked(house.store)
        chosen = parked if everything else [_one_of(house.store, key) for key in keys]
        for delivery in chosen:
            done = house.store.retry_delivery(delivery.key, house.clock())
            _say(delivery, "is due again" if done else f"is {delivery.state}, not parked")


@deliveries.command("cancel")
@click.argument("keys", nargs=-1, required=True)
def cancel_deliveries(keys: tuple[str, ...]) -> None:
    """Park pending deliveries, so that they are not sent. KEYS are as `deliveries list` shows them."""
    with open_house() as house:
        for delivery in [_one_of(house.store, key) for key in keys]:
            done = house.store.cancel_delivery(delivery.key, house.clock())
            _say(delivery, "is cancelled" if done else f"is {delivery.state} or being sent")


def _parked(store: Store) -> list[Delivery]:
    from storydelta.model import DeliveryState

    return list(store.deliveries(state=DeliveryState.PARKED))


def _one_of(store: Store, key: str) -> Delivery:
    """The delivery whose key begins like that; StorydeltaError where none or several do."""
    fitting = [delivery for delivery in store.deliveries() if delivery.key.startswith(key)]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        raise StorydeltaError(
            f"{len(fitting)} deliveries have a key that begins with {key!r}; give more of it"
        )
    raise StorydeltaError(f"no delivery has a key that begins with {key!r}; `storydelta deliveries` lists them")  # fmt: skip


def _say(delivery: Delivery, what: str) -> None:
    from flows.show_deliveries import name

    click.echo(f"{delivery.key[:_SHOWN_KEY]}  {name(delivery)} {what}")


@click.command("send-test")
@click.argument("channel")
@click.argument("to")
@click.option("--story", "story_name", help="With the options that this story gives the channel.")
def send_test(channel: str, to: str, story_name: str | None) -> None:
    """Send a test message over CHANNEL to the recipient TO, and say whether it went out."""
    from flows.send_test import send_test_message

    with open_house() as house:
        watched = house.story(story_name) if story_name else None
        send_test_message(house, channel, to, watched)
    click.echo(f"The test message went out by {channel} to {to}.")


@click.command()
@click.argument("stories", metavar="[STORY]...", nargs=-1)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, file_okay=False),
    help="The site's folder; unless given, `site` in the home folder.",
)  # fmt: skip
@click.option("--address", default="", help="Where the folder can be reached on the web, for feed readers.")
@click.option("--open", "show", is_flag=True, help="Show its first page in a browser.")
def site(stories: tuple[str, ...], output: Path | None, address: str, show: bool) -> None:
    """Write the site of each STORY, or of all, as plain files: only what changed is written."""
    from flows.write_site import write_site
    from storydelta.stories import known_stories

    with open_house() as house:
        names = stories or tuple(sorted(known_stories(house.settings.stories)))
        folder = output or house.settings.home / "site"
        written = write_site(
            house.store, [house.story(name) for name in names], folder, templates=house.templates, address=address
        )  # fmt: skip
    first = folder / "index.html"
    click.echo(f"{len(written.paths)} files written, {written.unchanged} as they were: {first}")
    if not address:
        click.echo(
            "Feed readers want whole links: name where the folder can be reached with --address.", err=True
        )
    if show:
        click.launch(first.absolute().as_uri())


COMMANDS: tuple[click.Command, ...] = (digest, deliveries, send_test, site)
