"""A source on a local site, fetched again and again."""

import asyncio
import json
from datetime import timedelta

from storydelta.sources import Context, Limits, fetch_source
from storydelta.story import SourceEntry
from tests.sources.web.local_server import NOW, Server, answer, serving

PROSE = (
    "Rescuers went on searching the harbour on Saturday, a day after the ferry sank off the northern shore. "
    "The coast guard said that divers had reached the lower deck. Families waited at the pier through the night."
)
STATED = "2024-03-23T09:30:00Z"


def page(toll, published=STATED, modified="", extra=""):
    meta = f'<meta property="article:published_time" content="{published}">' if published else ""
    meta += f'<meta property="article:modified_time" content="{modified}">' if modified else ""
    return (
        f"<html><head><title>Ferry</title>{meta}{extra}</head><body><nav><a href='/'>Home</a></nav><article>"
        f"<h1>Ferry sinks</h1><p>{PROSE}</p><p>At least {toll} people died, officials said.</p></article></body></html>"
    ).encode()


def rss(*names, text="A ferry sank.", moment="Sat, 23 Mar 2024 09:00:00 GMT"):
    items = "".join(
        f"<item><title>{name}</title><link>/{name}</link><description>{text}</description><pubDate>{moment}</pubDate></item>"
        for name in names
    )
    return f"<rss><channel><title>Example</title>{items}</channel></rss>".encode()


class Site:
    """A source on a local site, fetched again and again, each time with the state that the time before left."""

    def __init__(self, kind, path, limits=None, is_worth=lambda item: True, **options):
        self.server, self.state, self.limits, self.is_worth = Server(), {}, limits or Limits(), is_worth
        self.kind, self.path, self.options = kind, path, options
        self.server.replies["/robots.txt"] = answer(status="404 Not Found")

    def fetch(self, after=timedelta(), **replies):
        self.server.replies |= {f"/{name}": reply for name, reply in replies.items()}
        self.server.requests.clear()

        async def run():
            async with serving(self.server) as client:
                options = {"kind": self.kind, "url": self.server.url + self.path, **self.options}
                context = Context(
                    base=None, now=NOW + after, client=client, limits=self.limits, chance=lambda: 0,
                    is_worth=self.is_worth,
                )  # fmt: skip
                return await fetch_source(SourceEntry.model_validate(options), self.state, context)

        found = asyncio.run(run())
        self.state = json.loads(json.dumps(found.state))
        return found

    @property
    def visited(self):
        return [head[0].split()[1] for head in self.server.requests]
