import asyncio
import json
import os
from datetime import UTC, datetime

import pytest

from storydelta.errors import SourceError
from storydelta.sources import Context, Limits, fetch_source
from storydelta.story import SourceEntry

NOW = datetime(2024, 3, 27, tzinfo=UTC)
HEAD = "url: https://example.org/1\ntitle: Toll at 115\npublisher: Wire\npublished: 2024-03-23T09:30:00Z\n\n"


def fetched(folder, limits=None, **options):
    entry = SourceEntry.model_validate({"kind": "folder", "path": "inbox", **options})
    return asyncio.run(fetch_source(entry, {}, Context(base=folder, now=NOW, limits=limits or Limits())))


@pytest.fixture
def inbox(tmp_path):
    (tmp_path / "inbox").mkdir()
    return tmp_path / "inbox"


def put(inbox, name, content):
    (inbox / name).parent.mkdir(exist_ok=True)
    (inbox / name).write_bytes(content.encode() if isinstance(content, str) else content)


def test_a_file_gives_what_its_head_says_and_exactly_the_text_below(inbox):
    put(inbox, "a.txt", HEAD + "The toll rose to 115.\n\n  Advertisment\n\nMore “text”.\n")
    (item,) = fetched(inbox.parent).items
    assert (item.url, item.title, item.publisher) == ("https://example.org/1", "Toll at 115", "Wire")
    assert item.published_at == datetime(2024, 3, 23, 9, 30, tzinfo=UTC)
    assert item.text == "The toll rose to 115.\n\n  Advertisment\n\nMore “text”."


def test_a_text_that_begins_with_a_date_line_needs_no_head(inbox):
    put(inbox, "seed.txt", " date 2024-03-25 Amid tensions, 137 died.\n\nAdvertisment\n\nMore.")
    (item,) = fetched(inbox.parent, publisher="Daily").items
    assert (item.url, item.title, item.publisher) == ("file:inbox/seed.txt", "", "Daily")
    assert item.published_at == datetime(2024, 3, 25, tzinfo=UTC)
    assert item.text == "Amid tensions, 137 died.\n\nAdvertisment\n\nMore."


def test_markdown_takes_its_title_from_the_heading_and_its_head_from_between_rules(inbox):
    put(inbox, "deep/a.md", '---\npublished: 2024-03-25\npublisher: "Wire"\n---\n\n# Toll rises #\n\nTo 139.')
    (item,) = fetched(inbox.parent).items
    assert (item.url, item.title, item.text) == ("file:inbox/deep/a.md", "Toll rises", "To 139.")
    assert item.publisher == "Wire"


def test_a_saved_page_gives_its_article_with_what_it_states(inbox):
    page = """<html><head><meta charset="windows-1252"><title>Ferry</title><link rel="canonical" href="https://example.org/a">
    <meta property="og:site_name" content="Example"><meta property="article:published_time" content="2024-03-23T09:30:00Z">
    </head><body><nav>Home</nav><article><p>A ferry sank off the northern shore – divers have reached its lower deck.</p>
    <p>At least 115 people died, officials said. Families waited at the café on the pier.</p></article></body></html>"""
    put(inbox, "a.html", page.encode("cp1252"))
    put(inbox, "b.htm", page.replace("published_time", "nothing"))
    found = fetched(inbox.parent)
    (item,) = found.items
    assert (item.url, item.title, item.publisher) == ("https://example.org/a", "Ferry", "Example")
    assert item.published_at == datetime(2024, 3, 23, 9, 30, tzinfo=UTC)
    assert item.text.startswith("A ferry sank off the northern shore – divers")
    assert item.text.endswith("at the café on the pier.")
    assert "b.htm: no date" in str(found.problems[0])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252"])
def test_usual_encodings_and_line_ends_give_the_same_text(inbox, encoding):
    put(inbox, "a.txt", "published: 2024-03-25\r\n\r\nCafé “Crocus”\r\nburnt".encode(encoding))
    assert fetched(inbox.parent).items[0].text == "Café “Crocus”\nburnt"


