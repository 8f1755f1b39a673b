"""A response's body, decompressed, within bounds: what is too large is given up before it is held in memory."""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator

import httpx

from storydelta.errors import SourceError

_GZIP_OR_ZLIB = zlib.MAX_WBITS | 32
_BARE_DEFLATE = -zlib.MAX_WBITS
_ENCODINGS = {"gzip": _GZIP_OR_ZLIB, "x-gzip": _GZIP_OR_ZLIB, "deflate": _GZIP_OR_ZLIB}


async def read_body(response: httpx.Response, limit: int) -> bytes:
    """The decoded body. Raises `SourceError` where it is larger than `limit`, cut short, or in an encoding that
    was not asked for.
    """
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if encoding in ("", "identity"):
        return await _gather(response.aiter_raw(), limit)
    if encoding not in _ENCODINGS:
        raise SourceError(f"its answer is encoded as {encoding[:40]!r}, which was not asked for")
    packed = await _gather(response.aiter_raw(), limit)  # packed it is smaller, or it is a trick
    try:
        return _unpacked(packed, _ENCODINGS[encoding], limit)
    except zlib.error:
        if encoding != "deflate":
            raise SourceError("its answer is not compressed as it says") from None
    try:
        return _unpacked(packed, _BARE_DEFLATE, limit)
    except zlib.error:
        raise SourceError("its answer is not compressed as it says") from None


async def _gather(chunks: AsyncIterator[bytes], limit: int) -> bytes:
    body = bytearray()
    async for chunk in chunks:
        body += chunk
        if len(body) > limit:
            raise SourceError(f"its answer is larger than {limit:,} bytes")
    return bytes(body)


def _unpacked(packed: bytes, wbits: int, limit: int) -> bytes:
    """Decompressed, member after member, never more than one byte above the limit."""
    body = b""
    while packed:
        decompressor = zlib.decompressobj(wbits)
        body += decompressor.decompress(packed, limit + 1 - len(body))
        if len(body) > limit:
            raise SourceError(f"its answer is larger than {limit:,} bytes once decompressed")
        if not decompressor.eof:
            raise SourceError("its answer is cut short")
        packed = decompressor.unused_data
    return body
