import asyncio

import pytest

from storydelta.errors import SourceError, StoryError
from storydelta.sources import Context, fetch_source
from storydelta.stories import parse_story
from storydelta.story import SourceEntry
from tests.sources.web.local_server import NOW, Server, answer, serving

ITEM = "<item><title>{0}</title><link>https://news.example/{0}</link><description>{1}</description><pubDate>{2}</pubDate></item>"
DATE = "Sat, 23 Mar 2024 09:30:00 GMT"


def feed(*items):
    return f"<rss><channel><title>Example</title>{''.join(items)}</channel></rss>".encode()


def fetched(*answers, **options):
    """What each answer comes to, one fetch after the other, each with the state that the one before left."""

    async def run():
        server, found, state = Server(), [], {}
        async with serving(server) as client:
            for number, reply in enumerate(answers):
                more = options if number == len(answers) - 1 else {}
                entry = SourceEntry.model_validate(
                    {"kind": "feed", "url": server.url + "/rss", "full_text": False, **more}
                )
                server.replies["/rss"] = reply
                found.append(await fetch_source(entry, state, Context(base=None, now=NOW, client=client)))
                state = found[-1].state
        return found[0] if len(found) == 1 else found

    return asyncio.run(run())


def test_a_feed_gives_its_entries_oldest_first_with_the_feed_as_publisher():
    later = DATE.replace("09:30", "10:30")
    found = fetched(
        answer(
            feed(ITEM.format("b", "133", later), ITEM.format("a", "115", DATE)), Cache_Control="max-age=60"
        )
    )
    assert [(item.url, item.text, item.publisher) for item in found.items] == [
        ("https://news.example/a", "115", "Example"), ("https://news.example/b", "133", "Example"),
    ]  # fmt: skip
    assert (found.next_at - NOW).total_seconds() == 60


def test_an_unchanged_feed_gives_nothing_and_a_changed_one_all_it_holds():
    one, two = answer(feed(ITEM.format("a", "115", DATE))), answer(feed(ITEM.format("a", "133", DATE)))
    first, second, third = fetched(one, one, two)
    assert [len(each.items) for each in (first, second, third)] == [1, 0, 1]
    assert third.items[0].text == "133"


def test_undated_entries_are_left_out_with_one_notice_or_dated_now_even_if_the_feed_did_not_change():
    reply = answer(
        feed(ITEM.format("a", "115", "soon"), ITEM.format("b", "116", ""), ITEM.format("c", "117", DATE))
    )
    first, second = fetched(reply, reply, undated="now")
    assert [item.text for item in first.items] == ["117"]
    assert "2 of 3 entries have no date" in str(first.problems[0])
    assert [item.published_at for item in second.items][1:] == [NOW, NOW]
    assert second.problems == ()


def test_a_web_page_in_place_of_a_feed_is_a_source_error_that_names_the_source():
    with pytest.raises(
        SourceError, match=r"source feed:http://127.0.0.1:\d+/rss: .*is no feed: it is a web page"
    ):
        fetched(answer(b"<html><body>Sorry</body></html>", Content_Type="text/html"))


def test_a_busy_server_is_a_source_error_that_says_when_to_come_again():
    with pytest.raises(SourceError) as problem:
        fetched(answer(status="503 Service Unavailable", Retry_After="60"))
    assert (problem.value.retry_at - NOW).total_seconds() == 60


def test_a_story_file_wants_a_web_address():
    text = 'title = "x"\n[[sources]]\nkind = "feed"\nurl = "news.example/rss"\n'
    with pytest.raises(StoryError, match=r"line 4: sources\[1\].url: 'news.example/rss' is no web address"):
        parse_story(text, "x", "x.toml")
