import asyncio
import shutil
from datetime import UTC, datetime
from hashlib import sha256
from itertools import pairwise

import pytest

from seeds import SEED_STORY, release, seed_runs, seed_story_file
from storydelta.sources import Context, fetch_source
from storydelta.stories import load_story


def fetched(story):
    context = Context(base=story.folder, now=datetime(2024, 5, 1, tzinfo=UTC))
    return asyncio.run(fetch_source(story.sources[0], {}, context))


@pytest.fixture(scope="module")
def everything():
    found = fetched(load_story(seed_story_file()))
    assert found.problems == ()
    return found.items


@pytest.fixture
def released(tmp_path):
    """What the source gives after each run."""
    story_file = shutil.copy(seed_story_file(), tmp_path)
    story = load_story(type(tmp_path)(story_file))
    after = []
    for run in seed_runs():
        release(run, tmp_path / SEED_STORY)
        found = fetched(story)
        assert found.problems == ()
        after.append({item.url: item for item in found.items})
    return after


def test_the_seed_story_file_is_valid_and_names_the_folder_beside_it():
    story = load_story(seed_story_file())
    assert (story.slug, story.timezone, story.sources[0].options["path"]) == (
        SEED_STORY,
        "Europe/Moscow",
        SEED_STORY,
    )


def test_the_seed_document_comes_first_alone_and_as_it_was_found():
    first = seed_runs()[0]
    (file,) = first.files
    assert (
        sha256(file.read_bytes()).hexdigest()
        == "fc16e963e1b714dcf01506089fc5484c8ae1c5e28884d210896289bc9a81f385"
    )


def test_every_file_is_in_one_run_and_runs_are_in_the_order_of_their_time():
    runs = seed_runs()
    files = [file for run in runs for file in run.files]
    assert sorted(files) == sorted((seed_story_file().parent / SEED_STORY).glob("*/*"))
    assert [run.now for run in runs] == sorted(run.now for run in runs)
    assert all(run.now.tzinfo for run in runs)


def test_nothing_comes_to_light_before_it_was_published(released):
    for run, documents in zip(seed_runs(), released, strict=True):
        assert all(item.published_at <= run.now for item in documents.values())


def test_the_whole_folder_can_be_read_at_once_with_its_revisions(everything):
    assert len(everything) == sum(len(run.files) for run in seed_runs())
    revised = [item.url for item in everything if sum(other.url == item.url for other in everything) > 1]
    assert len(set(revised)) == 4


def test_a_run_adds_documents_or_edits_them_in_place(released):
    edits = []
    for before, after in pairwise(released):
        assert set(before) <= set(after)
        assert before != after
        edits += [url for url in before if before[url].text != after[url].text]
    assert len(edits) == 4


def test_follow_ups_are_short_and_come_from_several_publishers(everything):
    follow_ups = [item for item in everything if not item.url.startswith("file:")]
    assert len({item.publisher for item in follow_ups}) >= 8
    assert all(60 <= len(item.text.split()) <= 200 for item in follow_ups)


def test_the_copy_carries_the_text_of_the_agency_under_another_name(everything):
    agency = next(item for item in everything if item.url.endswith("toll-reaches-139"))
    copy = next(item for item in everything if "lakeside" in item.url)
    assert copy.publisher != agency.publisher
    assert agency.text.partition("\n\nAdvertisement")[0] in copy.text
