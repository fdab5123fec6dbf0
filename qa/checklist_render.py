"""Checklists, how they agree and how they differ, on a terminal and as Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text as RichText
from rich.tree import Tree

from ..lang import Text, say
from ..scoring.agreement import Agreement
from ..scoring.checklist import Checklist
from ..scoring.item import Item
from .checklist_diff import Change
from .checklist_test import Report
from .checklist_words import Branch, branches
from .render import VERDICT_COLOURS, verdict_word

_CATEGORIES = {
    "customer": Text("customer", "客户关键"),
    "business": Text("business", "业务关键"),
    "compliance": Text("compliance", "合规关键"),
    "other": Text("other", "其他"),
}
_HEADINGS = Text(
    "item,worth,category,what it wants,rule book,good,bad", "项目,分值,类别,要求,标准话术,正例,反例"
)
_EXAMPLES = (
    ("good", Text("good", "正例")),
    ("bad", Text("bad", "反例")),
    ("na", Text("does not apply", "不适用")),
)
_MARKS = {"added": ("+", "green"), "removed": ("-", "red"), "changed": ("~", "yellow")}


def _title(checklist: Checklist) -> str:
    mark = say("pass mark", "合格线")
    return f"{checklist.title.text}   {checklist.id} v{checklist.version}   {mark} {checklist.pass_mark:g}"


def _worth(item: Item) -> str:
    """Points or deduction, and what failing costs besides."""
    parts = [f"{item.points:g}"] if item.points else []
    if item.deduct:
        most = (
            ""
            if item.at_most is None
            else say(f", {item.at_most:g} at most", f"，最多 {item.at_most:g}")
        )
        parts.append(say(f"-{item.deduct:g} each time", f"每次扣 {item.deduct:g}") + most)
    if item.fatal:
        parts.append(say("fatal", "一票否决"))
    if item.cap is not None:
        parts.append(say(f"cap {item.cap:g}", f"封顶 {item.cap:g}"))
    return say("; ", "；").join(parts)


def _row(item: Item) -> list[str]:
    good, bad = ("\n".join(getattr(item.examples, key)) for key in ("good", "bad"))
    return [
        f"{item.title.text}\n{item.id}", _worth(item), str(_CATEGORIES[item.category]),
        str(item.asks.text) if item.asks else "", item.rule_book or "", good, bad,
    ]  # fmt: skip


def table(checklist: Checklist) -> RenderableType:
    """All items, one a row."""
    out = Table(title=escape(_title(checklist)), title_justify="left", show_lines=True)
    for heading in str(_HEADINGS).split(","):
        out.add_column(heading, overflow="fold")
    for item in checklist.items:
        out.add_row(*map(escape, _row(item)))
    return out


def detail(item: Item, checklist: Checklist) -> RenderableType:
    """One item with its conditions in words and its examples."""
    lines: list[RenderableType] = [RichText(f"{item.title.text}   {item.id}", style="bold")]
    lines += [RichText(line) for line in _facts(item)]
    for branch in branches(item, checklist):
        lines.append(_tree(branch, Tree(RichText(str(branch.text), style="bold"))))
    for key, noun in _EXAMPLES:
        for text in getattr(item.examples, key):
            lines.append(
                RichText(f"{noun}: ", style="bright_black").append(text.strip(), style="default")
            )
    return Group(*lines)


def _facts(item: Item) -> Iterator[str]:
    yield say("worth: ", "分值：") + f"{_worth(item)}   {_CATEGORIES[item.category]}"
    if item.asks:
        yield say("wants: ", "要求：") + str(item.asks.text)
    if item.rule_book:
        yield say("rule book: ", "标准话术：") + item.rule_book


def _tree(branch: Branch, above: Tree) -> Tree:
    for one in branch.under:
        _tree(one, above.add(RichText(str(one.text))))
    return above


def markdown(checklist: Checklist) -> str:
    """All items as a table of Markdown."""
    headings = str(_HEADINGS).split(",")
    rows = [headings, ["---"] * len(headings), *map(_row, checklist.items)]
    lines = ["| " + " | ".join(map(_cell, row)) + " |" for row in rows]
    return "\n".join([f"# {_title(checklist)}", "", *lines])


def markdown_detail(item: Item, checklist: Checklist) -> str:
    """One item as Markdown."""
    lines = [f"## {item.title.text} (`{item.id}`)", "", *(f"- {line}" for line in _facts(item))]
    for branch in branches(item, checklist):
        lines += ["", f"**{branch.text}**", "", *_bullets(branch.under, 0)]
    for key, noun in _EXAMPLES:
        if texts := getattr(item.examples, key):
            lines += ["", f"**{noun}**", ""]
            lines += ["- " + "  \n  ".join(text.strip().splitlines()) for text in texts]
    return "\n".join(lines)


def _bullets(under: Sequence[Branch], depth: int) -> Iterator[str]:
    for one in under:
        yield (
            f"{'  ' * depth}- `{one.text}`"
            if "*" in str(one.text)
            else f"{'  ' * depth}- {one.text}"
        )
        yield from _bullets(one.under, depth + 1)


def _cell(text: str) -> str:
    for mark in "\\|*_<`":
        text = text.replace(mark, f"\\{mark}")
    return "<br>".join(text.strip().splitlines())


def report(found: Report, *, most: int = 200) -> RenderableType:
    """The figures by item and over all, then the disagreements."""
    calls = say(f"{found.calls} calls", f"{found.calls} 通通话")
    of = calls if found.calls else say("its own examples", "自带示例")
    out = Table(
        title=escape(f"{found.checklist.id} v{found.checklist.version}: {of}"), title_justify="left"
    )
    headings = say(
        "item,n,agreement,kappa,AC1,fail precision,fail recall,unsure",
        "项目,数量,一致率,kappa,AC1,不通过查准,不通过查全,待复核",
    )
    for number, heading in enumerate(headings.split(",")):
        out.add_column(heading, justify="right" if number else "left")
    for item, figures in found.by_item.items():
        out.add_row(item, *_figures(figures))
    out.add_section()
    out.add_row(say("all items", "全部项目"), *_figures(found.overall))
    parts: list[RenderableType] = [out]
    if found.disagreements:
        parts.append(_disagreements(found, most))
    return Group(*parts)


def _figures(of: Agreement) -> list[str]:
    values = (of.agreement, of.kappa, of.ac1, of.precision, of.recall, of.unsure)
    return [str(of.n), *("-" if value is None else f"{value:.3f}" for value in values)]


def _disagreements(found: Report, most: int) -> RenderableType:
    cases = found.disagreements
    title = say("disagreements", "不一致") + f": {len(cases)}"
    if len(cases) > most:
        title += say(f", the first {most}", f"，仅列前 {most} 条")
    out = Table(title=title, title_justify="left")
    for heading in say("call,item,listener,callqa,reason", "通话,项目,人工,系统,理由").split(","):
        out.add_column(heading, overflow="fold")
    for case in cases[:most]:
        verdicts = [
            RichText(verdict_word(v), style=VERDICT_COLOURS[v]) for v in (case.expected, case.got)
        ]
        out.add_row(escape(case.call), case.item, *verdicts, escape(str(case.reason)))
    return out


def changes(found: Sequence[Change]) -> RenderableType:
    """What differs, item by item."""
    if not found:
        return RichText(say("no difference", "没有差别"))
    lines = []
    for change in found:
        mark, style = _MARKS[change.kind]
        lines.append(RichText(f"{mark} {change.what}", style=style))
        lines += [RichText("    " + str(line).replace("\n", " / ")) for line in change.lines]
    return Group(*lines)
