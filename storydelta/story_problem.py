"""What is wrong with a story file, in the words of the file: the key, what was found, what would be right."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from types import UnionType
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel

from storydelta.story import NOT_IN_FILES

Where = tuple[str | int, ...]
_SHOWN = 60
_SLUG = "lower-case letters, digits and single hyphens, like 'moscow-concert-hall'"
_HEADER = re.compile(r"\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?$")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_KEY = re.compile(r"\s*(\"[^\"]*\"|'[^']*'|[A-Za-z0-9_.-]+)\s*=")
_EXPECTED = {
    "string_type": ("text", 'write it in quotes: {key} = "…"'),
    "tuple_type": ("a list", "write {key} = [{found}]"),
    "list_type": ("a list", "write {key} = [{found}]"),
    "dict_type": ("a table", "write it as [{key}]"),
    "model_type": ("a table", "write it as [{key}]"),
    "model_attributes_type": ("a table", "write it as [{key}]"),
    "int_type": ("a whole number", "write it without quotes"),
    "int_parsing": ("a whole number", "write {key} = 10"),
    "int_from_float": ("a whole number", "write {key} = 10"),
    "float_type": ("a number", "write {key} = 5"),
    "float_parsing": ("a number", "write {key} = 5"),
    "bool_type": ("true or false", "write {key} = true"),
    "bool_parsing": ("true or false", "write {key} = true"),
    "time_type": ("a time of day", 'write {key} = "22:00"'),
    "time_parsing": ("a time of day", 'write {key} = "22:00"'),
    "time_delta_type": ("a length of time", 'write {key} = "30 min"'),
    "time_delta_parsing": ("a length of time", 'write {key} = "30 min"'),
    "datetime_type": ("a date", 'write {key} = "2024-03-25" or "2024-03-25T09:30:00Z"'),
    "datetime_parsing": ("a date", 'write {key} = "2024-03-25" or "2024-03-25T09:30:00Z"'),
    "datetime_from_date_parsing": ("a date", 'write {key} = "2024-03-25" or "2024-03-25T09:30:00Z"'),
}


@dataclass(frozen=True, slots=True)
class Complaint:
    """One thing that is wrong. `choices` are what could stand there, `found` what does, if it is a word."""

    where: Where
    text: str
    choices: tuple[str, ...] = ()
    found: str = ""


def read_complaint(
    error: Mapping[str, Any], model: type[BaseModel], where: Where, also: tuple[str, ...] = ()
) -> Complaint:
    """One of pydantic's errors as a complaint. `where` is where the model stands in the file, `also` are keys
    that may stand there besides the model's own.
    """
    inner = tuple(part for part in error["loc"] if part != "[key]")
    place = (*where, *inner)
    if error["type"] == "extra_forbidden":
        parent = _model_at(model, inner[:-1])
        fields = parent.model_fields if parent else {}
        keys = tuple(field.alias or name for name, field in fields.items() if name not in NOT_IN_FILES)
        return Complaint(place, "unknown key", (*also, *keys) if len(inner) == 1 else keys, str(inner[-1]))
    if error["type"] in ("enum", "literal_error"):
        choices = tuple(re.findall(r"'([^']+)'", error["ctx"]["expected"]))
        return Complaint(place, f"{_shown(error['input'])} is not known here", choices, str(error["input"]))
    if place == ("slug",):
        return Complaint((), f"the file's name {_shown(error['input'])} is to identify the story: {_SLUG}")
    return Complaint(place, _in_words(error, place))


def _in_words(error: Mapping[str, Any], place: Where) -> str:
    """What was found and what would be right, for errors that are about one value."""
    sort, found = error["type"], error["input"]
    if sort in _EXPECTED:
        wanted, remedy = _EXPECTED[sort]
        if place in (("sources",), ("channels",)):
            remedy = "write it as a table [[{key}]]"
        return f"{_shown(found)} is not {wanted}; {remedy.format(key=_last_key(place), found=_toml(found))}"
    fixed = {
        "missing": f"missing; add {_example(place)}",
        "too_short": f"is empty; add {_example(place)}",
        "string_too_short": "is empty; write something between the quotes",
        "greater_than_equal": f"{_shown(found)} is too low; the lowest is {error.get('ctx', {}).get('ge')}",
    }
    message = error["msg"].removeprefix("Value error, ")
    shown = "" if isinstance(found, dict) or repr(found) in message else f" (found {_shown(found)})"
    return fixed.get(sort, f"{message[0].lower() + message[1:]}{shown}")


def explain(complaint: Complaint) -> str:
    """The complaint in one line, with a close match or the choices."""
    place = _dotted(complaint.where)
    text = f"{place}: {complaint.text}" if place else complaint.text
    if not complaint.choices:
        return text
    close = get_close_matches(complaint.found.casefold(), complaint.choices, n=1)
    return (
        f"{text}; did you mean {close[0]!r}?"
        if close
        else f"{text}; known are {', '.join(complaint.choices)}"
    )


def line_of(text: str, where: Where) -> int | None:
    """The line of a TOML text where a key stands, or else the table that it is missing from; None if unknown."""
    best, best_depth = None, 0
    counts: dict[str, int] = {}
    table: Where = ()
    for number, line in enumerate(text.splitlines(), 1):
        if header := _HEADER.match(line):
            name = header[2].strip()
            table = tuple(_unquoted(part) for part in name.split("."))
            if header[1] == "[[":
                counts[name] = counts.get(name, -1) + 1
            table = _with_counts(table, counts)
            here = table
        elif key := _KEY.match(line):
            here = (*table, *(_unquoted(part) for part in key[1].split(".")))
        else:
            continue
        if here == where[: len(here)] and len(here) > best_depth:
            best, best_depth = number, len(here)
    return best


def _with_counts(table: Where, counts: Mapping[str, int]) -> Where:
    """The table's place, with the number of the entry after each name that is a list of tables."""
    place: list[str | int] = []
    names: list[str] = []
    for name in table:
        place.append(name)
        names.append(str(name))
        if (count := counts.get(".".join(names))) is not None:
            place.append(count)
    return tuple(place)


