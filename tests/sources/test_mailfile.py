from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storydelta.errors import DocumentError
from storydelta.sources.mailfile import read_mail_file

HEAD = """\
From: =?utf-8?q?Desk_=E2=80=93_Example?= <desk@news.example>
Subject: Toll rises to
 115
Date: Sat, 23 Mar 2024 12:30:00 +0300
MIME-Version: 1.0
"""
PLAIN = HEAD + "Content-Type: text/plain; charset=utf-8\n\nThe toll rose to 115.\r\n\r\nMore.\n"
BOTH = (
    HEAD
    + """Content-Type: multipart/mixed; boundary=x

--x
Content-Type: text/html; charset=windows-1252
Content-Transfer-Encoding: quoted-printable

<p>The toll rose to <b>115</b> =96 officials.</p><script>x</script>
--x
Content-Type: text/plain; name=a.txt
Content-Disposition: attachment; filename=a.txt

Attached: 999 dead.
--x--
"""
)


def test_a_saved_mail_gives_subject_sender_date_and_text():
    found = read_mail_file(PLAIN.encode(), "a.eml")
    assert (found.title, found.publisher, found.url) == ("Toll rises to 115", "Desk – Example", "")
    assert found.moment == datetime(2024, 3, 23, 9, 30, tzinfo=UTC)
    assert found.text == "The toll rose to 115.\n\nMore."


def test_html_is_read_where_there_is_no_plain_text_and_attachments_are_left_alone():
    assert read_mail_file(BOTH.encode(), "a.eml").text == "The toll rose to 115 – officials."


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (PLAIN.replace("Date:", "X-Date:"), "no date"),
        (PLAIN.replace("Sat, 23 Mar 2024 12:30:00 +0300", "some day"), "no date"),
        ("Date: Sat, 23 Mar 2024 12:30:00 +0300\n\n", "empty"),
        ("", "no date"),
    ],
)
def test_what_is_no_document_is_an_error_in_words(content, said):
    with pytest.raises(DocumentError, match=said):
        read_mail_file(content.encode(), "a.eml")


PARTS = ["From: ", "a <b@c.d>", "Date: Sat, 23 Mar 2024 12:30:00 +0300", "Subject: ", "\n", "\n\n", "--x", "--x--", "=96",
         "Content-Type: multipart/mixed; boundary=x", "Content-Type: text/plain; charset=nosuch", "=?utf-8?q?=ff?=",
         "Content-Transfer-Encoding: base64", "é", "\x00", "Content-Type: message/rfc822"]  # fmt: skip


@given(st.lists(st.sampled_from(PARTS), max_size=20).map("".join) | st.text(max_size=60))
def test_any_mail_is_a_document_or_an_error_in_words(content):
    with suppress(DocumentError):
        read_mail_file(content.encode(), "a.eml")
