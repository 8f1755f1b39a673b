from __future__ import annotations

import json
import logging
from datetime import UTC, datetime

import pytest

from storydelta.delivery.apprise import APPRISE, AppriseOptions, AppriseSettings, without_secrets
from storydelta.errors import DeliveryError
from storydelta.model import Delivery
from storydelta.render import render
from tests.delivery.receiver import receiving
from tests.digest.samples import crocus_digest

# Apprise's plugin for mail imports `imghdr` where Python still has it.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")

NOW = datetime(2024, 3, 24, 8, 10, tzinfo=UTC)
TOKEN = "s3cr3tt0k3n"


@pytest.fixture
def receiver():
    """A service that takes JSON, and its address as Apprise writes it, with a token in its path."""
    with receiving() as (kept, address):
        yield kept, f"{address.replace('http', 'json')}/{TOKEN}"


def send(to="desk", *, addresses, **options):
    delivery = Delivery(
        key="k", story="crocus-city-hall", edition=3, channel="apprise", recipient=to, due_at=NOW
    )
    APPRISE.send(
        render(crocus_digest()), delivery, options=AppriseOptions(**options),
        settings=AppriseSettings.model_validate({"addresses": addresses}), now=NOW,
    )  # fmt: skip


def test_the_headline_and_the_beginning_of_the_text_go_out(receiver):
    kept, address = receiver
    send(addresses={"desk": address}, length=300, link="https://news.example/digests/")
    ((path, _, body),) = kept.posts
    said = json.loads(body)
    assert path.startswith(f"/{TOKEN}")
    assert said["title"] == "Crocus City Hall attack: 137 killed, up from 133"
    assert "137 killed, up from 133" in said["message"]
    assert len(said["message"]) <= 302
    assert said["message"].endswith("…\nhttps://news.example/digests/")


def test_a_refusal_is_said_for_now_without_the_token_and_nothing_is_logged(receiver, caplog, capfd):
    kept, address = receiver
    kept.answers = [500, 500]
    with caplog.at_level(logging.DEBUG), pytest.raises(DeliveryError, match="desk did not take") as caught:
        send(addresses={"desk": address})
    assert not caught.value.permanent
    assert TOKEN not in str(caught.value) + caplog.text + "".join(capfd.readouterr())
    assert "500" in str(caught.value)


def test_parts_of_an_address_that_may_be_tokens_are_left_out():
    said = without_secrets("POST https://hook.example/T0KEN111/abc failed", "slack://T0KEN111/abc/")
    assert said == "POST https://hook.example/…/abc failed"


@pytest.mark.parametrize(
    ("addresses", "words"),
    [({}, "name no Apprise service 'desk'"), ({"desk": f"nothing://{TOKEN}"}, "does not understand the address of 'desk'")],
)  # fmt: skip
def test_a_service_that_is_not_there_is_said_and_nothing_is_lost(addresses, words):
    with pytest.raises(DeliveryError, match=words) as caught:
        send(addresses=addresses)
    assert (caught.value.permanent, TOKEN in str(caught.value)) == (False, False)


def test_recipients_are_names_never_addresses():
    APPRISE.check("desk")
    for wrong in ("slack://token/x", "", "Night Desk"):
        with pytest.raises(ValueError, match="name of a service"):
            APPRISE.check(wrong)
