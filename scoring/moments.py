"""Dates and times as they are said: 十一月二十三号, 下周三, 下午三点半.

What was not said stays open: a day may have no month, a time no half of the day.
"""

from __future__ import annotations

import re

from .numerals import DIGITS, NUMERAL, ONES, arabic, worth

COUNTED = "个天次位件台条张份名家种只部套秒块元毛角分点月兆米度斤克升倍遍轮页级人公平匹期岁"  # follow a count
CLEAR = rf"(?<![{NUMERAL}第几])"  # a numeral begins here
NO_MORE = rf"(?![{NUMERAL}{COUNTED}])"  # and ends here, and counts nothing
_SMALL = rf"(?:[0-9]{{1,2}}|[{ONES}]?十[{ONES}]?|零?[{ONES}]|零零?)"

_YEAR = rf"(?P<year>[{DIGITS}]{{4}}|[{DIGITS}]{{2}}(?=年{_SMALL}月))年的?"
_DAY = rf"的?(?P<day>{_SMALL})(?:[日号]|(?![{NUMERAL}{COUNTED}年]))"
_NO_DAY = "码|线|楼|店|院|房|门|仓|桌|窗|柜|台|键|链|员|客服|坐席|座席|专员"
DATES = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{CLEAR}(?:{_YEAR})?(?P<month>{_SMALL})月份?(?:{_DAY})?",
        rf"{CLEAR}{_YEAR}",
        r"(?<![0-9])(?P<year>[0-9]{4})(?P<dash>[-/.])(?P<month>[0-9]{1,2})(?P=dash)(?P<day>[0-9]{1,2})(?![0-9])",
        rf"{CLEAR}(?<![路街巷弄])(?<!工号)(?<!大道)(?P<day>{_SMALL})(?:号(?!{_NO_DAY})|日(?![内后前游]))",
    )
)
WEEKDAY = re.compile(  # not 一周三次; but 周六周日
    rf"(?:{CLEAR}(?<!个)|(?<=[周期拜][{ONES}]))(?:[上这本下每]个?)*(?:周|星期|礼拜)(?P<day>[{ONES[:6]}日天1-7])(?![天年次个])"
)

_NO_TIME = "[点儿差]|要求|建议|意见|原因|问题|疑问|内容|需要|说明|注意|理由|区别|好处"
_BARE_MINUTE = rf"(?:[二三四五]?十[{ONES}]?|零[零{ONES}]){NO_MORE}"  # 三点二 is a decimal
_MINUTE = rf"半|[一三]刻|{_SMALL}分(?!之)|[0-5][0-9](?!分)|{_BARE_MINUTE}"
TIME = re.compile(
    r"(?:(?P<part>凌晨|早上|早晨|清晨|上午|中午|下午|傍晚|晚上|今晚|明晚|夜里|半夜)的?)?"
    rf"{CLEAR}(?<![这那.:分刻])(?P<hour>{_SMALL}|两)(?:点|时(?![间候常代刻而不])|:(?=[0-5][0-9]))"
    rf"(?P<sharp>[钟整])?(?P<minute>{_MINUTE})?(?![{DIGITS}十百:]|{_NO_TIME})"
)
_LATE = (  # the hours that are of the second half of the day, or of the next one
    {"中午": range(1, 4), "下午": range(1, 12), "傍晚": range(1, 12), "凌晨": range(12, 13)}
    | dict.fromkeys(("晚上", "今晚", "明晚", "夜里", "半夜"), range(5, 13))
)


def _small(said: str) -> int:
    value = worth(said.lstrip("零") or "零")
    return -1 if value is None else int(value)


def read_date(match: re.Match[str]) -> str | None:
    """The value of a match of `DATES`, as far as it was said; None where there is no such day."""
    said = match.groupdict()
    year, month, day = (said.get(part) or "" for part in ("year", "month", "day"))
    year = arabic(year)
    if len(year) == 2:
        year = ("20" if year < "50" else "19") + year
    if year and year[:2] not in ("19", "20"):
        return None
    if (month and not 1 <= _small(month) <= 12) or (day and not 1 <= _small(day) <= 31):
        return None
    value = f"{year or '-'}-"
    if month or year:
        value += f"{_small(month):02}-" if month else "-"
    return value + (f"{_small(day):02}" if day else "")


def read_weekday(match: re.Match[str]) -> str:
    """The value of a match of `WEEKDAY`: "W1" to "W7"; which week is not told."""
    return "W7" if match["day"] in "日天" else f"W{arabic(match['day'])}"


def read_time(match: re.Match[str]) -> str | None:
    """The value of a match of `TIME`, with "?" where the half of the day is open; None where it is no time."""
    part, minutes = match["part"] or "", match["minute"] or "零"
    exact = part or match["sharp"] or match["minute"]
    before, after = match.string[: match.start()][-1:], match.string[match.end() :][:1]
    if not exact and (match["hour"] == "一" or (before == "有" and after != "的")):
        return None  # 快一点, 有两点
    hour = _small(match["hour"])
    if minutes == "半":
        minute = 30
    else:
        minute = _small(minutes[0]) * 15 if minutes.endswith("刻") else _small(minutes.strip("分"))
    if not (0 <= hour <= 24 and 0 <= minute < 60):
        return None
    known = part or hour == 0 or hour > 12 or match["hour"].startswith("0")
    hour = (hour + 12 * (hour in _LATE.get(part, ()))) % 24
    return f"{hour:02}:{minute:02}" + ("" if known else "?")


def same_date(a: str, b: str) -> bool:
    """Whether two values of dates agree in all that both say, and go down to the same: the day, month or year."""
    if a == b or "W" in a + b:
        return a == b
    pairs = list(zip(_parts(a), _parts(b), strict=True))
    finest = next(pair for pair in reversed(pairs) if any(pair))
    return all(finest) and all(x == y for x, y in pairs if x and y)


def _parts(date: str) -> tuple[str | None, ...]:
    match = re.fullmatch(r"(?:-|([0-9]{4}))-(?:([0-9]{2})?-)?([0-9]{2})?", date)
    if match is None:
        raise ValueError(f"not the value of a date: {date!r}")
    return match.groups()


def same_time(a: str, b: str) -> bool:
    """Whether two values of times are equal, an open half of the day being either."""
    if a == b or "?" not in a + b:
        return a == b
    (hour, minute), (other_hour, other_minute) = (value.strip("?").split(":") for value in (a, b))
    return minute == other_minute and (int(hour) - int(other_hour)) % 12 == 0
