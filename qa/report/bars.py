"""Bars: the mean score by agent, how often items are passed, and a figure against its target."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from ...lang import say
from ..indicators.compute import Value
from .svg import Scale, drawing, element, fitted, line, rect, steps, text

WIDTH = 1000.0
MOST_BARS = 30  # agents that a chart can be read with: the best and the worst of more


@dataclass(frozen=True)
class AgentBar:
    """A mean score of 0 to 100 with its interval (None for one call), and the calls it is the mean of."""

    label: str
    mean: float
    interval: tuple[float, float] | None
    calls: int

    @property
    def tip(self) -> str:
        between = ""
        if self.interval:
            low, high = self.interval
            between = say(
                f" (95 % between {low:.1f} and {high:.1f})", f"（95%区间 {low:.1f}–{high:.1f}）"
            )
        return f"{self.label}{say(': ', '：')}{self.mean:g}{between}, {calls_text(self.calls)}"


@dataclass(frozen=True)
class ItemBar:
    """How often an item was passed, of the calls in which it was decided, and the share that is for a person."""

    label: str
    passed: int
    decided: int
    unsure: int

    @property
    def rate(self) -> float | None:
        return self.passed / self.decided if self.decided else None

    @property
    def unsure_share(self) -> float:
        return self.unsure / (self.decided + self.unsure) if self.unsure else 0.0


def calls_text(count: int) -> str:
    return say(f"{count} call" if count == 1 else f"{count} calls", f"{count} 通")


def agent_chart(bars: Sequence[AgentBar], overall: float | None) -> Markup:
    """A bar for each agent with the interval as a whisker; a broken line is the mean of all calls."""
    scale, top, step = Scale(0, 100, 190, 800), 34.0, 30.0
    bottom = top + step * len(bars)
    parts = list(_percent_axis(scale, top, bottom))
    for at, bar in enumerate(bars):
        y = top + step * (at + 0.5)
        parts += [
            element("text", element("title", bar.label), fitted(bar.label, 172), x=180, y=y + 4.5, class_="label end"),
            rect(scale.start, y - 8, scale(bar.mean) - scale.start, 16, "bar", tip=bar.tip, rx=2),
        ]  # fmt: skip
        if bar.interval:
            low, high = map(scale, bar.interval)
            parts += [line(low, y, high, y, "halo"), line(low, y, high, y, "whisker")]
            parts += [line(x, y - 5, x, y + 5, "whisker") for x in (low, high)]
        parts += [
            text(868, y + 4.5, f"{bar.mean:.1f}", "value end"),
            text(WIDTH - 4, y + 4.5, str(bar.calls), "muted end"),
        ]
    if overall is not None and len(bars) > 1:
        x = scale(overall)
        parts.append(line(x, top - 4, x, bottom, "mean"))
        parts.append(text(x, 14, say(f"all {overall:.1f}", f"总体 {overall:.1f}"), "muted middle"))
    parts += [
        text(868, 14, say("mean", "平均分"), "muted end"),
        text(WIDTH - 4, 14, say("calls", "通话数"), "muted end"),
    ]
    said = say("; ", "；").join(bar.tip for bar in bars)
    title = say("Mean score by agent", "各坐席平均分")
    return drawing("agents", (WIDTH, bottom + 26), title, said, *parts)


def item_chart(bars: Sequence[ItemBar]) -> Markup:
    """A bar for each item: how often it was passed; beside it the share of verdicts for a person."""
    scale, other, top, step = Scale(0, 1, 290, 700), Scale(0, 1, 850, 950), 34.0, 28.0
    bottom = top + step * len(bars)
    parts: list[Markup] = []
    for at, bar in enumerate(bars):
        y = top + step * (at + 0.5)
        shown = "–" if bar.rate is None else f"{100 * bar.rate:.0f}%"
        tip = f"{bar.label}{say(': ', '：')}{shown} ({bar.passed}/{bar.decided})"
        parts += [
            element("text", element("title", bar.label), fitted(bar.label, 268), x=280, y=y + 4.5, class_="label end"),
            rect(scale.start, y - 7, scale.end - scale.start, 14, "track", tip=tip, rx=2),
            rect(scale.start, y - 7, scale(bar.rate or 0.0) - scale.start, 14, "bar", tip=tip, rx=2),
            text(750, y + 4.5, shown, "value end"),
            text(818, y + 4.5, f"{bar.passed}/{bar.decided}", "muted end"),
            rect(other.start, y - 4, other.end - other.start, 8, "track", rx=2),
            rect(other.start, y - 4, other(bar.unsure_share) - other.start, 8, "unsure", rx=2),
            text(WIDTH - 4, y + 4.5, f"{100 * bar.unsure_share:.0f}%", "muted end"),
        ]  # fmt: skip
    parts += [
        text(scale.start, 18, say("passed, of those decided", "通过率（通过/已判）"), "muted"),
        text(other.start, 18, say("unsure", "待复核"), "muted"),
    ]
    title = say("Pass rate by item", "各项目通过率")
    said = say("; ", "；").join(f"{bar.label} {bar.passed}/{bar.decided}" for bar in bars)
    return drawing("items", (WIDTH, bottom + 6), title, said, *parts)


def bullet(value: Value) -> Markup:
    """A figure as a dot on a line on which its target is a band; nothing where there is no target or no figure."""
    target, number = value.indicator.target, value.value
    if target is None or number is None:
        return Markup("")
    known = [n for n in (target.low, target.high, number) if n is not None]
    percent = value.indicator.unit == "percent"
    scale = Scale(0, 100 if percent else 1.25 * max(*known, 1e-9), 4, 156)
    open_high = target.high is None or target.better == "higher"
    open_low = target.low is None or target.better == "lower"
    low = scale.start if open_low or target.low is None else scale(target.low)
    high = scale.end if open_high or target.high is None else scale(target.high)
    dot = {True: "dot met", False: "dot missed", None: "dot"}[value.met]
    x = min(scale(number), scale.end)
    # hidden from those who listen: the cells beside it say all of it
    return element(
        "svg",
        rect(scale.start, 8, scale.end - scale.start, 4, "track", rx=2),
        rect(low, 5, high - low, 10, "band", rx=2),
        element("circle", cx=x, cy=10, r=5, class_=dot) if value.met is not False
        else element("path", d=f"M{x - 5:.1f} 10l5 -5.5 5 5.5 -5 5.5z", class_=dot),
        class_="bullet", viewBox="0 0 160 20", aria_hidden="true",
    )  # fmt: skip


def _percent_axis(scale: Scale, top: float, bottom: float) -> list[Markup]:
    """Lines and numbers of 0 to 100 under the bars."""
    return [
        part
        for value in steps(0, 100, 5)
        for part in (
            line(scale(value), top, scale(value), bottom, "grid"),
            text(scale(value), bottom + 18, f"{value:g}", "muted middle"),
        )
    ]
