"""Text files that spreadsheets open: CSV as Chinese Excel reads it, with texts that it does not compute."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import mkstemp

from ..errors import UsageError, os_reason
from ..lang import Text

BOM = "\ufeff"  # the mark by which Excel knows UTF-8


def inert(text: str) -> str:
    """A cell's text that no spreadsheet computes."""
    return (
        "'" + text
        if text.startswith(("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"))
        else text
    )


def csv_text(rows: Iterable[Sequence[object]]) -> str:
    """Rows as CSV."""
    out = io.StringIO()
    out.write(BOM)
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue()


def write_text(path: Path, text: str) -> None:
    """Write a file whole, or leave what is there as it was.

    Raises:
        UsageError: it cannot be written.
    """
    write_bytes(path, text.encode())


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file whole, or leave what is there as it was.

    Raises:
        UsageError: it cannot be written.
    """
    with replacing(path) as place:
        place.write_bytes(content)


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A place to write to that becomes `path` when all is written, and goes where something is raised.

    Raises:
        UsageError: it cannot be written.
    """
    if path.exists() and not path.is_file():  # a pipe or a device has no place beside it
        with _told(path):
            yield path
        return
    with _told(path):
        handle, name = mkstemp(dir=path.parent, prefix=".callqa-", suffix=path.suffix)
        os.close(handle)
    place = Path(name)
    try:
        with _told(path):
            yield place
            place.replace(path)
    finally:
        with suppress(OSError):
            place.unlink(missing_ok=True)


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise cannot_write(path, error) from error


def cannot_write(path: Path, error: OSError) -> UsageError:
    """What to say of a file that cannot be written; on Windows, Excel locks what it shows."""
    reason = os_reason(error)
    return UsageError(
        f"cannot write the file: {reason.en}", f"无法写入文件：{reason.zh}", where=path,
        then=Text(
            "close it where it is open, or choose another file", "如文件已打开请先关闭，或指定其他文件"
        ),
    )  # fmt: skip
