"""What a site asks of robots (RFC 9309), read by protego."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from protego import Protego

_MOST_BYTES = 512_000
_LONGEST_DELAY = 60.0
# "Storydelta/2" is no name that the standard knows, but what its author means is plain.
_VERSION = re.compile(r"^([ \t]*user-agent[ \t]*:[^\n/#]*)/[^\s#]*", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Robots:
    """A site's wishes for one robot, by name."""

    text: str
    rules: Protego
    robot: str

    def allows(self, url: str) -> bool:
        """Whether the site lets this address be visited."""
        return urlsplit(url).path == "/robots.txt" or bool(self.rules.can_fetch(url, self.robot))

    @property
    def delay(self) -> float | None:
        """Seconds between two requests, or None. Nobody is waited for longer than a minute."""
        delay = self.rules.crawl_delay(self.robot)
        return None if delay is None else min(max(delay, 0.0), _LONGEST_DELAY)


def read_robots(content: bytes, robot: str) -> Robots:
    """The wishes for `robot`, else those for every robot."""
    text = _VERSION.sub(r"\1", content[:_MOST_BYTES].decode("utf-8-sig", "replace"))
    return Robots(text=text, rules=Protego.parse(text), robot=robot)


NO_WISHES = read_robots(b"", "")
"""What a site that has no robots.txt asks: nothing."""
KEEP_OUT = read_robots(b"User-agent: *\nDisallow: /", "")
"""What a site whose robots.txt cannot be had for a fault of its own asks, as far as we know: to be left alone."""
