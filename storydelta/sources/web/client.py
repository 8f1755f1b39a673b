"""The HTTP client of the house: it connects to vetted addresses only, and to each host a little at a time.

The address is vetted between resolving and connecting, and it is that very address which is connected to. So a name
that resolves anew to another address gains nothing, nor does a redirect, nor an odd spelling of 127.0.0.1.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from importlib.metadata import version
from typing import Any, Self

import httpcore
import httpx

from storydelta.addresses import is_public
from storydelta.errors import StorydeltaError
from storydelta.sources.web.body import ENCODINGS
from storydelta.sources.web.turns import Turns, shared_turns

ROBOT = "Storydelta"
"""The name by which robots.txt files call the program."""


Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""The addresses that a host name leads to, for a port."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """How the web is visited, in plain values. Times are in seconds.

    `contact` is an address at which publishers can reach whoever runs this; it goes into the user agent.
    `allow_private` switches the vetting of addresses off, for local work. `proxy` is the address of an HTTP proxy
    ("http://user:password@proxy.example:3128"), which then resolves names itself. `headers` are more headers, by
    host: they go to that very host and to no other, also when it redirects.
    """

    contact: str = ""
    allow_private: bool = False
    proxy: str = ""
    headers: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    connect: float = 10
    read: float = 20
    per_host: int = 2
    spacing: float = 1
    connections: int = 50

    @property
    def user_agent(self) -> str:
        return f"{ROBOT}/{version('storydelta')} ({self.contact or 'news monitor'})"


def build_client(
    manners: Manners,
    *,
    resolve: Resolve | None = None,
    allows: Callable[[str], bool] = is_public,
    turns: Turns | None = None,
    trusted: ssl.SSLContext | None = None,
) -> httpx.AsyncClient:
    """A client to visit the web with. It follows no redirect by itself, keeps no cookies, and reads no proxy or
    password from the environment. `resolve` stands in for the system's resolver, `allows` for the judgement of the
    addresses that it gives, `turns` for those that all clients of this process share, `trusted` for the usual authorities. Close it when done.
    """
    _check_proxy(manners.proxy)
    allows = _any_address if manners.allow_private else allows
    backend = VettingBackend(resolve or resolve_by_system, allows)
    trusted = trusted or _trusted()
    inner = _through_proxy(manners, trusted) if manners.proxy else _direct(manners, backend, trusted)
    return httpx.AsyncClient(
        transport=PoliteTransport(inner=inner, manners=manners, turns=turns or shared_turns()),
        headers={
            "User-Agent": manners.user_agent,
            "Accept-Encoding": ", ".join(ENCODINGS),
            "Accept-Language": "en",
        },
        timeout=httpx.Timeout(manners.read, connect=manners.connect, pool=None),
        follow_redirects=False,
        trust_env=False,
    )


def _direct(manners: Manners, backend: VettingBackend, trusted: ssl.SSLContext) -> httpx.AsyncHTTPTransport:
    transport = httpx.AsyncHTTPTransport(verify=trusted, trust_env=False)
    # httpx has no public way to hand in a network backend; the pool is the one place where it is read.
    transport._pool = _Pools(manners, backend, trusted)  # type: ignore[assignment]  # noqa: SLF001
    return transport


class _Pools:
    """A pool of connections for each host: one for all looks through all its connections with every request."""

    def __init__(
        self, manners: Manners, backend: httpcore.AsyncNetworkBackend, trusted: ssl.SSLContext
    ) -> None:
        self._manners, self._backend, self._trusted = manners, backend, trusted
        self._pools: dict[bytes, httpcore.AsyncConnectionPool] = {}
        self._starting: Counter[bytes] = Counter()

    async def handle_async_request(self, request: httpcore.Request) -> httpcore.Response:
        host = request.url.host
        pool = self._pools.pop(host, None) or self._made()
        self._pools[host] = pool  # the ones used last stand last
        self._starting[host] += 1
        try:
            if len(self._pools) > self._manners.connections:
                await self._close_idle()
            return await pool.handle_async_request(request)
        finally:
            self._starting[host] -= 1

    def _made(self) -> httpcore.AsyncConnectionPool:
        return httpcore.AsyncConnectionPool(
            ssl_context=self._trusted,
            max_connections=self._manners.per_host,
            keepalive_expiry=5,
            http2=True,
            network_backend=self._backend,
        )

    async def _close_idle(self) -> None:
        """Closes the pool that was not used for longest, if nobody uses it now."""
        for host, pool in list(self._pools.items()):
            if not self._starting[host] and all(connection.is_idle() for connection in pool.connections):
                await self._pools.pop(host).aclose()
                return

    async def aclose(self) -> None:
        for pool in self._pools.values():
            await pool.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()


@cache
def _trusted() -> ssl.SSLContext:
    """The authorities that are trusted; a tenth of a second to load, and the same for every client."""
    return httpx.create_ssl_context(trust_env=False)


def _check_proxy(address: str) -> None:
    """Refuses what is no address of a proxy that is understood; a password in it is not repeated."""
    scheme, _, rest = address.partition("://")
    if address and (scheme not in ("http", "https") or not rest):
        named = f"one of kind {scheme[:20]!r}" if rest else "an address without a scheme"
        raise StorydeltaError(
            f"STORYDELTA_PROXY: {named} cannot be used; write the address of an HTTP proxy, like 'http://proxy.example:3128'"
        )


def _through_proxy(manners: Manners, trusted: ssl.SSLContext) -> httpx.AsyncHTTPTransport:
    limits = httpx.Limits(max_connections=manners.connections, keepalive_expiry=5)
    return httpx.AsyncHTTPTransport(
        verify=trusted, trust_env=False, http2=True, limits=limits, proxy=httpx.Proxy(manners.proxy)
    )


class VettingBackend(httpcore.AsyncNetworkBackend):
    """Connects to the first address of a name that is allowed; refuses names that have none."""

    def __init__(self, resolve: Resolve, allows: Callable[[str], bool]) -> None:
        self._resolve = resolve
        self._allows = allows
        self._inner = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 (the interface of httpcore)
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        addresses = await self._resolve(host, port)
        allowed = [address for address in addresses if self._allows(address)]
        if not allowed:
            there = addresses[0] if addresses else "nowhere"
            raise httpcore.ConnectError(f"{host} leads to {there}, which is not on the public internet")
        for last, address in enumerate(allowed, 1 - len(allowed)):
            try:
                return await self._inner.connect_tcp(address, port, timeout, local_address, socket_options)
            except httpcore.ConnectError:
                if last == 0:
                    raise
        raise AssertionError(host)  # the loop returns or raises

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ARG002, ASYNC109 (the interface of httpcore)
        socket_options: Iterable[Any] | None = None,  # noqa: ARG002 (likewise)
    ) -> httpcore.AsyncNetworkStream:
        raise httpcore.ConnectError(f"{path}: sockets of this machine are not visited")

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


async def resolve_by_system(host: str, port: int) -> Sequence[str]:
    """What the system's resolver says. Raises `httpcore.ConnectError`."""
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as problem:
        reason = getattr(problem, "strerror", None) or "not a host name"
        raise httpcore.ConnectError(f"{host} cannot be resolved ({reason})") from problem
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


