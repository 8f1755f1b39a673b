import pytest
from hypothesis import given
from hypothesis import strategies as st

from storydelta.sources import canonical_url

ARTICLE = "https://www.example.com/news/2024/03/23/toll-rises-again"


@pytest.mark.parametrize(
    "url",
    [
        ARTICLE + "/",
        ARTICLE + "?utm_source=x&utm_medium=y&fbclid=z",
        ARTICLE + "?ref=rss",
        ARTICLE + "#comments",
        ARTICLE + "?amp",
        ARTICLE + "?amp=1&outputType=amp",
        ARTICLE + "/amp/",
        ARTICLE + ".amp",
        ARTICLE + "?print=true",
        ARTICLE + "/print",
        ARTICLE + "?view=print",
        "https://www.example.com/amp/news/2024/03/23/toll-rises-again",
        "HTTP://WWW.Example.COM:80/news//2024/03/23/toll-rises-again",
        "https://m.example.com/news/2024/03/23/toll-rises-again",
        "https://amp.example.com/news/2024/03/23/toll-rises-again",
        "https://www.google.com/amp/s/www.example.com/news/2024/03/23/toll-rises-again?utm_source=g",
        "https://www-example-com.cdn.ampproject.org/c/s/www.example.com/news/2024/03/23/toll-rises-again/amp",
        "  https://www.example.com./news/2024/03/23/toll-rises-ag%61in ",
    ],
)
def test_one_article_has_one_address(url):
    assert canonical_url(url) == ARTICLE


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("?id=1", "?id=2"),
        ("?reference=1", "?reference=2"),
        ("?cid=1", "?cid=2"),
        ("?game=1", "?game=2"),
        ("?source=12", "?source=13"),
        ("?ref=A17", "?ref=A18"),
        ("?view=12", "?view=13"),
        ("?uid=a", "?uid=b"),
        ("?page=2", ""),
        ("?lang=en", "?lang=ru"),
        ("?q=", "?p="),
        ("#!/1", "#!/2"),
        ("/A", "/a"),
        ("/a%2Fb", "/a/b"),
        ("/products/amp", "/products"),
        ("/print", "/"),
        ("/amp", "/"),
        (":8443/a-1", "/a-1"),
    ],
)
def test_two_articles_keep_two_addresses(one, other):
    assert canonical_url("https://example.com" + one) != canonical_url("https://example.com" + other)


@pytest.mark.parametrize(
    "url",
    [
        "file:inbox/a b.txt",
        "id:42",
        "",
        "no address",
        "https://",
        "https://[x/y",
        "https://x:port/y",
        "mailto:a@b.c",
    ],
)
def test_what_is_no_web_address_comes_back_as_it_is(url):
    assert canonical_url(url) == url


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("http://127.0.0.1:8000/a?b=2&a=1", "http://127.0.0.1:8000/a?a=1&b=2"),
        ("http://[::1]/a", "http://[::1]/a"),
        ("http://localhost/a", "http://localhost/a"),
        ("https://en.m.wikipedia.org/wiki/Bridge", "https://en.wikipedia.org/wiki/Bridge"),
        ("https://example.com", "https://example.com/"),
        ("https://example.com/новости/1", "https://example.com/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D0%B8/1"),
        ("https://example.com/%d0%bd/1", "https://example.com/%D0%BD/1"),
    ],
)
def test_hosts_paths_and_parameters_get_one_spelling(url, canonical):
    assert canonical_url(url) == canonical


@given(
    st.text(st.sampled_from("htps:/.-?=&#%amw12xé[]@ "), max_size=40),
    st.sampled_from(["", "https://m.a-b.com/"]),
)
def test_a_canonical_address_is_its_own_canonical_address(tail, head):
    once = canonical_url(head + tail)
    assert canonical_url(once) == once
