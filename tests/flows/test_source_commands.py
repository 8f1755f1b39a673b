import json
import threading
from datetime import timedelta
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.flows.conftest import NOON

ARTICLE = """<html><head><title>Store fire</title><meta name="author" content="By Ann Lee">
<meta property="og:site_name" content="The Examiner"><meta property="article:published_time" content="2024-03-02T10:00:00Z">
</head><body><article><h1>Store fire</h1><p>At least 12 people were killed at the harbour, police said on Saturday morning.</p>
</article></body></html>"""
FEED = """<rss xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Courier</title><item><title>Store fire</title>
<link>/story.html</link><dc:creator>Bo Ray</dc:creator><pubDate>Sat, 02 Mar 2024 10:00:00 GMT</pubDate>
<description>A fire.</description></item></channel></rss>"""


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture
def site(tmp_path, monkeypatch):
    """The address of a site with an article and a feed that points to it."""
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "story.html").write_text(ARTICLE)
    (folder / "rss.xml").write_text(FEED)
    monkeypatch.setenv("STORYDELTA_ALLOW_PRIVATE", "1")
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder)) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(("path", "publisher"), [("/story.html", "The Examiner"), ("/rss.xml", "Courier")])
def test_a_source_is_tried_and_its_documents_are_shown_with_who_wrote_them_and_their_claims(
    call, site, path, publisher
):
    result = call("source", "test", site + path)
    assert result.exit_code == 0, result.stderr
    assert "killed" in result.stdout
    for fact in (f"publisher: {publisher}", "author: Ann Lee", "published: 2024-03-02 10:00 UTC"):
        assert fact in result.stdout


def test_a_file_of_json_lines_is_tried_too(call, home):
    line = {
        "url": "https://x.example/1",
        "text": "Twelve people were killed.",
        "published_at": "2024-03-02",
        "author": "Ann Lee",
    }
    (home / "some.jsonl").write_text(json.dumps(line))
    result = call("source", "test", home / "some.jsonl")
    assert "author: Ann Lee" in result.stdout
    assert "publisher: not stated" in result.stdout


def test_an_address_with_nothing_to_read_is_said_so(call, site):
    result = call("source", "test", f"{site}/nothing.html")
    assert result.exit_code == 1
    assert "answered 404" in result.stderr


def test_the_health_of_sources_is_told_from_the_last_success_to_the_last_change(
    call, run, write, house, home
):
    def told():
        (shown,) = json.loads(call("sources", "harbour-blast", "--json").stdout)
        return shown["state"], shown["succeeded_at"], shown["changed_at"]

    later = NOON + timedelta(hours=1)
    assert told() == ("never visited", None, None)
    write("a", "Twelve people were killed in the blast at the harbour.")
    run()
    run(later)
    assert told() == ("stale", later.isoformat(), NOON.isoformat())  # nobody came for years
    run(house.clock())
    assert told()[0] == "ok"
    assert "ago" in call("sources", "harbour-blast").stdout
    (home / "stories" / "documents" / "a.txt").unlink()
    (home / "stories" / "documents").rmdir()
    run(house.clock())
    assert told()[0] == "failing"
    for _ in range(2):
        run(house.clock())
    assert told()[0] == "down"
    assert told()[2] == NOON.isoformat()
