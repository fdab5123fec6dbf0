"""Peak memory of long recordings against short ones: the path holds no recording, whatever its length.

    python benchmarks/memory.py [--path-hours 4] [--score-hours 1] [--calls FOLDER ...] [--channels 1]

Recordings are made of labelled stereo calls, one after the other, 8 kHz A-law. Every run is a process of its own, which
reports the most memory that it ever held (Linux).
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import soundfile

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.labelled import labelled_calls

DATA = Path(__file__).parents[1] / "tests" / "data"
SHORT = 4 / 60  # hours

PATH = """
from benchmarks.audio_path import *
from callqa.audio.path import Listener
store = ModelStore()
listener = Listener(load_hearing("cascade", store), load_diarizer(Settings(), store))
this_path(listener, [Path(sys.argv[1])])
"""
SCORE = """
import sys
sys.argv = ["callqa", "score", sys.argv[1], "--db", sys.argv[1] + ".db", "--model", "base"]
from callqa.__main__ import main
try:
    main()
except SystemExit as end:
    assert end.code == 0, end.code
"""
REPORT = """
status = dict(line.split(":", 1) for line in open("/proc/self/status"))
print("peak", status["VmHWM"].split()[0])  # ru_maxrss would count what the parent held
"""


def make(hours: float, folders: list[Path], channels: int, out: Path) -> None:
    """Write a recording of this length: the same four minutes over and over, so that lengths compare."""
    calls = [call.path for folder in folders for call in labelled_calls(folder)]
    pieces = [soundfile.read(p, dtype="float32") for p in calls if soundfile.info(p).channels == 2]
    audio = np.concatenate([piece for piece, rate in pieces if rate == 8000])
    audio = audio[: int(SHORT * 3600 * 8000)]
    audio = audio if channels == 2 else audio.mean(axis=1)
    left = int(hours * 3600 * 8000)
    with soundfile.SoundFile(out, "w", 8000, channels, "ALAW") as file:
        while left > 0:
            file.write(audio[:left])
            left -= len(audio)


def peak(code: str, recording: Path) -> tuple[float, float]:
    """Megabytes and seconds of a run."""
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", code + REPORT, str(recording)],
        cwd=Path(__file__).parents[1], capture_output=True, text=True, check=True,
    )  # fmt: skip
    kilobytes = int(done.stdout.rsplit("peak ", 1)[1])
    return kilobytes / 1024, time.perf_counter() - started


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--path-hours", type=float, default=4)
    parser.add_argument("--score-hours", type=float, default=1)
    parser.add_argument("--calls", type=Path, nargs="+", default=[DATA, DATA / "further"])
    parser.add_argument("--channels", type=int, choices=[1, 2], default=2)
    arguments = parser.parse_args()
    runs = (
        ("audio path", PATH, arguments.path_hours),
        ("callqa score", SCORE, arguments.score_hours),
    )
    for name, code, long in runs:
        first = None
        for hours in (SHORT, long) if long else ():
            with tempfile.TemporaryDirectory() as folder:
                recording = Path(folder) / "call.wav"
                make(hours, arguments.calls, arguments.channels, recording)
                megabytes, seconds = peak(code, recording)
            first = first or megabytes
            print(
                f"{name:13s} {hours * 60:5.0f} min   peak {megabytes:6.1f} MB   {megabytes / first:.3f} of the first"
                f"   {hours * 3600 / seconds:5.0f} x real time",
                flush=True,
            )


if __name__ == "__main__":
    main()
