import json
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storydelta.errors import SourceError
from storydelta.sources.web.dates import read_date
from storydelta.sources.web.feeds import parse_feed

URL = "https://news.example/feeds/world.xml"
MOMENT = datetime(2024, 3, 23, 9, 30, tzinfo=UTC)

RSS = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>Example News &amp; Co</title><link>https://news.example/</link><ttl>30</ttl>
<image><title>Logo</title><link>https://news.example/logo</link></image>
<item><title>Toll rises to 115 &#8211; officials</title><link>/a/1?x=1&amp;y=2</link><guid isPermaLink="false">17</guid>
<description>Short.</description><content:encoded><![CDATA[<p>The toll rose to <b>115</b>.</p><p>More&nbsp;follows.</p>]]></content:encoded>
<pubDate>Sat, 23 Mar 2024 12:30:00 +0300</pubDate><source url="https://wire.example/rss">Wire</source></item>
</channel></rss>"""

ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title type="text">Example &amp; News</title>
<link rel="self" href="https://news.example/feed"/><link href="https://news.example/"/>
<entry><title type="html">Toll &lt;b&gt;rises&lt;/b&gt;</title><id>urn:1</id>
<link rel="enclosure" href="/x.mp3"/><link href="a/1"/>
<published>2024-03-22T09:30:00Z</published><updated>2024-03-23T12:30:00+03:00</updated>
<source><title>Other feed</title><id>urn:other</id></source>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>It is <em>115</em> &amp; more.</p><p>End.</p></div></content>
</entry></feed>"""

RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:d="http://purl.org/dc/elements/1.1/"><channel rdf:about="x"><title>Old</title></channel>
<item rdf:about="https://news.example/a/1"><title>Toll</title><link>https://news.example/a/1</link>
<d:date>2024-03-23T09:30:00Z</d:date><description>115 dead</description></item></rdf:RDF>"""

JSON = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "A < B",
        "items": [
            {"id": 7, "url": "/a/1", "title": "Toll", "content_html": "<p>115</p>", "date_published": "2024-03-23T09:30:00Z"},
            {"id": "b", "content_text": "1 < 2\nmore", "date_modified": "2024-03-23T09:30:00Z"},
            "no item",
        ],
    }
)  # fmt: skip


def parsed(text, charset=None):
    return parse_feed(text.encode() if isinstance(text, str) else text, charset, URL)


def test_rss_gives_its_entries_with_full_text_and_the_publisher_that_they_name():
    feed = parsed(RSS)
    (entry,) = feed.entries
    assert (feed.title, feed.ttl, feed.problem) == ("Example News & Co", timedelta(minutes=30), "")
    assert (entry.id, entry.url, entry.title) == (
        "17",
        "https://news.example/a/1?x=1&y=2",
        "Toll rises to 115 – officials",
    )
    assert entry.text == "The toll rose to 115.\n\nMore\u00a0follows."
    assert (entry.publisher, entry.moment) == ("Wire", MOMENT)


def test_atom_gives_the_alternate_link_the_later_date_and_nothing_of_a_source_within():
    feed = parsed(ATOM)
    (entry,) = feed.entries
    assert (feed.title, entry.id, entry.title) == ("Example & News", "urn:1", "Toll rises")
    assert (entry.url, entry.moment) == ("https://news.example/feeds/a/1", MOMENT)
    assert entry.text == "It is 115 & more.\n\nEnd."


def test_atom_text_without_a_type_is_plain():
    plain = ATOM.replace('<title type="html">Toll &lt;b&gt;rises&lt;/b&gt;', "<title>1 &lt; 2")
    assert parsed(plain).entries[0].title == "1 < 2"


def test_rdf_is_read_with_whatever_prefixes_it_declares():
    (entry,) = parsed(RDF).entries
    assert (entry.url, entry.title, entry.text, entry.moment) == (
        "https://news.example/a/1",
        "Toll",
        "115 dead",
        MOMENT,
    )


def test_json_feeds_are_read_too():
    feed = parsed(JSON)
    assert feed.title == "A < B"
    assert [(e.id, e.url, e.text, e.moment) for e in feed.entries] == [
        ("7", "https://news.example/a/1", "115", MOMENT),
        ("b", "", "1 < 2\n\nmore", MOMENT),
    ]


def test_a_guid_is_the_address_where_there_is_no_link_and_it_may_be_one():
    text = RSS.replace("<link>/a/1?x=1&amp;y=2</link>", "")
    assert parsed(text).entries[0].url == ""
    text = text.replace('<guid isPermaLink="false">17', "<guid>https://news.example/a/2")
    assert parsed(text).entries[0].url == "https://news.example/a/2"


@pytest.mark.parametrize(
    ("content", "charset"),
    [
        (RSS.replace("UTF-8", "windows-1251").replace("officials", "власти").encode("cp1251", "xmlcharrefreplace"), None),
        (RSS.replace("officials", "власти").encode("cp1251", "xmlcharrefreplace"), "windows-1251"),
        (RSS.replace("officials", "власти").encode("utf-16"), None),
        (RSS.replace(' encoding="UTF-8"', "").replace("officials", "власти").replace("Short.", "Короткий текст о числе погибших. " * 9).encode("cp1251", "xmlcharrefreplace"), None),
        (RSS.replace("officials", "власти").encode("utf-8-sig"), "no-such-charset"),
    ],
)  # fmt: skip
def test_encodings_are_taken_from_mark_header_and_declaration(content, charset):
    assert parsed(content, charset).entries[0].title == "Toll rises to 115 – власти"


def test_latin_text_without_a_true_encoding_is_read_as_browsers_do():
    text = RSS.replace("officials", "Simulações de 2º turno, decisão às três").encode("cp1252")
    assert parsed(text).entries[0].title == "Toll rises to 115 – Simulações de 2º turno, decisão às três"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<description>Short.", "<description>Fish & chips &copy; &nosuch; "),
        ("<description>Short.", "<description>\x0b\x00Short."),
        ("<description>Short.", "<description><p>Tags that should have been <b>escaped</b></p>"),
        ('<?xml version="1.0"', '\n\n <?xml version="1.0"'),
        ("</rss>", "</rss><!-- cached --> junk"),
        ("</channel></rss>", ""),
    ],
)
def test_feeds_that_are_nearly_well_formed_give_their_entries(old, new):
    (entry,) = parsed(RSS.replace(old, new)).entries
    assert entry.title == "Toll rises to 115 – officials"


def test_a_feed_that_is_cut_short_says_so():
    assert "not well formed in line" in parsed(RSS.replace("</channel></rss>", "")).problem


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("<!DOCTYPE html><html><body><p>Page</p></body></html>", "is no feed: it is a web page"),
        ("<opml/>", "is no feed"),
        ("", "is no feed"),
        ("plain text", "is no feed"),
        ("{", "neither XML nor JSON"),
        ('{"items": []}', "not a JSON Feed"),
        ('<!DOCTYPE rss [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><rss><channel>&b;</channel></rss>', "declares entities"),
        ('<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><channel><title>&x;</title></channel></rss>', "declares entities"),
        ("<rss>" + "<a>" * 500, "nested deeper"),
        ("<rss><item " + " ".join(f'a{n}=""' for n in range(9000)) + "/></rss>", "tags longer than"),
    ],
)  # fmt: skip
def test_what_is_no_feed_is_refused_in_words(content, said):
    with pytest.raises(SourceError) as problem:
        parsed(content)
    assert said in str(problem.value)


def test_an_endless_feed_is_read_up_to_a_bound():
    feed = parsed("<rss><channel>" + "<item><title>x</title></item>" * 6000 + "</channel></rss>")
    assert len(feed.entries) == 5000
    assert "only its first 5,000 entries" in feed.problem


def test_entries_before_the_bound_are_taken_from_a_feed_that_goes_on_with_nothing_but_tags():
    feed = parsed(
        "<rss><channel><item><title>Toll</title></item><item>" + "<a/>" * 300_000 + "</item></channel></rss>"
    )
    assert [entry.title for entry in feed.entries] == ["Toll"]
    assert "only its first 1 entries" in feed.problem


def test_markup_within_an_entry_counts_as_text():
    text = "<p class='x'>Searching went on.</p>" * 20_000
    feed = parsed(
        f"<rss><channel><item><title>Toll</title><description><![CDATA[{text}]]></description></item></channel></rss>"
    )
    assert feed.problem == ""
    assert len(feed.entries[0].text) > 300_000


@pytest.mark.parametrize(
    "hostile",
    [
        "<author>" + "a." * 50_000 + "</author>",
        "<a>" * 20_000,
        "<" * 100_000,
        "<description>" + "<a " * 10_000,
        "<pubDate>" + "1-" * 50_000,
        "&#" * 50_000,
        "<a/>" * 2_000_000,
        "<a " + "b='1' " * 900_000 + "/>",
        ("<a " + "b='1' " * 400 + "/>") * 3_000,
        "<category>a</category>" * 300_000,
        "<b <c " * 500_000,
    ],
    ids=lambda hostile: hostile[:12],
)
def test_hostile_feeds_take_bounded_time(hostile):
    began = time.process_time()
    with suppress(SourceError):
        parsed("<rss><channel><item>" + hostile)
    assert time.process_time() - began < 3


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Sat, 23 Mar 2024 09:30:00 GMT", MOMENT),
        ("Sat, 23 Mar 2024 05:30:00 EDT", MOMENT),
        ("23 Mar 2024 12:30:00 MSK", MOMENT),
        ("Sat, 23 Mar 2024 10:30 +0100", MOMENT),
        ("2024-03-23T09:30:00.000Z", MOMENT),
        ("2024-03-23", datetime(2024, 3, 23, tzinfo=UTC)),
        ("yesterday", None),
        ("Sat, Mar 23 2024 09:30:00 PM", None),
        ("Sáb, 23 Março 2024", None),
        ("23 Mar 2024 09:30:00 XYZ", None),
        ("Sat, 99 Mar 2024 09:30:00 GMT", None),
        ("", None),
    ],
)
def test_a_date_that_is_not_understood_is_none_rather_than_wrong(written, expected):
    assert read_date(written) == expected


@given(st.text(st.sampled_from("<>/!rsitem&;= \"'chanel:?xD[]"), max_size=80) | st.binary(max_size=60))
def test_any_answer_is_a_feed_or_an_error_in_words(content):
    try:
        parsed(content)
    except SourceError as problem:
        assert str(problem)  # noqa: PT017 (either outcome is right, a third is not)


def test_a_news_sitemap_gives_headlines_with_their_publisher():
    text = """<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
     xmlns:n="http://www.google.com/schemas/sitemap-news/0.9" xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
    <url><loc>https://news.example/a/1</loc><image:image><image:loc>https://news.example/x.png</image:loc></image:image>
    <n:news><n:publication><n:name>Example</n:name><n:language>en</n:language></n:publication>
    <n:publication_date>2024-03-23T12:30:00+03:00</n:publication_date><n:title>Toll at 115</n:title></n:news></url>
    </urlset>"""
    (entry,) = parsed(text).entries
    assert (entry.url, entry.title, entry.publisher, entry.moment) == (
        "https://news.example/a/1",
        "Toll at 115",
        "Example",
        MOMENT,
    )


@pytest.mark.parametrize(
    ("feed", "author"),
    [
        (RSS.replace("<source", "<dc:creator>Ann Lee</dc:creator><dc:creator>Bo Ray</dc:creator><source"), "Ann Lee, Bo Ray"),
        (RSS.replace("<source", "<author>desk@news.example (Ann Lee)</author><source"), "Ann Lee"),
        (RSS.replace("<source", "<author>desk@news.example</author><source"), ""),
        (ATOM.replace("<id>urn:1</id>", "<id>urn:1</id><author><name>Ann &lt;b&gt; Lee</name><uri>/x</uri></author>"), "Ann <b> Lee"),
        (JSON.replace('"id": 7', '"authors": [{"name": "Ann Lee"}, {"url": "/x"}], "id": 7'), "Ann Lee"),
        (JSON.replace('"id": 7', '"author": {"name": "Ann Lee"}, "id": 7'), "Ann Lee"),
        (JSON.replace('"id": 7', '"authors": 3, "author": "x", "id": 7'), ""),
        (RSS, ""),
    ],
)  # fmt: skip
def test_who_wrote_an_entry_is_told_by_name(feed, author):
    assert parsed(feed).entries[0].author == author
