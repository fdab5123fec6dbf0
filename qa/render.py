"""Results as tables and text for a terminal; works in a GBK console and without colour."""

from __future__ import annotations

from rich.console import Console, RenderableType
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table
from rich.text import Text as RichText

from ..lang import say
from ..transcribe.transcript import Utterance
from .result import CallResult

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
        failed = [str(i.title) for i in items if i.verdict == "fail"]
        unsure = [str(i.title) for i in items if i.verdict == "unsure"]
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
        verdict = RichText(verdict_word(item.verdict), style=VERDICT_COLOURS[item.verdict])
        points = f"{item.points:g}/{item.max_points:g}"
        at = clock(finding.evidence[0].start) if finding.evidence else ""
        table.add_row(escape(str(item.title)), verdict, points, at, escape(str(item.reason)))
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
