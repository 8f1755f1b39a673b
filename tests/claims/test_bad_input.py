"""Whatever a text holds, it is read without a crash, with exact offsets. How long it takes is in bench/engine.py."""

from __future__ import annotations

import pytest

TOLL = "Police said ETA killed 12 people in Madrid."
TEXTS = {
    "nothing": "",
    "blanks": " \n\t \u00a0",
    "control characters": f"\x00\x07\x1b[31m{TOLL}\x00\x9f",
    "marks of direction": f"\u202e\u200f{TOLL}\u202c\u2066\u2069",
    "invisible within words": "Police said ETA kil\u00adled 12 peo\u200bple in Madrid.",
    "mixed scripts": f"Полиция 警察 الشرطة {TOLL} 🚨👨‍👩‍👧‍👦 é́́́",
    "capitals": TOLL.upper(),
    "no punctuation": TOLL.replace(".", "") + " and then " + TOLL.lower().replace(".", ""),
    "half a pair": f"\ud83d {TOLL} \udc00",
    "odd line breaks": TOLL.replace(" ", "\r\n"),
    "wide dashes and quotes": f"“Attack—12 dead”, ‘{TOLL}’ ― “",
    "a title in the text": f"{TOLL}\u2028{TOLL}\x85{TOLL}",
}
DENSE = {
    "digits": "7",
    "letters": "a",
    "blanks": " ",
    "line breaks": "\n",
    "quotes and brackets": "\"'([{",
    "commas": ", ",
    "words": "and then they went on ",
    "triggers": "killed attack blamed arrested warned ",
    "tolls without an end": "12 killed, ",
    "names": "Iran Russia ETA ",
    "combining marks": "é\u0301",
}


@pytest.mark.parametrize("name", TEXTS)
def test_odd_text_is_read_with_exact_offsets(reader, name):
    text = TEXTS[name]
    for claim in reader.read(title=text, text=f"{text}\n\n{text}"):
        whole = text if claim.evidence.field == "title" else f"{text}\n\n{text}"
        assert whole[claim.evidence.start : claim.evidence.end] == claim.evidence.text
        start, end = claim.evidence.focus
        assert claim.evidence.start <= start < end <= claim.evidence.end


@pytest.mark.parametrize(
    "name", ["control characters", "marks of direction", "invisible within words", "half a pair"]
)
def test_what_cannot_be_seen_hides_no_toll(reader, name):
    assert 12 in {c.count.low for c in reader.read(text=TEXTS[name]) if c.kind == "figure"}


@pytest.mark.parametrize("name", DENSE)
def test_a_hundred_thousand_characters_of_one_thing_are_read_with_exact_offsets(reader, name):
    text = DENSE[name] * (100_000 // len(DENSE[name]))
    title = text[:1_000]
    for claim in reader.read(title=title, text=text):
        evidence = claim.evidence
        assert (title if evidence.field == "title" else text)[evidence.start : evidence.end] == evidence.text
