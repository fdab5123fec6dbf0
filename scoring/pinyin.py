"""How alike two pieces of Mandarin sound: syllables, their distance, and the place in a text that sounds like a phrase.

Recognition errors mostly keep the sound (贵姓 becomes 贵信), so that phrases are looked for by pinyin, with what
telephone bands and accents confuse counting little: zh/z, n/l, in/ing, tones not at all.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Self

import numpy as np
from numpy.typing import NDArray

_DIGITS = dict(zip("0123456789", "零一二三四五六七八九", strict=True))
_VARIANTS = str.maketrans(
    {"’": "'", "您": "你", "妳": "你", "两": "二", "幺": "一", "〇": "零"} | _DIGITS
)
_MARKS = re.compile(r"[^\w]|_")
# The hundred most frequent surnames of the 2020 name report of the Ministry of Public Security.
SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许邓韩冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆"
    "范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷黎史龙陶贺毛郝顾龚邵万覃武钱戴严莫孔向常汤"
)
ANY_SURNAME = "\ue000"  # in a phrase: the place of any of them
ANY_DIGIT = "\ue001"  # in a phrase: the place of any digit
_DIGIT_CHARS = frozenset("零一二三四五六七八九")
# Further surnames, common enough to be met in a contact centre. Only these characters count, not what sounds like them.
MORE_SURNAMES = SURNAMES | frozenset(
    "钱孙李褚卫尤许吕施孔曹严华金魏陶戚谢喻柏水窦章云苏潘葛奚范彭鲁韦昌苗凤花方俞任袁柳鲍史唐费岑薛雷倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜"
    "孟平黄和穆萧尹姚邵湛汪祁毛狄米贝明臧计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯管"
    "卢莫房裘缪解应宗丁宣邓郁单杭洪包诸左石崔吉龚程邢裴陆荣翁荀甄曲封储靳段富焦巴车侯宁仇甘厉武符刘景詹束龙叶司黎溥印蒲卓蔺屠蒙池乔阳胥翟谭劳姬申"
    "冉桑桂牛边燕冀尚农温庄晏柴瞿阎连茹习艾鱼容向古易慎戈廖耿满匡寇广东欧殳沃利蔚越隆师巩聂晁敖融冷訾辛阚那简饶曾沙丰巢关查游权盖益司马上官欧阳佟岳商佘"
)
_NO_SURNAMES = frozenset(
    "位您你的是好个问姓叫为那明时和水花强越应权"
)  # sound like surnames and stand before 先生
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
FOREIGN_ALIKE = (
    0.75  # from this likeness of spelling on two foreign words are one that was misheard
)
SKIP = 1.0  # cost of a syllable too many or too few
SKIP_PARTICLE = 0.3  # the same for syllables that speakers drop and recognisers swallow
SKIP_YOU = 0.6  # 请问您贵姓 and 请问贵姓 are the same, 您好 and 好 are not
# A phrase without its negation is another phrase. English has those that end in n't, too.
_NEGATIONS = frozenset("不没别") | {"not", "no", "never", "cannot"}
NEGATION = 2.0
_PARTICLES = frozenset("的了呢呀啊吧嘛啦哦嗯呃") | {
    "a",
    "the",
    "um",
    "uh",
    "oh",
    "so",
    "well",
    "just",
}
BARRIER = 99.0  # cost of anything across a place that no phrase goes across
_FINALS = (
    *("a", "o", "e", "i", "u", "v", "ai", "ei", "ao", "ou", "an", "en", "ang", "eng", "ong", "er"),
    *("ia", "ie", "iao", "iu", "ian", "in", "iang", "ing", "iong", "ua", "uo", "uai", "ui", "uan"),
    *("un", "uang", "ue", "ve", "n", "ng"),
)


@dataclass(frozen=True)
class Syllable:
    """One spoken syllable (a character, digit or foreign word) and where it stands in the text."""

    sound: str
    char: str
    at: int
    clause: int
    """The number of the clause it belongs to; punctuation parts clauses."""

    @property
    def symbol(self) -> tuple[str, str]:
        """What it is compared by."""
        return self.sound, self.char


WALL = Syllable("", "", 0, 0)  # stands where no phrase goes across


_LEARNED: dict[str, list[str]] = {}  # texts whose sounds were read before and kept
_MOST_LEARNED = 4096


def learn(text: str, sounds: str) -> None:
    """Take the sounds of a text from an earlier reading (`sounds_of`), which costs more than finding phrases in it."""
    if len(_LEARNED) >= _MOST_LEARNED:
        del _LEARNED[next(iter(_LEARNED))]
    _LEARNED[text] = sounds.split(" ")


def sounds_of(text: str) -> str:
    """The sounds of a text's syllables, to be kept."""
    return " ".join(s.sound for s in syllables(text))


