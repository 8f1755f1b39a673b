import json
import time
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storydelta.errors import DocumentError
from storydelta.sources.web.article import open_page, read_article
from storydelta.sources.web.pages import read_page

URL = "https://www.news.example/world/toll-rises-again?utm_source=x"
MOMENT = datetime(2024, 3, 23, 9, 30, tzinfo=UTC)


def ld(**values):
    return f'<script type="application/ld+json">{json.dumps(values)}</script>'


def test_json_ld_comes_before_open_graph_and_that_before_the_rest():
    markup = """<title>Toll rises &amp; rises | News</title><meta property="og:title" content="Toll &quot;rises&quot;">
    <meta content="Example &#8211; News" property='og:site_name'><meta name=date content=2024-03-20>
    <META PROPERTY="article:published_time" CONTENT="2024-03-23T12:30:00+03:00">
    <meta property="article:modified_time" content="2024-03-23T09:30:00Z"/>"""
    page = read_page(markup, URL)
    assert (page.title, page.publisher, page.published, page.modified) == (
        'Toll "rises"',
        "Example – News",
        MOMENT,
        MOMENT,
    )
    article = ld(
        **{
            "@type": "NewsArticle",
            "headline": "From LD",
            "datePublished": "2024-03-22",
            "publisher": {"name": "LD News"},
        }
    )
    page = read_page(markup + article, URL)
    assert (page.title, page.publisher) == ("From LD", "LD News")
    assert page.published == datetime(2024, 3, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    "described",
    [
        {"@graph": [{"@type": "WebSite", "name": "x"}, {"@type": ["Thing", "ReportageNewsArticle"], "datePublished": "2024-03-23T09:30:00Z"}]},
        {"@type": "WebPage", "mainEntity": {"@type": "http://schema.org/NewsArticle", "datePublished": "2024-03-23T09:30:00Z"}},
        {"@type": "LiveBlogPosting", "datePublished": ["2024-03-23T09:30:00Z"]},
    ],
)  # fmt: skip
def test_the_article_is_found_wherever_json_ld_holds_it(described):
    assert read_page(ld(**described), URL).published == MOMENT


def test_broken_json_ld_and_dates_that_are_none_give_nothing():
    page = read_page(
        '<script type="application/ld+json">{"@type": </script><meta name="date" content="yesterday">', URL
    )
    assert (page.title, page.publisher, page.published, page.modified) == ("", None, None, None)


@pytest.mark.parametrize(
    ("stated", "taken"),
    [
        ("/world/17", "https://www.news.example/world/17"),
        ("https://news.example/world/17", "https://news.example/world/17"),
        ("https://www.news.example/", URL),
        ("https://other.example/world/17", URL),
        ("https://news.example.evil.example/world/17", URL),
        ("javascript:alert(1)", URL),
        ("http://[", URL),
        ("", URL),
    ],
)
def test_a_page_may_name_its_address_but_not_that_of_another_site(stated, taken):
    assert read_page(f'<link rel="canonical" href="{stated}">', URL).url == taken


def test_the_feeds_that_a_page_points_to_are_found():
    markup = """<base href="/en/"><link rel="alternate" type="application/rss+xml" href="rss.xml">
    <link rel="alternate" type="application/atom+xml" href="https://news.example/atom">
    <link rel="alternate" type="application/rss+xml" href="rss.xml"><link rel="alternate" hreflang="fr" href="/fr">"""
    assert read_page(markup, URL).feeds == (
        "https://www.news.example/en/rss.xml",
        "https://news.example/atom",
    )


@given(st.text(st.sampled_from("<>/=\"' metalinkscrptonhgC:{}[]@,"), max_size=120))
def test_any_markup_is_read(markup):
    assert read_page(markup, URL).url.startswith("http")


