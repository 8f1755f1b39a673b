from __future__ import annotations

import asyncio
import socket
import ssl
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.headerregistry import Address
from email.policy import default
from ipaddress import ip_address
from threading import Thread
from time import monotonic, sleep

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from flows.send_deliveries import CLAIM
from storydelta.delivery.email import EMAIL, EmailOptions, EmailSettings, compose
from storydelta.errors import DeliveryError
from storydelta.model import Attachment, Delivery, Message

SENDER = Address(display_name="Night desk", addr_spec="digests@news.example")
NOW = datetime(2024, 3, 24, 8, 10, tzinfo=UTC)


class Mailbox:
    """A handler that keeps what arrives, and replies as it is told to at each command."""

    def __init__(self, *, rcpt="250 OK", mail="250 OK", data="250 OK"):
        self.replies = {"rcpt": rcpt, "mail": mail, "data": data}
        self.envelopes, self.secure, self.raw = [], [], []

    async def handle_MAIL(self, server, session, envelope, address, options):  # noqa: N802 - the name that aiosmtpd calls
        envelope.mail_from = address
        return self.replies["mail"]

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802 - the name that aiosmtpd calls
        if self.replies["rcpt"].startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.replies["rcpt"]

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - the name that aiosmtpd calls
        if self.replies["data"] == "drop":
            server.transport.abort()
            await asyncio.sleep(0)
            return "451 gone"
        if self.replies["data"].startswith("250"):
            self.envelopes.append((envelope.mail_from, envelope.rcpt_tos))
            self.secure.append(session.ssl is not None)
            self.raw.append(envelope.original_content)
        return self.replies["data"]

    def only(self):
        (raw,) = self.raw
        return message_from_bytes(raw, policy=default)


class Slow(Mailbox):
    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - the name that aiosmtpd calls
        await asyncio.sleep(0.6)
        return await super().handle_DATA(server, session, envelope)


class RudeAtQuit(SMTP):
    async def smtp_QUIT(self, arg):  # noqa: N802 - the name that aiosmtpd calls
        await self.push("421 too busy to say goodbye")
        self.transport.abort()


class Postbox(Controller):
    """A server on a free port of the loopback, of a class of our choice."""

    server_class = SMTP

    def factory(self):
        return self.server_class(self.handler, **self.SMTP_kwargs)


@pytest.fixture
def serve():
    """Starts a real SMTP server and gives the port that it listens on."""
    started = []

    def start(mailbox, *, server_class=SMTP, **more):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        controller = Postbox(mailbox, hostname="127.0.0.1", port=port, server_hostname="mx.example", **more)
        controller.server_class = server_class
        controller.start()
        started.append(controller)
        return port

    yield start
    for controller in started:
        controller.stop()


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    """A certificate for 127.0.0.1 with its key, as files."""
    folder = tmp_path_factory.mktemp("certificate")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return folder


