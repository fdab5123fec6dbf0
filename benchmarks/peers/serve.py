"""The worker's side of the benchmark: requests as JSON lines on standard input, answers on standard output.

Standard library only: it runs in the environment of any peer.

    {"calls": [path, ...], "batch": 8, "prompt": true}
    {"wall": s, "cpu": s, "peak": MB, "heard": [[[channel, start, text], ...], ...]}

The first answer, {"ready": versions}, comes unasked when the model is loaded. What the libraries print goes to
standard error.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple


class Segment(NamedTuple):
    """A piece of text, where and when it was said."""

    channel: int
    start: float
    text: str


class Task(NamedTuple):
    """What to recognise: the recordings, how many windows at once, what the model is primed with (None: nothing)."""

    calls: Sequence[str]
    batch: int
    prompt: str | None


Transcribe = Callable[[Task], list[list[Segment]]]


def arguments() -> argparse.Namespace:
    """What the benchmark tells a worker: the folder of the model, the threads, the prompt."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", required=True)
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--prompt", required=True)
    return parser.parse_args()


def serve(load: Callable[[argparse.Namespace], Transcribe], *packages: str) -> None:
    """Load once, then answer until standard input ends."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    given = arguments()
    transcribe = load(given)

    def answer(**fields: object) -> None:
        print(json.dumps(fields, ensure_ascii=False), file=answers, flush=True)

    answer(ready=", ".join(f"{package} {version(package)}" for package in packages))
    for line in sys.stdin:
        request = json.loads(line)
        prompt = given.prompt if request["prompt"] else None
        cpu, started = _cpu(), time.perf_counter()
        heard = transcribe(Task(request["calls"], request["batch"], prompt))
        wall, cpu = time.perf_counter() - started, _cpu() - cpu
        answer(wall=wall, cpu=cpu, peak=_peak(), heard=heard)


def _cpu() -> float:
    """Seconds that all threads of this process have computed, and its children."""
    return sum(os.times()[:4])


def _peak() -> float:
    """The most memory that this process has held, in MB.

    The kernel's own figure first: what getrusage gives counts what the parent held when it started this process.
    """
    status = Path("/proc/self/status")
    if status.exists():
        found = [line for line in status.read_text().splitlines() if line.startswith("VmHWM:")]
        return int(found[0].split()[1]) / 1024
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 2**20 if sys.platform == "darwin" else peak / 1024
