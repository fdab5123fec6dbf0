"""Results as tables and text for a terminal; works in a GBK console and without colour."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.console import Console, Group, RenderableType
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table
from rich.text import Text as RichText

from ..lang import say
from ..transcribe.transcript import Utterance
from .agents import AgentReport, AgentSummary, PassRate
from .result import CallResult

AGENTS_ABREAST = 8  # columns of the item table that a terminal is wide enough for
ROLE_COLOURS = {
    "agent": "cyan",
    "customer": "magenta",
    "system": "bright_black",
    "unknown": "white",
}
VERDICT_COLOURS = {"pass": "green", "fail": "red", "unsure": "yellow", "na": "bright_black"}


def verdict_word(verdict: str) -> str:
    """A verdict in the user's language."""
    words = {
        "pass": say("pass", "通过"),
        "fail": say("FAIL", "不通过"),
        "unsure": say("unsure", "待复核"),
        "na": say("n/a", "不适用"),
    }
    return words[verdict]


def clock(seconds: float) -> str:
    """Seconds as m:ss, or h:mm:ss."""
    whole = int(seconds)
    hours, rest = divmod(whole, 3600)
    minutes, secs = divmod(rest, 60)
    return f"{hours}:{minutes:02d}:{secs:02d}" if hours else f"{minutes}:{secs:02d}"


def score_text(result: CallResult) -> RichText:
    """Score with its range where items are unsure, coloured by passed or not."""
    card = result.judged.scorecard if result.judged else None
    if result.status != "scored" or card is None:
        words = {"empty": say("empty", "无语音"), "failed": say("failed", "失败")}
        style = "red" if result.status == "failed" else "bright_black"
        return RichText(words.get(result.status, "-"), style=style)
    if card.score is None:
        return RichText("-")
    style = {True: "green", False: "red", None: "yellow"}[card.passed]
    spread = f" ({card.low:g}-{card.high:g})" if card.low != card.high else ""
    return RichText(f"{card.score:g}{spread}", style=style)


class ResultRows:
    """Prints one row per call as it finishes, all in the same columns."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._first = True

    def add(self, result: CallResult) -> None:
        """Print a call's row, and below it what went wrong or is missing."""
        table = Table(box=None, show_header=self._first, pad_edge=False, expand=True)
        table.add_column(say("call", "通话"), ratio=1, overflow="fold")
        table.add_column(say("length", "时长"), width=8, justify="right")
        table.add_column(say("agent", "坐席"), width=16, overflow="fold")
        table.add_column(say("score", "得分"), width=18)
        facts = result.metadata
        agent = " ".join(part for part in (facts.agent_id, facts.agent) if part)
        length = clock(result.duration) if result.analysis else "-"
        table.add_row(escape(result.call_id), length, escape(agent) or "-", score_text(result))
        self._console.print(table)
        remarks = _remarks(result)
        if remarks:
            style = "red" if result.status == "failed" else "bright_black"
            self._console.print(Padding(RichText(remarks, style=style), (0, 0, 0, 4)))
        self._first = False


def _remarks(result: CallResult) -> str:
    parts = [result.unkept] if result.unkept else []
    if result.error:
        return say("; ", "；").join([result.error, *parts])
    if result.warning:
        parts.append(str(result.warning))
    if result.judged and result.status == "scored":
        items = result.judged.scorecard.items
        failed = [str(i.title) for i in items if i.finding.verdict == "fail"]
        unsure = [str(i.title) for i in items if i.finding.verdict == "unsure"]
        if failed:
            parts.append(say("failed: ", "不通过：") + say(", ", "、").join(failed))
        if unsure:
            parts.append(say("unsure: ", "待复核：") + say(", ", "、").join(unsure))
    return say("; ", "；").join(parts)


