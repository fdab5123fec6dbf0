"""Text as a recogniser might have misheard it: random errors in its characters, most of which keep the sound."""

from __future__ import annotations

from functools import cache
from itertools import chain
from random import Random

from pypinyin import Style, lazy_pinyin

KINDS = {"replace": 60, "leave out": 25, "add": 15}  # shares of errors, in percent
REPLACED_BY = {"same sound": 4, "near sound": 1, "any": 1}
COMMAS = 0.3  # share that recognisers leave out
# Initials and finals that accents and telephone lines confuse.
INITIALS = ("z zh", "c ch", "s sh", "n l", "l r", "f h", "b p", "d t", "g k", "j q", "zh ch")
FINALS = (
    "in ing",
    "en eng",
    "an ang",
    "ian iang",
    "uan uang",
    "ong eng",
    "ao ou",
    "ai ei",
    "ie ve",
)

Sound = tuple[str, str]
"""Initial and final, without tone."""


def misheard(text: str, rate: float, random: Random) -> str:
    """The text with an error in each character at a chance of `rate`, and fewer commas; unchanged at 0."""
    if not rate:
        return text
    sounds = _read(text)
    return "".join(
        _error(char, sound, random)
        if char.isalnum() and random.random() < rate
        else "" if char in "，、" and random.random() < COMMAS
        else char
        for char, sound in zip(text, sounds, strict=True)
    )  # fmt: skip


def _error(char: str, sound: Sound, random: Random) -> str:
    match _drawn(KINDS, random):
        case "leave out":
            return ""
        case "add":
            return char + (char if random.random() < 0.5 else random.choice(_common()))
        case _:
            return _replaced(char, sound, random)


def _replaced(char: str, sound: Sound, random: Random) -> str:
    """Another character; what has none of the same sound gets one of a near sound, and else any."""
    by = _drawn(REPLACED_BY, random)
    alike = [c for c in _of_sound().get(sound, ()) if c != char] if by == "same sound" else []
    if not alike and by != "any":
        alike = list(chain.from_iterable(_of_sound().get(s, ()) for s in _near(sound)))
    return random.choice(alike or [c for c in _common() if c != char])


def _drawn(shares: dict[str, int], random: Random) -> str:
    return random.choices(list(shares), list(shares.values()))[0]


@cache
def _common() -> tuple[str, ...]:
    """The 3,755 most used characters: the first level of GB 2312."""
    rows = (bytes((high, low)) for high in range(0xB0, 0xD8) for low in range(0xA1, 0xFF))
    return tuple(char for row in rows if (char := row.decode("gb2312", "ignore")))


@cache
def _of_sound() -> dict[Sound, tuple[str, ...]]:
    out: dict[Sound, tuple[str, ...]] = {}
    for char in _common():
        (sound,) = _read(char)
        out[sound] = (*out.get(sound, ()), char)
    return out


def _read(text: str) -> list[Sound]:
    """The sound of each character, as it is read where it stands; itself of what is not Chinese."""
    styles = (Style.INITIALS, Style.FINALS)
    parts = (lazy_pinyin(text, style=style, errors=list, strict=False) for style in styles)
    return list(zip(*parts, strict=True))


def _near(sound: Sound) -> list[Sound]:
    """The sounds of which the initial or the final is easily taken for that of this one."""
    initial, final = sound
    return [(other, final) for other in _confused(initial, INITIALS)] + [
        (initial, other) for other in _confused(final, FINALS)
    ]


def _confused(part: str, pairs: tuple[str, ...]) -> list[str]:
    return [o for pair in pairs if part in pair.split() for o in pair.split() if o != part]
