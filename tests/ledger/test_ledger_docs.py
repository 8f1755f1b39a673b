import re
from pathlib import Path

import pytest

from storydelta import relevance, significance
from storydelta.ledger import fates, memory, rules, unnamed

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "ledger.md").read_text(encoding="utf-8")
MODULES = (rules, significance, relevance, fates)


@pytest.mark.parametrize("module", MODULES)
def test_every_rule_is_a_constant_with_a_reason_and_a_line_in_the_documentation(module):
    names = {value for name, value in vars(module).items() if name.isupper() and isinstance(value, str)}
    assert names == set(module.RULES)
    listed = set(
        re.findall(r"`([a-z_]+)`", "\n".join(line for line in PAGE.splitlines() if line.startswith("| `")))
    )
    assert names <= listed
    assert all(reason.endswith(".") for reason in module.RULES.values())


def test_the_documentation_lists_no_rule_that_is_gone():
    named = set()
    for line in PAGE.splitlines():
        if line.startswith("| `"):
            named |= set(re.findall(r"`([a-z_]+)`", line.split("|")[1]))
    assert named == {name for module in MODULES for name in module.RULES}


def test_the_bounds_in_the_documentation_are_those_in_force():
    spelled = {6: "six", 12: "12", 32: "32", 64: "64"}
    assert f"first sayings of its {spelled[memory.VALUES_A_VOICE]} newest values" in PAGE
    assert f"the {spelled[memory.VOICES_A_SUBJECT]} newest voices" in PAGE
    assert f"the {spelled[memory.UNNAMED_WORDS]} newest words" in PAGE
    assert f"the {memory.RETRACTIONS} newest retractions" in PAGE
    assert f"latest {spelled[unnamed.COPIES_AMONG]} unnamed words" in PAGE
    assert (unnamed.AGREED, unnamed.STEP, unnamed.OUTWEIGHS) == (1.75, 1.25, 3)
    assert "reaches 1.75" in PAGE
    assert "by a quarter, or by one, at most" in PAGE
    assert "three times the support" in PAGE
    assert (unnamed.CONFIRMED, unnamed.LONE_FOR.total_seconds()) == (10, 6 * 3600)
    assert "words that weigh ten" in PAGE
    assert "for six hours" in PAGE
    assert unnamed.HALVED_AFTER.days == 1
    assert "halved for each day" in PAGE
