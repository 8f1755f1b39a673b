import json
from dataclasses import replace
from hashlib import blake2b

import pytest

from storage import SourceState, open_store
from storage.check import check_store
from storage.transfer import export_story, lines_of, write_line
from storage.transfer_in import import_story
from storydelta.errors import StoreError
from storydelta.model import DeliveryState
from tests.storage.samples import (
    NOON,
    STORY,
    URL,
    at,
    blame,
    delivery,
    edition,
    figure,
    ledger,
    message,
    publish,
    reading,
    revision,
    verdict,
)

ODD = "Спасатели: 4 \u2028 dead \ud800 \x00"


def told(text, **kwargs):
    return reading(text, claims=(figure(text=text), blame(text)), **kwargs)


@pytest.fixture
def full(store):
    """A store with something of everything in the story."""
    with store.writing(STORY, NOON) as work:
        work.record([told("Rescuers counted 4 dead."), told("Rescuers counted 5 dead.", id="r2")])
        work.record([told("4 dead", url=f"{URL}/c"), told(ODD, url=f"{URL}/odd")])
        work.set_aside([(revision("Elsewhere.", url=f"{URL}/b"), "another bridge")])
        work.save_source_state(
            SourceState(
                key="feed:a", succeeded_at=at(1), changed_at=NOON, state={"etag": "x", "n": [1, None]}
            )
        )
        work.save_source_state(SourceState(key="feed:b", failures=3, problem="gone"))
        work.schedule(at(15))
    sent = delivery("k1"), delivery("k2", recipient="night@courier.example")
    publish(store, deliveries=sent)
    assert store.claim_delivery("k1", "a", at(5), NOON)
    assert store.record_delivery(replace(sent[0], state=DeliveryState.SENT, attempts=1), "a", NOON)
    publish(store, 2, killed=5, minutes=3)
    with store.writing(STORY, at(4)) as work:
        work.hold([verdict(5), verdict(6, alert=False)])
        work.keep_ledger(ledger(6))
    assert store.lease(STORY, "a run", NOON, 60)
    return store


@pytest.fixture
def other(tmp_path):
    with open_store(f"sqlite:///{tmp_path}/other.sqlite3") as opened:
        yield opened


def everything(store):
    return (
        list(store.revisions(STORY)), list(store.documents(STORY)), list(store.readings(STORY)), store.ledger(STORY),
        list(store.editions(STORY)), store.held(STORY), store.digests(STORY), store.message(STORY, 1),
        store.deliveries(STORY), store.source_states(STORY), store.due_stories(at(15 + 24 * 60)),
    )  # fmt: skip


def test_a_story_arrives_whole_and_leaves_again_with_the_same_bytes(full, other):
    exported = list(export_story(full, STORY))
    imported = import_story(other, exported)
    assert imported.counts == {
        "story": 1, "source": 2, "document": 4, "revision": 5, "edition": 2, "held": 2, "ledger": 1, "digest": 1,
        "delivery": 2,
    }  # fmt: skip
    assert list(export_story(other, STORY)) == exported
    full.release(STORY, "a run")
    assert everything(other) == everything(full)
    assert check_store(other) == ()


def test_a_story_goes_from_sqlite_to_either_database_and_goes_on_there(full, url):
    exported = list(export_story(full, STORY))
    with open_store(url) as fresh:
        import_story(fresh, exported)
        assert list(export_story(fresh, STORY)) == exported
        publish(fresh, 3, killed=7)
        assert fresh.latest_edition(STORY) == edition(3, killed=7)
        with fresh.writing(STORY, NOON) as work:
            assert work.record([reading("4 dead", url=f"{URL}/c")]) == ()
            assert len(work.record([reading("6 dead", url=f"{URL}/c", id="r9")])) == 1


def test_an_export_of_a_version_that_knew_neither_authors_nor_changes_of_sources_is_read(full, other):
    records = [json.loads(line) for line in export_story(full, STORY)][:-1]
    for record in records:
        record.pop("author", None)
        record.pop("changed_at", None)
    lines = [write_line(record) for record in records]
    checksum = blake2b("".join(lines).encode(), digest_size=16).hexdigest()
    import_story(other, [*lines, write_line({"type": "end", "lines": len(lines), "checksum": checksum})])
    assert {stored.revision.author for stored in other.revisions(STORY)} == {None}
    assert other.source_states(STORY)["feed:a"].changed_at is None


def test_each_line_is_one_object_of_json_that_utf_8_can_hold(full):
    lines = list(export_story(full, STORY))
    assert [json.loads(line.encode())["type"] for line in lines][:: len(lines) - 1] == ["story", "end"]
    assert all(line.endswith("\n") and line.count("\n") == 1 for line in lines)
    assert list(lines_of(line.encode() for line in lines)) == lines


def test_a_story_that_the_store_has_is_not_mixed_with_another(full):
    exported = list(export_story(full, STORY))
    with pytest.raises(StoreError, match="has the story 'bridge-collapse' already"):
        import_story(full, exported)
    assert list(export_story(full, STORY)) == exported


def test_a_story_that_is_not_known_is_not_exported(store):
    with pytest.raises(StoreError, match="knows no story 'nowhere'"):
        list(export_story(store, "nowhere"))


def without_end(lines):
    return lines[:-1]


def without_a_line(lines):
    return [*lines[:3], *lines[4:]]


def changed(lines):
    return [line.replace("Rescuers counted 5", "Rescuers counted 6") for line in lines]


def of_a_newer_version(lines):
    return [lines[0].replace('"version":1', '"version":2'), *lines[1:]]


def without_head(lines):
    return lines[1:]


def garbage(lines):
    return [*lines[:2], "{not JSON\n", *lines[2:]]


def unknown(lines):
    return [lines[0], '{"type":"mine"}\n', *lines[1:]]


def wrong_ledger(lines):
    return [line.replace('"statements":', '"said":') for line in lines]


@pytest.mark.parametrize(
    "spoil",
    [without_end, without_a_line, changed, of_a_newer_version, without_head, garbage, unknown, wrong_ledger],
)
def test_what_is_not_a_whole_export_is_refused_and_leaves_nothing(full, other, spoil):
    with pytest.raises(StoreError, match=r"line \d+") as caught:
        import_story(other, spoil(list(export_story(full, STORY))))
    assert "\n" not in str(caught.value)
    assert other.stories() == ()


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("# A report\n", "line 1 cannot be imported (it is not JSON from its character 1 on)"),
        ('{"slug": "a"}\n', "there is no 'type' in it"),
        ("[1]\n", "line 1 cannot be imported"),
        ('"story"\n', "line 1 cannot be imported"),
        ('{"type": "edition"}\n', "a line of type 'edition' has no place here"),
    ],
)
def test_a_file_of_something_else_is_refused_in_words(store, line, said):
    with pytest.raises(StoreError) as caught:
        import_story(store, [line])
    assert said in str(caught.value)
    assert "Error" not in str(caught.value)


def test_a_delivery_that_another_story_has_is_refused(full, other):
    publish(other, story="another", deliveries=[delivery("k1", story="another")])
    with pytest.raises(StoreError, match="deliveries"):
        import_story(other, list(export_story(full, STORY)))


def test_a_message_stays_as_it_was(full, other):
    import_story(other, list(export_story(full, STORY)))
    assert other.message(STORY, 1) == message()
