"""What a re-scoring changed, as tables for a terminal."""

from __future__ import annotations

from rich.console import RenderableType
from rich.markup import escape
from rich.table import Table

from ..lang import say
from .render import verdict_word
from .rescore import Changes, Rescored


def _word(verdict: str | None) -> str:
    return verdict_word(verdict) if verdict else say("not asked", "无此项")


def by_item(changes: Changes) -> RenderableType:
    """How often each item went from which verdict to which."""
    table = Table(title=say("What changed, by item", "按项目的变化"), title_justify="left")
    table.add_column(say("item", "项目"))
    table.add_column(say("before", "原结论"))
    table.add_column(say("now", "新结论"))
    table.add_column(say("calls", "通话数"), justify="right")
    order = sorted(changes.moves.items(), key=lambda move: (move[0][0], -move[1]))
    for (item, before, now), count in order:
        title = changes.titles.get(item, item)
        table.add_row(escape(str(title)), _word(before), _word(now), str(count))
    return table


def changed_row(one: Rescored) -> str:
    """One call: its score before and now, and the items that moved."""
    titles = {i.id: str(i.title) for i in (*one.before.items, *one.now.items)}
    moves = [f"{titles[item]}: {_word(before)} -> {_word(now)}" for item, before, now in one.moved]
    score = f"{_number(one.before.score)} -> {_number(one.now.score)}"
    return f"{one.call.call_id}  {score}  " + say("; ", "；").join(moves)


def summary(changes: Changes, *, kept: bool) -> str:
    """How many calls, how many changed, and the mean score before and now."""
    count, changed = changes.calls, changes.changed
    en, zh = (
        f"{count} calls re-scored, {changed} changed",
        f"重新评分 {count} 通，{changed} 通有变化",
    )
    parts = [say(en, zh)]
    if changes.compared:
        before, now = changes.before / changes.compared, changes.now / changes.compared
        parts.append(
            say(f"mean score {before:.1f} -> {now:.1f}", f"平均分 {before:.1f} -> {now:.1f}")
        )
    if not kept:
        parts.append(say("nothing was kept (--dry-run)", "未保存（--dry-run）"))
    return say("; ", "；").join(parts)


def _number(score: float | None) -> str:
    return "-" if score is None else f"{score:g}"
