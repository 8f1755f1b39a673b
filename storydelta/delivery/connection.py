"""A client that posts to addresses on the public internet only, unless private ones are allowed.

The address is vetted between resolving and connecting, and it is that very address which is connected to, so that a
name that resolves anew gains nothing.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterable
from time import monotonic
from typing import Any

import httpcore
import httpx

from storydelta.addresses import is_public


def build_poster(*, allow_private: bool, timeout: float) -> httpx.Client:
    """A client that follows no redirect and reads no proxy or password from the environment. Close it when done.

    `timeout`: seconds for a whole post, from connecting to the answer, however slowly the bytes come.
    """
    transport = httpx.HTTPTransport(trust_env=False)
    # httpx has no public way to hand in a network backend; the pool is the one place where it is read.
    transport._pool = httpcore.ConnectionPool(  # noqa: SLF001
        ssl_context=httpx.create_ssl_context(trust_env=False),
        network_backend=VettingBackend(allow_private=allow_private, seconds=timeout),
    )
    return httpx.Client(transport=transport, timeout=timeout, follow_redirects=False, trust_env=False)


class VettingBackend(httpcore.NetworkBackend):
    """Connects to the first address of a name that may be connected to; refuses names that have none. A connection
    lasts so many `seconds`.
    """

    def __init__(self, *, allow_private: bool, seconds: float) -> None:
        self._allow_private = allow_private
        self._seconds = seconds
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        until = monotonic() + self._seconds
        addresses = _resolve(host, port)
        allowed = [address for address in addresses if self._allow_private or is_public(address)]
        if not allowed:
            raise httpcore.ConnectError(
                f"{host} leads to {addresses[0]}, which is not on the public internet"
            )
        for last, address in enumerate(allowed, 1 - len(allowed)):
            try:
                limit = _left(until, timeout)
                found = self._inner.connect_tcp(address, port, limit, local_address, socket_options)
                return _Bounded(found, until)
            except httpcore.ConnectError:
                if last == 0:
                    raise
        raise AssertionError(host)  # the loop returns or raises


class _Bounded(httpcore.NetworkStream):
    """A connection that ends at a moment: a peer that sends a byte now and then holds nobody up."""

    def __init__(self, inner: httpcore.NetworkStream, until: float) -> None:
        self._inner, self._until = inner, until

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, _left(self._until, timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, _left(self._until, timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        limit = _left(self._until, timeout)
        return _Bounded(self._inner.start_tls(ssl_context, server_hostname, limit), self._until)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


def _left(until: float, timeout: float | None) -> float:
    """The seconds that an operation may take."""
    left = until - monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout("the answer did not come in time")
    return left if timeout is None else min(left, timeout)


def _resolve(host: str, port: int) -> list[str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as problem:
        reason = getattr(problem, "strerror", None) or "not a host name"
        raise httpcore.ConnectError(f"{host} cannot be resolved ({reason})") from problem
    return list(dict.fromkeys(str(address[0]) for *_, address in found))
