"""The file beside a recording that says what it is: `X.meta.json`."""

from __future__ import annotations

import json
from pathlib import Path

from ...errors import RecordingError
from ...lang import Text
from .encodings import decoded
from .facts import CallMetadata
from .headings import Headings, from_mapping


def sidecar_of(recording: Path) -> Path:
    """Where the metadata of a recording are, if it has any."""
    return recording.with_name(recording.stem + ".meta.json")


def read_sidecar(recording: Path, headings: Headings | None = None) -> CallMetadata:
    """The facts in `X.meta.json` beside the recording X; none where there is no such file.

    Raises:
        RecordingError: the file is there and is no JSON object.
    """
    file = sidecar_of(recording)
    try:
        if not file.is_file():
            return CallMetadata()
    except OSError:  # a name too long, say: reported when the recording is opened
        return CallMetadata()
    try:
        raw = json.loads(decoded(file.read_bytes()))
        if not isinstance(raw, dict):
            raise ValueError("not an object")
    except (OSError, ValueError) as error:
        raise RecordingError(
            f"cannot read its metadata {file.name}: {error}",
            f"无法读取元数据 {file.name}：{error}",
            where=recording,
            then=Text("mend or remove that file", "请修正或删除该文件"),
        ) from error
    return from_mapping(raw, headings)[1]
