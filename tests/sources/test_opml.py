import pytest

from storydelta.errors import SourceError
from storydelta.sources.opml import read_opml, write_opml
from storydelta.story import SourceEntry

LIST = b"""<?xml version="1.0" encoding="ISO-8859-1"?>
<opml version="1.0"><head><title>Mine</title></head><body>
<outline text="News"><outline text="Wire &amp; Co" title="" type="rss" xmlUrl="https://wire.example/rss"/>
<outline title="Caf\xe9" xmlurl="https://cafe.example/feed"/></outline>
<outline text="again" xmlUrl="https://wire.example/rss?utm_source=x"/>
<outline text="No feed" htmlUrl="https://x.example/"/><outline xmlUrl="javascript:alert(1)"/><outline xmlUrl="http://["/>
</body></opml>"""


def test_the_feeds_of_a_list_are_found_however_deep_and_each_once():
    assert [(entry.kind, entry.name, entry.options["url"]) for entry in read_opml(LIST, "mine.opml")] == [
        ("feed", "Wire & Co", "https://wire.example/rss"),
        ("feed", "Café", "https://cafe.example/feed"),
    ]


def test_what_is_written_is_read_again():
    entries = (
        SourceEntry.model_validate(
            {"kind": "feed", "name": "A & <B>", "url": "https://a.example/rss?x=1&y=2"}
        ),
        SourceEntry.model_validate({"kind": "feed", "url": "https://b.example/rss"}),
    )
    folder = SourceEntry.model_validate({"kind": "folder", "path": "inbox"})
    assert read_opml(write_opml([*entries, folder], "Story"), "x") == entries


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html/>",
        b"<opml><body/></opml>",
        b"<opml>",
        b'<!DOCTYPE opml [<!ENTITY a "aaaa">]><opml><body><outline text="&a;" xmlUrl="https://a.example/"/></body></opml>',
        b'<!DOCTYPE opml SYSTEM "file:///etc/passwd"><opml/>',
    ],
)
def test_what_is_no_list_of_feeds_is_an_error_that_names_it(content):
    with pytest.raises(SourceError, match=r"^mine\.opml: "):
        read_opml(content, "mine.opml")
