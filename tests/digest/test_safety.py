from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storydelta.digest.safety import clean, link, link_to_sentence, shorten, titled


@pytest.mark.parametrize(
    "url",
    [
        "https://a.example/x?y=1&z=2#part",
        "http://[2001:db8::1]/",
        "https://münchen.example/straße",
        "https://a.example:8443/",
        "https://a.example/it's",
    ],
)
def test_links_of_http_and_https_are_kept(url):
    assert link(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\tscript:alert(1)",
        " https://a.example",
        "data:text/html,<script>",
        "file:///etc/passwd",
        "ftp://a.example/",
        "//a.example/",
        "/relative",
        "https://",
        "https://bank.example@evil.example/",
        "https:///path",
        "http://[::1",
        'https://a.example/"onclick="x',
        "https://a.example/\u202egnp.exe",
        "https://a.example/\r\nX: y",
        "seeds/one.txt",
        "",
    ],
)
def test_every_other_link_is_none(url):
    assert link(url) is None
    assert link_to_sentence(url, "A sentence.") is None


def test_a_short_sentence_is_linked_whole_and_a_long_one_by_its_ends():
    assert link_to_sentence("https://a.example/x", "137 died, he said.") == (
        "https://a.example/x#:~:text=137%20died%2C%20he%20said."
    )
    long = " ".join(f"w{n}" for n in range(20))
    assert link_to_sentence("https://a.example/x#top", long) == (
        "https://a.example/x#top:~:text=w0%20w1%20w2%20w3%20w4%20w5,w14%20w15%20w16%20w17%20w18%20w19"
    )
    assert link_to_sentence("https://a.example/", "so-called & co").endswith("=so%2Dcalled%20%26%20co")


def test_cleaning_leaves_one_line_without_commands():
    assert clean("a\x1b[31mb\r\nc\u202ed\u2066e\u0000f\ud800g\u200bh") == "a[31mb cdefgh"
    assert clean("می\u200cخواهم") == "می\u200cخواهم"


@given(st.text())
def test_cleaning_again_changes_nothing(text):
    assert clean(clean(text)) == clean(text)
    assert clean(text).isprintable() or any(c in "\u200c\u200d" for c in clean(text))


@given(st.text(max_size=60), st.integers(min_value=2, max_value=40))
def test_shortened_text_is_never_longer_than_asked(text, longest):
    assert len(shorten(text, longest)) <= longest


def test_a_document_without_a_title_goes_by_the_last_part_of_its_address():
    assert titled(" Toll\nrises ", "https://a.example/x", 20) == "Toll rises"
    assert titled("", "file:///seeds/01/seed-article.txt", 40) == "seed-article.txt"
    assert titled("", "https://a.example/toll%20rises/?page=1#top", 40) == "toll rises"
    assert titled("", "", 40) == ""
