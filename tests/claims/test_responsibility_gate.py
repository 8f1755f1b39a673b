"""What is not worth a parse for who did it, and that nothing is lost by that."""

from __future__ import annotations

import pytest

from storydelta.claims.responsibility_gate import may_tell, names_party
from storydelta.lexicon import load
from storydelta.names import load_names

_IRREGULAR = ("hit", "overrun", "gas", "booby-trap")


@pytest.mark.parametrize(
    "plain",
    [
        "The committee is in charge of the plan.",
        "France took part of the work in hand.",
        "She claimed the title and admitted defeat.",
        "The links between both towns were set up in Spain.",
        "Brazil rejected the offer.",
        "The mayor ordered pizza for all.",
    ],
)
def test_a_sentence_without_harm_guilt_or_judgement_is_not_parsed(plain):
    assert not may_tell(plain)


@pytest.mark.parametrize(
    "plain",
    [
        "Kyiv blames Moscow.",
        "The dam was hit by a missile.",
        "Russia rejected the accusation.",
        "It was ordered by the Kremlin, and this is known.",
        "THE PKK WAS BEHIND IT",
        "He admitted his role.",
        "The armies committed atrocities.",
    ],
)
def test_a_sentence_with_harm_guilt_or_judgement_is(plain):
    assert may_tell(plain)


def test_each_example_of_a_rule_passes():
    lexicon = load("responsibility")
    for rule in (*lexicon["frame"], *lexicon["phrase"]):
        assert may_tell(rule["example"]["text"]), rule["name"]


def test_each_verb_of_harm_passes_in_its_regular_forms():
    acts = load("responsibility")["acts"]
    for verb in acts["verbs"]:
        if verb not in acts["objects"] and verb not in _IRREGULAR:
            stem = verb.removesuffix("e")
            for form in (f"{stem}ed", f"{stem}ing"):
                assert may_tell(f"They were {form} there."), form


def test_a_state_that_is_only_where_it_happened_is_no_party_unless_somebody_is_there():
    names = load_names()
    assert not names_party("A bomb killed six in Peru.", names)
    assert not names_party("Nobody named here killed six.", names)
    assert names_party("Peru killed six.", names)
    assert names_party("The army killed six in Peru.", names)
