"""The streaming path of a run: recordings in, what was heard in them out; recognition is fed from several calls."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial

from ..audio.path import CallAudio
from ..errors import CallqaError, internal
from ..observe import CallStarted, Observer, timed
from ..scoring.features import Features
from ..transcribe.engine import Request
from ..transcribe.join import Recognised, join
from ..transcribe.recognise import Answer, recognise
from ..transcribe.window import Packer, Window
from .ahead import Stream, ahead
from .metadata import CallMetadata
from .recordings import Recording
from .result import Analysis, CallResult
from .toolkit import Toolkit

LANES = 3  # recordings that are decoded at the same time, ahead of recognition
DEPTH = 8  # windows that wait in each of them; a window is at most 28 s, 1.8 MB


@dataclass(frozen=True)
class Job:
    """A recording that must be listened to, with what is known of it beforehand."""

    recording: Recording
    metadata: CallMetadata
    audio_hash: str
    language: str | None
    vocabulary: tuple[str, ...]


@dataclass(frozen=True)
class Finished:
    """A recording that needs no hearing: its result, and the hash of its audio ("" where it could not be read)."""

    result: CallResult
    audio_hash: str
    features: Features = field(default_factory=Features)


@dataclass(frozen=True)
class Heard:
    """A job with what was heard."""

    job: Job
    analysis: Analysis


@dataclass(frozen=True)
class Unheard:
    """A job that failed, and why."""

    job: Job
    error: CallqaError


@dataclass(frozen=True)
class _EndOfCall:
    """Follows a recording's windows in the stream: its audio as a whole, or the error that ended it."""

    job: Job
    audio: CallAudio | CallqaError


def hear(
    items: Iterable[Job | Finished], toolkit: Toolkit, observer: Observer
) -> Generator[Heard | Unheard | Finished, None, None]:
    """Hear every job; what is finished passes through in its place."""
    jobs: dict[str, Job] = {}
    answers: list[Answer] = []

    def request(window: Window) -> Request:
        job = jobs[window.call]
        return Request(window.audio, job.language, job.vocabulary, window.speech)

    def streams() -> Iterator[Stream[Window | _EndOfCall | Finished]]:
        for item in items:
            if isinstance(item, Job):
                jobs[item.recording.call_id] = item
            yield partial(_stream, item, toolkit, observer)

    stream = ahead(streams(), lanes=LANES, depth=DEPTH, name="windows", observer=observer)
    recognised: Generator[Answer | _EndOfCall | Finished, None, None]
    recognised = recognise(stream, toolkit.engine, request, observer)
    with closing(stream), closing(recognised):  # an exception's traceback would keep them open
        for item in recognised:
            if isinstance(item, Answer):
                answers.append(item)
            elif isinstance(item, _EndOfCall):
                del jobs[item.job.recording.call_id]
                yield _assembled_or_not(item, answers, toolkit, observer)
                answers = []
            else:
                yield item


def _stream(
    item: Job | Finished, toolkit: Toolkit, observer: Observer
) -> Iterator[Sequence[Window | _EndOfCall | Finished]]:
    """What one item contributes to the stream of the run."""
    if isinstance(item, Finished):
        yield (item,)
        return
    observer(CallStarted(item.recording.call_id))
    try:
        audio: CallAudio | CallqaError = yield from _packed(item.recording, toolkit, observer)
    except CallqaError as error:
        audio = error
    except Exception as error:
        audio = internal(error, item.recording.path)
    yield (_EndOfCall(item, audio),)


def _packed(
    recording: Recording, toolkit: Toolkit, observer: Observer
) -> Generator[Sequence[Window], None, CallAudio]:
    """The windows of one recording, block by block; returns its audio as a whole."""
    packers: dict[int, Packer] = {}
    listening = toolkit.listener.listen(recording.origin, recording.call_id, observer)
    while True:
        try:
            regions = next(listening)
        except StopIteration as end:
            audio: CallAudio = end.value
            break
        windows: list[Window] = []
        for region in regions:
            packer = packers.setdefault(region.channel, Packer(recording.call_id, region.channel))
            windows.extend(packer.push(region))
        yield windows
    for packer in packers.values():
        yield list(packer.flush())
    return audio


def _assembled_or_not(
    end: _EndOfCall, answers: list[Answer], toolkit: Toolkit, observer: Observer
) -> Heard | Unheard:
    try:
        return _assembled(end, answers, toolkit, observer)
    except Exception as error:  # a fault of ours in one call must not cost the others
        return Unheard(end.job, internal(error, end.job.recording.path))


def _assembled(
    end: _EndOfCall, answers: list[Answer], toolkit: Toolkit, observer: Observer
) -> Heard | Unheard:
    job, audio = end.job, end.audio
    if isinstance(audio, CallqaError):
        return Unheard(job, audio)
    failed = next((answer.error for answer in answers if answer.error), None)
    if failed:
        return Unheard(job, failed)
    recognised = [Recognised(a.window, a.hypothesis) for a in answers if a.hypothesis]
    with timed(observer, "join", job.recording.call_id, audio.duration):
        utterances = join(recognised, audio.turns, audio.floor, audio.channels, job.vocabulary)
    languages = [r.hypothesis.language for r in recognised]
    analysis = Analysis(
        duration=audio.duration,
        channels=audio.channels,
        codec=audio.codec,
        language=max(set(languages), key=languages.count) if languages else job.language or "zh",
        utterances=utterances,
        turns=audio.turns,
        sounds=audio.sounds,
        models=toolkit.used,
        warning=audio.warning,
    )
    return Heard(job, analysis)
