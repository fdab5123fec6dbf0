"""Written form: Simplified characters, Chinese punctuation, and nothing that nobody said."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

from .transcript import Word

# Sentences that Whisper learnt from video subtitles and writes over noise, and traces of the prompt: nobody says these
# on the telephone, wherever they stand.
_PHANTOMS = re.compile(
    r"字幕(由|制作|提供|志愿者|组|by)|中文字幕|Amara\.?org|不吝点赞|点赞.{0,4}订阅|明镜与点点|优优独播|"
    r"以下是普通话的|请用简体中文|subtitles? by",
    re.IGNORECASE,
)
# These make a phantom only of an utterance that holds nothing else.
_PHANTOM_CLAUSES = re.compile(
    r"(非常)?(感谢|谢谢|多谢)(大家|各位|您)?的?(观看|收看|收听)|(我们)?下(期|集|次)(节目|视频)?(再见|再会)|再见|拜拜|"
    r"thanks? (you )?for watching|(please )?(like and )?subscribe|a customer service call|bye",
    re.IGNORECASE,
)
_FAREWELLS = re.compile(r"(我们)?(下次)?(再见|拜拜|再会)|bye", re.IGNORECASE)
_CJK = r"\u3400-\u9fff"
_PUNCTUATION = str.maketrans({",": "，", ".": "。", "?": "？", "!": "！", ";": "；", ":": "："})
_ENDS = "。！？…"
_WEAK = "，、；：,;:"
_ALL_MARKS = "，。！？；：、…,.!?;:"
_MARKS = _ALL_MARKS + " "
_LATIN_WORD = 2  # characters that take as long to say
_LONGEST_LOOP = 12  # characters of the repeated unit
_SHORTEST_LOOP = 8  # characters in all: people do say 对对对对对


@cache
def _opencc() -> Any:
    import opencc

    return opencc.OpenCC("t2s")


def simplified(text: str) -> str:
    """Traditional characters as Simplified ones."""
    return str(_opencc().convert(text))


def is_phantom(text: str, vocabulary: Sequence[str] = ()) -> bool:
    """Whether a text is a known phantom sentence, or nothing but the names that the model was primed with."""
    bare = simplified(text).strip(_MARKS)
    if not bare or _PHANTOMS.search(bare):
        return True
    clauses = [c.strip() for c in re.split(f"[{re.escape(_ALL_MARKS)}]+", bare) if c.strip()]
    if all(_PHANTOM_CLAUSES.fullmatch(c) for c in clauses):
        return not all(_FAREWELLS.fullmatch(c) for c in clauses)
    names = {name for name in vocabulary if name}
    parts = [part for part in re.split(f"[{re.escape(_MARKS)}]+", bare) if part]
    return len(parts) > 1 and all(part in names for part in parts)


def is_loop(text: str) -> bool:
    """Whether a text is one unit of up to 12 characters said five times or more in a row: a stuck decoder."""
    bare = re.sub(f"[{re.escape(_MARKS)}]", "", text)
    found = re.search(rf"(.{{1,{_LONGEST_LOOP}}}?)\1{{4,}}", bare)
    return (
        found is not None
        and len(found.group()) >= _SHORTEST_LOOP
        and len(set(bare)) < len(bare) / 3
    )


def characters(text: str) -> int:
    """Length of a text in Chinese characters, or what takes as long to say: digits, words of Latin letters."""
    words = re.findall(r"[A-Za-z']+", text)
    return len(re.findall(f"[{_CJK}0-9]", text)) + _LATIN_WORD * len(words)


def written(words: Sequence[Word], breaks: Sequence[int], language: str) -> str:
    """The words as a sentence; `breaks` are indices of words before which the recogniser began a new phrase."""
    pieces: list[str] = []
    for index, word in enumerate(words):
        if (
            index
            and index in breaks
            and language == "zh"
            and pieces
            and pieces[-1][-1:] not in _MARKS
        ):
            pieces.append("，")
        pieces.append(word.text)
    text = "".join(pieces).strip()
    return chinese(text) if language == "zh" else re.sub(r"\s+", " ", text)


def chinese(text: str) -> str:
    """Simplified, with Chinese punctuation and no blanks between characters, ending in a mark."""
    text = _narrow(simplified(text))
    text = re.sub(rf"(?<=[{_CJK}{_ALL_MARKS}])\s+|\s+(?=[{_CJK}{_ALL_MARKS}])", "", text).strip()
    text = re.sub(rf"[{_ALL_MARKS}]{{2,}}", _strongest, text)
    text = re.sub(rf"(?<=[{_CJK}])[,.?!;:]|[,?!;:](?=[{_CJK}])", _to_chinese_mark, text)
    text = text.strip(_WEAK).lstrip(_ALL_MARKS)
    text = re.sub(r"[.?!]$", _to_chinese_mark, text)
    if text and text[-1] not in _ENDS:
        text += "？" if re.search(r"(吗|呢|什么|多少|怎么办|好不好|哪里)$", text) else "。"
    return text


def _strongest(run: re.Match[str]) -> str:
    """Of several marks in a row the first that ends a sentence, else the first."""
    marks = run.group().translate(_PUNCTUATION)
    return next((mark for mark in marks if mark in _ENDS), marks[0])


def _narrow(text: str) -> str:
    """Full-width letters and digits as ordinary ones; Chinese punctuation stays."""
    return "".join(
        chr(ord(c) - 0xFEE0) if "０" <= c <= "９" or "Ａ" <= c <= "Ｚ" or "ａ" <= c <= "ｚ" else c
        for c in text
    )


def _to_chinese_mark(match: re.Match[str]) -> str:
    return match.group().translate(_PUNCTUATION)
