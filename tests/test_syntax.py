"""Grammar is the same whether a sentence comes alone or in a batch, and is kept."""

from __future__ import annotations

import pytest
import spacy

from storydelta.errors import StorydeltaError
from storydelta.syntax import MODEL, Unparsed, load_parser

SENTENCES = (
    "The army said that rebels had killed 12 people in an attack on the bridge.",
    "Police blamed the group for it.",
    "There was no word from the ministry, which let's say nothing.",
    "FLOOD KILLS SEVEN",
    "a",
    "There's nothin' that we can't do, said I; they're gonna let's go, ain't they?",
    "Do you have it? Who did this to you and the others, and what has been done by it since?",
    "77 77, 77.",
    "La police a tué deux personnes à Québec.",
    "🚨 Beirut: 4 killed 🙏🏽",
    "Officials, who had been told of the danger, denied that they ain't seen geese and children running.",
)


@pytest.fixture(scope="module")
def parser():
    return load_parser()


def grammar(doc):
    return [(t.text, t.idx, t.tag_, t.pos_, t.lemma_, t.dep_, t.head.i) for t in doc]


def test_a_sentence_has_the_same_grammar_alone_and_in_any_batch(parser):
    alone = [grammar(parser(sentence)) for sentence in SENTENCES]
    load_parser.cache_clear()
    together = load_parser()
    together.prepare(f"{n} {sentence}" for n in range(40) for sentence in SENTENCES)
    together.prepare(reversed(SENTENCES))
    assert [grammar(together.kept(sentence)) for sentence in SENTENCES] == alone


def test_grammar_is_that_of_the_plain_model(parser):
    plain = spacy.load(MODEL)
    for sentence in SENTENCES:
        assert grammar(parser(sentence)) == grammar(plain(sentence))
        assert [str(t.morph) for t in parser(sentence)] == [str(t.morph) for t in plain(sentence)]


def test_what_was_parsed_is_kept_and_anything_else_is_asked_for(parser):
    sentence = "Nobody has asked for this one before."
    with pytest.raises(Unparsed) as missing:
        parser.kept(sentence)
    assert missing.value.text == sentence
    parser.prepare([sentence])
    assert parser.kept(sentence) is parser(sentence)


def test_words_have_the_lemmas_of_the_model(parser):
    doc = parser("The geese were running from worse children who sang.")
    assert [t.lemma_ for t in doc] == [
        "the", "goose", "be", "run", "from", "bad", "child", "who", "sing", ".",
    ]  # fmt: skip


def test_a_model_that_is_not_installed_is_named():
    with pytest.raises(StorydeltaError, match="no_such_model"):
        load_parser("no_such_model")
