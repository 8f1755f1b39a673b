from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from storage import DigestRecord
from storydelta.errors import StoreError
from storydelta.model import DeliveryState
from tests.storage.samples import NOON, STORY, at, delivery, edition, message, publish, verdict

PENDING, SENT, PARKED = DeliveryState.PENDING, DeliveryState.SENT, DeliveryState.PARKED


def enqueue(store, *deliveries, number=1, **kwargs):
    with store.writing(STORY, NOON) as work:
        return work.enqueue(message(number), deliveries, **kwargs)


def claimed(store, key="k1", holder="a", now=NOON):
    return store.claim_delivery(key, holder, now + timedelta(minutes=5), now)


def test_a_digest_is_read_back_the_same_with_its_files(store):
    publish(store, deliveries=[delivery()])
    assert store.message(STORY, 1) == message()
    assert store.message(STORY, 2) is None
    assert store.message("unheard-of", 1) is None


def test_a_digest_is_known_by_the_editions_that_it_spans(store):
    publish(store)
    publish(store, 2, minutes=3, deliveries=[delivery(number=2)])
    assert store.digests(STORY) == (DigestRecord(edition=2, since=1, made_at=at(3), subject="4 dead"),)
    with store.writing(STORY, NOON) as work:
        assert work.last_digest() == store.digests(STORY)[0]


def test_a_story_that_sent_nothing_has_no_last_digest(store):
    with store.writing(STORY, NOON) as work:
        assert work.last_digest() is None


def test_edition_digest_and_deliveries_are_kept_together_or_not_at_all(store):
    with suppress(ZeroDivisionError), store.writing(STORY, NOON) as work:
        work.publish(edition())
        assert work.enqueue(message(), [delivery()])
        _ = 1 / 0
    assert (store.latest_edition(STORY), store.digests(STORY), store.deliveries()) == (None, (), ())


def test_a_digest_of_an_edition_that_was_not_published_is_refused(store):
    with pytest.raises(StoreError, match=r"edition 1 .* is not published"):
        enqueue(store, delivery())


def test_enqueuing_again_adds_only_what_was_not_there(store):
    publish(store)
    assert enqueue(store, delivery("k1")) == (delivery("k1"),)
    assert enqueue(store, delivery("k1"), delivery("k2"), delivery("k2")) == (delivery("k2"),)
    assert [d.key for d in store.deliveries()] == ["k1", "k2"]
    assert len(store.digests(STORY)) == 1


def test_enqueuing_again_leaves_a_sent_delivery_sent(store):
    publish(store, deliveries=[delivery()])
    claimed(store)
    store.record_delivery(replace(delivery(), state=SENT, attempts=1), "a", NOON)
    enqueue(store, delivery())
    assert [d.state for d in store.deliveries()] == [SENT]


def test_a_delivery_of_another_digest_is_refused(store):
    publish(store)
    with pytest.raises(StoreError, match="k9"):
        enqueue(store, delivery("k9", number=2))


def test_a_digest_may_have_nobody_to_go_to(store):
    publish(store)
    assert enqueue(store) == ()
    assert store.message(STORY, 1) == message()


def test_what_was_held_back_is_told_with_the_next_digest(store):
    publish(store)
    with store.writing(STORY, NOON) as work:
        work.hold([verdict()])
        work.enqueue(message(), [])
        assert work.held() == ()


def test_deliveries_are_due_when_their_time_has_come_longest_due_first(store):
    publish(store, deliveries=[delivery("late", minutes=2), delivery("early", minutes=1)])
    assert [d.key for d in store.due_deliveries(at(0.5))] == []
    assert [d.key for d in store.due_deliveries(at(1))] == ["early"]
    assert store.due_deliveries(at(2)) == (delivery("early", minutes=1), delivery("late", minutes=2))
    assert [d.key for d in store.due_deliveries(at(2), limit=1)] == ["early"]


def test_a_delivery_is_claimed_by_one_holder_until_the_claim_ends(store):
    publish(store, deliveries=[delivery()])
    assert claimed(store, holder="a")
    assert not claimed(store, holder="b")
    assert store.due_deliveries(at(4)) == ()
    assert [d.key for d in store.due_deliveries(at(5))] == ["k1"]
    assert claimed(store, holder="b", now=at(5))


