"""Text as Excel and old systems write it."""

from __future__ import annotations


def decoded(data: bytes) -> str:
    """Text of a table that Excel may have written: UTF-8 with or without BOM, else GB18030 (which contains GBK)."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030", errors="replace")
