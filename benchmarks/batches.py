"""A day's recordings in one run: everything accounted for, memory flat, runs that are killed or share a store.

    python benchmarks/batches.py [--calls FOLDER …] [--count N] [--kills N] [--real N]

Recordings of tests/data/further (and of the folders named) are copied under other names, each made another recording by
a few bytes behind its audio; one in a hundred is broken. They are scored through the command line with a recogniser and
a voice detector that answer at once (tests/stubbed.py), so that what is measured is everything else; `--real` scores
the first so many with the real ones.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parent.parent
STUBBED = ROOT / "tests" / "stubbed.py"
FURTHER = ROOT / "tests" / "data" / "further"
AGENTS = 12
KILLED = 60  # recordings of a run that is killed


def make(folder: Path, sources: list[Path], count: int) -> int:
    """Make the recordings and their metadata; gives how many are broken."""
    folder.mkdir()
    rows, broken = ["录音文件,工号,坐席,开始时间,主叫号码"], 0
    for number in range(count):
        source = sources[number % len(sources)]
        name = f"rec_{number:05}{source.suffix}"
        if number % 100 == 50:
            (folder / name).write_bytes(damaged(number, source.read_bytes()))
            broken += 1
        else:
            (folder / name).write_bytes(source.read_bytes() + mark(number, source.suffix))
        agent = number % AGENTS
        at = f"2026-11-{1 + number % 28:02} {8 + number % 10:02}:{number % 60:02}:00"
        rows.append(f"{name},A{agent:04},坐席{agent},{at},138{number:08}")
    (folder.parent / "calls.csv").write_bytes("\n".join(rows).encode("gb18030"))
    return broken


def mark(number: int, suffix: str) -> bytes:
    """Bytes that players skip: a chunk of its own in a WAV, a tag behind an MP3."""
    text = f"{number:08}".encode()
    return b"junk\x08\x00\x00\x00" + text if suffix == ".wav" else b"TAG" + text.ljust(125)


def damaged(number: int, whole: bytes) -> bytes:
    kinds = (b"", b"no audio at all " * 99, whole[:30], random.Random(number).randbytes(50_000))
    return kinds[number // 100 % len(kinds)]


def start(*arguments: object, real: bool = False, seconds: float = 0.0) -> subprocess.Popen[str]:
    program = ["-m", "callqa"] if real else [str(STUBBED)]
    return subprocess.Popen(
        [sys.executable, *program, "--lang", "en", *map(str, arguments)], text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=os.environ | {"CALLQA_STUB_SECONDS": str(seconds)},
    )  # fmt: skip


def summary(out: str) -> str:
    """The last lines of a run, from the counts on."""
    text = " ".join(out.split())
    return text[text.rfind(" recordings: ") - 6 :][:400].split(" rec_")[0]


def watched(running: subprocess.Popen[str]) -> tuple[str, list[float], float]:
    """Run to the end; gives the output, the resident memory in MB twice a second, and the seconds."""
    memory: list[float] = []
    began = time.perf_counter()

    def sample() -> None:
        while running.poll() is None:
            try:
                status = Path(f"/proc/{running.pid}/status").read_text()
            except OSError:
                return
            if found := re.search(r"VmRSS:\s+(\d+)", status):
                memory.append(int(found[1]) / 1024)
            time.sleep(0.5)

    thread = threading.Thread(target=sample)
    thread.start()
    out, _ = running.communicate()
    thread.join()
    return out, memory, time.perf_counter() - began


def at_quarters(memory: list[float]) -> str:
    return ", ".join(
        f"{memory[min(len(memory) - 1, len(memory) * n // 4)]:.0f}" for n in range(1, 5)
    )


def counts(db: Path) -> str:
    with closing(sqlite3.connect(db)) as connection:
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'claims'").fetchone():
            return "no tables yet"
        query = "SELECT count(*), count(DISTINCT source), sum(status = 'failed') FROM calls"
        rows, places, failed = connection.execute(query).fetchone()
        (heard,) = connection.execute("SELECT count(*) FROM analyses").fetchone()
        (claims,) = connection.execute("SELECT count(*) FROM claims").fetchone()
    return (
        f"{rows} calls of {places} recordings, {failed} failed, {heard} heard, {claims} claims left"
    )


def check(db: Path) -> str:
    return " ".join(start("db", "check", "--db", db).communicate()[0].split()).rsplit(": ", 1)[-1]


def shared(folder: Path, db: Path) -> None:
    """Two runs at once; their output is read at the same time, since a run that cannot print waits."""
    both = [start("score", folder, "--db", db, seconds=0.01) for _ in range(2)]
    with ThreadPoolExecutor(2) as pool:
        for out, _ in pool.map(lambda running: running.communicate(), both):
            print(f"one of two: {summary(out)}")
    print(f"  {counts(db)}; check: {check(db)}")


def killed(recordings: list[Path], scratch: Path, kills: int) -> None:
    """Runs that are killed at a random moment, each on a new database, and gone on with."""
    chance = random.Random(1)
    for number in range(kills):
        db, after = scratch / f"killed{number}.db", chance.uniform(1.0, 10.0)
        running = start("score", *recordings, "--db", db, seconds=0.02)
        time.sleep(after)
        running.send_signal(signal.SIGKILL)
        running.communicate()
        left = counts(db) if db.exists() else "nothing yet"
        start("score", *recordings, "--db", db).communicate()
        print(f"killed after {after:.1f} s: {left}\n  run again: {counts(db)}; check: {check(db)}")


def alone(folder: Path, db: Path) -> None:
    """One run with its metadata, and another one that finds everything known."""
    table = folder.parent / "calls.csv"
    out, memory, wall = watched(start("score", folder, "--db", db, "--metadata", table))
    print(f"one run: {summary(out)} ({wall:.0f} s)\n  {counts(db)}; check: {check(db)}")
    print(f"  resident memory at each quarter: {at_quarters(memory)} MB, at most {max(memory):.0f}")
    out, memory, wall = watched(start("score", folder, "--db", db))
    print(f"again: {summary(out)} ({wall:.0f} s, at most {max(memory):.0f} MB)")


def recognised(recordings: list[Path], db: Path) -> None:
    out, memory, wall = watched(start("score", *recordings, "--db", db, real=True))
    print(
        f"with the real recogniser: {summary(out)} ({wall:.0f} s)\n  {counts(db)}; check: {check(db)}"
    )
    print(f"  resident memory at each quarter: {at_quarters(memory)} MB, at most {max(memory):.0f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=Path, nargs="*", default=[])
    parser.add_argument("--count", type=int, default=2_000)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--real", type=int, default=0)
    parser.add_argument("--parts", default="alone,shared", help="- for none of them")
    options = parser.parse_args()
    folders = [FURTHER, *options.calls]
    sources = sorted(p for f in folders for p in f.iterdir() if p.suffix in (".wav", ".mp3"))
    with TemporaryDirectory() as scratch:
        base = Path(scratch)
        folder = base / "day"
        broken = make(folder, sources, options.count)
        print(f"{options.count} recordings of {len(sources)} different ones, {broken} broken")
        recordings = sorted(folder.iterdir())
        if "alone" in options.parts:
            alone(folder, base / "one.db")
        if "shared" in options.parts:
            shared(folder, base / "two.db")
        killed(recordings[:KILLED], base, options.kills)
        if options.real:
            recognised(recordings[: options.real], base / "real.db")


if __name__ == "__main__":
    main()
