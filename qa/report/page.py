"""The page itself: what the template of qa/pages shows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from markupsafe import Markup

from ...lang import say
from ..agents import AgentReport, AgentSummary
from ..indicators.indicators_render import met_text, number_text
from ..pages import page as fill
from ..render import clock
from ..statistics import Mean, Trend
from .bars import MOST_BARS, AgentBar, ItemBar, agent_chart, bullet, item_chart
from .content import Content
from .plots import UNITS, hold_chart, points, trend_chart, unit_of

HOLD_LIMIT = 60  # seconds: the target of the indicator `longest_hold`
ARROWS: dict[Trend, str] = {"up": "↑", "down": "↓", "same": "→"}


@dataclass(frozen=True)
class Figure:
    """A number in the head of the page, what it is of, and a word on it."""

    title: str
    value: str
    remark: str = ""


def label(agent: AgentSummary) -> str:
    """The agent's id, and the name where there is one."""
    return f"{agent.agent_id} {agent.name}" if agent.name else agent.agent_id


def between(interval: tuple[float, float] | None) -> str:
    """An interval as people read it."""
    return "–" if interval is None else "{:.1f} – {:.1f}".format(*interval)


# what the template shows values with
_WORDS: dict[str, Any] = {
    "label": label, "between": between, "number_text": number_text, "met_text": lambda v: met_text(v).plain,
    "bullet": bullet, "arrows": ARROWS,
}  # fmt: skip


def page(content: Content, title: str | None = None, today: date | None = None) -> str:
    """The report in HTML, in the user's language."""
    unit = unit_of(content.days)
    trend = points(content.days, unit)
    html = fill(
        "report", "data:", content=content, heading=title or say("Call quality report", "通话质检报告"),
        today=str(today or date.today()), figures=list(_head(content)),
        agents=_agents(content.agents, content.total.score), many=len(content.agents.agents) > MOST_BARS,
        items=_items(content), trend=trend, trend_unit=str(UNITS[unit]),
        trend_chart=trend_chart(trend, unit) if trend else None,
        hold_chart=hold_chart(content.holds, HOLD_LIMIT) if content.holds.count else None,
        hold_limit=HOLD_LIMIT, indicators=content.indicators, **_WORDS,
    )  # fmt: skip
    # a file name that is no text comes with halves of characters, which no file in UTF-8 can have
    return html.encode("utf-8", "replace").decode("utf-8")


def _head(content: Content) -> Iterator[Figure]:
    total, score = content.total, content.total.score
    interval = score.interval(0.0, 100.0)
    yield Figure(
        say("mean score", "平均分"),
        "–" if score.value is None else f"{score.value:.1f}",
        say("95 % between ", "95%区间 ") + between(interval) if interval
        else say("one call: no interval", "仅一通通话，无区间") if score.count == 1 else "",
    )  # fmt: skip
    scored = say(f"{score.count} with a score", f"{score.count} 通有得分")
    yield Figure(
        say("calls", "通话"), f"{total.calls}", clock(total.seconds) + say(" in all, ", "，") + scored
    )  # fmt: skip
    agents, nobody = len(content.agents.agents), content.agents.without_agent
    unknown = say(f"{nobody} calls without one", f"{nobody} 通无坐席信息") if nobody else ""
    yield Figure(say("agents", "坐席"), f"{agents}", unknown)
    share = f"{100 * total.fatal / total.calls:.1f}%"
    fatal = say(f"{share} of the calls", f"占通话的 {share}")
    yield Figure(say("calls with a fatal item", "致命项不通过"), f"{total.fatal}", fatal)
    decided = sum(rate.decided for rate in content.items.values())
    unsure = sum(rate.unsure for rate in content.items.values())
    part = f"{100 * unsure / (decided + unsure):.0f}%" if decided + unsure else "–"
    verdicts = say(
        f"{unsure} of {decided + unsure} verdicts", f"{unsure} / {decided + unsure} 项结论"
    )
    yield Figure(say("unsure, for a person", "待复核"), part, verdicts)


def _agents(report: AgentReport, overall: Mean) -> Markup | None:
    """The chart of the agents who have a score; of many, the best and the worst."""
    bars = [
        AgentBar(label(a), a.mean_score, a.interval, a.calls)
        for a in report.agents
        if a.mean_score is not None
    ]
    if len(bars) > MOST_BARS:
        bars = bars[: MOST_BARS // 2] + bars[-MOST_BARS // 2 :]
    return agent_chart(bars, overall.value) if bars else None


def _items(content: Content) -> Markup | None:
    """The chart of the items, the weakest first; what was never decided last."""
    titles = content.agents.titles
    bars = [
        ItemBar(str(titles.get(item, item)), rate.passed, rate.decided, rate.unsure)
        for item, rate in content.items.items()
        if rate.decided + rate.unsure
    ]
    bars.sort(key=lambda bar: 2.0 if bar.rate is None else bar.rate)
    return item_chart(bars) if bars else None
