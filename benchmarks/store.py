"""How long a store of 100,000 scored calls takes for the figures per agent and for phrases.

    python benchmarks/store.py [--calls N] [--db FILE]

A thousand different calls are made of the written ones, two in a row each, judged, and saved as any call is; the rest
are copies of their rows under other ids, agents, days and recordings. The commands are run as users run them, with
Python's start; beside them stand the one that does nothing (`callqa --help`) and the queries alone.
"""

from __future__ import annotations

import argparse
import random
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from callqa.audio.events import CallEvents
from callqa.qa.agents import summarise
from callqa.qa.metadata import CallMetadata
from callqa.qa.result import Analysis, CallResult, ModelsUsed
from callqa.qa.session import Session
from callqa.qa.store import CallFilter, Keys, Store
from callqa.qa.store.figures import by_agent
from callqa.qa.store.search import search
from callqa.scoring.call import ScoredCall
from callqa.scoring.features import Features
from callqa.scoring.script import read_script
from callqa.settings import Settings
from callqa.transcribe.transcript import Transcript

TEXTS = Path(__file__).parent / "texts"
DISTINCT = 1_000
AGENTS = 200
PHRASES = (
    "您好",
    "退款",
    "理赔",
    "感谢您的来电",
    "我不知道",
    "光猫上那个灯一直闪",
    "桂性",
    "没有人说过这句话",
)
COPIED = ("analyses", "scorecards", "verdicts", "calls", "measures", "events", "said")


def written() -> list[ScoredCall]:
    """The written calls."""
    texts = [(TEXTS / name).read_text("utf-8") for name in ("inbound-a.txt", "inbound-b.txt")]
    return [found.call for text in texts for found in read_script(text, "call")]


def joined(first: ScoredCall, second: ScoredCall) -> ScoredCall:
    """Two calls as one."""
    by = first.duration
    later = [replace(u, start=u.start + by, end=u.end + by) for u in second.transcript.utterances]
    holds = [replace(h, start=h.start + by, end=h.end + by) for h in second.events.holds]
    events = CallEvents((*first.events.holds, *holds), (), first.events.rings)
    said = (*first.transcript.utterances, *later)
    return ScoredCall(Transcript("zh", said, 1.0), events, by + second.duration)


def fill(store: Store, count: int) -> None:
    """Save the different calls, then copy their rows until there are `count`."""
    session = Session(Settings().with_options("checklists", default="zh-inbound"))
    chance, calls = random.Random(1), written()
    distinct = min(DISTINCT, count)
    for number in range(distinct):
        call = joined(*chance.sample(calls, 2))
        facts = CallMetadata(agent_id=f"A{number % AGENTS:04}", started_at="2026-01-01T00:00:00")
        judged = session.judge_for(facts).judge_heard(
            call.transcript, call.events, call.duration, facts, Features()
        )
        models = ModelsUsed("base", "cascade", "channels", "cpu", "int8")
        heard = Analysis(call.duration, 2, "WAV", "zh", call.transcript.utterances, (), (), models)
        result = CallResult(
            f"c{number}", f"/rec/{number}.wav", "scored", facts, None, heard, judged
        )
        store.save(result, Keys(f"h{number}", "m", "c"))
    store.close()
    with closing(sqlite3.connect(store.path, isolation_level=None)) as connection:
        copy_rows(connection, count // distinct)


def copy_rows(connection: sqlite3.Connection, times: int) -> None:
    """Copies of all calls, `times` in all, each with its own numbers, recordings, agents and days."""
    connection.execute("PRAGMA foreign_keys=OFF")
    connection.execute("BEGIN")
    shift = connection.execute("SELECT max(id) FROM calls").fetchone()[0] + 1
    for number in range(1, times):
        by = number * shift
        changed = {
            "id": f"id + {by}", "rowid": f"rowid + {by}", "call_row": f"call_row + {by}",
            "analysis_id": f"analysis_id + {by}", "scorecard_id": f"scorecard_id + {by}",
            "audio_hash": f"audio_hash || '-{number}'", "source": f"source || '-{number}'",
            "call_id": f"call_id || '-{number}'",
            "agent_id": f"'A' || substr('000' || ((id * 7 + {number}) % {AGENTS}), -4)",
            "started_at": f"'2026-' || substr('0' || (1 + {number} % 12), -2) || '-' "
            "|| substr('0' || (1 + id % 28), -2) || 'T' || substr('0' || (8 + id % 10), -2) || ':00:00'",
        }  # fmt: skip
        for table in COPIED:
            names = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
            names = [*(["rowid"] if table == "said" else []), *names]
            values = ", ".join(changed.get(name, f'"{name}"') for name in names)
            key = {
                "said": "rowid",
                "measures": "call_row",
                "events": "call_row",
                "verdicts": "scorecard_id",
            }
            quoted = ", ".join(f'"{name}"' for name in names)
            where = f"{key.get(table, 'id')} < {shift}"
            connection.execute(
                f"INSERT INTO {table} ({quoted}) SELECT {values} FROM {table} WHERE {where}"
            )
    connection.execute("COMMIT")
    connection.execute("ANALYZE")


def commands(db: Path) -> Iterator[tuple[str, list[str]]]:
    yield "callqa --help", ["--help"]
    yield "callqa agents", ["agents", "--db", str(db)]
    for phrase in PHRASES:
        yield f"callqa find {phrase}", ["find", phrase, "--db", str(db)]


def timed(work: Callable[[], object]) -> float:
    """Seconds, the median of three."""
    taken = []
    for _ in range(3):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return sorted(taken)[1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=100_000)
    parser.add_argument("--db", type=Path, help="a database made before, or to be kept")
    options = parser.parse_args()
    with TemporaryDirectory() as folder:
        db = options.db or Path(folder) / "calls.db"
        if not db.exists():
            began = time.perf_counter()
            fill(Store(db), options.calls)
            print(
                f"{options.calls} calls made in {time.perf_counter() - began:.0f} s, {db.stat().st_size / 1e9:.2f} GB"
            )
        store = Store(db)
        print(
            f"{'the query alone: figures per agent':50} {timed(lambda: summarise(by_agent(store.database))):.2f} s"
        )
        for phrase in PHRASES:
            found = search(store.database, phrase, CallFilter())
            taken = timed(lambda: search(store.database, phrase, CallFilter()))  # noqa: B023
            print(f"{f'the query alone: {phrase}, {len(found)} shown':50} {taken:.2f} s")
        for name, arguments in commands(db):
            command = [sys.executable, "-m", "callqa", *arguments]
            taken = timed(lambda: subprocess.run(command, capture_output=True, check=True))  # noqa: B023
            print(f"{name:50} {taken:.2f} s")


if __name__ == "__main__":
    main()
