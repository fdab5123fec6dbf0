"""Kinds of failures of a recording: what a person does about them differs."""

from __future__ import annotations

from pathlib import Path

from .. import __version__
from ..errors import CallqaError, RecognitionError, RecordingError
from ..lang import Text
from ..settings import Files
from . import legs
from .recordings import Recording, find_recordings
from .result import Failure
from .store import Store

UNCHANGED = __version__  # the next version may read what this one cannot

TITLES: dict[Failure, Text] = {
    "missing": Text("not there", "文件不存在"),
    "access": Text("not accessible", "无法访问"),
    "damaged": Text("not readable as audio", "文件损坏或不是录音"),
    "metadata": Text("metadata not usable", "元数据有误"),
    "recognition": Text("recognition failed", "识别失败"),
    "internal": Text("internal error", "内部错误"),
}


def failure_of(error: CallqaError) -> Failure:
    """What kind of failure an error is."""
    if isinstance(error, RecordingError):
        cause = error.__cause__
        if isinstance(cause, FileNotFoundError):
            return "missing"
        return "access" if isinstance(cause, OSError) else "damaged"
    return "recognition" if isinstance(error, RecognitionError) else "internal"


def failed_recordings(store: Store, files: Files) -> list[Recording]:
    """The recordings that a store holds as failed, legs with their other leg where it is there."""
    paths: list[str] = []
    for source in store.failed():
        pair = legs.find_pair(Path(source), files.legs, lambda p: p if p.is_file() else None)
        paths += [source, *([str(pair[1])] if pair else [])]
    return find_recordings(paths, files)
