"""A client that posts to addresses on the public internet only, unless private ones are allowed.

The address is vetted between resolving and connecting, and it is that very address which is connected to, so that a
name that resolves anew gains nothing.
"""

from __future__ import annotations

import socket
from collections.abc import Iterable

import httpcore
import httpx

from storydelta.addresses import is_public


def build_poster(*, allow_private: bool, timeout: float) -> httpx.Client:
    """A client that follows no redirect and reads no proxy or password from the environment. Close it when done."""
    transport = httpx.HTTPTransport(trust_env=False)
    # httpx has no public way to hand in a network backend; the pool is the one place where it is read.
    transport._pool = httpcore.ConnectionPool(  # noqa: SLF001
        ssl_context=httpx.create_ssl_context(trust_env=False),
        network_backend=VettingBackend(allow_private=allow_private),
    )
    return httpx.Client(transport=transport, timeout=timeout, follow_redirects=False, trust_env=False)


class VettingBackend(httpcore.NetworkBackend):
    """Connects to the first address of a name that may be connected to; refuses names that have none."""

    def __init__(self, *, allow_private: bool) -> None:
        self._allow_private = allow_private
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        addresses = _resolve(host, port)
        allowed = [address for address in addresses if self._allow_private or is_public(address)]
        if not allowed:
            raise httpcore.ConnectError(
                f"{host} leads to {addresses[0]}, which is not on the public internet"
            )
        for last, address in enumerate(allowed, 1 - len(allowed)):
            try:
                return self._inner.connect_tcp(address, port, timeout, local_address, socket_options)
            except httpcore.ConnectError:
                if last == 0:
                    raise
        raise AssertionError(host)  # the loop returns or raises


def _resolve(host: str, port: int) -> list[str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as problem:
        reason = getattr(problem, "strerror", None) or "not a host name"
        raise httpcore.ConnectError(f"{host} cannot be resolved ({reason})") from problem
    return list(dict.fromkeys(str(address[0]) for *_, address in found))
