import pytest
from hypothesis import given
from hypothesis import strategies as st

from storydelta.sources.web.markup import to_text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>One <b>two</b></p><p>three</p>", "One two\n\nthree"),
        ("One<br>two<br/>three", "One\n\ntwo\n\nthree"),
        ("AT&amp;T &lt;b&gt; &#8211; caf&eacute;", "AT&T <b> – café"),
        ("Shares < 5% and > 3%", "Shares < 5% and > 3%"),
        ("a<script>alert(1)</script>b<style>x</style>c<noscript>d</noscript>", "abc"),
        ("<!-- unseen -->seen<!-- unclosed <p>x", "seen"),
        ("<img src=x onerror=alert(1)>text", "text"),
        ("<ul>\n <li>one</li>\n <li>two</li>\n</ul>", "one\n\ntwo"),
        ("<p>word\n  word</p>", "word word"),
        ("<p>broken <a href='x'", "broken"),
        ("<![CDATA[<p>]]>x", "<p>x"),
        ("<script>never closed", ""),
        ("", ""),
    ],
)
def test_markup_becomes_what_a_reader_would_see(markup, text):
    assert to_text(markup) == text


@given(st.text(st.sampled_from("<>/!-ab&;p \n\"'[]"), max_size=60))
def test_any_text_is_read_and_what_has_no_markup_stays(text):
    plain = to_text(text)
    assert plain == plain.strip()
    if "<" not in text and "&" not in text and "\n" not in text:
        assert plain == " ".join(text.split())


@pytest.mark.parametrize("piece", ["<", "<a ", "<!--", "<![CDATA[", "&", "<script>", "</", "<p>"])
def test_hostile_markup_leaves_no_markup(piece):
    assert "<script" not in to_text(piece * 200_000)
