"""The calls of the store: what was heard in them, how they were judged last, and where their recordings are."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from ...scoring.features import Features
from ..metadata import CallMetadata
from ..result import Analysis, CallResult, Failure, Judged, ModelsUsed, Status
from .database import Database
from .facts import facts_of, put_facts
from .packing import adapter, restored, unpack
from .records import link
from .schema import AnalysisRow, CallRow, RunRow, ScorecardRow
from .times import now
from .writing import analysis_row, call_row, original_of, put_latest, scorecard_row


@dataclass(frozen=True)
class Kept:
    """What the store holds of a recording; `judged` is None where it was not judged by this scoring key."""

    analysis: Analysis
    judged: Judged | None
    features: Features


@dataclass(frozen=True)
class Place:
    """What the store knows of a recording by its path.

    Attributes:
        stamp: sizes and times of its files when they were read; None where that is not known.
        failure, failure_key: why it failed, and what would have to change for another outcome.
    """

    audio_hash: str
    stamp: str | None
    failure: Failure | None
    failure_key: str | None
    error: str | None


@dataclass(frozen=True)
class Scored:
    """A call as it was judged last, to be judged again.

    Attributes:
        row: its number in the store.
        duration: seconds.
    """

    row: int
    call_id: str
    source: str
    metadata: CallMetadata
    duration: float
    judged: Judged
    features: Features
    analysis: Analysis | None = None


@dataclass(frozen=True)
class Keys:
    """What a result is found by again: its audio, how it was heard and judged, and its files as they were.

    Attributes:
        failure: with what a failure is kept; another one tries again.
        named: the path by whose name records find the call; of legs what their names share.
    """

    audio: str
    analysis: str
    scoring: str
    stamp: str | None = None
    failure: str | None = None
    named: str | None = None


class Store:
    """An open database of results."""

    def __init__(self, path: Path, *, create: bool = True) -> None:
        """Open the database and bring its schema up to date; a new one is made private.

        Raises:
            UsageError: it is not there and is not to be created, or its place cannot be used.
            StoreError: it is damaged, locked, or of a newer version of callqa.
        """
        self.database = Database(path, create=create)
        if self.database.upgraded:
            self.refresh()

    @property
    def path(self) -> Path:
        return self.database.path

    def close(self) -> None:
        self.database.close()

    def place(self, source: str) -> Place | None:
        """What is known of the recording at this path; None where nothing is."""
        query = sa.select(CallRow).filter_by(source=absolute(source))
        with self.database.reading() as session:
            row = session.scalar(query)
        if row is None:
            return None
        failure = adapter(Failure | None).validate_python(row.failure)
        return Place(row.audio_hash, row.stamp, failure, row.failure_key, row.error)

    def find(self, audio_hash: str, analysis_key: str, scoring_key: str) -> Kept | None:
        """What is known of this audio, heard with these models; None where nothing is."""
        with self.database.reading() as session:
            row = session.scalar(
                sa.select(AnalysisRow).filter_by(audio_hash=audio_hash, key=analysis_key)
            )
            if row is None:
                return None
            card = session.scalar(
                sa.select(ScorecardRow).filter_by(analysis_id=row.id, key=scoring_key)
            )
            try:
                analysis = unpack(Analysis, row.payload)
            except ValueError:  # written by an earlier version in another form: hear it again
                return None
            return Kept(analysis, _judged_of(card), restored(row.features))

    def save(self, result: CallResult, keys: Keys, features: Features | None = None) -> None:
        """Keep a result as its recording's latest, in one transaction."""
        with self.database.writing() as session:
            call = call_row(session, absolute(result.source), keys.audio)
            call.call_id, call.source, call.updated_at = (
                result.call_id,
                absolute(result.source),
                now(),
            )
            call.error, call.failure, call.failure_key = result.error, result.failure, keys.failure
            if result.status == "failed" and call.scorecard is not None and not keys.audio:
                return  # a recording out of reach does not undo what was heard in it
            analysis = analysis_row(session, result, keys.audio, keys.analysis)
            if analysis is not None and features is not None and features.grown:
                analysis.features = features.to_bytes()
            card = None
            if result.judged is not None and analysis is not None:
                session.flush()
                card = scorecard_row(
                    session, analysis.id, keys.scoring, result.judged, fresh=result.fresh
                )
            if not result.fresh and _unchanged(call, card, result, keys):
                link(session, call, result.metadata)
                return
            put_facts(call, result.metadata)
            call.audio_hash, call.stamp = keys.audio, keys.stamp
            call.named = absolute(keys.named or result.source)
            call.status, call.duration = result.status, result.duration
            call.analysis, call.scorecard = analysis, card
            session.flush()
            call.duplicate_of = original_of(session, call)
            link(session, call, result.metadata)
            put_latest(session, call, result.judged if card else None)

    def calls(self, wanted: str | None = None) -> list[CallResult]:
        """All calls with their scorecards, or those of this id or path, oldest first."""
        query = sa.select(CallRow).order_by(CallRow.started_at, CallRow.call_id)
        with self.database.reading() as session:
            return [_restored(row) for row in session.scalars(_wanted(query, wanted))]

    def failed(self) -> list[str]:
        """The paths of the recordings that could not be scored."""
        query = sa.select(CallRow.source).filter_by(status="failed").order_by(CallRow.id)
        with self.database.reading() as session:
            return list(session.scalars(query))

    def scored(
        self,
        wanted: str | None = None,
        at_once: int = 200,
        *,
        heard: bool = False,
        rows: Sequence[int] | None = None,
    ) -> Iterator[list[Scored]]:
        """The calls that were judged, or those of this id or path, or these rows, so many at a time.

        `heard`: with their analyses.
        """
        last = 0
        while True:
            query = _wanted(sa.select(CallRow), wanted).where(CallRow.id > last)
            if rows is not None:
                query = query.where(CallRow.id.in_(list(rows)))
            query = query.where(CallRow.scorecard_id.is_not(None)).order_by(CallRow.id)
            with self.database.reading() as session:
                loaded = session.scalars(
                    query.limit(at_once).options(*_with_card(heard=heard))
                ).all()
                found = [one for row in loaded if (one := _scored(row, heard=heard))]
                last = loaded[-1].id if loaded else last
            if not loaded:
                return
            yield found

    def rejudge(self, calls: Iterable[tuple[Scored, Judged, str]]) -> None:
        """Keep new scorecards (with their keys) as the latest of their calls, in one transaction."""
        with self.database.writing() as session:
            for call, judged, key in calls:
                row = session.get(CallRow, call.row)
                if row is None or row.analysis_id is None:  # deleted, or heard anew, meanwhile
                    continue
                row.scorecard = scorecard_row(session, row.analysis_id, key, judged, fresh=True)
                row.updated_at = now()
                if call.features.grown and row.analysis is not None:
                    row.analysis.features = call.features.to_bytes()
                put_latest(session, row, judged, said=False)

    def refresh(self) -> None:
        """Make anew what is made of scorecards: figures, events, and the index of what was said."""
        for calls in self.scored():
            with self.database.writing() as session:
                for one in calls:
                    row = session.get(CallRow, one.row)
                    if row is not None:
                        put_latest(session, row, one.judged)

    def record_run(self, models: ModelsUsed, calls: int, audio: float, wall: float) -> None:
        """Remember how fast a run recognised: seconds of audio, and of wall-clock time."""
        row = RunRow(
            started_at=now(), asr=models.asr, device=models.device, calls=calls,
            audio_seconds=audio, wall_seconds=wall,
        )  # fmt: skip
        with self.database.writing() as session:
            session.add(row)

    def speed(self, models: ModelsUsed) -> float | None:
        """Seconds of audio per second in the last ten runs with these models; None where there were none."""
        query = sa.select(RunRow).filter_by(asr=models.asr, device=models.device)
        with self.database.reading() as session:
            rows = session.scalars(query.order_by(RunRow.id.desc()).limit(10)).all()
        wall = sum(row.wall_seconds for row in rows)
        return sum(row.audio_seconds for row in rows) / wall if wall else None