def _model_at(model: type[BaseModel], inner: Where) -> type[BaseModel] | None:
    """The model of a nested table."""
    here: Any = model
    for part in inner:
        if isinstance(here, type) and issubclass(here, BaseModel):
            fields = {field.alias or name: field for name, field in here.model_fields.items()}
            here = fields[str(part)].annotation if str(part) in fields else None
        elif get_origin(here) in (dict, tuple, list):
            arguments = get_args(here)
            here = arguments[1] if get_origin(here) is dict else arguments[0]
        here = _without_none(here)
    return here if isinstance(here, type) and issubclass(here, BaseModel) else None


def _without_none(annotation: Any) -> Any:
    if get_origin(annotation) in (Union, UnionType):
        return next((part for part in get_args(annotation) if part is not type(None)), None)
    return annotation


def _example(place: Where) -> str:
    examples = {
        "sources": "a table [[sources]] with its kind",
        "kind": 'kind = "folder"' if place[:1] == ("sources",) else 'kind = "file"',
        "to": 'to = ["…"]',
    }
    key = _last_key(place)
    return examples.get(key, f'{key} = "…"')


def _last_key(place: Where) -> str:
    return next((part for part in reversed(place) if isinstance(part, str)), "")


def _dotted(place: Where) -> str:
    """`("sources", 1, "path")` as "sources[2].path": people count from one."""
    dotted = ""
    for part in place:
        if isinstance(part, int):
            dotted += f"[{part + 1}]"
        else:
            dotted += ("." if dotted else "") + (part if _BARE.fullmatch(part) else _shown(part))
    return dotted


def _shown(found: object) -> str:
    written = repr(found)
    return written if len(written) <= _SHOWN else written[:_SHOWN] + "…"


def _toml(found: object) -> str:
    return json.dumps(found, ensure_ascii=False) if isinstance(found, str) and len(found) <= _SHOWN else "…"


def _unquoted(part: str) -> str:
    return part.strip().strip("\"'")
