import asyncio
import json
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from storydelta.errors import SourceError
from storydelta.sources import Limits, UnavailableError
from tests.sources.web.local_server import NOW, answer
from tests.sources.web.site import PROSE, STATED, Site, page, rss


def test_a_page_is_a_document_with_what_it_says_of_itself_and_its_main_text():
    site = Site("page", "/a")
    (item,) = site.fetch(
        a=answer(page(115, extra='<meta property="og:site_name" content="Example News">'))
    ).items
    assert (item.title, item.publisher) == ("Ferry", "Example News")
    assert item.text.endswith(
        "Families waited at the pier through the night.\n\nAt least 115 people died, officials said."
    )
    assert "Home" not in item.text
    assert item.published_at == datetime.fromisoformat(STATED)


def test_a_page_that_did_not_change_gives_nothing_also_if_all_around_its_text_did():
    site = Site("page", "/a")
    site.fetch(a=answer(page(115)))
    assert site.fetch(a=answer(page(115))).items == ()
    noise = "<style>.x{width:17px}</style><!-- rendered in 0.12 s -->"
    assert site.fetch(a=answer(page(115, extra=noise))).items == ()


def test_an_edit_in_place_is_dated_when_the_page_says_and_else_when_it_was_seen():
    site, hour = Site("page", "/a"), timedelta(hours=1)
    site.fetch(a=answer(page(115)))
    (stated,) = site.fetch(hour, a=answer(page(133, modified="2024-03-27T12:30:00Z"))).items
    (silent,) = site.fetch(2 * hour, a=answer(page(137, modified="2024-03-27T12:30:00Z"))).items
    assert stated.published_at == NOW + hour / 2
    assert silent.published_at == NOW + 2 * hour
    assert (stated.url, stated.title) == (silent.url, silent.title)


def test_a_page_from_the_future_was_published_when_it_was_seen():
    (item,) = Site("page", "/a").fetch(a=answer(page(115, published="2031-01-01T00:00:00Z"))).items
    assert item.published_at == NOW


def test_a_page_without_a_date_is_left_out_or_dated_as_its_source_says():
    undated = answer(
        page(115, published="", extra="").replace(b"<nav>", b"<p>Posted on March 23, 2024</p><nav>")
    )
    with pytest.raises(SourceError, match="says nowhere when it was published"):
        Site("page", "/a").fetch(a=undated)
    (now,) = Site("page", "/a", undated="now").fetch(a=undated).items
    day = Site("page", "/a", undated="day").fetch(a=undated)
    assert now.published_at == NOW
    assert day.items[0].published_at == datetime.fromisoformat("2024-03-23T00:00:00Z")
    assert "only the day" in str(day.problems[0])


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"<html><head><title>404 Not Found</title></head><body><h1>Page not found</h1><p>Try the search.</p></body></html>", "an error page, or a wall, sent as if all were well"),
        (b"<html><head><title>Just a moment...</title></head><body><p>Verify you are human.</p></body></html>", "an error page"),
        (b"<html><body><p>Please enable JavaScript to read this site.</p></body></html>", "an error page"),
        (b"<html><head><title>x</title></head><body></body></html>", "no text can be read"),
        (b"", "no text can be read|not a web page"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "no text can be read|not a web page|says nowhere"),
    ],
)  # fmt: skip
def test_a_page_that_cannot_be_read_is_an_error_and_never_an_empty_document(body, said):
    with pytest.raises(SourceError, match=said):
        Site("page", "/a").fetch(a=answer(body))


def test_an_article_about_errors_is_an_article():
    told = page(115).replace(b"At least", b"The page was not found by divers. At least")
    assert (
        len(Site("page", "/a").fetch(a=answer(told.replace(PROSE.encode(), 4 * PROSE.encode()))).items) == 1
    )


