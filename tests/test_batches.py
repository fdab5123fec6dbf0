"""Many recordings through the command line: everything accounted for, nothing twice, whatever happens meanwhile."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from helpers import noise, silence, tone, write_wav

STUBBED = Path(__file__).with_name("stubbed.py")


def recording(path: Path, number: int) -> Path:
    """A short call of two parties that no other number has."""
    voice = np.concatenate([tone(200 + number, 1.0), silence(0.6), tone(300, 0.8), silence(0.4)])
    other = np.concatenate([silence(1.1), noise(0.4, level=0.2, seed=number), silence(1.3)])
    return write_wav(path, voice, other)


def folder_of(tmp_path: Path, count: int) -> Path:
    folder = tmp_path / "day"
    folder.mkdir()
    for number in range(count):
        recording(folder / f"A{1 + number % 3}_{number:03}.wav", number)
    return folder


def started(*arguments: object, seconds: float = 0.0) -> subprocess.Popen[str]:
    command = [sys.executable, str(STUBBED), "--lang", "en", *map(str, arguments)]
    return subprocess.Popen(
        command, env=os.environ | {"CALLQA_STUB_SECONDS": str(seconds)}, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip


def callqa(*arguments: object, seconds: float = 0.0) -> str:
    running = started(*arguments, seconds=seconds)
    out, _ = running.communicate(timeout=120)
    return " ".join(out.split())


def rows(db: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(db, timeout=30)) as connection:
        return connection.execute(query).fetchall()


def test_every_recording_is_accounted_for(tmp_path: Path) -> None:
    folder, db, out = folder_of(tmp_path, 40), tmp_path / "r.db", tmp_path / "r.jsonl"
    for number in range(5):
        shutil.copy(folder / f"A1_{3 * number:03}.wav", folder / f"A2_copy{number}.wav")
    (folder / "A1_cut.wav").write_bytes(b"")
    (folder / "A1_text.wav").write_text("no audio at all " * 50)
    (folder / "A1_003.meta.json").write_text("{")
    write_wav(folder / "A1_quiet.wav", silence(3.0), silence(3.0))
    log = tmp_path / "run.jsonl"
    said = callqa("score", folder, folder / "gone.wav", "--db", db, "--json", out, "--log", log)
    assert "49 recordings: 44 scored, 1 empty, 4 failed" in said
    assert "not readable as audio 2" in said
    assert "metadata not usable 1" in said
    assert "not there 1" in said
    results = [json.loads(line) for line in out.read_text().splitlines()]
    assert len({r["call_id"] for r in results}) == len(results) == 49
    assert Counter(r["failure"] for r in results if r["status"] == "failed") == {
        "damaged": 2, "metadata": 1, "missing": 1
    }  # fmt: skip
    logged = [json.loads(line) for line in log.read_text().splitlines()]
    assert Counter(one["event"] for one in logged) == {"started": 1, "call": 49, "ended": 1}
    assert rows(db, "SELECT count(*) FROM analyses") == [(41,)]  # copies are heard once
    assert "ok" in callqa("db", "check", "--deep", "--db", db)


def test_a_second_run_hears_nothing_and_fails_the_same(tmp_path: Path) -> None:
    folder, db = folder_of(tmp_path, 6), tmp_path / "r.db"
    (folder / "A1_text.wav").write_text("no audio at all " * 50)
    callqa("score", folder, "--db", db)
    again = callqa("score", folder, "--db", db)
    assert "7 recordings: 6 scored, 0 empty, 1 failed" in again
    assert "6 were scored before" in again
    assert "real time" not in again
    shutil.move(folder / "A1_000.wav", folder / "A1_moved.wav")
    assert "6 were scored before" in callqa("score", folder, "--db", db)
    assert rows(db, "SELECT count(*) FROM calls") == [(7,)]


def test_what_failed_is_tried_again_when_asked_or_changed(tmp_path: Path) -> None:
    folder, db, log = folder_of(tmp_path, 1), tmp_path / "r.db", tmp_path / "run.jsonl"
    bad = folder / "A1_text.wav"
    bad.write_text("no audio at all " * 50)
    callqa("score", folder, "--db", db)
    callqa("score", bad, "--db", db, "--log", log)
    assert json.loads(log.read_text().splitlines()[1])["known"] is True
    said = callqa("score", "--retry-failed", "--db", db, "--log", tmp_path / "second.jsonl")
    assert "1 recordings: 0 scored, 0 empty, 1 failed" in said
    assert '"known"' not in (tmp_path / "second.jsonl").read_text()
    recording(bad, 99)
    assert "1 recordings: 1 scored" in callqa("score", bad, "--db", db)


def test_a_limit_leaves_the_rest_for_the_next_run(tmp_path: Path) -> None:
    folder, db = folder_of(tmp_path, 7), tmp_path / "r.db"
    assert "3 scored, 0 empty, 0 failed; 4 not come to" in callqa(
        "score", folder, "--db", db, "--limit", 3
    )
    assert "6 scored" in callqa("score", folder, "--db", db, "--limit", 3)
    last = callqa("score", folder, "--db", db, "--limit", 3)
    assert "7 scored" in last
    assert "not come to" not in last


def test_since_takes_calls_by_their_start_or_the_files_time(tmp_path: Path) -> None:
    folder, db = folder_of(tmp_path, 3), tmp_path / "r.db"
    (folder / "A1_000.meta.json").write_text('{"started_at": "2026-11-20T09:00:00"}')
    (folder / "A2_001.meta.json").write_text('{"started_at": "2026-11-19T23:59:59"}')
    old = time.mktime((2026, 1, 5, 0, 0, 0, 0, 0, -1))
    os.utime(folder / "A3_002.wav", (old, old))
    assert "1 recordings: 1 scored" in callqa("score", folder, "--db", db, "--since", "2026-11-20")
    assert "3 recordings: 3 scored" in callqa("score", folder, "--db", db, "--since", "2026-01-05")


def test_two_runs_share_the_work_without_a_double(tmp_path: Path) -> None:
    folder, db = folder_of(tmp_path, 30), tmp_path / "r.db"
    logs = [tmp_path / f"{n}.jsonl" for n in range(2)]
    running = [started("score", folder, "--db", db, "--log", log, seconds=0.05) for log in logs]
    said = [" ".join(process.communicate(timeout=120)[0].split()) for process in running]
    assert all("30 recordings: 30 scored" in text for text in said)
    heard = [
        {one["call"] for one in map(json.loads, log.read_text().splitlines())
         if one["event"] == "call" and "known" not in one}
        for log in logs
    ]  # fmt: skip
    assert heard[0] | heard[1] == {path.stem for path in folder.glob("*.wav")}
    assert not heard[0] & heard[1]
    assert all(heard)
    assert rows(db, "SELECT count(*), count(DISTINCT source) FROM calls") == [(30, 30)]
    assert rows(db, "SELECT count(*) FROM claims") == [(0,)]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_a_killed_run_is_gone_on_with(tmp_path: Path) -> None:
    folder, db = folder_of(tmp_path, 24), tmp_path / "r.db"
    chance = random.Random(7)
    for _ in range(4):
        running = started("score", folder, "--db", db, seconds=0.1)
        time.sleep(1.2 + chance.random())
        running.send_signal(signal.SIGKILL)
        running.communicate(timeout=60)
    assert "24 recordings: 24 scored" in callqa("score", folder, "--db", db)
    assert rows(db, "SELECT count(*), count(DISTINCT source) FROM calls") == [(24, 24)]
    assert rows(db, "SELECT count(*) FROM claims") == [(0,)]
    check = callqa("db", "check", "--deep", "--db", db)
    assert "PROBLEM" not in check
    assert "ok" in check


def test_a_watched_folder_is_scored_file_by_file_when_complete(tmp_path: Path) -> None:
    folder, db, log = tmp_path / "drop", tmp_path / "r.db", tmp_path / "run.jsonl"
    folder.mkdir()
    (tmp_path / "callqa.toml").write_text("[files]\nsettle_seconds = 1.0\n")
    running = started(
        "--settings", tmp_path / "callqa.toml", "score", "--watch", folder, "--db", db, "--log", log
    )
    for number in range(3):
        slowly(recording(tmp_path / "whole.wav", number), folder / f"A1_{number}.wav")
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and log_of(log).count("call") < 3:
        time.sleep(0.2)
    running.send_signal(signal.SIGINT)
    out, _ = running.communicate(timeout=60)
    assert "3 recordings: 3 scored" in " ".join(out.split())
    assert running.returncode == 0
    assert log_of(log).count("call") == 3
    for source, duration in rows(db, "SELECT source, duration FROM calls"):
        assert duration == pytest.approx(2.8, abs=0.01), source


def log_of(log: Path) -> list[str]:
    if not log.is_file():
        return []
    return [json.loads(line)["event"] for line in log.read_text().splitlines()]


def slowly(source: Path, target: Path) -> None:
    """Copy a file bit by bit, with pauses that are shorter than a file must rest."""
    data = source.read_bytes()
    with target.open("wb") as out:
        for at in range(0, len(data), len(data) // 4):
            out.write(data[at : at + len(data) // 4])
            out.flush()
            time.sleep(0.3)
