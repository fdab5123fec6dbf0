"""Public holidays of China, against the notices of the State Council."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callqa.scoring.public_holidays import is_public_holiday

# 国务院办公厅关于部分节假日安排的通知: first and last day off
DAYS_OFF = {
    2025: ["01-01 01-01", "01-28 02-04", "04-04 04-06", "05-01 05-05", "05-31 06-02", "10-01 10-08"],
    2026: [
        "01-01 01-03", "02-15 02-23", "04-04 04-06", "05-01 05-05", "06-19 06-21", "09-25 09-27", "10-01 10-07",
    ],
}  # fmt: skip


@pytest.mark.parametrize("year", DAYS_OFF)
def test_every_day_of_a_year_is_as_it_was_announced(year: int) -> None:
    wanted = set[date]()
    for span in DAYS_OFF[year]:
        first, last = (date.fromisoformat(f"{year}-{day}") for day in span.split())
        wanted |= {first + timedelta(days=n) for n in range((last - first).days + 1)}
    days = [date(year, 1, 1) + timedelta(days=n) for n in range(365)]
    assert {day for day in days if is_public_holiday(day.isoformat())} == wanted


@pytest.mark.parametrize(
    ("started_at", "expected"),
    [
        pytest.param("2026-02-17T10:30:00", True, id="春节"),
        pytest.param("2026-02-14", False, id="a Saturday that is worked"),
        pytest.param("2026-02-15", True, id="the Sunday before 除夕"),
        pytest.param("2026-10-01T09:15:00", True, id="国庆"),
        pytest.param("2026-10-04", True, id="the Sunday in it"),
        pytest.param("2026-10-08", False, id="the day after it"),
        pytest.param("2026-10-12T09:15:30", False, id="a Monday"),
        pytest.param("2026-10-17", False, id="a weekend"),
        pytest.param("2023-01-01", True, id="days off that began the year before"),
        pytest.param("2022-12-31", True, id="days off that end the year after"),
        pytest.param("2026-09-30T15:59:59+00:00", False, id="still the day before in China"),
        pytest.param("2026-09-30T16:00:00+00:00", True, id="already the day in China"),
        pytest.param("2026-10-08T00:30:00+09:00", True, id="still the day in China"),
        pytest.param("2026-10-08T00:30:00+08:00", False, id="China's own time"),
        pytest.param(None, None, id="not known"),
        pytest.param("", None, id="empty"),
        pytest.param("yesterday", None, id="no date"),
        pytest.param("10:30", None, id="a time without its date"),
        pytest.param("0001-01-01T00:00:00+14:00", None, id="before the calendar"),
        pytest.param("9999-12-31T23:00:00-10:00", None, id="after the calendar"),
    ],
)
def test_known_dates(started_at: str | None, expected: bool | None) -> None:
    assert is_public_holiday(started_at) is expected


@given(st.text() | st.datetimes().map(str) | st.dates().map(str))
def test_any_text_has_an_answer(text: str) -> None:
    assert is_public_holiday(text) in {True, False, None}


@given(st.dates(date(1950, 1, 1), date(2100, 12, 31)))
def test_the_first_of_october_and_of_january_are_always_holidays(day: date) -> None:
    for month in (1, 10):
        assert is_public_holiday(day.replace(month=month, day=1).isoformat()) is True
