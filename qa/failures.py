"""Kinds of failures of a recording: what a person does about them differs."""

from __future__ import annotations

from .. import __version__
from ..errors import CallqaError, RecognitionError, RecordingError
from ..lang import Text
from .result import Failure

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
