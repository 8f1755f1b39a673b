"""A text that is not in English says in which language it is; short and English texts are nobody else's."""

from __future__ import annotations

import pytest

from storydelta.language import foreign_language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (
            "Bei dem Anschlag auf die Konzerthalle starben mindestens 137 Menschen, 182 wurden verletzt.",
            "German",
        ),
        ("Au moins 137 personnes ont été tuées dans l'attaque, selon les autorités russes.", "French"),
        ("В результате теракта погибли 137 человек, 182 ранены. Задержаны 11 подозреваемых.", "Russian"),
        ("Konser salonuna düzenlenen saldırıda en az 137 kişi öldü, 182 kişi yaralandı.", "Turkish"),
        ("コンサートホール襲撃で少なくとも137人が死亡、182人が負傷した。", "Japanese"),
    ],
)
def test_a_text_in_another_language_is_named(text, language):
    assert foreign_language(text) == language


@pytest.mark.parametrize(
    "text",
    [
        "At least 137 people were killed in the attack on a concert hall, Russian officials said.",
        "Death toll climbs to 137",
        "Dozens feared dead",
        "Ukraine to blame for dam attack - Kremlin",
        "Kyiv denies being behind blast that killed Russian general - report",
        "7 dead",
        "137",
        "",
    ],
)
def test_english_and_what_is_too_short_to_tell_are_not(text):
    assert foreign_language(text) is None


def test_english_with_a_quotation_in_another_language_is_english():
    text = (
        "The minister said: „Wir wissen nicht, wer es war.“ At least 12 people were killed in the blast, and the "
        "police have arrested a man."
    )
    assert foreign_language(text) is None
