"""Periods as they are typed, and which calls are in them."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callqa import lang
from callqa.errors import UsageError
from callqa.qa.period import Period, span

TODAY = date(2026, 11, 18)  # a Wednesday
days = st.dates(date(1000, 1, 2), date(9998, 12, 30))
moments = st.datetimes(datetime(1000, 1, 2), datetime(9998, 12, 30))


@pytest.mark.parametrize(
    ("written", "first", "end"),
    [
        ("2026-11-01", "2026-11-01", "2026-11-02"),
        ("2026/11/1", "2026-11-01", "2026-11-02"),
        ("2026.11.01", "2026-11-01", "2026-11-02"),
        ("20261101", "2026-11-01", "2026-11-02"),
        ("2026年11月1日", "2026-11-01", "2026-11-02"),
        ("２０２６－１１－０１", "2026-11-01", "2026-11-02"),
        ("2026-11", "2026-11-01", "2026-12-01"),
        ("2026-12", "2026-12-01", "2027-01-01"),
        ("2026年2月", "2026-02-01", "2026-03-01"),
        ("2026", "2026-01-01", "2027-01-01"),
        ("2026-W01", "2025-12-29", "2026-01-05"),
        ("2026-w47", "2026-11-16", "2026-11-23"),
        ("today", "2026-11-18", "2026-11-19"),
        ("昨天", "2026-11-17", "2026-11-18"),
        (" Yesterday ", "2026-11-17", "2026-11-18"),
        ("前天", "2026-11-16", "2026-11-17"),
        ("7d", "2026-11-12", "2026-11-19"),
        ("30天", "2026-10-20", "2026-11-19"),
        ("1d", "2026-11-18", "2026-11-19"),
        ("0d", "2026-11-18", "2026-11-19"),
        ("2026-11-01 9:30", "2026-11-01T09:30:00", "2026-11-01T09:30:00"),
        ("2026-11-01T09:30:15", "2026-11-01T09:30:15", "2026-11-01T09:30:15"),
        ("2026年11月1日 09:30", "2026-11-01T09:30:00", "2026-11-01T09:30:00"),
        ("2028-02-29", "2028-02-29", "2028-03-01"),
    ],
)
def test_what_a_text_names(written: str, first: str, end: str) -> None:
    assert span(written, TODAY) == (first, end)


@pytest.mark.parametrize(
    "written",
    [
        "", "soon", "2026-13", "2026-00", "2026-02-30", "2026-11-31", "11/01/2026", "202611", "2026-W54", "26-11-01",
        "2026-11-01 25:00", "2026-11 09:30", "7", "-7d", "99999d 1", "0000", "9999-12-31", "7w", "2026-11-01-",
    ],
)  # fmt: skip
def test_what_is_no_date_is_told(written: str) -> None:
    with pytest.raises(UsageError, match="is no date"):
        Period.of(written, None, TODAY)


def test_the_end_is_included() -> None:
    assert Period.of("2026-11-01", "2026-11-30", TODAY) == Period("2026-11-01", "2026-12-01")
    assert Period.of("2026-11", "2026-11", TODAY) == Period("2026-11-01", "2026-12-01")
    assert Period.of("yesterday", "yesterday", TODAY) == Period("2026-11-17", "2026-11-18")
    assert Period.of(None, "today", TODAY) == Period(None, "2026-11-19")


def test_a_moment_at_the_end_is_not() -> None:
    morning = Period.of("2026-11-01", "2026-11-01 12:00", TODAY)
    assert morning.holds("2026-11-01T11:59:59")
    assert not morning.holds("2026-11-01T12:00:00")


def test_a_call_whose_time_is_not_known_is_in_no_period() -> None:
    assert Period().holds(None)
    assert not Period("2026-11-01").holds(None)
    assert not Period(None, "2026-11-01").holds(None)


@pytest.mark.parametrize(
    ("since", "until"),
    [
        ("2026-11-02", "2026-11-01"),
        ("today", "yesterday"),
        ("2026-11-01 10:00", "2026-11-01 10:00"),
    ],
)
def test_a_period_that_ends_before_it_begins(since: str, until: str) -> None:
    with pytest.raises(UsageError, match="before it begins"):
        Period.of(since, until, TODAY)


def test_days_back_are_only_a_beginning() -> None:
    assert Period.of("7d", "today", TODAY) == Period("2026-11-12", "2026-11-19")
    with pytest.raises(UsageError, match="cannot end"):
        Period.of(None, "7d", TODAY)


def test_longer() -> None:
    assert Period("2026-11-01", "2026-11-25").longer(7).until == "2026-12-02"
    assert Period(None, "2026-11-30T12:00:00").longer(1).until == "2026-12-01T12:00:00"
    assert Period("2026-11-01").longer(7) == Period("2026-11-01")
    assert Period(None, "9999-12-30").longer(7) == Period()


def test_in_words() -> None:
    assert str(Period()) == "all calls"
    assert str(Period("2026-11-01", "2026-12-01")) == "2026-11-01 to 2026-11-30"
    assert str(Period("2026-11-01", "2026-11-02")) == "2026-11-01"
    assert str(Period(None, "2026-11-02")) == "up to 2026-11-01"
    lang.use("zh")
    assert str(Period("2026-11-01")) == "2026-11-01 起"


@given(days, moments)
def test_a_day_holds_its_moments_and_no_others(day: date, moment: datetime) -> None:
    period = Period.of(str(day), str(day), TODAY)
    assert period.holds(moment.isoformat()) == (moment.date() == day)
    assert period.holds(datetime.combine(day, moment.time()).isoformat(timespec="seconds"))
    assert period.holds(str(moment.date())) == (moment.date() == day)


@given(days, days)
def test_a_month_holds_its_days_and_no_others(named: date, day: date) -> None:
    month = f"{named:%Y-%m}".rjust(7, "0")
    period = Period.of(month, month, TODAY)
    assert period.holds(str(day)) == ((day.year, day.month) == (named.year, named.month))


@given(moments, moments)
def test_two_periods_that_meet_share_no_call_and_lose_none(cut: datetime, moment: datetime) -> None:
    at, started = cut.isoformat(timespec="seconds"), moment.isoformat(timespec="seconds")
    before, after = Period.of(None, at, TODAY), Period.of(at, None, TODAY)
    assert before.holds(started) != after.holds(started)
    assert after.holds(started) == (started >= at)


@given(days, st.integers(1, 400), st.dates(date(1500, 1, 1), date(9998, 12, 30)))
def test_days_back(today: date, many: int, day: date) -> None:
    if today.year < 1500:
        return
    period = Period.of(f"{many}d", None, today)
    assert period.holds(str(day)) == (day > today - timedelta(days=many))


@given(st.one_of(st.text(max_size=20), st.from_regex(r"\d{0,5}[-/年]?\d{0,3}[-月w]?\d{0,3}d?")))
def test_any_text_is_a_span_or_refused(written: str) -> None:
    try:
        first, end = span(written, TODAY)
    except UsageError:
        return
    assert datetime.fromisoformat(first) <= datetime.fromisoformat(end)
    assert first < end or "T" in first
