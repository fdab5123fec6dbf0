"""How long re-scoring a stored call takes, beside recognising one: 10,000 stored calls in one process.

    python benchmarks/rescoring.py [--calls N] [--recordings FOLDER]

The recordings of the folder are recognised first, the shortest of them once more alone with the models loaded.
Then they are copied in the store under other ids until there are N calls, which are re-scored with zh-inbound. Both
happen in one process, one after the other: what counts is the ratio.
"""

from __future__ import annotations

import argparse
import resource
import time
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from callqa.qa.recordings import Recording, find_recordings
from callqa.qa.rescore import rescore
from callqa.qa.result import CallResult
from callqa.qa.session import Session
from callqa.qa.store import Keys, Store
from callqa.settings import Settings

FURTHER = Path(__file__).parent.parent / "tests" / "data" / "further"


def hear(session: Session, recordings: list[Recording]) -> tuple[list[CallResult], float, float]:
    """What is scored of the recordings, and of the shortest its length and the seconds it takes with models loaded."""
    batch = session.batch(None, again=True)
    kit = batch.load()
    batch = replace(batch, load=lambda: kit)
    results = [r for r in batch.run(recordings) if r.status == "scored"]
    shortest = min(results, key=lambda result: result.duration)
    alone = [r for r in recordings if r.call_id == shortest.call_id]
    began = time.perf_counter()
    list(batch.run(alone))
    return results, shortest.duration, time.perf_counter() - began


def fill(store: Store, results: list[CallResult], calls: int, session: Session) -> None:
    """Store the results again and again, each time as another recording."""
    for number in range(calls):
        result = results[number % len(results)]
        copy = replace(result, call_id=f"call{number}", source=f"/nowhere/call{number}.wav")
        key = session.judge_for(result.metadata).key(result.metadata)
        store.save(copy, Keys(f"audio {number}", "as heard", key))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=10_000)
    parser.add_argument("--recordings", type=Path, default=FURTHER)
    options = parser.parse_args()
    session = Session(Settings().with_options("recognition", model="base"))
    results, length, recognition = hear(session, find_recordings([str(options.recordings)]))
    with TemporaryDirectory() as folder:
        store = Store(Path(folder) / "calls.db")
        fill(store, results, options.calls, session)
        for run in ("first, nothing prepared", "again, pinyin stored"):
            before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            began, count = time.perf_counter(), 0
            for _ in rescore(store, session.judge_for):
                count += 1
            each = (time.perf_counter() - began) / count
            grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
            print(
                f"{run}: {count} calls, {1000 * each:.1f} ms a call; recognising one of {length:.0f} s "
                f"takes {recognition:.2f} s: {recognition / each:.0f} times as long; memory +{grown:.0f} MB"
            )


if __name__ == "__main__":
    main()
