from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from storydelta.model import ChangeKind, Ledger, Stance
from tests.ledger.voices import figure, reading, stance, tell
from tests.samples import at_least, dozens, exactly

PUBLISHERS = ("AP", "BBC", "CNN", "TASS", None)
values = st.one_of(st.integers(1, 9).map(exactly), st.integers(1, 9).map(at_least), st.just(dozens()))


@st.composite
def readings(draw, most=7):
    """Documents of their own, each with a time of its own; so few that nothing is forgotten."""
    told = []
    for n in range(draw(st.integers(1, most))):
        publisher = draw(st.sampled_from(PUBLISHERS))
        speaker = draw(st.sampled_from((None, None, "the ministry", "the hospital")))
        claims = [
            figure(draw(values), speaker=speaker, sentence=f"Sentence number {n} of the day tells of it.")
        ]
        if draw(st.booleans()):
            claims.append(
                stance(draw(st.sampled_from(Stance)), "ISIS", speaker=speaker, sentence=f"Blame {n}.")
            )
        told.append(reading(publisher, n, *claims, seen=50))
    return told


def values_of(ledger):
    """What is held and what disputes it; since when is not known where a first saying was taken back."""
    return {key: (p.value, p.lead.voice, p.disputed_by) for key, p in ledger.positions.items()}


def positions(ledger):
    return {key: (p.value, p.lead, p.disputed_by, p.statements) for key, p in ledger.positions.items()}


@given(readings(), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_the_order_of_arrival_is_no_part_of_the_ledger(told, random):
    straight, _ = tell(*told)
    shuffled = random.sample(told, len(told))
    for other in (tell(*shuffled)[0], tell(*shuffled, each=False)[0]):
        assert other.positions == straight.positions
        assert {k: set(v) for k, v in other.heard.items()} == {k: set(v) for k, v in straight.heard.items()}


@given(readings(), st.integers(0, 8), st.integers(1, 9), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_the_order_of_arrival_is_no_part_of_the_ledger_where_something_is_taken_back(
    told, hours, number, random
):
    sentence = f"AP withdrew its report of {number} dead."
    cut = figure(number, sentence=sentence, telling=f"{number} dead")
    told = [*told, reading("AP", hours + 0.5, cut, seen=50)]
    straight, _ = tell(*told)
    assert straight.retracted
    for other in (tell(*random.sample(told, len(told)))[0], tell(*told, each=False)[0]):
        assert values_of(other) == values_of(straight)


@given(readings())
@settings(max_examples=40, deadline=None)
def test_ingesting_twice_changes_nothing(told):
    ledger, _ = tell(*told)
    for batch in (told, told[: len(told) // 2]):
        again, changes = tell(*batch, ledger=ledger, each=False)
        assert again == ledger
        assert changes == []


@given(readings())
@settings(max_examples=40, deadline=None)
def test_there_is_a_change_exactly_where_a_position_differs(told):
    ledger = Ledger()
    for one in told:
        after, changes = tell(one, ledger=ledger)
        moved = {c.subject.key for c in changes if c.before != c.after}
        differs = {
            key
            for key in {*ledger.positions, *after.positions}
            if (p := ledger.positions.get(key)) is None
            or (q := after.positions.get(key)) is None
            or p.value != q.value
        }
        assert moved == differs
        ledger = after


@given(readings())
@settings(max_examples=40, deadline=None)
def test_changes_composed_give_the_difference_of_the_editions(told):
    ledger, changes = tell(*told)
    for key in {c.subject.key for c in changes}:
        mine = [c for c in changes if c.subject.key == key]
        assert mine[0].before is None
        assert all(one.after == two.before or two.change in _BESIDE for one, two in pairwise(mine))
        moves = [c for c in mine if c.change not in _BESIDE]
        assert moves[-1].after == (ledger.positions[key].value if key in ledger.positions else None)


_BESIDE = (ChangeKind.DISPUTED, ChangeKind.RESOLVED)


@given(readings(), st.integers(0, 6), st.integers(2, 6))
@settings(max_examples=40, deadline=None)
def test_copies_of_a_document_never_hide_a_claim(told, which, copies):
    one = told[which % len(told)]
    told = [*told, *(reading(f"Paper{n}", 20, *one.claims, seen=50) for n in range(copies))]
    ledger, _ = tell(*told)
    for claim in one.claims:
        held = [*ledger.positions.values()]
        known = {s.value for p in held for s in p.statements} | {
            s.value for said in ledger.heard.values() for s in said
        }
        assert (claim.count if hasattr(claim, "count") else claim.stance) in known


@given(st.lists(st.integers(10, 99), min_size=2, max_size=8), st.integers(0, 7), st.integers(100, 999))
@settings(max_examples=40, deadline=None)
def test_another_number_in_any_version_of_a_page_is_seen_in_exactly_that_version(numbers, which, other):
    which %= len(numbers)
    page = "https://ap.example/live"

    def told(series):
        ledger, seen = Ledger(), []
        for n, number in enumerate(series):
            ledger, changes = tell(reading("AP", n, number, url=page), ledger=ledger)
            seen.append([c.after.low for c in changes])
        return seen

    mutated = [other if n == which else number for n, number in enumerate(numbers)]
    straight, changed = told(numbers), told(mutated)
    assert changed[which] == [other]
    assert [s for n, s in enumerate(changed) if n not in (which, which + 1)] == [
        s for n, s in enumerate(straight) if n not in (which, which + 1)
    ]


@given(st.permutations(list(Stance)))
@settings(max_examples=20, deadline=None)
def test_another_verb_of_stance_is_always_a_change(stances):
    _, changes = tell(*(reading("AP", n, stance(s, "ISIS", speaker="Iran")) for n, s in enumerate(stances)))
    assert [c.after for c in changes if c.change not in _BESIDE] == stances
