"""Digests as signed JSON, posted to an address. Signed as Standard Webhooks has it (standardwebhooks.com), so that
receivers need not write the check themselves.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from urllib.parse import urlsplit

import httpx
from pydantic import BaseModel, Field, SecretStr

from storydelta.delivery.channel import Channel, ChannelModel
from storydelta.delivery.connection import build_poster
from storydelta.delivery.quiet import unlogged
from storydelta.digest.data import DATA
from storydelta.errors import DeliveryError
from storydelta.model import Delivery, Message

_PREFIX = "whsec_"
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_PERMANENT = frozenset(
    {
        HTTPStatus.BAD_REQUEST, HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.GONE,
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNSUPPORTED_MEDIA_TYPE, HTTPStatus.UNPROCESSABLE_ENTITY,
    }
)  # fmt: skip


class WebhookOptions(ChannelModel):
    """What a story file may set on a webhook."""

    html: bool = Field(default=False, description="Also send the page, as `html`.")


class WebhookSettings(ChannelModel):
    """How posts are signed, and where they may go."""

    secret: SecretStr = Field(
        default=SecretStr(""),
        description="Signs every post: 'whsec_' and at least 24 random bytes in base64. Never shown.",
    )
    addresses: Mapping[str, SecretStr] = Field(
        default_factory=dict, description="Addresses that are secrets themselves, by the name a story gives."
    )
    allow_private: bool = Field(default=False, description="Post to private addresses too.")
    timeout: float = Field(default=20, gt=0, description="Seconds for a post, until its answer is there.")


def check(to: str, /) -> None:
    """ValueError where `to` is neither an address that can be posted to nor a name for one."""
    if not _NAME.fullmatch(to):
        _check_address(to)


def _check_address(address: str) -> None:
    try:
        parts = urlsplit(address)
        fine = parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        fine = False
    if not fine or not address.isprintable() or " " in address:
        raise ValueError(
            "a webhook's recipient is an address like 'https://example.org/hook', without a password, "
            "or the name of one in the settings"
        )


def send(
    message: Message, delivery: Delivery, *, options: BaseModel, settings: BaseModel, now: datetime
) -> None:
    """Posts the digest. 2xx is taken for success; a refusal of what was posted is permanent, the rest is not."""
    assert isinstance(options, WebhookOptions)
    assert isinstance(settings, WebhookSettings)
    address = _address(delivery.recipient, settings)
    body = compose(message, delivery, options)
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Storydelta",
        **sign(body, delivery.key, now, _key(settings)),
    }
    where = urlsplit(address).hostname
    try:
        with (
            unlogged(),
            build_poster(allow_private=settings.allow_private, timeout=settings.timeout) as client,
            client.stream("POST", address, content=body, headers=headers) as answer,
        ):
            status = answer.status_code  # what else it answers is not read
    except (httpx.HTTPError, httpx.InvalidURL) as problem:
        raise DeliveryError(f"No post reached {where}: {_reason(problem, address)}") from None
    if status not in range(200, 300):
        raise DeliveryError(f"{where} answers with status {status}", permanent=status in _PERMANENT)


def compose(message: Message, delivery: Delivery, options: WebhookOptions) -> bytes:
    """The body, the same bytes at each attempt. `docs/channels.md` documents it."""
    data = next((a.content for a in message.attachments if a.name == DATA), None)
    body = {
        "type": "storydelta.digest",
        "version": 1,
        "timestamp": message.made_at.isoformat(),
        "delivery": delivery.key,
        "story": message.story,
        "edition": message.edition,
        "subject": message.subject,
        "text": message.text,
        "digest": json.loads(data) if data else None,
    }
    if options.html:
        body["html"] = message.html
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def sign(body: bytes, key: str, now: datetime, secret: bytes) -> dict[str, str]:
    """The three headers of Standard Webhooks: HMAC-SHA256 over id, time of sending and body."""
    sent_at = str(int(now.timestamp()))
    signed = f"{key}.{sent_at}.".encode() + body
    signature = base64.b64encode(hmac.digest(secret, signed, hashlib.sha256)).decode("ascii")
    return {"webhook-id": key, "webhook-timestamp": sent_at, "webhook-signature": f"v1,{signature}"}


def _key(settings: WebhookSettings) -> bytes:
    secret = settings.secret.get_secret_value()
    wrong = "write 'whsec_' and at least 24 random bytes in base64"
    if not secret:
        raise DeliveryError(f"No secret is set to sign webhooks with; {wrong}.")
    try:
        key = base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except ValueError:
        raise DeliveryError(f"The secret that signs webhooks is not base64; {wrong}.") from None
    if len(key) < 24:  # noqa: PLR2004 - the least that Standard Webhooks allows
        raise DeliveryError(f"The secret that signs webhooks is too short; {wrong}.")
    return key


def _address(to: str, settings: WebhookSettings) -> str:
    if not _NAME.fullmatch(to):
        return to
    known = settings.addresses.get(to)
    if known is None:
        raise DeliveryError(f"The settings name no webhook address {to!r}.")
    address = known.get_secret_value()
    try:
        _check_address(address)
    except ValueError:
        raise DeliveryError(f"The webhook address {to!r} in the settings cannot be posted to.") from None
    return address


def _reason(problem: Exception, address: str) -> str:
    """In words, without the address, whose path may be a secret."""
    said = str(problem) or type(problem).__name__
    return said.replace(address, "the address")


WEBHOOK = Channel(
    name="webhook",
    help="Posts each digest as signed JSON, for programs.",
    options=WebhookOptions,
    settings=WebhookSettings,
    check=check,
    send=send,
)
