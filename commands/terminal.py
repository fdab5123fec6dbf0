"""What the commands share: the settings that the command line chose, and the console they print to."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

    from ..audio.pipe import Pipe
    from ..qa.recordings import Recording
    from ..qa.store import Store
    from ..settings import Settings


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
    from ..settings import load_settings

    return load_settings(settings_file())


def existing_store(settings: Settings, db: Path | None) -> Store:
    """The database of results that was named, or that of the settings.

    Raises:
        UsageError: there is none, or the key is wrong.
    """
    return open_store(settings, db, create=False)


def open_store(settings: Settings, db: Path | None, *, create: bool = True) -> Store:
    """The same, made where there is none."""
    from ..qa.store import Store
    from ..qa.store.key import find_key

    key = find_key(settings.store.key_file)
    return Store(db or settings.store_path(), create=create, key=key)


def terminal_console(*, errors: bool = False) -> Console:
    from rich.console import Console

    return Console(stderr=errors, highlight=False, soft_wrap=False)


def requested(paths: list[str], settings: Settings, raw: str | None) -> list[Recording]:
    """The recordings that a command was given; `-` is a recording on standard input, or else a list of paths there.

    Raises:
        UsageError: nothing is found, or `raw` is no format of raw files.
    """
    from ..audio.origin import RawFormat
    from ..audio.pipe import Pipe, sounds_like_audio
    from ..qa.recordings import STDIN, find_recordings

    form = RawFormat.parse(raw) if raw else None
    pipe = Pipe(sys.stdin.buffer) if STDIN in paths else None
    if pipe and form is None and not sounds_like_audio(pipe.head):
        listed = _paths(pipe)
        paths = [p for path in paths for p in (listed if path == STDIN else [path])]
        pipe = None
    return find_recordings(paths, settings.files, form, pipe)


def _paths(pipe: Pipe) -> list[str]:
    """Paths, one a line or parted by NUL."""
    from ..errors import UsageError
    from ..lang import Text

    raw = b""
    for chunk in pipe.chunks():
        raw += chunk
        if not _is_text(raw):
            raise UsageError(
                "neither a recording in a known format nor a list of paths on standard input",
                "标准输入既不是已知格式的录音，也不是路径列表",
                then=Text(
                    "for audio without a header add --raw, as in --raw alaw:8000:1",
                    "没有文件头的音频请加 --raw，例如 --raw alaw:8000:1",
                ),
            )
    paths = list(_split(raw))
    if not paths:
        raise UsageError(
            "neither a recording nor paths on standard input", "标准输入中既没有录音也没有路径"
        )
    return paths


_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_LONGEST = 4096  # bytes of a path, and of a line
_CONTROL = bytes(set(range(32)) - set(b"\0\t\n\r")) + b"\x7f"


def _is_text(raw: bytes) -> bool:
    """Whether these bytes can be a list of paths: no control characters but those that part them, no endless line."""
    if raw.startswith(_UTF16):
        raw = raw.decode("utf-16", "replace").encode("utf-8", "replace")
    longest = max(map(len, raw.replace(b"\0", b"\n").replace(b"\r", b"\n").split(b"\n")))
    return longest < _LONGEST and len(raw.translate(None, _CONTROL)) == len(raw)


def _split(raw: bytes) -> Iterator[str]:
    if raw.startswith(_UTF16):
        raw = raw.decode("utf-16", "replace").encode("utf-8", "replace")
    raw = raw.removeprefix(b"\xef\xbb\xbf")
    # not splitlines of a text, which parts at characters that names may hold
    for part in raw.split(b"\0") if b"\0" in raw else raw.splitlines():
        if part.strip():
            yield _decoded(part.strip())


def _decoded(name: bytes) -> str:
    """A path in UTF-8 or in the encoding of file names, else in GBK, as `dir /s /b` writes it."""
    plain = os.fsdecode(name)
    for encoding in ("utf-8", sys.getfilesystemencoding(), "gb18030"):
        try:
            text = name.decode(encoding)
        except UnicodeDecodeError:
            continue
        # a file system keeps the names of others byte by byte
        return plain if encoding == "gb18030" and os.path.exists(plain) else text  # noqa: PTH110
    return plain


def refuse_overwriting(
    files: Iterable[Path], recordings: Iterable[Recording], *others: Path
) -> None:
    """Recordings, and the database among `others`, are never the place for results; nor is one file for two of them.

    Raises:
        UsageError: one of `files` is one of these.
    """
    from ..errors import UsageError
    from ..lang import Text

    taken = {
        file.resolve()
        for file in (
            *others,
            *(path for recording in recordings for path in recording.origin.paths),
        )
    }
    for file in files:
        if str(file) == "-":
            raise UsageError(
                "results go to a file, not to standard output", "结果只能写入文件，不能写到标准输出",
                then=Text("name a file, as in --json results.jsonl", "请指定文件，例如 --json results.jsonl"),
            )  # fmt: skip
        if file.resolve() in taken:
            raise UsageError(
                "this is a recording or the database, or is named twice; results would overwrite it",
                "这是录音或数据库文件，或被指定了两次，结果会将其覆盖",
                where=file,
            )
        taken.add(file.resolve())