def _unchanged(call: CallRow, card: ScorecardRow | None, result: CallResult, keys: Keys) -> bool:
    """Whether a result that was known before is all that the store has of the call."""
    facts = replace(result.metadata, agent_channel=None, usual_channel=None, records=None)
    return (
        (card is not None or result.status == "empty")
        and call.scorecard is card
        and (call.status, call.stamp, call.audio_hash) == (result.status, keys.stamp, keys.audio)
        and facts_of(call) == facts
    )


def absolute(source: str) -> str:
    """The path by which the store knows a recording; links are not followed."""
    return os.path.abspath(source)  # noqa: PTH100


def _with_card(*, heard: bool) -> list[Any]:
    """What is loaded of a call that is to be judged again."""
    analysis = orm.joinedload(CallRow.analysis).options(
        orm.undefer(AnalysisRow.features),
        orm.undefer(AnalysisRow.payload) if heard else orm.defer(AnalysisRow.payload),
    )
    return [orm.joinedload(CallRow.scorecard), analysis]


def _wanted(query: sa.Select[Any], wanted: str | None) -> sa.Select[Any]:
    """The calls of this id or path only."""
    if wanted is None:
        return query
    return query.where((CallRow.call_id == wanted) | (CallRow.source == absolute(wanted)))


def _judged_of(card: ScorecardRow | None) -> Judged | None:
    """None, too, of what an earlier version wrote in another form: it is judged again."""
    if card is None:
        return None
    try:
        return unpack(Judged, card.payload)
    except ValueError:
        return None


def _scored(row: CallRow, *, heard: bool) -> Scored | None:
    judged = _judged_of(row.scorecard)
    if judged is None or row.analysis is None:
        return None
    features = restored(row.analysis.features)
    analysis = unpack(Analysis, row.analysis.payload) if heard else None
    return Scored(
        row.id, row.call_id, row.source, facts_of(row), row.duration, judged, features, analysis
    )


def _restored(row: CallRow) -> CallResult:
    analysis = unpack(Analysis, row.analysis.payload) if row.analysis else None
    status = adapter(Status).validate_python(row.status)
    failure = adapter(Failure | None).validate_python(row.failure)
    return CallResult(
        row.call_id, row.source, status, facts_of(row), row.error, analysis, _judged_of(row.scorecard),
        recognised=False, fresh=False, failure=failure,
    )  # fmt: skip
