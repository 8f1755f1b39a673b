"""What a site asks of robots, after RFC 9309: the longest rule that fits decides, and an allowance wins a tie."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

_MOST_BYTES = 512_000
_LONGEST_DELAY = 60.0
_SAFE = "/%!$&'()*+,;=:@~?"


@dataclass(frozen=True, slots=True, kw_only=True)
class Robots:
    """A site's wishes for one robot. `rules`: whether a path is allowed, and its pattern. `delay`: seconds between
    two requests, or None.
    """

    rules: tuple[tuple[bool, str], ...] = ()
    delay: float | None = None

    def allows(self, url: str) -> bool:
        """Whether the site lets this address be visited."""
        parts = urlsplit(url)
        path = quote(parts.path or "/", safe=_SAFE) + (
            f"?{quote(parts.query, safe=_SAFE)}" if parts.query else ""
        )
        fitting = [(len(pattern), allowed) for allowed, pattern in self.rules if _fits(pattern, path)]
        return path == "/robots.txt" or not fitting or max(fitting)[1]


NO_WISHES = Robots()
"""What a site that has no robots.txt asks: nothing."""
KEEP_OUT = Robots(rules=((False, "/"),))
"""What a site whose robots.txt cannot be had for a fault of its own asks, as far as we know: to be left alone."""


def read_robots(content: bytes, robot: str) -> Robots:
    """The wishes for `robot`, by name, else those for every robot."""
    groups = _groups(content[:_MOST_BYTES].decode("utf-8-sig", "replace"))
    for name in (robot.lower(), "*"):
        own = [lines for names, lines in groups if name in names]
        if own:
            return _wishes([line for lines in own for line in lines])
    return NO_WISHES


def _groups(text: str) -> list[tuple[set[str], list[tuple[str, str]]]]:
    """The groups of a file: the robots that each is for, and its lines."""
    groups: list[tuple[set[str], list[tuple[str, str]]]] = []
    names_go_on = False
    for line in re.split(r"\r\n?|\n", text):
        key, colon, value = line.partition("#")[0].partition(":")
        key, value = key.strip().lower(), value.strip()
        if not colon:
            continue
        if key == "user-agent":
            if not names_go_on:
                groups.append((set(), []))
            groups[-1][0].add(value.partition("/")[0].strip().lower())
            names_go_on = True
        elif key in ("allow", "disallow", "crawl-delay"):
            names_go_on = False
            if groups:
                groups[-1][1].append((key, value))
    return groups


def _wishes(lines: list[tuple[str, str]]) -> Robots:
    rules = tuple(
        (key == "allow", quote(value, safe=_SAFE)) for key, value in lines if key != "crawl-delay" and value
    )
    delays = [
        float(value)
        for key, value in lines
        if key == "crawl-delay" and re.fullmatch(r"\d{1,6}(\.\d{1,3})?", value)
    ]
    return Robots(rules=rules, delay=min(delays[0], _LONGEST_DELAY) if delays else None)


def _fits(pattern: str, path: str) -> bool:
    """Whether a path begins like the pattern, in which * is anything and $ at the end is the end.

    Piece by piece, each at its first place, so that no pattern takes more than a pass.
    """
    ends = pattern.endswith("$")
    first, *others = pattern.removesuffix("$").split("*")
    if not path.startswith(first):
        return False
    at = len(first)
    for number, piece in enumerate(others, 1):
        if ends and number == len(others):
            return path.endswith(piece) and len(path) - len(piece) >= at
        at = path.find(piece, at)
        if at < 0:
            return False
        at += len(piece)
    return not ends or at == len(path)
