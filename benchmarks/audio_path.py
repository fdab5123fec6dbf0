"""The audio path against faster-whisper's own decoding and voice activity filter, on one core, side by side.

    python benchmarks/audio_path.py [--rounds 5] [--calls FOLDER ...]

The recordings: labelled stereo calls as 8 kHz A-law WAVs. The ratio is what counts: both run in turns in one process on
one core, and the best round of each is taken, since others use the machine too.
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

import soundfile

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.labelled import labelled_calls
from callqa.audio.origin import Origin
from callqa.audio.path import Listener
from callqa.models.store import ModelStore
from callqa.observe import Event, Observer, StageTimed, ignore
from callqa.qa.diarizers import load_diarizer
from callqa.qa.toolkit import load_hearing
from callqa.settings import Settings

DATA = Path(__file__).parents[1] / "tests" / "data"


def recordings(folders: list[Path], out: Path) -> list[Path]:
    """Write the labelled stereo calls as 8 kHz A-law WAVs."""
    calls = [call.path for folder in folders for call in labelled_calls(folder)]
    for path in calls:
        audio, rate = soundfile.read(path, always_2d=True)
        if rate == 8000 and audio.shape[1] == 2:
            soundfile.write(out / f"{path.stem}.wav", audio, 8000, subtype="ALAW")
    return sorted(out.glob("*.wav"))


def this_path(listener: Listener, paths: list[Path], observer: Observer = ignore) -> None:
    for path in paths:
        for _ in listener.listen(Origin((path,)), path.stem, observer):
            pass


def faster_whisper_mixed(paths: list[Path]) -> None:
    """As its transcriber does it: both channels mixed to one."""
    from faster_whisper.audio import decode_audio
    from faster_whisper.vad import get_speech_timestamps

    for path in paths:
        get_speech_timestamps(decode_audio(str(path)))


def faster_whisper_both(paths: list[Path]) -> None:
    """The work that this path does: every channel for itself."""
    from faster_whisper.audio import decode_audio
    from faster_whisper.vad import get_speech_timestamps

    for path in paths:
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


def stages(listener: Listener, paths: list[Path]) -> Counter[str]:
    """Seconds per stage; those of a second opinion lie within voice activity."""
    spent: Counter[str] = Counter()

    def observer(event: Event) -> None:
        if isinstance(event, StageTimed):
            spent[event.stage] += event.wall

    this_path(listener, paths, observer)
    return spent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--calls", type=Path, nargs="+", default=[DATA, DATA / "further"])
    arguments = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    store = ModelStore()
    listener = Listener(load_hearing("cascade", store), load_diarizer(Settings(), store))
    with tempfile.TemporaryDirectory() as folder:
        paths = recordings(arguments.calls, Path(folder))
        seconds = sum(soundfile.info(path).duration for path in paths)
        print(
            f"{len(paths)} calls, {seconds / 60:.1f} min, 2 channels, 8 kHz A-law; one core; "
            f"best of {arguments.rounds} rounds\n"
        )
        ours, mixed, both = best(
            arguments.rounds,
            lambda: this_path(listener, paths),
            lambda: faster_whisper_mixed(paths),
            lambda: faster_whisper_both(paths),
        )
        spent = stages(listener, paths)
    print(f"{'this path, both channels':44s} {ours:6.2f} s {seconds / ours:7.0f} x real time")
    for name, wall in (("both channels", both), ("mixed to one channel", mixed)):
        line = f"faster-whisper decode_audio + filter, {name}"
        print(f"{line:58s} {wall:6.2f} s {seconds / wall:7.0f} x   ratio {wall / ours:.2f}")
    print("\nstage (of this path)   x real time")
    for stage, wall in spent.most_common():
        print(f"{stage:22s} {seconds / wall:10.0f}")


if __name__ == "__main__":
    main()