def test_a_claim_of_a_clock_that_was_put_back_does_not_hold(store):
    publish(store, deliveries=[delivery()])
    assert claimed(store, now=NOON + timedelta(days=400))
    assert [d.key for d in store.due_deliveries(NOON)] == ["k1"]
    assert claimed(store, holder="b")


def test_a_delivery_put_off_by_a_clock_that_was_put_back_is_due(store):
    publish(store, deliveries=[delivery(minutes=60 * 24 * 400)])
    assert [d.key for d in store.due_deliveries(NOON)] == ["k1"]


@pytest.mark.parametrize("key", ["unknown", "k1"])
def test_what_is_unknown_or_sent_cannot_be_claimed(store, key):
    publish(store, deliveries=[delivery()])
    claimed(store)
    store.record_delivery(replace(delivery(), state=SENT), "a", NOON)
    assert not claimed(store, key, "b", at(60))
    assert store.due_deliveries(at(60)) == ()


def test_a_failed_attempt_is_written_down_and_due_again_later(store):
    publish(store, deliveries=[delivery()])
    claimed(store)
    failed = replace(delivery(), attempts=1, due_at=at(10), problem="451 try again later\x00")
    assert store.record_delivery(failed, "a", at(1))
    assert store.due_deliveries(at(9)) == ()
    assert store.due_deliveries(at(10)) == (replace(failed, problem="451 try again later\ufffd"),)


def test_a_parked_delivery_waits_for_a_person(store):
    publish(store, deliveries=[delivery()])
    claimed(store)
    parked = replace(delivery(), state=PARKED, attempts=5, problem="550 no such mailbox")
    assert store.record_delivery(parked, "a", NOON)
    assert store.due_deliveries(at(999)) == ()
    assert store.deliveries(state=PARKED) == (parked,)
    assert store.delivery_counts() == {PENDING: 0, SENT: 0, PARKED: 1}
    assert store.retry_delivery("k1", at(7))
    assert not store.retry_delivery("k1", at(7))
    assert store.due_deliveries(at(7)) == (replace(delivery(), due_at=at(7)),)


def test_that_it_was_sent_holds_even_when_the_claim_had_run_out(store):
    publish(store, deliveries=[delivery()])
    claimed(store, holder="slow")
    claimed(store, holder="quick", now=at(6))
    assert store.record_delivery(replace(delivery(), state=SENT, attempts=1), "slow", at(7))
    assert not store.record_delivery(replace(delivery(), attempts=1, due_at=at(9)), "quick", at(8))
    assert [d.state for d in store.deliveries()] == [SENT]


def test_a_failure_told_by_one_who_lost_the_claim_changes_nothing(store):
    publish(store, deliveries=[delivery()])
    claimed(store, holder="slow")
    claimed(store, holder="quick", now=at(6))
    assert not store.record_delivery(replace(delivery(), state=PARKED), "slow", at(7))
    assert not claimed(store, holder="third", now=at(7))
    assert store.deliveries() == (delivery(),)


def test_a_pending_delivery_can_be_cancelled_unless_it_is_just_being_sent(store):
    publish(store, deliveries=[delivery()])
    claimed(store)
    assert not store.cancel_delivery("k1", at(1))
    assert store.cancel_delivery("k1", at(6))
    assert not store.cancel_delivery("k1", at(6))
    assert store.deliveries() == (replace(delivery(), state=PARKED, problem="cancelled by hand"),)


def test_deliveries_are_listed_by_story_state_and_number(store):
    publish(store, deliveries=[delivery("k1", recipient="b"), delivery("k2", recipient="a")])
    publish(store, 1, story="another", minutes=5, deliveries=[delivery("k3", story="another")])
    assert [d.key for d in store.deliveries()] == ["k3", "k2", "k1"]
    assert [d.key for d in store.deliveries(STORY)] == ["k2", "k1"]
    assert [d.key for d in store.deliveries(STORY, limit=1)] == ["k2"]
    assert store.deliveries(STORY, state=SENT) == ()