@pytest.mark.parametrize(
    "piece",
    ["<meta ", '<meta "', "<meta a='", "<script>", "<title>", "<link rel=canonical ", '<meta a="b" ', "<"],
)
def test_hostile_markup_takes_bounded_time(piece):
    began = time.perf_counter()
    read_page(piece * (200_000 // len(piece)), URL)
    assert time.perf_counter() - began < 2


def test_deeply_nested_json_ld_is_given_up():
    deep = "[" * 400 + "]" * 400
    assert read_page(f'<script type="application/ld+json">{deep}</script>', URL).published is None


@pytest.mark.parametrize("piece", ["<div>", "<p>x", "<table><tr><td>", "<br>", "<li>", '<a href="/x">y</a>'])
def test_hostile_pages_give_an_article_or_an_error_in_bounded_time(piece):
    began = time.process_time()
    with suppress(DocumentError):
        read_article(piece * 5_000, URL)
    assert time.process_time() - began < 4


def test_a_page_of_endless_elements_is_refused():
    with pytest.raises(DocumentError, match="more than 50,000 elements"):
        read_article("<p>" * 60_000, URL)


@given(st.text(st.sampled_from("<>/=\"' pdivatblemkrsc:{}[]@,&;"), max_size=150))
def test_any_markup_is_an_article_or_an_error_in_words(markup):
    try:
        assert read_article(markup, URL).text
    except DocumentError as problem:
        assert str(problem).startswith(URL)  # noqa: PT017 (either outcome is right, a third is not)


def test_nothing_active_is_kept_and_the_text_has_one_form():
    more = "Families waited on the shore through the night while the search went on in rough water. " * 5
    markup = f"""<html><head><title>Ferry</title></head><body><article><p>The cafe\u0301 on the pier   stayed open
    all night, said\u00a0the harbour master.</p><script>alert(1)</script><p onclick="x()">Divers <a href="javascript:x()">reached</a>
    the lower deck of the ferry on <b>Saturday</b>.</p><iframe src="//x"></iframe><p>{more}</p></article></body></html>"""
    assert read_article(markup, URL).text == (
        "The café on the pier stayed open all night, said the harbour master.\n\n"
        f"Divers reached the lower deck of the ferry on Saturday.\n\n{more.strip()}"
    )


def test_the_author_and_the_links_are_read():
    markup = ld(**{"@type": "Article", "author": [{"name": "A. Writer"}, "B. Writer"]}) + (
        '<a href="/a#x">A</a><a href="/a">A</a><a href="mailto:x@y.example">M</a><a href="//b.example/">B</a>'
    )
    page = read_page(markup, URL)
    assert page.author == "A. Writer, B. Writer"
    assert page.links == ("https://www.news.example/a", "https://b.example/")


TEXT = "<article><h1>Ferry sinks</h1><p>Divers searched the harbour through the night, the coast guard said.</p></article>"


@pytest.mark.parametrize(
    ("head", "body", "author"),
    [
        ('<script type="application/ld+json">{"@type": "NewsArticle", "author": [{"name": "Ann Lee"}, "Bo Ray"]}</script>', "", "Ann Lee, Bo Ray"),
        ('<meta name="author" content="By Ann Lee">', "", "Ann Lee"),
        ('<meta name="author" content="admin">', "", None),
        ('<meta name="author" content="https://news.example/ann">', "", None),
        ("", '<span class="author">Ann Lee</span>', "Ann Lee"),
        ("", '<span class="author">Our reporters at the harbour</span>', None),
        ("", "", None),
    ],
)  # fmt: skip
def test_who_wrote_an_article_is_told_where_it_says_so_and_nothing_else_is_taken_for_a_name(
    head, body, author
):
    markup = f"<html><head><title>Ferry sinks</title>{head}</head><body>{body}{TEXT}</body></html>"
    assert read_article(markup, URL).author == author


@pytest.mark.parametrize(
    ("change", "same"),
    [
        (("<nav>Home</nav>", "<nav>Home, 12 new</nav>"), True),
        (("<script>1</script>", "<script>2</script>"), True),
        (("<aside>9 readers</aside>", "<aside>11 readers</aside>"), True),
        (("harbour", "river"), False),
        (("<p>", "<p>At least 12 died. "), False),
        (("<title>Ferry sinks", "<title>Ferry found"), False),
        (('"2024-03-23', '"2024-03-24'), False),
        (("<aside>", "Toll at 12.<aside>"), False),
    ],
)  # fmt: skip
def test_a_page_is_told_from_itself_where_something_changed_in_which_a_text_may_lie(change, same):
    markup = (
        '<html><head><title>Ferry sinks</title><meta property="article:published_time" content="2024-03-23T09:30:00Z">'
        f"</head><body><nav>Home</nav><script>1</script>{TEXT}<aside>9 readers</aside></body></html>"
    )
    assert (open_page(markup, URL).digest == open_page(markup.replace(*change, 1), URL).digest) == same


def test_publisher_and_author_are_found_where_the_article_refers_to_them():
    graph = """{"@graph": [
      {"@type": "NewsArticle", "headline": "Ferry sinks", "publisher": {"@id": "#us"}, "author": [{"@id": "#ann"}, {"@id": "#gone"}]},
      {"@type": "Organization", "@id": "#us", "name": "The Examiner"}, {"@id": "#ann", "name": "Ann Lee"}, {"@id": 3, "name": []}]}"""
    page = read_page(f'<html><head><script type="application/ld+json">{graph}</script></head></html>', URL)
    assert (page.publisher, page.author) == ("The Examiner", "Ann Lee")
