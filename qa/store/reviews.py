"""What people decide about items of calls: written down beside the machine's verdict, never instead of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import orm

from ...lang import Text
from ...scoring.scorecard import ScoredItem, Verdict
from .audit import note, user
from .database import Database
from .decisions import BLIND
from .marks import ReviewRow
from .standing import Standing, judge_again, standing
from .times import now

VERDICTS: tuple[Verdict, ...] = ("pass", "fail", "na")  # a person is not unsure, or leaves it


@dataclass(frozen=True)
class NewReview:
    """A verdict to be written down.

    Attributes:
        call: the number of its row.
        second: blind, beside the first; it decides nothing.
        basis: what the reviewer saw (`basis_of`); None is whatever is there.
        known: the number of the last review of the item that the reviewer knew of; None is all there are.
        anew: decide again what another person has decided.
    """

    call: int
    item: str
    verdict: Verdict
    reviewer: str
    reason: str = ""
    second: bool = False
    basis: str | None = None
    known: int | None = None
    anew: bool = False


def add(database: Database, new: Sequence[NewReview]) -> list[Text | None]:
    """Write verdicts down, all that can be in one transaction; for each why it was refused, or None.

    Raises:
        StoreError: the database cannot be written; then none is.
    """
    answers: dict[int, Text | None] = {}
    with database.writing() as session:
        numbered = sorted(enumerate(new), key=lambda pair: pair[1].call)
        for row, some in groupby(numbered, key=lambda pair: pair[1].call):
            answers |= _of_call(session, row, list(some))
    return [answers[number] for number in range(len(new))]


def _of_call(
    session: orm.Session, row: int, new: list[tuple[int, NewReview]]
) -> dict[int, Text | None]:
    answers: dict[int, Text | None] = {}
    for number, one in new:
        here = standing(session, row)
        answers[number] = (
            refusal(here, one)
            if here
            else Text("the call is not in the database", "数据库中没有该通话")
        )
        if here is None or answers[number] is not None or _said_already(here, one):
            continue
        item, card = here.item(one.item), here.judged.scorecard
        session.add(
            ReviewRow(
                call_row=row, item_id=one.item, verdict=one.verdict, reviewer=one.reviewer,
                reason=one.reason or None, created_at=now(), round=BLIND if one.second else "first",
                machine=item.finding.verdict if item else None, checklist_id=card.checklist,
                version=card.version, user=user(), in_force=False,
            )
        )  # fmt: skip
        word = "second review" if one.second else "review"
        note(session, "review", f"call {row} {one.item}: {word} {one.verdict} by {one.reviewer}")
        judge_again(session, row)
    return answers


def _said_already(here: Standing, new: NewReview) -> bool:
    """Whether the reviewer's last word on the item is this one: a file that is taken back twice adds nothing."""
    wanted = BLIND if new.second else "first"
    mine = [r for r in here.of(new.item) if r.reviewer == new.reviewer and r.round == wanted]
    last = mine[-1] if mine else None
    counts = last is not None and (last.in_force or new.second)
    return counts and last is not None and (last.verdict, last.reason) == (new.verdict, new.reason)


def refusal(here: Standing, new: NewReview) -> Text | None:
    """Why a verdict cannot be taken; None where it can."""
    return next(_refusals(here, new), None)


def _refusals(here: Standing, new: NewReview) -> Iterator[Text]:
    item = here.item(new.item)
    if item is None:
        name = f"{here.call_id}: {new.item}"
        yield Text(f"{name}: the call's scorecard has no such item", f"{name}：评分表中没有该项目")
        return
    if new.verdict not in VERDICTS:
        yield Text(f"no verdict: {new.verdict}", f"不是有效的结论：{new.verdict}")
    if not new.reviewer.strip():
        yield Text("the reviewer's name is missing", "缺少复核人")
    if new.basis is not None and new.basis != here.basis(new.item):
        yield Text(
            "the call was scored anew since; look at it again", "该通话此后已重新评分，请重新查看"
        )
    if any(a.item == new.item and a.answer for a in here.appeals):
        yield Text("an appeal was answered here; that is final", "该项申诉已答复，结论为最终结论")
    yield from _second_refusals(here, new) if new.second else _first_refusals(here, new, item)


def _first_refusals(here: Standing, new: NewReview, item: ScoredItem) -> Iterator[Text]:
    mine = new.reviewer.strip()
    counting = item.decision
    later = [r for r in here.of(new.item) if r.round == "first" and r.reviewer != mine]
    if new.known is not None:
        later = [r for r in later if r.number > new.known]
    elif new.anew or counting is None or counting.by == mine:
        later = []
    if later:
        last = later[-1]
        when = last.at.replace("T", " ").removesuffix("+00:00")
        yield Text(
            f"{last.reviewer} decided it at {when} UTC: {last.verdict}",
            f"{last.reviewer} 已于 {when}（UTC）给出结论：{last.verdict}",
        )
    contradicts = item.finding.verdict not in ("unsure", new.verdict)
    if contradicts and not new.reason.strip():
        yield Text(
            f"the machine found {item.finding.verdict}: say why it is not so",
            f"与机器结论（{item.finding.verdict}）不同，请写明理由",
        )


def _second_refusals(here: Standing, new: NewReview) -> Iterator[Text]:
    mine = new.reviewer.strip()
    first = [r for r in here.of(new.item) if r.round == "first"]
    if not first:
        yield Text("there is no first review yet", "尚无首次复核")
    elif any(r.reviewer == mine for r in first):
        yield Text("the first review is your own", "首次复核由本人完成，不能再做盲审")
    if any(r.round == "second" and r.reviewer == mine for r in here.of(new.item)):
        yield Text("you have reviewed it already", "本人已做过盲审")
