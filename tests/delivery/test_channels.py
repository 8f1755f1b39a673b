from __future__ import annotations

from pathlib import Path

import pytest

from storydelta.delivery import CHANNELS

DOCUMENTED = (Path(__file__).resolve().parents[2] / "docs/channels.md").read_text()


@pytest.mark.parametrize("channel", CHANNELS, ids=lambda channel: channel.name)
def test_each_channel_is_documented_with_its_options(channel):
    _, _, section = DOCUMENTED.partition(f"\n## {channel.name}\n")
    section = section.partition("\n## ")[0]

    assert [name for name in channel.options.model_fields if f"`{name}`" not in section] == []
    assert section


@pytest.mark.parametrize("channel", CHANNELS, ids=lambda channel: channel.name)
def test_each_channel_says_what_it_is_for_and_what_its_options_and_settings_mean(channel):
    fields = [*channel.options.model_fields.values(), *channel.settings.model_fields.values()]

    assert channel.help.endswith(".")
    assert [field for field in fields if not field.description] == []


@pytest.mark.parametrize("channel", CHANNELS, ids=lambda channel: channel.name)
def test_options_refuse_what_they_do_not_know(channel):
    with pytest.raises(ValueError, match="passwort"):
        channel.options.model_validate({"passwort": "secret"})