def test_an_edited_file_is_the_same_document_with_another_text_and_its_time_of_modification(inbox):
    put(inbox, "a.txt", HEAD + "115 dead")
    before = fetched(inbox.parent).items[0]
    put(inbox, "a.txt", HEAD.replace("\n\n", "\nmodified: 2024-03-23T14:45:00Z\n\n") + "133 dead")
    after = fetched(inbox.parent).items[0]
    assert (before.url, before.text, after.text) == (after.url, "115 dead", "133 dead")
    assert after.published_at == datetime(2024, 3, 23, 14, 45, tzinfo=UTC)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "b.txt: empty"),
        (" \n\n", "b.txt: empty"),
        (HEAD.replace("title: Toll at 115\n", ""), "b.txt: empty: there is no text after its head"),
        ("Just text about 40 killed.", "b.txt: no date; begin the file with a line like 'published: 2024-03-25T09:30:00Z'"),
        ("title: x\n\nText", "b.txt: no date"),
        ("published: last Friday\n\nText", "published: 'last Friday' is not a date; write one like"),
        ("publised: 2024-03-25\n\nText", "unknown key 'publised' in the head; did you mean 'published'?"),
        ("date: 2024-03-25\n\nText", "unknown key 'date' in the head; did you mean 'published'?"),
        ("title: x\ncolour: red\n\nText", "unknown key 'colour' in the head; known are url, title"),
        ("title: x\nText", "'Text' in the head is not 'key: value'; end the head with a blank line"),
        ("title: x\ntitle: y\n\nText", "'title' stands twice in the head"),
        ("url: ftp://x/y\npublished: 2024-03-25\n\nText", "'ftp://x/y' is no web address"),
        ("url: https://[x/y\npublished: 2024-03-25\n\nText", "is no web address"),
        (b"PK\x03\x04\x00\x00", "not a text file"),
        (b"published: 2024-03-25\n\n\x81\x8d", "not a text file in UTF-8, UTF-16 or Windows-1252"),
        ("published: 2024-03-25\n\n" + "x" * 500, "b.txt: larger than 400 bytes"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_document_is_a_problem_and_the_others_go_on(inbox, content, said):
    put(inbox, "a.txt", HEAD + "Text")
    put(inbox, "b.txt", content)
    found = fetched(inbox.parent, Limits(document_bytes=400))
    assert [item.id for item in found.items] == ["a.txt"]
    (problem,) = found.problems
    assert problem.document == "file:inbox/b.txt"
    assert said in str(problem)


def test_two_files_with_one_url_are_a_problem_that_names_both_and_the_first_is_kept(inbox):
    put(inbox, "a.txt", HEAD + "115 dead")
    put(inbox, "b.txt", HEAD.replace("/1", "/1?utm_source=x") + "133 dead")
    found = fetched(inbox.parent)
    assert [item.text for item in found.items] == ["115 dead"]
    assert str(found.problems[0]).startswith("b.txt: the same url as a.txt, which was kept")


def test_two_files_with_one_url_are_revisions_where_one_says_when_it_was_modified(inbox):
    put(inbox, "a.txt", HEAD.replace("\n\n", "\nmodified: 2024-03-23T14:45:00Z\n\n") + "133 dead")
    put(inbox, "b.txt", HEAD + "115 dead")
    found = fetched(inbox.parent)
    assert [item.text for item in found.items] == ["115 dead", "133 dead"]
    assert found.problems == ()


def test_revisions_are_handed_over_once_so_that_none_looks_like_a_step_back(inbox):
    entry = SourceEntry(kind="folder", path="inbox")
    context = Context(base=inbox.parent, now=NOW)
    put(inbox, "a.txt", HEAD + "115 dead")
    put(inbox, "other.txt", "published: 2024-03-22\n\n60 dead")
    first = asyncio.run(fetch_source(entry, {}, context))
    put(inbox, "b.txt", HEAD.replace("\n\n", "\nmodified: 2024-03-23T14:45:00Z\n\n") + "133 dead")
    second = asyncio.run(fetch_source(entry, first.state, context))
    third = asyncio.run(fetch_source(entry, json.loads(json.dumps(second.state)), context))
    assert [item.text for item in second.items] == ["60 dead", "115 dead", "133 dead"]
    assert [item.text for item in third.items] == ["60 dead"]


def test_nothing_outside_the_folder_is_read(inbox):
    (inbox.parent / "secret.txt").write_text(HEAD + "secret")
    (inbox.parent / "elsewhere").mkdir()
    (inbox.parent / "elsewhere" / "b.txt").write_text(HEAD + "secret")
    (inbox / "a.txt").symlink_to(inbox.parent / "secret.txt")
    (inbox / "below").symlink_to(inbox.parent / "elsewhere")
    (inbox / "loop.txt").symlink_to(inbox / "loop.txt")
    os.mkfifo(inbox / "pipe.txt")
    found = fetched(inbox.parent)
    assert found.items == ()
    assert [str(problem).partition(":")[0] for problem in found.problems] == ["a.txt", "loop.txt", "pipe.txt"]
    assert "leads out of the folder" in str(found.problems[0])


def test_hidden_files_and_other_names_are_left_alone(inbox):
    for name in (".a.txt", ".git/b.txt", "c.docx", "d.txt~"):
        put(inbox, name, "x")
    assert fetched(inbox.parent) == fetched(inbox.parent, files=["*.rst"])
    assert fetched(inbox.parent).problems == ()


def test_a_missing_folder_is_a_source_error_that_names_the_source(tmp_path):
    with pytest.raises(SourceError, match=r"source folder:inbox: .*there is no such folder; correct 'path'"):
        fetched(tmp_path)


def test_a_text_without_a_date_is_dated_as_its_file_if_the_story_says_so(inbox):
    put(
        inbox,
        "a.txt",
        "Ferry sinks off Mombasa, at least 34 drowned\n\nNAIROBI - At least 34 people drowned.",
    )
    os.utime(inbox / "a.txt", (1_711_200_000, 1_711_200_000))
    assert "no date" in fetched(inbox.parent).problems[0].text
    (item,) = fetched(inbox.parent, undated="file").items
    assert item.published_at == datetime.fromtimestamp(1_711_200_000, UTC)
    assert (item.title, item.text) == (
        "Ferry sinks off Mombasa, at least 34 drowned", "NAIROBI - At least 34 people drowned.",
    )  # fmt: skip


def test_a_first_sentence_is_no_headline(inbox):
    put(inbox, "a.txt", "At least 34 people drowned.\n\nThe ferry capsized.")
    (item,) = fetched(inbox.parent, undated="file").items
    assert item.title == ""