@lru_cache(maxsize=4096)
def syllables(text: str) -> tuple[Syllable, ...]:
    """The text as syllables; 您 reads as 你, digits as their names, foreign words as one syllable each."""
    known = _LEARNED.get(text)
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
            sounds = known[len(out) : len(out) + len(piece)] if known else _read(piece)
            for offset, (char, sound) in enumerate(zip(piece, sounds, strict=True)):
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
def split_sound(sound: str) -> tuple[str, str]:
    """A sound's initial and final."""
    initial = next((i for i in _INITIALS if sound.startswith(i)), "")
    return initial, sound[len(initial) :]


@lru_cache(maxsize=1 << 16)
def distance(a: str, b: str) -> float:
    """0 for the same sound, 1 for an unrelated one; both in pinyin."""
    if a == b:
        return 0.0
    (initial_a, final_a), (initial_b, final_b) = split_sound(a), split_sound(b)
    cost = 0.0
    if initial_a != initial_b:
        cost += ALIKE if frozenset((initial_a, initial_b)) in _ALIKE_INITIALS else OTHER
    if final_a != final_b:
        cost += ALIKE if frozenset((final_a, final_b)) in _ALIKE_FINALS else OTHER
    return min(1.0, cost)


@lru_cache(maxsize=1 << 16)
def spelling(a: str, b: str) -> float:
    """0 for the same foreign word, ALIKE for one misheard, 1 for another; can and can't are two."""
    from rapidfuzz import fuzz

    if a.replace("'", "") == b.replace("'", ""):  # dont, I’m
        return 0.0
    if _negates(a) or _negates(b):
        return NEGATION
    return ALIKE if fuzz.ratio(a, b) >= 100 * FOREIGN_ALIKE else 1.0


def _negates(word: str) -> bool:
    return word in _NEGATIONS or word.endswith("n't")


def drop_cost(syllable: Syllable) -> float:
    """What it costs that a syllable is too many or too few."""
    if syllable is WALL:
        return BARRIER
    if _negates(syllable.char):
        return NEGATION
    if syllable.char == "你":
        return SKIP_YOU
    return SKIP_PARTICLE if syllable.char in _PARTICLES else SKIP


@cache
def _surname_sounds() -> frozenset[str]:
    return frozenset(_read("".join(sorted(SURNAMES))))


def _surname_cost(heard: Syllable) -> float:
    if heard.char in MORE_SURNAMES and heard.char not in _NO_SURNAMES:
        return 0.0
    alike = heard.sound in _surname_sounds() and heard.char not in _NO_SURNAMES
    return ALIKE if alike else NEGATION


def replace_cost(wanted: Syllable, heard: Syllable) -> float:
    """What it costs that one syllable is heard for another; `wanted` may stand for any surname or digit."""
    if heard is WALL:
        return BARRIER
    if wanted.sound == ANY_DIGIT:
        return 0.0 if heard.char in _DIGIT_CHARS else NEGATION
    if wanted.sound == ANY_SURNAME:
        return _surname_cost(heard)
    if wanted.char == heard.char:  # a character may be read in two ways
        return 0.0
    foreign = wanted.char.isascii(), heard.char.isascii()
    if any(foreign):
        cost = spelling(wanted.char, heard.char) if all(foreign) else 1.0
    else:
        cost = distance(wanted.sound, heard.sound)
    return NEGATION if cost and _NEGATIONS & {wanted.char, heard.char} else cost


