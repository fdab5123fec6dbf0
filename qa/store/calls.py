"""The calls of the store: what was heard in them, how they were judged last, and where their recordings are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import sqlalchemy as sa

from ...scoring.features import Features
from ..result import Analysis, CallResult, Failure, Judged, ModelsUsed
from .database import Database
from .facts import facts_of, put_facts
from .filters import CallFilter, conditions
from .kept import Kept, Keys, Place, Scored
from .key import Key
from .packing import adapter, restored, unpack
from .reading import absolute, judged_of, of_name, result_of, scored_of, with_card
from .records import link
from .schema import AnalysisRow, CallRow, RunRow, ScorecardRow
from .times import now
from .writing import analysis_row, call_row, original_of, put_latest, scorecard_row


class Store:
    """An open database of results."""

    def __init__(self, path: Path, *, create: bool = True, key: Key | None = None) -> None:
        """Open the database as `Database` does, with the same errors."""
        self.database = Database(path, create=create, key=key)
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
            return Kept(analysis, judged_of(card), restored(row.features))

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
            return [result_of(session, row) for row in session.scalars(of_name(query, wanted))]

    def rows(self, wanted: str) -> list[int]:
        """The numbers of the calls of this id or path, oldest first."""
        with self.database.reading() as session:
            return list(
                session.scalars(of_name(sa.select(CallRow.id), wanted).order_by(CallRow.id))
            )

    def results(self, wanted: CallFilter, at_once: int = 200) -> Iterator[CallResult]:
        """The calls that are wanted, with their scorecards, in the order in which they came to be known."""
        last = 0
        while True:
            query = sa.select(CallRow).where(CallRow.id > last, *conditions(wanted))
            with self.database.reading() as session:
                loaded = session.scalars(query.order_by(CallRow.id).limit(at_once)).all()
                found = [result_of(session, row) for row in loaded]
                last = loaded[-1].id if loaded else last
            if not loaded:
                return
            yield from found

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
            query = of_name(sa.select(CallRow), wanted).where(CallRow.id > last)
            if rows is not None:
                query = query.where(CallRow.id.in_(list(rows)))
            query = query.where(CallRow.scorecard_id.is_not(None)).order_by(CallRow.id)
            with self.database.reading() as session:
                loaded = session.scalars(
                    query.limit(at_once).options(*with_card(heard=heard))
                ).all()
                found = [one for row in loaded if (one := scored_of(row, heard=heard))]
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
