"""Compares the detectors of speech on labelled calls, music, noise and tones; docs/choices.md holds the figures.

    python benchmarks/voice_activity.py [--calls FOLDER ...] [--music FOLDER] [--prompts FOLDER]

FOLDER of --calls holds recordings and labels/NAME.json for each (default: those of tests/data); --music holds
hold music without words, --prompts spoken prompts without anything else, such as Debian's asterisk-moh-opsound-wav and
asterisk-core-sounds-en-wav.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import get_args

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.callsim.music import compose
from benchmarks.labelled import LabelledCall, labelled_calls
from callqa.audio.block import RATE, Samples
from callqa.audio.ear import ChannelEar, Hearing
from callqa.audio.levels import HOP, LevelMeter
from callqa.models.store import ModelStore
from callqa.observe import ignore
from callqa.qa.toolkit import load_hearing
from callqa.settings import VadName

DATA = Path(__file__).parents[1] / "tests" / "data"
Spoken = list[tuple[float, float]]


@dataclass(frozen=True)
class Channel:
    """Audio (n,) at RATE; when somebody speaks in it, and when hold music sounds, in seconds."""

    audio: Samples
    spoken: Spoken
    held: Spoken


def channels(calls: Sequence[LabelledCall], *, with_music: bool = False) -> Iterator[Channel]:
    """The channels of labelled calls; with music 15 dB under the customer, those on which the customer speaks."""
    for number, call in enumerate(calls):
        audio, rate = soundfile.read(call.path, dtype="float32", always_2d=True)
        layout = call.label["layout"]
        sides = ["both"] if layout == "mono" else ["agent", "customer"]
        for channel, side in enumerate(sides[::-1] if layout == "stereo_swapped" else sides):
            spoken = _turns(call, None if side == "both" else side)
            held = [(h["start"], h["end"]) for h in call.label["holds"] if h.get("music")]
            one = soxr.resample(audio[:, channel], rate, RATE)
            if with_music:
                spoken = _turns(call, "customer")
                if side == "agent" or not spoken:
                    continue
                one = _over_music(one, spoken, number)
            yield Channel(one.astype(np.float32), spoken, [] if side == "customer" else held)


def _turns(call: LabelledCall, speaker: str | None) -> Spoken:
    turns = call.label["turns"]
    return [(t["start"], t["end"]) for t in turns if speaker in (None, t["speaker"])]


def _over_music(audio: Samples, spoken: Spoken, seed: int) -> NDArray[np.float32]:
    """Music 15 dB under what is spoken."""
    said = np.concatenate([audio[int(a * RATE) : int(b * RATE)] for a, b in spoken])
    music = soxr.resample(compose(seed, len(audio) / RATE + 1), 8000, RATE)[: len(audio)]
    gain = np.sqrt((said**2).mean() / (music**2).mean()) * 10 ** (-15 / 20)
    return np.asarray(np.clip(audio + gain * music, -1, 1), np.float32)


def passed_on(hearing: Hearing, audio: Samples, *, padded: bool) -> NDArray[np.bool_]:
    """Which 10 ms are speech to the path, or with its padding go to the recogniser."""
    ear = ChannelEar(0, hearing, "", ignore)
    found = [
        f.region
        for at in range(0, len(audio), 2 * RATE)
        for f in ear.push(audio[at : at + 2 * RATE])
    ]
    found += [f.region for f in ear.finish()]
    out = np.zeros(len(audio) * 100 // RATE + 1, bool)
    for region in found:
        start = region.audio_start if padded else region.start
        end = region.audio_start + len(region.audio) if padded else region.end
        out[start * 100 // RATE : end * 100 // RATE] = True
    return out


def on_calls(hearing: Hearing, calls: Sequence[Channel]) -> tuple[float, float, float]:
    """Share of labelled speech that is found, of what is found that is labelled, of hold music called speech."""
    said = found = both = held = leaked = 0
    for channel in calls:
        heard = passed_on(hearing, channel.audio, padded=False)
        seconds = len(channel.audio) / RATE
        spoken = _frames(channel.spoken, seconds)[: len(heard)]
        hold = _frames(channel.held, seconds)[: len(heard)] & ~spoken
        said, found, both = said + spoken.sum(), found + heard.sum(), both + (spoken & heard).sum()
        held, leaked = held + hold.sum(), leaked + (hold & heard).sum()
    return both / said, both / max(1, found), leaked / max(1, held)


def _frames(stretches: Spoken, seconds: float) -> NDArray[np.bool_]:
    out = np.zeros(int(seconds * 100) + 100, bool)
    for start, end in stretches:
        out[int(start * 100) : int(end * 100)] = True
    return out


def kept(hearing: Hearing, calls: Sequence[Channel]) -> float:
    """Share of labelled speech that goes to the recogniser."""
    said = went = 0
    for channel in calls:
        heard = passed_on(hearing, channel.audio, padded=True)
        spoken = _frames(channel.spoken, len(channel.audio) / RATE)[: len(heard)]
        said, went = said + spoken.sum(), went + (spoken & heard).sum()
    return went / max(1, said)


def share(hearing: Hearing, audio: Sequence[Samples], *, of_sound: bool = False) -> float:
    """Share of recordings that goes to the recogniser; `of_sound`: of the part within 35 dB of the loudest."""
    went = whole = 0
    for one in audio:
        heard = passed_on(hearing, one, padded=True)
        sound = _sounding(one)[: len(heard)] if of_sound else np.ones(len(heard), bool)
        went, whole = went + (heard[: len(sound)] & sound).sum(), whole + sound.sum()
    return went / max(1, whole)


def _sounding(audio: Samples) -> NDArray[np.bool_]:
    meter = LevelMeter()
    level = meter.push(audio)
    return np.repeat(level > level.max(initial=-90) - 35, round(HOP * 100))


def synthetic() -> dict[str, list[Samples]]:
    """What is no speech: noise of several levels, tones, music."""
    rng, time = np.random.default_rng(1), np.arange(60 * RATE) / RATE
    out = {
        f"white noise {level} dB": [
            (10 ** (level / 20) * rng.standard_normal(60 * RATE)).astype(np.float32)
        ]
        for level in (-60, -45, -30)
    }
    brown = np.cumsum(rng.standard_normal(60 * RATE)) * 0.002
    out["low rumble"] = [
        (brown - np.convolve(brown, np.ones(800) / 800, "same")).astype(np.float32)
    ]
    cadence = {"ring-back": (450, 5, 1), "busy": (450, 0.7, 0.35), "fax": (1100, 3.5, 0.5)}
    for name, (pitch, period, on) in cadence.items():
        out[name] = [
            (0.1 * np.sin(2 * np.pi * pitch * time) * (time % period < on)).astype(np.float32)
        ]
    music = [soxr.resample(compose(seed, 60), 8000, RATE).astype(np.float32) for seed in range(8)]
    return out | {"composed music": music}


def read_all(folder: Path) -> list[Samples]:
    """All WAVs below a folder, at RATE; those without sound are left out."""
    out = []
    for path in sorted(folder.rglob("*.wav")):
        audio, rate = soundfile.read(path, dtype="float32", always_2d=True)
        if len(audio) > rate // 10 and np.abs(audio).max() > 0.01:
            out.append(soxr.resample(audio[:, 0], rate, RATE).astype(np.float32))
    return out


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=Path, nargs="+", default=[DATA, DATA / "further"])
    parser.add_argument("--music", type=Path)
    parser.add_argument("--prompts", type=Path)
    arguments = parser.parse_args()
    calls = [call for folder in arguments.calls for call in labelled_calls(folder)]
    hearings = {name: load_hearing(name, ModelStore()) for name in get_args(VadName)}
    hearings["cascade, no gate"] = replace(hearings["cascade"], gated=False)
    plain, music = list(channels(calls)), list(channels(calls, with_music=True))

    print(f"{len(calls)} calls of {', '.join(map(str, arguments.calls))}")
    print(f"{'':18s} {'found':>7s} {'correct':>8s} {'holds':>7s} {'kept, music 15 dB under':>24s}")
    for name, hearing in hearings.items():
        found, correct, holds = on_calls(hearing, plain)
        print(
            f"{name:18s} {found:7.3f} {correct:8.3f} {holds:7.4f} {kept(hearing, music):24.3f}",
            flush=True,
        )

    others = synthetic() | ({"music": read_all(arguments.music)} if arguments.music else {})
    _table("\npassed on as speech, which it is not", others, hearings, share)
    if arguments.prompts:
        prompts = {"prompts": read_all(arguments.prompts)}
        _table(
            "\npassed on as speech, which it is",
            prompts,
            hearings,
            lambda h, a: share(h, a, of_sound=True),
        )


def _table(
    title: str,
    rows: dict[str, list[Samples]],
    hearings: dict[str, Hearing],
    measure: Callable[[Hearing, Sequence[Samples]], float],
) -> None:
    print(title)
    print(f"{'':22s}" + "".join(f"{name:>18s}" for name in hearings))
    for row, audio in rows.items():
        figures = "".join(f"{measure(hearing, audio):18.4f}" for hearing in hearings.values())
        print(f"{row:22s}{figures}", flush=True)


if __name__ == "__main__":
    main()