def test_a_page_that_leads_to_the_front_page_is_gone():
    site = Site("page", "/a/b")
    moved = answer(status="302 Found", Location="/")
    site.server.replies |= {"/a/b": moved, "/": answer(page(115))}
    with pytest.raises(SourceError, match="leads to the front page"):
        site.fetch()


def test_a_page_that_is_away_is_a_source_error_that_says_when_to_come_again():
    with pytest.raises(UnavailableError) as problem:
        Site("page", "/a").fetch(a=answer(status="503 Service Unavailable", Retry_After="60"))
    assert problem.value.retry_at == NOW + timedelta(minutes=1)


def test_robots_txt_is_kept_to_for_pages_and_asked_for_once_a_day():
    site = Site("page", "/a")
    site.server.replies["/robots.txt"] = answer(b"User-agent: *\nDisallow: /private\n")
    site.fetch(a=answer(page(115)))
    assert site.visited == ["/robots.txt", "/a"]
    site.fetch(timedelta(hours=23))
    assert site.visited == ["/a"]
    site.fetch(timedelta(hours=25))
    assert site.visited == ["/robots.txt", "/a"]
    private = Site("page", "/private")
    private.server.replies["/robots.txt"] = site.server.replies["/robots.txt"]
    with pytest.raises(SourceError, match="asks programs not to visit this"):
        private.fetch(private=answer(page(115)))
    assert private.visited == ["/robots.txt"]


def test_a_site_whose_robots_txt_cannot_be_had_for_its_own_fault_is_left_alone():
    site = Site("page", "/a")
    site.server.replies["/robots.txt"] = answer(status="500 Internal Server Error")
    with pytest.raises(SourceError, match="cannot be asked"):
        site.fetch(a=answer(page(115)))


def test_the_links_of_a_page_that_fit_are_followed_and_the_others_are_not():
    listing = b"""<body><a href="/news/1">One</a><a href="/news/1#top">One</a><a href="/sport/2">Two</a>
    <a href="https://elsewhere.example/news/3">Three</a><a href="javascript:x()">Four</a><a href="/list">This</a></body>"""
    site = Site("page", "/list", links=["/news/*", "/list"])
    site.server.replies["/news/1"] = answer(page(115))
    found = site.fetch(list=answer(listing))
    assert site.visited == ["/robots.txt", "/list", "/news/1"]
    assert [item.url.rpartition("/")[2] for item in found.items] == ["1"]
    assert found.problems == ()


def test_only_so_many_articles_are_followed_at_a_time_and_the_rest_the_next_time():
    site = Site("feed", "/rss", limits=Limits(followed=2))
    articles = {name: answer(page(number)) for number, name in enumerate("abc", 1)}
    first = site.fetch(rss=answer(rss("a", "b", "c")), **articles)
    second = site.fetch(rss=answer(rss("a", "b", "c")))
    assert [len(first.items), len(second.items)] == [2, 1]


def test_a_feed_of_summaries_gives_the_articles_themselves():
    site = Site("feed", "/rss")
    (item,) = site.fetch(rss=answer(rss("a")), a=answer(page(115))).items
    assert "At least 115 people died" in item.text
    assert (item.publisher, item.url) == ("Example", site.server.url + "/a")


def test_a_feed_with_whole_texts_is_taken_at_its_word():
    site = Site("feed", "/rss")
    (item,) = site.fetch(rss=answer(rss("a", text="A ferry sank. " * 100))).items
    assert site.visited == ["/rss"]
    assert len(item.text) > 1000


def test_an_article_that_cannot_be_had_is_told_as_its_feed_tells_it_and_is_tried_again():
    site = Site("feed", "/rss")
    down = site.fetch(rss=answer(rss("a")), a=answer(status="500 Internal Server Error"))
    assert [item.text for item in down.items] == ["A ferry sank."]
    assert "answered 500" in str(down.problems[0])
    meanwhile = site.fetch(timedelta(minutes=1))
    assert (meanwhile.items, meanwhile.problems) == ((), down.problems)  # it still stands
    up = site.fetch(timedelta(minutes=6), a=answer(page(115)))
    assert "115 people died" in up.items[0].text
    assert up.problems == ()


