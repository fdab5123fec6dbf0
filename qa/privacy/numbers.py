"""Numbers that belong to a person, however they are said: telephone, identity card, bank card; whole or in pieces.

A number is told by its length and by the words around it, not by its checksum: a misheard digit would spoil that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ...scoring.alike import alike_sound
from .cues import Cue, Heard, before
from .private import Private, PrivateKind
from .talk import Line, Talk

_DIGITS = "零一二三四五六七八九"
# How digits sound; 洞拐勾 are said where a line is bad.
_BY_SOUND = {
    alike_sound(sound): digit
    for sounds, digit in (
        ("ling dong", "0"), ("yi yao", "1"), ("er liang", "2"), ("san", "3"), ("si", "4"), ("wu", "5"), ("liu", "6"), ("qi guai", "7"),
        ("ba", "8"), ("jiu gou", "9"),
    )
    for sound in sounds.split()
}  # fmt: skip
_AMOUNT = re.compile("[十百千万元块年月日楼层号路天]|分钟|小时")
_FILLER = frozenset("嗯呃额啊哦杠")
_MARKS = frozenset(" \t,，、.;；:：—–_-")
_FILLERS = ("那个", "然后", "就是")
# 一 that counts nothing.
_ONE = re.compile("一(?=[下遍直共起些样般定种点边次家条位块会切再旦])")
# After these a number counts, dates or measures something.
_COUNTED = re.compile(
    r"\s*(?:年|月|日|号(?!码)|元|块|点|分(?!机)|秒|天|个|次|度|岁|级|楼|层|%|兆|g(?![a-z])|米|克|公斤|折|倍|折扣|期|人|台|件|章|条|周|路|栋|单元|室|乘|寸|升|瓦)"
)
_SPEECH = frozenset("嗯对好的是哦啊呃额您你我请吗吧呢了没错就打留给在说行可以记到用这那号码机话信")
_BEGINNERS = "把要起气易以已期其"  # sound like digits, and begin words
MOST_PAUSE = 4  # marks and fillers between two digits of a number
STRANGE = 2  # characters between two digits of a number that were misheard
LEAST_SURE = (
    5  # digits that are written as such in a number that may have misheard ones at its ends
)
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


@dataclass(frozen=True)
class _Sign:
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
        if len(digits) < PHONE and _COUNTED.match(line.text, end):
            continue
        if len(digits) <= 6 and re.search(r"[a-z]-?$", line.text[:start]):  # K312, a model
            continue
        yield Run(line, digits, start, end)


def _clusters(line: Line) -> Iterator[list[_Sign]]:
    """Digits that belong together: between them are pauses, or, in a long number, a character that was misheard."""
    cluster: list[_Sign] = []
    for sign in _signs(line):
        if cluster and not _joined(line.text, cluster, sign):
            yield from _trimmed(line, cluster)
            cluster = []
        cluster.append(sign)
    yield from _trimmed(line, cluster)


def _signs(line: Line) -> Iterator[_Sign]:
    ones = {match.start() for match in _ONE.finditer(line.text)}
    for syllable in line.said:
        for offset, char in enumerate(syllable.char):
            at = syllable.at + offset
            written = line.text[at]
            if at in ones:
                continue
            if written.isascii() and written.isdigit():
                yield _Sign(at, written, sure=True)
            elif written in _DIGITS or written == "两":
                yield _Sign(
                    at, str(_DIGITS.find(written)) if written in _DIGITS else "2", sure=True
                )
            elif char >= "\u3400" and (digit := _BY_SOUND.get(alike_sound(syllable.sound))):
                yield _Sign(at, digit, sure=False)


def _joined(text: str, cluster: list[_Sign], sign: _Sign) -> bool:
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
        sure and all(c in _DIGITS or c.isdigit() for c in follow) and len(follow) == 2
    )
    return not strange or (
        len(strange) <= STRANGE and strange[0] >= "\u3400" and bool(certain)
        and not _COUNTED.match(text, cluster[-1].at + 1)
    )  # fmt: skip


def _trimmed(line: Line, cluster: list[_Sign]) -> Iterator[list[_Sign]]:
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


def _sure_only(signs: list[_Sign]) -> Iterator[list[_Sign]]:
    run: list[_Sign] = []
    for sign in signs:
        if sign.sure and (not run or sign.at == run[-1].at + 1):
            run.append(sign)
        else:
            if run:
                yield run
            run = [sign] if sign.sure else []
    if run:
        yield run


def _begins(line: Line, signs: list[_Sign]) -> bool:
    """Whether a character that sounds like 1 is the first of a mobile number."""
    return (
        signs[1].at == signs[0].at + 1
        and len(signs) >= 10
        and line.text[signs[0].at] not in "要已以"
    )


def _ends(line: Line, signs: list[_Sign]) -> bool:
    """Whether a character that sounds like a digit stands where the number ends, right after it."""
    at = signs[-1].at
    if len(signs) > 11 and signs[-2].sure and len(re.sub(r"\D", "", _value(line.text, signs))) == 12:
        return False  # one more than a mobile number has
    after = line.text[at + 1 : at + 2]
    if line.text[at] in "吧是就":
        return False
    return signs[-2].at == at - 1 and not (after >= "\u3400" and line.text[at] in _BEGINNERS)


def _value(text: str, signs: list[_Sign]) -> str:
    """The digits of a run; 三个八 are three of them."""
    out, times = "", 1
    for sign, after in zip(signs, [*signs[1:], None], strict=True):
        if after and text[sign.at + 1 : after.at] == "个":
            times = int(sign.digit) or 1
        else:
            out += sign.digit * times
            times = 1
    return out


def find_numbers(talk: Talk, known: Sequence[str], taken: Sequence[Private]) -> list[Private]:
    """The private numbers of a call; `taken` are places that are something else."""
    found: list[Private] = []
    every = [run for line in talk.lines for run in runs(line) if not _overlaps(run, taken)]
    spoken = list(known)
    for run in every:
        kind = _by_itself(talk, run)
        if kind:
            found.append((_whole(run) if run.dominant else run).private(kind))
            spoken.append(run.digits)
    for pieces, kind in _chains(talk, every):
        found += [_whole(run).private(kind) for run in pieces]
        for role in {run.line.role for run in pieces}:
            spoken.append("".join(r.digits for r in pieces if r.line.role == role))
    done = {(one.utterance, one.start) for one in found}
    for run in every:
        if (run.line.number, run.start) not in done and _said_before(run, spoken):
            found.append(run.private("phone"))
    return found


def _whole(run: Run) -> Run:
    """With the one or two characters that are left of its clause, which were digits, too."""
    text = run.line.text
    start, end = run.start, run.end
    before_it = re.search(r"[\u3400-\u9fff]{0,9}$", text[:start])
    after_it = re.match(r"[\u3400-\u9fff]{0,9}", text[end:])
    if before_it and 0 < len(before_it.group()) <= STRANGE and not set(before_it.group()) & _SPEECH:
        start -= len(before_it.group())
    if after_it and 0 < len(after_it.group()) <= STRANGE and not set(after_it.group()) & _SPEECH:
        end += len(after_it.group())
    return replace(run, start=start, end=end)


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
    tail = cue == "tail" or (asked == "tail" and run.dominant)
    if HOTLINE.fullmatch(run.digits) and not (tail or cue == "phone"):
        return None
    if count >= PHONE:
        return _long(run, cue, asked)
    if count < KNOWN:
        return None
    if tail:
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
        if not piece and chain and (garbled := _garbled(line)):
            here, piece = [garbled], True
        if piece:
            chain += here
        elif not line.acknowledges or not chain:
            yield from _ended(talk, chain)
            chain = []
    yield from _ended(talk, chain)


def _garbled(line: Line) -> Run | None:
    """A piece of which hardly a digit was understood: a short turn in the midst of others, with a digit in it."""
    signs = [sign for sign in _signs(line) if sign.sure]
    spoken = [at for at, char in enumerate(line.text) if char.isalnum() and char not in _SPEECH]
    if not signs or not 2 <= len(spoken) <= 5 or any(c.cue == "harmless" for c in line.cues):
        return None
    if _AMOUNT.search(line.text):
        return None
    return Run(line, "".join(sign.digit for sign in signs), min(spoken), max(spoken) + 1)


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


def _said_before(run: Run, spoken: Sequence[str]) -> bool:
    """Whether it is part of a number that is known to be private, or nearly that number."""
    from rapidfuzz.fuzz import partial_ratio

    count, beside = len(run.digits), _beside(run)
    if count < KNOWN or (beside and beside.cue == "harmless") or HOTLINE.fullmatch(run.digits):
        return False
    if any(run.digits in one for one in spoken):
        return True
    like = 100 * (count - 1) / count
    return count >= 6 and any(partial_ratio(run.digits, one) >= like for one in spoken)
