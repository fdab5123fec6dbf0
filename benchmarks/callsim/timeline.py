"""The timeline of a scripted call: what sounds when, on which side, and the labels that follow."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import cycle
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import tones
from .music import compose
from .tones import RATE
from .voice import Speaker, audible, chant

Wave = NDArray[np.float32]
Step = dict[str, Any]

ROLES = {"A": "agent", "C": "customer", "S": "system"}
DEAD_AIR = 3.0  # seconds
_TONES: dict[str, Callable[[Any], Wave]] = {
    "dtmf": tones.dtmf,
    "beep": tones.beep,
    "busy": tones.busy,
}
_SUNG_SPEED = 0.62
_SUNG_GAIN = 0.82  # the voice at 0.12 becomes 0.1: 3 dB over the music, which is at 0.07


def _span(start: float, stop: float) -> dict[str, Any]:
    return {"start": round(start, 2), "end": round(stop, 2)}


class Timeline:
    """The sounds of one script, and its turns, holds, rings and events."""

    def __init__(self, script: dict[str, Any], speaker: Speaker, seed: int) -> None:
        self.rng = np.random.default_rng(seed)
        self.sounds: list[tuple[str, float, Wave]] = []
        self.end = 0.3
        self._turns: list[dict[str, Any]] = []
        self._holds: list[dict[str, Any]] = []
        self._rings: list[dict[str, Any]] = []
        self._events: list[dict[str, Any]] = []
        self._voices: dict[str, str] = script["voices"]
        self._pause: float | None = script.get("pause")
        self._speaker = speaker
        self._turn_start = 0.0
        self._piece = (seed, 0.0)
        if script.get("rings"):
            self._ring({"ring": script["rings"], "tone": script.get("ring_tone", "cn")})
        for number, step in enumerate(script["steps"]):
            self._add(step, seed * 100 + number)
        if "radio" in script:
            self._radio(script["radio"], seed)

    def labels(self) -> dict[str, Any]:
        """Return what is heard when, in seconds, in the order of time."""
        turns = sorted(self._turns, key=lambda turn: turn["start"])
        return {
            "turns": turns,
            "holds": self._holds,
            "rings": self._rings,
            "silences": self._silences(turns),
            "events": self._events,
        }

    def _silences(self, turns: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Return the dead air between the first and the last turn, holds and rings left out."""
        tone_events = [event for event in self._events if event["kind"] in _TONES]
        sounding = [*turns, *self._holds, *self._rings, *tone_events]
        out, at = [], turns[0]["start"]
        for span in sorted(sounding, key=lambda span: span["start"]):
            if at + DEAD_AIR <= span["start"] <= turns[-1]["start"]:
                out.append(_span(at, span["start"]))
            at = max(at, span["end"])
        return out

    def _add(self, step: Step, seed: int) -> None:
        if "hold" in step:
            self._hold(step, seed)
        elif "silence" in step:
            self.end += step["silence"]
        elif "ring" in step:
            self._ring(step)
        elif kind := next((kind for kind in _TONES if kind in step), None):
            self._tone(kind, step)
        else:
            self._say(step)

    def _ring(self, step: Step) -> None:
        wave = tones.ringback(step["ring"], step.get("tone", "cn"))
        start = self.end + step.get("gap", 0.0)
        self.end = start + len(wave) / RATE
        self.sounds.append((step.get("side", "A"), start, wave))
        self._rings.append(_span(start, self.end) | {"count": step["ring"]})

    def _tone(self, kind: str, step: Step) -> None:
        wave = _TONES[kind](step[kind])
        side = step.get("side", "C")
        start = self.end + step.get("gap", 0.5)
        self.end = start + len(wave) / RATE
        self.sounds.append((side, start, wave))
        event = {"kind": kind, "channel": ROLES[side], **_span(start, self.end)}
        self._events.append(event | ({"key": step[kind]} if kind == "dtmf" else {}))

    def _radio(self, radio: dict[str, Any], seed: int) -> None:
        """Put music under the whole call, `db` below the voice (which is at 0.12 of full scale)."""
        wave = compose(seed + 1, self.end, RATE) * 0.12 / 0.07 * 10 ** (radio["db"] / 20)
        self.sounds.append((radio["side"], 0.0, wave))
        event = {"kind": "music", "channel": ROLES[radio["side"]], **_span(0.0, self.end)}
        self._events.append(event)

    def _hold(self, step: Step, seed: int) -> None:
        start = self.end + 0.4
        self.end = start + step["hold"]
        music = step.get("music", True)
        if music:
            self._music(start, step["hold"], None if step.get("goes_on") else seed)
        self._holds.append(_span(start, self.end) | {"music": music})
        if "sung" in step:
            self._sing(start, step["sung"])
        if "loop" in step:
            self._repeat(start, step["loop"])

    def _music(self, start: float, seconds: float, seed: int | None) -> None:
        """Play a new piece, or the last one from where it stopped."""
        piece, played = (seed, 0.0) if seed is not None else self._piece
        wave = compose(piece, played + seconds, RATE)[round(played * RATE) :]
        self.sounds.append(("A", start, wave))
        self._piece = (piece, played + seconds)

    def _sing(self, start: float, sung: dict[str, Any]) -> None:
        """Put the verses over the hold music, over and over."""
        verses = [
            chant(self._speaker.say(text, sung["voice"], _SUNG_SPEED), text, line)
            for line, text in enumerate(sung["verses"])
        ]
        starts = np.arange(start + sung["after"], self.end, sung["every"])
        for at, verse in zip(starts, cycle(verses), strict=False):
            if at + len(verse) / RATE <= self.end:
                self.sounds.append(("A", float(at), verse * _SUNG_GAIN))

    def _repeat(self, start: float, loop: dict[str, Any]) -> None:
        """Repeat an announcement of the exchange over the hold."""
        wave = self._speaker.say(loop["text"], loop["voice"], 1.0)
        seconds = len(wave) / RATE
        for at in np.arange(start + loop["after"], self.end - seconds, loop["every"]):
            self.sounds.append(("A", float(at), wave))
            announcement = {"S": loop["text"], "tag": "announcement"}
            self._label_turn(announcement, "A", float(at), wave)

    def _say(self, step: Step) -> None:
        who = next(role for role in ROLES if role in step)
        side = step.get("side", "A") if who == "S" else who
        speed = step.get("speed", 1.0) * float(self.rng.uniform(0.96, 1.08))
        voice = step.get("voice", self._voices[who])
        wave = self._speaker.say(step[who], voice, round(speed, 2), self._pause)
        start = self._start(step)
        stop = start + len(wave) / RATE
        self.sounds.append((side, start, wave * float(self.rng.uniform(0.8, 1.2))))
        self._label_turn(step, side, start, wave)
        if "at" not in step:
            self._turn_start = start
            self.end = max(self.end, stop) if step.get("gap", 0.0) < 0 else stop

    def _start(self, step: Step) -> float:
        if "at" in step:
            return self._turn_start + float(step["at"])
        gap = step.get("gap")
        return max(0.0, self.end + (float(self.rng.uniform(0.25, 0.9)) if gap is None else gap))

    def _label_turn(self, step: Step, side: str, start: float, wave: Wave) -> None:
        who = next(role for role in ROLES if role in step)
        first, last = audible(wave)
        turn = {"speaker": ROLES[who], **_span(start + first, start + last), "text": step[who]}
        if who == "S":
            turn["channel"] = ROLES[side]
        self._turns.append(turn | ({"tag": step["tag"]} if "tag" in step else {}))


def mix(sounds: Iterable[tuple[str, float, Wave]], side: str, length: int) -> Wave:
    """Return one side of the call, `length` samples."""
    out = np.zeros(length, np.float32)
    for who, start, wave in sounds:
        if who == side:
            at = int(start * RATE)
            out[at : at + len(wave)] += wave[: length - at]
    return out
