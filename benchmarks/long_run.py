"""Many short calls in one run of `callqa score`: when the first result is there, and whether memory stays flat (Linux).

    python benchmarks/long_run.py [--count 200] [--calls FOLDER ...]

The labelled calls over and over, each time with other silence at their end, so that none is known already; one file
among them is corrupt.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from itertools import cycle, islice
from pathlib import Path

import numpy as np
import soundfile

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.labelled import labelled_calls

DATA = Path(__file__).parents[1] / "tests" / "data"
SETTLED = 20  # calls after which memory should not grow
GLANCE = 0.25  # seconds


def make(folders: Sequence[Path], count: int, out: Path) -> float:
    """Write the recordings; returns their seconds."""
    calls = [call.path for folder in folders for call in labelled_calls(folder)]
    seconds = 0.0
    for number, path in enumerate(islice(cycle(calls), count)):
        audio, rate = soundfile.read(path, always_2d=True, dtype="float32")
        more = np.zeros((rate // 100 * (1 + number // len(calls)), audio.shape[1]), np.float32)
        whole = np.concatenate([audio, more])
        soundfile.write(out / f"{number:04d}.wav", whole, rate, subtype="ALAW")
        seconds += len(whole) / rate
    (out / f"{count // 2:04d}_corrupt.wav").write_bytes(
        b"RIFF\x00\x10\x00\x00WAVEfmt " + b"\xff" * 5000
    )
    return seconds


def watched(run: subprocess.Popen[bytes], results: Path) -> Iterator[tuple[float, int, float]]:
    """Seconds since the start, results so far, memory in MB, until the run ends."""
    started = time.perf_counter()
    while run.poll() is None:
        time.sleep(GLANCE)
        lines = results.read_bytes().count(b"\n") if results.exists() else 0
        try:
            status = Path(f"/proc/{run.pid}/status").read_text("utf-8")
        except OSError:
            return
        held = [line.split()[1] for line in status.splitlines() if line.startswith("VmRSS")]
        if held:
            yield time.perf_counter() - started, lines, int(held[0]) / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--calls", type=Path, nargs="+", default=[DATA, DATA / "further"])
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--model", default="base")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder, results = Path(scratch) / "calls", Path(scratch) / "r.jsonl"
        folder.mkdir()
        seconds = make(arguments.calls, arguments.count, folder)
        run = subprocess.Popen(
            [
                sys.executable, "-m", "callqa", "score", str(folder), "--json", str(results),
                "--db", str(Path(scratch) / "r.db"), "--model", arguments.model,
            ],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        seen = list(watched(run, results))
        print(
            f"{arguments.count} calls and a corrupt file, {seconds / 60:.0f} min of audio, {seen[-1][0]:.0f} s"
        )
        print(f"exit code {run.returncode}; {results.read_text('utf-8').count('failed')} failed")
    print(f"first result after {next(at for at, lines, _ in seen if lines):.1f} s")
    for first, last in (
        (0, SETTLED),
        (SETTLED, arguments.count // 2),
        (arguments.count // 2, arguments.count + 2),
    ):
        held = [memory for _, lines, memory in seen if first <= lines < last]
        print(
            f"results {first} to {last}: {np.median(held):.0f} MB in the median, {max(held):.0f} at most"
        )


if __name__ == "__main__":
    main()
