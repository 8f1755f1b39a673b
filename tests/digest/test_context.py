from __future__ import annotations

import re
from dataclasses import fields, is_dataclass
from pathlib import Path

from storydelta.digest import view
from storydelta.model import ChangeKind

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTED = (ROOT / "docs/templates.md").read_text()


def documented_fields():
    """Heading -> the names that its list explains."""
    found = {}
    for section in re.split(r"^### ", DOCUMENTED, flags=re.MULTILINE)[1:]:
        heading, _, body = section.partition("\n")
        heads = re.findall(r"^- ((?:`\w+`(?:, )?)+):", body, flags=re.MULTILINE)
        found[heading] = [name for head in heads for name in re.findall(r"`(\w+)`", head)]
    return found


def test_each_value_of_the_context_is_documented_with_exactly_its_fields():
    values = {
        name: [field.name for field in fields(value)]
        for name, value in vars(view).items()
        if is_dataclass(value) and value.__module__ == view.__name__
    }

    assert {name: sorted(names) for name, names in documented_fields().items()} == {
        name: sorted(names) for name, names in values.items()
    }


def test_each_template_is_documented():
    elsewhere = ("changes", "site")
    templates = [path for path in (ROOT / "templates").rglob("*.j2") if path.parent.name not in elsewhere]

    assert [path.name for path in templates if f"`{path.name}`" not in DOCUMENTED] == []


def test_each_kind_of_change_has_a_partial_of_its_own_and_is_documented():
    partials = {path.name.removesuffix(".html.j2") for path in (ROOT / "templates/changes").iterdir()}

    assert partials - {"card"} == {str(kind) for kind in ChangeKind}
    assert [kind for kind in ChangeKind if f"`{kind}`" not in DOCUMENTED] == []
