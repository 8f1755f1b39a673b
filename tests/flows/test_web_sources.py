"""Whole runs over sources on a local server, with the engine that reads claims, visit after visit."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from flows import fetch_sources, steps
from flows.replay_documents import rehearsal
from storage.store import open_store
from storydelta.model import Item
from storydelta.sources import Context, Manners, build_client
from storydelta.story import Story
from tests.sources.web.local_server import Server, answer, serving

START = datetime(2024, 3, 2, 12, tzinfo=UTC)
QUARTER = timedelta(minutes=15)
LOCAL = Manners(allow_private=True, spacing=0)
PROSE = (
    "Rescuers searched the old grain store at the harbour through the night, and families waited at the gates. "
    "The mayor said that the fire had begun in a workshop on the ground floor. A hundred volunteers brought water and bread."
)


class Watch:
    """A story with one source on a local site, run again and again in a store of its own."""

    def __init__(self, house, tmp_path, path, **source):
        self.server, self.house, self.path, self.source = Server(), house, path, source
        self.server.replies["/robots.txt"] = answer(status="404 Not Found")
        self.store = open_store(f"sqlite:///{tmp_path / 'watch.sqlite3'}")
        self.outcomes, self.told = [], []

    @property
    def story(self):
        entry = {**self.source, "url": self.server.url + self.path}
        return Story.model_validate({"slug": "store-fire", "title": "Store fire", "sources": [entry]})

    def run(self, now):
        async def fetch():
            async with serving(self.server, LOCAL):
                states = self.store.source_states("store-fire")
                async with build_client(LOCAL) as client:
                    context = Context(base=None, now=now, client=client, chance=lambda: 0)
                    return await fetch_sources.fetch(self.story, states, context)

        harvest = asyncio.run(fetch())
        self.told += [*harvest.down, *harvest.recovered]
        story, reader = self.story, self.house.reader()
        sifted = steps.revise(harvest.items, story, self.store, now)
        readings = steps.read(sifted.belonging, reader)
        outcome = steps.publish(self.store, story, reader, readings, now, sifted=sifted, harvest=harvest)
        self.outcomes.append(outcome)
        return outcome

    @property
    def alerts(self):
        return [verdict for outcome in self.outcomes for verdict in outcome.verdicts if verdict.alert]

    @property
    def killed(self):
        position = self.store.ledger("store-fire").positions.get("figure/killed")
        return position and position.value.low


@pytest.fixture
def watch(house, tmp_path):
    made = []

    def make(path, **source):
        made.append(Watch(house, tmp_path, path, **source))
        return made[-1]

    yield make
    for each in made:
        each.store.close()


def page(said, around="", within=""):
    return (
        '<html><head><title>Store fire</title><meta property="article:published_time" content="2024-03-02T10:00:00Z">'
        f'<meta property="og:site_name" content="The Examiner"></head><body>{around}<article><h1>Store fire</h1><p>{PROSE}</p>'
        f"<p>{said}</p>{within}</article></body></html>"
    ).encode()


def rss(*entries):
    items = "".join(
        f"<item><title>{title}</title><link>{link}</link><description>{text}</description><pubDate>{moment:%a, %d %b %Y %H:%M:%S} GMT</pubDate></item>"
        for title, link, text, moment in entries
    )
    return f"<rss><channel><title>The Examiner</title>{items}</channel></rss>".encode()


def test_a_page_with_an_advertisement_the_minute_and_a_counter_that_change_at_each_visit_alerts_nobody(watch):
    watched = watch("/a", kind="page")
    visits = 0

    async def reply(writer, head):
        nonlocal visits
        visits += 1
        noise = (
            f"<nav>{visits} new stories</nav><div class='ad'>Only {900 - visits} seats left: fly to the sea for {visits} coins</div>"
            f"<div class='clock'>12:{visits:02}</div><script>track({visits})</script>"
        )
        counter = (
            f"<p class='meta'>{1000 + 7 * visits} views, {visits} comments. Updated {visits} minutes ago.</p>"
        )
        writer.write(answer(page("At least 12 people were killed, police said.", noise, counter)))

    watched.server.replies["/a"] = reply
    first = watched.run(START)
    assert [verdict.alert for verdict in first.verdicts] == [True]
    for number in range(1, 25):
        watched.run(START + number * QUARTER)
    assert visits == 25
    assert len(watched.alerts) == 1
    assert [outcome.edition for outcome in watched.outcomes[1:]] == [None] * 24


def test_an_edit_of_nothing_but_punctuation_alerts_nobody(watch):
    watched = watch("/a", kind="page")
    for number, said in enumerate(
        (
            "At least 12 people were killed, police said.",
            "At least 12 people were killed – police said.",
            "At least 12 people were killed; police said …",
        )
    ):
        watched.server.replies["/a"] = answer(page(said))
        assert len(watched.run(START + number * QUARTER).ingested) == 1
    assert len(watched.alerts) == 1


@pytest.mark.parametrize("kind", ["page", "feed"])
def test_a_server_that_is_busy_every_other_time_alerts_nobody_and_is_not_reported_down(watch, kind):
    watched = watch("/a", kind=kind)
    text = f"At least 12 people were killed, police said. {PROSE} " * 4
    good = answer(
        page("At least 12 people were killed, police said.")
        if kind == "page"
        else rss(("Store fire", "/1", text, START))
    )
    for number in range(12):
        watched.server.replies["/a"] = answer(status="503 Service Unavailable") if number % 2 else good
        watched.run(START + number * 2 * QUARTER)
    assert len(watched.alerts) == 1
    assert watched.told == []


def test_a_change_behind_a_validator_that_never_changes_is_found_within_six_hours(watch):
    watched = watch("/a", kind="page")
    said = "At least 12 people were killed, police said."

    async def reply(writer, head):
        known = any(line.lower().startswith("if-none-match") for line in head)
        writer.write(answer(status="304 Not Modified") if known else answer(page(said), ETag='"1"'))

    watched.server.replies["/a"] = reply
    watched.run(START)
    said = "At least 14 people were killed, police said."
    found = next(
        at for at in (START + number * QUARTER for number in range(1, 40)) if watched.run(at).edition
    )
    assert found - START <= timedelta(hours=6)
    assert watched.killed == 14


def test_an_article_under_three_addresses_is_one_document(watch):
    watched = watch("/rss", kind="feed")
    article = answer(page("At least 12 people were killed, police said."))
    links = (
        "/news/store-fire-12-dead?utm_source=rss",
        "/news/store-fire-12-dead/amp",
        "/news/store-fire-12-dead?print=1",
    )
    watched.server.replies |= dict.fromkeys(links, article) | {
        "/rss": answer(rss(*(("Store fire", link, "Twelve dead.", START) for link in links)))
    }
    outcome = watched.run(START)
    assert len(outcome.ingested) == 1
    assert outcome.ingested[0].document.endswith("/news/store-fire-12-dead")
    assert len(list(watched.store.documents("store-fire"))) == 1


STORY = (
    ("Fire in grain store", "/1", f"A fire broke out at the harbour. Three people were killed, police said. {PROSE}", START),
    ("Toll rises", "/2", f"At least 12 people were killed in the fire, the mayor said. {PROSE}", START + QUARTER),
    ("Watchmen blamed", "/3", f"The fire brigade blamed the Harbour Guild for the fire. Twelve people were killed. {PROSE}", START + 2 * QUARTER),
    ("Guild denies", "/4", f"The Harbour Guild denied that it was behind the fire. {PROSE}", START + 3 * QUARTER),
    ("Toll at 14", "/5", f"The mayor said that 14 people were killed and 30 injured. {PROSE}", START + 4 * QUARTER),
)  # fmt: skip


def test_a_feed_snapshot_after_snapshot_gives_the_ledger_of_its_documents_read_directly(
    watch, house, tmp_path
):
    watched = watch("/rss", kind="feed", full_text=False)
    direct = rehearsal("")
    reader = house.reader()
    with open_store(f"sqlite:///{tmp_path / 'direct.sqlite3'}") as store:
        for number, (_, _, _, now) in enumerate(STORY, 1):
            latest = STORY[:number][-3:]  # feeds forget
            watched.server.replies["/rss"] = answer(rss(*reversed(latest)))
            watched.run(now)
            items = [
                Item(url=watched.server.url + link, title=title, text=text, publisher="The Examiner", published_at=moment, id=watched.server.url + link)
                for title, link, text, moment in latest
            ]  # fmt: skip
            sifted = steps.revise(items, direct, store, now)
            steps.publish(store, direct, reader, steps.read(sifted.belonging, reader), now, sifted=sifted)
        assert watched.store.ledger("store-fire") == store.ledger(direct.slug)
    assert watched.killed == 14


def test_a_known_article_that_is_edited_in_place_is_a_new_revision_with_its_own_claims(watch):
    watched = watch("/rss", kind="feed")
    watched.server.replies |= {
        "/rss": answer(rss(("Store fire", "/a", "A fire.", START))),
        "/a": answer(page("At least 12 people were killed, police said.")),
    }
    watched.run(START)
    watched.server.replies["/a"] = answer(page("At least 14 people were killed, police said."))
    watched.run(START + 2 * QUARTER)
    numbers = [stored.number for stored in watched.store.revisions("store-fire")]
    assert (numbers, watched.killed) == ([1, 2], 14)


def test_when_a_source_last_gave_something_new_is_kept_and_a_rebuilt_feed_is_nothing_new(watch):
    watched = watch("/rss", kind="feed", full_text=False)
    text = f"Twelve people were killed. {PROSE}"

    def changed():
        (state,) = watched.store.source_states("store-fire").values()
        return state.changed_at

    for number in range(3):
        built = b"<lastBuildDate>%d</lastBuildDate></channel>" % number
        watched.server.replies["/rss"] = answer(
            rss(("Fire", "/1", text, START)).replace(b"</channel>", built)
        )
        watched.run(START + number * QUARTER)
    assert changed() == START
    watched.server.replies["/rss"] = answer(status="500 Oops")
    watched.run(START + 3 * QUARTER)
    assert changed() == START
    watched.server.replies["/rss"] = answer(rss(("Fire", "/2", text, START)))
    watched.run(START + 8 * QUARTER)
    assert changed() == START + 8 * QUARTER


def test_entries_whose_guids_change_with_every_answer_are_the_documents_that_they_were(watch):
    watched = watch("/rss", kind="feed", full_text=False)
    for number in range(3):
        feed = rss(("Fire", "/1", f"Twelve people were killed. {PROSE}", START))
        watched.server.replies["/rss"] = answer(feed.replace(b"<item>", b"<item><guid>%d</guid>" % number))
        watched.run(START + number * QUARTER)
    assert len(list(watched.store.revisions("store-fire"))) == 1
    assert len(watched.alerts) == 1


def test_an_error_page_in_the_place_of_an_article_withdraws_nothing_and_is_told_as_a_problem(watch):
    watched = watch("/a", kind="page")
    watched.server.replies["/a"] = answer(page("At least 12 people were killed, police said."))
    watched.run(START)
    watched.server.replies["/a"] = answer(b"<title>Just a moment...</title><p>Checking your browser.</p>")
    outcome = watched.run(START + QUARTER)
    assert (outcome.ingested, outcome.edition, watched.killed) == ((), None, 12)
    assert "an error page, or a wall" in outcome.problems[0]


def test_runs_of_several_stories_take_turns_at_a_host_across_processes_of_one_home(house):
    async def boards():
        story = Story.model_validate(
            {"slug": "one", "title": "One", "sources": [{"kind": "page", "url": "https://x.example"}]}
        )
        async with house.context(story, START) as one, house.context(story, START) as other:
            return [context.client._transport.turns for context in (one, other)]

    one, other = asyncio.run(boards())
    assert one is other
    assert (house.settings.home / "turns").is_file()
