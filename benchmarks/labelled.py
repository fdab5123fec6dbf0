"""Labelled recordings and the error measures that the benchmarks share."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from callqa.audio.interval import Interval, union
from callqa.audio.origin import Origin
from callqa.audio.path import CallAudio, Listener
from callqa.audio.regions import SpeechRegion
from callqa.audio.turns import Turn
from callqa.observe import ignore
from callqa.scoring.pinyin import syllables

FRAME = 0.01  # seconds
COLLAR = 0.25  # seconds around each labelled border that do not count


@dataclass(frozen=True)
class LabelledCall:
    """A recording with what is known of it: FOLDER/NAME.wav and FOLDER/labels/NAME.json."""

    path: Path
    label: dict[str, Any]

    @property
    def spoken(self) -> list[Turn]:
        """The labelled turns; the agent is speaker 0."""
        return [
            Turn(0 if turn["speaker"] == "agent" else 1, turn["start"], turn["end"])
            for turn in self.label["turns"]
            if turn["speaker"] != "system"
        ]

    @property
    def text(self) -> str:
        said = (turn for turn in self.label["turns"] if turn["speaker"] != "system")
        return "".join(turn["text"] for turn in said)


def labelled_calls(folder: Path) -> list[LabelledCall]:
    """All recordings of a folder that have labels."""
    labels = sorted((folder / "labels").glob("*.json"))
    return [
        LabelledCall(path, json.loads(label.read_text("utf-8")))
        for label in labels
        for path in folder.glob(f"{label.stem}.*")
    ]


def mixed(call: LabelledCall, folder: Path) -> LabelledCall:
    """The call in one channel, written to `folder`; labels stay."""
    samples, rate = soundfile.read(call.path, always_2d=True, dtype="float32")
    path = folder / f"{call.path.stem}.wav"
    soundfile.write(path, samples.mean(axis=1), rate, subtype="PCM_16")
    return LabelledCall(path, call.label)


def tightened(call: LabelledCall, gap: float) -> LabelledCall:
    """The same file with the pauses between turns cut to `gap` seconds; those of three seconds and more stay."""
    spoken = union([Interval(turn["start"], turn["end"]) for turn in call.label["turns"]])
    cuts = [
        Interval(before.end + gap / 2, after.start - gap / 2)
        for before, after in pairwise(spoken)
        if gap < after.start - before.end < 3
    ]
    samples, rate = soundfile.read(call.path, dtype="float32")
    keep = np.ones(len(samples), bool)
    for cut in cuts:
        keep[int(cut.start * rate) : int(cut.end * rate)] = False
    soundfile.write(call.path, samples[keep], rate, subtype="PCM_16")

    def moved(turn: dict[str, Any]) -> dict[str, Any]:
        at = (
            turn[key] - sum(cut.shared(Interval(0.0, turn[key])) for cut in cuts)
            for key in ("start", "end")
        )
        return turn | dict(zip(("start", "end"), at, strict=True))

    return LabelledCall(call.path, call.label | {"turns": list(map(moved, call.label["turns"]))})


def hear(listener: Listener, path: Path) -> tuple[list[SpeechRegion], CallAudio]:
    """The regions of a recording, and what it is in all."""
    listening = listener.listen(Origin((path,)), path.stem, ignore)
    regions: list[SpeechRegion] = []
    while True:
        try:
            regions.extend(next(listening))
        except StopIteration as end:
            return regions, end.value


def frames(turns: Sequence[Turn], speaker: int | None, seconds: float) -> NDArray[np.bool_]:
    """Who speaks in each 10 ms; all speakers where `speaker` is None."""
    out = np.zeros(int(seconds / FRAME) + 100, bool)
    for turn in turns:
        if speaker in (None, turn.speaker):
            out[int(turn.start / FRAME) : int(turn.end / FRAME)] = True
    return out


def speaker_error(call: LabelledCall, turns: Sequence[Turn], seconds: float) -> tuple[int, int]:
    """Wrong and labelled frames, both speakers counted, under the better of the two assignments."""
    counted = np.ones(int(seconds / FRAME) + 100, bool)
    for turn in call.spoken:
        for border in (turn.start, turn.end):
            at = int(border / FRAME)
            counted[max(0, at - int(COLLAR / FRAME)) : at + int(COLLAR / FRAME)] = False
    said = [frames(call.spoken, k, seconds)[counted] for k in (0, 1)]
    heard = [frames(turns, k, seconds)[counted] for k in (0, 1)]
    errors = [
        sum(int((a != b).sum()) for a, b in zip(said, order, strict=True))
        for order in (heard, heard[::-1])
    ]
    return min(errors), int(sum(side.sum() for side in said))


def character_errors(call: LabelledCall, heard: str) -> tuple[int, int]:
    """Edits between what was said and heard, and characters said; punctuation and 您/你 do not count."""
    said = [s.char for s in syllables(call.text)]
    return Levenshtein.distance(said, [s.char for s in syllables(heard)]), len(said)


def ratio(pairs: Iterator[tuple[int, int]]) -> float:
    """Sum of the first over sum of the second."""
    errors, total = map(sum, zip(*pairs, strict=True))
    return errors / total
