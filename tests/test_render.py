from __future__ import annotations

import re
import struct
import unicodedata
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from urllib.parse import urlsplit

import html5lib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storydelta.digest import SourceHealth
from storydelta.digest.data import BRIEF
from storydelta.digest.phrases import load_phrases
from storydelta.errors import RenderError
from storydelta.model import ChangeKind, Stance
from storydelta.render import OURS, render
from tests.digest.samples import STORY, blame, crocus_digest, digest_of, figure, hours, reading
from tests.samples import exactly


def test_a_message_carries_html_text_and_a_short_subject():
    message = render(crocus_digest())

    assert message.subject == "Crocus City Hall attack: 137 killed, up from 133"
    assert "137 killed, up from 133" in message.html
    assert "137 killed, up from 133" in message.text
    assert (message.story, message.edition) == ("crocus-city-hall", 3)


def test_a_users_template_overrides_ours_of_the_same_name(tmp_path):
    (tmp_path / "digest.txt.j2").write_text("Only {{ digest.headline }}\n")

    message = render(crocus_digest(), tmp_path)

    assert message.text == "Only 137 killed, up from 133\n"
    assert message.html == render(crocus_digest()).html


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("fine\n{{ digest.headline", "line 2"),
        ("fine\n\n{{ digest.no_such_field }}", "line 3"),
        ("{{ 1 / 0 }}", "division by zero"),
        ("{% include 'absent.j2' %}", "absent.j2"),
        ("{{ digest.edition | nofilter }}", "nofilter"),
    ],
)
def test_a_broken_template_is_named_with_its_line(tmp_path, template, said):
    (tmp_path / "digest.html.j2").write_text(template)

    with pytest.raises(RenderError) as caught:
        render(crocus_digest(), tmp_path)

    assert "digest.html.j2" in str(caught.value)
    assert said in str(caught.value)


def test_a_users_phrases_need_only_hold_what_they_say_otherwise(tmp_path):
    (tmp_path / "phrases").mkdir()
    (tmp_path / "phrases" / "en.toml").write_text(
        '[measures]\nkilled = "dead"\n[labels]\nedition = "Issue"\n'
    )

    digest = crocus_digest(templates=tmp_path)

    assert digest.headline == "137 dead, up from 133"
    assert "Issue 3" in render(digest, tmp_path).html
    assert crocus_digest().headline == "137 killed, up from 133"


@pytest.mark.parametrize(
    ("written", "said"),
    [("[measures", "en.toml"), ("[tables]\nx = 1", "tables"), ("locale = 7", "locale"), ("\xff", "en.toml")],
)
def test_broken_phrases_are_named_with_their_place(tmp_path, written, said):
    (tmp_path / "phrases").mkdir()
    (tmp_path / "phrases" / "en.toml").write_bytes(written.encode("latin-1"))

    with pytest.raises(RenderError, match=said):
        crocus_digest(templates=tmp_path)


def test_the_page_is_valid_html_to_a_strict_parser():
    for digest in (crocus_digest(), digest_of([]), hostile_digest()):
        html5lib.HTMLParser(strict=True).parse(render(digest).html)


def test_charts_are_also_images_for_mail():
    pictures = [a for a in render(crocus_digest()).attachments if a.media_type == "image/png"]

    assert [a.name for a in pictures] == ["chart-killed.png", "chart-injured.png"]
    for picture in pictures:
        assert picture.content.startswith(b"\x89PNG")
        assert struct.unpack(">II", picture.content[16:24]) == (800, 300)
    assert pictures == [a for a in render(crocus_digest()).attachments if a.media_type == "image/png"]


def test_names_from_hostile_pages_draw_no_markup_into_images():
    assert render(hostile_digest()).attachments[0].content.startswith(b"\x89PNG")


HOSTILE = '<script>alert(1)</script><img src=x onerror="a()">\x1b[31m\u202e{{ 7 * 7 }}\r\nBcc: x@y.z'


def hostile_digest():
    claims = [
        figure(exactly(9), f"{HOSTILE} 9 died {HOSTILE}", "9 died", speaker=HOSTILE),
        blame(Stance.ASSERTS, HOSTILE, f"{HOSTILE} did it.", "did it", speaker=HOSTILE),
        blame(Stance.DENIES, HOSTILE, "It did not.", "did not", speaker=f"Other {HOSTILE}"),
    ]
    first = reading(hours(0), HOSTILE, HOSTILE, *claims, url="javascript:alert(1)")
    second = reading(
        hours(1), HOSTILE, HOSTILE, figure(exactly(4), "4 died", "4", speaker=f"Third {HOSTILE}")
    )
    story = STORY.model_copy(update={"title": HOSTILE})
    sources = [SourceHealth(name=HOSTILE, state="down", since=None, problem=HOSTILE)]
    return digest_of([[first], [second]], story, sources=sources)


