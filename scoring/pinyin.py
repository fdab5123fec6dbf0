"""How alike two pieces of Mandarin sound: syllables, their distance, and the place in a text that sounds like a phrase.

Recognition errors mostly keep the sound (贵姓 becomes 贵信), so that phrases are looked for by pinyin, with what
telephone bands and accents confuse counting little: zh/z, n/l, in/ing, tones not at all.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache

_DIGITS = dict(zip("0123456789", "零一二三四五六七八九", strict=True))
_VARIANTS = str.maketrans({"您": "你", "妳": "你", "两": "二", "幺": "一", "〇": "零"} | _DIGITS)
_MARKS = re.compile(r"[^\w]|_")
# The hundred most frequent surnames of the 2020 name report of the Ministry of Public Security.
SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许邓韩冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆"
    "范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷黎史龙陶贺毛郝顾龚邵万覃武钱戴严莫孔向常汤"
)
ANY_SURNAME = "\ue000"  # in a phrase: the place of any of them
ANY_DIGIT = "\ue001"  # in a phrase: the place of any digit
_DIGIT_CHARS = frozenset("零一二三四五六七八九")
_NO_SURNAMES = frozenset("位您你的是好个问姓叫为")  # sound like surnames and stand before 先生
_INITIALS = ("zh", "ch", "sh", *"bpmfdtnlgkhjqxrzcsyw")
_ALIKE_INITIALS = {
    frozenset(pair.split())
    for pair in ("z zh", "c ch", "s sh", "n l", "f h", "r l", "b p", "d t", "g k", "j q", "q x", "j x",
                 "z c", "zh ch", "z j", "zh j", "s x", "sh x", "ch q", "h w", "y n", "m n", "l y")
}  # fmt: skip
_ALIKE_FINALS = {
    frozenset(pair.split())
    for pair in ("in ing", "en eng", "an ang", "ian iang", "uan uang", "un ong", "ong eng", "ian an", "ie e", "uo o",
                 "ui ei", "iu ou", "ing eng", "in en", "ao ou", "ai ei", "u v", "uan an", "iong ong", "ia a", "ua a",
                 "ian in", "ian ing", "e i", "u ou", "un en", "ue ie")
}  # fmt: skip
ALIKE = 0.3  # cost of a confusable initial or final
OTHER = 0.55  # cost of another initial or final
SKIP = 1.0  # cost of a syllable too many or too few
SKIP_PARTICLE = 0.3  # the same for syllables that speakers drop and recognisers swallow
SKIP_YOU = 0.6  # 请问您贵姓 and 请问贵姓 are the same, 您好 and 好 are not
_NEGATIONS = frozenset("不没别")  # a phrase without its negation is another phrase
NEGATION = 2.0
_PARTICLES = frozenset("的了呢呀啊吧嘛啦哦嗯呃")


@dataclass(frozen=True)
class Syllable:
    """One spoken syllable (a character, digit or foreign word) and where it stands in the text."""

    sound: str
    char: str
    at: int
    clause: int
    """The number of the clause it belongs to; punctuation parts clauses."""


@lru_cache(maxsize=4096)
def syllables(text: str) -> tuple[Syllable, ...]:
    """The text as syllables; 您 reads as 你, digits as their names, foreign words as one syllable each."""
    folded = unicodedata.normalize("NFKC", text).translate(_VARIANTS).lower()
    out: list[Syllable] = []
    clause = 0
    for match in re.finditer(r"[\u3400-\u9fff]+|[a-z0-9']+|[\ue000\ue001]|[^\w\s]", folded):
        piece = match.group()
        if piece in (ANY_SURNAME, ANY_DIGIT):
            out.append(Syllable(piece, piece, match.start(), clause))
        elif _MARKS.match(piece):
            clause += 1
        elif piece[0] >= "\u3400":
            for offset, (char, sound) in enumerate(zip(piece, _read(piece), strict=True)):
                out.append(Syllable(sound, char, match.start() + offset, clause))
        else:
            out.append(Syllable(piece, piece, match.start(), clause))
    return tuple(out)


def _read(characters: str) -> list[str]:
    from pypinyin import lazy_pinyin

    sounds = lazy_pinyin(characters)
    if len(sounds) != len(characters):  # it keeps characters that it does not know together
        return list(characters)
    return sounds


@cache
def _split(sound: str) -> tuple[str, str]:
    initial = next((i for i in _INITIALS if sound.startswith(i)), "")
    return initial, sound[len(initial) :]


@lru_cache(maxsize=1 << 16)
def distance(a: str, b: str) -> float:
    """0 for the same sound, 1 for an unrelated one."""
    if a == b:
        return 0.0
    if not (a.isascii() and b.isascii()):
        return 1.0
    (initial_a, final_a), (initial_b, final_b) = _split(a), _split(b)
    cost = 0.0
    if initial_a != initial_b:
        cost += ALIKE if frozenset((initial_a, initial_b)) in _ALIKE_INITIALS else OTHER
    if final_a != final_b:
        cost += ALIKE if frozenset((final_a, final_b)) in _ALIKE_FINALS else OTHER
    return min(1.0, cost)


def _skip(syllable: Syllable) -> float:
    if syllable.char in _NEGATIONS:
        return NEGATION
    if syllable.char == "你":
        return SKIP_YOU
    return SKIP_PARTICLE if syllable.char in _PARTICLES else SKIP


@cache
def _surname_sounds() -> frozenset[str]:
    return frozenset(_read("".join(sorted(SURNAMES))))


def _replace(wanted: Syllable, heard: Syllable) -> float:
    if wanted.sound == ANY_DIGIT:
        return 0.0 if heard.char in _DIGIT_CHARS else NEGATION
    if wanted.sound == ANY_SURNAME:
        if heard.char in SURNAMES:
            return 0.0
        alike = heard.sound in _surname_sounds() and heard.char not in _NO_SURNAMES
        return ALIKE if alike else NEGATION
    if wanted.char == heard.char:  # a character may be read in two ways
        return 0.0
    cost = distance(wanted.sound, heard.sound)
    return NEGATION if cost and _NEGATIONS & {wanted.char, heard.char} else cost


@dataclass(frozen=True)
class Match:
    """Where a phrase sounds in a text: syllables [start, end), and how alike, 1 for the same sound."""

    start: int
    end: int
    score: float


def find(phrase: tuple[Syllable, ...], text: tuple[Syllable, ...], least: float) -> list[Match]:
    """All places, best for each end, where `phrase` sounds in `text` with a score of at least `least`.

    Sellers' approximate matching: an edit distance whose start and end in the text are free. The score is
    1 - cost / syllables of the phrase.
    """
    size = len(phrase)
    if not size:
        return []
    allowed = (1 - least) * size + 1e-9
    costs = [0.0]
    for syllable in phrase:
        costs.append(costs[-1] + _skip(syllable))
    starts = [0] * (size + 1)
    out = []
    for column, heard in enumerate(text):
        new_costs, new_starts = [0.0], [column + 1]
        skip_heard = _skip(heard)
        for row, wanted in enumerate(phrase, 1):
            same = costs[row - 1] + _replace(wanted, heard)
            extra = costs[row] + skip_heard
            missing = new_costs[row - 1] + _skip(wanted)
            best = min(same, extra, missing)
            new_costs.append(best)
            start = starts[row - 1] if row > 1 else column
            if best != same:
                start = starts[row] if best == extra else new_starts[row - 1]
            new_starts.append(start)
        costs, starts = new_costs, new_starts
        if costs[size] <= allowed and starts[size] <= column:
            out.append(Match(starts[size], column + 1, 1 - costs[size] / size))
    return out
