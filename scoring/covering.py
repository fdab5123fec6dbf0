"""Which phrase patterns are said whenever others are: told from how they are written, without listening."""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence

from .phrases import GAP
from .pinyin import syllables

_TOKEN = re.compile(r"[()|*^$]|\{\w+\}|[^()|*^${}]+")
_CHOICE = re.compile(r"\(([^()]*)\)")
_MOST = 300  # readings of a pattern that are looked at
_FILLER = "\uf8ff"  # stands for anything that a gap holds
_SLOT = 0xE100  # code points that stand for slots


def covered(patterns: Sequence[str]) -> dict[int, int]:
    """The numbers of patterns that another finds wherever they are said, with that other; of equals the later."""
    compiled = [None if stray(pattern) else _compiled(pattern) for pattern in patterns]
    said = [[] if stray(pattern) else _readings(pattern) for pattern in patterns]
    out: dict[int, int] = {}
    for number in range(len(patterns) - 1, -1, -1):  # of equals the first stays
        for other, finds in enumerate(compiled):
            if finds is None or other == number or other in out or not said[number]:
                continue
            if all(finds.search(reading) for reading in said[number]):
                out[number] = other
                break
    return out


def stray(pattern: str) -> bool:
    """Whether a | stands outside of brackets, where it means nothing."""
    inside = _CHOICE.search(pattern)
    while inside:
        pattern = pattern[: inside.start()] + pattern[inside.end() :]
        inside = _CHOICE.search(pattern)
    return "|" in pattern


def fewest(pattern: str) -> int:
    """The syllables of its shortest reading; a slot for a name has two."""
    return min((len(r.strip("^$").replace(_FILLER, "")) for r in _readings(pattern)), default=99)


def anchored(pattern: str) -> bool:
    """Whether it says where a clause begins or ends."""
    return pattern.startswith("^") or pattern.endswith("$")


def _compiled(pattern: str) -> re.Pattern[str]:
    """The pattern as a regular expression over readings."""
    parts = []
    for mark in _TOKEN.findall(pattern):
        if mark in "()|":
            parts.append("(?:" if mark == "(" else mark)
        elif mark == "*":
            parts.append(f"[^^$]{{0,{GAP}}}")
        else:
            parts.append(re.escape(mark if mark in "^$" else _heard(mark)))
    return re.compile("".join(parts))


def _heard(mark: str) -> str:
    """A character for each syllable; foreign words get one each, too."""
    if mark.startswith("{"):
        single = mark in ("{surname}", "{digit}")
        place = chr(_SLOT + sum(map(ord, mark)) % 0x700)
        return place if single else place * 2
    chars = (s.char for s in syllables(mark))
    return "".join(
        c if len(c) == 1 else chr(0xF0000 + zlib.crc32(c.encode()) % 0xFFF0) for c in chars
    )


def _readings(pattern: str) -> list[str]:
    """All ways to say a pattern, with each gap empty and full; none where there are too many to look at."""
    done, waiting = [], [pattern]
    while waiting:
        one = waiting.pop()
        choice = _CHOICE.search(one)
        if choice is None:
            done.append(one)
        else:
            before, after = one[: choice.start()], one[choice.end() :]
            waiting += [before + branch + after for branch in choice.group(1).split("|")]
        if len(done) + len(waiting) > _MOST:
            return []
    return [
        "".join(gap if t == "*" else t if t in "^$" else _heard(t) for t in _TOKEN.findall(one))
        for one in done
        for gap in (("", _FILLER * GAP) if "*" in one else ("",))
    ]