def scorecard(result: CallResult) -> RenderableType:
    """A call's scorecard: every item with verdict, points, reason and where to listen."""
    judged = result.judged
    if judged is None:
        return RichText(result.error or say("no speech was found", "未发现语音"))
    card = judged.scorecard
    title = f"{result.call_id}   {card.checklist} v{card.version}   {say('score', '得分')} "
    table = Table(title=RichText(title).append_text(score_text(result)), title_justify="left")
    table.add_column(say("item", "项目"), max_width=24)
    table.add_column(say("verdict", "结论"), no_wrap=True)
    table.add_column(say("points", "分值"), justify="right", no_wrap=True)
    table.add_column(say("at", "位置"), justify="right", no_wrap=True)
    table.add_column(say("reason", "理由"), ratio=1, overflow="fold")
    for item in card.items:
        finding = item.finding
        verdict = RichText(verdict_word(finding.verdict), style=VERDICT_COLOURS[finding.verdict])
        points = f"{item.points:g}/{item.max_points:g}"
        at = clock(finding.evidence[0].start) if finding.evidence else ""
        table.add_row(escape(str(item.title)), verdict, points, at, escape(str(finding.reason)))
    return table


def speaker_name(utterance: Utterance) -> str:
    """Who speaks, in the user's language."""
    names = {
        "agent": say("agent", "坐席"),
        "customer": say("customer", "客户"),
        "system": say("system", "系统"),
        "unknown": say(f"speaker {utterance.speaker + 1}", f"说话人 {utterance.speaker + 1}"),
    }
    return names[utterance.role]


def transcript(result: CallResult) -> RenderableType:
    """Who said what, with times; holds and silences in their places."""
    if result.judged is None:
        return RichText("")
    judged = result.judged
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    rows: list[tuple[float, float, str, str, str]] = [
        (u.start, u.end, speaker_name(u), ROLE_COLOURS[u.role], u.text)
        for u in judged.transcript.utterances
    ]
    for hold in judged.events.holds:
        text = (
            say(f"hold, {hold.seconds:.0f} s", f"等待 {hold.seconds:.0f} 秒")
            + f" ({_kind(hold.kind)})"
        )
        rows.append((hold.start, hold.end, "--", "yellow", text))
    for silence in judged.events.silences:
        text = say(f"silence, {silence.seconds:.0f} s", f"静默 {silence.seconds:.0f} 秒")
        rows.append((silence.start, silence.end, "--", "bright_black", text))
    for start, end, label, style, text in sorted(rows):
        table.add_row(f"{start:.1f}-{end:.1f}", f"[{style}]{label}[/]", escape(text))
    return table


def _kind(hold: str) -> str:
    names = {
        "music": say("music", "音乐"),
        "tone": say("tone", "提示音"),
        "silence": say("silence", "静音"),
    }
    return names[hold]


def agent_table(report: AgentReport) -> RenderableType:
    """All agents with mean score and item pass rates, and the calls without an agent."""

    def title(item: str) -> str:
        return str(report.titles.get(item, item))

    table = Table(title=say("Agents", "坐席监听分值"), title_justify="left")
    table.add_column(say("agent", "坐席"), no_wrap=True)
    table.add_column(say("group", "组别"), no_wrap=True)
    table.add_column(say("calls", "通话数"), justify="right")
    table.add_column(say("length", "时长"), justify="right")
    table.add_column(say("mean score", "平均分"), justify="right")
    table.add_column(say("weakest items (passed/decided)", "薄弱项目（通过/已判）"))
    for agent in report.agents:
        label = f"{agent.agent_id} {agent.name}" if agent.name else agent.agent_id
        score = "-" if agent.mean_score is None else f"{agent.mean_score:g}"
        table.add_row(
            escape(label), escape(agent.group or "-"), str(agent.calls), clock(agent.seconds), score,
            ", ".join(f"{title(item)} {r.passed}/{r.decided}" for item, r in _weakest(agent)) or "-",
        )  # fmt: skip
    parts: list[RenderableType] = [table]
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
