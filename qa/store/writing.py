"""Writes a result into the rows of a call, and what is made of its scorecard for figures and searches."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from ...audio.interval import Interval
from ...scoring.scorecard import Scorecard
from ..result import Analysis, CallResult, Judged
from .decisions import settled
from .marks import ReviewRow
from .packing import pack
from .schema import (
    AnalysisRow,
    CallRow,
    ChecklistRow,
    EventRow,
    MeasuresRow,
    ScorecardRow,
    VerdictRow,
)
from .search import index_call
from .times import now

LETTERS = {"pass": "p", "fail": "f", "unsure": "u", "na": "n"}
TRANSFER = "transfer_courtesy"  # the item that applies where the agent transfers the call


def call_row(session: orm.Session, source: str, audio_hash: str) -> CallRow:
    """The row of the recording at this place, or of the same audio whose place is empty now, or a new one."""
    call = session.scalar(sa.select(CallRow).filter_by(source=source))
    if call is None and audio_hash:
        same = session.scalars(sa.select(CallRow).filter_by(audio_hash=audio_hash))
        call = next((row for row in same if not Path(row.source).exists()), None)
    if call is None:
        call = CallRow(
            source=source, call_id="", audio_hash=audio_hash, status="failed", duration=0.0
        )
        call.created_at = call.updated_at = now()
        session.add(call)
    return call


def analysis_row(
    session: orm.Session, result: CallResult, audio_hash: str, key: str
) -> AnalysisRow | None:
    """The row of what was heard; a new hearing replaces what an earlier one of the same audio and models was."""
    if result.analysis is None:
        return None
    row = session.scalar(sa.select(AnalysisRow).filter_by(audio_hash=audio_hash, key=key))
    if row is None or result.recognised:
        if row is None:
            row = AnalysisRow(audio_hash=audio_hash, key=key)
            session.add(row)
        else:  # what was judged of the old hearing does not hold for the new one
            drop_scorecards(session, sa.select(ScorecardRow.id).filter_by(analysis_id=row.id))
        row.payload, row.created_at = pack(Analysis, result.analysis), now()
    return row


def original_of(session: orm.Session, call: CallRow) -> int | None:
    """The call of which this one is a copy: the same audio, and the same agent and start said of it."""
    if not call.audio_hash or not call.started_at or not call.agent_id:
        return None
    same = sa.select(CallRow.id).filter_by(
        audio_hash=call.audio_hash, agent_id=call.agent_id, started_at=call.started_at
    )
    return session.scalar(same.where(CallRow.id < call.id).order_by(CallRow.id).limit(1))


def drop_scorecards(session: orm.Session, cards: sa.Select[Any]) -> None:
    """Delete scorecards; calls that had one of them as their latest have none, nor figures of it."""
    for call in session.scalars(sa.select(CallRow).where(CallRow.scorecard_id.in_(cards))):
        call.scorecard_id = None
        put_latest(session, call, None)
    session.flush()
    session.execute(sa.delete(ScorecardRow).where(ScorecardRow.id.in_(cards)))


def scorecard_row(
    session: orm.Session, analysis: int, key: str, judged: Judged, *, fresh: bool
) -> ScorecardRow:
    """The row of a scorecard; one that is there is written anew if it is `fresh`."""
    row = session.scalar(sa.select(ScorecardRow).filter_by(analysis_id=analysis, key=key))
    if row is not None and not fresh:
        return row
    card = judged.scorecard
    if row is None:
        row = ScorecardRow(analysis_id=analysis, key=key)
        session.add(row)
    row.checklist_id, row.checklist_version = card.checklist, card.version
    row.checklist_hash = card.content_hash
    row.score, row.score_low, row.score_high = card.score, card.low, card.high
    row.passed, row.created_at = card.passed, now()
    row.payload = pack(Judged, judged)
    row.verdicts = [
        VerdictRow(item_id=i.id, verdict=i.verdict, points=i.points, max_points=i.max_points)
        for i in card.items
    ]
    return row


def put_latest(
    session: orm.Session, call: CallRow, judged: Judged | None, *, said: bool = True
) -> None:
    """Write the figures and events of a call's latest scorecard, and (`said`) what is said in it into the index."""
    session.execute(sa.delete(EventRow).filter_by(call_row=call.id))
    if judged is None:
        session.execute(sa.update(ReviewRow).filter_by(call_row=call.id).values(in_force=False))
        session.execute(sa.delete(MeasuresRow).filter_by(call_row=call.id))
        session.execute(sa.text("DELETE FROM said WHERE rowid = :row"), {"row": call.id})
        return
    card = settled(session, call.id, judged.scorecard)
    judged = replace(judged, scorecard=card)
    session.merge(
        ChecklistRow(
            hash=card.content_hash, checklist_id=card.checklist, version=card.version,
            items=" ".join(item.id for item in card.items),
            titles=json.dumps({item.id: [item.title.en, item.title.zh] for item in card.items}),
        )
    )  # fmt: skip
    session.merge(_measures(call.id, judged))
    intervals: list[tuple[Interval, str]] = [
        (hold, f"hold {hold.kind}") for hold in judged.events.holds
    ]
    intervals += [(silence, "silence") for silence in judged.events.silences]
    session.add_all(
        EventRow(call_row=call.id, number=n, kind=kind, start=one.start, end=one.end)
        for n, (one, kind) in enumerate(intervals)
    )
    if said:
        index_call(session, call.id, judged, call.duration)


def _measures(call: int, judged: Judged) -> MeasuresRow:
    card, figures, rings = judged.scorecard, judged.metrics, judged.events.rings
    return MeasuresRow(
        call_row=call,
        checklist_hash=card.content_hash,
        verdicts="".join(LETTERS[item.verdict] for item in card.items),
        score=card.score,
        score_low=card.low,
        score_high=card.high,
        passed=card.passed,
        fatal=any(item.fatal and item.verdict == "fail" for item in card.items),
        agent_talk_seconds=figures.agent_talk_seconds,
        customer_talk_seconds=figures.customer_talk_seconds,
        hold_seconds=figures.hold_seconds,
        longest_hold_seconds=figures.longest_hold_seconds,
        silence_seconds=figures.silence_seconds,
        overlap_seconds=figures.overlap_seconds,
        interruptions=figures.interruptions,
        agent_chars_per_minute=figures.agent_chars_per_minute,
        response_seconds=figures.response_seconds,
        rings=rings.count if rings else None,
        rung_seconds=rings.seconds if rings else None,
        transfer_heard=_transferred(card),
    )


def _transferred(card: Scorecard) -> bool | None:
    """Whether the agent transfers the call, by whether the item about it applies; None where that is not known."""
    verdicts = {item.id: item.verdict for item in card.items}
    verdict = verdicts.get(TRANSFER, "unsure")
    return None if verdict == "unsure" else verdict != "na"