@pytest.fixture
def server_tls(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")
    return context


def message(**more):
    given = {
        "story": "crocus-city-hall", "edition": 12, "subject": "Crocus: 137 killed, up from 133",
        "html": '<p>137 killed — <i>Кремль</i></p><figure class="chart"><svg></svg></figure>', "text": "137 killed — Кремль\n",
        "made_at": NOW,
    }  # fmt: skip
    return Message(**(given | more))


def delivery(to="desk@example.org", key="crocus-city-hall/12/email/desk@example.org"):
    return Delivery(
        key=key, story="crocus-city-hall", edition=12, channel="email", recipient=to, due_at=NOW
    )  # fmt: skip


def settings(port, **more):
    given = {
        "host": "127.0.0.1",
        "port": port,
        "security": "none",
        "sender": "Night desk <digests@news.example>",
        "timeout": 5,
    }
    return EmailSettings(**(given | more))


def send(port, *, mail=None, to="desk@example.org", options=None, **more):
    EMAIL.send(
        mail or message(),
        delivery(to),
        options=options or EmailOptions(),
        settings=settings(port, **more),
        now=NOW,
    )


def refused(port, **more) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        send(port, **more)
    return caught.value


def test_a_mail_arrives_with_text_and_html_for_one_recipient(serve):
    mailbox = Mailbox()

    send(serve(mailbox))

    mail = mailbox.only()
    assert mailbox.envelopes == [("digests@news.example", ["desk@example.org"])]
    assert mail.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert mail.get_body(("plain",)).get_content().replace("\r\n", "\n") == "137 killed — Кремль\n"
    assert "<i>Кремль</i>" in mail.get_body(("html",)).get_content()
    assert mail["Subject"] == "Crocus: 137 killed, up from 133"
    assert mail["To"] == "desk@example.org"
    assert mail["From"] == "Night desk <digests@news.example>"
    assert mail["Date"].datetime == NOW


def test_charts_that_mail_clients_cannot_draw_stay_out_of_the_mail(serve):
    mailbox = Mailbox()

    send(serve(mailbox))

    assert "<svg" not in mailbox.only().get_body(("html",)).get_content()


def test_a_chart_becomes_an_image_within_the_mail_with_the_same_in_words():
    drawing = '<svg viewBox="0 0 400 150" aria-label="Killed: 40; &quot;137&quot;"></svg>'
    page = f'<p>x</p><figure class="chart" data-image="chart-killed.png">{drawing}</figure><p>y</p>'
    image = Attachment(name="chart-killed.png", media_type="image/png", content=b"\x89PNG")
    mail = compose(message(html=page, attachments=(image,)), delivery(), EmailOptions(), SENDER)

    html = mail.get_body(("html",)).get_content()
    assert 'src="cid:chart-killed.png" alt="Killed: 40; &quot;137&quot;" width="400" height="150"' in html
    assert "<svg" not in html
    (part,) = [part for part in mail.walk() if part.get_content_maintype() == "image"]
    assert (part["Content-ID"], part.get_content_disposition()) == ("<chart-killed.png>", "inline")


def test_what_is_for_programs_stays_out_of_the_mail():
    data = Attachment(name="digest.json", media_type="application/json", content=b"{}")
    mail = compose(message(attachments=(data,)), delivery(), EmailOptions(), SENDER)

    assert [part.get_content_type() for part in mail.walk() if not part.is_multipart()] == [
        "text/plain",
        "text/html",
    ]


def test_of_a_large_digest_the_mail_shows_the_shorter_form_and_has_the_whole_page_attached():
    brief = Attachment(name="brief.html", media_type="text/html", content=b"<p>in brief</p>")
    mail = compose(message(attachments=(brief,)), delivery(), EmailOptions(), SENDER)

    assert mail.get_body(("html",)).get_content().strip() == "<p>in brief</p>"
    (whole,) = mail.iter_attachments()
    assert whole.get_filename() == "crocus-city-hall-00012.html"
    assert whole.get_content().strip() == message().html


def test_digests_of_one_story_form_a_thread_and_a_list():
    first = compose(message(), delivery(key="a/1"), EmailOptions(), SENDER)
    second = compose(message(edition=13), delivery(key="a/2"), EmailOptions(), SENDER)
    other = compose(message(story="aurora"), delivery(key="b/1"), EmailOptions(), SENDER)

    assert first["References"] == second["References"] == first["In-Reply-To"]
    assert first["References"] != other["References"]
    assert first["List-Id"] == "<crocus-city-hall.storydelta.news.example>"


def test_the_same_delivery_gives_the_same_bytes():
    image = Attachment(name="toll.png", media_type="image/png", content=b"\x89PNG")
    mail = message(html='<img src="cid:toll.png">', attachments=(image,))
    one, two = (compose(mail, delivery(), EmailOptions(), SENDER) for _ in range(2))
    another = compose(mail, delivery(key="another"), EmailOptions(), SENDER)

    assert bytes(one) == bytes(two)
    assert one["Message-ID"] != another["Message-ID"]
    assert one["Message-ID"].endswith("@news.example>")


def test_an_image_that_the_html_shows_is_embedded():
    image = Attachment(name="toll.png", media_type="image/png", content=b"\x89PNG")
    table = Attachment(name="toll.csv", media_type="text/csv", content=b"1,2\n")
    mail = compose(
        message(html='<img src="cid:toll.png">', attachments=(image, table)),
        delivery(),
        EmailOptions(),
        SENDER,
    )

    found = {part.get_filename(): part for part in mail.walk() if part.get_filename()}
    assert found["toll.png"]["Content-ID"] == "<toll.png>"
    assert found["toll.png"].get_content_disposition() == "inline"
    assert found["toll.csv"].get_content_disposition() == "attachment"


def test_starttls_and_login_come_before_the_mail(serve, certificate, server_tls):
    mailbox, seen = Mailbox(), []

    def authenticate(server, session, envelope, mechanism, data):
        seen.append((data.login, data.password))
        return AuthResult(success=data.password == b"secret", handled=False)

    port = serve(
        mailbox, tls_context=server_tls, require_starttls=True, auth_required=True, authenticator=authenticate
    )
    ca = certificate / "cert.pem"

    send(port, security="starttls", ca_file=ca, user="desk", password="secret")
    problem = refused(port, security="starttls", ca_file=ca, user="desk", password="wrong-word")

    assert mailbox.secure == [True]
    assert seen[0] == (b"desk", b"secret")
    assert not problem.permanent
    assert "login of desk" in str(problem)
    assert "wrong-word" not in str(problem)


def test_tls_from_the_first_byte(serve, certificate, server_tls):
    mailbox = Mailbox()

    send(serve(mailbox, ssl_context=server_tls), security="tls", ca_file=certificate / "cert.pem")

    assert mailbox.only()["Subject"] == "Crocus: 137 killed, up from 133"


def test_a_certificate_that_nobody_vouches_for_stops_the_mail(serve, server_tls):
    mailbox = Mailbox()

    problem = refused(serve(mailbox, tls_context=server_tls), security="starttls")

    assert not problem.permanent
    assert "certificate" in str(problem).lower()
    assert mailbox.raw == []


def test_a_server_without_starttls_gets_nothing_in_clear(serve):
    mailbox = Mailbox()

    problem = refused(serve(mailbox), security="starttls")

    assert not problem.permanent
    assert "STARTTLS" in str(problem)
    assert mailbox.raw == []


@pytest.mark.parametrize(
    ("replies", "permanent", "said"),
    [
        ({"rcpt": "450 greylisted, come back later"}, False, "450 greylisted"),
        ({"rcpt": "550 no such user"}, True, "550 no such user"),
        ({"mail": "451 try again"}, False, "451"),
        ({"mail": "553 sender not allowed"}, True, "553"),
        ({"data": "452 disk full"}, False, "452"),
        ({"data": "554 looks like spam"}, True, "554 looks like spam"),
        ({"data": "drop"}, False, "No mail went through"),
    ],
)
def test_a_refusal_for_now_is_told_from_one_for_good(serve, replies, permanent, said):
    problem = refused(serve(Mailbox(**replies)))

    assert problem.permanent is permanent
    assert said in str(problem)


def test_a_server_that_is_not_there_is_a_problem_for_now():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    problem = refused(port)

    assert not problem.permanent
    assert f"127.0.0.1:{port}" in str(problem)


def test_a_server_that_never_answers_is_given_up_after_the_timeout():
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()

        problem = refused(silent.getsockname()[1], timeout=0.2)

    assert not problem.permanent


@pytest.mark.parametrize("said", [b"220-wait\r\n", b"2"], ids=["line by line", "byte by byte"])
def test_a_server_that_speaks_slowly_without_end_is_given_up_at_the_deadline(said):
    with socket.create_server(("127.0.0.1", 0)) as slow:
        speaker = Thread(target=drip, args=(slow, said))
        speaker.start()
        begun = monotonic()

        problem = refused(slow.getsockname()[1], deadline=0.5)

    speaker.join(5)
    assert not problem.permanent
    assert "timed out" in str(problem)
    assert 0.4 < monotonic() - begun < 4


def drip(server, said):
    """Says a little every now and then for as long as somebody listens."""
    connection, _ = server.accept()
    with connection, suppress(OSError):
        while True:
            connection.sendall(said)
            sleep(0.05)


def test_a_server_that_thinks_long_about_a_mail_is_waited_for_so_that_it_gets_it_once(serve):
    mailbox = Slow()

    send(serve(mailbox), timeout=0.2, deadline=10)

    assert len(mailbox.raw) == 1


def test_no_setting_lets_a_mail_outlast_the_claim_on_its_delivery():
    with pytest.raises(ValueError, match="deadline"):
        settings(25, deadline=CLAIM.total_seconds())


def test_a_mail_that_the_server_took_is_sent_although_the_goodbye_fails(serve):
    mailbox = Mailbox()

    send(serve(mailbox, server_class=RudeAtQuit))

    assert len(mailbox.raw) == 1


def test_nothing_from_outside_becomes_another_header(serve):
    mailbox = Mailbox()
    hostile = "Toll\r\nBcc: all@example.org\r\n\r\nbody\x00\u2028\x1b[31m"

    send(serve(mailbox), mail=message(subject=hostile), options=EmailOptions(prefix="[desk]\nX: y"))

    assert mailbox.only()["Bcc"] is None
    assert mailbox.only()["X"] is None
    assert mailbox.only()["Subject"] == "[desk] X: y Toll Bcc: all@example.org body [31m"


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "desk",
        "desk@",
        "@example.org",
        "a@b, c@d.org",
        "Desk <desk@example.org>",
        "desk@example.org\nBcc: x@y.z",
        "a b@c.de",
    ],
)
def test_what_is_no_address_is_refused_before_anything_is_sent(serve, wrong):
    mailbox = Mailbox()

    with pytest.raises(ValueError, match="e-mail address"):
        EMAIL.check(wrong)
    problem = refused(serve(mailbox), to=wrong)

    assert problem.permanent
    assert mailbox.raw == []


def test_a_domain_in_other_letters_is_written_in_ascii():
    mail = compose(message(), delivery("redaktion@müller.example"), EmailOptions(), SENDER)

    assert mail["To"] == "redaktion@xn--mller-kva.example"


def test_the_password_is_in_no_representation():
    assert "secret" not in repr(settings(25, password="secret"))


@pytest.mark.parametrize("wrong", [{"host": ""}, {"sender": ""}, {"sender": "Night desk"}])
def test_settings_that_are_not_there_yet_lose_no_mail(wrong):
    problem = refused(25, **wrong)

    assert not problem.permanent
    assert "settings" in str(problem)
