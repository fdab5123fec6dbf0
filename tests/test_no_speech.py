"""Half an hour of what a telephone line gives besides people: not one character of text may come of it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile
from telephone import KEYS, cadence, chord, composed, hiss
from test_cli import callqa

from callqa.audio.block import RATE, Samples
from helpers import noise

pytestmark = pytest.mark.model
MINUTE = 60.0


def hum(seconds: float) -> Samples:
    """A badly shielded line."""
    return np.asarray(chord((50, 150, 250), seconds, 0.03) + hiss(seconds, 0.003), np.float32)


def brown(seconds: float) -> Samples:
    """Rumble, as of a street."""
    walk = np.cumsum(noise(seconds, RATE, 1.0, seed=4))
    walk -= np.convolve(walk, np.full(1600, 1 / 1600), "same")
    return np.asarray(0.1 * walk / np.abs(walk).max(), np.float32)


def keys(seconds: float) -> Samples:
    """Somebody at the keypad."""
    presses = [cadence(KEYS[key], 0.2, 0.6, times=1) for key in "1234567890*#"]
    once = np.concatenate(presses)
    return np.asarray(np.resize(once, round(seconds * RATE)), np.float32)


SOUNDS = {
    "music": lambda: np.concatenate([composed(seed, MINUTE) for seed in range(4)]),
    "quiet music": lambda: 0.15 * np.concatenate([composed(seed, MINUTE) for seed in range(4, 7)]),
    "music over hiss": lambda: 0.5 * composed(9, 3 * MINUTE) + hiss(3 * MINUTE, 0.01),
    "ring-back": lambda: cadence((450,), 1, 4, times=36),
    "american ring-back": lambda: cadence((440, 480), 2, 4, times=20),
    "busy": lambda: cadence((450,), 0.35, 0.35, times=170),
    "hum": lambda: hum(2 * MINUTE),
    "street": lambda: brown(3 * MINUTE),
    "quiet line": lambda: hiss(3 * MINUTE),
    "loud noise": lambda: noise(3 * MINUTE, RATE, 0.1),
    "keys": lambda: keys(MINUTE),
    "silence": lambda: np.zeros(round(3 * MINUTE * RATE), np.float32),
}


def test_nothing_is_read_into_half_an_hour_without_speech(settings: Path, tmp_path: Path) -> None:
    folder = tmp_path / "calls"
    folder.mkdir()
    seconds = 0.0
    for name, make in SOUNDS.items():
        audio = make()[::2]  # 8 kHz; what lies above 4 kHz may fold, as with cheap recorders
        seconds += len(audio) / 8000
        soundfile.write(folder / f"{name}.wav", audio, 8000, subtype="ALAW")
    assert seconds >= 30 * MINUTE
    out = tmp_path / "r.jsonl"
    done = callqa("--settings", settings, "score", folder, "--json", out, "--db", tmp_path / "r.db")
    assert done.returncode == 0, done.stderr
    results = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert len(results) == len(SOUNDS)
    texts = {r["call_id"]: "".join(turn["text"] for turn in r["turns"]) for r in results}
    assert texts == dict.fromkeys(SOUNDS, "")
    assert {r["status"] for r in results} == {"empty"}
