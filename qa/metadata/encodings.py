"""Text as Excel and old systems write it."""

from __future__ import annotations

import codecs

_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_DAMAGED = (
    0.2  # of the characters beyond ASCII: text of another encoding has more that cannot be read
)


def decoded(data: bytes, encoding: str = "") -> str:
    """Text of a table: UTF-8 with or without BOM, UTF-16 with one, else GB18030, which contains GBK.

    A file in UTF-8 with a few bad bytes (cut within a character, say) is still UTF-8: its bad places become U+FFFD.

    Raises:
        ValueError: it is none of these, or not of the encoding that is named, or there is no such encoding.
    """
    if encoding:
        try:
            return data.decode(encoding).removeprefix("\ufeff")
        except LookupError as error:
            raise ValueError(str(error)) from error
    if data.startswith(_UTF16):
        return data.decode("utf-16", errors="replace")
    for name in ("utf-8-sig", "gb18030"):
        text = data.decode(name, errors="replace")
        bad = text.count("\ufffd")
        wide = sum(character > "\x7f" for character in text)
        if bad <= _DAMAGED * wide and (bad == 0 or wide > bad):
            return text
    raise ValueError("neither UTF-8 nor GBK")
