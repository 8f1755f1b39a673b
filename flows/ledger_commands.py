"""Commands around what is held and why: thin skins, one each. `command_line` adds them to the others."""

from __future__ import annotations

from datetime import datetime

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


@click.command()
@story_argument
@click.option("--as-of", type=Time(), help="What was known then.")
@as_json_option
def ledger(story: str, as_of: datetime | None, as_json: bool) -> None:
    """Print the positions of STORY: its figures and who says who did it, with everybody's latest, what was said
    before, what is in dispute, and what nobody has confirmed for long.
    """
    from flows.show_ledger import ledger_to_json, show_ledger

    with open_house() as house:
        watched = house.story(story)
        edition = known_edition(house, watched, as_of, asked=story)
        held = edition.ledger if as_of else house.store.ledger(watched.slug)
        now = as_of or house.clock()
    if as_json:
        print_json(ledger_to_json(edition, held, now))
    else:
        show_ledger(edition, held, watched, now)


@click.command()
@story_argument
@click.option("--since", type=Since(), default=0, help="Changes after this edition (a number) or time.")
@as_json_option
def changes(story: str, since: int | datetime, as_json: bool) -> None:
    """Print every change of STORY with its evidence and the rule that made it an alert or held it back."""
    from flows.show import change_to_json, show_verdicts

    with open_house() as house:
        watched = house.story(story)
        verdicts = house.store.changes_since(watched.slug, since)
    if as_json:
        for verdict in verdicts:
            print_json(change_to_json(verdict))
    else:
        show_verdicts(verdicts, watched)


@click.command()
@story_argument
@click.argument("document")
@as_json_option
def why(story: str, document: str, as_json: bool) -> None:
    """Explain what DOCUMENT did to STORY, or why it moved nothing.

    DOCUMENT is its address, its id, or the end of its address (a file's name). One that the story does not have, at
    an address or in a file, is read now; nothing is stored.
    """
    from flows.explain_document import explain_document
    from flows.show_why import show_why, why_to_json

    with open_house() as house:
        watched = house.story(story)
        told = explain_document(house.store, watched, house.reader(watched), document, house.clock())
    for each in told:
        if as_json:
            print_json(why_to_json(each, watched))
        else:
            show_why(each, watched)


COMMANDS: tuple[click.Command, ...] = (ledger, changes, why)
