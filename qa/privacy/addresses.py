"""Addresses: from the district, road or estate down to the door. A city or a district alone tells nobody's door.

A Chinese address runs from the large to the small without a blank, so that it is found from its end: a door (3栋, 2单元,
1002室, 88号 after a road), and from there back over everything that can be a name of a place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .private import Private
from .talk import Line, Talk

_N = "0-9零一二三四五六七八九十百千两"
_NUM = rf"(?:[{_N}]{{1,8}}|[a-z甲乙丙丁东西南北](?![a-z]))"
# Each with what it is heard as; 室 and 号 sound like very common words and need a number of their own before them.
_UNIT = r"(?:[单丹担][元园圆员原源])"
_ROOM = r"(?:室(?![一二两三1-3]?厅|[一二两三1-3])|[是事市式士](?![的个你我他不吗多什])|房(?![东贷产间子])|户(?!名|口|主))"
_FLOOR = r"(?:[楼搂漏层])"
_DOOR = re.compile(
    rf"{_NUM}\s*(?:号楼|号院|栋|幢|座(?![机位和]))"
    rf"|{_NUM}\s*{_UNIT}"
    rf"|[{_N}]{{3,6}}\s*{_ROOM}"
    rf"|{_NUM}\s*{_FLOOR}\s*[{_N}]{{3,6}}"
    rf"|(?<=[路街道巷弄村庄屯组湾镇乡同段园])\s*{_NUM}\s*[号弄组](?!码|线|店)"
)
# While an address is spoken of, misheard parts count, too.
_LOOSE = re.compile(
    rf"(?<!月){_NUM}\s*(?:[栋动洞懂冻东洞撞幢座]|号楼|号(?!下|到|那|之)|浩|好(?=[\u3400-\u9fff0-9])|弄|组|{_UNIT}|{_ROOM}|{_FLOOR})"
    rf"|(?<=[元源园圆员原栋幢座楼号])\s*[{_N}]{{3,6}}"
)
_NEXT = re.compile(
    rf"[\s，,、的]?(?:[\u3400-\u9fff]{{0,8}}?(?:{_NUM})\s*(?:号楼|号院|[栋幢座号弄组户期区室房楼层]|{_UNIT}|{_ROOM})?)"
)
# What an address comes after; it does not reach back over these.
_LEAD = re.compile(
    r"[，。！？,.!?;；：:\s]|地址(?:是|为|[，,])?|住址(?:是)?|就?住在?|就?在(?!线)|寄到?|送到?|送去|寄往|是(?![^，。]{0,3}路)|到(?!达)|麻烦你?|我们?(?:小区|家)?"
    r"|您的?|你(?:们)?|记一下|核对一下|上次|户籍|新(?!区|城|村|园|华|民|世)(?=[^，。]{2,12}路|家)|的|了(?!凡)|嗯|那|就|请|给|从|让|叫|跟|还|呢|吧|啊|哦|吗|搬家|这边|家里"
)
_PLACE = re.compile(
    r"[\u3400-\u9fff]{2,}?(?:省|市|区|县|旗|镇|乡|街道|路|街|大道|巷|胡同|村|庄|屯|小区|花园|家园|苑|公寓|大厦|广场|中心|新城|城|府|湾|庭|邸|园|里|坊|都)"
)
# From the city or the district down to a number: an address, whatever its parts were heard as.
_NESTED = re.compile(
    rf"[\u3400-\u9fff]{{2,}}(?:省|市|区|县|镇|乡|街道)[\u3400-\u9fff]{{2,}}?(?:区|县|镇|乡|街道|路|街|大道|村|小区|花园|城|苑|园)"
    rf"[^。！？]{{0,12}}?[{_N}]{{1,5}}[^。！？]{{0,10}}?[{_N}]{{2,5}}"
)
SHORT = 12  # characters of an answer that is a place and nothing else
_BARE = re.compile(
    rf"[^路街道巷弄村庄镇乡苑园城区栋单元室楼]{{0,3}}[{_N}]{{1,4}}[号好浩]"
)  # 十五号 is a day
_ASKING = frozenset("哪几啥")  # whoever asks for an address says none
_FARTHEST = 36  # characters that an address reaches back from its first door
_TRAIL = 14


def find_addresses(talk: Talk) -> Iterator[Private]:
    """The addresses of a call."""
    for line in talk.lines:
        if any(heard.cue == "harmless" for heard in line.cues):
            continue
        for start, end in _spans(
            line.text, loose=_spoken_of(talk, line) or bool(_NESTED.search(line.text))
        ):
            yield Private("address", line.number, start, end)


def _spoken_of(talk: Talk, line: Line) -> bool:
    own = any(heard.cue == "address" for heard in line.cues)
    return own or talk.asked(line, ("address",), within=1) == "address"


def _spans(text: str, *, loose: bool) -> list[tuple[int, int]]:
    doors = [match.span() for match in _DOOR.finditer(text)]
    if loose:
        doors += [
            m.span()
            for m in _LOOSE.finditer(text)
            if not re.search("[从到]一?$", text[: m.start()])
        ]
        if not doors and (len(text) <= SHORT or re.search("[住寄送]|地址", text)):
            doors = [m.span() for m in _PLACE.finditer(text) if _near(m.group())]
    spans: list[tuple[int, int]] = []
    for first, last in sorted(doors):
        if (
            spans
            and first - spans[-1][1] <= _TRAIL
            and not re.search("[。！？!?]", text[spans[-1][1] : first])
        ):
            spans[-1] = (spans[-1][0], max(last, spans[-1][1]))
        else:
            spans.append((first, last))
    found = []
    for first, last in spans:
        start, end = _back(text, first), _on(text, last)
        if set(text[start:end]) & _ASKING or _BARE.fullmatch(text[start:end]):
            continue
        if loose or start < first or _parts(text[first:end]) > 1:
            found.append((start, end))
    return found


def _near(place: str) -> bool:
    """Whether a place without a number is near enough to a door to be somebody's: a road or an estate."""
    return place.endswith(
        ("路", "街", "大道", "巷", "胡同", "村", "小区", "花园", "家园", "苑", "公寓", "庭", "邸")
    )


def _parts(text: str) -> int:
    return len(_DOOR.findall(text))


def _back(text: str, first: int) -> int:
    """Where the address begins whose first door is there."""
    start = max(0, first - _FARTHEST)
    for lead in _LEAD.finditer(text, start, first):
        comma = lead.group() in "，, 、" and _PLACE.search(text, start, lead.start())
        if not comma or lead.start() - start > 16:
            start = lead.end()
    return start


def _on(text: str, last: int) -> int:
    """Where it ends: further numbers that follow at once belong to it."""
    while match := _NEXT.match(text, last):
        between = text[last : match.end()]
        if match.end() == last or _LEAD.search(between.strip("，, 、的")):
            break
        last = match.end()
    return last
