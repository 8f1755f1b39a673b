from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from storydelta.delivery import CHANNELS, find_channel
from storydelta.delivery.file import FILE, FileOptions, FileSettings
from storydelta.errors import DeliveryError
from storydelta.model import Attachment, Delivery, Message

NOW = datetime(2024, 3, 24, 8, 10, tzinfo=UTC)


def message(edition=12, html="<title>137 killed &amp; more</title>", **more):
    return Message(
        story="crocus-city-hall", edition=edition, subject="s", html=html, text="137 killed\n", made_at=NOW, **more
    )  # fmt: skip


def delivery(to="digests"):
    return Delivery(
        key="k", story="crocus-city-hall", edition=12, channel="file", recipient=to, due_at=NOW
    )  # fmt: skip


def send(folder, *messages, to="digests", **options):
    for each in messages:
        FILE.send(
            each, delivery(to), options=FileOptions(**options), settings=FileSettings(folder=folder), now=NOW
        )


def test_a_digest_becomes_two_files_named_by_story_and_edition(tmp_path):
    send(tmp_path, message())

    assert (
        tmp_path / "digests/crocus-city-hall-00012.html"
    ).read_text() == "<title>137 killed &amp; more</title>"
    assert (tmp_path / "digests/crocus-city-hall-00012.txt").read_text() == "137 killed\n"


def test_sending_again_changes_nothing(tmp_path):
    send(tmp_path, message())
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "digests").iterdir()}

    send(tmp_path, message())

    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "digests").iterdir()} == before


def test_the_index_lists_the_newest_first_and_escapes_titles(tmp_path):
    send(tmp_path, message(2), message(10, html="<title>&lt;b&gt;ten</title>"), message(9))

    index = (tmp_path / "digests/index.html").read_text()
    assert index.index("00010.html") < index.index("00009.html") < index.index("00002.html")
    assert "&lt;b&gt;ten" in index
    assert "<b>" not in index


def test_the_index_can_be_left_out(tmp_path):
    send(tmp_path, message(), index=False)

    assert not (tmp_path / "digests/index.html").exists()


def test_the_shorter_form_for_mail_is_no_file(tmp_path):
    brief = Attachment(name="brief.html", media_type="text/html", content=b"<p>in brief</p>")
    send(tmp_path, message(attachments=(brief,)), index=False)

    assert {path.suffix for path in (tmp_path / "digests").iterdir()} == {".html", ".txt"}
    assert len(list((tmp_path / "digests").iterdir())) == 2


def test_attachments_become_files_beside_the_page(tmp_path):
    chart = Attachment(name="../chart.png", media_type="image/png", content=b"\x89PNG")
    send(tmp_path, message(html='<img src="cid:../chart.png">', attachments=(chart,)))

    (image,) = (tmp_path / "digests").glob("crocus-city-hall-00012-*chart.png")
    assert f'src="{image.name}"' in (tmp_path / "digests/crocus-city-hall-00012.html").read_text()
    assert [path.name for path in tmp_path.iterdir()] == ["digests"]


def test_images_that_the_page_draws_itself_are_not_written_but_data_is(tmp_path):
    chart = Attachment(name="chart-killed.png", media_type="image/png", content=b"\x89PNG")
    data = Attachment(name="digest.json", media_type="application/json", content=b"{}")
    send(tmp_path, message(attachments=(chart, data)))

    assert {path.name for path in (tmp_path / "digests").iterdir()} == {
        "crocus-city-hall-00012.html",
        "crocus-city-hall-00012.txt",
        "crocus-city-hall-00012-digest.json",
        "index.html",
    }


def test_the_index_can_have_a_template_of_the_users_own(tmp_path):
    (tmp_path / "index.html.j2").write_text("{% for entry in entries %}{{ entry.title }}!{% endfor %}")
    FILE.send(
        message(), delivery(), options=FileOptions(),
        settings=FileSettings(folder=tmp_path, templates=tmp_path), now=NOW,
    )  # fmt: skip

    assert (tmp_path / "digests/index.html").read_text() == "137 killed &amp; more!"


def test_an_index_that_does_not_render_is_a_problem_for_now_that_names_the_template(tmp_path):
    (tmp_path / "index.html.j2").write_text("{{ nothing.like.it }}")
    with pytest.raises(DeliveryError, match=r"index\.html\.j2") as caught:
        FILE.send(
            message(), delivery(), options=FileOptions(),
            settings=FileSettings(folder=tmp_path, templates=tmp_path), now=NOW,
        )  # fmt: skip
    assert not caught.value.permanent


def test_an_absolute_folder_is_taken_as_it_is(tmp_path):
    send(tmp_path / "elsewhere", message(), to=str(tmp_path / "here"))

    assert (tmp_path / "here/crocus-city-hall-00012.html").exists()


def test_a_folder_that_cannot_be_written_is_a_problem_for_now(tmp_path):
    (tmp_path / "digests").write_text("a file is in the way")

    with pytest.raises(DeliveryError, match="digests") as caught:
        send(tmp_path, message())

    assert not caught.value.permanent


def test_nothing_half_written_is_left_where_the_disk_refuses(tmp_path):
    (tmp_path / "digests/crocus-city-hall-00012.html").mkdir(parents=True)

    with pytest.raises(DeliveryError):
        send(tmp_path, message())

    assert not [path for path in Path(tmp_path / "digests").iterdir() if path.suffix == ".part"]


def test_a_recipient_that_is_no_folder_is_refused(tmp_path):
    (tmp_path / "file").write_text("")

    for wrong in ("", " ", "a\0b", str(tmp_path / "file")):
        with pytest.raises(ValueError, match="folder"):
            FILE.check(wrong)
    FILE.check("digests")


def test_channels_are_found_by_name_and_an_unknown_one_names_the_known():
    assert find_channel("file") is FILE
    with pytest.raises(DeliveryError, match="file") as caught:
        find_channel("pigeon")
    assert caught.value.permanent
    assert len({channel.name for channel in CHANNELS}) == len(CHANNELS)
