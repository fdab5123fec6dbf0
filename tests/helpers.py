"""Small generated audio, utterances and calls for tests."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from callqa.audio.diarize import VoiceDiarizer
from callqa.audio.ear import Hearing
from callqa.audio.events import CallEvents, Hold, Rings
from callqa.audio.interval import Interval
from callqa.audio.path import Listener
from callqa.qa.result import ModelsUsed
from callqa.qa.toolkit import Toolkit
from callqa.scoring.call import ScoredCall
from callqa.scoring.checklist import Checklist, parse
from callqa.scoring.conditions import Outcome
from callqa.scoring.pinyin import ANY_DIGIT, ANY_SURNAME
from callqa.scoring.script import read_script
from callqa.scoring.source import Source
from callqa.transcribe.engine import Capabilities, Hypothesis, Request
from callqa.transcribe.transcript import Role, Transcript, Utterance, Word


def tone(
    frequency: float, seconds: float, rate: int = 8000, level: float = 0.1
) -> NDArray[np.float32]:
    """A sine; `level` is its amplitude, full scale 1.0."""
    time = np.arange(round(seconds * rate)) / rate
    return (level * np.sin(2 * np.pi * frequency * time)).astype(np.float32)


def silence(seconds: float, rate: int = 8000) -> NDArray[np.float32]:
    return np.zeros(round(seconds * rate), np.float32)


def noise(
    seconds: float, rate: int = 8000, level: float = 0.01, seed: int = 1
) -> NDArray[np.float32]:
    rng = np.random.default_rng(seed)
    return (level * rng.standard_normal(round(seconds * rate))).astype(np.float32)


def write_wav(
    path: Path, *channels: NDArray[np.float32], rate: int = 8000, subtype: str = "PCM_16"
) -> Path:
    """Write channels of equal length as a WAV file."""
    soundfile.write(path, np.stack(channels, axis=1), rate, subtype=subtype)
    return path


def says(role: Role, text: str, start: float = 0.0, end: float | None = None) -> Utterance:
    """An utterance, two seconds long unless `end` says otherwise; the agent is speaker 0."""
    return Utterance(0 if role == "agent" else 1, role, start, end or start + 2.0, text, 0.9)


class LoudnessVad:
    """Anything loud is speech: for tests that script what is said."""

    name = "loudness"
    frame = 512

    def stream(self) -> LoudnessVad:
        fresh = LoudnessVad()
        fresh._waiting = np.zeros(0, np.float32)
        return fresh

    def push(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        waiting = np.concatenate([self._waiting, samples])
        count = len(waiting) // self.frame
        self._waiting = waiting[count * self.frame :]
        frames = waiting[: count * self.frame].reshape(count, self.frame)
        return (np.sqrt((frames**2).mean(axis=1)) > 0.02).astype(np.float32)

    def skip(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.zeros_like(self.push(samples))

    def finish(self) -> NDArray[np.float32]:
        return np.zeros(0, np.float32)


class NoSegmenter:
    """Never hears two at once."""

    def overlaps(self, _audio: NDArray[np.float32]) -> list[Interval]:
        return []


class SilentEmbedder:
    """Hears one voice everywhere."""

    name = "one voice"

    def embed(
        self, audio: NDArray[np.float32], stretches: Sequence[tuple[float, float]]
    ) -> NDArray[np.float32]:
        return np.array([[1.0, 0.0]] * len(stretches), np.float32)


class ScriptedEngine:
    """Answers every request with the text that `say` gives for its number; may raise what it gives instead."""

    def __init__(self, say: Callable[[int], str | Exception], parallel: int = 1) -> None:
        self.capabilities = Capabilities("scripted", "cpu", "int8", parallel)
        self.requests: list[Request] = []
        self._say = say

    def recognise(self, requests: Sequence[Request]) -> list[Hypothesis]:
        return [self.answer(request) for request in requests]

    def answer(self, request: Request) -> Hypothesis:
        self.requests.append(request)
        answer = self._say(len(self.requests) - 1)
        if isinstance(answer, Exception):
            raise answer
        seconds = len(request.audio) / 16_000
        step = seconds / max(1, len(answer))
        words = tuple(Word(c, i * step, (i + 1) * step, 0.9) for i, c in enumerate(answer))
        return Hypothesis(words, request.language or "zh", frozenset({0}))


def scripted_toolkit(engine: ScriptedEngine) -> Toolkit:
    """A toolkit without models."""
    used = ModelsUsed("scripted", "loudness", "one voice", "cpu", "int8")
    listener = Listener(Hearing(LoudnessVad()), VoiceDiarizer(SilentEmbedder(), NoSegmenter()))  # type: ignore[arg-type]
    return Toolkit(listener, engine, used)


def conversation(
    *lines: str,
    rings: int | None = None,
    slots: Mapping[str, Sequence[str]] | None = None,
) -> ScoredCall:
    """A call from lines in order: "A …" is said by the agent, "C …" by the customer, "? …" by nobody knows whom, each
    for two seconds with a pause of half a second; "HOLD 30" is a hold of 30 seconds. The first word comes at 1 s.
    """
    roles: dict[str, Role] = {"A": "agent", "C": "customer", "?": "unknown"}
    said: list[Utterance] = []
    holds: list[Hold] = []
    now = 1.0
    for line in lines:
        who, what = line.split(" ", 1)
        seconds = float(what) if who == "HOLD" else 2.0
        if who == "HOLD":
            holds.append(Hold(now, now + seconds, "music"))
        else:
            said.append(says(roles[who], what, now, now + seconds))
        now += seconds + 0.5
    heard = None if rings is None else Rings(rings, 5.0 * rings)
    return ScoredCall(
        Transcript("zh", tuple(said), 1.0),
        CallEvents(tuple(holds), (), heard),
        now,
        slots or {},
    )


HEAD = 'id: mine\nversion: "2"\nlanguage: zh\ntitle: {zh: 我的, en: Mine}\npass_mark: 60\n'


def one_item(rules: str, shared: str = "") -> Checklist:
    """A checklist of one item, `it`, of these lines in YAML, and what it shares with others."""
    lines = "".join(f"    {line}\n" for line in rules.splitlines())
    points = "" if "points:" in rules or "deduct:" in rules else "    points: 10\n"
    head = f"{HEAD}{shared}\nitems:\n  - id: it\n    title: {{zh: 它, en: It}}\n"
    return parse(Source(head + points + lines, "mine.yaml"))


def script(*lines: str) -> ScoredCall:
    """A call as checklists write it down (scoring/script.py)."""
    return read_script("\n".join(lines), "call")[0].call


def outcome(condition: str, call: ScoredCall, shared: str = "") -> Outcome:
    """What becomes of a condition, in YAML on one line, in a call."""
    checklist = one_item(f"pass: {condition}", shared)
    passes = checklist.explain(checklist.items[0], call).passes
    assert passes is not None
    return passes


def as_said(reading: str, choice: int = 0) -> str:
    """A reading of a pattern as a person would say it: pauses for gaps, a surname and a digit where any may stand.

    Args:
        choice: which of the words that may stand in a place, going round.
    """
    words = reading.strip("^$").replace(ANY_SURNAME, "王").replace(ANY_DIGIT, "八")
    while inner := re.search(r"\(([^()]*)\)", words):
        parts = inner.group(1).split("|")
        words = words[: inner.start()] + parts[choice % len(parts)] + words[inner.end() :]
    return re.sub(r"\*+", "，", words)
