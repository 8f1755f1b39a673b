import asyncio
from pathlib import Path

import pytest

from storydelta.errors import SourceError
from storydelta.sources import Context
from storydelta.sources.discover import discover
from storydelta.stories import parse_story
from tests.sources.web.local_server import NOW, Server, answer, serving

FEED = b'<rss><channel><title>World "news"</title><item><title>x</title></item></channel></rss>'
PAGE = b'<link rel="alternate" type="application/rss+xml" href="/gone"><link rel="alternate" type="application/rss+xml" href="/rss">'


def found(path, base=Path(), **replies):
    async def run():
        server = Server()
        server.replies = {f"/{name}": reply for name, reply in replies.items()}
        async with serving(server) as client:
            place = server.url + path if path.startswith("/") else path
            sources = await discover(place, Context(base=base, now=NOW, client=client))
            return [
                (each.kind, each.options.get("url", "").removeprefix(server.url), each) for each in sources
            ]

    return asyncio.run(run())


def test_a_feed_is_found_at_its_own_address_and_where_it_moved_to_for_good():
    replies = {"rss": answer(FEED), "old": answer(status="301 Moved Permanently", Location="/rss")}
    assert [each[:2] for each in found("/rss", **replies)] == [("feed", "/rss")]
    assert [each[:2] for each in found("/old", **replies)] == [("feed", "/rss")]


def test_the_feeds_that_a_page_points_to_are_found_if_they_can_be_read():
    replies = {"page": answer(PAGE), "rss": answer(FEED), "gone": answer(status="404 Not Found")}
    (source,) = found("/page", **replies)
    assert source[:2] == ("feed", "/rss")
    assert source[2].about == 'a feed, World "news": 1 entries'


def test_a_page_with_a_text_can_be_watched_itself_and_comes_after_the_feeds_that_it_points_to():
    article = b"<html><head><title>Ferry</title></head><body><article>%s</article></body></html>"
    text = b"".join(
        b"<p>The ferry sank off the northern shore on day %d, and rescuers went on searching the harbour.</p>"
        % day
        for day in range(4)
    )
    replies = {
        "page": answer(PAGE + article % text),
        "rss": answer(FEED),
        "gone": answer(status="404 Not Found"),
    }
    feed, page = found("/page", **replies)
    assert (feed[:2], page[:2]) == (("feed", "/rss"), ("page", "/page"))
    assert page[2].about == "a page, Ferry"
    assert 'undated = "now"' in page[2].toml


def test_what_is_found_can_be_added_to_a_story_file_as_it_stands(tmp_path):
    (tmp_path / 'in "box"').mkdir()
    (tmp_path / "docs.jsonl").touch()
    sources = [*found('in "box"', tmp_path), *found("docs.jsonl", tmp_path), *found("/rss", rss=answer(FEED))]
    story = parse_story('title = "x"\n' + "".join(source.toml for *_, source in sources), "x", "x.toml")
    assert [entry.kind for entry in story.sources] == ["folder", "jsonl", "feed"]
    assert story.sources[0].options == {"path": 'in "box"'}


@pytest.mark.parametrize("place", ["/page", "nowhere", "ftp://x/y", "", "/missing"])
def test_where_there_is_no_source_it_is_said_in_words(place, tmp_path):
    with pytest.raises(SourceError):
        found(
            place or "nothing", tmp_path, page=answer(b"<p>no feed"), missing=answer(status="404 Not Found")
        )


def sitemap(*places):
    return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{"".join(places)}</urlset>'.encode()


NEWS = (
    '<url><loc>https://x.example/1</loc><news xmlns="http://www.google.com/schemas/sitemap-news/0.9">'
    "<title>Ferry sinks</title></news></url>"
)
INDEX = (
    b'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><sitemap><loc>%s/all.xml</loc></sitemap>'
    b"<sitemap><loc>%s/news.xml</loc></sitemap></sitemapindex>"
)


def test_the_news_sitemap_that_an_index_lists_is_found_and_one_without_headlines_is_not():
    async def index(writer, head):
        host = next(line.partition(": ")[2] for line in head if line.lower().startswith("host"))
        site = f"http://{host}".encode()
        writer.write(answer(INDEX % (site, site)))

    replies = {
        "sitemap.xml": index,
        "news.xml": answer(sitemap(NEWS)),
        "all.xml": answer(sitemap("<url><loc>/2</loc></url>")),
    }
    (source,) = found("/sitemap.xml", **replies)
    assert source[:2] == ("feed", "/news.xml")
    assert source[2].about == "a sitemap: 1 entries"
    with pytest.raises(SourceError, match="is no feed"):
        found("/all.xml", **replies)
