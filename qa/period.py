"""Periods of calls: from a moment up to, but not including, another; as they are typed, and as they compare."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Self

from ..errors import UsageError
from ..lang import Text

_DAY = timedelta(days=1)
_SEPARATED = re.compile(r"(\d{4})[-/.年](\d{1,2})(?:[-/.月](\d{1,2})?日?)?")
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)")
_YEAR = re.compile(r"(\d{4})年?")
_WEEK = re.compile(r"(\d{4})-?w(\d{1,2})")
_BACK = re.compile(r"(\d{1,5})(?:d|天|日)")
_CLOCK = re.compile(r"(.*\d日?)[ t]+(\d{1,2}):(\d\d)(?::(\d\d))?")
_DAYS_AGO = {"today": 0, "今天": 0, "yesterday": 1, "昨天": 1, "前天": 2}


@dataclass(frozen=True)
class Period:
    """The calls with `since <= started_at < until`, all of them ISO 8601 in local time; None is no bound.

    The bounds are days (2026-11-01) or moments (2026-11-01T09:30:00). Both compare rightly with what calls have for a
    start, be it a moment or a day alone, as text: SQL does it the same way.
    """

    since: str | None = None
    until: str | None = None

    @classmethod
    def of(cls, since: str | None, until: str | None, today: date | None = None) -> Self:
        """The period from the beginning of one text to the end of the other, which is included.

        Each is a day (2026-11-01, 20261101, 2026/11/1, 2026年11月1日), a month (2026-11), a week (2026-W45), a year,
        a moment (2026-11-01 09:30), or one of today, yesterday, 今天, 昨天, 前天. A moment at the end is not included.
        `7d` (7天) is the last seven days, today being one of them, and can only be a beginning.

        Raises:
            UsageError: one is nothing of these, or the period would end before it begins.
        """
        now = today or date.today()
        first = None if since is None else span(since, now)[0]
        if until is not None and _BACK.fullmatch(_plain(until)):
            raise UsageError(
                f"a period cannot end with {until!r}", f"{until!r} 不能作为结束时间",
                then=Text("give a day, as in 2026-11-30", "请给出日期，例如 2026-11-30"),
            )  # fmt: skip
        last = None if until is None else span(until, now)[1]
        if first is not None and last is not None and first >= last:
            raise UsageError(
                f"the period ends ({until}) before it begins ({since})",
                f"时间段的结束（{until}）早于开始（{since}）",
            )
        return cls(first, last)

    @property
    def bounded(self) -> bool:
        """Whether there is a bound at all."""
        return self.since is not None or self.until is not None

    def holds(self, started_at: str | None) -> bool:
        """Whether a call that began then is one of the period's; without a bound, all are."""
        if started_at is None:
            return not self.bounded
        return (self.since is None or self.since <= started_at) and (
            self.until is None or started_at < self.until
        )

    def covers(self, since: str, until: str) -> bool:
        """Whether the whole of another span lies in this period."""
        return (self.since is None or self.since <= since) and (
            self.until is None or until <= self.until
        )

    def before(self, today: date | None = None) -> Period | None:
        """The period of the same length that ends where this one begins; None where it has no beginning.

        One without an end ends today. A month is as long as it is: before November come the 30 days up to it.
        """
        if self.since is None:
            return None
        since = datetime.fromisoformat(self.since)
        now = datetime.combine((today or date.today()) + _DAY, datetime.min.time())
        until = datetime.fromisoformat(self.until) if self.until else max(now, since + _DAY)
        first = since - (until - since)
        return Period(first.isoformat() if "T" in self.since else str(first.date()), self.since)

    def longer(self, days: int) -> Period:
        """The period with so many days more at its end."""
        if self.until is None:
            return self
        try:
            end = datetime.fromisoformat(self.until) + timedelta(days=days)
        except OverflowError:
            return Period(self.since, None)
        return Period(self.since, end.isoformat() if "T" in self.until else str(end.date()))

    def __str__(self) -> str:
        """The period in the user's language, its last day included, as people say it."""
        if not self.bounded:
            return str(Text("all calls", "全部通话"))
        end = self.until
        if end is not None and "T" not in end:
            end = str(date.fromisoformat(end) - _DAY)
        if self.since == end:
            return str(end)
        if end is None:
            return str(Text(f"since {self.since}", f"{self.since} 起"))
        if self.since is None:
            return str(Text(f"up to {end}", f"截至 {end}"))
        return str(Text(f"{self.since} to {end}", f"{self.since} 至 {end}"))


def span(written: str, today: date) -> tuple[str, str]:
    """Beginning and end (not included) of the time that a text names, as in `Period.of`.

    Raises:
        UsageError: it names none.
    """
    text = _plain(written)
    try:
        if clock := _CLOCK.fullmatch(text):
            return _moment(clock)
        first, end = _days(text, today)
    except (ValueError, OverflowError):
        raise UsageError(
            f"{written!r} is no date", f"{written!r} 不是有效日期",
            then=Text(
                "write 2026-11-01, 2026-11, 2026-W45, today, yesterday or 7d",
                "请写成 2026-11-01、2026-11、2026-W45、今天、昨天或 7天",
            ),
        ) from None  # fmt: skip
    return str(first), str(end)


def days_ago(age: str, today: date | None = None) -> str:
    """The day that is so many days back: `180d`, `180天`, `180`.

    Raises:
        UsageError: it is no number of days.
    """
    number = re.fullmatch(r"(\d{1,5})(?:d|天|日)?", _plain(age))
    if number is None:
        raise UsageError(
            f"{age!r} is no number of days", f"{age!r} 不是天数", then=Text("write 180d", "请写成 180d"),
        )  # fmt: skip
    return str((today or date.today()) - int(number[1]) * _DAY)


def _days(text: str, today: date) -> tuple[date, date]:
    """The first of the days that are named, and the day after the last."""
    if text in _DAYS_AGO:
        first = today - _DAYS_AGO[text] * _DAY
        return first, first + _DAY
    if back := _BACK.fullmatch(text):
        return today - (max(int(back[1]), 1) - 1) * _DAY, today + _DAY
    if week := _WEEK.fullmatch(text):
        first = date.fromisocalendar(int(week[1]), int(week[2]), 1)
        return first, first + 7 * _DAY
    if year := _YEAR.fullmatch(text):
        return date(int(year[1]), 1, 1), date(int(year[1]) + 1, 1, 1)
    parts = _SEPARATED.fullmatch(text) or _COMPACT.fullmatch(text)
    if parts is None:
        raise ValueError(text)
    year_no, month = int(parts[1]), int(parts[2])
    if parts[3]:
        first = date(year_no, month, int(parts[3]))
        return first, first + _DAY
    return date(year_no, month, 1), date(year_no + month // 12, month % 12 + 1, 1)


def _moment(clock: re.Match[str]) -> tuple[str, str]:
    """A moment is its own end: until 09:30 leaves out the call of 09:30."""
    parts = _SEPARATED.fullmatch(clock[1]) or _COMPACT.fullmatch(clock[1])
    if parts is None or not parts[3]:
        raise ValueError(clock[1])
    numbers = (parts[1], parts[2], parts[3], clock[2], clock[3], clock[4] or 0)
    moment = datetime(*map(int, numbers)).isoformat()  # type: ignore[arg-type]
    return moment, moment


def _plain(written: str) -> str:
    """Full-width digits as plain ones, lower case, without blanks around."""
    return unicodedata.normalize("NFKC", written).strip().lower()
