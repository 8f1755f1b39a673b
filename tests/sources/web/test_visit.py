import asyncio
import gzip
import re
import time
import zlib
from datetime import timedelta

import brotli
import pytest
import zstandard

from storydelta.errors import SourceError
from storydelta.sources import Limits
from storydelta.sources.web.client import Manners
from storydelta.sources.web.visit import FULL_EVERY, UnavailableError, visit
from tests.sources.web.local_server import NOW, answer, serving

NEWS = b"".join(b"%d people" % number for number in range(500))
SMALL = Limits(document_bytes=10_000, seconds=1)


def test_a_visit_gives_content_type_charset_and_a_truthful_name(server, visited):
    server.replies["/a"] = answer("é".encode("cp1252"), Content_Type="Text/XML; charset=windows-1252")
    found = visited("/a", manners=Manners(allow_private=True, contact="desk@example.org"))
    assert (found.content, found.media_type, found.charset) == (b"\xe9", "text/xml", "windows-1252")
    assert re.fullmatch(r"Storydelta/[\d.]+ \(desk@example\.org\)", server.headers()["user-agent"])


def test_validators_are_sent_back_and_304_means_unchanged(server, visited):
    async def reply(writer, head):
        known = any(line.lower().startswith("if-none-match") for line in head)
        writer.write(
            answer(status="304 Not Modified") if known else answer(b"x", ETag='"1"', Last_Modified="Mon")
        )

    server.replies["/a"] = reply
    first, second = visited("/a", "/a")
    assert (first.content, second.content) == (b"x", None)
    assert server.headers()["if-none-match"] == '"1"'
    assert server.headers()["if-modified-since"] == "Mon"


def test_the_same_content_without_validators_is_unchanged_too(server, visited):
    server.replies["/a"] = answer(b"x")
    first, second = visited("/a", "/a")
    assert (first.content, second.content) == (b"x", None)


def test_a_change_behind_a_stale_validator_is_found_once_a_full_visit_is_due(server, visited):
    async def reply(writer, head):
        known = any(line.lower().startswith("if-none-match") for line in head)
        writer.write(answer(status="304 Not Modified") if known else answer(b"new", ETag='"1"'))

    server.replies["/a"] = reply
    memory = {"etag": '"1"', "digest": "of the old", "full_at": NOW.isoformat()}
    assert visited("/a", memory=memory, now=NOW + FULL_EVERY - timedelta(seconds=1)).content is None
    assert visited("/a", memory=memory, now=NOW + FULL_EVERY).content == b"new"


def test_a_permanent_redirect_is_remembered_and_a_temporary_one_is_not(server, visited):
    server.replies |= {
        "/old": answer(status="301 Moved Permanently", Location="/new"),
        "/for-now": answer(status="302 Found", Location="/new"),
        "/new": answer(b"x"),
    }
    found = visited("/old")
    assert (found.url, found.memory["moved_to"]) == (server.url + "/new", server.url + "/new")
    assert "moved_to" not in visited("/for-now").memory


def test_a_redirect_that_is_no_longer_there_is_forgotten_once_a_full_visit_is_due(server, visited):
    server.replies |= {"/old": answer(b"back"), "/new": answer(status="404 Not Found")}

    def memory():
        return {"moved_to": server.url + "/new", "full_at": NOW.isoformat()}

    async def run(now):
        async with serving(server) as client:
            return await visit(server.url + "/old", memory(), client, Limits(), now)

    with pytest.raises(UnavailableError, match="404"):
        asyncio.run(run(NOW))
    found = asyncio.run(run(NOW + FULL_EVERY))
    assert (found.content, "moved_to" in found.memory) == (b"back", False)


@pytest.mark.parametrize(
    ("status", "retry_after", "wait"),
    [
        ("503 Service Unavailable", "120", timedelta(minutes=2)),
        ("503 Service Unavailable", "Wed, 27 Mar 2024 13:00:00 GMT", timedelta(hours=1)),
        ("429 Too Many Requests", "99999999999", timedelta(days=1)),
        ("429 Too Many Requests", "soon", timedelta(minutes=15)),
        ("503 Service Unavailable", "Wed, 27 Mar 2019 13:00:00 GMT", timedelta(0)),
    ],
)
def test_a_busy_server_is_left_alone_for_as_long_as_it_says_but_no_longer_than_a_day(
    server, visited, status, retry_after, wait
):
    server.replies["/a"] = answer(status=status, Retry_After=retry_after)
    problem = visited("/a")
    assert isinstance(problem, UnavailableError)
    assert problem.retry_at == NOW + wait
    assert not problem.gone


def test_gone_for_good_is_told_from_gone_astray(server, visited):
    server.replies |= {"/a": answer(status="410 Gone"), "/b": answer(status="404 Not Found")}
    gone, astray = visited("/a", "/b")
    assert (gone.gone, astray.gone) == (True, False)
    assert "/b answered 404 Not Found" in str(astray)


@pytest.mark.parametrize(
    ("headers", "wait"),
    [({"Cache_Control": "public, Max-Age=600"}, 600), ({"Cache_Control": "no-cache"}, None), ({"Cache_Control": "max-age=-1"}, None)],
)  # fmt: skip
def test_how_long_an_answer_stays_fresh_is_read(server, visited, headers, wait):
    server.replies["/a"] = answer(b"x", **headers)
    assert visited("/a").fresh_until == (NOW + timedelta(seconds=wait) if wait else None)


