"""Reads damaged recordings by the thousand; names those that end in anything but audio or a RecordingError.

    python benchmarks/fuzz_sources.py [--count 10000] [--first 0]

They are read in child processes, each with 2 GiB of memory, so that a crash of a decoder or a hang is caught and named
with its number; `--first N --count 1` repeats it. Exit status 1 where there was one.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

MEMORY = 2 << 30  # bytes of address space for a child
PATIENCE = 20.0  # seconds that one recording of three seconds may take


@dataclass
class Outcome:
    """What became of the recordings; `faults` are lines that begin with the number."""

    kinds: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    slowest: float = 0.0


def child(first: int, count: int) -> None:
    """Read recordings, telling the number of each before it is read and what became of it after."""
    from damage import damaged, read

    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(first, first + count):
            print(seed, flush=True)
            started = time.perf_counter()
            try:
                became = read(damaged(seed), Path(folder))
            except Exception:  # what a run would call an internal error
                became = "FAULT " + " | ".join(traceback.format_exc().splitlines()[-3:])
            print(f"{time.perf_counter() - started:.3f} {became}", flush=True)


def run(first: int, count: int, patience: float = PATIENCE) -> Outcome:
    """Read the recordings with these numbers; begins a new child after each one that died."""
    out, seed, end = Outcome(), first, first + count
    while seed < end:
        seed = _watched(seed, end, out, patience)
    return out


def _watched(first: int, end: int, out: Outcome, patience: float) -> int:
    """One child's life; returns the number to go on with."""
    command = [
        sys.executable,
        __file__,
        "--child",
        "--first",
        str(first),
        "--count",
        str(end - first),
    ]
    heard, hung = [time.monotonic()], threading.Event()
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=quiet, text=True) as process:

        def watch() -> None:
            while process.poll() is None:
                if time.monotonic() - heard[0] > patience:
                    hung.set()
                    process.kill()
                time.sleep(0.2)

        threading.Thread(target=watch, daemon=True).start()
        seed, open_one = first, False
        for line in process.stdout or ():
            heard[0] = time.monotonic()
            took, _, became = line.strip().partition(" ")
            if not became:
                seed, open_one = int(took), True
                continue
            open_one = False
            out.slowest = max(out.slowest, float(took))
            out.kinds[became.split(" ")[0] if became.startswith("FAULT") else became] += 1
            if became.startswith("FAULT"):
                out.faults.append(f"{seed}: {became}")
    if open_one or process.returncode:
        how = "HANGS" if hung.is_set() else f"DIES with status {process.returncode}"
        out.kinds[how] += 1
        out.faults.append(f"{seed}: {how}")
    return seed + 1


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        child(given.first, given.count)
        return
    started = time.perf_counter()
    out = run(given.first, given.count)
    for fault in out.faults:
        print(fault)
    print(f"{given.count} recordings in {time.perf_counter() - started:.0f} s: {dict(out.kinds)}")
    print(f"the slowest took {out.slowest:.2f} s")
    sys.exit(1 if out.faults else 0)


if __name__ == "__main__":
    main()
