import json
import re
import tomllib
from pathlib import Path

import pytest

from seeds import seed_story_file
from storydelta.delivery import CHANNELS
from storydelta.sources import SOURCES
from storydelta.sources.textfile import HEAD_KEYS, read_text_file
from storydelta.stories import parse_story
from storydelta.story import Story
from storydelta.story_schema import REFERENCE_FILE, SCHEMA_FILE, story_reference, story_schema

DOCS = Path(__file__).parents[1] / "docs"
STALE = "run: python -m storydelta.story_schema docs"


def example() -> str:
    return re.search(r"```toml\n(.*?)```", story_reference(), re.DOTALL)[1]


def test_the_schema_and_the_reference_in_the_documentation_are_up_to_date():
    assert json.loads((DOCS / SCHEMA_FILE).read_text()) == story_schema(), STALE
    assert (DOCS / REFERENCE_FILE).read_text() == story_reference(), STALE


def test_every_key_of_every_table_and_kind_is_in_the_reference_with_a_meaning():
    rows = {
        line.split("|")[1].strip(" `"): line for line in story_reference().splitlines() if line[:3] == "| `"
    }
    schema = story_schema()
    tables = [schema, *(each for each in schema["$defs"].values() if "properties" in each)]
    keys = {key for table in tables for key in table["properties"]} | set(HEAD_KEYS)
    assert set(rows) == keys
    assert [key for key, row in rows.items() if not row.rstrip(" |").split("|")[-1].strip()] == []


def test_the_example_in_the_reference_is_a_valid_story():
    assert parse_story(example(), "example", "docs").alerts.thresholds


def test_the_head_in_the_reference_is_a_valid_head():
    head = re.search(r"```\n(url: .*?)```", story_reference(), re.DOTALL)[1]
    assert read_text_file(head, "a.txt").publisher == "Example Wire"


def test_the_schema_knows_the_keys_that_the_types_know():
    schema = story_schema()
    assert set(schema["properties"]) == set(Story.model_fields) - {"slug", "folder"}
    for section, kinds in (("sources", SOURCES), ("channels", CHANNELS)):
        for kind in kinds:
            entry = schema["$defs"][f"{kind.name}-{section[:-1]}"]
            assert set(kind.options.model_fields) <= set(entry["properties"])
            assert entry["properties"]["kind"]["const"] == kind.name


@pytest.mark.parametrize("text", [seed_story_file().read_text(), example()])
def test_valid_stories_are_valid_by_the_schema(text):
    jsonschema = pytest.importorskip("jsonschema")
    jsonschema.validate(tomllib.loads(text), story_schema())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("title", "titel"),
        ('"folder"', '"foldr"'),
        ("path", "pth"),
        ("to =", "too ="),
        ('to = ["digests"]', "to = []"),
    ],
)
def test_what_is_wrong_in_a_story_is_wrong_by_the_schema(old, new):
    jsonschema = pytest.importorskip("jsonschema")
    text = seed_story_file().read_text().replace(old, new)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(tomllib.loads(text), story_schema())


def test_the_seed_story_names_the_schema_where_it_lies():
    path = re.match(r"#:schema (\S+)", seed_story_file().read_text())[1]
    assert (seed_story_file().parent / path).resolve() == DOCS / SCHEMA_FILE
