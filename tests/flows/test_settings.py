from pathlib import Path

import pytest

from flows.settings import describe_settings, read_settings
from storydelta.errors import StorydeltaError

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_the_documentation_lists_every_setting_as_it_is():
    assert describe_settings() in (DOCS / "settings.md").read_text()


def test_the_password_does_not_show_where_settings_are_printed(monkeypatch):
    monkeypatch.setenv("STORYDELTA_SMTP_PASSWORD", "correct horse")
    assert "correct horse" not in repr(read_settings())


def test_a_variable_that_is_wrong_is_named(monkeypatch):
    monkeypatch.setenv("STORYDELTA_SMTP_SECURITY", "maybe")
    with pytest.raises(StorydeltaError, match="STORYDELTA_SMTP_SECURITY"):
        read_settings()


def test_folders_of_stories_are_separated_as_in_path(monkeypatch):
    monkeypatch.setenv("STORYDELTA_STORIES", "stories:/srv/stories")
    assert read_settings().stories == (Path("stories"), Path("/srv/stories"))


def test_headers_that_are_no_json_are_named(monkeypatch):
    monkeypatch.setenv("STORYDELTA_HEADERS", "Authorization: secret")
    with pytest.raises(StorydeltaError, match="STORYDELTA_HEADERS"):
        read_settings()
