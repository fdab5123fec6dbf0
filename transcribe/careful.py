"""A second look at doubtful hypotheses: text that is stuck in a loop, or far less text than there is speech.

Greedy decoding fails in these two ways, on some window in a dozen; each is told from the text alone. The same audio in
the engine's second way of decoding, or half of it at a time, mends nearly all (docs/choices.md).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from enum import Enum

from .engine import Engine, Hypothesis, Request
from .text import is_loop
from .transcript import Word
from .window import Window

# Characters in a second of speech: on the labelled calls 1.1 to 2.0 in windows where the decoder gave up early, 3 and
# more in all that were heard in full.
FEWEST = 2.5
MOST = 9.0
# seconds of speech from which on little text is doubtful: people do say 嗯 for a second
ENOUGH = 3.0
_ENGLISH = 2  # characters that a word or number in Latin letters counts for

Requesting = Callable[[Window], Request]


class Doubt(Enum):
    LOST = "less text than speech"
    STUCK = "a loop, or more text than anyone speaks"


def characters(text: str) -> int:
    """Length of a text in Chinese characters or what takes as long to say."""
    return len(re.findall(r"[\u3400-\u9fff0-9]", text)) + _ENGLISH * len(
        re.findall(r"[A-Za-z']+", text)
    )


def doubt(hypothesis: Hypothesis, speech: float) -> Doubt | None:
    """Why not to believe a hypothesis for this many seconds of speech."""
    said = characters(hypothesis.text)
    if not hypothesis.complete or is_loop(hypothesis.text) or said > MOST * max(speech, 1.0):
        return Doubt.STUCK
    if speech >= ENOUGH and said < FEWEST * speech:
        return Doubt.LOST
    return None


def recognised(engine: Engine, windows: Sequence[Window], request: Requesting) -> list[Hypothesis]:
    """The hypotheses of windows, the doubtful ones after a second look.

    Raises:
        RecognitionError: the engine failed.
    """
    found = engine.recognise([request(window) for window in windows])
    if not engine.capabilities.careful:
        return found
    return [
        _again(engine, window, hypothesis, request)
        if doubt(hypothesis, window.speech)
        else hypothesis
        for window, hypothesis in zip(windows, found, strict=True)
    ]


def _again(engine: Engine, window: Window, first: Hypothesis, request: Requesting) -> Hypothesis:
    tried = [first]
    if doubt(first, window.speech) is Doubt.LOST:
        tried += engine.recognise([replace(request(window), careful=True)])
    if doubt(tried[-1], window.speech) and len(window.pieces) > 1:
        halves = window.halves()
        tried.append(_joined(halves, recognised(engine, halves, request)))
    sound = [
        hypothesis for hypothesis in tried if doubt(hypothesis, window.speech) is not Doubt.STUCK
    ]
    nothing = Hypothesis((), first.language)
    return max(sound, key=lambda hypothesis: characters(hypothesis.text), default=nothing)


def _joined(halves: Sequence[Window], found: Sequence[Hypothesis]) -> Hypothesis:
    """One hypothesis of two, in the time of the window that the halves were cut from."""
    first, second = found
    later = halves[0].seconds
    words = tuple(Word(w.text, w.start + later, w.end + later, w.probability) for w in second.words)
    breaks = {len(first.words) + at for at in second.breaks | {0}}
    return Hypothesis(first.words + words, first.language, first.breaks | breaks)
