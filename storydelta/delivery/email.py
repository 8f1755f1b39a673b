"""Digests as mail, one message for one recipient, over SMTP.

A message depends on nothing but the digest, the delivery and the settings: sent again, it has the same Message-ID
and the same bytes, so that a repeat can be recognised.
"""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from hashlib import sha256
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, Field, SecretStr

from storydelta.delivery.channel import Channel, ChannelModel
from storydelta.delivery.exchange import Exchange
from storydelta.digest.data import BRIEF, DATA
from storydelta.errors import DeliveryError
from storydelta.model import Delivery, Message

_CHART = re.compile(r'<figure class="chart"(?: data-image="([^"]*)")?[^>]*>(.*?)</figure>', re.DOTALL)
_LABEL = re.compile(r' aria-label="([^"]*)"')
_BOX = re.compile(r' viewBox="0 0 ([0-9]+) ([0-9]+)"')
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_PERMANENT = 500  # SMTP replies from here on are refusals for good
_LONGEST_REPLY = 200
LONGEST = 240
"""Seconds that sending a mail may ever take: less than the claim on a delivery lasts."""


class EmailOptions(ChannelModel):
    """What a story file may set on an e-mail channel."""

    prefix: str = Field(default="", max_length=40, description="Words before the subject: '[Moscow desk]'.")


class EmailSettings(ChannelModel):
    """The mail server and how to talk to it."""

    host: str = Field(default="", description="The SMTP server; empty: no mail is sent.")
    port: int = Field(default=0, ge=0, le=65535, description="0: 465 for tls, 587 for starttls, 25 for none.")
    security: Literal["starttls", "tls", "none"] = Field(
        default="starttls", description="'none' sends in clear: only for a server on this machine."
    )
    user: str = Field(default="", description="Without it nobody logs in.")
    password: SecretStr = Field(default=SecretStr(""), description="Never shown and never logged.")
    sender: str = Field(default="", description="Whom digests come from: 'Storydelta <digests@example.org>'.")
    ca_file: Path | None = Field(default=None, description="Certificates to trust, if not the system's.")
    timeout: float = Field(
        default=30, gt=0, description="Seconds to wait for each answer but the one to the mail itself."
    )
    deadline: float = Field(
        default=180,
        gt=0,
        le=LONGEST,
        description="Seconds for a whole mail, from connecting to the last answer.",
    )


def check(to: str, /) -> None:
    """ValueError where `to` is not one plain address."""
    _address(to)


def send(
    message: Message,
    delivery: Delivery,
    *,
    options: BaseModel,
    settings: BaseModel,
    now: datetime,  # noqa: ARG001 - the mail's date is the digest's, so that a repeat is the same
) -> None:
    """Hands the message to the mail server.

    A 5xx reply about this message or recipient is permanent. A server that cannot be reached, is not trusted or
    refuses the login is not: nothing is lost while somebody mends it.
    """
    assert isinstance(options, EmailOptions)
    assert isinstance(settings, EmailSettings)
    if not settings.host:
        raise DeliveryError(
            "No mail server is set; name one in the settings, or take the channel out of the story."
        )
    sender = _sender(settings)
    try:
        mail = compose(message, delivery, options, sender)
        recipient = _address(delivery.recipient).addr_spec
    except ValueError as problem:
        raise DeliveryError(f"The mail cannot be made: {problem}.", permanent=True) from problem
    where = f"{settings.host}:{_port(settings)}"
    try:
        with _connected(settings) as server:
            server.send_message(mail, sender.addr_spec, [recipient])
    except smtplib.SMTPRecipientsRefused as problem:
        code, reply = next(iter(problem.recipients.values()))
        raise _refusal(f"{where} refuses {recipient}", code, reply) from problem
    except smtplib.SMTPAuthenticationError as problem:
        said = _readable(problem.smtp_error)
        raise DeliveryError(f"{where} refuses the login of {settings.user}: {said}") from problem
    except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as problem:
        raise _refusal(f"{where} refuses the mail", problem.smtp_code, problem.smtp_error) from problem
    except smtplib.SMTPNotSupportedError as problem:
        raise DeliveryError(
            f"{where} does not do what the settings ask for: {_readable(str(problem))}"
        ) from problem
    except (smtplib.SMTPException, OSError) as problem:
        raise DeliveryError(f"No mail went through {where}: {_readable(str(problem))}") from problem


