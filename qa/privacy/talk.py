"""A call as the finders of private things read it: folded texts, their cues, and who was asked what before."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from ...scoring.pinyin import Syllable, syllables
from ...transcribe.transcript import Utterance
from .cues import Cue, Heard, cues, mended

_WRITTEN = str.maketrans(
    "〇○幺兩點號塊萬億壹贰叁肆柒捌玖拾佰仟電話號碼證車銀賬戶樓單棟區縣鎮鄉莊園廣東門貴",
    "零零一两点号块万亿一二三四七八九十百千电话号码证车银账户楼单栋区县镇乡庄园广东门贵",
)
_ASKING = re.compile("[？?]|请|吗|什么|多少|贵|称呼|哪|报|提供|说|您|是$|是。$")
ASKED = 3  # turns for which a question stays in force
# What a listener says between the pieces of a number.
_ACKS = frozenset("嗯对好的是哦啊呃那个继续您说你请然后还有呢没错行可以ok一下听着记了")


def folded(text: str) -> str:
    """The text character for character in half width, lower case and simplified numerals."""
    return "".join(_fold(char) for char in text).translate(_WRITTEN)


def _fold(char: str) -> str:
    plain = unicodedata.normalize("NFKC", char).lower()
    return plain if len(plain) == 1 else "。"  # … is three dots; places must stay what they are


@dataclass(frozen=True)
class Line:
    """An utterance as it is searched; places in `text` are those of the utterance's own text."""

    number: int
    role: str
    text: str

    @cached_property
    def said(self) -> tuple[Syllable, ...]:
        return syllables(self.text)

    @cached_property
    def cues(self) -> tuple[Heard, ...]:
        return cues(self.text, self.said)

    @cached_property
    def mended(self) -> str:
        """The text with words that lead to names, and titles, as they are written, where they were misheard."""
        return mended(self.text, self.said)

    @property
    def acknowledges(self) -> bool:
        """Whether it says no more than: go on."""
        words = [char for char in self.text if char.isalnum()]
        return len(words) <= 8 and set(words) <= _ACKS


class Talk:
    """The lines of a call."""

    def __init__(self, utterances: Sequence[Utterance]) -> None:
        self.lines = tuple(Line(n, u.role, folded(u.text)) for n, u in enumerate(utterances))

    def asks_for(self, line: Line, cue: Cue) -> bool:
        """Whether the turn before, acknowledgements passed over, asks for this."""
        for earlier in reversed(self.lines[max(0, line.number - 4) : line.number]):
            if not earlier.acknowledges:
                spoken = any(heard.cue == cue for heard in earlier.cues)
                return spoken and earlier.role != line.role and bool(_ASKING.search(earlier.text))
        return False

    def asked(self, line: Line, of: Sequence[Cue], within: int = ASKED) -> Cue | None:
        """What the turns just before ask for, or speak of, among these; acknowledgements are passed over."""
        left = within
        for earlier in reversed(self.lines[max(0, line.number - 12) : line.number]):
            if earlier.acknowledges:
                continue
            for heard in reversed(earlier.cues):
                if heard.cue in of:
                    return heard.cue
            left -= 1
            if not left:
                return None
        return None
