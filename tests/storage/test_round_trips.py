from dataclasses import replace
from datetime import UTC
from itertools import count

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage.ledgers import pack_ledger, unpack_ledger
from storage.mapping import VERDICTS, pack, unpack
from storydelta.model import (
    Attachment,
    Change,
    ChangeKind,
    Delivery,
    DeliveryState,
    Edition,
    Evidence,
    Ledger,
    Measure,
    Message,
    Name,
    Position,
    Qualifier,
    Range,
    Stance,
    Statement,
    Subject,
    Verdict,
)
from tests.storage.samples import NOON

_slugs = (f"story-{n}" for n in count())

text = st.text(max_size=12)
times = st.datetimes(timezones=st.just(UTC))
names = st.builds(Name, written=text, id=text)
values = st.sampled_from([str(stance) for stance in Stance]) | st.builds(
    Range,
    low=st.integers(0, 10**12),
    high=st.none() | st.integers(0, 10**12),
    qualifier=st.sampled_from(Qualifier),
)
statements = st.builds(
    Statement,
    voice=names,
    value=values,
    said_at=times,
    seen_at=times,
    document=text,
    revision=text,
    title=text,
    publisher=st.none() | text,
    evidence=st.builds(
        Evidence, field=st.sampled_from(["title", "text"]), start=st.integers(0, 9), end=st.integers(0, 9),
        text=text, focus=st.tuples(st.integers(0, 9), st.integers(0, 9)),
    ),
    rule=text,
    confidence=st.floats(0, 1),
)  # fmt: skip
subjects = st.builds(
    Subject,
    kind=text,
    measure=st.none() | st.sampled_from(Measure),
    speaker=st.none() | names,
    actor=st.none() | names,
)
few = {"max_size": 2}
positions = st.builds(
    Position,
    subject=subjects,
    value=values,
    lead=statements,
    statements=st.lists(statements, **few).map(tuple),
    disputed_by=st.lists(names, **few).map(tuple),
    since=times,
    rule=text,
)
verdicts = st.builds(
    Verdict,
    change=st.builds(
        Change, subject=subjects, change=st.sampled_from(ChangeKind), before=st.none() | values,
        after=st.none() | values, causes=st.lists(statements, **few).map(tuple), at=times, rule=text,
    ),
    alert=st.booleans(),
    rule=text,
    reason=text,
)  # fmt: skip
ledgers = st.builds(
    Ledger,
    positions=st.dictionaries(text, positions, **few),
    heard=st.dictionaries(text, st.lists(statements, **few).map(tuple), **few),
)
column = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
body = column.filter(bool)  # without page and text, a digest is one that was let go
messages = st.builds(
    Message,
    story=st.just(""),
    edition=st.just(1),
    subject=column,
    html=column,
    text=body,
    made_at=times,
    attachments=st.lists(
        st.builds(Attachment, name=column, media_type=column, content=st.binary(max_size=20)), **few
    ).map(tuple),
)

database = settings(
    max_examples=10,
    deadline=None,  # a database syncs when it wants to
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
    ],  # a story for each example
)


@settings(max_examples=30, deadline=None)
@given(ledger=ledgers, verdicts=st.lists(verdicts, max_size=2).map(tuple))
def test_whatever_is_packed_is_unpacked_the_same(ledger, verdicts):
    assert unpack_ledger(pack_ledger(ledger)) == ledger
    assert unpack(VERDICTS, pack(VERDICTS, verdicts)) == verdicts


@database
@given(ledger=ledgers, verdicts=st.lists(verdicts, max_size=2).map(tuple), made_at=times)
def test_any_edition_is_read_back_the_same(store, ledger, verdicts, made_at):
    slug = next(_slugs)
    made = Edition(story=slug, number=1, made_at=made_at, ledger=ledger, verdicts=verdicts)
    with store.writing(slug, NOON) as work:
        work.publish(made)
        work.hold(verdicts)
    assert store.latest_edition(slug) == made
    assert store.held(slug) == store.changes_since(slug, 0) == verdicts


@database
@given(
    message=messages, recipient=column, problem=st.none() | column, due_at=times, attempts=st.integers(0, 99)
)
def test_any_digest_and_delivery_is_read_back_the_same(store, message, recipient, problem, due_at, attempts):
    slug = next(_slugs)
    sent = replace(message, story=slug)
    delivery = Delivery(
        key=slug, story=slug, edition=1, channel="file", recipient=recipient, state=DeliveryState.PARKED,
        attempts=attempts, due_at=due_at, problem=problem,
    )  # fmt: skip
    with store.writing(slug, NOON) as work:
        work.publish(Edition(story=slug, number=1, made_at=NOON, ledger=Ledger(), verdicts=()))
        work.enqueue(sent, [delivery])
    assert store.message(slug, 1) == sent
    assert store.deliveries(slug) == (delivery,)
