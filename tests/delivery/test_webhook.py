from __future__ import annotations

import base64
import json
import logging
import re
import socket
import threading
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from storydelta.delivery.webhook import WEBHOOK, WebhookOptions, WebhookSettings
from storydelta.errors import DeliveryError
from storydelta.model import Delivery
from storydelta.render import render
from tests.delivery.receiver import receiving
from tests.digest.samples import crocus_digest

NOW = datetime.now(UTC)
SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()
DESK = {"addresses": {"desk": "https://example.org/TOKEN"}}
DOCUMENTED = (Path(__file__).resolve().parents[2] / "docs/channels.md").read_text()


@pytest.fixture
def receiver():
    with receiving() as both:
        yield both


def delivery(to):
    return Delivery(key="k" * 64, story="crocus-city-hall", edition=3, channel="webhook", recipient=to, due_at=NOW)  # fmt: skip


def send(to, *, now=NOW, html=False, **settings):
    given = {"secret": SECRET, "allow_private": True, "timeout": 5, **settings}
    WEBHOOK.send(
        render(crocus_digest()), delivery(to), options=WebhookOptions(html=html),
        settings=WebhookSettings.model_validate(given), now=now,
    )  # fmt: skip


def documented_check():
    """The function that the documentation gives to receivers."""
    (code,) = re.findall(r"```python\n(.*?)```", DOCUMENTED, flags=re.DOTALL)
    scope = {}
    exec(code, scope)
    return scope["verify"]


def test_a_digest_is_posted_as_json_that_a_program_can_use(receiver):
    kept, address = receiver
    send(f"{address}/hook")
    ((path, headers, body),) = kept.posts
    posted = json.loads(body)
    assert (path, headers["content-type"]) == ("/hook", "application/json")
    assert (posted["story"], posted["edition"]) == ("crocus-city-hall", 3)
    change = posted["digest"]["changes"][0]
    assert (change["measure"], change["before"], change["after"]) == ("killed", "133", "137")
    assert "137 people, three of them children, were killed" in change["causes"][0]["evidence"]
    assert "html" not in posted


def test_each_field_of_the_body_is_documented(receiver):
    kept, address = receiver
    send(address, html=True)
    posted = json.loads(kept.posts[0][2])
    section = DOCUMENTED.partition("\n## webhook\n")[2].partition("\n## ")[0]
    assert [name for name in posted if f"`{name}`" not in section] == []


def test_a_post_passes_the_documented_check_and_a_changed_one_does_not(receiver):
    kept, address = receiver
    send(address)
    ((_, headers, body),) = kept.posts
    verify = documented_check()
    assert verify(headers, body, SECRET)
    assert not verify(headers, body.replace(b"137", b"136"), SECRET)
    assert not verify({**headers, "webhook-timestamp": str(int(NOW.timestamp()) + 1)}, body, SECRET)
    assert not verify(headers, body, "whsec_" + base64.b64encode(bytes(32)).decode())


def test_an_old_post_does_not_pass_the_documented_check(receiver):
    kept, address = receiver
    send(address, now=NOW - timedelta(minutes=6))
    assert not documented_check()(kept.posts[0][1], kept.posts[0][2], SECRET)


def test_an_answer_that_comes_in_drops_is_not_waited_for_without_end():
    with socket.create_server(("127.0.0.1", 0)) as server:
        over = threading.Event()

        def drip():
            peer, _ = server.accept()
            with peer, suppress(OSError):
                while not over.wait(0.1):
                    peer.sendall(b"H")

        thread = threading.Thread(target=drip, daemon=True)
        thread.start()
        started = time.monotonic()
        with pytest.raises(DeliveryError, match=r"127\.0\.0\.1") as caught:
            send(f"http://127.0.0.1:{server.getsockname()[1]}/hook", timeout=0.5)
        over.set()
        thread.join()
    assert time.monotonic() - started < 4
    assert not caught.value.permanent


def test_a_repeat_has_the_same_id_and_the_same_body(receiver):
    kept, address = receiver
    send(address)
    send(address, now=NOW + timedelta(minutes=1))
    (_, first, body), (_, second, again) = kept.posts
    assert (first["webhook-id"], body) == (second["webhook-id"], again)
    assert first["webhook-timestamp"] != second["webhook-timestamp"]


@pytest.mark.parametrize(
    ("answer", "permanent"),
    [(400, True), (410, True), (422, True), (401, False), (404, False), (429, False), (503, False), (301, False), (307, False)],
)  # fmt: skip
def test_only_a_refusal_of_the_post_itself_is_permanent(receiver, answer, permanent):
    kept, address = receiver
    kept.answers = [answer]
    with pytest.raises(DeliveryError, match=str(answer)) as caught:
        send(address)
    assert caught.value.permanent is permanent
    assert len(kept.posts) == 1  # redirects are not followed


def test_a_dropped_connection_and_a_closed_port_are_problems_for_now(receiver):
    kept, address = receiver
    kept.answers = [None]
    for to in (address, "http://127.0.0.1:9"):
        with pytest.raises(DeliveryError, match="No post reached 127") as caught:
            send(to)
        assert not caught.value.permanent


@pytest.mark.parametrize("to", ["http://127.0.0.1:9/x", "http://localhost:9/x", "http://[::1]:9/x", "http://2130706433/x"])  # fmt: skip
def test_private_addresses_are_not_posted_to_unless_they_are_allowed(to):
    with pytest.raises(DeliveryError, match="not on the public internet"):
        send(to, allow_private=False)


def test_an_address_that_is_a_secret_is_given_by_name_and_stands_in_no_error_and_no_log(receiver, caplog):
    kept, address = receiver
    kept.answers = [500]
    settings = {"addresses": {"desk": f"{address}/services/T0PSECRET"}}
    with caplog.at_level(logging.DEBUG):
        with pytest.raises(DeliveryError) as caught:
            send("desk", **settings)
        send("desk", **settings)
    assert "T0PSECRET" not in str(caught.value) + caplog.text
    assert kept.posts[-1][0] == "/services/T0PSECRET"


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"secret": "", **DESK}, "No secret is set"),
        ({"secret": "whsec_öäü", **DESK}, "not base64"),
        ({"secret": "whsec_c2hvcnQ=", **DESK}, "too short"),
        ({"addresses": {"other": "https://example.org/TOKEN"}}, "name no webhook address 'desk'"),
        ({"addresses": {"desk": "ftp://TOKEN"}}, "cannot be posted to"),
    ],
)
def test_settings_that_are_wrong_are_said_without_repeating_them_and_nothing_is_lost(settings, words):
    with pytest.raises(DeliveryError, match=words) as caught:
        send("desk", **settings)
    assert not caught.value.permanent
    assert "TOKEN" not in str(caught.value)
    assert SECRET not in str(WebhookSettings.model_validate({"secret": SECRET}))


def test_recipients_are_addresses_or_names():
    for right in ("https://example.org/hook?x=1", "http://example.org:8080/", "desk", "night-desk_2"):
        WEBHOOK.check(right)
    for wrong in ("", "ftp://example.org", "https://", "https://user:pass@example.org/", "https://a b/", "javascript:x", "//x"):  # fmt: skip
        with pytest.raises(ValueError, match="recipient"):
            WEBHOOK.check(wrong)