@dataclass(frozen=True, eq=False)
class Sounds:
    """Syllables as arrays, so that many are compared at once.

    Attributes:
        distinct: the different syllables, by their symbols.
        index: (n,) for each syllable the place of its like in `distinct`.
        drops: (n,) what it costs to leave each out.
    """

    distinct: tuple[Syllable, ...]
    index: NDArray[np.intp]
    drops: NDArray[np.float64]

    @classmethod
    def of(cls, said: Sequence[Syllable]) -> Self:
        """The arrays of some syllables."""
        places: dict[tuple[str, str], int] = {}
        distinct: list[Syllable] = []
        index = np.empty(len(said), np.intp)
        for n, syllable in enumerate(said):
            at = places.setdefault(syllable.symbol, len(distinct))
            if at == len(distinct):
                distinct.append(syllable)
            index[n] = at
        drops = np.array([drop_cost(s) for s in distinct])
        return cls(tuple(distinct), index, drops[index] if distinct else drops)

    def __len__(self) -> int:
        return len(self.index)


def replacement_costs(wanted: Sounds, heard: Sounds) -> NDArray[np.float64]:
    """(len(wanted), len(heard)): `replace_cost` of every pair."""
    if not wanted.distinct or not heard.distinct:
        return np.zeros((len(wanted), len(heard)))
    table = _spoken_costs(wanted.distinct, heard.distinct)
    for row, syllable in enumerate(wanted.distinct):
        if syllable.char.isascii() or syllable.sound in (ANY_DIGIT, ANY_SURNAME):
            table[row] = [replace_cost(syllable, other) for other in heard.distinct]
    for column, syllable in enumerate(heard.distinct):
        if syllable is WALL:
            table[:, column] = BARRIER
    costs: NDArray[np.float64] = table[np.ix_(wanted.index, heard.index)]
    return costs


def _spoken_costs(wanted: tuple[Syllable, ...], heard: tuple[Syllable, ...]) -> NDArray[np.float64]:
    """`replace_cost` of every pair of Chinese syllables; a foreign word is none of them."""
    initials, finals = _tables()
    rows, columns = (np.array([_codes(s.sound) for s in part]) for part in (wanted, heard))
    cost: NDArray[np.float64] = np.minimum(
        1.0,
        initials[np.ix_(rows[:, 0], columns[:, 0])] + finals[np.ix_(rows[:, 1], columns[:, 1])],
    )
    said, chars = np.array([s.char for s in wanted]), np.array([s.char for s in heard])
    cost[said[:, None] == chars[None, :]] = 0.0
    foreign = np.array([s.char.isascii() for s in heard])
    cost[:, foreign] = 1.0
    no = np.isin(said, list(_NEGATIONS))[:, None] | np.isin(chars, list(_NEGATIONS))[None, :]
    cost[no & (cost > 0)] = NEGATION
    return cost


@cache
def _codes(sound: str) -> tuple[int, int]:
    """The rows of a syllable's initial and final in the tables."""
    initial, final = split_sound(sound)
    return _INITIALS.index(initial) + 1 if initial else 0, _final_number(final)


@cache
def _tables() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(initials, initials) and (finals, finals): what it costs to hear one for another."""
    initials = np.full((len(_INITIALS) + 1,) * 2, OTHER)
    finals = np.full((len(_FINALS) + 1,) * 2, OTHER)
    for table, alike, number in (
        (initials, _ALIKE_INITIALS, lambda i: _INITIALS.index(i) + 1),
        (finals, _ALIKE_FINALS, _final_number),
    ):
        for one, other in map(tuple, alike):
            table[number(one), number(other)] = table[number(other), number(one)] = ALIKE
        np.fill_diagonal(table, 0.0)
    return initials, finals


def _final_number(final: str) -> int:
    """Its place among the finals; 0, which is like itself only, for what pinyin does not know."""
    return _FINALS.index(final) + 1 if final in _FINALS else 0
