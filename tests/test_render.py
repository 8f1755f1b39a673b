from __future__ import annotations

import pytest

from storydelta.errors import RenderError
from storydelta.render import render
from tests.digest.samples import crocus_digest


def test_a_message_carries_html_text_and_a_short_subject():
    message = render(crocus_digest())

    assert message.subject == "Crocus City Hall attack: 137 killed, up from 133"
    assert "137 killed, up from 133" in message.html
    assert "137 killed, up from 133" in message.text
    assert (message.story, message.edition) == ("crocus-city-hall", 3)


def test_a_users_template_overrides_ours_of_the_same_name(tmp_path):
    (tmp_path / "digest.txt.j2").write_text("Only {{ digest.headline }}\n")

    message = render(crocus_digest(), tmp_path)

    assert message.text == "Only 137 killed, up from 133\n"
    assert message.html == render(crocus_digest()).html


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("fine\n{{ digest.headline", "line 2"),
        ("fine\n\n{{ digest.no_such_field }}", "line 3"),
        ("{{ 1 / 0 }}", "division by zero"),
        ("{% include 'absent.j2' %}", "absent.j2"),
        ("{{ digest.edition | nofilter }}", "nofilter"),
    ],
)
def test_a_broken_template_is_named_with_its_line(tmp_path, template, said):
    (tmp_path / "digest.html.j2").write_text(template)

    with pytest.raises(RenderError) as caught:
        render(crocus_digest(), tmp_path)

    assert "digest.html.j2" in str(caught.value)
    assert said in str(caught.value)
