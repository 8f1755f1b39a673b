import asyncio
import time

import pytest

from storydelta.sources import Limits
from storydelta.sources.web.client import Manners, build_client
from storydelta.sources.web.visit import UnavailableError, visit
from tests.sources.web.local_server import NOW, answer, serving


async def came_to(url, client, limits=None):
    try:
        return await visit(url, {}, client, limits or Limits(), NOW)
    except UnavailableError as problem:
        return problem


class Resolver:
    """A resolver that answers each question with the next of its answers; `asked` are the questions."""

    def __init__(self, *answers):
        self.answers, self.asked = list(answers), []

    async def __call__(self, host, port):
        self.asked.append(host)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


def with_resolver(server, resolver, *hosts, allows=lambda address: address == "127.0.0.1"):
    """What visits to the hosts come to, where the server's own address passes for a public one."""

    async def run():
        async with (
            serving(server),
            build_client(Manners(spacing=0), resolve=resolver, allows=allows) as client,
        ):
            return [await came_to(f"http://{host}:{server.port}/a", client) for host in hosts]

    return asyncio.run(run())


def test_the_address_that_was_vetted_is_the_one_that_is_connected_to(server):
    server.replies["/a"] = answer(b"x")
    resolver = Resolver(["127.0.0.1"], ["169.254.169.254"])
    first, second = with_resolver(server, resolver, "rebinds.example", "rebinds.example")
    assert first.content == b"x"
    assert resolver.asked == ["rebinds.example", "rebinds.example"]  # once for each connection
    assert "leads to 169.254.169.254, which is not on the public internet" in str(second)
    assert len(server.requests) == 1


def test_a_name_with_public_and_private_addresses_is_connected_to_at_a_public_one(server):
    server.replies["/a"] = answer(b"x")
    (found,) = with_resolver(server, Resolver(["10.0.0.1", "::1", "127.0.0.1"]), "both.example")
    assert found.content == b"x"


def test_a_name_that_leads_nowhere_is_refused(server):
    (found,) = with_resolver(server, Resolver([]), "nowhere.example")
    assert "leads to nowhere" in str(found)


@pytest.mark.parametrize(
    "target",
    [
        "http://127.0.0.2:1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::1]:80/",
        "http://10.0.0.1/",
    ],
)
def test_a_redirect_to_an_address_inside_the_network_is_not_followed(server, target):
    async def as_written(host, port):
        return [host] if host[0].isdigit() or ":" in host else ["127.0.0.1"]

    server.replies["/a"] = answer(status="302 Found", Location=target)
    (found,) = with_resolver(server, as_written, "public.example")
    assert isinstance(found, UnavailableError)
    assert "not on the public internet" in str(found)


def test_headers_for_a_host_go_to_that_host_alone_also_when_it_redirects(server):
    server.replies["/a"] = (
        b"HTTP/1.1 302 Found\r\nLocation: http://localhost:%d/b\r\nContent-Length: 0\r\n\r\n"
    )
    manners = Manners(allow_private=True, spacing=0, headers={"127.0.0.1": {"X-Key": "secret"}})

    async def run():
        async with serving(server, manners) as client:
            server.replies = {"/a": server.replies["/a"] % server.port, "/b": answer(b"x")}
            return await came_to(server.url + "/a", client)

    assert asyncio.run(run()).content == b"x"
    assert server.headers(0)["x-key"] == "secret"
    assert "x-key" not in server.headers(1)


def test_a_proxy_is_asked_where_one_is_set_but_not_for_addresses_inside_the_network(server):
    server.replies["http://news.example/a"] = answer(b"x")

    async def run():
        async with serving(server):
            manners = Manners(proxy=server.url.replace("://", "://me:secret@"), spacing=0)
            async with build_client(manners) as client:
                hosts = ("news.example", "127.0.0.1", "0x7f.1", "localhost", "[::1]")
                return [await came_to(f"http://{host}/a", client) for host in hosts]

    found, *refused = asyncio.run(run())
    assert found.content == b"x"
    assert server.headers()["proxy-authorization"].startswith("Basic ")
    assert all("not on the public internet" in str(problem) for problem in refused)
    assert len(server.requests) == 1


def test_the_wait_for_a_turn_is_no_part_of_the_time_that_a_visit_may_take(server):
    server.replies["/a"] = answer(b"x")

    async def run():
        async with serving(server, Manners(allow_private=True, spacing=0.15)) as client:
            began = time.monotonic()
            visits = (came_to(server.url + "/a", client, Limits(seconds=0.3)) for _ in range(6))
            return await asyncio.gather(*visits), time.monotonic() - began

    found, took = asyncio.run(run())
    assert [each.content for each in found] == [b"x"] * 6
    assert took > 0.7


def test_a_validator_that_changes_with_every_answer_makes_no_change(server, visited):
    count = 0

    async def reply(writer, head):
        nonlocal count
        count += 1
        writer.write(
            answer(b"the same", ETag=f'"{count}"', Last_Modified=f"Mon, 25 Mar 2024 09:30:{count:02} GMT")
        )

    server.replies["/a"] = reply
    first, second, third = visited("/a", "/a", "/a")
    assert (first.content, second.content, third.content) == (b"the same", None, None)


def test_failures_are_waited_out_longer_each_time_from_where_the_server_says_on_up_to_a_day():
    from storydelta.errors import SourceError
    from storydelta.sources import next_try

    def waits(problem, chance=0.0):
        return [
            (next_try(problem, failures, NOW, lambda: chance) - NOW).total_seconds() / 60
            for failures in (1, 2, 3, 20)
        ]

    assert waits(SourceError("x")) == [5, 10, 20, 1440]
    assert waits(SourceError("x"), chance=1.0) == [5.5, 11, 22, 1584]
    assert waits(UnavailableError("x", retry_at=NOW))[:2] == [1, 2]


def test_answers_that_are_not_right_are_tried_again_after_a_time_that_fits_their_status(server, visited):
    statuses = ("404 Not Found", "410 Gone", "500 Oops", "403 Forbidden")
    server.replies |= {f"/{status[:3]}": answer(status=status) for status in statuses}
    found = visited(*(f"/{status[:3]}" for status in statuses))
    assert [(problem.retry_at - NOW).total_seconds() / 3600 for problem in found] == [1, 24, 1 / 12, 6]
    assert [problem.status for problem in found] == [404, 410, 500, 403]


def test_connections_are_kept_for_hosts_that_are_asked_again_and_no_more_than_so_many_hosts():
    opened = closed = 0

    async def handle(reader, writer):
        nonlocal opened, closed
        opened += 1
        while await reader.readline():
            while (await reader.readline()).strip():
                pass
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx")
        closed += 1
        writer.close()
        await writer.wait_closed()

    async def local(host, port):
        return ["127.0.0.1"]

    async def run():
        listener = await asyncio.start_server(handle, "127.0.0.1", 0)
        port = listener.sockets[0].getsockname()[1]
        manners = Manners(allow_private=True, spacing=0, connections=3)
        async with build_client(manners, resolve=local) as client:
            for number in (0, 0, 1, 1, *range(10), 9):
                assert (await client.get(f"http://h{number}.example:{port}/")).content == b"x"
            await asyncio.gather(*(client.get(f"http://g{number}.example:{port}/") for number in range(20)))
            await asyncio.sleep(0.05)
            still = opened - closed
        await asyncio.sleep(0.05)
        listener.close()
        return still

    still = asyncio.run(run())
    assert (opened, closed) == (30, 30)
    assert still <= 3 + 1
