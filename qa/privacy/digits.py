"""Digits as they are said in Mandarin and as recognisers write them: in groups, with pauses, some misheard."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ...scoring.alike import alike_sound
from .private import Private, PrivateKind
from .talk import Line

DIGITS = "零一二三四五六七八九"
# How digits sound; 洞拐勾 are said where a line is bad.
_BY_SOUND = {
    alike_sound(sound): digit
    for sounds, digit in (
        ("ling dong", "0"), ("yi yao", "1"), ("er liang", "2"), ("san", "3"), ("si", "4"), ("wu", "5"), ("liu", "6"),
        ("qi guai", "7"), ("ba", "8"), ("jiu gou", "9"),
    )
    for sound in sounds.split()
}  # fmt: skip
_MILITARY = {"洞": "0", "拐": "7", "勾": "9"}  # where a line is bad
_FILLER = frozenset("嗯呃额啊哦杠")
_MARKS = frozenset(" \t,，、.;；:：—–_-")
_FILLERS = ("那个", "然后", "就是")
# 一 that counts nothing.
_ONE = re.compile("一(?=[下遍直共起些样般定种点边次家条位块会切再旦])")
# After these a number counts, dates or measures something.
COUNTED = re.compile(
    r"\s*(?:年|月|日|号(?!码)|元|块|点|分(?!机)|秒|天|个|次|度|岁|级|楼|层|%|兆|g(?![a-z])|米|克|公斤|折|倍|折扣|期|人|台|件|章|条|周|路|栋|单元|室|乘|寸|升|瓦)"
)
_BEGINNERS = "把要起气易以已期其"  # sound like digits, and begin words
MOST_PAUSE = 4  # marks and fillers between two digits of a number
STRANGE = 2  # characters between two digits of a number that were misheard
LEAST_SURE = (
    5  # digits that are written as such in a number that may have misheard ones at its ends
)
PHONE = 7  # digits of the shortest telephone number
PIECE = 2  # digits of the shortest piece
SHARE = 0.5  # of an utterance's characters that are digits where it is a piece


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


@dataclass(frozen=True)
class Sign:
    """A character that is a digit, or may be one: `sure` where it is written as such."""

    at: int
    digit: str
    sure: bool


def runs(line: Line) -> Iterator[Run]:
    """The runs of digits of a line, those that count or measure something left out."""
    for some in _clusters(line):
        start, end = some[0].at, some[-1].at + 1
        digits = _value(line.text, some)
        if len(digits) < PIECE:
            continue
        if line.text[end : end + 1] == "x" and not line.text[end + 1 : end + 2].isalnum():
            digits, end = digits + "X", end + 1
        if len(digits) < PHONE and COUNTED.match(line.text, end):
            continue
        if len(digits) <= 6 and re.search(r"[a-z]-?$", line.text[:start]):  # K312, a model
            continue
        yield Run(line, digits, start, end)


def _clusters(line: Line) -> Iterator[list[Sign]]:
    """Digits that belong together: between them are pauses, or, in a long number, a character that was misheard."""
    cluster: list[Sign] = []
    for sign in signs(line):
        if cluster and not _joined(line.text, cluster, sign):
            yield from _trimmed(line, cluster)
            cluster = []
        cluster.append(sign)
    yield from _trimmed(line, cluster)


def signs(line: Line) -> Iterator[Sign]:
    """The digits of a line, and what sounds like one."""
    ones = {match.start() for match in _ONE.finditer(line.text)}
    for syllable in line.said:
        for offset, char in enumerate(syllable.char):
            at = syllable.at + offset
            written = line.text[at]
            if at in ones:
                continue
            if written.isascii() and written.isdigit():
                yield Sign(at, written, sure=True)
            elif written in DIGITS or written == "两":
                yield Sign(at, str(DIGITS.find(written)) if written in DIGITS else "2", sure=True)
            elif written in _MILITARY and _among_digits(line.text, at):
                yield Sign(at, _MILITARY[written], sure=True)
            elif char >= "\u3400" and (digit := _BY_SOUND.get(alike_sound(syllable.sound))):
                yield Sign(at, digit, sure=False)


def _among_digits(text: str, at: int) -> bool:
    """Whether another digit stands right beside it, so that 洞 is no hole."""
    beside = (text[at - 1 : at] if at else "") + text[at + 1 : at + 2]
    return any(char.isdigit() or char in DIGITS or char in _MILITARY for char in beside)


def _joined(text: str, cluster: list[Sign], sign: Sign) -> bool:
    """Whether what is between two digits can be within one number."""
    between = text[cluster[-1].at + 1 : sign.at]
    for filler in _FILLERS:
        between = between.replace(filler, "")
    if between == "个" and cluster[-1].sure:
        return True
    strange = [char for char in between if char not in _MARKS and char not in _FILLER]
    if len(between) - len(strange) > MOST_PAUSE:
        return False
    sure = sum(one.sure for one in cluster)
    follow = text[sign.at : sign.at + 2]
    certain = sure >= 2 or (
        sure and all(c in DIGITS or c.isdigit() for c in follow) and len(follow) == 2
    )
    return not strange or (
        len(strange) <= STRANGE and strange[0] >= "\u3400" and bool(certain)
        and not COUNTED.match(text, cluster[-1].at + 1)
    )  # fmt: skip


def _trimmed(line: Line, cluster: list[Sign]) -> Iterator[list[Sign]]:
    """Without what only sounds like digits at the ends; what there is of it within a number was misheard."""
    signs = list(cluster)
    sure = sum(sign.sure for sign in signs)
    while (
        signs
        and not signs[0].sure
        and not (sure >= LEAST_SURE and signs[0].digit == "1" and _begins(line, signs))
    ):
        signs.pop(0)
    while signs and not signs[-1].sure and (sure < LEAST_SURE or not _ends(line, signs)):
        signs.pop()
    strays = sum(not sign.sure for sign in signs)
    if signs and (strays * 2 <= len(signs)):
        yield signs
    elif signs:
        yield from _sure_only(signs)


def _sure_only(signs: list[Sign]) -> Iterator[list[Sign]]:
    run: list[Sign] = []
    for sign in signs:
        if sign.sure and (not run or sign.at == run[-1].at + 1):
            run.append(sign)
        else:
            if run:
                yield run
            run = [sign] if sign.sure else []
    if run:
        yield run


def _begins(line: Line, signs: list[Sign]) -> bool:
    """Whether a character that sounds like 1 is the first of a mobile number."""
    return (
        signs[1].at == signs[0].at + 1
        and len(signs) >= 10
        and line.text[signs[0].at] not in "要已以"
    )


def _ends(line: Line, signs: list[Sign]) -> bool:
    """Whether a character that sounds like a digit stands where the number ends, right after it."""
    at = signs[-1].at
    if (
        len(signs) > 11
        and signs[-2].sure
        and len(re.sub(r"\D", "", _value(line.text, signs))) == 12
    ):
        return False  # one more than a mobile number has
    after = line.text[at + 1 : at + 2]
    if line.text[at] in "吧是就":
        return False
    return signs[-2].at == at - 1 and not (after >= "\u3400" and line.text[at] in _BEGINNERS)


def _value(text: str, signs: list[Sign]) -> str:
    """The digits of a run; 三个八 are three of them."""
    out, times = "", 1
    for sign, after in zip(signs, [*signs[1:], None], strict=True):
        if after and text[sign.at + 1 : after.at] == "个":
            times = int(sign.digit) or 1
        else:
            out += sign.digit * times
            times = 1
    return out
