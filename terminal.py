"""What the commands share: the settings that the command line chose, and the console they print to."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

    from .audio.pipe import Pipe
    from .qa.recordings import Recording
    from .settings import Settings


_file: Path | None = None


def use_settings(file: Path | None) -> None:
    """Read the settings from `file` from now on; None looks for them."""
    global _file  # noqa: PLW0603  (one process, one command)
    _file = file


def settings_file() -> Path | None:
    """The file that `callqa --settings FILE` named."""
    return _file


def chosen_settings() -> Settings:
    """The settings of this command, before its own options.

    Raises:
        SettingsError: the file cannot be used.
    """
    from .settings import load_settings

    return load_settings(settings_file())


def terminal_console(*, errors: bool = False) -> Console:
    from rich.console import Console

    return Console(stderr=errors, highlight=False, soft_wrap=False)


def requested(paths: list[str], settings: Settings, raw: str | None) -> list[Recording]:
    """The recordings that a command was given; `-` is a recording on standard input, or else a list of paths there.

    Raises:
        UsageError: nothing is found, or `raw` is no format of raw files.
    """
    from .audio.origin import RawFormat
    from .audio.pipe import Pipe, sounds_like_audio
    from .qa.recordings import STDIN, find_recordings

    form = RawFormat.parse(raw) if raw else None
    pipe = Pipe(sys.stdin.buffer) if STDIN in paths else None
    if pipe and form is None and not sounds_like_audio(pipe.head):
        listed = _paths(pipe)
        paths = [p for path in paths for p in (listed if path == STDIN else [path])]
        pipe = None
    return find_recordings(paths, settings.files, form, pipe)


def _paths(pipe: Pipe) -> list[str]:
    """Paths, one a line or parted by NUL, in the encoding of file names."""
    from .errors import UsageError

    raw = pipe.rest().removeprefix(b"\xef\xbb\xbf")
    parts = raw.split(b"\0") if b"\0" in raw else raw.splitlines()
    paths = [os.fsdecode(part.strip()) for part in parts if part.strip()]
    if not paths:
        raise UsageError(
            "neither a recording nor paths on standard input", "标准输入中既没有录音也没有路径"
        )
    return paths


def refuse_overwriting(
    files: Iterable[Path], recordings: Iterable[Recording], *others: Path
) -> None:
    """Recordings, and the database among `others`, are never the place for results; nor is one file for two of them.

    Raises:
        UsageError: one of `files` is one of these.
    """
    from .errors import UsageError

    taken = {
        file.resolve()
        for file in (
            *others,
            *(path for recording in recordings for path in recording.origin.paths),
        )
    }
    for file in files:
        if file.resolve() in taken:
            raise UsageError(
                "this is a recording or the database, or is named twice; results would overwrite it",
                "这是录音或数据库文件，或被指定了两次，结果会将其覆盖",
                where=file,
            )
        taken.add(file.resolve())
