"""Agents as tables for a terminal: scores, figures against targets, pass rates, and the calls behind."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text as RichText

from ..lang import Text, say
from .agents import AgentReport, AgentSummary, PassRate
from .indicators.catalogue import BY_ID
from .indicators.groups import DIMENSIONS
from .render import clock, verdict_word
from .statistics import Trend
from .store.figures import Span
from .store.listing import Found

AGENTS_ABREAST = 8  # columns of the item table that a terminal is wide enough for
_ARROWS: dict[Trend, Text] = {
    "up": Text("↑ up", "↑ 上升"),
    "down": Text("↓ down", "↓ 下降"),
    "same": Text("→ same", "→ 持平"),
}
_BY: dict[Span, Text] = {
    "day": Text("Agents by day", "坐席每日情况"),
    "week": Text("Agents by week", "坐席每周情况"),
    "month": Text("Agents by month", "坐席每月情况"),
}
_FIGURES = ("talk_time", "hold_time", "response_time", "interruptions")


def agent_table(report: AgentReport) -> RenderableType:
    """All agents with mean score, figures and item pass rates, and the calls without an agent."""

    def title(item: str) -> str:
        return str(report.titles.get(item, item))

    parts: list[RenderableType] = [_scores(report, title)]
    if report.agents:
        parts.append(_figures(report))
    columns = range(0, len(report.agents) if report.items else 0, AGENTS_ABREAST)
    parts += [
        _item_table(report.agents[n : n + AGENTS_ABREAST], report.items, title) for n in columns
    ]
    if report.failed:
        parts.append(RichText(say("failed recordings: ", "处理失败的录音：") + str(report.failed)))
    if report.without_agent:
        shown = ", ".join(report.some)
        more = report.without_agent - len(report.some)
        line = say("calls without an agent: ", "没有坐席信息的通话：") + shown
        parts.append(RichText(line + (f" … +{more}" if more > 0 else "")))
    return Group(*parts)


def time_table(agents: Sequence[AgentSummary], by: Span) -> RenderableType:
    """A row for each agent and day, week or month; red is off target."""
    table = Table(title=str(_BY[by]), title_justify="left")
    table.add_column(say("agent", "坐席"), no_wrap=True)
    table.add_column(str(DIMENSIONS[by]), no_wrap=True)
    for title in (
        say("calls", "通话数"),
        say("mean score", "平均分"),
        say("95 % between", "95%区间"),
    ):
        table.add_column(title, justify="right")
    table.add_column(say("trend", "趋势"), no_wrap=True)
    table.add_column(say("fatal", "致命"), justify="right")
    table.add_column(say("unsure", "待复核"), justify="right")
    for name in _FIGURES:
        table.add_column(str(BY_ID[name].title), justify="right")
    for agent in agents:
        table.add_row(
            _label(agent), agent.span or "-", str(agent.calls), _score(agent), _between(agent), _arrow(agent),
            str(agent.fatal), _share(agent.unsure), *_figure_cells(agent),
        )  # fmt: skip
    return table


def call_table(found: Sequence[Found]) -> RenderableType:
    """The calls behind the figures, the lowest scores first."""
    table = Table(title=say("Calls", "通话"), title_justify="left")
    table.add_column(say("call", "通话"), overflow="fold")
    table.add_column(say("start", "开始时间"), no_wrap=True)
    table.add_column(say("agent", "坐席"))
    table.add_column(say("length", "时长"), justify="right")
    table.add_column(say("score", "得分"), justify="right")
    table.add_column(f"{verdict_word('fail')} / {verdict_word('unsure')}", ratio=1)
    for one in found:
        hit = one.hit
        items = hit.judged.scorecard.items
        named = [
            say(", ", "、").join(str(i.title) for i in items if i.verdict == verdict) or "-"
            for verdict in ("fail", "unsure")
        ]
        agent = " ".join(part for part in (hit.agent_id, hit.agent) if part) or "-"
        started = (hit.started_at or "-").replace("T", " ")
        score = "-" if hit.score is None else f"{hit.score:g}"
        table.add_row(
            escape(hit.call_id), started, escape(agent), clock(hit.duration), score, escape(" / ".join(named))
        )  # fmt: skip
    return table


def _label(agent: AgentSummary) -> str:
    return escape(f"{agent.agent_id} {agent.name}" if agent.name else agent.agent_id)


def _scores(report: AgentReport, title: Callable[[str], str]) -> Table:
    trends = any(agent.trend for agent in report.agents)
    table = Table(title=say("Agents", "坐席监听分值"), title_justify="left")
    table.add_column(say("agent", "坐席"), no_wrap=True)
    table.add_column(say("group", "组别"), no_wrap=True)
    table.add_column(say("calls", "通话数"), justify="right")
    table.add_column(say("length", "时长"), justify="right")
    table.add_column(say("mean score", "平均分"), justify="right")
    table.add_column(say("95 % between", "95%区间"), justify="right")
    if trends:
        table.add_column(say("trend", "趋势"), no_wrap=True)
    table.add_column(say("fatal", "致命"), justify="right")
    table.add_column(say("unsure", "待复核"), justify="right")
    table.add_column(say("weakest items (passed/decided)", "薄弱项目（通过/已判）"))
    for agent in report.agents:
        arrow = [_arrow(agent)] if trends else []
        table.add_row(
            _label(agent), escape(agent.group or "-"), str(agent.calls), clock(agent.seconds), _score(agent),
            _between(agent), *arrow, str(agent.fatal), _share(agent.unsure),
            ", ".join(f"{title(item)} {r.passed}/{r.decided}" for item, r in _weakest(agent)) or "-",
        )  # fmt: skip
    return table


def _figures(report: AgentReport) -> Table:
    """Means against the rule book's targets; red is off target."""
    table = Table(title=say("Figures and targets", "通话指标与目标"), title_justify="left")
    table.add_column(say("agent", "坐席"), no_wrap=True)
    indicators = [BY_ID[name] for name in _FIGURES]
    for one in indicators:
        target = f"\n({one.target_text})" if one.target_text else ""
        table.add_column(f"{one.title}{target}", justify="right")
    for agent in report.agents:
        table.add_row(_label(agent), *_figure_cells(agent))
    return table


