"""A short version of `python -m bench.outbox`: processes that are killed between the comparison and the record."""

from __future__ import annotations

from collections import Counter

import pytest

from bench.outbox import kill_at_each_step, verdict


def test_a_kill_at_any_step_loses_no_mail_and_sends_none_twice_that_is_recorded(tmp_path):
    found = kill_at_each_step(tmp_path, 12)
    assert found["died"] >= 10
    assert found["editions"] == 15
    assert found["deliveries"] == found["mails_taken"] - found["twice_inside_the_window"] == 30
    assert found["twice_inside_the_window"] == found["died_between_the_servers_ok_and_the_record"]
    assert found["clean"], found


@pytest.mark.parametrize(
    ("taken", "outside", "fault"),
    [
        ({"<a>": 1}, 0, "lost"),
        ({"<a>": 1, "<b>": 1, "<c>": 1}, 0, "of_nobody"),
        ({"<a>": 2, "<b>": 1}, 1, "twice_outside_the_window"),
    ],
)
def test_what_is_lost_or_repeated_is_counted(taken, outside, fault):
    both, all_ = {"<a>", "<b>"}, {"due": 0, "documents": 1, "editions": 1}
    assert not verdict(both, Counter(taken), outside=outside, **all_)["clean"]
    assert verdict(both, Counter(taken), outside=outside, **all_)[fault] == 1
    assert verdict(both, Counter({"<a>": 2, "<b>": 1}), outside=0, **all_)["clean"]
    assert verdict({"<a>"}, Counter({"<a>": 1}), outside=0, **all_)["lost"] == 1
