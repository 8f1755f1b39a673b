"""A conversation with a mail server that is over at a moment, however slowly the server speaks.

A delivery belongs to its sender for a while only: a conversation that outlasted that would be held twice.
"""

from __future__ import annotations

import io
import smtplib
import socket
import ssl
from time import monotonic
from typing import Any


class Exchange(smtplib.SMTP):
    """`each`: seconds to wait for each answer; the answer to the mail itself may take as long as there is, since who
    asks again sends it again. `whole`: seconds for everything, from connecting to that answer. `context`: for TLS
    from the first byte.
    """

    def __init__(
        self, host: str, port: int, *, each: float, whole: float, context: ssl.SSLContext | None = None
    ) -> None:
        self._until = monotonic() + whole
        self._each = each
        self._context = context
        super().__init__(host, port, local_hostname=socket.gethostname(), timeout=each)

    def seconds(self) -> float:
        """How long the next step may take; TimeoutError where there is no time left."""
        left = self._until - monotonic()
        if left <= 0:
            raise TimeoutError("timed out")
        return min(left, self._each)

    def data(self, msg: Any) -> tuple[int, bytes]:
        each, self._each = self._each, float("inf")
        try:
            return super().data(msg)
        finally:
            self._each = each

    def send(self, s: Any) -> None:
        self._set_limit()
        super().send(s)

    def getreply(self) -> tuple[int, bytes]:
        if self.file is None:
            self.file = io.BufferedReader(_Received(self))
        answer = super().getreply()
        self._set_limit()  # for the handshake that STARTTLS begins now
        return answer

    def _set_limit(self) -> None:
        if self.sock:
            self.sock.settimeout(self.seconds())

    def _get_socket(self, host: str, port: int, _timeout: float) -> socket.socket:
        """What the library connects by: each address of the server in turn, all of them in the time that there is."""
        places = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        for last, (*_, place) in enumerate(places, 1 - len(places)):
            try:
                found = socket.create_connection((str(place[0]), place[1]), self.seconds())
            except OSError:
                if last == 0:
                    raise
            else:
                return self._wrapped(found, host)
        raise OSError(f"{host} has no address")

    def _wrapped(self, found: socket.socket, host: str) -> socket.socket:
        if self._context is None:
            return found
        try:
            found.settimeout(self.seconds())
            return self._context.wrap_socket(found, server_hostname=host)
        except OSError:
            found.close()
            raise


class _Received(io.RawIOBase):
    """What the server says, each byte of it in the time that there is."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        sock = self._exchange.sock
        if sock is None:
            return 0
        sock.settimeout(self._exchange.seconds())
        return sock.recv_into(buffer)
