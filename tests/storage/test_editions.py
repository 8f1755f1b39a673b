from dataclasses import replace

import pytest

from storage import editions, watch
from storage.engine import reading
from storydelta.errors import StoreError
from storydelta.model import Ledger
from tests.storage.samples import (
    KILLED,
    NOON,
    STORY,
    at,
    edition,
    evidence,
    ledger,
    publish,
    statement,
    verdict,
)  # fmt: skip


def test_a_story_without_an_edition_has_none(store):
    with store.writing(STORY, NOON) as work:
        assert work.latest_edition() is None
    assert store.latest_edition(STORY) is None
    assert store.latest_edition("unheard-of") is None
    assert store.edition(STORY, 1) is None
    assert store.edition_as_of(STORY, NOON) is None
    assert list(store.editions(STORY)) == []


def test_an_edition_is_read_back_the_same(store):
    publish(store)
    assert store.latest_edition(STORY) == edition() == store.edition(STORY, 1)
    with store.writing(STORY, NOON) as work:
        assert work.latest_edition() == edition()


def test_an_edition_without_anything_in_it_is_one_too(store):
    with store.writing(STORY, NOON) as work:
        work.publish(replace(edition(), ledger=Ledger(), verdicts=()))
    assert store.latest_edition(STORY) == replace(edition(), ledger=Ledger(), verdicts=())


def test_what_was_heard_without_a_change_counts_in_the_next_run(store):
    publish(store)
    heard = replace(ledger(), heard={KILLED.key: (statement(3, 5),)})
    with store.writing(STORY, NOON) as work:
        assert work.ledger() == ledger()
        work.keep_ledger(heard)
    with store.writing(STORY, NOON) as work:
        assert work.ledger() == heard == store.ledger(STORY)
        assert work.latest_edition() == edition()
    publish(store, 2, killed=5)
    assert store.ledger(STORY) == ledger(5)


def test_before_the_first_run_the_ledger_is_empty(store):
    with store.writing(STORY, NOON) as work:
        assert work.ledger() == Ledger()
    assert store.ledger("unheard-of") == Ledger()


def test_a_sentence_with_half_a_character_in_a_ledger_is_read_back_the_same(store):
    broken = replace(statement(), title="\ud83d is half a smile\x00", evidence=evidence("4 dead \udc00"))
    made = replace(edition(), ledger=Ledger(heard={"a": (broken,)}))
    with store.writing(STORY, NOON) as work:
        work.publish(made)
    assert store.latest_edition(STORY) == made


def test_the_latest_edition_is_seen_inside_the_work_before_it_is_seen_outside(store):
    publish(store)
    with store.writing(STORY, NOON) as work:
        work.publish(edition(2, killed=5))
        assert work.latest_edition() == edition(2, killed=5)
        assert store.latest_edition(STORY) == edition()
    assert store.latest_edition(STORY) == edition(2, killed=5)


@pytest.mark.parametrize("number", [0, 1, 3])
def test_an_edition_with_another_number_than_the_next_is_refused(store, number):
    publish(store)
    with pytest.raises(StoreError, match="the next is 2"):
        publish(store, number)
    assert store.latest_edition(STORY) == edition()


def test_the_edition_of_another_story_is_refused(store):
    with pytest.raises(StoreError, match="bridge-collapse"), store.writing("another", NOON) as work:
        work.publish(edition())


def test_as_of_a_moment_the_latest_edition_made_until_then_stands(store):
    for number in (1, 2, 3):
        publish(store, number, killed=number, minutes=10 * number)
    known = {m: store.edition_as_of(STORY, at(m)) for m in (9.9, 10, 29, 30, 500)}
    assert {m: e and e.number for m, e in known.items()} == {9.9: None, 10: 1, 29: 2, 30: 3, 500: 3}


def test_with_a_clock_that_was_put_back_the_higher_number_stands(store):
    publish(store, 1, minutes=60)
    publish(store, 2, minutes=10)
    assert store.edition_as_of(STORY, at(61)).number == 2
    assert store.latest_edition(STORY).number == 2


def test_editions_come_oldest_first_from_where_one_wants_them(store):
    for number in range(1, 5):
        publish(store, number, killed=number)
    assert [e.number for e in store.editions(STORY)] == [1, 2, 3, 4]
    assert list(store.editions(STORY, after=2)) == [edition(3, killed=3), edition(4, killed=4)]


def test_more_editions_than_a_page_come_once_each(store):
    with store.writing(STORY, NOON) as work:
        for number in range(1, 403):
            work.publish(replace(edition(number), ledger=Ledger()))
    assert [e.number for e in store.editions(STORY)] == list(range(1, 403))


def test_changes_are_asked_for_since_an_edition_or_a_moment(store):
    for number in (1, 2, 3):
        publish(store, number, killed=number, minutes=number)
    everything = tuple(verdict(n, n) for n in (1, 2, 3))
    assert store.changes_since(STORY, 0) == everything
    assert store.changes_since(STORY, 2) == everything[2:]
    assert store.changes_since(STORY, at(1)) == everything[1:]
    with store.writing(STORY, NOON) as work:
        assert work.changes_since(at(2)) == everything[2:]


def test_two_stories_number_their_editions_each_for_itself(store):
    publish(store, 1)
    publish(store, 2)
    publish(store, 1, story="another")
    assert store.latest_edition("another") == edition(story="another")
    assert store.changes_since("another", 0) == (verdict(),)


def test_what_is_held_back_waits_in_order(store):
    publish(store, 1)
    with store.writing(STORY, NOON) as work:
        work.hold([verdict(1), verdict(2)])
        work.hold([])
    publish(store, 2)
    with store.writing(STORY, NOON) as work:
        work.hold([verdict(3)])
        assert work.held() == (verdict(1), verdict(2), verdict(3))
    assert store.held(STORY) == (verdict(1), verdict(2), verdict(3))
    assert store.held("another") == ()


def test_nothing_can_be_held_back_before_there_is_an_edition(store):
    with pytest.raises(StoreError, match="before the first edition"), store.writing(STORY, NOON) as work:
        work.hold([verdict()])


def test_a_reading_sees_one_moment_whatever_is_written_meanwhile(store):
    publish(store)
    with reading(store.engine) as session:
        story_id = watch.id_of(session, STORY)
        assert editions.latest_number(session, story_id) == 1
        publish(store, 2)
        assert editions.latest_number(session, story_id) == 1
    assert store.latest_edition(STORY).number == 2
