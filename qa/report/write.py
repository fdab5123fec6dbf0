"""Writing the page: all of it, or nothing."""

from __future__ import annotations

from pathlib import Path

from ...errors import UsageError, os_reason
from ...lang import Text
from ..indicators.files import write_text


def write_page(file: Path, html: str) -> int:
    """Put the page in its place once it is complete; gives its size in bytes.

    Raises:
        UsageError: it cannot be written; what was there before still is.
    """
    part = file.with_name(f".{file.name}.part")
    try:
        write_text(part, html)
        size = part.stat().st_size
        part.replace(file)
    except OSError as error:
        reason = os_reason(error)
        raise UsageError(
            f"cannot write the page: {reason.en}", f"无法写入网页：{reason.zh}", where=file,
            then=Text("choose another file", "请指定其他文件"),
        ) from error  # fmt: skip
    finally:
        part.unlink(missing_ok=True)
    return size
