"""Voice scripted calls (YAML) into telephone recordings with exact labels.

    KOKORO_DIR=... python -m benchmarks.callsim.render SCRIPTS.yaml OUT_DIR [ID ...]

A script: id, agent, agent_id, customer, direction, voices: {A, C, S}, layout (stereo | stereo_swapped | mono), codec
(ulaw | alaw | pcm16 | gsm | adpcm | mp3), noise_db, level (1 if not given), pause (seconds between the sentences of a
turn), rings, ring_tone (cn | eu | us), radio: {side, db} (music under the whole call, db below the voice), truth, and
steps. Sides are A (the agent's) and C (the customer's). A step is one of:

    {A: text}, {C: text}   a turn; gap: seconds after the previous one's end (negative talks over it), or at: seconds
                           after the previous one's start, inside it; speed; voice: another than the side's; tag
    {S: text}              an announcement, on `side` (A if not given)
    {hold: seconds}        music (true if not given), else silence; goes_on: the last piece, from where it stopped;
                           sung: {voice, after, every, verses}; loop: {voice, after, every, text}, both over the music
    {silence: seconds}     dead air
    {ring: count}          ring-back; tone (as ring_tone), side (A if not given)
    {dtmf: key}, {beep: seconds}, {busy: count}    tones on `side` (C if not given), gap

Every turn keeps 20 ms of near silence at both ends, which its label leaves out: a gap of 0.01 is heard as one of 0.05.
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

from .timeline import Timeline, mix
from .tones import RATE
from .voice import Speaker

_BAND = butter(4, [300, 3400], btype="band", fs=RATE, output="sos")
_SUBTYPES = {
    "mp3": "MPEG_LAYER_III",
    "ulaw": "ULAW",
    "alaw": "ALAW",
    "pcm16": "PCM_16",
    "gsm": "GSM610",
    "adpcm": "IMA_ADPCM",
}
_KEPT = ("id", "agent", "agent_id", "customer", "direction", "layout", "codec", "truth")


def _sides(
    line: Timeline, length: int, level: float, noise_db: float
) -> dict[str, NDArray[np.float32]]:
    """Return both sides of the call as a telephone line carries them."""
    out = {}
    for who in "AC":
        gain = level * (1.0 if who == "A" else float(line.rng.uniform(0.5, 1.0)))
        noise = sosfilt(_BAND, line.rng.standard_normal(length))
        speech = sosfilt(_BAND, mix(line.sounds, who, length)) * gain
        noisy = speech + noise * 10 ** (noise_db / 20)
        out[who] = np.clip(noisy, -0.99, 0.99).astype(np.float32)
    return out


def render(script: dict[str, Any], speaker: Speaker, out: Path, seed: int) -> float:
    """Write `out/ID.wav` (or .mp3) and `out/labels/ID.json`; return the recording's length in seconds."""
    line = Timeline(script, speaker, seed)
    total = line.end + float(script.get("tail", line.rng.uniform(0.5, 1.5)))
    length = int(total * RATE) + 1
    sides = _sides(line, length, script.get("level", 1.0), script.get("noise_db", -55))
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
    label = {key: script[key] for key in _KEPT if key in script}
    label |= {"duration": round(total, 2), **line.labels()}
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
