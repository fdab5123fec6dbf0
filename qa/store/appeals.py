"""Appeals (申诉): an agent contests an item with a reason; somebody else answers; that is final."""

from __future__ import annotations

import sqlalchemy as sa

from ...errors import UsageError
from ...lang import Text
from ...scoring.scorecard import Verdict
from .audit import note, user
from .database import Database
from .decisions import APPEAL
from .marks import AppealRow, ReviewRow
from .schema import CallRow
from .standing import VOID, Appeal, appeal_of, judge_again, standing
from .times import now


def listed(database: Database, *, only_open: bool) -> list[tuple[str, Appeal]]:
    """All appeals with the ids of their calls, oldest first.

    Raises:
        StoreError: the database cannot be read.
    """
    query = (
        sa.select(CallRow.call_id, AppealRow)
        .join(CallRow, CallRow.id == AppealRow.call_row)
        .where(sa.func.coalesce(AppealRow.answer, "") != VOID)
        .order_by(AppealRow.id)
    )
    if only_open:
        query = query.where(AppealRow.answer.is_(None))
    with database.reading() as session:
        return [(call, appeal_of(row)) for call, row in session.execute(query)]


def open_appeal(database: Database, row: int, item: str, by: str, reason: str) -> int:
    """Contest an item of a call; gives the appeal's number.

    Raises:
        UsageError: there is no such item, no reason, an open appeal already, or an answered one.
        StoreError: the database cannot be written.
    """
    with database.writing() as session:
        here = standing(session, row)
        found = here.item(item) if here else None
        if here is None or found is None:
            raise UsageError(
                f"the call's scorecard has no item {item}", f"该通话的评分表中没有项目 {item}"
            )
        if not reason.strip():
            raise UsageError("say why: --reason", "请用 --reason 写明理由", where=here.call_id)
        for one in here.appeals:
            if one.item != item:
                continue
            if one.answer is not None:
                raise _final(here.call_id, one)
            if one.card == here.basis(item):
                raise UsageError(
                    f"appeal {one.number} about it is open", f"该项已有未答复的申诉（编号 {one.number}）",
                    where=here.call_id,
                )  # fmt: skip
            stale = session.get(AppealRow, one.number)
            if stale is not None:  # of a scorecard that is no more
                stale.answer, stale.answered_at = VOID, now()
        opened = AppealRow(
            call_row=row, item_id=item, opened_by=by, opened_at=now(), reason=reason.strip(),
            contested=found.verdict, card=here.basis(item),
        )  # fmt: skip
        session.add(opened)
        session.flush()
        note(session, "appeal", f"call {row} {item}: appeal {opened.id} opened by {by}")
        return opened.id


def answer(database: Database, number: int, verdict: Verdict, by: str, reason: str) -> str:
    """Answer an appeal, which decides the item for good; gives the call's id.

    Raises:
        UsageError: there is no such open appeal; its call was scored anew since; there is no reason; or `by` opened it,
            or gave the verdict that it contests.
        StoreError: the database cannot be written.
    """
    with database.writing() as session:
        row = session.get(AppealRow, number)
        here = standing(session, row.call_row) if row else None
        if row is None or here is None or row.answer == VOID:
            raise UsageError(
                f"there is no appeal {number}", f"没有编号为 {number} 的申诉",
                then=Text("see callqa review appeals", "请查看 callqa review appeals"),
            )  # fmt: skip
        appeal = appeal_of(row)
        if appeal.answer is not None:
            raise _final(here.call_id, appeal)
        found = here.item(appeal.item)
        if found is None or appeal.card != here.basis(appeal.item):
            raise UsageError(
                f"appeal {number}: the call was scored anew since it was opened",
                f"申诉 {number}：提出后该通话已重新评分", where=here.call_id,
                then=Text(
                    f"look at it with callqa review show; if it still stands: callqa review appeal {here.call_id} "
                    f"{appeal.item}",
                    f"请用 callqa review show 查看；如仍有异议：callqa review appeal {here.call_id} {appeal.item}",
                ),
            )  # fmt: skip
        if not reason.strip():
            raise UsageError("say why: --reason", "请用 --reason 写明理由", where=here.call_id)
        if by in (appeal.by, found.decision.by if found.decision else None):
            raise UsageError(
                f"appeal {number}: somebody else has to answer it", f"申诉 {number}：须由其他人答复",
                where=here.call_id, then=Text("name them with --reviewer", "请用 --reviewer 指定"),
            )  # fmt: skip
        row.answer, row.answered_by, row.answered_at = verdict, by, now()
        row.answer_reason = reason.strip()
        card = here.judged.scorecard
        session.add(
            ReviewRow(
                call_row=row.call_row, item_id=appeal.item, verdict=verdict, reviewer=by, reason=reason.strip(),
                created_at=now(), round=APPEAL, machine=found.finding.verdict, checklist_id=card.checklist,
                version=card.version, user=user(), in_force=False,
            )
        )  # fmt: skip
        note(
            session,
            "appeal",
            f"call {row.call_row} {appeal.item}: appeal {number} {verdict} by {by}",
        )
        judge_again(session, row.call_row)
        return here.call_id


def _final(call: str, appeal: Appeal) -> UsageError:
    return UsageError(
        f"appeal {appeal.number} about {appeal.item} was answered by {appeal.answered_by}; that is final",
        f"{appeal.item} 的申诉 {appeal.number} 已由 {appeal.answered_by} 答复，为最终结论", where=call,
    )  # fmt: skip
