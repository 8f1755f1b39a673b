"""A server on loopback that answers with whatever bytes a test wants, and a client that may talk to it."""

import asyncio
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from storydelta.sources.web.client import Manners, build_client

NOW = datetime(2024, 3, 27, 12, tzinfo=UTC)
LOCAL = Manners(allow_private=True, spacing=0)


def answer(body=b"", status="200 OK", **headers):
    fields = {"Content-Length": str(len(body)), "Connection": "close"} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items() if value is not None)
    return f"HTTP/1.1 {status}\r\n{lines}\r\n".encode() + body


class Server:
    """`replies`: by path, or "*" for every other, bytes or an asynchronous function of the writer and the request's
    lines.
    """

    def __init__(self):
        self.replies = {}
        self.requests = []
        self.url = ""
        self.port = 0

    async def handle(self, reader, writer):
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode().splitlines()
            self.requests.append(head)
            path = head[0].split()[1]
            reply = self.replies[path] if path in self.replies else self.replies["*"]
            if isinstance(reply, bytes):
                writer.write(reply)
                await writer.drain()
            else:
                await reply(writer, head)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    def headers(self, number=-1):
        return {
            line.partition(": ")[0].lower(): line.partition(": ")[2]
            for line in self.requests[number][1:]
            if line
        }


@asynccontextmanager
async def serving(server, manners=LOCAL):
    listener = await asyncio.start_server(server.handle, "127.0.0.1", server.port)
    server.port = listener.sockets[0].getsockname()[1]  # and the same when it serves again
    server.url = f"http://127.0.0.1:{server.port}"
    async with build_client(manners) as client:
        try:
            yield client
        finally:
            listener.close()
