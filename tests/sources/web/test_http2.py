import asyncio
import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import RequestReceived

from storydelta.sources import Limits
from storydelta.sources.web.client import Manners, build_client
from storydelta.sources.web.visit import UnavailableError, visit
from tests.sources.web.local_server import NOW


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate for 127.0.0.1 that is its own authority, with its key, as one file."""
    key, name = (
        ec.generate_private_key(ec.SECP256R1()),
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "x")]),
    )
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    written = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file = tmp_path_factory.mktemp("certificate") / "both.pem"
    file.write_bytes(written + signed.public_bytes(serialization.Encoding.PEM))
    return file


async def speak(reader, writer):
    """Answers every request of an HTTP/2 connection with its path."""
    connection = H2Connection(H2Configuration(client_side=False, header_encoding="utf-8"))
    connection.initiate_connection()
    writer.write(connection.data_to_send())
    while data := await reader.read(65536):
        for event in connection.receive_data(data):
            if isinstance(event, RequestReceived):
                path = dict(event.headers)[":path"].encode()
                connection.send_headers(event.stream_id, [(":status", "200"), ("etag", '"1"')])
                connection.send_data(event.stream_id, path, end_stream=True)
        writer.write(connection.data_to_send())
    writer.close()


def visited(certificate, trusted, *paths):
    """What visits of the paths come to, and over how many connections."""
    opened = 0

    async def handle(reader, writer):
        nonlocal opened
        opened += writer.get_extra_info("ssl_object").selected_alpn_protocol() == "h2"
        await speak(reader, writer)

    async def run():
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(certificate)
        tls.set_alpn_protocols(["h2"])
        server = await asyncio.start_server(handle, "127.0.0.1", 0, ssl=tls)
        site = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        async with build_client(Manners(allow_private=True, spacing=0), trusted=trusted) as client:
            found = await asyncio.gather(
                *(visit(site + path, {}, client, Limits(), NOW) for path in paths), return_exceptions=True
            )
        await asyncio.sleep(0.05)
        server.close()
        return found

    return asyncio.run(run()), opened


def test_servers_that_speak_http_2_are_spoken_to_in_it_over_one_connection(certificate):
    trusted = ssl.create_default_context(cafile=str(certificate))
    found, opened = visited(certificate, trusted, "/a", "/b", "/c")
    assert [each.content for each in found] == [b"/a", b"/b", b"/c"]
    assert found[0].memory["etag"] == '"1"'
    assert opened == 1


def test_a_certificate_that_nobody_vouches_for_is_refused(certificate):
    ((problem,), opened) = visited(certificate, None, "/a")
    assert isinstance(problem, UnavailableError)
    assert "certificate verify failed" in str(problem)
    assert opened == 0
