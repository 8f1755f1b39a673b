from pathlib import Path

import pytest

from storydelta.sources import SOURCES, Limits
from storydelta.sources.web import follow, following, pages, visit, xmlguard

PAGE = (Path(__file__).parents[2] / "docs" / "sources.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", SOURCES, ids=lambda kind: kind.name)
def test_each_kind_of_source_is_documented(kind):
    assert f"\n## {kind.name}\n" in PAGE


def test_the_bounds_and_intervals_are_those_of_the_program():
    limits = Limits()
    assert f"| {limits.document_bytes // 10**6} MB |" in PAGE
    assert f"| {limits.seconds:.0f} s |" in PAGE
    assert f"at most {limits.followed} in one fetch" in PAGE
    assert f"| {xmlguard.MOST_ENTRIES:,}, of which" in PAGE
    assert f"| {pages._MOST_LINKS:,} read" in PAGE
    assert f"| {follow._MOST_TRACKS:,} |" in PAGE
    assert visit.FULL_EVERY.total_seconds() == 6 * 3600
    assert "Every six hours" in PAGE
    assert following.FIRST_AGAIN.total_seconds() == 15 * 60
    assert "after 15 minutes" in PAGE
