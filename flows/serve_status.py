"""A small web server beside a service: its status, its metrics and the digests that it wrote. It changes nothing."""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from threading import Thread
from typing import Any, BinaryIO

from flows.serve_stories import Service
from flows.show_status import describe, to_metrics, to_page
from storydelta.errors import StorydeltaError

_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


@contextmanager
def serve_status(service: Service, host: str, port: int) -> Iterator[str]:
    """The address at which the status can be seen, as long as the block lasts. StorydeltaError where it is taken."""
    folder = service.house.settings.home / "digests"
    try:
        server = ThreadingHTTPServer((host, port), partial(_Handler, service=service, folder=folder))
    except OSError as problem:
        raise StorydeltaError(
            f"{host}:{port} cannot be listened on ({problem.strerror or problem}): name another with --listen"
        ) from problem
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, name="status", daemon=True)
    thread.start()
    try:
        yield f"http://{host}:{server.server_address[1]}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(SimpleHTTPRequestHandler):
    server_version, sys_version = "storydelta", ""
    timeout = 30  # seconds that a client may take to ask

    def __init__(self, *args: Any, service: Service, folder: Path, **kwargs: Any) -> None:
        self._service = service
        super().__init__(*args, directory=str(folder), **kwargs)

    def send_head(self) -> BytesIO | BinaryIO | None:
        """What is at the path, its headers sent."""
        if not self._is_for_us():
            self.send_error(HTTPStatus.MISDIRECTED_REQUEST, "this server goes by another name")
            return None
        path = self.path.partition("?")[0]
        if path == "/":
            return self._send("text/html; charset=utf-8", to_page(describe(self._service)))
        if path == "/health":
            told = describe(self._service)
            status = HTTPStatus.SERVICE_UNAVAILABLE if told["status"] == "failing" else HTTPStatus.OK
            return self._send("application/json", json.dumps(told, ensure_ascii=False), status)
        if path == "/metrics":
            return self._send("text/plain; version=0.0.4; charset=utf-8", to_metrics(describe(self._service)))
        if path.startswith("/digests/"):
            self.path = self.path.removeprefix("/digests")
            return super().send_head()
        self.send_error(HTTPStatus.NOT_FOUND)
        return None

    def _send(self, media_type: str, text: str, status: HTTPStatus = HTTPStatus.OK) -> BytesIO:
        content = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        return BytesIO(content)

    def _is_for_us(self) -> bool:
        """A page of another site could ask a server on this machine under a name of its own: on the loopback
        interface only the machine's own names count.
        """
        own = str(self.connection.getsockname()[0])
        if not ipaddress.ip_address(own).is_loopback:
            return True
        name = self.headers.get("Host", "").rsplit(":", 1)[0]
        return name in ("localhost", own, f"[{own}]")

    def end_headers(self) -> None:
        for name, value in _HEADERS.items():
            self.send_header(name, value)
        super().end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class calls it so
        """Nothing: requests are not news."""
