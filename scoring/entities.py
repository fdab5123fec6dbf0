"""Numbers, amounts, dates and times in what was said, in one normal form, so that a read-back can be compared.

Made for recognised Mandarin: digits are said one by one (幺三八), as numerals (一千二) or written (138), with pauses
and commas in them. English digits are known one by one (one three eight). What a recogniser misheard stays misheard.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from .moments import (
    CLEAR,
    COUNTED,
    DATES,
    NO_MORE,
    TIME,
    WEEKDAY,
    read_date,
    read_time,
    read_weekday,
    same_date,
    same_time,
)
from .numerals import DIGITS, ENGLISH, NUMERAL, ONES, arabic, plain, worth, written

EntityKind = Literal["number", "phone", "amount", "date", "time"]
LEAST_DIGITS = 3  # of a number; fewer are counts, floors and idioms
LEAST_ENDING = 4  # digits by which a whole number is known: 尾号三四五六

_TAIL = (  # 三块五, 三块五毛二, 十块零五分, 三块半
    rf"(?P<jiao>[0-9{ONES}两])(?:[毛角](?:(?P<fen>[0-9{ONES}])分?{NO_MORE})?|{NO_MORE})"
    rf"|零?(?P<cents>[0-9{ONES}])分|(?P<half>半)"
)
_AMOUNT = re.compile(
    rf"(?<![{NUMERAL}第几.点])(?<!分之)(?P<sign>¥)?"
    rf"(?P<yuan>(?:[0-9]{{1,3}}(?:,[0-9]{{3}})++(?![0-9])|[{NUMERAL}]++)(?:[.点][{DIGITS}]++)?[万亿]?)"
    r"[多来]?(?P<unit>元(?![素旦件首气桥])|块(?![儿电屏板玻布肉砖地硬表石木])|人民币)?"
    rf"(?(unit)(?P<tail>零?(?:{_TAIL}))?(?P<money>钱)?|)"
)
_DIMES = re.compile(
    rf"{CLEAR}(?P<jiao>[0-9{ONES}两])毛(?!不)(?:(?P<fen>[0-9{ONES}])分?{NO_MORE})?钱?"
)

_PAUSE = r"(?:[\s,、。;–—_-]|横杠|杠|嗯|呃|额|啊|哦|然后){1,4}+"
_MILITARY = r"拐(?![弯角杖进过])|洞(?![口穴里])|勾(?![选起引搭])"  # 7, 0, 9 where a line is bad
_TOKEN = (
    rf"(?:[2-9{ONES[1:]}两]个[0-9零{ONES}](?![十百千万亿{COUNTED}号])|[0-9]"  # 三个八 are three of them
    rf"|(?!一[下会起样般直定些切共旦再边])[零{ONES}两](?![{COUNTED}十百千万亿半])"
    rf"|{_MILITARY}|(?<![a-z])(?:oh|{'|'.join(ENGLISH)})(?![a-z]))"
)
_RUN = re.compile(rf"(?<![第几十百千万亿]){_TOKEN}(?:(?:{_PAUSE})?{_TOKEN})*+(?!%)")
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_LANDLINE = r"(?:0(?:10|2[0-9]|[3-9][0-9]{2}))?[2-9][0-9]{6,7}"
_PHONE = re.compile(
    rf"{_MOBILE.pattern}|{_LANDLINE}|[48]00[0-9]{{7}}|(?:95|12)[0-9]{{3}}|100[0-9]{{2}}"
)
_IDIOMS = ("七七八八", "三三两两")


@dataclass(frozen=True)
class Entity:
    """Something that is read back, and where it stands: characters [start, end) of the text.

    Values: digits for `number` (an identity number may end in X) and `phone`; yuan for `amount` ("12.5");
    for `date` as much as was said: "2026-11-23", "--11-23", "--25" a day, "--11-" a month, "2026--" a year, "W3" a
    weekday; for `time` "15:00", and "03:00?" where the half of the day was not said.
    """

    kind: EntityKind
    value: str
    start: int
    end: int


def entities(text: str) -> tuple[Entity, ...]:
    """The entities of a text in their order; they do not overlap."""
    said, places = plain(text)
    found: list[Entity] = []
    for pattern, read in _PASSES:
        for entity in [e for match in pattern.finditer(said) for e in read(match)]:
            first, last = places[entity.start], places[entity.end - 1]
            found.append(replace(entity, start=first, end=last + 1))
            gap = "\0" * (entity.end - entity.start)  # what is told is no part of anything else
            said = said[: entity.start] + gap + said[entity.end :]
    return tuple(sorted(found, key=lambda e: e.start))


def same(a: Entity, b: Entity) -> bool:
    """Whether two entities are the same thing, said in two ways or only as far as is usual.

    A number is known by its last four digits or more, a date by its day, a time without its half of the day; a
    number may be an amount whose unit was not said.
    """
    kinds = {a.kind, b.kind}
    if kinds <= {"number", "phone"}:
        short, long = sorted((a.value, b.value), key=len)
        return short == long or (len(short) >= LEAST_ENDING and long.endswith(short))
    if kinds == {"number", "amount"}:
        return not (a.value + b.value).count("X") and Decimal(a.value) == Decimal(b.value)
    if kinds == {"date"}:
        return same_date(a.value, b.value)
    if kinds == {"time"}:
        return same_time(a.value, b.value)
    return kinds == {"amount"} and a.value == b.value


def nearness(a: str, b: str) -> float:
    """How alike two strings of digits are: 1 - edit distance / length of the longer; 1 for the same."""
    from rapidfuzz.distance import Levenshtein

    return float(Levenshtein.normalized_similarity(a, b))


def _moment(
    kind: EntityKind, read: Callable[[re.Match[str]], str | None]
) -> Callable[[re.Match[str]], Iterator[Entity]]:
    def found(match: re.Match[str]) -> Iterator[Entity]:
        value = read(match)
        if value is not None:
            yield Entity(kind, value, match.start(), match.end())

    return found


def _amount(match: re.Match[str]) -> Iterator[Entity]:
    said = match.groupdict()
    value = worth(said["yuan"])
    if value is None:
        return
    kind: EntityKind = "amount"
    if not (said["unit"] or said["sign"]):
        large = re.search("[百千万亿]", said["yuan"]) and value >= 100
        if not (large or re.fullmatch(r"[0-9]{3,}\.[0-9]{1,2}", said["yuan"])):
            return
        if match.string[match.end() :][:1] in tuple(f"{COUNTED}号年楼层%"):
            kind = "number"  # 三百个
            if value != int(value):
                return
    elif said["yuan"] == "一" and said["unit"] == "块" and not (said["tail"] or said["money"]):
        return  # 一块 is "together", too
    yield Entity(kind, written(value + _change(said)), match.start(), match.end())


def _dimes(match: re.Match[str]) -> Iterator[Entity]:
    yield Entity("amount", written(_change(match.groupdict())), match.start(), match.end())


def _change(said: dict[str, str | None]) -> Decimal:
    """What there is below one yuan."""
    value = Decimal("0.5") if said.get("half") else Decimal(0)
    for part, share in (("jiao", "0.1"), ("fen", "0.01"), ("cents", "0.01")):
        value += Decimal(share) * int(arabic(said.get(part) or "零"))
    return value


@dataclass(frozen=True)
class _Group:
    """Digits without a pause in them, places [start, end)."""

    digits: str
    start: int
    end: int


def _run(match: re.Match[str]) -> Iterator[Entity]:
    """The numbers of a run of digits: a pause may be within a number, or between two."""
    said, groups = match.string, _groups(match)
    followed = tuple(f"{COUNTED}号楼层年")
    while (
        groups and len(groups[-1].digits) < LEAST_DIGITS and said[groups[-1].end :][:1] in followed
    ):
        groups.pop()  # 三零二，两个人
    while groups:
        mobile = (
            n for n in range(1, min(len(groups), 12)) if _MOBILE.fullmatch(_joined(groups[:n]))
        )
        size = next(mobile, len(groups))
        number, groups = groups[:size], groups[size:]
        digits, start, end = _joined(number), number[0].start, number[-1].end
        if said[start:end] in _IDIOMS or len(digits) < LEAST_DIGITS:
            continue
        if len(digits) == 17 and said[end : end + 1] == "x":
            digits, end = digits + "X", end + 1
        if digits.startswith("86") and _MOBILE.fullmatch(digits[2:]):
            digits = digits[2:]
        yield Entity("phone" if _PHONE.fullmatch(digits) else "number", digits, start, end)


def _joined(groups: list[_Group]) -> str:
    return "".join(group.digits for group in groups)


def _groups(match: re.Match[str]) -> list[_Group]:
    tokens = [
        _Group(token.group(), match.start() + token.start(), match.start() + token.end())
        for token in re.finditer(_TOKEN, match.group())
    ]
    odd = [token.digits in "洞拐勾" for token in tokens]
    if any(odd) and (odd.count(False) < 3 or len(tokens) < 5):  # words, not digits
        inner = [n for n, is_odd in enumerate(odd) if not is_odd]
        tokens = tokens[inner[0] : inner[-1] + 1] if inner else []
    groups: list[_Group] = []
    for token in tokens:
        digits = arabic(token.digits)
        if groups and groups[-1].end == token.start:
            last = groups.pop()
            groups.append(_Group(last.digits + digits, last.start, token.end))
        else:
            groups.append(_Group(digits, token.start, token.end))
    return groups


_PASSES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Iterator[Entity]]], ...] = (
    *((pattern, _moment("date", read_date)) for pattern in DATES),
    (WEEKDAY, _moment("date", read_weekday)),
    (TIME, _moment("time", read_time)),
    (_AMOUNT, _amount),
    (_DIMES, _dimes),
    (_RUN, _run),
)