def test_one_bad_article_does_not_stop_the_others():
    site = Site("feed", "/rss")
    found = site.fetch(
        rss=answer(rss("a", "b", "c")),
        a=answer(b"<html></html>"),
        b=answer(page(115)),
        c=answer(status="410 Gone"),
    )
    assert sum("115 people died" in item.text for item in found.items) == 1
    assert len(found.problems) == 2
    assert site.fetch(timedelta(days=1)).items == ()
    assert "/c" not in site.visited  # what is gone is not asked for again


def test_known_articles_are_visited_again_at_growing_intervals_for_some_days():
    site, seen = Site("feed", "/rss"), []
    site.fetch(rss=answer(rss("a")), a=answer(page(60)))
    while due := [
        datetime.fromisoformat(each["next"]) for each in site.state["tracks"].values() if "next" in each
    ]:
        site.fetch(min(due) - NOW)
        assert "/a" in site.visited
        seen.append(min(due) - NOW)
    gaps = [late - early for early, late in pairwise(seen)]
    assert seen[0] == timedelta(minutes=15)
    assert gaps == sorted(gaps)
    assert timedelta(days=2) < seen[-1] < timedelta(days=4)
    assert len(seen) < 12


def test_an_edit_in_place_is_found_and_makes_the_visits_close_again():
    site, hours = Site("feed", "/rss"), timedelta(hours=1)
    site.fetch(rss=answer(rss("a")), a=answer(page(60)))
    assert site.fetch(8 * hours).items == ()
    (item,) = site.fetch(17 * hours, a=answer(page(133))).items
    assert "133 people died" in item.text
    site.fetch(17 * hours + timedelta(minutes=15))
    assert "/a" in site.visited


def test_what_the_feed_says_anew_of_an_article_is_reason_to_visit_it_again():
    site = Site("feed", "/rss")
    site.fetch(rss=answer(rss("a")), a=answer(page(60)))
    (item,) = site.fetch(
        timedelta(minutes=1), rss=answer(rss("a", text="Toll rises.")), a=answer(page(133))
    ).items
    assert "133 people died" in item.text


def test_one_article_under_two_addresses_is_one_document():
    same = page(60, extra='<link rel="canonical" href="/a">')
    found = Site("feed", "/rss").fetch(rss=answer(rss("a", "b")), a=answer(same), b=answer(same))
    assert len(found.items) == 1


def test_a_feed_is_left_alone_until_it_says_that_there_may_be_something_new_but_no_longer_than_an_hour():
    site = Site("feed", "/rss", full_text=False)
    site.fetch(rss=answer(rss("a"), Cache_Control="max-age=86400"))
    site.fetch(timedelta(minutes=59))
    assert site.visited == []
    site.fetch(timedelta(minutes=60))
    assert site.visited == ["/rss"]


def test_a_wish_for_distance_between_requests_is_kept_to():
    site = Site("feed", "/rss")
    site.server.replies["/robots.txt"] = answer(b"User-agent: *\nCrawl-delay: 0.2\n")
    times = []

    def timed(body):
        async def reply(writer, head):
            times.append(asyncio.get_running_loop().time())
            writer.write(answer(body))

        return reply

    site.fetch(
        rss=answer(rss("a", "b", "c")), **{name: timed(page(number)) for number, name in enumerate("abc")}
    )
    assert times[-1] - times[0] > 0.3


def test_the_state_stays_small_and_plain():
    site = Site("feed", "/rss")
    names = [f"a{number}" for number in range(30)]
    site.fetch(rss=answer(rss(*names)), **{name: answer(page(number)) for number, name in enumerate(names)})
    assert len(json.dumps(site.state)) < 30 * 900


