import asyncio
import subprocess
import sys
import threading
import time
from itertools import pairwise

import pytest

from storydelta.sources.web.client import Manners, build_client
from storydelta.sources.web.turns import Turns
from tests.sources.web.local_server import Server, answer, serving

HOST = "news.example"


class Watched:
    """Turns whose begins and whose most at once are noted."""

    def __init__(self, turns, at_once=2, spacing=0.0, lasting=0.02):
        self.turns, self.at_once, self.spacing, self.lasting = turns, at_once, spacing, lasting
        self.now = self.most = 0
        self.begins = []

    async def one(self, host=HOST):
        turn = await self.turns.take(host, self.at_once, self.spacing)
        self.begins.append(time.monotonic())
        self.now += 1
        self.most = max(self.most, self.now)
        await asyncio.sleep(self.lasting)
        self.now -= 1
        self.turns.leave(host, turn)

    async def some(self, count):
        await asyncio.gather(*(self.one() for _ in range(count)))


@pytest.fixture(params=["in this process", "on a board"])
def turns(request, tmp_path):
    return Turns(tmp_path / "turns" if "board" in request.param else None)


def test_so_many_have_a_turn_at_once_in_the_order_in_which_they_asked(turns):
    watched = Watched(turns)
    asyncio.run(watched.some(7))
    assert (watched.most, len(watched.begins)) == (2, 7)


def test_turns_begin_a_while_apart(turns):
    watched = Watched(turns, at_once=9, spacing=0.05)
    asyncio.run(watched.some(4))
    assert watched.begins[-1] - watched.begins[0] > 0.12


def test_hosts_do_not_wait_for_each_other(turns):
    watched = Watched(turns, at_once=1, spacing=5)

    async def run():
        await asyncio.wait_for(asyncio.gather(watched.one("a.example"), watched.one("b.example")), 1)

    asyncio.run(run())


def test_threads_with_loops_of_their_own_share_the_turns(turns):
    watched = Watched(turns)
    threads = [threading.Thread(target=lambda: asyncio.run(watched.some(4))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert (watched.most, len(watched.begins)) == (2, 12)


def test_who_gives_up_waiting_holds_nobody_up(turns):
    watched = Watched(turns, at_once=1)

    async def run():
        first = asyncio.create_task(watched.one())
        others = [asyncio.create_task(watched.one()) for _ in range(4)]
        await asyncio.sleep(0.01)
        for given_up in (others[0], others[2]):
            given_up.cancel()
        await asyncio.wait_for(asyncio.gather(first, others[1], others[3], watched.one()), 2)

    asyncio.run(run())
    assert (watched.most, len(watched.begins)) == (1, 4)


def test_who_waits_in_a_loop_that_ended_holds_nobody_up(turns):
    watched = Watched(turns, at_once=1)
    loop = asyncio.new_event_loop()
    holds = asyncio.run(turns.take(HOST, 1, 0))
    waits = loop.create_task(watched.one())
    loop.run_until_complete(asyncio.sleep(0.01))
    turns.leave(HOST, holds)
    waits.cancel()
    loop.run_until_complete(asyncio.gather(waits, return_exceptions=True))
    loop.close()
    asyncio.run(asyncio.wait_for(watched.one(), 1))


PROCESS = """
import asyncio, sys, time
from pathlib import Path
from storydelta.sources.web.turns import Turns
async def one(turns):
    turn = await turns.take("news.example", 1, 0.05)
    began = time.time()
    await asyncio.sleep(float(sys.argv[2]))
    print(began, time.time(), flush=True)
    turns.leave("news.example", turn)
async def some():
    turns = Turns(Path(sys.argv[1]))
    print("ready", flush=True)
    await asyncio.gather(*(one(turns) for _ in range(3)))
asyncio.run(some())
"""


def begun(board, lasting):
    return subprocess.Popen(
        [sys.executable, "-c", PROCESS, board, str(lasting)], stdout=subprocess.PIPE, text=True
    )


def test_processes_that_have_one_board_share_the_turns(tmp_path):
    processes = [begun(tmp_path / "turns", 0.02) for _ in range(2)]
    lines = [
        line.split() for process in processes for line in process.communicate(timeout=30)[0].splitlines()[1:]
    ]
    spans = sorted((float(began), float(ended)) for began, ended in lines)
    assert len(spans) == 6
    assert all(next_began >= ended for (_, ended), (next_began, _) in pairwise(spans))
    assert spans[-1][0] - spans[0][0] > 0.2


def test_a_process_that_is_killed_gives_its_turn_back(tmp_path):
    process = begun(tmp_path / "turns", 60)
    process.stdout.readline()
    turns = Turns(tmp_path / "turns")

    async def is_taken():
        try:
            turn = await asyncio.wait_for(turns.take(HOST, 1, 0), 0.3)
        except TimeoutError:
            return True
        turns.leave(HOST, turn)
        return False

    async def run():
        while not await is_taken():
            pass  # the other process takes its time to start
        process.kill()
        process.wait()
        await asyncio.wait_for(turns.take(HOST, 1, 0), 2)

    asyncio.run(run())
    process.stdout.close()


def test_a_clock_that_was_put_back_makes_nobody_wait(tmp_path, monkeypatch):
    turns = Turns(tmp_path / "turns")
    with monkeypatch.context() as patch:
        patch.setattr(time, "time", lambda: 9e9)
        turns.leave(HOST, asyncio.run(turns.take(HOST, 1, 1)))
    asyncio.run(asyncio.wait_for(turns.take(HOST, 1, 1), 1))


def test_a_board_that_cannot_be_made_is_done_without(tmp_path):
    asyncio.run(asyncio.wait_for(Turns(tmp_path / "no" / "folder").take(HOST, 1, 1), 1))


def test_two_clients_at_once_ask_a_host_no_more_than_one_may():
    async def reply(writer, head):
        nonlocal now, most
        now, most = now + 1, max(most, now + 1)
        begins.append(time.monotonic())
        await asyncio.sleep(0.02)
        writer.write(answer(b"x"))
        await writer.drain()
        now -= 1

    now, most, begins = 0, 0, []
    server = Server()
    server.replies["/a"] = reply
    manners = Manners(allow_private=True, per_host=1, spacing=0.05)

    async def run():
        async with serving(server, manners) as one, build_client(manners) as other:
            await asyncio.gather(
                *(client.get(server.url + "/a") for client in (one, other) for _ in range(3))
            )

    asyncio.run(run())
    assert most == 1
    assert begins[-1] - begins[0] > 0.2


@pytest.mark.parametrize("proxy", ["socks5://me:secret@127.0.0.1:9050", "proxy.example:3128", "http://"])
def test_a_proxy_that_cannot_be_used_is_refused_in_words_without_its_password(proxy):
    from storydelta.errors import StorydeltaError

    with pytest.raises(
        StorydeltaError, match="cannot be used; write the address of an HTTP proxy"
    ) as problem:
        build_client(Manners(proxy=proxy))
    assert "secret" not in str(problem.value)
