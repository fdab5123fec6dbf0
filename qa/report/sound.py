"""Recordings as data URIs: a page that has its sound in itself."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ...errors import CallqaError
from ...lang import Text
from ...settings import Files
from ..clips.cut import recording

if TYPE_CHECKING:
    from ...audio.cover import Cover

MOST_BYTES = 30_000_000  # of all sound on a page; browsers and mail servers still take that
_BYTES_PER_SECOND = (
    5_000  # of MP3 as it comes out for telephone calls in stereo, to know before decoding
)


class Sounds:
    """Makes data URIs until there is enough sound on the page; `files` says how legs of a call are named."""

    def __init__(self, files: Files, most: int = MOST_BYTES) -> None:
        self._files, self._left = files, most

    def uri(self, source: str, seconds: float, covers: Sequence[Cover] = ()) -> str | Text:
        """The recording of a call as MP3, channels kept, with these covers; or why it is not there."""
        from ...audio.cover import covered
        from ...audio.excerpt import encoded, excerpt

        if not Path(source).is_file():
            return Text("The recording is not where it was.", "录音已不在原处。")
        if seconds * _BYTES_PER_SECOND > self._left:
            return _full()
        try:
            whole = excerpt(recording(source, self._files))
            sound = encoded(covered(whole, covers), "mp3")
        except CallqaError as error:
            problem = error.problem
            return Text(
                f"The recording cannot be read: {problem.en}.", f"录音无法读取：{problem.zh}。"
            )
        if len(sound) > self._left:
            return _full()
        self._left -= len(sound)
        return "data:audio/mpeg;base64," + base64.b64encode(sound).decode()


def _full() -> Text:
    return Text(
        f"Left out: the page holds {MOST_BYTES // 1_000_000} MB of sound and no more.",
        f"未附录音：页面最多包含 {MOST_BYTES // 1_000_000} MB 音频。",
    )
