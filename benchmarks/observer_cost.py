"""What it costs to watch a run: the same recordings with and without profiler and trace, in turns.

    python benchmarks/observer_cost.py --calls FOLDER [--rounds 10] [--recognise]

The audio path alone is the harder case (the default): it makes as many events as a whole run in a fraction of the time.
The ratio of CPU times says more than that of wall times where other processes share the cores.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from callqa.observe import Event, Observer, ignore, in_turn, timed, together
from callqa.qa.profile import Profiler
from callqa.qa.recordings import Recording, find_recordings
from callqa.qa.session import Session
from callqa.qa.toolkit import Toolkit, load_toolkit
from callqa.qa.trace import TraceFile
from callqa.settings import load_settings

PIECES = 20_000  # timed blocks of the second measurement


@dataclass(frozen=True)
class Spent:
    """Seconds of one run."""

    wall: float
    cpu: float


def spent(work: Callable[[], None]) -> Spent:
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return Spent(time.perf_counter() - wall, time.process_time() - cpu)


def run(
    session: Session, toolkit: Toolkit, recordings: list[Recording], observer: Observer
) -> None:
    """One run with models that are loaded already."""
    batch = session.batch(None)
    watched = type(batch)(
        batch.settings, batch.judge_for, batch.planned, lambda: toolkit, observer=observer
    )
    for _ in watched.run(recordings):
        pass


def watched_run(
    session: Session, toolkit: Toolkit, recordings: list[Recording], folder: Path
) -> None:
    profiler = Profiler()
    tracer = TraceFile(folder / "trace.json", profiler.started)
    run(session, toolkit, recordings, together(profiler, tracer))
    tracer.close()
    profiler.profile()


def compare(
    session: Session, toolkit: Toolkit, recordings: list[Recording], rounds: int
) -> list[tuple[Spent, Spent]]:
    """Pairs of runs without and with observers; which of the two comes first changes from round to round."""
    out: list[tuple[Spent, Spent]] = []
    with TemporaryDirectory() as folder:
        without = lambda: run(session, toolkit, recordings, ignore)  # noqa: E731
        watched = lambda: watched_run(session, toolkit, recordings, Path(folder))  # noqa: E731
        without()  # first uses are paid for
        for number in range(rounds):
            if number % 2:
                after, before = spent(watched), spent(without)
            else:
                before, after = spent(without), spent(watched)
            out.append((before, after))
            print(
                f"round {number + 1:2}: CPU {before.cpu:.2f} s without, {after.cpu:.2f} s with, "
                f"ratio {after.cpu / before.cpu:.3f}; wall ratio {after.wall / before.wall:.3f}",
                flush=True,
            )
    return out


def per_piece() -> float:
    """CPU seconds that one timed block costs with profiler and trace, beyond what it costs unheard."""
    with TemporaryDirectory() as folder:
        tracer = TraceFile(Path(folder) / "trace.json", time.perf_counter())
        observer = in_turn(together(Profiler(), tracer))

        def blocks(told: Observer) -> None:
            for _ in range(PIECES):
                with timed(told, "levels", "a call", 2.0):
                    pass

        cost = spent(lambda: blocks(observer)).cpu - spent(lambda: blocks(ignore)).cpu
        tracer.close()
    return cost / PIECES


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--calls", required=True)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--recognise", action="store_true")
    arguments = parser.parse_args()
    session = Session(load_settings())
    toolkit = load_toolkit(
        session.settings, session.models, session.planned, ignore,
        audio_only=not arguments.recognise,
    )  # fmt: skip
    recordings = find_recordings([arguments.calls])
    pairs = compare(session, toolkit, recordings, arguments.rounds)
    for name in ("cpu", "wall"):
        ratios = sorted(getattr(after, name) / getattr(before, name) for before, after in pairs)
        least, most = ratios[0], ratios[-1]
        print(
            f"{name}: with / without, median {median(ratios):.4f}, from {least:.3f} to {most:.3f}"
        )
    events: list[Event] = []
    run(session, toolkit, recordings, events.append)
    each, cpu = per_piece(), median(before.cpu for before, _ in pairs)
    print(
        f"{len(events)} events x {each * 1e6:.1f} us = {len(events) * each:.3f} s of CPU, "
        f"{len(events) * each / cpu:.2%} of the run's {cpu:.2f} s"
    )


if __name__ == "__main__":
    main()
