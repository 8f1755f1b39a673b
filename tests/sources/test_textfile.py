from contextlib import suppress

from hypothesis import given
from hypothesis import strategies as st

from storydelta.errors import DocumentError
from storydelta.sources.textfile import HEAD_KEYS, decode, read_text_file

KEYS = st.sampled_from([*HEAD_KEYS, "date", "publised", "x", "---", "#"])
VALUES = st.sampled_from(
    ["2024-03-25", "2024-03-25T10:00Z", "https://a.example/b", "now", "", "0001-01-01T00:00+14:00"]
)
LINES = st.builds("{}: {}".format, KEYS, VALUES) | st.sampled_from(
    ["---", "", " ", " date 2024-03-25 x", "# T", "Text."]
)


@given(st.binary(max_size=100))
def test_any_bytes_are_a_text_or_an_error_in_words(content):
    with suppress(DocumentError):
        assert decode(content, "a.txt").strip()


@given(st.lists(LINES, max_size=8).map("\n".join), st.sampled_from(["a.txt", "a.md"]))
def test_any_head_gives_a_document_whose_text_stands_in_the_file_or_an_error_in_words(content, name):
    with suppress(DocumentError):
        document = read_text_file(content, name)
        assert document.text in content
        assert document.text or document.title
        assert document.moment.tzinfo


def test_text_below_the_date_line_is_exactly_that_of_the_file():
    content = " date 2024-03-25 One  “two”\n\nAdvertisment\n\n three\n"
    assert read_text_file(content, "a.txt").text == "One  “two”\n\nAdvertisment\n\n three"
