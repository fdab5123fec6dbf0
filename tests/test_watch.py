"""A watched folder gives each recording once, when it is complete; time is a clock of the test's own."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import pytest

from callqa.errors import UsageError
from callqa.qa.logs import RunLog
from callqa.qa.metadata import CallMetadata
from callqa.qa.result import CallResult
from callqa.qa.watch import PATIENCE, Watcher
from callqa.settings import Files
from helpers import silence, tone, write_wav

SETTLE = 10.0


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def watcher(tmp_path: Path, clock: Clock) -> Watcher:
    return Watcher(tmp_path, Files(settle_seconds=SETTLE), clock=clock)


def ready(watcher: Watcher) -> list[str]:
    return [recording.call_id for recording in watcher.ready()]


def after(watcher: Watcher, clock: Clock, seconds: float) -> list[str]:
    clock.now += seconds
    return ready(watcher)


def test_a_file_is_given_once_when_it_has_rested(
    watcher: Watcher, clock: Clock, tmp_path: Path
) -> None:
    write_wav(tmp_path / "a.wav", tone(200, 1.0))
    assert ready(watcher) == []
    assert after(watcher, clock, SETTLE - 1) == []
    assert watcher.waiting == 1
    assert after(watcher, clock, 1) == ["a"]
    assert after(watcher, clock, 100) == []
    assert watcher.waiting == 0


def test_a_file_that_grows_is_waited_for(watcher: Watcher, clock: Clock, tmp_path: Path) -> None:
    file = tmp_path / "a.mp3"
    for size in range(1, 5):
        file.write_bytes(b"\xff\xfb" * 1000 * size)
        assert after(watcher, clock, SETTLE - 1) == []
    assert after(watcher, clock, SETTLE) == ["a"]


def test_a_header_that_says_more_is_to_come_is_believed_for_a_while(
    watcher: Watcher, clock: Clock, tmp_path: Path
) -> None:
    whole = write_wav(tmp_path / "a.wav", tone(200, 4.0)).read_bytes()
    (tmp_path / "a.wav").write_bytes(whole[: len(whole) // 2])
    assert ready(watcher) == []
    assert after(watcher, clock, SETTLE * (PATIENCE - 1)) == []
    assert after(watcher, clock, SETTLE) == ["a"]  # it broke off, then
    (tmp_path / "a.wav").write_bytes(whole)
    assert after(watcher, clock, 1) == []
    assert after(watcher, clock, SETTLE) == ["a"]


def test_a_recorder_that_leaves_the_size_open_is_not_waited_for_longer(
    watcher: Watcher, clock: Clock, tmp_path: Path
) -> None:
    whole = bytearray(write_wav(tmp_path / "a.wav", tone(200, 1.0)).read_bytes())
    whole[4:8] = struct.pack("<I", 0)
    (tmp_path / "a.wav").write_bytes(bytes(whole))
    assert ready(watcher) == []
    assert after(watcher, clock, SETTLE) == ["a"]


def test_legs_wait_for_each_other(watcher: Watcher, clock: Clock, tmp_path: Path) -> None:
    write_wav(tmp_path / "c1-in.wav", tone(200, 1.0))
    assert ready(watcher) == []
    assert after(watcher, clock, SETTLE * 2) == []
    write_wav(tmp_path / "c1-out.wav", tone(300, 1.0))
    assert after(watcher, clock, 1) == []
    assert after(watcher, clock, SETTLE) == ["c1"]
    write_wav(tmp_path / "c2-in.wav", tone(200, 1.0))
    assert after(watcher, clock, 1) == []
    assert after(watcher, clock, SETTLE * PATIENCE) == ["c2-in"]


def test_a_sidecar_that_comes_later_brings_the_recording_back(
    watcher: Watcher, clock: Clock, tmp_path: Path
) -> None:
    write_wav(tmp_path / "a.wav", tone(200, 1.0))
    assert ready(watcher) == []
    assert after(watcher, clock, SETTLE) == ["a"]
    (tmp_path / "a.meta.json").write_text("{}")
    assert after(watcher, clock, 1) == []
    assert after(watcher, clock, SETTLE) == ["a"]


def test_names_of_two_days_do_not_collide(watcher: Watcher, clock: Clock, tmp_path: Path) -> None:
    for day in ("mon", "tue"):
        (tmp_path / day).mkdir()
        write_wav(tmp_path / day / "0001.wav", silence(1.0))
        assert ready(watcher) == []
        assert after(watcher, clock, SETTLE) == [{"mon": "0001", "tue": "tue/0001"}[day]]


def test_what_is_no_recording_or_hidden_is_passed_over(
    watcher: Watcher, clock: Clock, tmp_path: Path
) -> None:
    for name in ("a.wav.part", ".a.wav", "notes.txt"):
        (tmp_path / name).write_bytes(b"x" * 100)
    assert ready(watcher) == []
    assert after(watcher, clock, SETTLE * 10) == []


def test_a_file_that_is_gone_is_forgotten(watcher: Watcher, clock: Clock, tmp_path: Path) -> None:
    file = write_wav(tmp_path / "a.wav", tone(200, 1.0))
    assert ready(watcher) == []
    file.unlink()
    assert after(watcher, clock, SETTLE) == []
    assert watcher.waiting == 0


def test_there_must_be_a_folder(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such folder to watch"):
        Watcher(tmp_path / "nothing", Files())


def test_logs_as_lines_and_as_json(tmp_path: Path) -> None:
    facts = CallMetadata(agent_id="A1", customer="王女士")
    result = CallResult(
        "c 1", "rec/c 1.wav", "failed", facts, error='c 1.wav: "broken"', failure="damaged"
    )
    for name in ("run.log", "run.jsonl"):
        log = RunLog(tmp_path / name)
        log.started(1)
        log.add(result)
        log.ended("1 failed")
        log.close()
    first, second, _ = (tmp_path / "run.log").read_text("utf-8").splitlines()
    assert first.endswith("INFO    started recordings=1")
    assert 'ERROR   call call="c 1" status=failed agent=A1 failure=damaged' in second
    lines = [json.loads(line) for line in (tmp_path / "run.jsonl").read_text("utf-8").splitlines()]
    assert [one["event"] for one in lines] == ["started", "call", "ended"]
    assert lines[1]["error"] == 'c 1.wav: "broken"'
    assert "王" not in (tmp_path / "run.jsonl").read_text("utf-8")
    with pytest.raises(UsageError, match="cannot write the log"):
        RunLog(tmp_path / "no" / "run.log")
