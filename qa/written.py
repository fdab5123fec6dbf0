"""Scores calls whose turns stand in files instead of recordings: text of another recogniser, or rules alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ..errors import CallqaError, internal
from ..transcribe.roles import Hints, assign
from ..transcribe.transcript import Transcript
from .result import Analysis, CallResult, ModelsUsed
from .session import Session
from .turns_file import WrittenCall, read_turns, turns_files

NO_MODELS = ModelsUsed("none", "none", "none", "none", "none")


def score_written(paths: Sequence[str], session: Session) -> Iterator[CallResult]:
    """Score the calls of files and folders; one that is not as it should be fails alone.

    Raises:
        UsageError: a path is not there, or a folder has no such file.
    """
    language = "en" if session.settings.recognition.language == "en" else "zh"
    for path in turns_files(paths):
        try:
            calls = read_turns(path, language)  # type: ignore[arg-type]
        except CallqaError as error:
            yield CallResult(path.stem, str(path), "failed", error=str(error))
            continue
        for call in calls:
            yield _scored(call, session)


def _scored(call: WrittenCall, session: Session) -> CallResult:
    result = CallResult(call.call_id, call.source, "scored", call.metadata)
    if not call.transcript.utterances:
        return replace(result, status="empty", analysis=_analysis(call))
    try:
        judge = session.judge_for(call.metadata)
        transcript = _with_roles(call, judge.introductions(call.metadata))
        judged = judge.judge_heard(transcript, call.events, call.duration, call.metadata)
    except CallqaError as error:
        return replace(result, status="failed", error=str(error))
    except Exception as error:  # a fault of ours in one call must not cost the others
        return replace(result, status="failed", error=str(internal(error, call.source)))
    return replace(result, analysis=_analysis(call), judged=judged)


def _with_roles(call: WrittenCall, names: tuple[str, ...]) -> Transcript:
    """Roles as they are given; told from the words where none is."""
    given = call.transcript
    if any(u.role in ("agent", "customer") for u in given.utterances):
        return given
    hints = Hints(direction=call.metadata.direction, names=names)
    return assign(given.utterances, given.language, hints)


def _analysis(call: WrittenCall) -> Analysis:
    return Analysis(
        call.duration,
        0,
        "",
        call.transcript.language,
        call.transcript.utterances,
        (),
        (),
        NO_MODELS,
    )
