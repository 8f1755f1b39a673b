from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta, timezone
from types import SimpleNamespace
from typing import ClassVar

import pytest

from storage import StoredRevision, open_store
from storydelta.claims import KINDS
from storydelta.errors import StoreError, StorydeltaError
from storydelta.model import Claim, Name
from tests.storage.samples import NOON, STORY, URL, at, evidence, reading, revision

OTHER = "https://gazette.example/bridge"


def record(store, *readings, story=STORY):
    with store.writing(story, NOON) as work:
        return work.record(readings)


def test_what_is_recorded_is_read_back_the_same_in_the_order_seen(store):
    later = reading("Rescuers counted 7 dead.", url=OTHER, seen=5)
    first = reading(claims=())
    assert record(store, later, first) == (later, first)
    assert list(store.readings(STORY)) == [first, later]
    assert store.claims_of(STORY, later.revision) == later.claims
    assert store.claims_of(STORY, first.revision) == ()


def test_recording_the_same_text_again_changes_nothing(store):
    record(store, reading())
    assert record(store, reading(id="r2", seen=9)) == ()
    assert list(store.readings(STORY)) == [reading()]


def test_the_same_text_twice_in_one_run_is_one_revision(store):
    assert record(store, reading(), reading(id="r2")) == (reading(),)


def test_an_edit_in_place_is_a_new_revision_and_the_old_one_stays(store):
    edited = reading("Rescuers counted 5 dead.", id="r2", seen=1)
    record(store, reading())
    assert record(store, edited) == (edited,)
    assert [(s.number, s.revision.id) for s in store.revisions(STORY, document=URL)] == [(1, "r1"), (2, "r2")]


def test_a_changed_title_is_an_edit_too(store):
    record(store, reading())
    assert record(store, reading(title="Bridge falls, 4 dead", id="r2"))


def test_an_older_text_that_returns_is_a_new_revision(store):
    a, b, again = reading("A", id="r1"), reading("B", id="r2", seen=1), reading("A", id="r3", seen=2)
    assert [bool(record(store, each)) for each in (a, b, b, again, again)] == [True, True, False, True, False]
    assert list(store.readings(STORY)) == [a, b, again]


def test_only_new_texts_are_worth_reading(store):
    record(store, reading())
    edited, stranger = revision("Rescuers counted 5 dead.", id="r2"), revision(url=OTHER)
    asked = [revision(id="r9"), edited, stranger, replace(stranger, id="r8")]
    assert store.new_revisions(STORY, asked) == (edited, stranger)
    with store.writing(STORY, NOON) as work:
        assert work.new_revisions(asked) == (edited, stranger)


def test_everything_is_new_to_a_story_that_was_never_run(store):
    assert store.new_revisions("unheard-of", [revision()]) == (revision(),)


def test_two_stories_keep_their_own_revisions_of_one_document(store):
    record(store, reading())
    assert record(store, reading(), story="another") == (reading(),)
    assert list(store.readings("another")) == [reading()]


def test_what_does_not_belong_is_kept_with_its_reason_and_never_read_again(store):
    with store.writing(STORY, NOON) as work:
        assert work.set_aside([(revision(), "none of its terms appears")]) == (revision(),)
        assert work.set_aside([(revision(), "none of its terms appears")]) == ()
    assert list(store.revisions(STORY)) == [
        StoredRevision(revision=revision(), number=1, belongs=False, why="none of its terms appears")
    ]
    assert list(store.readings(STORY)) == []
    assert store.new_revisions(STORY, [revision()]) == ()


def test_a_document_is_shown_by_its_latest_revision(store):
    edited = reading("Rescuers counted 5 dead.", id="r2", seen=2)
    record(store, reading(), edited, reading(url=OTHER, seen=1))
    assert [s.revision for s in store.documents(STORY)] == [edited.revision, revision(url=OTHER, seen=1)]


def test_of_revisions_with_one_id_the_newest_answers(store):
    record(store, reading("A", claims=()), reading("B"))
    assert store.claims_of(STORY, revision("A")) == reading().claims


def test_a_revision_that_is_not_stored_has_no_claims(store):
    assert store.claims_of(STORY, revision()) == ()
    record(store, reading())
    assert store.claims_of(STORY, revision(id="r7")) == ()


def test_more_documents_than_a_page_come_in_order_and_once(store):
    readings = [reading(url=f"{URL}/{n}", id=f"r{n}", seen=n // 150) for n in range(650)]
    assert len(record(store, *readings)) == 650
    assert [r.revision.id for r in store.readings(STORY)] == [f"r{n}" for n in range(650)]
    assert [s.revision.id for s in store.documents(STORY)] == [f"r{n}" for n in range(650)]
    assert store.new_revisions(STORY, [r.revision for r in readings]) == ()


def test_an_address_longer_than_an_index_takes_is_stored(store):
    long = URL + "?" + "q=0123456789&" * 1_000
    record(store, reading(url=long))
    assert store.new_revisions(STORY, [revision(url=long)]) == ()


def test_characters_that_no_database_takes_become_replacement_characters_of_the_same_length(store):
    text, sentence = "Bad\x00 byte and \ud800 half, 4 dead. \U0001f600", "half, 4 dead."
    claims = (replace(reading().claims[0], evidence=evidence(text)),)
    record(store, reading(text, claims=claims, title="\ud83d\x00"))
    stored = next(store.readings(STORY))
    assert stored.revision.title == "\ufffd\ufffd"
    assert stored.revision.text == "Bad\ufffd byte and \ufffd half, 4 dead. \U0001f600"
    assert stored.revision.text.index(sentence) == text.index(sentence)
    assert stored.claims == claims
    assert store.new_revisions(STORY, [reading(text, title="\ud83d\x00").revision]) == ()


def test_times_of_any_zone_come_back_in_utc(store):
    moscow = timezone(timedelta(hours=3))
    local = replace(revision(), published_at=NOON.astimezone(moscow), seen_at=at(0.5).astimezone(moscow))
    record(store, replace(reading(), revision=local))
    stored = next(store.readings(STORY)).revision
    assert (stored.published_at, stored.seen_at) == (NOON, at(0.5))
    assert stored.published_at.utcoffset() == timedelta(0)


def test_a_time_without_a_zone_is_refused_and_nothing_is_kept(store):
    naive = replace(revision(url=OTHER), published_at=NOON.replace(tzinfo=None))
    with pytest.raises(StoreError, match="has no zone"):
        record(store, reading(), replace(reading(), revision=naive))
    assert list(store.revisions(STORY)) == []


def test_a_run_that_fails_leaves_nothing_behind(store):
    with suppress(ZeroDivisionError), store.writing(STORY, NOON) as work:
        assert work.record([reading()])
        _ = 1 / 0
    assert list(store.revisions(STORY)) == []
    assert store.stories() == ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ceasefire(Claim):
    kind: ClassVar[str] = "ceasefire"

    party: Name


def test_a_new_kind_of_claim_is_stored_without_a_migration_and_an_older_version_says_so(url):
    truce = Ceasefire(
        evidence=evidence("Both sides agreed."), rule="truce", party=Name(written="Ruritania", id="ruritania")
    )
    with open_store(url, kinds=(*KINDS, SimpleNamespace(claim=Ceasefire))) as newer:
        record(newer, reading(claims=(truce,)))
        assert newer.claims_of(STORY, revision()) == (truce,)
    with open_store(url) as older, pytest.raises(StorydeltaError, match=r"ceasefire.*update Storydelta"):
        older.claims_of(STORY, revision())
