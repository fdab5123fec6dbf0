"""The audio path against faster-whisper's own decoding and voice activity filter, on one core, side by side.

    python benchmarks/audio_path.py [--minutes 10] [--rounds 5] [--calls FOLDER ...]

The recording: labelled stereo calls one after the other, 8 kHz, A-law WAV. The ratio is what counts: both run
in turns in one process on one core, and the best round of each is taken, since others use the machine too.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import soundfile

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.labelled import labelled_calls
from callqa.audio.embedding import SpeakerEmbedder
from callqa.audio.origin import Origin
from callqa.audio.path import Listener
from callqa.models.catalogue import WESPEAKER
from callqa.models.store import ModelStore
from callqa.observe import Event, Observer, StageTimed, ignore
from callqa.qa.toolkit import load_hearing

DATA = Path(__file__).parents[1] / "tests" / "data"


def recording(folders: list[Path], minutes: float, out: Path) -> float:
    """Write the recording; return its length in seconds."""
    calls = [call.path for folder in folders for call in labelled_calls(folder)]
    stereo = [soundfile.read(p, always_2d=True) for p in calls if soundfile.info(p).channels == 2]
    audio = np.concatenate([samples for samples, rate in stereo if rate == 8000])
    audio = np.resize(audio, (int(minutes * 60 * 8000), 2))
    soundfile.write(out, audio, 8000, subtype="ALAW")
    return len(audio) / 8000


def this_path(listener: Listener, path: Path, observer: Observer = ignore) -> None:
    for _ in listener.listen(Origin((path,)), "call", observer):
        pass


def faster_whisper_mixed(path: Path) -> None:
    """As its transcriber does it: both channels mixed to one."""
    from faster_whisper.audio import decode_audio
    from faster_whisper.vad import get_speech_timestamps

    get_speech_timestamps(decode_audio(str(path)))


def faster_whisper_both(path: Path) -> None:
    """The work that this path does: every channel for itself."""
    from faster_whisper.audio import decode_audio
    from faster_whisper.vad import get_speech_timestamps

    for channel in decode_audio(str(path), split_stereo=True):
        get_speech_timestamps(channel)


def best(rounds: int, *runs: Callable[[], None]) -> list[float]:
    """The shortest wall time of each, run in turns."""
    times: list[list[float]] = [[] for _ in runs]
    for _ in range(rounds):
        for run, taken in zip(runs, times, strict=True):
            started = time.perf_counter()
            run()
            taken.append(time.perf_counter() - started)
    return [min(taken) for taken in times]


def stages(listener: Listener, path: Path) -> Counter[str]:
    """Seconds per stage; those of a second opinion lie within voice activity."""
    spent: Counter[str] = Counter()

    def observer(event: Event) -> None:
        if isinstance(event, StageTimed):
            spent[event.stage] += event.wall

    this_path(listener, path, observer)
    return spent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--calls", type=Path, nargs="+", default=[DATA, DATA / "further"])
    arguments = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    store = ModelStore()
    listener = Listener(load_hearing("cascade", store), SpeakerEmbedder(store.path(WESPEAKER)))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "calls.wav"
        seconds = recording(arguments.calls, arguments.minutes, path)
        print(
            f"{seconds / 60:.1f} min, 2 channels, 8 kHz A-law; one core; best of {arguments.rounds} rounds\n"
        )
        ours, mixed, both = best(
            arguments.rounds,
            lambda: this_path(listener, path),
            lambda: faster_whisper_mixed(path),
            lambda: faster_whisper_both(path),
        )
        spent = stages(listener, path)
    print(f"{'this path, both channels':44s} {ours:6.2f} s {seconds / ours:7.0f} x real time")
    for name, wall in (("both channels", both), ("mixed to one channel", mixed)):
        line = f"faster-whisper decode_audio + filter, {name}"
        print(f"{line:58s} {wall:6.2f} s {seconds / wall:7.0f} x   ratio {wall / ours:.2f}")
    print("\nstage (of this path)   x real time")
    for stage, wall in spent.most_common():
        print(f"{stage:22s} {seconds / wall:10.0f}")


if __name__ == "__main__":
    main()
