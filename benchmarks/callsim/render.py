"""Voice scripted calls (YAML) into telephone recordings with exact labels.

    KOKORO_DIR=... python -m benchmarks.callsim.render SCRIPTS.yaml OUT_DIR [ID ...]

A script: id, agent, agent_id, customer, voices: {A, C}, layout (stereo | stereo_swapped | mono), codec (ulaw | alaw |
pcm16 | gsm | mp3), noise_db, rings, truth, steps. A step: {A: text} or {C: text}, with `gap` (seconds
after the previous turn's end; negative talks over it) and `speed`; {hold: seconds, music: bool}; {silence: seconds}.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
import yaml
from numpy.typing import NDArray
from scipy.signal import butter, sosfilt

from .music import compose
from .voice import Speaker

RATE = 8000
_BAND = butter(4, [300, 3400], btype="band", fs=RATE, output="sos")
_SUBTYPES = {
    "mp3": "MPEG_LAYER_III",
    "ulaw": "ULAW",
    "alaw": "ALAW",
    "pcm16": "PCM_16",
    "gsm": "GSM610",
}


def _rings(count: int) -> NDArray[np.float32]:
    tone = 0.08 * np.sin(2 * np.pi * 450 * np.arange(RATE) / RATE)
    return np.tile(np.concatenate([tone, np.zeros(4 * RATE)]), count).astype(np.float32)


class _Timeline:
    """What sounds when, on which side, and the labels that follow from it."""

    def __init__(self, script: dict[str, Any], speaker: Speaker, seed: int) -> None:
        self.rng = np.random.default_rng(seed)
        self.sounds: list[tuple[str, float, NDArray[np.float32]]] = []
        self.turns: list[dict[str, Any]] = []
        self.holds: list[dict[str, Any]] = []
        self.rings: list[dict[str, Any]] = []
        self.end = 0.3
        if script.get("rings"):
            wave = _rings(script["rings"])
            self.sounds.append(("A", self.end, wave))
            stop = self.end + len(wave) / RATE
            self.rings.append({"start": self.end, "end": stop, "count": script["rings"]})
            self.end = stop
        for number, step in enumerate(script["steps"]):
            self._add(step, script["voices"], speaker, seed * 100 + number)

    def _add(
        self, step: dict[str, Any], voices: dict[str, str], speaker: Speaker, seed: int
    ) -> None:
        if "hold" in step:
            start = self.end + 0.4
            self.end = start + step["hold"]
            music = step.get("music", True)
            if music:
                self.sounds.append(("A", start, compose(seed, step["hold"], RATE)))
            self.holds.append({"start": round(start, 2), "end": round(self.end, 2), "music": music})
        elif "silence" in step:
            self.end += step["silence"]
        else:
            self._say("A" if "A" in step else "C", step, voices, speaker)

    def _say(
        self, who: str, step: dict[str, Any], voices: dict[str, str], speaker: Speaker
    ) -> None:
        speed = step.get("speed", 1.0) * float(self.rng.uniform(0.96, 1.08))
        wave = speaker.say(step[who], voices[who], round(speed, 2))
        gap = step.get("gap")
        gap = float(self.rng.uniform(0.25, 0.9)) if gap is None else gap
        start = max(0.0, self.end + gap)
        stop = start + len(wave) / RATE
        self.sounds.append((who, start, wave * float(self.rng.uniform(0.8, 1.2))))
        side = "agent" if who == "A" else "customer"
        turn = {
            "speaker": side,
            "start": round(start, 2),
            "end": round(stop, 2),
            "text": step[who],
        }
        self.turns.append(turn)
        self.end = max(self.end, stop) if gap < 0 else stop


def render(script: dict[str, Any], speaker: Speaker, out: Path, seed: int) -> float:
    """Write `out/ID.wav` and `out/labels/ID.json`; return the recording's length in seconds."""
    line = _Timeline(script, speaker, seed)
    total = line.end + float(script.get("tail", line.rng.uniform(0.5, 1.5)))
    length = int(total * RATE) + 1
    sides = {who: np.zeros(length, np.float32) for who in "AC"}
    for who, start, wave in line.sounds:
        at = int(start * RATE)
        sides[who][at : at + len(wave)] += wave[: length - at]
    for who, signal in sides.items():
        level = 1.0 if who == "A" else float(line.rng.uniform(0.5, 1.0))
        noise = sosfilt(_BAND, line.rng.standard_normal(length))
        noisy = sosfilt(_BAND, signal) * level + noise * 10 ** (script.get("noise_db", -55) / 20)
        sides[who] = np.clip(noisy, -0.99, 0.99).astype(np.float32)
    agent, customer = sides["A"], sides["C"]
    layouts = {
        "mono": np.clip((agent + customer) * 0.8, -0.99, 0.99),
        "stereo": np.stack([agent, customer], 1),
        "stereo_swapped": np.stack([customer, agent], 1),
    }
    (out / "labels").mkdir(parents=True, exist_ok=True)
    suffix = "mp3" if script["codec"] == "mp3" else "wav"
    soundfile.write(
        out / f"{script['id']}.{suffix}",
        layouts[script["layout"]],
        RATE,
        subtype=_SUBTYPES[script["codec"]],
    )
    kept = ("id", "agent", "agent_id", "customer", "direction", "layout", "codec", "truth")
    label = {key: script[key] for key in kept if key in script}
    label |= {"duration": round(total, 2), "turns": line.turns, "holds": line.holds}
    label["rings"] = line.rings
    text = json.dumps(label, ensure_ascii=False, indent=1)
    (out / "labels" / f"{script['id']}.json").write_text(text, "utf-8")
    return total


def main() -> None:
    scripts = yaml.safe_load(Path(sys.argv[1]).read_text("utf-8"))
    wanted = sys.argv[3:]
    speaker = Speaker(Path(os.environ["KOKORO_DIR"]))
    for number, script in enumerate(scripts):
        if not wanted or script["id"] in wanted:
            seconds = render(script, speaker, Path(sys.argv[2]), seed=2000 + number)
            print(f"{script['id']}: {seconds:.1f} s", flush=True)


if __name__ == "__main__":
    main()
