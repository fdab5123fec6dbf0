"""Scores many recordings: what was scored before is taken from the store, the rest streams through the whole path.

A recording that fails, fails alone; results come in the order of the recordings, each as soon as it is there.
"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

from ..audio.origin import Origin
from ..audio.source import cannot_open, raw_format
from ..errors import CallqaError, StoreError, internal
from ..lang import Text, listed
from ..observe import CallFinished, Observer, ignore, in_turn, timed
from ..scoring.features import Features
from ..settings import Settings
from .hear import Finished, Heard, Job, Unheard, hear
from .judge import Judge
from .metadata import CallMetadata, MetadataTable, gather, of_pipe
from .recordings import Recording
from .result import Analysis, CallResult, ModelsUsed, Status
from .store import Kept, Store
from .toolkit import Toolkit

ANALYSIS_VERSION = 7  # counted up when the same audio and models would now be heard otherwise


@dataclass(frozen=True)
class Batch:
    """One run. Its observer is told one event at a time, whatever thread it comes from.

    Attributes:
        judge_for: the judge with the checklist that suits a call.
        planned: the models that recognition would use; what others heard does not count as known.
        load: called when the first recording needs recognition, never if all are known.
        again: recognise and score even what is known.
    """

    settings: Settings
    judge_for: Callable[[CallMetadata], Judge]
    planned: ModelsUsed
    load: Callable[[], Toolkit]
    store: Store | None = None
    table: MetadataTable | None = None
    observer: Observer = ignore
    again: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "observer", in_turn(self.observer))

    @property
    def analysis_key(self) -> str:
        """What an analysis depends on besides the audio."""
        language = self.settings.recognition.language
        used = self.planned
        parts = (ANALYSIS_VERSION, used.asr, used.vad, used.diarizer, language)
        return hashlib.sha256(repr(parts).encode()).hexdigest()

    def run(self, recordings: Iterable[Recording]) -> Generator[CallResult, None, None]:
        """Yield one result per recording, in order; each is in the store when it is yielded, or says why not.

        Raises:
            UsageError, ModelError: the models cannot be had, so that nothing can be recognised.
        """
        warnings = deque[Text | None]()  # results come in the order of the recordings

        def look_up(recording: Recording) -> Finished | Job:
            warnings.append(recording.warning)
            return self._look_up(recording)

        with closing(self._heard(map(look_up, recordings))) as heard:
            for done in heard:
                yield _warned(self._keep(done), warnings.popleft())

    def _heard(self, looked_up: Iterator[Finished | Job]) -> Generator[Finished, None, None]:
        for item in looked_up:
            if isinstance(item, Job):
                rest = hear(chain([item], looked_up), self.load(), self.observer)
                with closing(rest):
                    yield from map(self._finished, rest)
            else:
                yield item

    def _look_up(self, recording: Recording) -> Finished | Job:
        with timed(self.observer, "look up", recording.call_id):
            return self._known_or_job(recording)

    def _known_or_job(self, recording: Recording) -> Finished | Job:
        """What the store knows of a recording, re-scored if the checklist changed; else the job of hearing it."""
        metadata = CallMetadata()
        try:
            metadata = self._metadata(recording)
            # what comes through a pipe is hashed as it passes, so that it is known too late to be looked up
            with timed(self.observer, "hash", recording.call_id):
                audio_hash = "" if recording.origin.pipe else content_hash(recording.origin)
            judge = self.judge_for(metadata)
            known = None
            if self.store and audio_hash and not self.again:
                known = self.store.find(audio_hash, self.analysis_key, judge.key(metadata))
        except CallqaError as error:
            return _failed(recording, metadata, error, "")
        if known is None:
            return self._job(recording, metadata, audio_hash)
        return self._from_store(self._job(recording, metadata, audio_hash), known)

    def _metadata(self, recording: Recording) -> CallMetadata:
        if recording.origin.pipe:
            return of_pipe(self.settings)
        legs = recording.origin.paths if len(recording.origin.paths) > 1 else ()
        return gather(recording.named, self.settings, self.table, legs, recording.agent_channel)

    def _job(self, recording: Recording, metadata: CallMetadata, audio_hash: str) -> Job:
        wanted = self.settings.recognition
        names = (
            *self.settings.company.names,
            *((metadata.agent,) if metadata.agent else ()),
            *((metadata.customer,) if metadata.customer else ()),
            *wanted.vocabulary,
        )
        language = None if wanted.language == "auto" else wanted.language
        return Job(recording, metadata, audio_hash, language, tuple(dict.fromkeys(names)))

    def _from_store(self, job: Job, known: Kept) -> Finished:
        result = self._result(job, known.analysis)
        if result.status == "scored":
            result = (
                replace(result, judged=known.judged)
                if known.judged
                else self._judged(result, known.analysis, known.features)
            )
        fresh = known.judged is None and result.status == "scored"
        result = replace(result, recognised=False, fresh=fresh)
        return Finished(result, job.audio_hash, known.features)

    def _finished(self, item: Heard | Unheard | Finished) -> Finished:
        if isinstance(item, Finished):
            return item
        job = item.job
        if isinstance(item, Unheard):
            return _failed(job.recording, job.metadata, item.error, job.audio_hash)
        audio_hash = job.audio_hash or content_hash(job.recording.origin)
        result = self._result(job, item.analysis)
        features = Features()
        if result.status == "scored":
            result = self._judged(result, item.analysis, features)
        return Finished(result, audio_hash, features)

    def _judged(self, result: CallResult, analysis: Analysis, features: Features) -> CallResult:
        try:
            with timed(self.observer, "score", result.call_id, result.duration):
                judged = self.judge_for(result.metadata).judge(analysis, result.metadata, features)
        except Exception as error:  # a fault of ours in one call must not cost the others
            return replace(result, status="failed", error=str(internal(error, result.source)))
        return replace(result, judged=judged)

    def _result(self, job: Job, analysis: Analysis) -> CallResult:
        status: Status = "scored" if analysis.utterances else "empty"
        return CallResult(
            job.recording.call_id, job.recording.source, status, job.metadata, analysis=analysis
        )

    def _keep(self, done: Finished) -> CallResult:
        result = done.result
        if self.store:
            scoring_key = self.judge_for(result.metadata).key(result.metadata)
            try:
                with timed(self.observer, "keep", result.call_id, result.duration):
                    self.store.save(
                        result, done.audio_hash, self.analysis_key, scoring_key, done.features
                    )
            except StoreError as error:  # the result still goes to whoever asked for it
                result = replace(result, unkept=str(error))
        self.observer(CallFinished(result.call_id, result.status, result.duration))
        return result


def _failed(
    recording: Recording, metadata: CallMetadata, error: CallqaError, audio_hash: str
) -> Finished:
    call, source = recording.call_id, recording.source
    return Finished(CallResult(call, source, "failed", metadata, error=str(error)), audio_hash)


def _warned(result: CallResult, warning: Text | None) -> CallResult:
    """With a warning of this run's request, which is not kept: the next request may be another."""
    if warning is None or result.analysis is None:
        return result
    both = listed(text for text in (result.analysis.warning, warning) if text)
    return replace(result, analysis=replace(result.analysis, warning=both))


def content_hash(origin: Origin) -> str:
    """SHA-256 of a recording's bytes: what makes a renamed or copied recording the same.

    Legs, and files without a header, are the same only if they are put together and read the same way. Of a pipe
    it is the hash of what passed.

    Raises:
        RecordingError: it cannot be read.
    """
    legs = [origin] if origin.pipe else [origin.leg(n) for n in range(len(origin.paths))]
    forms = [raw_format(leg) for leg in legs]
    apart = len(set(forms)) > 1
    raw = " ".join(map(str, forms)) if apart else "" if forms[0] is None else str(forms[0])
    hashes = [origin.pipe.hexdigest()] if origin.pipe else [_file_hash(p) for p in origin.paths]
    if len(hashes) == 1 and not raw:
        return hashes[0]
    offsets = origin.offsets or (0.0,) * len(hashes)
    return hashlib.sha256(repr((hashes, offsets, raw)).encode()).hexdigest()


def _file_hash(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise cannot_open(path, error) from error