def _figure_cells(agent: AgentSummary) -> list[RichText]:
    cells = []
    for one in (BY_ID[name] for name in _FIGURES):
        value = agent.figures[one.id].value
        digits = 0 if one.unit == "seconds" and one.target else 1
        shown = "-" if value is None else f"{value:.{digits}f}"
        cells.append(RichText(shown, style="red" if one.met(value) is False else ""))
    return cells


def _score(agent: AgentSummary) -> str:
    return "-" if agent.mean_score is None else f"{agent.mean_score:g}"


def _between(agent: AgentSummary) -> str:
    return "-" if agent.interval is None else "{:.0f}–{:.0f}".format(*agent.interval)


def _arrow(agent: AgentSummary) -> str:
    return str(_ARROWS[agent.trend]) if agent.trend else "-"


def _share(of: float | None) -> str:
    return "-" if of is None else f"{100 * of:.0f}%"


def _weakest(agent: AgentSummary, most: int = 3) -> list[tuple[str, PassRate]]:
    """The items that an agent passes least often, and not always."""
    rated = [(r.rate, item, r) for item, r in agent.items.items() if r.rate is not None]
    low = sorted((x for x in rated if x[0] < 1), key=lambda x: (x[0], x[1]))[:most]
    return [(item, rate) for _, item, rate in low]


def _item_table(
    agents: Sequence[AgentSummary], items: Sequence[str], title: Callable[[str], str]
) -> RenderableType:
    """Items as rows and some agents as columns."""
    table = Table(title=say("Pass rate per item", "各项目通过率"), title_justify="left")
    table.add_column(say("item", "项目"))
    for agent in agents:
        table.add_column(escape(agent.agent_id), justify="right", no_wrap=True)
    for item in items:
        cells = []
        for agent in agents:
            found = agent.items.get(item)
            rate = found.rate if found else None
            cells.append("-" if rate is None else f"{100 * rate:.0f}%")
        table.add_row(escape(title(item)), *cells)
    return table
