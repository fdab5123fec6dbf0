"""The mean score over time, and how long holds are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil
from typing import Literal

from markupsafe import Markup

from ...lang import Text, say
from ..indicators.groups import Calendar
from ..statistics import Mean
from ..store.series import BIN_SECONDS, HoldLengths
from .bars import calls_text
from .svg import Scale, breadth, drawing, element, line, rect, round_step, steps, text

Unit = Literal["day", "week", "month"]

WIDTH, HEIGHT = 560.0, 320.0
DAYS, WEEKS = 31, 26 * 7  # days of a span up to which the points are days, or weeks
UNITS: dict[Unit, Text] = {
    "day": Text("by day", "按日"),
    "week": Text("by week (from Monday)", "按周（周一为起始日）"),
    "month": Text("by month", "按月"),
}
_BINS = 16  # at most, that a histogram has
_WIDTHS = (5, 10, 15, 20, 30, 60)  # seconds of a bin; a minute is an edge of each


@dataclass(frozen=True)
class Point:
    """The scores of a day, a week or a month, which began on `day`."""

    day: date
    label: str
    score: Mean


def unit_of(days: Mapping[str, Mean]) -> Unit:
    """By what time the days that have scores are put together."""
    known = [date.fromisoformat(day) for day in days if Calendar().of(day)]
    span = (known[-1] - known[0]).days + 1 if known else 0
    return "day" if span <= DAYS else "week" if span <= WEEKS else "month"


def points(days: Mapping[str, Mean], unit: Unit) -> list[Point]:
    """The scores by day, week or month, in order; what is no date is left out."""
    calendar, found = Calendar(), dict[str, Mean]()
    for day, mean in days.items():
        stamp = calendar.of(day)
        if stamp:
            key = {"day": stamp.day, "week": stamp.week, "month": stamp.month}[unit]
            found[key] = found.get(key, Mean()) + mean
    return [
        Point(date.fromisoformat(key + "-01" if unit == "month" else key), key, mean)
        for key, mean in sorted(found.items())
    ]


def trend_chart(found: Sequence[Point], unit: Unit) -> Markup:
    """A point for each time with its interval, and the number of calls under it."""
    means = [(point, value) for point in found if (value := point.score.value) is not None]
    spans = [point.score.interval(0, 100) or (value, value) for point, value in means]
    low, high = _range([n for span in spans for n in span])
    first, last = found[0].day.toordinal(), found[-1].day.toordinal()
    across = Scale(first, last, 64, WIDTH - 40) if last > first else Scale(0, 1, WIDTH / 2, WIDTH)
    up = Scale(low, high, HEIGHT - 74, 16)
    parts: list[Markup] = []
    for value in steps(low, high, 5):
        parts += [
            line(44, up(value), WIDTH - 8, up(value), "grid"),
            text(36, up(value) + 4.5, f"{value:g}", "muted end"),
        ]
    places = [across(p.day.toordinal() if last > first else 0) for p, _ in means]
    track = " ".join(
        f"{x:.1f},{up(value):.1f}" for x, (_, value) in zip(places, means, strict=True)
    )
    parts.append(element("polyline", points=track, class_="trend"))
    shown = _apart(places, 1.15 * max(breadth(_short(p, unit)) for p, _ in means))
    for at, (x, (point, value), span) in enumerate(zip(places, means, spans, strict=True)):
        parts += [line(x, up(span[0]), x, up(span[1]), "whisker")] if point.score.count > 1 else []
        tip = f"{point.label}{say(': ', '：')}{value:.1f}, {calls_text(point.score.count)}"
        parts.append(
            element("circle", element("title", tip), cx=x, cy=up(value), r=4.5, class_="point")
        )
        if at in shown:
            parts += [
                text(x, HEIGHT - 46, _short(point, unit), "label middle"),
                text(x, HEIGHT - 28, str(point.score.count), "muted middle"),
            ]
    parts.append(
        text(8, HEIGHT - 6, say("the lower row: number of calls", "下行为通话数"), "muted")
    )
    said = say("; ", "；").join(
        f"{p.label}: {v:.1f} ({calls_text(p.score.count)})" for p, v in means
    )
    title = say("Mean score ", "平均分，") + str(UNITS[unit])
    return drawing("trend", (WIDTH, HEIGHT), title, said, *parts)


def hold_chart(found: HoldLengths, limit: int) -> Markup:
    """How many holds last how long; those longer than the limit (seconds, a multiple of 60) stand out."""
    bins, width, open_end = _wider(found)
    most = max(bins)
    across = Scale(0, len(bins), 44, WIDTH - 12)
    tall = round_step(most / 4)
    up = Scale(0, tall * ceil(most / tall), HEIGHT - 60, 34)
    parts: list[Markup] = []
    for value in steps(0, up.high, 4):
        parts += [
            line(44, up(value), WIDTH - 8, up(value), "grid"),
            text(36, up(value) + 4.5, f"{value:g}", "muted end"),
        ]
    for at, count in enumerate(bins):
        class_ = "bar over" if at * width >= limit else "bar"
        last = open_end and at == len(bins) - 1
        ends = f"> {at * width}" if last else f"{at * width}–{(at + 1) * width}"
        tip = f"{ends} s{say(': ', '：')}{count}"
        x, edge = across(at), across(at + 1)
        parts.append(
            rect(x + 1.5, up(count), edge - x - 3, up(0) - up(count), class_, tip=tip, rx=2)
        )
    every = 1 + len(bins) // 9
    for at in range(0, len(bins) + (0 if open_end else 1), every):
        parts.append(text(across(at), HEIGHT - 40, str(at * width), "muted middle"))
    if open_end:
        parts.append(text(across(len(bins)), HEIGHT - 40, "→", "muted end"))
    if limit <= width * len(bins):
        x = across(limit / width)
        parts.append(line(x, 18, x, up(0), "limit"))
        side = "end" if x > WIDTH * 0.6 else "start"
        words = say(f"limit {limit} s", f"上限 {limit} 秒")
        parts.append(text(x + (6 if side == "start" else -6), 26, words, f"accent {side}"))
    parts.append(
        text(WIDTH / 2, HEIGHT - 16, say("seconds of a hold", "单次持线秒数"), "muted middle")
    )
    over = found.longer_than(limit)
    said = say(
        f"{found.count} holds in {found.calls} calls; {over} longer than {limit} s; the longest {found.longest:.0f} s",
        f"{found.calls} 通通话中共 {found.count} 次持线；{over} 次超过 {limit} 秒；最长 {found.longest:.0f} 秒",
    )
    title = say("Length of holds", "持线时长分布")
    return drawing("holds", (WIDTH, HEIGHT), title, said, *parts)


def _range(values: Sequence[float]) -> tuple[float, float]:
    """From and to what the scores are drawn: tens, at least thirty points, within 0 and 100."""
    low, high = 10 * int(min(values) // 10), 10 * -int(-max(values) // 10)
    while high - low < 30:
        high, low = (high + 10, low) if high < 100 else (high, low - 10)
    return float(max(0, low)), float(min(100, high))


def _short(point: Point, unit: Unit) -> str:
    return point.label if unit == "month" else point.label[5:]


def _apart(places: Sequence[float], least: float) -> set[int]:
    """Which of the places get a label, so that no two touch; the last one always does."""
    shown: list[int] = []
    for at in reversed(range(len(places))):
        if not shown or places[shown[-1]] - places[at] >= least:
            shown.append(at)
    return set(shown)


def _wider(found: HoldLengths) -> tuple[list[int], int, bool]:
    """The counts in bins that are few enough to be drawn, their width in seconds, and whether the last is open."""
    longest = (max(found.bins) + 1) * BIN_SECONDS
    width = next((w for w in _WIDTHS if w * _BINS >= longest), _WIDTHS[-1])
    count = min(_BINS, max(-(-longest // width), -(-75 // width)))
    bins = [0] * count
    for at, some in found.bins.items():
        bins[min(at * BIN_SECONDS // width, count - 1)] += some
    return bins, width, count * width < longest
