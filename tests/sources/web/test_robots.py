import pytest
from hypothesis import given
from hypothesis import strategies as st

from storydelta.sources.web.robots import KEEP_OUT, NO_WISHES, read_robots

SITE = "https://news.example"


@pytest.mark.parametrize(
    ("rules", "path", "allowed"),
    [
        ("Disallow: /private", "/private/1", False),
        ("Disallow: /private", "/public", True),
        ("Disallow:", "/anything", True),
        ("Disallow: /", "/", False),
        ("Disallow: /a\nAllow: /a/b", "/a/b/c", True),
        ("Allow: /a\nDisallow: /a", "/a", True),
        ("Disallow: /*.pdf$", "/x/y.pdf", False),
        ("Disallow: /*.pdf$", "/x/y.pdf?z", True),
        ("Disallow: /*/print", "/news/print/1", False),
        ("Disallow: /*?sort=", "/news?sort=up", False),
        ("Disallow: /a*b*c$", "/abbc", False),
        ("Disallow: /a*bc*c$", "/abc", True),
        ("Disallow: /новости", "/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D0%B8/1", False),
        ("Disallow: /robots.txt", "/robots.txt", True),
        ("disallow : /a # why", "/a", False),
        ("Disallow: /a\n\nDisallow: /b", "/b", False),
    ],
)
def test_the_longest_rule_decides(rules, path, allowed):
    robots = read_robots(f"User-agent: *\n{rules}\n".encode(), "Storydelta")
    assert robots.allows(SITE + path) is allowed


def test_the_group_with_our_name_goes_before_that_for_everyone():
    text = b"User-agent: *\nDisallow: /\nUser-agent: other\nUser-Agent: STORYDELTA/2\nDisallow: /x\nCrawl-delay: 2.5\n"
    ours, others = read_robots(text, "Storydelta"), read_robots(text, "somebody")
    assert (ours.allows(SITE + "/a"), ours.allows(SITE + "/x"), ours.delay) == (True, False, 2.5)
    assert (others.allows(SITE + "/a"), others.delay) == (False, None)


def test_a_delay_is_bounded_and_no_file_asks_nothing():
    assert read_robots(b"User-agent: *\nCrawl-delay: 99999", "x").delay == 60
    nothing = read_robots(b"\xff\xfe no robots at all", "x")
    assert (nothing.allows(SITE + "/a"), nothing.delay) == (True, None)
    assert NO_WISHES.allows(SITE)
    assert not KEEP_OUT.allows(SITE)


@given(st.text(st.sampled_from("/ab*$"), max_size=8), st.text(st.sampled_from("/ab"), max_size=8))
def test_patterns_fit_as_the_expressions_that_they_abbreviate(pattern, path):
    import re

    if not pattern:
        return
    body, end = (pattern[:-1], "$") if pattern.endswith("$") else (pattern, "")
    expression = "".join(".*" if c == "*" else re.escape(c) for c in body) + (r"\Z" if end else "")
    robots = read_robots(f"User-agent: *\nDisallow: {pattern}".encode(), "x")
    assert robots.allows(f"{SITE}/{path}") is not bool(re.match(expression, f"/{path}"))
