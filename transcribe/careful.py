"""A second look at doubtful hypotheses: text that is stuck in a loop, or far less text than there is speech.

Decoding fails in these two ways, on some window in a dozen; each is told from the text alone. The same audio in
the engine's second way of decoding, or half of it at a time, mends nearly all (docs/choices.md).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from enum import Enum

from .engine import Engine, Hypothesis, Request
from .text import characters, is_loop
from .window import Window

# Characters in a second of speech: on the labelled calls 1.1 to 2.0 in windows where the decoder gave up early, 3 and
# more in all that were heard in full.
FEWEST = 2.5
MOST = 9.0
# seconds of speech from which on little text is doubtful: people do say 嗯 for a second
ENOUGH = 3.0
DIVISIBLE = 6.0  # seconds of a single region that are worth cutting in two

Requesting = Callable[[Window], Request]


class Doubt(Enum):
    LOST = "less text than speech"
    STUCK = "a loop, or more text than anyone speaks"


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
    def of(hypothesis: Hypothesis) -> Doubt | None:
        return doubt(hypothesis, window.speech)

    tried = [first]
    if of(first) is Doubt.LOST:
        tried += engine.recognise([replace(request(window), careful=True)])
    if of(tried[-1]) and (len(window.pieces) > 1 or window.seconds > DIVISIBLE):
        halves = window.halves()
        tried.append(_joined(halves, recognised(engine, halves, request)))
    sound = [hypothesis for hypothesis in tried if of(hypothesis) is not Doubt.STUCK]
    nothing = Hypothesis((), first.language)
    return max(sound, key=lambda hypothesis: characters(hypothesis.text), default=nothing)


def _joined(halves: Sequence[Window], found: Sequence[Hypothesis]) -> Hypothesis:
    """One hypothesis of two, in the time of the window that the halves were cut from."""
    first, second = found
    later = halves[0].seconds
    words = tuple(replace(w, start=w.start + later, end=w.end + later) for w in second.words)
    breaks = {len(first.words) + at for at in second.breaks | {0}}
    return Hypothesis(first.words + words, first.language, first.breaks | breaks)
