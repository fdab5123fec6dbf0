"""Calibration as tables for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text as RichText

from ...lang import Text, say
from ..metadata import Problem
from ..render import verdict_word
from .compute import Calibration
from .figures import Match, ScoreMatch, Share
from .human import HumanFile
from .thresholds import REVIEW_MINUTES, Cut, Key, Proposal, Stock

MOST_PROBLEMS = 20


def calibration_tables(found: Calibration) -> RenderableType:
    """The machine against people by item, each person, and the scores."""
    several = len({key.checklist for key in found.items}) > 1
    table = Table(
        title=say("The machine against people", "机器结论与人工结论"), title_justify="left"
    )
    table.add_column(say("item", "项目"), overflow="fold")
    for heading in _headings(machine=True):
        table.add_column(heading, justify="right")
    for key, one in found.items.items():
        table.add_row(escape(named(key, found.titles, several=several)), *_cells(one, machine=True))
    table.add_section()
    table.add_row(say("all", "全部"), *_cells(found.total, machine=True))
    parts: list[RenderableType] = [table, *_people(found)]
    if found.scores:
        parts.append(_scores(found.scores))
    return Group(*parts)


def named(key: Key, titles: Mapping[Key, Text], *, several: bool) -> str:
    """An item by its id and title, and by its checklist where there are several."""
    where = f"{key.checklist}: " if several else ""
    return f"{where}{key.item}\n{titles[key]}" if key in titles else f"{where}{key.item}"


def _headings(*, machine: bool) -> list[str]:
    both = [
        say("reviewed", "复核数"), say("agreement", "一致率"), say("95 % between", "95%区间"),
        say("kappa", "Kappa"), "AC1",
    ]  # fmt: skip
    if not machine:
        return both
    fails = [
        say("precision of fail", "不通过的准确率"),
        say("recall of fail", "不通过的检出率"),
    ]
    return [both[0], say("unsure", "待复核"), *both[1:], *fails]


def _cells(one: Match, *, machine: bool) -> list[str]:
    cells = [
        str(one.pairs), _percent(one.agreement), _between(one.agreement), _coefficient(one.kappa, one),
        _coefficient(one.ac1, one),
    ]  # fmt: skip
    if not machine:
        return cells
    return [
        cells[0], _percent(one.unsure), *cells[1:], _counted(one.precision), _counted(one.recall),
    ]  # fmt: skip


def _percent(share: Share) -> str:
    return "-" if share.value is None else f"{100 * share.value:.0f}%"


def _between(share: Share) -> str:
    return (
        "-"
        if share.interval is None
        else "{:.0f}–{:.0f}".format(*(100 * x for x in share.interval))
    )


def _counted(share: Share) -> str:
    return "-" if share.value is None else f"{100 * share.value:.0f}% ({share.part}/{share.whole})"


def _coefficient(value: float | None, one: Match) -> str:
    if value is not None:
        return f"{value:.2f}"
    return say("undefined", "无定义") if one.agreement.whole else "-"


def _people(found: Calibration) -> Iterator[RenderableType]:
    machine = [raters for raters in found.raters if raters.other is None]
    people = [raters for raters in found.raters if raters.other is not None]
    if len(machine) > 1:
        table = Table(title=say("By reviewer", "按复核人"), title_justify="left")
        table.add_column(say("reviewer", "复核人"), overflow="fold")
        for heading in _headings(machine=True):
            table.add_column(heading, justify="right")
        for raters in machine:
            table.add_row(escape(raters.one), *_cells(raters.match, machine=True))
        yield table
    if people:
        table = Table(title=say("Person against person", "复核人之间"), title_justify="left")
        table.add_column(say("reviewers", "复核人"), overflow="fold")
        for heading in _headings(machine=False):
            table.add_column(heading, justify="right")
        for raters in people:
            table.add_row(
                escape(f"{raters.one} – {raters.other}"), *_cells(raters.match, machine=False)
            )
        yield table


def _scores(found: ScoreMatch) -> RenderableType:
    mean, between = found.difference.value or 0.0, found.interval
    reach = "" if between is None else " ({:+.1f} … {:+.1f})".format(*between)
    rank = found.correlation
    rho = (
        say("undefined or too few calls", "无定义或通话太少")
        if rank is None
        else f"{rank.rho:.2f} ({rank.low:.2f} … {rank.high:.2f})"
    )
    absolute = found.absolute.value or 0.0
    return RichText(
        say(
            f"scores, {found.calls} calls: machine less person {mean:+.1f}{reach}, absolute {absolute:.1f}, "
            f"correlation {rho}",
            f"得分（{found.calls} 通）：机器减人工 {mean:+.1f}{reach}，平均绝对差 {absolute:.1f}，相关系数 {rho}",
        )
    )


def threshold_table(found: Sequence[Proposal], precision: float, stock: Stock) -> RenderableType:
    """The thresholds that reach a precision, and what they cost over all stored calls."""
    several = len({one.key.checklist for one in found}) > 1
    wanted = f"{100 * precision:g}%"
    title = say(f"Thresholds for a precision of {wanted}", f"准确率达到 {wanted} 的阈值")
    table = Table(title=title, title_justify="left")
    table.add_column(say("item", "项目"), overflow="fold")
    table.add_column(say("verdict", "结论"), no_wrap=True)
    for heading in (
        say("right now", "目前正确"), say("unsure below", "低于则待复核"), say("right then", "之后正确"),
        say("at least (95 %)", "95%下限"), say("become unsure", "转待复核"),
        say("per 100 calls", "每百通"), say("minutes", "分钟"),
    ):  # fmt: skip
        table.add_column(heading, justify="right")
    before = None
    for one in found:
        item = "" if one.key == before else escape(named(one.key, {}, several=several))
        before = one.key
        table.add_row(item, verdict_word(one.verdict), *_cut_cells(one.cut), *_cost_cells(one))
    return Group(table, *(RichText(line) for line in _costs(found, stock)))


def _cut_cells(cut: Cut) -> list[str]:
    if cut.least is None:
        return [_counted(cut.now), say("cannot be reached", "无法达到"), "-", "-"]
    low = "-" if cut.kept.interval is None else f"{100 * cut.kept.interval[0]:.0f}%"
    least = f"{cut.least:.3f}" if cut.least else say("not needed", "不需要")
    if cut.few:
        count = cut.kept.whole
        least = say(f"too few ({count})", f"样本太少（{count}）")
    return [_counted(cut.now), least, _counted(cut.kept), low]


def _cost_cells(one: Proposal) -> list[str]:
    if not one.cut.proposed:
        return ["-", "-", "-"]
    cost = one.cost
    return [_counted(cost.unsure), f"{cost.per_hundred:.1f}", f"{cost.minutes:.0f}"]


def _costs(found: Iterable[Proposal], stock: Stock) -> Iterator[str]:
    costs = [one.cost for one in found if one.cut.proposed]
    calls, verdicts = sum(stock.calls.values()), sum(cost.unsure.part for cost in costs)
    minutes = verdicts * REVIEW_MINUTES
    each = 100 * verdicts / calls if calls else 0.0
    yield say(
        f"together, over {calls} stored calls: {verdicts} more verdicts unsure, {each:.1f} per 100 calls, "
        f"{minutes:.0f} minutes of review ({REVIEW_MINUTES:g} each)",
        f"合计（库中 {calls} 通）：新增待复核 {verdicts} 项，每百通 {each:.1f} 项，约需复核 {minutes:.0f} 分钟"
        f"（每项 {REVIEW_MINUTES:g} 分钟）",
    )
    if stock.without:
        yield say(
            f"{stock.without} of these calls were judged by an earlier version, without certainty (taken for 1): "
            "run callqa rescore first",
            f"其中 {stock.without} 通由旧版本判定，没有把握值（按 1 计）：请先运行 callqa rescore",
        )


def file_lines(found: HumanFile) -> Iterator[str]:
    """What was not taken from a table of people's verdicts, and why."""
    if found.unused:
        yield say("columns not used: ", "未使用的列：") + say(", ", "、").join(found.unused)
    for count, en, zh in (
        (found.undecided, "left open by people", "人工标为待复核"),
        (found.empty, "without a verdict", "未填结论"),
        (found.outside, "about other calls than were asked for", "不在所选通话范围内"),
    ):
        if count:
            yield say(f"{en}: {count}", f"{zh}：{count}")
    if found.problems:
        count = len(found.problems)
        yield say(f"left out: {count}", f"有误未采用：{count}")
    for problem in found.problems[:MOST_PROBLEMS]:
        yield _problem_line(problem)
    if len(found.problems) > MOST_PROBLEMS:
        yield f"  … +{len(found.problems) - MOST_PROBLEMS}"


def _problem_line(problem: Problem) -> str:
    return say(f"  row {problem.line}: ", f"  第 {problem.line} 行：") + str(problem.text)
