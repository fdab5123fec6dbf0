"""Measures the alternatives behind the defaults; docs/choices.md holds the figures.

    python benchmarks/choices.py [diarization|windows|prompts ...] [--calls FOLDER]

FOLDER holds recordings, and labels/NAME.json for each (default: tests/data, two short calls).
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from labelled import (
    LabelledCall,
    character_errors,
    hear,
    labelled_calls,
    mixed,
    ratio,
    speaker_error,
    tightened,
)

from callqa.audio import diarize
from callqa.audio.path import CallAudio, Listener
from callqa.audio.regions import RegionOptions
from callqa.models.catalogue import WHISPER_BASE
from callqa.models.device import CPU
from callqa.models.store import ModelStore
from callqa.observe import ignore
from callqa.qa.diarizers import load_diarizer
from callqa.qa.toolkit import load_hearing
from callqa.settings import Settings
from callqa.transcribe import faster_whisper, window
from callqa.transcribe.engine import Request
from callqa.transcribe.join import Recognised, join
from callqa.transcribe.recognise import recognise
from callqa.transcribe.window import Packer, Window

STORE = ModelStore()


def listener_with(options: RegionOptions | None = None) -> Listener:
    hearing = load_hearing("cascade", STORE)
    hearing = replace(hearing, options=options) if options else hearing
    return Listener(hearing, load_diarizer(Settings(), STORE))


def diarization(calls: list[LabelledCall]) -> None:
    """Speaker error of all calls as mono, by embedding window and by the pause that parts regions."""
    print("gap    window  hop  pause   speaker error, all channels mixed to one")
    with tempfile.TemporaryDirectory() as folder:
        for gap in (None, 0.05):
            made = [mixed(call, Path(folder)) for call in calls]
            made = [tightened(call, gap) for call in made] if gap else made
            for length, hop, pause in (
                (0.8, 0.24, 0.3), (0.8, 0.16, 0.3), (0.64, 0.24, 0.3), (1.0, 0.24, 0.3), (1.0, 0.48, 0.3),
                (0.8, 0.24, 0.2),
            ):  # fmt: skip
                diarize.WINDOW, diarize.HOP = length, hop
                listener = listener_with(RegionOptions(min_silence=pause))
                heard = ((c, hear(listener, c.path)[1]) for c in made)
                error = ratio(speaker_error(c, audio.turns, audio.duration) for c, audio in heard)
                print(f"{gap or 'own':5} {length:6g} {hop:5g} {pause:5g}   {error:.3f}", flush=True)


def _recognise(
    calls: list[LabelledCall],
    vocabulary: Callable[[LabelledCall], tuple[str, ...]],
    listener: Listener | None = None,
) -> str:
    listener = listener or listener_with()
    engine = faster_whisper.FasterWhisperEngine(STORE.path(WHISPER_BASE), "base", CPU, 0)
    packed: list[Window] = []
    heard: dict[Path, CallAudio] = {}
    for call in calls:
        regions, heard[call.path] = hear(listener, call.path)
        packers: dict[int, Packer] = {}
        for region in regions:
            packer = packers.setdefault(region.channel, Packer(call.path.stem, region.channel))
            packed += packer.push(region)
        packed += [window for packer in packers.values() for window in packer.flush()]
    names = {call.path.stem: vocabulary(call) for call in calls}

    def request(one: Window) -> Request:
        return Request(one.audio, "zh", names[one.call], one.speech)

    started = time.perf_counter()
    found = list(recognise(packed, engine, request, ignore))
    wall = time.perf_counter() - started
    answers = [Recognised(a.window, a.hypothesis) for a in found if a.hypothesis]

    def errors(call: LabelledCall) -> tuple[int, int]:
        mine = [a for a in answers if a.window.call == call.path.stem]
        audio = heard[call.path]
        text = "".join(u.text for u in join(mine, audio.turns, audio.floor, audio.channels))
        return character_errors(call, text)

    minutes = sum(audio.duration for audio in heard.values()) / 60
    cer = ratio(errors(call) for call in calls)
    return f"CER {cer:.3f}   {len(packed)} windows, {wall / minutes:.1f} s per minute of call"


def windows(calls: list[LabelledCall]) -> None:
    """Character error and time by the padding of regions and the length of a window."""
    usual = window.ENOUGH, window.LONGEST
    print("pad  enough  longest")
    for pad, enough, longest in (
        (0.2, 28, 28), (0.2, 20, 20), (0.2, 14, 20), (0.1, 14, 20), (0.3, 14, 20), (0.2, 10, 14), (0.2, 8, 20),
    ):  # fmt: skip
        window.ENOUGH, window.LONGEST = enough, longest
        listener = listener_with(RegionOptions(pad=pad))
        found = _recognise(calls, lambda _: (), listener)
        print(f"{pad:3g} {enough:7g} {longest:8g}   {found}", flush=True)
    window.ENOUGH, window.LONGEST = usual


def prompts(calls: list[LabelledCall]) -> None:
    """Character error with and without the style prompt and the names that belong to the call."""

    def names(call: LabelledCall) -> tuple[str, ...]:
        return tuple(call.label[k] for k in ("agent", "customer") if len(call.label.get(k, "")) > 1)

    print(f"style and names   {_recognise(calls, names)}")
    print(f"style only        {_recognise(calls, lambda _: ())}")
    style = dict(faster_whisper.PROMPTS)
    faster_whisper.PROMPTS.clear()
    print(f"no prompt         {_recognise(calls, lambda _: ())}")
    faster_whisper.PROMPTS.update(style)


def main() -> None:
    measures = {"diarization": diarization, "windows": windows, "prompts": prompts}
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", nargs="*", choices=[*measures, []])
    parser.add_argument("--calls", type=Path, default=Path(__file__).parents[1] / "tests/data")
    arguments = parser.parse_args()
    calls = labelled_calls(arguments.calls)
    print(f"{len(calls)} calls in {arguments.calls}\n")
    for name in arguments.what or measures:
        measures[name](calls)
        print(flush=True)


if __name__ == "__main__":
    main()
