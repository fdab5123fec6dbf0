"""Drawn calls as a table for a terminal, and as rows for a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text as RichText

from ..lang import Text, say
from .sampling import Candidate, Kind, Pick, Plan, Risk
from .spreadsheet import inert

RISKS: dict[Risk, Text] = {
    "fatal": Text("fatal item", "致命项"),
    "silence": Text("long silence", "长时间静默"),
    "complaint": Text("complaint words", "投诉用语"),
}
KINDS: dict[Kind, Text] = {
    "even": Text("sample", "抽样"),
    "risk": Text("risk", "风险追加"),
}
Picked = tuple[Candidate, Pick]


def picked(calls: Sequence[Candidate], picks: Mapping[int, Pick]) -> list[Picked]:
    """The drawn ones of these calls, by agent and start."""
    some = [(call, picks[call.row]) for call in calls if call.row in picks]
    return sorted(some, key=lambda one: (one[0].agent, one[0].started_at or "", one[0].row))


def sample_table(month: str, found: Sequence[Picked], plan: Plan) -> RenderableType:
    """The drawn calls by agent, and the agents with fewer calls than are wanted."""
    table = Table(title=f"{say('Drawn for', '抽检')} {month}", title_justify="left")
    for title in _HEADINGS:
        table.add_column(str(title), overflow="fold")
    before = None
    for row, (call, _) in zip(sample_rows(found), found, strict=True):
        if before not in (None, call.agent):
            table.add_section()
        before = call.agent
        table.add_row(*map(escape, row))
    even: dict[str, int] = {}
    for call, pick in found:
        even[call.agent] = even.get(call.agent, 0) + (pick.kind == "even")
    few = [f"{agent} ({count})" for agent, count in even.items() if count < plan.each]
    if not few:
        return table
    said = say(
        f"agents with fewer than {plan.each} calls in the month: ",
        f"本月通话不足 {plan.each} 通的坐席：",
    )
    return Group(table, RichText(said + say(", ", "、").join(few)))


_HEADINGS = (
    Text("agent", "坐席"),
    Text("name", "姓名"),
    Text("start", "开始时间"),
    Text("call", "通话"),
    Text("score", "得分"),
    Text("drawn as", "抽取方式"),
    Text("risks", "风险"),
)


def sample_rows(found: Sequence[Picked]) -> Iterator[list[str]]:
    """A row of texts for each call."""
    for call, pick in found:
        risks = say(", ", "、").join(str(RISKS[risk]) for risk in call.risks)
        yield [
            call.agent, call.name or "", (call.started_at or "").replace("T", " "), call.call_id,
            "" if call.score is None else f"{call.score:g}", str(KINDS[pick.kind]), risks,
        ]  # fmt: skip


def sample_sheet(found: Sequence[Picked]) -> Iterator[list[str]]:
    """Headings and rows for a CSV; texts are inert."""
    yield [str(title) for title in _HEADINGS]
    for row in sample_rows(found):
        yield [inert(text) for text in row]
