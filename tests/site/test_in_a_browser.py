"""The pages in a real Chromium, as axe sees them: light and dark, as narrow as a phone and wide."""

from __future__ import annotations

import shutil
from importlib.resources import files
from pathlib import Path

import pytest

from flows.write_site import write_site
from storage.store import open_store
from storydelta.claims import KINDS
from storydelta.render import render
from tests.digest.samples import STORY, crocus_digest, crocus_runs
from tests.site.check_pages import look_at
from tests.site.pages import publish, with_text

AXE = Path(str(files("axe_core_python") / "axe.min.js"))
BROWSER = shutil.which("chromium") or ""

pytestmark = pytest.mark.skipif(not BROWSER, reason="there is no chromium; .ci/run installs it")


def looks(page):
    return [
        f"{page.name}{complaint}"
        for dark in (False, True)
        for complaint in look_at(page, AXE, BROWSER, dark=dark)
    ]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("browser")
    with open_store(f"sqlite:///{folder / 'store.sqlite3'}", kinds=KINDS) as store:
        for readings in crocus_runs():
            publish(store, [with_text(reading) for reading in readings])
        write_site(store, [STORY], folder / "site")
    return folder / "site"


def test_axe_finds_nothing_in_a_digest(tmp_path):
    page = tmp_path / "digest.html"
    page.write_text(render(crocus_digest()).html, "utf-8")
    assert looks(page) == []


@pytest.mark.parametrize("pattern", ["index.html", "*/index.html", "*/documents/*.html"])
def test_axe_finds_nothing_in_a_page_of_the_site(site, pattern):
    assert looks(min(site.glob(pattern))) == []


def test_axe_finds_what_is_wrong_at_each_width(tmp_path):
    page = tmp_path / "wrong.html"
    page.write_text(
        "<!doctype html><html><head><title>x</title><style>p {color: #ddd; background: #fff}</style></head>"
        "<body><img src='a.png'><p>pale</p><p style='width: 400px'>wide</p></body></html>"
    )
    found = {complaint.partition(": <")[0] for complaint in look_at(page, AXE, BROWSER, dark=False)}
    for width in (320, 1200):
        assert any(complaint.startswith(f" at {width}: image-alt") for complaint in found)
        assert any(complaint.startswith(f" at {width}: color-contrast") for complaint in found)
    assert any(complaint.startswith(" at 320: needs") for complaint in found)
    assert not any(complaint.startswith(" at 1200: needs") for complaint in found)
