"""The command that finds calls: by what was said, by the verdict of an item, by a measure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ..lang import say
from .options import AgentOnly, Db, ExactOnly, GroupOnly, HowMany, OnlyItem, Since, SpokenBy, Until
from .terminal import chosen_settings, existing_store, terminal_console

if TYPE_CHECKING:
    from ..qa.store import CallFilter, Store
    from ..qa.store.listing import Order
    from ..scoring.call import Side
    from ..scoring.scorecard import Verdict

find_app = typer.Typer()

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


@find_app.command(
    help=say(
        "Find calls: in which a phrase is said (or something that sounds like it), by item, by measure.",
        "查找通话：按说过的话（或读音相近）、按项目结论、按指标。",
    )
)
def find(
    phrase: MaybePhrase = None,
    item: OnlyItem = None,
    verdict: VerdictOnly = None,
    by: ByMeasure = None,
    least: LeastFirst = False,
    who: SpokenBy = "any",
    agent: AgentOnly = None,
    group: GroupOnly = None,
    since: Since = None,
    until: Until = None,
    exact: ExactOnly = False,
    limit: HowMany = 20,
    db: Db = None,
) -> None:
    from ..qa.period import Period
    from ..qa.store import CallFilter
    from ..qa.store.listing import Order, item_named
    from ..qa.store.search import side_of

    period, side, judged = Period.of(since, until), side_of(who), _verdict(verdict, item)
    _check(phrase, item, by)
    order = Order.of(by, most=not least) if by else Order.of("score", most=judged == "pass")
    store = existing_store(chosen_settings(), db)
    wanted = CallFilter(
        period.since, period.until, agent, group, item_named(store.database, item) if item else None, judged
    )  # fmt: skip
    if phrase:
        _by_phrase(store, phrase, wanted, side, alike=not exact, limit=limit)
        return
    _listed(store, wanted, order, limit=limit, by_measure=by is not None)


def _check(phrase: str | None, item: str | None, by: str | None) -> None:
    from ..errors import UsageError

    if phrase and by:
        raise UsageError(
            "a phrase is found latest first: leave PHRASE or --by away",
            "按词语查找时结果按时间排序：请去掉词语或 --by",
        )
    if not (phrase or item or by):
        raise UsageError(
            "say what to find: a phrase, --item or --by",
            "请说明要找什么：词语、--item 或 --by",
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


def _by_phrase(
    store: Store, phrase: str, wanted: CallFilter, side: Side, *, alike: bool, limit: int
) -> None:
    from ..qa.passages import passages
    from ..qa.store.search import search
    from ..qa.store_render import hit_lines

    console = terminal_console()
    hits = search(store.database, phrase, wanted, who=side, alike=alike, limit=limit)
    if not hits:
        console.print(say("nobody says that", "没有找到"))
    for hit in hits:
        console.print(hit_lines(hit, passages(hit.judged, hit.duration, phrase, side)))


def _listed(
    store: Store, wanted: CallFilter, order: Order, *, limit: int, by_measure: bool
) -> None:
    from ..qa.passages import longest, of_item
    from ..qa.render import verdict_word
    from ..qa.store.listing import listed
    from ..qa.store_render import hit_lines

    console = terminal_console()
    found = listed(store.database, wanted, order, limit)
    if not found:
        console.print(say("no such call", "没有符合条件的通话"))
    for one in found:
        extra, places = "", []
        if by_measure:
            extra = f"  {order.measure.title}{say(': ', '：')}{one.value:g}"
            places = longest(one.hit.judged, order.measure.event) if order.measure.event else []
        for item in one.hit.judged.scorecard.items:
            if item.id == wanted.item:
                extra += (
                    f"  {verdict_word(item.finding.verdict)}{say(': ', '：')}{item.finding.reason}"
                )
                places = places or of_item(one.hit.judged, item.id)
        console.print(hit_lines(one.hit, places, extra))
