import asyncio
import json
from datetime import UTC, datetime

import pytest

from storydelta.errors import SourceError
from storydelta.sources import Context, Limits, fetch_source
from storydelta.story import SourceEntry

NOW = datetime(2024, 3, 27, tzinfo=UTC)
ENTRY = SourceEntry.model_validate({"kind": "jsonl", "path": "docs.jsonl", "publisher": "Wire"})


def fetched(folder, limits=None, entry=ENTRY):
    return asyncio.run(fetch_source(entry, {}, Context(base=folder, now=NOW, limits=limits or Limits())))


def write(folder, *rows):
    text = "\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows)
    (folder / "docs.jsonl").write_text(text)


def test_lines_of_one_url_are_revisions_in_the_order_of_their_dates(tmp_path):
    write(
        tmp_path,
        {"url": "https://example.org/1", "text": "133 dead", "published_at": "2024-03-24"},
        {
            "url": "https://example.org/1",
            "text": "115 dead",
            "published_at": "2024-03-23",
            "publisher": "Other",
        },
    )
    found = fetched(tmp_path)
    assert [(item.text, item.publisher) for item in found.items] == [
        ("115 dead", "Other"),
        ("133 dead", "Wire"),
    ]
    assert found.problems == ()


def test_a_broken_line_is_a_problem_with_its_number_and_the_others_go_on(tmp_path):
    write(tmp_path, "{", {"text": "x", "published_at": "2024-03-24", "id": "a"}, {"text": "undated"})
    found = fetched(tmp_path)
    assert [item.url for item in found.items] == ["id:a"]
    assert [problem.document for problem in found.problems] == ["docs.jsonl:1", "docs.jsonl:3"]
    assert "docs.jsonl, line 3: no published_at" in str(found.problems[1])


def test_a_missing_or_oversized_file_is_a_source_error_that_names_the_source(tmp_path):
    with pytest.raises(SourceError, match=r"source jsonl:docs.jsonl: .*there is no such file"):
        fetched(tmp_path)
    write(tmp_path, {"text": "x" * 100, "published_at": "2024-03-24"})
    with pytest.raises(SourceError, match="larger than 50 bytes"):
        fetched(tmp_path, Limits(source_bytes=50))
    write(tmp_path, *({"id": str(n), "text": "x", "published_at": "2024-03-24"} for n in range(3)))
    with pytest.raises(SourceError, match="more than 2 documents"):
        fetched(tmp_path, Limits(documents=2))