def test_articles_that_are_not_worth_a_visit_are_taken_as_their_feed_tells_them():
    site = Site("feed", "/rss", is_worth=lambda item: item.title == "a")
    found = site.fetch(rss=answer(rss("a", "b")), a=answer(page(115)))
    assert site.visited == ["/rss", "/robots.txt", "/a"]
    assert min(item.text for item in found.items) == "A ferry sank."
    assert len(found.items) == 2


def test_a_feed_that_is_down_leaves_no_trace_and_its_articles_come_when_it_is_back():
    site = Site("feed", "/rss")
    with pytest.raises(UnavailableError):
        site.fetch(rss=answer(status="503 Service Unavailable"))
    assert len(site.fetch(rss=answer(rss("a")), a=answer(page(115))).items) == 1
    with pytest.raises(UnavailableError):
        site.fetch(timedelta(hours=1), rss=answer(status="503 Service Unavailable"))
    assert site.fetch(timedelta(hours=2), rss=answer(rss("a"))).items == ()


@pytest.mark.parametrize(
    "link",
    ["http://[", "mailto:x@y.example", "//", "http://" + "a" * 300 + ".example/", "https://exa mple/", "file:///etc/passwd",
     "http://user:pass@127.0.0.1:1/", "http://127.0.0.1:99999/", "http://xn--.example/", "magnet:?x", "http://:80/", "?"],
)  # fmt: skip
def test_an_odd_link_in_a_feed_is_a_problem_of_its_own(link):
    odd = rss("a").replace(b"<item>", f"<item><title>odd</title><link>{link}</link></item><item>".encode(), 1)
    found = Site("feed", "/rss").fetch(rss=answer(odd), a=answer(page(115)))
    assert "115 people died" in found.items[-1].text


def test_who_wrote_an_article_is_told_by_its_page_and_else_by_its_feed():
    feed = rss("a", "b").replace(b"<pubDate>", b"<author>x@example.org (Ann Lee)</author><pubDate>")
    signed = page(116, extra='<meta name="author" content="Bo Ray">')
    found = Site("feed", "/rss").fetch(rss=answer(feed), a=answer(page(115)), b=answer(signed))
    assert sorted(item.author for item in found.items) == ["Ann Lee", "Bo Ray"]


def test_where_only_a_menu_and_an_advertisement_change_the_text_is_not_sought_again_until_a_full_visit_is_due():
    site = Site("page", "/a")

    def noisy(number, toll=115):
        return answer(page(toll).replace(b"<nav>", b"<nav>%d new <script>ad(%d)</script>" % (number, number)))

    site.fetch(a=noisy(1))
    (before,) = site.state["tracks"].values()
    assert site.fetch(timedelta(hours=1), a=noisy(2)).items == ()
    assert site.fetch(timedelta(hours=5), a=noisy(3)).items == ()
    (track,) = site.state["tracks"].values()
    assert (track["looked"], track["full_at"]) == (before["looked"], before["full_at"])
    assert site.fetch(timedelta(hours=7), a=noisy(4)).items == ()
    (track,) = site.state["tracks"].values()
    assert track["full_at"] != before["full_at"]
    assert len(site.fetch(timedelta(hours=8), a=noisy(5, toll=133)).items) == 1


def test_what_is_wrong_with_an_article_is_told_at_each_visit_for_as_long_as_it_is_wrong():
    site = Site("feed", "/rss")
    undated = rss("a").replace(b"<pubDate>Sat, 23 Mar 2024 09:00:00 GMT</pubDate>", b"")
    replies = {"rss": answer(undated), "a": answer(page(115, published=""))}
    for hour in range(3):
        (problem,) = site.fetch(timedelta(hours=hour), **replies).problems
        assert "says nowhere when it was published" in str(problem)
    (item,) = site.fetch(timedelta(hours=9), a=answer(page(115))).items
    assert "115" in item.text