@dataclass(slots=True, kw_only=True)
class PoliteTransport(httpx.AsyncBaseTransport):
    """At most `per_host` exchanges with one host at once, begun at least `spacing` seconds apart, or further where
    the request's extension `spacing` says so. Its extension `begins` is called when the wait for a turn is over.
    """

    inner: httpx.AsyncBaseTransport
    manners: Manners
    turns: Turns
    _spacing: dict[str, float] = field(default_factory=dict)
    _places: asyncio.Semaphore = field(init=False)

    def __post_init__(self) -> None:
        self._places = asyncio.Semaphore(
            self.manners.connections
        )  # the pool's own queue costs its length squared

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        name, manners = request.url.host, self.manners
        asked = request.extensions.get("spacing") or 0
        spacing = self._spacing[name] = max(self._spacing.get(name, manners.spacing), asked)
        turn = await self.turns.take(name, manners.per_host, spacing)
        try:
            await self._places.acquire()
        except BaseException:
            self.turns.leave(name, turn)
            raise
        leave = partial(self._leave, name, turn)
        try:
            request.extensions.get("begins", _nothing)()
            if manners.proxy and not manners.allow_private:
                _refuse_numeric(name)
            request.headers.update(manners.headers.get(name, {}))
            response = await self.inner.handle_async_request(request)
        except BaseException:
            leave()
            raise
        assert isinstance(response.stream, httpx.AsyncByteStream)
        response.stream = _Released(response.stream, leave)
        return response

    def _leave(self, name: str, turn: int) -> None:
        self._places.release()
        self.turns.leave(name, turn)

    async def aclose(self) -> None:
        await self.inner.aclose()


def _any_address(_: str) -> bool:
    return True


def _nothing() -> None:
    """What happens at the begin of an exchange that nobody waits for."""


def _refuse_numeric(host: str) -> None:
    """Refuses, however it is spelt, an address inside a network that a proxy would connect to on our behalf."""
    try:
        found = socket.getaddrinfo(host.strip("[]"), None, flags=socket.AI_NUMERICHOST)
    except (OSError, UnicodeError):
        found = []
    if host == "localhost" or any(not is_public(str(address[0])) for *_, address in found):
        raise httpx.ConnectError(f"{host} is not on the public internet")


class _Released(httpx.AsyncByteStream):
    """A body whose end frees the host for the next exchange."""

    def __init__(self, inner: httpx.AsyncByteStream, release: Callable[[], None]) -> None:
        self._inner = inner
        self._release: Callable[[], None] | None = release

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._inner:
            yield chunk

    async def aclose(self) -> None:
        release, self._release = self._release, None
        try:
            await self._inner.aclose()
        finally:
            if release:
                release()
