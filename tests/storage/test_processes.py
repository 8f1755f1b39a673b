"""Real processes on one database: side by side, and killed in the middle of their work."""

import multiprocessing
import random
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from storage import open_store
from storydelta.model import DeliveryState
from tests.storage.samples import (
    NOON,
    STORY,
    URL,
    at,
    delivery,
    edition,
    message,
    publish,
    reading,
    revision,
)

processes = multiprocessing.get_context("fork")


def run_story(url, who, rounds, started=None):
    """Whole runs one after another: a new document, an edition made from the one before, a digest, a delivery."""
    with open_store(url, patience=60) as store:
        for turn in range(rounds):
            with store.writing(STORY, at(turn)) as work:
                before = work.latest_edition()
                number = before.number + 1 if before else 1
                work.record(
                    [reading(f"{who} counted {number} dead.", url=f"{URL}/{number}", id=f"{who}-{turn}")]
                )
                work.publish(edition(number, killed=number, minutes=turn))
                work.enqueue(message(number), [delivery(f"k{number}", number)], since=number - 1)
            if started:
                started.value = number


def assert_whole(store):
    """What one run writes is there for every edition, and for nothing else. Gives the number of editions."""
    numbers = [e.number for e in store.editions(STORY)]
    expected = list(range(1, len(numbers) + 1))
    assert numbers == expected
    assert sorted(int(s.revision.document.rsplit("/")[-1]) for s in store.documents(STORY)) == expected
    assert all(len(r.claims) == 2 for r in store.readings(STORY))
    assert [d.edition for d in reversed(store.digests(STORY))] == expected
    assert sorted(d.edition for d in store.deliveries(STORY)) == expected
    return len(numbers)


def test_processes_that_run_one_story_at_once_give_consecutive_editions_and_lose_nothing(url):
    open_store(url).close()
    children = [processes.Process(target=run_story, args=(url, who, 20)) for who in ("anna", "boris", "chen")]
    for child in children:
        child.start()
    for child in children:
        child.join()
    assert [child.exitcode for child in children] == [0, 0, 0]
    with open_store(url) as store:
        assert assert_whole(store) == 60
        assert len({s.revision.id for s in store.documents(STORY)}) == 60


def test_a_process_killed_at_any_moment_leaves_the_store_whole(url):
    chance = random.Random(7)
    open_store(url).close()
    told = processes.Value("i", 0)
    for _ in range(10):
        before = told.value
        child = processes.Process(target=run_story, args=(url, "anna", 10_000, told))
        child.start()
        while told.value == before:
            time.sleep(0.001)
        time.sleep(chance.random() * 0.05)
        child.kill()
        child.join()
        with open_store(url) as store:
            assert assert_whole(store) >= told.value > before


def claim_all(url, holder, won):
    with open_store(url, patience=60) as store:
        for due in store.due_deliveries(NOON, limit=1000):
            if store.claim_delivery(due.key, holder, at(5), NOON):
                won.put(due.key)
                sent = replace(due, state=DeliveryState.SENT, attempts=due.attempts + 1)
                assert store.record_delivery(sent, holder, NOON)


def test_a_delivery_is_won_by_one_of_many_senders(url):
    keys = [f"k{n}" for n in range(60)]
    with open_store(url) as store:
        publish(store, deliveries=[delivery(key) for key in keys])
    won = processes.SimpleQueue()
    children = [processes.Process(target=claim_all, args=(url, f"sender-{n}", won)) for n in range(3)]
    for child in children:
        child.start()
    found = [won.get() for _ in keys]
    for child in children:
        child.join()
    assert won.empty()
    assert sorted(found) == sorted(keys)
    with open_store(url) as store:
        assert store.delivery_counts()[DeliveryState.SENT] == 60


def test_threads_may_share_a_store(store):
    def run(number):
        with store.writing(STORY, NOON) as work:
            work.record([reading(url=f"{URL}/{number}")])
        return store.new_revisions(STORY, [revision(url=f"{URL}/{number}")])

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(run, range(40))) == [()] * 40
    assert len(list(store.documents(STORY))) == 40
