"""What a run does with a recording: take what is known of it from the store, hear it, or leave it to another run."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace

from ..errors import CallqaError, StoreError, internal
from ..observe import Observer, timed
from ..scoring.features import Features
from ..settings import Settings
from .content import content_hash
from .failures import UNCHANGED, failure_of
from .hear import Finished, Job
from .judge import Judge
from .metadata import Book, CallMetadata, gather, of_pipe
from .recordings import Recording
from .result import Analysis, CallResult, Status
from .store import Kept, Place, Store
from .store.claims import Claims


@dataclass
class LookUp:
    """Looks recordings up, one after the other.

    Attributes:
        key: what analyses must have been made with.
        again: hear even what is known.
        limit: of recordings that are to be heard.
        postponed: those that another run, or this one, is hearing.
    """

    settings: Settings
    judge_for: Callable[[CallMetadata], Judge]
    store: Store | None
    book: Book | None
    claims: Claims | None
    observer: Observer
    key: str
    again: bool
    retry_failed: bool
    limit: int | None

    def __post_init__(self) -> None:
        self.postponed: list[Recording] = []
        self._jobs = 0

    def __call__(self, recording: Recording, mark: str | None) -> Finished | Job | None:
        """What the store knows of a recording, re-scored if the checklist changed; else the job of hearing it.

        None where another run is at it, and of what is beyond the limit. `mark` is the recording's stamp.
        """
        metadata = CallMetadata()
        try:
            metadata = metadata_of(recording, self.settings, self.book)
        except CallqaError as error:
            result = failed(recording, metadata, error)
            return Finished(replace(result, failure="metadata"), "")
        try:
            place = self._place(recording, mark)
            if place and self._fails_again(place):
                return Finished(_failed_before(recording, metadata, place), place.audio_hash)
            audio_hash = place.audio_hash if place else self._hash(recording)
            job = self._job(recording, metadata, audio_hash)
            known = self._known(job)
            if known is None and not self._taken(job):
                return None
            known = known or self._known(
                job
            )  # another run may have finished it before the claim was ours
        except CallqaError as error:
            return Finished(failed(recording, metadata, error), "")
        return self._from_store(job, known) if known else self._counted(job)

    def judged(self, result: CallResult, analysis: Analysis, features: Features) -> CallResult:
        """A result with its scorecard; what is computed of the texts is added to `features`."""
        try:
            with timed(self.observer, "score", result.call_id, result.duration):
                judge = self.judge_for(result.metadata)
                judged = judge.judge(analysis, result.metadata, features)
        except Exception as error:  # a fault of ours in one call must not cost the others
            why = str(internal(error, result.source))
            return replace(result, status="failed", error=why, failure="internal")
        return replace(result, judged=judged)

    def _place(self, recording: Recording, mark: str | None) -> Place | None:
        """What is known of the files at this place, if they are still those that were read."""
        if self.store is None or mark is None or self.again:
            return None
        place = self.store.place(recording.source)
        return place if place and place.stamp == mark and place.audio_hash else None

    def _fails_again(self, place: Place) -> bool:
        unreadable = place.failure == "damaged" and place.failure_key == UNCHANGED
        return unreadable and not self.retry_failed

    def _hash(self, recording: Recording) -> str:
        """Of what comes through a pipe it is known too late to look it up."""
        with timed(self.observer, "hash", recording.call_id):
            return "" if recording.origin.pipe else content_hash(recording.origin)

    def _known(self, job: Job) -> Kept | None:
        """What the store has of the job's audio."""
        if self.store is None or not job.audio_hash or self.again:
            return None
        scoring = self.judge_for(job.metadata).key(job.metadata)
        return self.store.find(job.audio_hash, self.key, scoring)

    def _taken(self, job: Job) -> bool:
        """Whether the job is ours to do."""
        if self.limit is not None and self._jobs >= self.limit:
            return False
        with suppress(StoreError):  # told when the result cannot be kept
            if self.claims and job.audio_hash and not self.claims.take(job.audio_hash, self.key):
                self.postponed.append(job.recording)
                return False
        return True

    def _counted(self, job: Job) -> Job:
        self._jobs += 1
        return job

    def _job(self, recording: Recording, metadata: CallMetadata, audio_hash: str) -> Job:
        wanted, company = self.settings.recognition, self.settings.company
        names = (
            *company.names,
            *((metadata.agent,) if metadata.agent else ()),
            *((metadata.customer,) if metadata.customer else ()),
            *wanted.vocabulary,
        )
        language = None if wanted.language == "auto" else wanted.language
        return Job(recording, metadata, audio_hash, language, tuple(dict.fromkeys(names)))

    def _from_store(self, job: Job, known: Kept) -> Finished:
        result = result_of(job, known.analysis)
        if result.status == "scored":
            result = (
                replace(result, judged=known.judged)
                if known.judged
                else self.judged(result, known.analysis, known.features)
            )
        fresh = known.judged is None and result.status == "scored"
        result = replace(result, recognised=False, fresh=fresh)
        return Finished(result, job.audio_hash, known.features)


def metadata_of(recording: Recording, settings: Settings, book: Book | None) -> CallMetadata:
    """Everything known of a recording besides its audio.

    Raises:
        RecordingError: its sidecar cannot be read.
    """
    if recording.origin.pipe:
        return of_pipe(settings)
    legs = recording.origin.paths if len(recording.origin.paths) > 1 else ()
    return gather(recording.named, settings, book, legs, recording.agent_channel)


def result_of(job: Job, analysis: Analysis) -> CallResult:
    """The result of what was heard, before it is judged."""
    status: Status = "scored" if analysis.utterances else "empty"
    recording = job.recording
    return CallResult(recording.call_id, recording.source, status, job.metadata, analysis=analysis)


def failed(recording: Recording, metadata: CallMetadata, error: CallqaError) -> CallResult:
    """The result of a recording that could not be heard."""
    return CallResult(
        recording.call_id, recording.source, "failed", metadata, error=str(error), failure=failure_of(error)
    )  # fmt: skip


def _failed_before(recording: Recording, metadata: CallMetadata, place: Place) -> CallResult:
    """What could not be read, and is still the same."""
    return CallResult(
        recording.call_id, recording.source, "failed", metadata, error=place.error,
        failure=place.failure, recognised=False, fresh=False,
    )  # fmt: skip
