import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from storydelta.cron import read_cron

NOON = datetime(2024, 3, 2, 12, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


def moments(line, start, count, zone=BERLIN):
    """The next moments in local time, with the offset."""
    moment, found = start, []
    for _ in range(count):
        moment = read_cron(line).next_after(moment, zone)
        found.append(moment.astimezone(zone).strftime("%d %H:%M %z"))
    return found


def test_what_falls_into_the_hour_that_is_left_out_comes_an_hour_later_by_the_clock():
    start = datetime(2024, 3, 30, 12, tzinfo=UTC)
    assert moments("30 2 * * *", start, 2) == ["31 03:30 +0200", "01 02:30 +0200"]
    start = datetime(2024, 3, 31, 0, 10, tzinfo=UTC)
    assert moments("*/30 * * * *", start, 3) == ["31 01:30 +0100", "31 03:00 +0200", "31 03:30 +0200"]


def test_what_falls_into_the_hour_that_comes_twice_is_run_once_unless_every_hour_is_meant():
    start = datetime(2024, 10, 26, 12, tzinfo=UTC)
    assert moments("30 2 * * *", start, 2) == ["27 02:30 +0200", "28 02:30 +0100"]
    start = datetime(2024, 10, 27, 0, 10, tzinfo=UTC)
    assert moments("*/30 * * * *", start, 4) == [
        "27 02:30 +0200", "27 02:00 +0100", "27 02:30 +0100", "27 03:00 +0100",
    ]  # fmt: skip


def test_hours_are_those_of_the_zone_also_where_it_is_already_tomorrow():
    auckland = ZoneInfo("Pacific/Auckland")
    assert moments("0 9 * * mon", NOON, 2, auckland) == ["04 09:00 +1300", "11 09:00 +1300"]


def test_a_span_may_run_past_its_end():
    assert read_cron("0 22-3 * * fri-mon").hours == {22, 23, 0, 1, 2, 3}
    assert read_cron("0 0 * * fri-mon").weekdays == {5, 6, 0, 1}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("every day", "has 2 fields, and cron has five"),
        ("@hourly", "has 1 fields, and cron has five"),
        ("0 0 * * * *", "has 6 fields"),
        ("60 * * * *", "'60' is not a minute (0 to 59)"),
        ("0 25 * * *", "'25' is not an hour (0 to 23)"),
        ("0 0 0 * *", "'0' is not a day of the month (1 to 31)"),
        ("0 0 * mrz *", "'mrz' is not a month (1 to 12, jan …)"),
        ("0 0 * * 1#2", "'1#2' is not a day of the week: write *, 5, 1-5, 1,15 or */10"),
        ("0 0 , * *", "'' is not a day of the month"),
        ("*/0 * * * *", "has a step of nothing"),
        ("0 0 30 2 *", "names a day that no year has"),
        ("²5 * * * *", "is not a minute"),
    ],
)
def test_a_line_that_cannot_be_followed_is_answered_in_words(line, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        read_cron(line)
