"""`callqa profile` with models: figures of a whole run, of the audio alone, and of one that is interrupted."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from test_cli import ENGLISH, callqa

from helpers import noise, silence, write_wav

pytestmark = pytest.mark.model


@pytest.fixture
def calls(golden: Path, tmp_path: Path) -> Path:
    """A folder of the two golden recordings alone."""
    folder = tmp_path / "calls"
    folder.mkdir()
    for file in golden.glob("golden_*.wav"):
        shutil.copy(file, folder)
    return folder


def test_a_whole_run_is_accounted_for(settings: Path, calls: Path, tmp_path: Path) -> None:
    file, trace = tmp_path / "f.json", tmp_path / "t.json"
    before = {path: path.stat().st_mtime_ns for path in calls.iterdir()}
    done = callqa("--settings", settings, "profile", calls, "--json", file, "--trace", trace)
    assert done.returncode == 0, done.stderr
    assert "voice activity" in done.stdout
    found = json.loads(file.read_text("utf-8"))
    assert found["run"]["covered"] >= 0.95, found["run"]["gaps"]
    assert found["run"]["calls"] == {"scored": 2}
    stages = {stage["stage"]: stage for stage in found["stages"]}
    assert stages["recognise"]["wall"] > stages["decode"]["wall"]
    assert found["other_threads"]["cpu_share"] > 0.3  # the recogniser's own threads
    assert json.loads(trace.read_text("utf-8"))["traceEvents"]
    assert {path: path.stat().st_mtime_ns for path in calls.iterdir()} == before
    assert not list(tmp_path.glob("**/*.db"))


def test_the_audio_alone_recognises_nothing(settings: Path, calls: Path, tmp_path: Path) -> None:
    file = tmp_path / "f.json"
    done = callqa("--settings", settings, "profile", calls, "--audio-only", "--json", file)
    assert done.returncode == 0, done.stderr
    found = json.loads(file.read_text("utf-8"))
    stages = {stage["stage"] for stage in found["stages"]}
    assert {"decode", "voice activity", "diarize"} <= stages
    assert "load recogniser" not in stages
    assert found["models"]["asr"] == "none"
    assert found["run"]["calls"] == {"empty": 2}


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGINT for one child")
def test_ctrl_c_shows_what_was_collected(settings: Path, tmp_path: Path) -> None:
    write_wav(tmp_path / "long.wav", noise(3600, level=0.2), silence(3600))
    trace, file = tmp_path / "t.json", tmp_path / "f.json"
    command = [sys.executable, "-m", "callqa", "--settings", settings, "profile", tmp_path / "long.wav",
               "--trace", trace, "--json", file, "--audio-only"]  # fmt: skip
    environment = os.environ | ENGLISH | {"COLUMNS": "120"}
    with subprocess.Popen(
        list(map(str, command)), env=environment, stdout=-1, stderr=-1, text=True
    ) as run:
        until = time.monotonic() + 60
        while '"decode"' not in (trace.read_text("utf-8") if trace.exists() else ""):
            assert time.monotonic() < until
            time.sleep(0.05)
        run.send_signal(signal.SIGINT)
        stopped = time.monotonic()
        out, err = run.communicate(timeout=60)
        assert time.monotonic() - stopped < 10
    assert run.returncode == 130, err
    assert "interrupted" in out
    assert "voice activity" in out
    assert json.loads(file.read_text("utf-8"))["run"]["interrupted"] is True
    assert json.loads(trace.read_text("utf-8"))["traceEvents"]
