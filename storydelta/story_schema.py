"""The story file described from its own types: a JSON Schema for editors, and the reference in the documentation.

`python -m storydelta.story_schema docs` writes both.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from storydelta.delivery import CHANNELS
from storydelta.sources import SOURCES
from storydelta.sources.textfile import HEAD_KEYS
from storydelta.story import NOT_IN_FILES, Story

SCHEMA_FILE = "story.schema.json"
REFERENCE_FILE = "story-files.md"

_INTRODUCTION = """\
# Story files

A story is one TOML file. Its name without `.toml` identifies the story everywhere, so choose one and keep it:
lower-case letters, digits and single hyphens. This is a whole one:

```toml
#:schema https://example.org/story.schema.json

title = "Moscow concert hall attack"
timezone = "Europe/Moscow"

[belongs]
must = ["Crocus", "Krasnogorsk"]
since = "2024-03-22"

[[sources]]
kind = "folder"
path = "moscow"

[alerts]
interval = "30 min"
thresholds.injured = { by = 10, percent = 5 }
quiet = { from = "23:00", to = "06:30" }

[[channels]]
kind = "file"
to = ["digests"]
```

Editors that read TOML schemas complete and check it with `docs/story.schema.json`; the first line tells them where it
lies, as a path or an address. Lengths of time are written like "30 min", "2 h", "1 day", or as in ISO 8601 ("PT30M").
Dates are written like "2024-03-22", midnight UTC, or "2024-03-22T09:30:00Z". What is wrong in a file is answered with
the line, the key and what would be right.

This page is made from the program's own types.
"""
_HEADS = """\
### The head of a text file

A file of a `folder` source begins with lines of `key: value` and a blank line; the text follows. The head may stand
between lines of `---`. Instead of a head, the text may begin with `date 2024-03-25`. In a `.md` file the first
heading is the title, if the head gives none. An `.eml` file needs no head: subject, sender and date are those of the
e-mail; nor does an `.html` file, of which the article is read as that of a page on the web. A file without a date is
not taken in, since when it was saved says little about when it was published.

```
url: https://example.org/news/1
title: Toll rises to 115
publisher: Example Wire
published: 2024-03-23T09:30:00Z

The toll rose to 115 on Saturday, investigators said.
```

| key | meaning |
| --- | --- |
"""
_LINES = """\
### The lines of a JSON Lines file

The objects that [`extract` and `replay`](output.md) read, too: `id`, `url`, `title`, `text`, `publisher`, and
`published_at`, which a source needs. Lines with one `url` are revisions of one document, in order of `published_at`.
"""
_FEEDS = """\
### How feeds and pages are visited

[Sources](sources.md) tells it in full: conditional requests with a full one every six hours, so that no change stays
unseen for longer behind a validator that lies; articles of which a feed has only a summary read on their own page, and
visited again for some days; at most two requests to one host at a time, begun at least a second apart; robots.txt;
public addresses only. A feed that is cut short or not quite well formed gives the entries that can be read. A date
that cannot be understood for certain is no date.
"""


def story_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a story file, with the options of each kind of source and channel."""
    schema: dict[str, Any] = _tidied(Story.model_json_schema(by_alias=True, mode="validation"))
    definitions, properties = schema["$defs"], schema["properties"]
    for key in NOT_IN_FILES:
        properties.pop(key)
    schema["required"] = [key for key in schema["required"] if key in properties]
    for section, base, kinds in (("sources", "SourceEntry", SOURCES), ("channels", "ChannelEntry", CHANNELS)):
        entry = definitions.pop(base)
        names = []
        for kind in kinds:
            names.append(f"{kind.name}-{section[:-1]}")
            definitions[names[-1]] = _entry_of(kind.name, kind.help, kind.options, entry)
        properties[section]["items"] = {"oneOf": [{"$ref": f"#/$defs/{name}"} for name in names]}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Storydelta story", **schema}