def compose(message: Message, delivery: Delivery, options: EmailOptions, sender: Address) -> EmailMessage:
    """The mail: text and HTML as alternatives, images embedded, threaded with the story's other digests."""
    domain = sender.domain
    thread = _id(f"{message.story}\n{delivery.recipient}", domain)
    mail = EmailMessage(policy=SMTP)
    mail["From"] = sender
    mail["To"] = _address(delivery.recipient)
    mail["Subject"] = _one_line(f"{options.prefix} {message.subject}")
    mail["Date"] = format_datetime(message.made_at)
    mail["Message-ID"] = message_id(delivery, domain)
    mail["In-Reply-To"] = thread
    mail["References"] = thread
    mail["List-Id"] = f"<{_one_line(message.story)}.storydelta.{domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(message.text, cte="quoted-printable")
    page = with_pictures(message)
    whole = message.html if _brief(message) else ""
    mail.add_alternative(page, subtype="html", cte="quoted-printable")
    parts = list(mail.iter_parts())
    for attachment in message.attachments:
        if attachment.name in (DATA, BRIEF):
            continue  # the one is for programs, which read no mail; the other is the page itself
        kind, _, subtype = attachment.media_type.partition("/")
        shown = f'"cid:{attachment.name}"' in page
        if not shown and kind == "image":
            continue
        add = parts[1].add_related if shown else mail.add_attachment
        add(
            attachment.content,
            maintype=kind,
            subtype=subtype,
            disposition="inline" if shown else "attachment",
            filename=attachment.name,
            cid=f"<{attachment.name}>",
        )
    if whole:
        name = f"{message.story}-{message.edition:05d}.html"
        mail.add_attachment(whole, subtype="html", cte="quoted-printable", filename=name)
    _settle_boundaries(mail, delivery.key)
    return mail


def message_id(delivery: Delivery, domain: str) -> str:
    """The Message-ID of a delivery from a sender at `domain`: each attempt at it has the same."""
    return _id(delivery.key, domain)


def with_pictures(message: Message) -> str:
    """The page with each chart's drawing, which mail programs leave out, replaced by its image with the same words;
    without one where the message has no such image.
    """
    names = {attachment.name for attachment in message.attachments}

    def picture(found: re.Match[str]) -> str:
        name, drawing = found[1], found[2]
        label, box = _LABEL.search(drawing), _BOX.search(drawing)
        if name not in names or not label or not box:
            return ""
        size = f'width="{box[1]}" height="{box[2]}"'
        look = f"display: block; width: 100%; max-width: {box[1]}px; height: auto; margin: 12px 0 0;"
        return f'<img src="cid:{name}" alt="{label[1]}" {size} style="{look}">'

    return _CHART.sub(picture, _brief(message) or message.html)


def _brief(message: Message) -> str:
    """The page as mail shows it where the whole one is too large; empty where it is not."""
    found = (a.content.decode() for a in message.attachments if a.name == BRIEF)
    return next(found, "")


def _sender(settings: EmailSettings) -> Address:
    """Whom digests come from; DeliveryError where the settings do not say it."""
    name, written = parseaddr(settings.sender)
    try:
        address = _address(written)
    except ValueError:
        wrong = f"The settings' sender {settings.sender!r} is no address"
        raise DeliveryError(f"{wrong}; write one like 'Storydelta <digests@example.org>'.") from None
    return Address(display_name=_one_line(name), addr_spec=address.addr_spec)


def _settle_boundaries(mail: EmailMessage, key: str) -> None:
    """Boundaries made of the key, where the library would roll dice."""
    for number, part in enumerate(part for part in mail.walk() if part.is_multipart()):
        part.set_boundary("=_" + sha256(f"{key}\n{number}".encode()).hexdigest()[:32])


def _id(key: str, domain: str) -> str:
    return f"<{sha256(key.encode()).hexdigest()[:40]}@{domain}>"


def _address(written: str) -> Address:
    """The address, with its domain in ASCII; ValueError where it is not one."""
    wrong = f"{written!r} is not an e-mail address; write one like 'desk@example.org'"
    local, at, domain = written.strip().rpartition("@")
    try:
        address = Address(username=local, domain=domain.encode("idna").decode("ascii"))
        address = Address(addr_spec=address.addr_spec)
    except (ValueError, HeaderParseError, IndexError):
        raise ValueError(wrong) from None
    if (
        not at
        or not local
        or not address.domain
        or _CONTROLS.search(written)
        or re.search(r"[\s,;<>]", written.strip())
    ):
        raise ValueError(wrong)
    return address


@contextmanager
def _connected(settings: EmailSettings) -> Iterator[smtplib.SMTP]:
    """A connection that is encrypted and logged in as the settings say.

    What goes wrong while it is closed does not count: by then the server has the mail.
    """
    context = ssl.create_default_context(cafile=settings.ca_file)
    server = Exchange(
        settings.host, _port(settings), each=settings.timeout, whole=settings.deadline,
        context=context if settings.security == "tls" else None,
    )  # fmt: skip
    try:
        if settings.security == "starttls":
            server.starttls(context=context)
        if settings.user:
            server.login(settings.user, settings.password.get_secret_value())
        yield server
        with suppress(smtplib.SMTPException, OSError):
            server.quit()
    finally:
        server.close()


def _port(settings: EmailSettings) -> int:
    return settings.port or {"tls": 465, "starttls": 587, "none": 25}[settings.security]


def _refusal(what: str, code: int, reply: bytes | str) -> DeliveryError:
    return DeliveryError(f"{what}: {code} {_readable(reply)}", permanent=code >= _PERMANENT)


def _readable(reply: bytes | str) -> str:
    text = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
    return _one_line(text)[:_LONGEST_REPLY]


def _one_line(text: str) -> str:
    """The text without what could begin another header line."""
    return " ".join(_CONTROLS.sub(" ", text).split())


EMAIL = Channel(
    name="email",
    help="Sends each digest as a mail, text and HTML, to one address after the other.",
    options=EmailOptions,
    settings=EmailSettings,
    check=check,
    send=send,
)
