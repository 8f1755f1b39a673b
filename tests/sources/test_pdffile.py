from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from storydelta.errors import DocumentError
from storydelta.sources.pdffile import read_pdf_file


def pdf(
    text="The toll rose to 115.",
    facts="/Title (Statement) /Author (The Committee) /CreationDate (D:20240323123000+03'00')",
):
    """A whole PDF of one page, as small as they come."""
    drawn = f"BT /F 12 Tf 72 720 Td ({text}) Tj ET"
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        (
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
            "/Resources << /Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>"
        ),
        f"<< /Length {len(drawn)} >>\nstream\n{drawn}\nendstream",
        f"<< {facts} >>",
    ]
    body, places = "%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += f"{number} 0 obj\n{content}\nendobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    end = f"xref\n0 6\n0000000000 65535 f \n{table}trailer << /Size 6 /Root 1 0 R /Info 5 0 R >>\nstartxref\n{len(body)}\n%%EOF\n"
    return (body + end).encode("latin-1")


def test_a_pdf_gives_title_author_date_and_text():
    found = read_pdf_file(pdf(), "a.pdf")
    assert (found.title, found.publisher, found.text) == (
        "Statement",
        "The Committee",
        "The toll rose to 115.",
    )
    assert found.published == datetime(2024, 3, 23, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"no PDF at all", "not a PDF that can be read"),
        (pdf(text=""), "holds no text"),
        (pdf(facts="/Title (Statement)"), "does not say when it was made"),
    ],
)
def test_what_is_no_document_is_said(content, words):
    with pytest.raises(DocumentError, match=words):
        read_pdf_file(content, "a.pdf")


@given(st.integers(0, len(pdf()) - 1), st.binary(min_size=1, max_size=8))
@example(408, b"1").via("a title that is a number")
def test_a_damaged_pdf_is_read_or_refused_in_words(place, damage):
    content = pdf()
    with suppress(DocumentError):
        read_pdf_file(content[:place] + damage + content[place + len(damage) :], "a.pdf")