@pytest.mark.parametrize(
    ("encoding", "packed"),
    [
        ("gzip", gzip.compress(b"news" * 100)),
        ("gzip", gzip.compress(b"news" * 50) + gzip.compress(b"news" * 50)),
        ("deflate", zlib.compress(b"news" * 100)),
        ("deflate", zlib.compress(b"news" * 100, wbits=-15)),
        ("br", brotli.compress(b"news" * 100)),
        ("zstd", zstandard.compress(b"news" * 100)),
        ("zstd", zstandard.compress(b"news" * 50) + zstandard.compress(b"news" * 50)),
        ("identity", b"news" * 100),
    ],
)
def test_compressed_answers_are_unpacked(server, visited, encoding, packed):
    server.replies["/a"] = answer(packed, Content_Encoding=encoding)
    assert visited("/a").content == b"news" * 100


async def slow_body(writer, head):
    writer.write(answer(b"", Content_Length="1000000"))
    while True:
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.05)


async def slow_head(writer, head):
    for byte in b"HTTP/1.1 200 OK\r\nX: " + b"x" * 1000:
        writer.write(bytes([byte]))
        await writer.drain()
        await asyncio.sleep(0.05)


async def endless(writer, head):
    writer.write(answer(b"", Content_Length=None))
    while True:
        writer.write(b"x" * 65536)
        await writer.drain()


async def silent(writer, head):
    await asyncio.sleep(5)


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (slow_body, "took longer than 1 seconds"),
        (slow_head, "took longer than 1 seconds"),
        (silent, "took longer than 1 seconds"),
        (endless, "larger than 10,000 bytes"),
        (answer(gzip.compress(b"0" * 50_000_000), Content_Encoding="gzip"), "larger than 10,000 bytes"),
        (answer(gzip.compress(b"0" * 9_000_000), Content_Encoding="gzip"), "larger than 10,000 bytes once decompressed"),
        (answer(gzip.compress(b"news" * 50)[:-9], Content_Encoding="gzip"), "cut short"),
        (answer(b"no gzip at all", Content_Encoding="gzip"), "not compressed as it says"),
        (answer(b"x", Content_Encoding="compress"), "encoded as 'compress', which was not asked for"),
        (answer(b"no brotli at all", Content_Encoding="br"), "not compressed as it says"),
        (answer(b"no zstd at all", Content_Encoding="zstd"), "not compressed as it says"),
        (answer(brotli.compress(b"0" * 9_000_000), Content_Encoding="br"), "larger than 10,000 bytes once decompressed"),
        (answer(zstandard.compress(b"0" * 50_000_000), Content_Encoding="zstd"), "larger than 10,000 bytes once decompressed"),
        (answer(brotli.compress(NEWS)[:-9], Content_Encoding="br"), "cut short"),
        (answer(zstandard.compress(NEWS)[:-9], Content_Encoding="zstd"), "cut short"),
        (answer(zstandard.compress(NEWS)[:9], Content_Encoding="zstd"), "cut short"),
        (answer(b"short", Content_Length="500"), "cannot be reached"),
        (b"I am not HTTP\r\n\r\n", "cannot be reached"),
        (b"", "cannot be reached"),
        (answer(status="304 Not Modified"), "answered 304"),
        (answer(status="301 Moved Permanently", Location="/a"), "redirects more than 5 times"),
        (answer(status="302 Found", Location="file:///etc/passwd"), "only http and https are visited"),
        (answer(status="302 Found", Location="gopher://x/"), "only http and https are visited"),
        (answer(status="302 Found", Location="http://["), "not an address of the web"),
        (answer(status="302 Found"), "answered 302"),
        (answer(b"x" * 20_000), "larger than 10,000 bytes"),
    ],
)  # fmt: skip
def test_a_hostile_server_gets_an_error_in_words_in_time(server, visited, reply, said):
    server.replies["/a"] = reply
    began = time.monotonic()
    problem = visited("/a", limits=SMALL)
    assert isinstance(problem, SourceError), problem
    assert said in str(problem)
    assert time.monotonic() - began < 4


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "127.1", "[::1]", "[::ffff:127.0.0.1]"]
)
def test_addresses_inside_the_network_are_not_connected_to_however_they_are_spelt(server, visited, host):
    server.replies["/a"] = answer(b"secret")
    problem = visited(f"http://{host}:9/a", manners=Manners(spacing=0))
    assert isinstance(problem, UnavailableError)
    assert "not on the public internet" in str(problem) or "cannot be resolved" in str(problem)
    assert server.requests == []


def test_names_and_passwords_in_an_address_are_not_sent(server, visited):
    server.replies["/a"] = answer(b"x")

    async def run():
        async with serving(server) as client:
            await visit(server.url.replace("://", "://me:secret@") + "/a", {}, client, Limits(), NOW)

    asyncio.run(run())
    assert "authorization" not in server.headers()


def test_a_host_gets_a_few_requests_at_once_and_spaced(server):
    async def reply(writer, head):
        nonlocal now, most
        now, most = now + 1, max(most, now + 1)
        await asyncio.sleep(0.05)
        writer.write(answer(b"x"))
        await writer.drain()
        now -= 1

    now = most = 0
    server.replies["/a"] = reply

    async def run(manners):
        async with serving(server, manners) as client:
            began = time.monotonic()
            await asyncio.gather(*(client.get(server.url + "/a") for _ in range(6)))
            return time.monotonic() - began

    asyncio.run(run(Manners(allow_private=True, spacing=0, per_host=2)))
    assert most == 2
    assert asyncio.run(run(Manners(allow_private=True, spacing=0.1, per_host=9))) >= 0.5