def story_reference() -> str:
    """The reference of story files, in Markdown: every key with its meaning."""
    schema = story_schema()
    definitions, properties = schema["$defs"], schema["properties"]
    parts = [_INTRODUCTION, "## The story\n", *_table(properties, definitions, schema["required"])]
    for section, title in (("adaptive", "Adaptive"), ("belongs", "Belonging"), ("alerts", "AlertRules")):
        parts += [
            f"## `[{section}]`\n",
            definitions[title]["description"] + "\n",
            *_table_of(definitions[title], definitions),
        ]
    for section, title in (("thresholds.MEASURE", "Threshold"), ("quiet", "QuietHours")):
        parts += [
            f"### `[alerts.{section}]`\n",
            definitions[title]["description"] + "\n",
            *_table_of(definitions[title], definitions),
        ]
    for section, kinds in (("sources", SOURCES), ("channels", CHANNELS)):
        parts.append(f"## `[[{section}]]`\n")
        for kind in kinds:
            entry = definitions[f"{kind.name}-{section[:-1]}"]
            parts += [f'### `kind = "{kind.name}"`\n', kind.help + "\n", *_table_of(entry, definitions)]
            parts += _notes(kind.name) if section == "sources" else []
    return "\n".join(parts)


def write(folder: Path) -> None:
    """Both files into the folder of the documentation."""
    (folder / SCHEMA_FILE).write_text(json.dumps(story_schema(), indent=2) + "\n", encoding="utf-8")
    (folder / REFERENCE_FILE).write_text(story_reference(), encoding="utf-8")


def _entry_of(kind: str, help_: str, options: type[BaseModel], entry: Mapping[str, Any]) -> dict[str, Any]:
    own = _tidied(options.model_json_schema(by_alias=True, mode="validation"))
    shared = {key: value for key, value in entry["properties"].items() if key != "kind"}
    properties = {"kind": {"const": kind, "description": help_}, **shared, **own.get("properties", {})}
    required = [*entry["required"], *own.get("required", [])]
    return {
        "type": "object", "description": help_, "properties": properties, "required": required,
        "additionalProperties": False,
    }  # fmt: skip


def _tidied(schema: Any, *, names: bool = False) -> Any:
    """Without the titles that repeat each key, and without null, which TOML has not. `names`: its keys are names
    that the file's author writes, not words of JSON Schema.
    """
    if isinstance(schema, list):
        return [_tidied(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    tidy = {
        key: _tidied(value, names=key in ("properties", "$defs"))
        for key, value in schema.items()
        if names or not (key == "title" or (key == "default" and value is None))
    }
    choices = tidy.get("anyOf")
    if not names and choices and {"type": "null"} in choices:
        (tidy["anyOf"],) = ([choice for choice in choices if choice != {"type": "null"}],)
        if len(tidy["anyOf"]) == 1:
            tidy |= tidy.pop("anyOf")[0]
    return tidy


def _table_of(model: Mapping[str, Any], definitions: Mapping[str, Any]) -> list[str]:
    return _table(model["properties"], definitions, model.get("required", ()))


def _table(
    properties: Mapping[str, Any], definitions: Mapping[str, Any], required: Sequence[str]
) -> list[str]:
    rows = ["| key | takes | unless given | meaning |", "| --- | --- | --- | --- |"]
    for key, value in properties.items():
        default = "required" if key in required else _default(value)
        meaning = value.get("description") or definitions.get(_target(value), {}).get("description", "")
        rows.append(f"| `{key}` | {_takes(value, definitions)} | {default} | {meaning} |")
    return [*rows, ""]


def _takes(value: Mapping[str, Any], definitions: Mapping[str, Any]) -> str:
    """What may stand there, in words."""
    target = _target(value)
    if target:
        value = definitions[target]
    if "const" in value:
        return f'`"{value["const"]}"`'
    if "enum" in value:
        return ", ".join(f"`{choice}`" for choice in value["enum"])
    if value.get("type") == "array":
        items = value.get("items", {})
        return f"list of {'tables' if 'oneOf' in items else _takes(items, definitions)}"
    if value.get("type") == "object":
        return "table"
    words = {"string": "text", "integer": "whole number", "number": "number", "boolean": "true or false"}
    examples = ", ".join(f'`"{example}"`' for example in value.get("examples", ()))
    return examples or words.get(str(value.get("type")), "text")


def _target(value: Mapping[str, Any]) -> str:
    return str(value.get("$ref", "")).rpartition("/")[2]


def _default(value: Mapping[str, Any]) -> str:
    default = value.get("default")
    if default in (None, "", [], {}) or isinstance(default, dict):
        return ""
    return f"`{json.dumps(default)}`"


def _notes(kind: str) -> Iterator[str]:
    if kind == "folder":
        yield _HEADS + "\n".join(f"| `{key}` | {meaning} |" for key, meaning in HEAD_KEYS.items()) + "\n"
    if kind == "jsonl":
        yield _LINES
    if kind == "feed":
        yield _FEEDS


if __name__ == "__main__":
    write(Path(sys.argv[1]))
