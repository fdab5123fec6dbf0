"""What calls are about, as tables for a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.console import RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text as RichText

from ..lang import Text, say
from ..scoring.topics import Kind
from .store.topics import MACHINE, Count

_TITLES: dict[Kind, Text] = {
    "reason": Text("Reasons for calling", "来电原因"),
    "complaint": Text("Complaints", "投诉类别"),
}


def count_table(kind: Kind, found: Sequence[Count]) -> RenderableType:
    """Calls by class and month, the latest month first."""
    months = list(dict.fromkeys(one.month for one in found))
    names = list(dict.fromkeys(one.name for one in sorted(found, key=lambda c: -c.calls)))
    calls = {(one.name, one.month): one.calls for one in found}
    table = Table(title=str(_TITLES[kind]), title_justify="left")
    table.add_column(say("class", "类别"))
    for month in months:
        table.add_column(escape(month), justify="right")
    table.add_column(say("corrected", "人工更正"), justify="right")
    for name in names:
        people = sum(one.by_people for one in found if one.name == name)
        row = [str(calls.get((name, month), "-")) for month in months]
        table.add_row(escape(name), *row, str(people or "-"))
    return table


def topic_lines(found: Mapping[str, tuple[str, float | None, str]]) -> RenderableType:
    """What one call is about, and who said so."""
    lines = []
    for kind, title in _TITLES.items():
        name, likeness, by = found.get(kind, ("-", None, ""))
        how = (
            ""
            if likeness is None
            else say(f", likeness {likeness:.2f}", f"，相似度 {likeness:.2f}")
        )
        who = say("by the machine", "机器归类") if by == MACHINE else by
        shown = name or say("none", "无")
        lines.append(
            f"{title}{say(': ', '：')}{shown}  ({who}{how})"
            if by
            else f"{title}{say(': ', '：')}{shown}"
        )
    return RichText("\n".join(lines))
