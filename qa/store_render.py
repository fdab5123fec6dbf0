"""The store's contents as tables and text for a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table
from rich.text import Text as RichText

from ..lang import Text, say
from .failures import TITLES
from .passages import Passage
from .render import speaker_name
from .store.search import Hit
from .store.stats import Stats

_STATUSES = {
    "scored": Text("scored", "已评分"),
    "empty": Text("empty", "无语音"),
    "failed": Text("failed", "失败"),
}


def stats_table(path: Path, found: Stats) -> RenderableType:
    """What a database holds, a line each."""
    period = f"{found.first[:10]} … {found.last[:10]}" if found.first and found.last else "-"
    rows: list[tuple[str, str]] = [
        (say("database", "数据库"), f"{path} ({found.size / 1e6:.1f} MB, schema {found.schema})"),
        (say("calls", "通话"), _counts(found.calls, _STATUSES)),
        (say("failed by reason", "失败原因"), _counts(found.failures, TITLES)),
        (say("hours", "总时长（小时）"), f"{found.hours:.1f}"),
        (say("period", "时间范围"), period),
        (say("agents", "坐席"), str(found.agents)),
        (say("scored calls without an agent", "无坐席信息的通话"), str(found.without_agent)),
        (say("copies of a recording", "重复录音"), str(found.copies)),
        (say("recognitions kept", "识别结果"), str(found.analyses)),
        (say("scorecards kept", "评分表"), str(found.scorecards)),
        (
            say("call records", "话单记录"),
            say(
                f"{found.records}, {found.waiting} without a recording",
                f"{found.records}，其中 {found.waiting} 条没有录音",
            ),
        ),
        (say("reviews", "复核"), str(found.reviews)),
        (say("audit trail", "审计记录"), str(found.audit)),
    ]  # fmt: skip
    table = Table(box=None, show_header=False, pad_edge=False)
    for name, value in rows:
        table.add_row(name, escape(value))
    return table


def _counts(counts: Mapping[str, int], titles: Mapping[Any, Text]) -> str:
    named = {str(key): str(title) for key, title in titles.items()}
    parts = [f"{named.get(key, key)} {count}" for key, count in sorted(counts.items())]
    return say(", ", "，").join(parts) or "-"


def hit_lines(hit: Hit, found: Sequence[Passage], extra: str = "") -> RenderableType:
    """A call that was found: what it is, what else is to be said of it, and the places with the turns around."""
    agent = " ".join(part for part in (hit.agent_id, hit.agent) if part) or "-"
    score = "-" if hit.score is None else f"{hit.score:g}"
    likeness = say(" (sounds like it)", "（读音相近）") if hit.likeness == "sounds" else ""
    head = f"{hit.call_id}  {hit.started_at or '-'}  {agent}  {score}{likeness}{extra}"
    lines: list[RenderableType] = [RichText(head, style="bold")]
    for passage in found:
        for utterance in passage.utterances:
            text = RichText(f"{utterance.start:7.1f}  {speaker_name(utterance)}  {utterance.text}")
            if passage.text:
                text.highlight_words([passage.text], "reverse")
            lines.append(Padding(text, (0, 0, 0, 2)))
        if passage is not found[-1]:
            lines.append(RichText("    …", style="bright_black"))
    return Group(*lines)
