"""One spelling for sounds that lines and accents do not part, so that an index finds what was misheard."""

from __future__ import annotations

from functools import lru_cache

from .pinyin import Syllable, split_sound

_INITIALS = {"zh": "z", "ch": "c", "sh": "s", "n": "l", "r": "l", "f": "h"}
_FINALS = {"ing": "in", "eng": "en", "ang": "an", "iang": "ian", "uang": "uan", "ong": "un"}


@lru_cache(maxsize=4096)
def alike_sound(sound: str) -> str:
    """The sound with one spelling for all that are easily taken for each other: shi and si, lin and ning."""
    initial, final = split_sound(sound)
    return _INITIALS.get(initial, initial) + _FINALS.get(final, final)


def alike(syllable: Syllable) -> str:
    """The same of a syllable; a foreign word is itself."""
    return alike_sound(syllable.sound) if syllable.char >= "\u3400" else syllable.char
