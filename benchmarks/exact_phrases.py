"""Exact string matching in place of matching by sound: the patterns of a checklist, letter for letter."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from unittest.mock import patch

from callqa.scoring import phrases
from callqa.scoring.matching import Fragments, Match
from callqa.scoring.pinyin import ANY_DIGIT, ANY_SURNAME, MORE_SURNAMES, Sounds, Syllable

MATCHING = ("by sound", "exact")


class ExactFragments:
    """Stands in for `matching.Fragments`: a fragment is said where its very characters are."""

    def __init__(self, fragments: Sequence[tuple[Syllable, ...]]) -> None:
        self._sizes = [len(fragment) for fragment in fragments]
        # looked ahead for, so that places that overlap are found, too
        self._sought = [re.compile(f"(?={''.join(map(_sought, f))})") for f in fragments]

    def find(self, text: Sounds, least: Sequence[float]) -> list[list[Match]]:  # noqa: ARG002
        """For each fragment its places in the text, all with a score of 1."""
        letters = [_letter(s.char) for s in text.distinct]
        said = "".join(letters[n] for n in text.index)
        return [
            [Match(found.start(), found.start() + size, 1.0) for found in sought.finditer(said)]
            for size, sought in zip(self._sizes, self._sought, strict=True)
        ]


def _sought(syllable: Syllable) -> str:
    slots = {ANY_SURNAME: MORE_SURNAMES, ANY_DIGIT: frozenset("零一二三四五六七八九")}
    if syllable.sound in slots:
        return f"[{''.join(sorted(slots[syllable.sound]))}]"
    return re.escape(_letter(syllable.char))


_WORDS: dict[str, str] = {}


def _letter(char: str) -> str:
    """A syllable as one letter: a character as it is, a foreign word or a border as a letter of its own."""
    return char if len(char) == 1 else _WORDS.setdefault(char, chr(0xF0000 + len(_WORDS)))


@contextmanager
def matching(kind: str) -> Iterator[None]:
    """Phrases are looked for in this way for as long as the context is open."""
    fragments = ExactFragments if kind == "exact" else Fragments
    phrases.phrase_set.cache_clear()
    try:
        with patch.object(phrases, "Fragments", fragments):
            yield
    finally:
        phrases.phrase_set.cache_clear()
