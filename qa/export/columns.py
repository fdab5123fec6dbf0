"""What a row about a call has: the same for a spreadsheet and for CSV."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from ...lang import Text, say
from ..render import verdict_word
from ..result import CallResult, Judged

Kind = Literal["text", "moment", "length", "number", "score", "percent", "verdict"]
Cell = str | float | None


@dataclass(frozen=True)
class Column:
    """A column; `width` in characters. A moment is ISO 8601, a length is in seconds, None is an empty cell."""

    title: str
    kind: Kind
    width: int
    value: Callable[[CallResult], Cell]


def call_columns(items: Sequence[str], titles: Mapping[str, Text]) -> list[Column]:
    """The columns of a call: what it was, its score, its figures, and one for each item with its verdict."""
    return [*_facts(), *_figures(), *(_item(item, titles) for item in items)]


def _facts() -> Iterator[Column]:
    yield Column(say("call", "通话"), "text", 32, lambda r: r.call_id)
    yield Column(say("start", "开始时间"), "moment", 19, lambda r: r.metadata.started_at)
    yield Column(say("agent id", "工号"), "text", 10, lambda r: r.metadata.agent_id)
    yield Column(say("agent", "坐席"), "text", 10, lambda r: r.metadata.agent)
    yield Column(say("group", "组别"), "text", 10, lambda r: r.metadata.group)
    yield Column(say("customer", "客户"), "text", 12, lambda r: r.metadata.customer)
    yield Column(say("direction", "方向"), "text", 10, lambda r: r.metadata.direction)
    yield Column(say("queue", "队列"), "text", 10, lambda r: r.metadata.queue)
    yield Column(say("length", "时长"), "length", 9, lambda r: r.duration if r.analysis else None)
    yield Column(say("status", "状态"), "text", 9, _status)


def _status(result: CallResult) -> str:
    words = {
        "scored": say("scored", "已评分"),
        "empty": say("empty", "无语音"),
        "failed": say("failed", "失败"),
    }
    return words[result.status]


def _figures() -> Iterator[Column]:
    yield Column(say("score", "得分"), "score", 8, _judged(lambda j: j.scorecard.score))
    yield Column(say("at least", "最低"), "number", 8, _judged(lambda j: j.scorecard.low))
    yield Column(say("at most", "最高"), "number", 8, _judged(lambda j: j.scorecard.high))
    yield Column(say("passed", "合格"), "text", 8, _judged(_passed))
    yield Column(say("hold s", "持线秒"), "number", 9, _judged(lambda j: j.metrics.hold_seconds))
    yield Column(
        say("longest hold s", "最长持线秒"),
        "number",
        12,
        _judged(lambda j: j.metrics.longest_hold_seconds),
    )
    yield Column(
        say("dead air s", "静默秒"), "number", 9, _judged(lambda j: j.metrics.silence_seconds)
    )
    yield Column(
        say("interruptions", "抢话次数"), "number", 10, _judged(lambda j: j.metrics.interruptions)
    )
    yield Column(
        say("response s", "应答间隔秒"), "number", 11, _judged(lambda j: j.metrics.response_seconds)
    )


def _passed(judged: Judged) -> str | None:
    words = {True: say("yes", "是"), False: say("no", "否"), None: None}
    return words[judged.scorecard.passed]


def _item(item: str, titles: Mapping[str, Text]) -> Column:
    def verdict(judged: Judged) -> str | None:
        found = (i.verdict for i in judged.scorecard.items if i.id == item)
        return next((verdict_word(one) for one in found), None)

    title = str(titles.get(item, item))
    return Column(title, "verdict", max(8, 2 * len(title)), _judged(verdict))


def _judged(value: Callable[[Judged], Cell]) -> Callable[[CallResult], Cell]:
    return lambda r: value(r.judged) if r.judged and r.status == "scored" else None
