"""A response's body, decompressed, within bounds: what is too large is given up before it is held in memory."""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator

import brotli  # type: ignore[import-untyped]  # it comes without types
import httpx
import zstandard

from storydelta.errors import SourceError

_GZIP_OR_ZLIB = zlib.MAX_WBITS | 32
_BARE_DEFLATE = -zlib.MAX_WBITS
_BROKEN = (zlib.error, brotli.error, zstandard.ZstdError)
_LARGEST_WINDOW = 8 * 2**20  # as RFC 8878 asks for on the web (RFC 9659)
_FED_AT_ONCE = 64  # so little can unpack to almost three megabytes
ENCODINGS = ("gzip", "deflate", "br", "zstd")


async def read_body(response: httpx.Response, limit: int) -> bytes:
    """The decoded body. Raises `SourceError` where it is larger than `limit`, cut short, or in an encoding that
    was not asked for.
    """
    encoding = response.headers.get("content-encoding", "identity").strip().lower().removeprefix("x-")
    if encoding not in ("", "identity", *ENCODINGS):
        raise SourceError(f"its answer is encoded as {encoding[:40]!r}, which was not asked for")
    packed = await _gather(response.aiter_raw(), limit)  # packed it is smaller, or it is a trick
    if encoding in ("", "identity"):
        return packed
    try:
        body = _unpacked(packed, encoding, limit + 1)
    except _BROKEN:
        raise SourceError("its answer is not compressed as it says") from None
    if len(body) > limit:
        raise SourceError(f"its answer is larger than {limit:,} bytes once decompressed")
    return body


async def _gather(chunks: AsyncIterator[bytes], limit: int) -> bytes:
    body = bytearray()
    async for chunk in chunks:
        body += chunk
        if len(body) > limit:
            raise SourceError(f"its answer is larger than {limit:,} bytes")
    return bytes(body)


def _unpacked(packed: bytes, encoding: str, most: int) -> bytes:
    """Decompressed, but never much more than `most` bytes of it."""
    if encoding == "br":
        return _unpacked_brotli(packed, most)
    if encoding == "zstd":
        return _unpacked_zstd(packed, most)
    try:
        return _unpacked_zlib(packed, _GZIP_OR_ZLIB, most)
    except zlib.error:
        if encoding != "deflate":
            raise
        return _unpacked_zlib(packed, _BARE_DEFLATE, most)


def _unpacked_zlib(packed: bytes, wbits: int, most: int) -> bytes:
    """Decompressed, member after member."""
    body = b""
    while packed and len(body) < most:
        decompressor = zlib.decompressobj(wbits)
        body += decompressor.decompress(packed, most - len(body))
        if not decompressor.eof and len(body) < most:
            raise SourceError("its answer is cut short")
        packed = decompressor.unused_data
    return body


def _unpacked_zstd(packed: bytes, most: int) -> bytes:
    """Decompressed, frame after frame. The library's reader takes a frame that was cut short for an empty one; the
    object for one frame knows whether it saw the end, and may be fed little by little, so that a bomb stays small.
    """
    body = bytearray()
    while packed and len(body) < most:
        frame = zstandard.ZstdDecompressor(max_window_size=_LARGEST_WINDOW).decompressobj()
        for at in range(0, len(packed), _FED_AT_ONCE):
            body += frame.decompress(packed[at : at + _FED_AT_ONCE])
            if frame.eof or len(body) >= most:
                packed = frame.unused_data + packed[at + _FED_AT_ONCE :]
                break
        else:
            raise SourceError("its answer is cut short")
    return bytes(body)


def _unpacked_brotli(packed: bytes, most: int) -> bytes:
    decompressor = brotli.Decompressor()
    body: bytes = decompressor.process(packed, output_buffer_limit=most)
    while len(body) < most and not decompressor.is_finished():
        more: bytes = decompressor.process(b"", output_buffer_limit=most - len(body))
        if not more:
            raise SourceError("its answer is cut short")
        body += more
    return body
