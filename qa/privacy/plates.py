"""Number plates: a province's character, a letter, and five or six letters and digits, written or said."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .private import Private
from .talk import Line, Talk

_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_SIGN = r"[0-9a-z零一二三四五六七八九洞拐勾腰]"
_PLATE = re.compile(rf"[{_PROVINCES}]\s*[a-z][\s·.,，、-]*(?:{_SIGN}[\s,，、]*){{4,6}}(?![a-z])")
# Where a plate was asked for: whatever has a letter and four more signs, and the character before.
_LIKE = re.compile(
    rf"[\u3400-\u9fff]?\s*[a-z](?:[\s·.,，、-]*(?:{_SIGN}|[\u3400-\u9fff](?={_SIGN}))){{3,7}}"
)
# its letter was misheard, or its province
_ALSO = re.compile(rf"[{_PROVINCES}](?:[\u3400-\u9fff]?[\s·]*{_SIGN}){{4,7}}")
_AFTER = re.compile(rf"(?<=[是车牌])[\u3400-\u9fff]{{0,2}}(?:[\s·]*{_SIGN}){{4,7}}")


def find_plates(talk: Talk) -> Iterator[Private]:
    """The plates of a call."""
    for line in talk.lines:
        spans = [match.span() for match in _PLATE.finditer(line.text)]
        if not spans and _spoken_of(talk, line):
            spans = [m.span() for like in (_ALSO, _LIKE, _AFTER) for m in like.finditer(line.text)][
                :1
            ]
        for start, end in spans:
            said = re.sub("[，,、]\\s*一?$", "", line.text[start:end]).rstrip(" ·")
            kept = said.lstrip("车是牌的我号辆")
            if re.search(r"[0-9零一二三四五六七八九]", kept[2:]) or _spoken_of(talk, line):
                first = start + len(said) - len(kept)
                yield Private("plate", line.number, first, first + len(kept))


def _spoken_of(talk: Talk, line: Line) -> bool:
    own = any(heard.cue == "plate" for heard in line.cues)
    return own or talk.asked(line, ("plate", "phone", "id_card", "bank_card", "address")) == "plate"
