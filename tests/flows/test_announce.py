import asyncio
import re
import time
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest
import yaml

from storydelta.model import DeliveryState

AUTOMATIONS = Path(__file__).resolve().parents[2] / "deploy" / "automations.yaml"

pytestmark = [
    pytest.mark.prefect,
    # Prefect's client leaves sockets to the garbage collector
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning"),
]

HOSTILE = (
    "Twelve people were killed in the blast at the harbour, said <b>Guard</b> | [x](javascript:alert(1))."
)


@pytest.fixture
def announce(prefect_server):
    from flows import announce as module

    return module


def announced(announce, story, outcome, harvest=None, *, name, times=1):
    """Announces in a run of a flow."""
    from prefect import flow

    @flow(name=name)
    async def run():
        for _ in range(times):
            await announce.announce_run(outcome, story, harvest)

    asyncio.run(run())


def asked(path, body):
    from prefect.client.orchestration import get_client

    async def ask():
        async with get_client() as client:
            answer = await client._client.post(path, json=body)
            answer.raise_for_status()
            return answer.json()

    return asyncio.run(ask())


def events_of(slug, expected):
    """The events of the story, once there are as many as are expected."""
    body = {"filter": {"resource": {"id": [f"storydelta.story.{slug}"]}}, "limit": 50}
    deadline = time.monotonic() + 30
    while len(found := asked("/events/filter", body)["events"]) < expected and time.monotonic() < deadline:
        time.sleep(0.5)
    return found


@pytest.fixture
def moved(house, home, run, write):
    """A story of its own for each test, with the outcome of a run that changed its narrative."""
    write("a", HOSTILE)
    outcome = run()
    story = house.story("harbour-blast").model_copy(update={"slug": f"harbour-{uuid4().hex[:8]}"})
    return story, replace(outcome, story=story.slug)


def test_a_change_is_shown_as_artifacts_and_told_once_as_an_event(announce, moved):
    story, outcome = moved
    announced(announce, story, outcome, name="twice", times=2)
    keys = {"key": {"any_": [f"ledger-{story.slug}", f"changes-{story.slug}"]}}
    shown = {a["key"]: a for a in asked("/artifacts/filter", {"artifacts": keys})}
    assert set(shown) == {f"ledger-{story.slug}", f"changes-{story.slug}"}
    assert "**12**" in shown[f"ledger-{story.slug}"]["data"]
    assert "killed" in shown[f"changes-{story.slug}"]["data"]
    assert f"digests/{story.slug}-00001.html" in shown[f"changes-{story.slug}"]["description"]
    (event,) = events_of(story.slug, 1)
    assert event["event"] == "storydelta.narrative.changed"
    assert (event["payload"]["edition"], event["payload"]["alert"]) == (1, True)
    assert event["payload"]["changes"][0]["measure"] == "killed"
    assert event["resource"]["storydelta.alert"] == "true"
    assert [r["prefect.resource.role"] for r in event["related"]].count("flow-run") == 1


def test_sources_and_deliveries_that_need_a_person_are_told(announce, moved):
    from flows.fetch_sources import Harvest

    story, outcome = moved
    quiet = replace(outcome, edition=None, message=None)
    harvest = Harvest(down=("Wire",), recovered=("Courier",))
    announced(announce, story, quiet, harvest, name="sources")
    (delivery,) = outcome.deliveries
    parked = replace(delivery, story=story.slug, state=DeliveryState.PARKED, problem="refused")
    announce.announce_deliveries([parked, replace(parked, key="b", state=DeliveryState.SENT), parked])
    told = {e["event"]: e["payload"] for e in events_of(story.slug, 3)}
    assert told["storydelta.source.down"]["source"] == "Wire"
    assert told["storydelta.source.recovered"]["source"] == "Courier"
    assert told["storydelta.delivery.parked"]["problem"] == "refused"
    assert len(told) == 3


def test_nothing_that_a_document_says_is_taken_for_markup(announce, moved):
    story, outcome = moved
    odd = story.model_copy(update={"title": "A | <script> [x](y)"})
    markdown = announce.ledger_markdown(outcome.edition, odd)
    assert not re.search(r"(?<!\\)[<\[]", markdown)
    table = [line for line in markdown.splitlines() if line.startswith("|")]
    assert {len(re.findall(r"(?<!\\)\|", line)) for line in table} == {5}


def test_a_run_is_told_in_one_line(announce, moved):
    _, outcome = moved
    assert announce.in_a_line(outcome).startswith("edition 1: ")
    assert announce.in_a_line(outcome).endswith("(1 new document, a digest for 1 recipient)")
    quiet = replace(outcome, edition=None, ingested=())
    assert announce.in_a_line(quiet) == "nothing changed (0 new documents)"
    ill = replace(quiet, problems=("feed 'x': it answers 503\nand more", "b"))
    assert (
        announce.in_a_line(ill)
        == "nothing changed (0 new documents, 2 problems: feed 'x': it answers 503 and more)"
    )


def test_what_cannot_be_shown_fails_no_run(announce, moved, caplog):
    story, outcome = moved
    announced(announce, story.model_copy(update={"slug": "Not_A_Key"}), outcome, name="odd")
    assert "an artifact could not be made" in caplog.text


def test_the_example_automations_are_what_prefect_takes(prefect_server):
    from prefect.events.schemas.automations import AutomationCore

    plans = yaml.safe_load(AUTOMATIONS.read_text())["automations"]
    told = {event for plan in plans for event in AutomationCore.model_validate(plan).trigger.expect}
    from flows import announce

    assert told == {announce.CHANGED, announce.PARKED, announce.DOWN, announce.RECOVERED}
