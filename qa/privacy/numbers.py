"""Numbers that belong to a person, however they are said: telephone, identity card, bank card; whole or in pieces.

A number is told by its length and by the words around it, not by its checksum: a misheard digit would spoil that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from .cues import Cue, Heard, before
from .digits import PHONE, SHARE, STRANGE, Run, runs, signs
from .private import Private, PrivateKind
from .talk import Line, Talk

HOTLINE = re.compile(r"(?:95|96|10|11|12)\d{3}(?:\d{1,3})?|[48]00\d{7}|1[12][0-9]")
LONG = 15  # digits of cards; from here on nothing else is that long but parcels
KNOWN = 4  # digits by which a number that was said before is known again
NEAR = 12  # characters between a cue and its number
_PERSONAL: tuple[Cue, ...] = ("phone", "id_card", "bank_card", "tail")
_ASKABLE: tuple[Cue, ...] = (*_PERSONAL, "plate", "address", "harmless")
_SPEECH = frozenset(
    "谢来电已登哈个先再见完嗯对好的是哦啊呃额您你我请吗吧呢了没错就打留给在说行可以记到用这那号码机话信"
)
_AMOUNT = re.compile("[十百千万元块年月日楼层号路天]|分钟|小时")


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
        roles = {run.line.role for run in pieces}
        spoken += ["".join(r.digits for r in pieces if r.line.role == role) for role in roles]
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
    about_goods = cue == "tail" and any(c.cue == "harmless" for c in run.line.cues)
    if cue == "harmless" or about_goods:  # 订单尾号 is an order's
        return None
    asked = talk.asked(run.line, _ASKABLE)
    if count >= LONG:
        return _card(run, cue, asked)
    tail = cue == "tail" or (asked == "tail" and run.dominant)
    if HOTLINE.fullmatch(run.digits) and not (tail or cue == "phone"):
        return None
    if count >= PHONE:
        return _long(run, cue, asked)
    return _short(run, cue, asked, _tail_kind(run, talk) if tail else None)


def _short(
    run: Run, cue: Cue | None, asked: Cue | None, tail: PrivateKind | None
) -> PrivateKind | None:
    """Up to six digits: the last ones of a number, or all that was heard of it."""
    count = len(run.digits)
    if count < KNOWN or tail:
        return tail if count >= KNOWN else None
    if cue in ("id_card", "bank_card", "phone") and count >= 5:
        return cue
    return asked if run.dominant and asked in ("phone", "id_card", "bank_card") else None


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
    sure = [sign for sign in signs(line) if sign.sure]
    spoken = [at for at, char in enumerate(line.text) if char.isalnum() and char not in _SPEECH]
    if not sure or not 2 <= len(spoken) <= 5 or any(c.cue == "harmless" for c in line.cues):
        return None
    if _AMOUNT.search(line.text):
        return None
    return Run(line, "".join(sign.digit for sign in sure), min(spoken), max(spoken) + 1)


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
