"""Numbers that belong to a person, however they are said: telephone, identity card, bank card; whole or in pieces.

A number is told by its length and by the words around it, not by its checksum: a misheard digit would spoil that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .cues import Cue, Heard, before
from .private import Private, PrivateKind
from .talk import Line, Talk

_DIGIT = "0-9零一二三四五六七八九两"
# Characters that sound like a digit: what a recogniser writes for one between others.
_ALIKE = {
    "0": "令灵玲另林凌洞", "1": "医衣依伊腰要药妖摇亿易", "2": "而儿耳尔", "3": "散伞叁山参", "4": "私司死似斯是", "5": "无午舞武务物",
    "6": "流留刘楼", "7": "期其气起妻齐奇拐", "8": "把吧爸巴拔", "9": "就久酒旧究勾",
}  # fmt: skip
_SOUNDS = {char: digit for digit, chars in _ALIKE.items() for char in chars}
_PAUSE = r"(?:[\s,，、。.;；:：—–_-]|嗯|呃|额|啊|哦|那个|然后|就是|杠){1,5}"
_TOKEN = rf"(?:[{_DIGIT}]个[{_DIGIT}]|[{_DIGIT}]|[洞拐勾])"
_STRAY = r"[\u3400-\u9fffa-z]"  # a digit that was taken for another word
_RUN = re.compile(
    rf"{_TOKEN}(?:(?:{_PAUSE})?{_TOKEN}|(?<=[{_DIGIT}]){_STRAY}(?=[{_DIGIT}][{_DIGIT}]))*"
    rf"(?:(?<=[{_DIGIT}][{_DIGIT}][{_DIGIT}])x(?![a-z]))?"
)
# After these a number counts, dates or measures something.
_COUNTED = re.compile(
    r"\s*(?:年|月|日|号(?!码)|元|块|点|分(?!机)|秒|天|个|次|度|岁|级|楼|层|%|兆|g(?![a-z])|米|克|公斤|折|倍|折扣|期|人|台|件|章|条|周|路|栋|单元|室|乘|寸|升|瓦)"
)
_YEAR = re.compile(r"(?:19|20|一九|二零)$")
HOTLINE = re.compile(r"(?:95|96|10|11|12)\d{3}(?:\d{1,3})?|[48]00\d{7}|1[12][0-9]")
LONG = 15  # digits of cards; from here on nothing else is that long but parcels
PHONE = 7  # digits of the shortest telephone number
PIECE = 2  # digits of the shortest piece
KNOWN = 4  # digits by which a number that was said before is known again
SHARE = 0.5  # of an utterance's characters that are digits where it is a piece
NEAR = 12  # characters between a cue and its number
_PERSONAL: tuple[Cue, ...] = ("phone", "id_card", "bank_card", "tail")
_ASKABLE: tuple[Cue, ...] = (*_PERSONAL, "plate", "address", "harmless")


@dataclass(frozen=True)
class Run:
    """Digits said one after the other: characters [start, end) of a line."""

    line: Line
    digits: str
    start: int
    end: int

    @property
    def dominant(self) -> bool:
        """Whether the utterance says little else."""
        spoken = sum(char.isalnum() for char in self.line.text)
        return (self.end - self.start) >= SHARE * spoken

    def private(self, kind: PrivateKind) -> Private:
        return Private(kind, self.line.number, self.start, self.end)


def runs(line: Line) -> Iterator[Run]:
    """The runs of digits of a line, those that count or measure something left out."""
    for match in _RUN.finditer(line.text):
        digits = value(match.group())
        start, end = _stretched(line.text, match.start(), match.end(), digits)
        if len(digits) < PIECE:
            continue
        if len(digits) < PHONE and _COUNTED.match(line.text, end):
            continue
        if len(digits) <= 6 and re.search(r"[a-z]-?$", line.text[:start]):  # K312, a model
            continue
        yield Run(line, digits, start, end)


def value(said: str) -> str:
    """The digits of a run; 三个八 are three of them."""
    out = ""
    times = 0
    for char, after in zip(said, said[1:] + " ", strict=True):
        digit = _digit(char)
        if digit and after == "个":
            times = int(digit)
        elif digit:
            out += digit * (times or 1)
            times = 0
        elif char == "x" and out:
            out += "X"
    return out


def _digit(char: str) -> str:
    if char.isascii() and char.isdigit():
        return char
    place = "零一二三四五六七八九".find(char)
    if place >= 0:
        return str(place)
    return "2" if char == "两" else _SOUNDS.get(char, "")


def _stretched(text: str, start: int, end: int, digits: str) -> tuple[int, int]:
    """With characters at the ends that sound like digits, where the run is long enough to take them for such."""
    if len(digits) < 5:
        return start, end
    while end < len(text) and text[end] in _SOUNDS and not _word_follows(text, end):
        end += 1
    while start > 0 and text[start - 1] in _SOUNDS and text[start - 1] not in "是要就把吧起":
        start -= 1
    return start, end


def _word_follows(text: str, at: int) -> bool:
    """Whether the character begins a word rather than ends the number."""
    return text[at] in "是就吧把要起气" or text[at : at + 2] in ("期间", "其他", "流量", "易错")


def find_numbers(talk: Talk, known: Sequence[str], taken: Sequence[Private]) -> list[Private]:
    """The private numbers of a call; `taken` are places that are something else."""
    found: list[Private] = []
    every = [run for line in talk.lines for run in runs(line) if not _overlaps(run, taken)]
    spoken = list(known)
    for run in every:
        kind = _by_itself(talk, run)
        if kind:
            found.append(run.private(kind))
            spoken.append(run.digits)
    for pieces, kind in _chains(talk, every):
        found += [run.private(kind) for run in pieces]
        for role in {run.line.role for run in pieces}:
            spoken.append("".join(r.digits for r in pieces if r.line.role == role))
    done = {(one.utterance, one.start) for one in found}
    for run in every:
        if (run.line.number, run.start) not in done and _said_before(talk, run, spoken):
            found.append(run.private("phone"))
    return found


def _overlaps(run: Run, taken: Sequence[Private]) -> bool:
    number = run.line.number
    return any(t.utterance == number and t.start < run.end and run.start < t.end for t in taken)


def _beside(run: Run) -> Heard | None:
    """The cue that a number stands by: the last one before it, else one right after."""
    near = before(run.line.cues, run.start, NEAR)
    if near:
        return near
    after = [c for c in run.line.cues if c.start >= run.end and c.start - run.end <= 6]
    return after[0] if after else None


def _by_itself(talk: Talk, run: Run) -> PrivateKind | None:
    """What a run is by its length, the cue beside it, and what was asked for."""
    count, beside = len(run.digits), _beside(run)
    cue = beside.cue if beside else None
    if cue == "harmless":
        return None
    asked = talk.asked(run.line, _ASKABLE)
    if count >= LONG:
        return _card(run, cue, asked)
    if HOTLINE.fullmatch(run.digits) and cue not in ("phone", "tail"):
        return None
    if count >= PHONE:
        return _long(run, cue, asked)
    if count < KNOWN:
        return None
    if cue == "tail" or (asked == "tail" and run.dominant):
        return _tail_kind(run, talk)
    if cue in ("id_card", "bank_card", "phone") and count >= 5:
        return cue
    if run.dominant and asked in ("phone", "id_card", "bank_card"):
        return asked
    return None


def _card(run: Run, cue: Cue | None, asked: Cue | None) -> PrivateKind:
    for one in (cue, asked):
        if one in ("id_card", "bank_card"):
            return one
    return "id_card" if re.search(r"(?:19|20)\d{2}[01]\d[0-3]\d", run.digits[5:15]) else "bank_card"


def _long(run: Run, cue: Cue | None, asked: Cue | None) -> PrivateKind | None:
    """Seven to fourteen digits."""
    if cue in ("phone", "id_card", "bank_card"):
        return cue
    if asked == "harmless" and not re.match(r"1[3-9]", run.digits):
        return None
    if asked in ("id_card", "bank_card") and run.dominant:
        return asked
    return "phone"


def _tail_kind(run: Run, talk: Talk) -> PrivateKind:
    for heard in reversed(run.line.cues):
        if heard.cue in ("phone", "id_card", "bank_card"):
            return heard.cue
    asked = talk.asked(run.line, ("phone", "id_card", "bank_card"))
    return asked if asked in ("phone", "id_card", "bank_card") else "phone"


def _chains(talk: Talk, every: Sequence[Run]) -> Iterator[tuple[list[Run], PrivateKind]]:
    """Numbers in pieces: turns that are little else than digits, one after the other, with nods between them."""
    by_line: dict[int, list[Run]] = {}
    for run in every:
        by_line.setdefault(run.line.number, []).append(run)
    chain: list[Run] = []
    for line in talk.lines:
        here = by_line.get(line.number, [])
        piece = bool(here) and _is_piece(line, here)
        if piece:
            chain += here
        elif not line.acknowledges or not chain:
            yield from _ended(talk, chain)
            chain = []
    yield from _ended(talk, chain)


def _is_piece(line: Line, here: Sequence[Run]) -> bool:
    spoken = sum(char.isalnum() for char in line.text)
    digits = sum(run.end - run.start for run in here)
    return digits >= SHARE * spoken and not any(c.cue == "harmless" for c in line.cues)


def _ended(talk: Talk, chain: list[Run]) -> Iterator[tuple[list[Run], PrivateKind]]:
    if not chain:
        return
    asked = talk.asked(chain[0].line, _ASKABLE)
    own = before(chain[0].line.cues, chain[0].start, NEAR)
    cue = own.cue if own else asked
    most = max(
        sum(len(r.digits) for r in chain if r.line.role == role)
        for role in {r.line.role for r in chain}
    )
    if cue == "harmless" or len({r.line.number for r in chain}) < 2:
        return
    if cue in ("phone", "id_card", "bank_card") and most >= KNOWN:
        yield chain, cue
    elif most >= PHONE:
        yield chain, "phone" if most < LONG else "bank_card"


def _said_before(talk: Talk, run: Run, spoken: Sequence[str]) -> bool:
    """Whether it is part of a number that is known to be private, or nearly that number."""
    from rapidfuzz.fuzz import partial_ratio

    count, beside = len(run.digits), _beside(run)
    if count < KNOWN or (beside and beside.cue == "harmless") or HOTLINE.fullmatch(run.digits):
        return False
    if any(run.digits in one for one in spoken):
        return True
    like = 100 * (count - 1) / count
    return count >= 6 and any(partial_ratio(run.digits, one) >= like for one in spoken)
