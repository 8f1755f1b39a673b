"""Whose turn it is at a host: a few exchanges at once, begun a while apart, whoever in this process asks, from
whatever thread or client; and with a board, whatever process of this machine.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import struct
import threading
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from hashlib import blake2b
from pathlib import Path

_MOST_HOSTS = 1_000
_LONGEST_QUEUE = 3600.0  # seconds; who is told to wait longer reads the time of a clock that was put back
_LOOK_AGAIN = (
    0.05,
    0.25,
)  # seconds between two looks whether another process left, the first and the longest


@dataclass(slots=True)
class _Host:
    taken: int = 0
    free_at: float = 0
    waiting: deque[tuple[asyncio.AbstractEventLoop, asyncio.Future[None]]] = field(default_factory=deque)
    marks: set[int] = field(default_factory=set)


class Turns:
    """The turns at all hosts. `board` is a file in which the processes that are given it show each other theirs; it
    is made if need be, and done without where it cannot be. A process that dies gives its turns back.
    """

    def __init__(self, board: Path | None = None) -> None:
        self._hosts: dict[str, _Host] = {}
        self._lock = threading.Lock()
        self._board: _Board | None = None
        with suppress(OSError):
            self._board = _Board(board) if board else None

    async def take(self, host: str, at_once: int, spacing: float) -> int:
        """Waits until it is the caller's turn, who then has to `leave` with the number that this gives. At most
        `at_once` have a turn at a host; this one begins `spacing` seconds at least after the one before.
        """
        await self._enter(host, at_once)
        mark = 0
        try:
            mark = await self._mark(host, at_once) if self._board else 0
            await asyncio.sleep(self._reserve(host, spacing))
        except BaseException:
            self.leave(host, mark)
            raise
        return mark

    def leave(self, host: str, mark: int) -> None:
        """Ends a turn."""
        with self._lock:
            here = self._hosts[host]
            if self._board and mark:
                self._board.clear(host, mark)
                here.marks.discard(mark)
            here.taken -= 1
            self._call_next(here)

    async def _enter(self, host: str, at_once: int) -> None:
        with self._lock:
            if len(self._hosts) > _MOST_HOSTS:
                self._forget()
            here = self._hosts.setdefault(host, _Host())
            if here.taken < at_once:
                here.taken += 1
                return
            loop = asyncio.get_running_loop()
            called = loop.create_future()
            here.waiting.append((loop, called))
        try:
            await called
        except BaseException:
            with self._lock:
                if called.done() and not called.cancelled():  # it was called, and does not come
                    here.taken -= 1
                    self._call_next(here)
                elif (loop, called) in here.waiting:
                    here.waiting.remove((loop, called))
            raise

    def _call_next(self, here: _Host) -> None:
        """Gives the free place to who waits longest. The lock is held."""
        while here.waiting:
            loop, called = here.waiting.popleft()
            if called.cancelled():
                continue
            try:
                loop.call_soon_threadsafe(self._call, here, called)
            except RuntimeError:  # the loop of who waited is closed
                continue
            here.taken += 1
            return

    def _call(self, here: _Host, called: asyncio.Future[None]) -> None:
        if not called.done():
            called.set_result(None)
            return
        with self._lock:
            here.taken -= 1
            self._call_next(here)

    async def _mark(self, host: str, at_once: int) -> int:
        """The number under which the board shows this turn."""
        assert self._board
        pause, longest = _LOOK_AGAIN
        while True:
            with self._lock:
                marks = self._hosts[host].marks
                for mark in range(1, at_once + 1):
                    if mark not in marks and self._board.mark(host, mark):
                        marks.add(mark)
                        return mark
            await asyncio.sleep(pause)
            pause = min(2 * pause, longest)

    def _reserve(self, host: str, spacing: float) -> float:
        """Seconds until the turn may begin; the next one begins later by the spacing."""
        with self._lock:
            if self._board:
                return self._board.reserve(host, spacing)
            here, now = self._hosts[host], time.monotonic()
            start = max(now, here.free_at)
            here.free_at = start + spacing
            return start - now

    def _forget(self) -> None:
        """Lets go of the hosts that nobody visits. The lock is held."""
        now = time.monotonic()
        idle = [
            name
            for name, here in self._hosts.items()
            if not here.taken and not here.waiting and here.free_at < now
        ]
        for name in idle:
            del self._hosts[name]


class _Board:
    """A file with a cell for each host: the time when it may be asked next. Locks beside the cells are the turns
    that are taken; the system takes them back from a process that ends.

    Hosts share a cell where their digests do, one pair in sixty thousand: they then wait for each other.
    """

    _CELLS, _WIDTH = 1 << 16, 8
    _MOST_MARKS = 64

    def __init__(self, path: Path) -> None:
        # It stays open: a process that closes a file gives back all its locks on it.
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)

    def mark(self, host: str, number: int) -> bool:
        """Whether the turn of that number was free; it is taken now."""
        try:
            fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, self._place(host, number))
        except BlockingIOError:
            return False
        return True

    def clear(self, host: str, number: int) -> None:
        fcntl.lockf(self._file, fcntl.LOCK_UN, 1, self._place(host, number))

    def reserve(self, host: str, spacing: float) -> float:
        at = self._cell(host) * self._WIDTH
        fcntl.lockf(self._file, fcntl.LOCK_EX, self._WIDTH, at)
        try:
            now = time.time()
            written = os.pread(self._file, self._WIDTH, at)
            free_at = struct.unpack("<d", written)[0] if len(written) == self._WIDTH else 0.0
            start = free_at if now < free_at < now + _LONGEST_QUEUE else now
            os.pwrite(self._file, struct.pack("<d", start + spacing), at)
        finally:
            fcntl.lockf(self._file, fcntl.LOCK_UN, self._WIDTH, at)
        return start - now

    def _place(self, host: str, number: int) -> int:
        """The byte whose lock stands for a turn, behind all cells."""
        return self._CELLS * self._WIDTH + self._cell(host) * self._MOST_MARKS + number % self._MOST_MARKS

    def _cell(self, host: str) -> int:
        return int.from_bytes(blake2b(host.encode("utf-8", "replace"), digest_size=2).digest())


@cache
def shared_turns(board: Path | None = None) -> Turns:
    """The turns that all clients of this process share, and with a board those of all processes that name it."""
    return Turns(board)
