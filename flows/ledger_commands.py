"""Commands around what is held and why: thin skins, one each. `command_line` adds them to the others."""

from __future__ import annotations

import click

from flows.command_parts import as_json_option, open_house, print_json, story_argument


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


COMMANDS: tuple[click.Command, ...] = (why,)
