"""What `find` and `clip` look for: their common options, and the choice that these make."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from ..lang import say

if TYPE_CHECKING:
    from ..qa.finding import Choice
    from ..qa.store.database import Database
    from ..scoring.scorecard import Verdict
    from ..scoring.similarity import Vectors

MaybePhrase = Annotated[
    str | None,
    typer.Argument(metavar="[PHRASE]", help=say("Words that are said.", "词语，例如 退款。")),
]
VerdictOnly = Annotated[
    str | None,
    typer.Option(
        "--verdict",
        help=say(
            "With --item: pass (best calls first), fail (worst first), unsure or na.",
            "与 --item 合用：pass（高分在前）、fail（低分在前）、unsure 或 na。",
        ),
    ),
]
ByMeasure = Annotated[
    str | None,
    typer.Option(
        "--by",
        metavar="MEASURE",
        help=say(
            "The calls with the most of it: longest_hold, silence, interruptions, score …",
            "按指标从高到低：longest_hold、silence、interruptions、score 等。",
        ),
    ),
]
LeastFirst = Annotated[
    bool,
    typer.Option("--least", help=say("With --by: the least first.", "与 --by 合用：从低到高。")),
]
OfCollection = Annotated[
    str | None,
    typer.Option(
        "--collection",
        metavar="NAME",
        help=say("Only what is in this collection.", "只看该合集中的片段。"),
    ),
]

OfTopic = Annotated[
    str | None,
    typer.Option(
        "--topic",
        metavar="CLASS",
        help=say(
            "Calls with this reason (callqa topics).",
            "按来电原因，例如 退款退货（先运行 callqa topics）。",
        ),
    ),
]
OfComplaint = Annotated[
    str | None,
    typer.Option(
        "--complaint",
        metavar="CLASS",
        help=say(
            "Complaints of this class (callqa topics).",
            "按投诉类别，例如 服务态度（先运行 callqa topics）。",
        ),
    ),
]
Alike = Annotated[
    str | None,
    typer.Option(
        "--like",
        metavar="SENTENCE",
        help=say(
            "Customers say what means about this.", "客户说过意思相近的话（先运行 callqa topics）。"
        ),
    ),
]


@dataclass(frozen=True)
class About:
    """What calls are marked with, as it was typed; `like` is a sentence."""

    collection: str | None = None
    topic: str | None = None
    complaint: str | None = None
    like: str | None = None

    @property
    def given(self) -> bool:
        return any((self.collection, self.topic, self.complaint, self.like))


def choice_of(
    database: Database,
    phrase: str | None,
    item: str | None,
    verdict: str | None,
    by: str | None,
    *,
    least: bool,
    who: str,
    agent: str | None,
    group: str | None,
    since: str | None,
    until: str | None,
    exact: bool,
    about: About,
    limit: int,
) -> Choice:
    """The choice that options make.

    Raises:
        UsageError: they do not go together, or name what there is not.
    """
    from ..errors import UsageError
    from ..qa.finding import Choice
    from ..qa.period import Period
    from ..qa.store import CallFilter
    from ..qa.store.listing import Order, item_named
    from ..qa.store.search import side_of

    period, side, judged = Period.of(since, until), side_of(who), _verdict(verdict, item)
    _check(phrase, item or about.given, by)
    if about.like and (phrase or by):
        raise UsageError(
            "--like goes neither with a phrase nor with --by", "--like 不能与词语或 --by 合用"
        )
    order = Order.of(by, most=not least) if by else Order.of("score", most=judged == "pass")
    named = item_named(database, item) if item else None
    wanted = CallFilter(
        period.since, period.until, agent, group, named, judged, about.collection, about.topic, about.complaint
    )  # fmt: skip
    like = _vector(about.like) if about.like else None
    return Choice(wanted, order, limit, by is not None, phrase, side, alike=not exact, like=like)


def _vector(sentence: str) -> Vectors:
    """What a sentence means.

    Raises:
        ModelError: the model cannot be had.
    """
    from ..qa.session import Session
    from .terminal import chosen_settings

    vector: Vectors = Session(chosen_settings()).needed_embedder().embed([sentence])[0]
    return vector


def _check(phrase: str | None, other: str | bool | None, by: str | None) -> None:
    from ..errors import UsageError

    if phrase and by:
        raise UsageError(
            "a phrase is found latest first: leave PHRASE or --by away",
            "按词语查找时结果按时间排序：请去掉词语或 --by",
        )
    if not (phrase or other or by):
        raise UsageError(
            "say what to find: a phrase, --item, --by, --like, --topic …",
            "请说明要找什么：词语、--item、--by、--like、--topic 等",
        )


def _verdict(written: str | None, item: str | None) -> Verdict | None:
    from ..errors import UsageError

    if written is None:
        return None
    if item is None:
        raise UsageError("--verdict needs --item", "--verdict 需与 --item 合用")
    known: tuple[Verdict, ...] = ("pass", "fail", "unsure", "na")
    for verdict in known:
        if verdict == written:
            return verdict
    raise UsageError(
        f"unknown verdict {written}: pass, fail, unsure or na",
        f"未知的结论 {written}：可用 pass、fail、unsure、na",
    )
