"""Public holidays of the People's Republic of China."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from functools import lru_cache
from itertools import count, takewhile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from holidays import HolidayBase

_CHINA = timezone(timedelta(hours=8))  # one time for the whole country, the same all year


def is_public_holiday(started_at: str | None) -> bool | None:
    """Whether a call began on a public holiday of the People's Republic of China; None where its date is not known.

    These are the days off as the State Council arranges them, with the weekend days in or beside them that nobody
    works; of years that are not arranged yet, the days that the law names, likewise. A time with an offset is taken to
    China's.

    Args:
        started_at: ISO 8601, as metadata have it; None and other texts are no date.
    """
    try:
        moment = datetime.fromisoformat(started_at or "")
        day = (moment.astimezone(_CHINA) if moment.tzinfo else moment).date()
        return _is_off(day)
    except (ValueError, OverflowError):  # no date, or at the very end of the calendar
        return None


def _is_off(day: date) -> bool:
    """Whether a day belongs to days off in a row, one of which is a holiday."""
    known = _calendar(day.year)

    def off(other: date) -> bool:
        return not known.is_working_day(other)

    if not off(day):
        return False
    before = takewhile(off, (day - timedelta(days=n) for n in count(1)))
    after = takewhile(off, (day + timedelta(days=n) for n in count(1)))
    return any(other in known for other in (day, *before, *after))


@lru_cache(maxsize=8)
def _calendar(year: int) -> HolidayBase:
    """The holidays of a year and, since days off may span the turn of it, of its neighbours."""
    from holidays import country_holidays

    return country_holidays("CN", years=(year - 1, year, year + 1), expand=False)
