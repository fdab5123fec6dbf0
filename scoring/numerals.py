"""What spoken and written numerals are worth: 一千二, 十二点五万, 1万2, 一三八, one three eight.

The libraries for it (cn2an and those like it) put packages named `build` and `src` beside the user's own, or take
ill-formed numerals such as 三四百 for well-formed ones.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

ONES = "一二三四五六七八九"
DIGITS = f"0-9零{ONES}两"  # for a character class
NUMERAL = f"{DIGITS}十百千万亿"
ENGLISH = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")

_VALUES = (
    {char: str(value) for value, char in enumerate(f"零{ONES}")}
    | {"两": "2", "洞": "0", "拐": "7", "勾": "9", "oh": "0"}
    | {word: str(value) for value, word in enumerate(ENGLISH)}
)
_ARABIC = str.maketrans({key: value for key, value in _VALUES.items() if len(key) == 1})
_WRITTEN = str.maketrans(
    "〇○幺兩點號塊萬億週禮時壹贰叁肆伍陆柒捌玖拾佰仟圆",
    "零零一两点号块万亿周礼时一二三四五六七八九十百千元",
)
_UNITS = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
# Recognisers set spaces between digits and units; a space between digits is a pause and stays.
_LOOSE = re.compile(
    rf"(?<=[{DIGITS}]) +(?=[十百千万亿点时日月号年分元块毛角])|(?<=[百千万亿点时月年元块毛]) +(?=[0-9])"
)

_PART = rf"(?:[0-9]+|[{ONES}两])"
_SECTION = rf"(?:{_PART}千)?(?:零?{_PART}百)?(?:零?{_PART}?十)?(?:零?{_PART})?"
_WELL_FORMED = re.compile(rf"(?![零百千万亿])(?:{_SECTION}亿)?零?(?:{_SECTION}万)?零?{_SECTION}")


def plain(text: str) -> tuple[str, list[int]]:
    """The text in half-width lower case with one character per numeral, and where each character was in `text`."""
    chars: list[str] = []
    places: list[int] = []
    for place, char in enumerate(text):
        for part in unicodedata.normalize("NFKC", char).translate(_WRITTEN).lower():
            chars.append(part)
            places.append(place)
    said = "".join(chars)
    spaces = {at for match in _LOOSE.finditer(said) for at in range(match.start(), match.end())}
    kept = [at for at in range(len(said)) if at not in spaces]
    return "".join(said[at] for at in kept), [places[at] for at in kept]


def arabic(said: str) -> str:
    """Digits said one by one as written ones; 三个八 is three of them."""
    if "个" in said:
        times, _, digit = said.partition("个")
        return arabic(digit) * int(arabic(times))
    return _VALUES.get(said) or said.translate(_ARABIC)


def worth(numeral: str) -> Decimal | None:
    """The value of a numeral, or None where it is none: 三四百 are three or four hundred, 二三 two or three."""
    match = re.fullmatch(rf"(.+)[.点]([{DIGITS}]+)([万亿]?)", numeral)
    if match is None:
        return _whole(numeral)
    whole, fraction, unit = match.groups()
    units = _whole(whole)
    if units is None:
        return None
    return (units + Decimal(f"0.{arabic(fraction)}")) * _UNITS.get(unit, 1)


def written(value: Decimal) -> str:
    """A value without an exponent and without zeros at the end of its fraction."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _whole(numeral: str) -> Decimal | None:
    if re.fullmatch(rf"[{DIGITS},]+", numeral):
        guess = re.fullmatch(rf"[零{ONES}两]{{2}}", numeral)
        return None if guess else Decimal(arabic(numeral.replace(",", "")))
    if not _WELL_FORMED.fullmatch(numeral):
        return None
    total = section = number = Decimal(0)
    last = 10
    for part in re.findall(rf"[0-9]+|[{ONES}两]|[零十百千万亿]", numeral):
        unit = _UNITS.get(part)
        if unit is None:
            number = Decimal(arabic(part))
            last = 10 if part == "零" else last
        elif unit < _UNITS["万"]:
            section += (number or 1) * unit
            number, last = Decimal(0), unit
        else:
            below = section + number
            total = (total + below) * unit if unit > _UNITS["万"] else total + below * unit
            section, number, last = Decimal(0), Decimal(0), unit
    # 一千二 are 1200: a last digit right after a unit counts the next unit below.
    return total + section + number * (last // 10 if number < 10 else 1)
