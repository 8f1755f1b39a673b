"""Pages that are no article though their server says that all is well: errors, checks for humans, walls for consent,
log-in and subscription.

A page is one where it says so itself: in its title, or in a short text without a date. Where a known article has
suddenly become something else altogether, its site is asked for a page that cannot be there; if it answers with the
same, that is what it shows of everything (`Nothing`). An article about an error has a date, and a text of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from hashlib import blake2b
from urllib.parse import urlsplit

_SHORT = 700
_NOTICE = 400
_WALL = 4_000
_CODES = r"(?:40[0134]|410|429|50[0234])"
# Whole, since a number may also count the dead: "500 service members killed".
_MEANINGS = (
    r"(?:the )?(?:page )?(?:was )?not found|unauthorized|forbidden|bad request|too many requests|internal server error|bad gateway|"
    r"service (?:temporarily )?unavailable|gateway time-?out"
)
_TITLES = re.compile(
    rf"(?:(?:oops|sorry)\W+)?(?:(?:http )?(?:error )?{_CODES}(?: error)?(?:\W+(?:error|oops|gone|{_MEANINGS}))?|"
    r"(?:the |this )?(?:page|article|story|content) (?:(?:you\W+\w+ )?(?:looking for|requested) )?(?:was |is |can(?:no|')t be |could not be )?"
    r"(?:not found|unavailable|not available|found|no longer available|doesn't exist)|"
    r"not found|forbidden|access (?:is )?denied|just a moment|attention required|are you (?:a robot|human|not a robot)|"
    r"(?:human|security|browser) (?:verification|check|challenge)|checking your browser|verify(?:ing)? (?:that )?you are (?:a )?human|"
    r"pardon our interruption|request (?:blocked|rejected)|internal server error|bad gateway|service unavailable|"
    r"(?:site )?(?:under|down for) maintenance|something went wrong|before you continue(?: to .{1,40})?|"
    r"(?:we value )?your privacy(?: choices)?|(?:cookie|privacy)s? (?:consent|settings|preferences|notice|gate|wall)|"
    r"(?:please )?(?:log|sign)[ -]?in(?: to .{1,40}| required)?|(?:please )?subscribe(?: now| to (?:read|continue).{0,40})?|subscription required)",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"\s+[|–—·»-]\s+|\s*[|»]\s*")
_WORDS = re.compile(
    r"\b(?:page|article|site|content|document|this) (?:\w+ ){0,3}?(?:not found|unavailable|not available|does(?:n't| not) exist)\b|"
    rf"\b{_CODES}\b[ :-]*(?:error|{_MEANINGS})\b|"
    rf"\b(?:error|http)[ :-]*{_CODES}\b|\bnot found$|^forbidden\b|"
    r"\b(?:access|permission) (?:to this page )?(?:has been |is )?denied\b|\battention required\b|\bjust a moment(?:\.{3}|…|$)|"
    r"\bare you (?:a robot|human)\b|\bverify (?:that )?you are (?:a )?human\b|\bunusual traffic\b|"
    r"\btemporarily unavailable\b|\bunder maintenance\b|\binternal server error\b|\bsomething went wrong\b|"
    r"\b(?:enable|turn on) (?:javascript|cookies)\b(?! to \w+ [\w ,]{0,30}\b(?:video|comments|player|gallery|map|functionality))|\b(?:log|sign) ?in to (?:continue|read|your account)\b",
    re.IGNORECASE,
)
_CONSENT = re.compile(
    r"\b(?:cookies?|consent|privacy|partners|vendors|personali[sz]ed|advertising|preferences)\b",
    re.IGNORECASE,
)
_CONSENT_SHARE, _CONSENT_LEAST = 25, 6  # one word in so many, and at least so many of them
_MARKERS = re.compile(
    r"_cf_chl_opt|/cdn-cgi/challenge-platform|cf-browser-verification|captcha-delivery\.com|px-captcha|"
    r"_Incapsula_Resource|awswaf\.com|class=[\"']?(?:g-recaptcha|h-captcha)\b",
)
_ASIDE = re.compile(
    r"(?:consent|captcha|challenge|log-?in|sign-?in|sso|auth|errors?|(?:error)?[-_]?404|(?:page)?[-_]?not-?found|subscribe|paywall|"
    r"privacy-gate|unavailable)(?:\.\w{2,5})?",
    re.IGNORECASE,
)
_PAYWALL = re.compile(
    r"\bto (?:continue|keep) reading\b|\b(?:subscribe|register|log ?in|sign ?in|create an? (?:free )?account) to (?:\w+ ){0,2}?(?:read|unlock|access|continue)\b|"
    r"\balready (?:a subscriber|have an account)\b|\b(?:article|story|content) is (?:\w+ ){0,3}?(?:subscribers|members)\b|"
    r"\b(?:subscribers|members) only\b",
    re.IGNORECASE,
)
_SHINGLE = 4
_SKETCH = 16
_WIDTH = 7


def says_it_is_no_article(markup: str, title: str, text: str, *, dated: bool) -> bool:
    """Whether the page says of itself that it is none. `dated`: it states when it was published."""
    if len(text) < _SHORT and any(_TITLES.fullmatch(part.strip(" .!…?")) for part in _BETWEEN.split(title)):
        return True
    if dated:
        return False
    if len(text) < _NOTICE and _WORDS.search(f"{title}\n{text}"):
        return True
    if len(text) < _SHORT and _MARKERS.search(markup):
        return True
    asks = len(_CONSENT.findall(text))
    return len(text) < _WALL and asks >= max(_CONSENT_LEAST, len(text.split()) / _CONSENT_SHARE)


def leads_aside(asked: str, found: str) -> bool:
    """Whether a visit ended elsewhere than where an article may lie: on the site's front page, or at an address for
    consent, log-in or errors, that was not asked for.
    """
    if not urlsplit(found).path.strip("/"):
        return bool(urlsplit(asked).path.strip("/"))
    return bool(_aside_parts(found) - _aside_parts(asked))


def _aside_parts(url: str) -> set[str]:
    """The names in a host and the segments of a path that stand for something other than articles."""
    parts = urlsplit(url)
    return {part for part in (*parts.netloc.split("."), *parts.path.split("/")) if _ASIDE.fullmatch(part)}


def asks_for_money(text: str) -> bool:
    """Whether a text ends in the words that stand in the place of the rest."""
    return bool(_PAYWALL.search(text[-300:]))


def sketch(text: str) -> str:
    """What a text is recognised by: the smallest digests of its runs of four words."""
    return "".join(sorted(set(_digests(text)))[:_SKETCH])


def likeness(one: str, other: str) -> float:
    """The share of the runs of words that two texts have in common, estimated from their sketches; 1 where they are
    the same, near 0 where they have nothing to do with each other.
    """
    mine, yours = set(_parts(one)), set(_parts(other))
    smallest = sorted(mine | yours)[:_SKETCH]
    return sum(part in mine and part in yours for part in smallest) / len(smallest) if smallest else 1.0


def _digests(text: str) -> Iterator[str]:
    words = re.findall(r"\w+", text.lower())
    for at in range(max(len(words) - _SHINGLE + 1, bool(words))):
        digest = blake2b(" ".join(words[at : at + _SHINGLE]).encode("utf-8", "replace"), digest_size=4)
        yield digest.hexdigest()[:_WIDTH]


def _parts(written: str) -> Iterator[str]:
    return (written[at : at + _WIDTH] for at in range(0, len(written), _WIDTH))
