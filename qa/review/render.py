"""Reviews as tables for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text as RichText

from ...lang import say
from ..render import clock, verdict_word
from ..store.queue import Why
from ..store.review_stats import Counts, ReviewStats
from ..store.standing import Appeal, Standing
from .words import why_word


def standing_table(here: Standing, only: str | None = None) -> RenderableType:
    """A call's items: what counts, what the machine found, and who decided what, when and why."""
    card = here.judged.scorecard
    score = "-" if card.score is None else f"{card.score:g}"
    title = f"{here.call_id}   {card.checklist} v{card.version}   {say('score', '得分')} {score}"
    table = Table(title=escape(title), title_justify="left")
    for heading in (
        say("item", "项目"),
        say("verdict", "结论"),
        say("machine", "机器"),
        say("at", "位置"),
    ):
        table.add_column(heading, no_wrap=True)
    table.add_column(say("who, when, why", "复核人、时间、理由"), overflow="fold")
    for item in card.items:
        if only not in (None, item.id):
            continue
        at = clock(item.finding.evidence[0].start) if item.finding.evidence else ""
        said = "\n".join(_history(here, item.id, card.version)) or str(item.finding.reason)
        table.add_row(
            f"{item.id}\n{escape(str(item.title))}", verdict_word(item.verdict),
            verdict_word(item.finding.verdict), at, escape(said),
        )  # fmt: skip
    return table


def _history(here: Standing, item: str, version: str) -> Iterator[str]:
    for one in here.of(item):
        rounds = {
            "first": "",
            "second": say(" (blind)", "（盲审）"),
            "appeal": say(" (appeal, final)", "（申诉终审）"),
        }
        other = ""
        if one.version != version:
            other = say(f" [checklist v{one.version}]", f"［评分表 v{one.version}］")
        mark = "● " if one.in_force else "○ "
        colon = say(": ", "：")
        yield (
            f"{mark}{one.reviewer}{rounds[one.round]} {_moment(one.at)}{colon}"
            f"{verdict_word(one.verdict)} {one.reason}{other}"
        ).rstrip()
    for appeal in here.appeals:
        if appeal.item == item:
            yield _appeal_line(appeal)


def _appeal_line(appeal: Appeal) -> str:
    opened = say(
        f"appeal {appeal.number} by {appeal.by}, {_moment(appeal.at)}: {appeal.reason}",
        f"申诉 {appeal.number}，{appeal.by}，{_moment(appeal.at)}：{appeal.reason}",
    )
    if appeal.answer is None:
        return opened + say(" (open)", "（未答复）")
    answered = (
        f"{appeal.answered_by}{say(': ', '：')}{verdict_word(appeal.answer)} {appeal.answer_reason}"
    )
    return f"{opened} → {answered}"


def _moment(at: str | None) -> str:
    """The moment in local time, to the minute."""
    from datetime import datetime

    return "" if at is None else f"{datetime.fromisoformat(at).astimezone():%Y-%m-%d %H:%M}"


def appeal_table(found: Iterable[tuple[str, Appeal]]) -> RenderableType:
    """Appeals, oldest first."""
    table = Table(box=None, pad_edge=False)
    for heading in (
        "#", say("call", "通话"), say("item", "项目"), say("contested", "原结论"), say("by", "申诉人"),
        say("why", "理由"), say("answer", "答复"),
    ):  # fmt: skip
        table.add_column(heading, overflow="fold")
    for call, one in found:
        answer = say("open", "未答复")
        if one.answer is not None:
            answer = f"{verdict_word(one.answer)} {one.answered_by} {one.answer_reason}"
        table.add_row(*map(escape, (
            str(one.number), call, one.item, verdict_word(one.contested), f"{one.by} {_moment(one.at)}", one.reason,
            answer,
        )))  # fmt: skip
    return table


def stats_tables(
    stats: ReviewStats, waiting: Mapping[Why, int], titles: Mapping[str, object]
) -> RenderableType:
    """What waits, who reviewed how much, and where people see it otherwise than the machine."""
    parts: list[RenderableType] = []
    comma = say(", ", "，")
    left = comma.join(f"{why_word(why)} {count}" for why, count in waiting.items())
    parts.append(RichText(say(f"items that wait: {left}", f"待处理项目：{left}")))
    if stats.reviewers:
        parts.append(_counts(say("Reviewers", "复核人"), stats.reviewers))
        named = {str(titles.get(item, item)): one for item, one in stats.items.items()}
        parts.append(_counts(say("Items", "项目"), named))
    if stats.pairs:
        share = f"{stats.same}/{stats.pairs}"
        parts.append(
            RichText(say(f"two people said the same: {share}", f"盲审与首次复核一致：{share}"))
        )
    if stats.open_appeals or stats.answered:
        en = f"appeals: {stats.open_appeals} open, {stats.answered} answered, {stats.upheld} of them otherwise"
        zh = f"申诉：未答复 {stats.open_appeals}，已答复 {stats.answered}，其中改判 {stats.upheld}"
        parts.append(RichText(say(en, zh)))
    return Group(*parts)


def _counts(title: str, found: Mapping[str, Counts]) -> Table:
    table = Table(title=title, title_justify="left")
    table.add_column("", overflow="fold")
    for heading in (
        say("calls", "通话"), say("reviews", "复核"), say("blind", "盲审"), say("agree with machine", "与机器一致"),
    ):  # fmt: skip
        table.add_column(heading, justify="right")
    for name, one in sorted(found.items(), key=lambda pair: -pair[1].reviews):
        agreed = f"{one.agreed}/{one.decided}" if one.decided else "-"
        table.add_row(escape(name), str(len(one.calls)), str(one.reviews), str(one.second), agreed)
    return table
