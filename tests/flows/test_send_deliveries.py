from time import sleep

from flows.send_deliveries import deliver_each
from storydelta.model import DeliveryState
from tests.flows.conftest import NOON


def test_the_claim_on_a_delivery_begins_when_its_turn_comes_however_long_those_before_it_took(
    run, write, home, house
):
    story = home / "stories" / "harbour-blast.toml"
    story.write_text(story.read_text().replace('to = ["digests"]', 'to = ["digests", "copies"]'))
    write("a", "Twelve people were killed in the blast at the harbour.")
    run(NOON)

    turns = deliver_each(house, house.store.due_deliveries(NOON), "a", NOON)
    first = next(turns)
    sleep(0.1)
    second = next(turns)

    assert {first.state, second.state} == {DeliveryState.SENT}
    assert (second.due_at - first.due_at).total_seconds() >= 0.1