class Elements(HTMLParser):
    """What a browser would see: tags, attributes, and whether each opened element is closed in order."""

    VOID = frozenset({"meta", "br", "img", "link", "hr", "input"})

    def __init__(self, page):
        super().__init__()
        self.tags, self.attributes, self.open, self.torn = Counter(), [], [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags[tag] += 1
        self.attributes += attrs
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.torn.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags[tag] += 1


def test_what_hostile_pages_say_never_becomes_markup_or_commands():
    message = render(hostile_digest())
    seen = Elements(message.html)

    assert not set(seen.tags) & {"script", "img", "iframe", "object", "form", "link"}
    assert not [name for name, _ in seen.attributes if name.startswith("on")]
    assert "&lt;script&gt;" in message.html
    assert "{{ 7 * 7 }}" in message.html
    assert {urlsplit(value).scheme for name, value in seen.attributes if name == "href"} <= {"http", "https"}
    assert not [c for c in message.text if c != "\n" and unicodedata.category(c) == "Cc"]
    assert "\u202e" not in message.html + message.text + message.subject
    assert message.subject.isprintable()


def test_the_page_asks_for_nothing_from_elsewhere_and_runs_nothing():
    page = render(crocus_digest()).html
    seen = Elements(page)

    assert not [value for name, value in seen.attributes if name in ("src", "srcset", "background", "action")]
    assert "url(" not in page
    assert "@import" not in page
    assert "default-src 'none'" in page


def test_the_page_is_whole_with_its_styles_in_the_elements():
    page = render(crocus_digest()).html
    seen = Elements(page)

    assert (seen.open, seen.torn) == ([], [])
    assert seen.tags["mark"] >= 6
    assert "prefers-color-scheme: dark" in page
    assert "border-left: 9px solid" in page


def test_kinds_of_change_differ_by_sign_word_and_border():
    style = (OURS / "style.css.j2").read_text()
    phrases = load_phrases()
    borders = [
        re.search(rf"^\.{kind} {{ border-left: (\S+ \S+)", style, re.MULTILINE)[1] for kind in ChangeKind
    ]

    assert len(set(borders)) == len(ChangeKind)
    assert len({phrases.changes[kind].sign for kind in ChangeKind}) == len(ChangeKind)
    assert len({phrases.changes[kind].word for kind in ChangeKind}) == len(ChangeKind)


@pytest.mark.parametrize("kind", ChangeKind)
def test_each_kind_of_change_renders(kind):
    card = replace(crocus_digest().changes[0], kind=kind)

    assert card.title in render(replace(crocus_digest(), changes=(card,))).html


def test_a_digest_without_changes_shows_where_the_story_stands():
    message = render(replace(crocus_digest(), changes=(), headline="Nothing changed", deck=""))

    assert "What changed" not in message.html
    assert "Where the story stands" in message.text


def test_of_many_changes_the_first_are_told_in_full():
    digest = crocus_digest()
    many = replace(digest, changes=digest.changes[:1] * 500)

    message = render(many)

    assert message.html.count("card-title") - message.html.count(".card-title") == 25
    assert message.html.count(digest.changes[0].words) == 475


def test_a_large_digest_has_a_shorter_form_that_mail_programs_do_not_cut_off():
    digest = crocus_digest()
    large = replace(
        digest,
        changes=digest.changes * 80,
        held_back=digest.changes * 20,
        ingested=digest.ingested * 200,
        matrices=tuple(replace(matrix, rows=matrix.rows * 20) for matrix in digest.matrices),
    )

    brief = {a.name: a.content for a in render(large).attachments}[BRIEF].decode()

    assert len(brief) < 100_000
    html5lib.HTMLParser(strict=True).parse(brief)
    assert digest.headline in brief
    assert digest.labels["shortened"] in brief
    assert BRIEF not in {a.name for a in render(digest).attachments}


def test_a_long_subject_is_cut_between_words():
    digest = replace(crocus_digest(), title="A very long title " * 20, headline="Some headline " * 20)

    subject = render(digest).subject

    assert len(subject) <= 110
    assert subject.endswith("…")


def test_a_page_says_its_letters_and_title_before_anything_else():
    beginning = render(crocus_digest()).html.encode()[:1024]

    assert b'<meta charset="utf-8">' in beginning
    assert b"<title>Crocus City Hall attack: 137 killed, up from 133</title>" in beginning


def test_long_lists_end_with_a_count_of_the_rest():
    digest = crocus_digest()
    many = replace(digest, ingested=digest.ingested[:1] * 120, held_back=digest.changes[:1] * 60)

    message = render(many)

    assert message.html.count("and 70 more") == message.text.count("and 70 more") == 1
    assert message.html.count("and 10 more") == message.text.count("and 10 more") == 1


def test_the_text_of_many_changes_stays_readable():
    digest = crocus_digest()
    text = render(replace(digest, changes=digest.changes[:1] * 500)).text

    assert text.count("Sent by rule") == 25
    assert len(text) < 100_000
    assert max(len(line) for line in text.splitlines() if "://" not in line) <= 78


@settings(max_examples=40, deadline=None)
@given(
    st.text(max_size=80),
    st.sampled_from(["", "'\"><svg/onload=a()>", "]]>--><!--", "</title></style></td>", "&#60;b&#62;"]),
)
def test_no_text_whatsoever_changes_the_build_of_the_page(text, trick):
    said = f"{text}{trick}{text}"
    claims = [
        figure(exactly(9), f"{said} 9 died", "9 died", speaker=f"A {said}"),
        blame(Stance.ASSERTS, f"B {said}", f"{said} did it.", "did it", speaker=f"A {said}"),
    ]
    plain = [
        figure(exactly(9), "x 9 died", "9 died", speaker="A x"),
        blame(Stance.ASSERTS, "B x", "x did it.", "did it", speaker="A x"),
    ]

    hostile, tame = (
        render(digest_of([[reading(hours(0), who, who, *made, url="https://a.example/1")]]))
        for who, made in ((f"P {said}", claims), ("P x", plain))
    )

    assert Elements(hostile.html).tags == Elements(tame.html).tags
    assert Elements(hostile.html).torn == []
    assert hostile.html.encode()
    assert hostile.text.encode()
