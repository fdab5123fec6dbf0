"""A recording on standard input, and files without a header, by the installed command."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import threading
import time
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from formats import MAKERS, RAW_MAKERS
from test_cli import ENGLISH, callqa

from callqa.audio.origin import Origin
from callqa.audio.pipe import Pipe
from callqa.audio.source import open_source
from callqa.qa.recordings import find_recordings
from callqa.qa.store import Store
from helpers import noise, write_wav


def piped(content: bytes, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the installed command with these bytes on its standard input."""
    done = subprocess.run(
        [sys.executable, "-m", "callqa", *map(str, arguments)],
        input=content, capture_output=True, env=os.environ | ENGLISH | {"COLUMNS": "120"}, timeout=120, check=False,
    )  # fmt: skip
    return subprocess.CompletedProcess(
        done.args, done.returncode, done.stdout.decode(), done.stderr.decode()
    )


def test_inspect_reads_a_pipe(tmp_path: Path) -> None:
    out = tmp_path / "i.jsonl"
    for name in ("pcm16.wav", "mp3.mp3", "opus.webm"):
        done = piped(MAKERS[name](3.0), "inspect", "-", "--json", out)
        assert done.returncode == 0, done.stderr
        found = json.loads(out.read_text("utf-8"))
        assert (found["call_id"], found["source"], found["layout"]) == (
            "stdin",
            "stdin",
            "separate",
        )
        assert found["decoded_seconds"] == pytest.approx(3.0, abs=0.2)


def test_inspect_reads_raw_files_and_pipes(tmp_path: Path) -> None:
    content, out = RAW_MAKERS["ulaw:8000:2"](3.0), tmp_path / "i.jsonl"
    (tmp_path / "a.pcm").write_bytes(content)
    (tmp_path / "b.wav").write_bytes(MAKERS["pcm16.wav"](1.0))
    done = piped(content, "inspect", "-", tmp_path, "--raw", "ulaw:8000:2", "--json", out)
    assert done.returncode == 0, done.stderr
    records = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert [r["call_id"] for r in records] == ["stdin", "a"]  # of folders only what is named as raw
    assert all((r["codec"], r["decoded_seconds"]) == ("raw ulaw", 3.0) for r in records)
    without = callqa("inspect", tmp_path / "a.pcm")
    assert without.returncode == 1
    assert "--raw alaw:8000:1" in " ".join(without.stdout.split())


def test_a_pipe_that_is_empty_or_ends_early_is_told(tmp_path: Path) -> None:
    for command in ("score", "inspect"):
        empty = piped(b"", command, "-")
        assert (empty.returncode, "neither a recording nor paths" in empty.stderr) == (2, True)
    raw = piped(b"", "inspect", "-", "--raw", "alaw:8000:1")
    assert (raw.returncode, "nothing came through" in raw.stdout) == (1, True)
    early = piped(MAKERS["pcm16.wav"](5.0)[:50_000], "inspect", "-")
    assert (early.returncode, "breaks off" in early.stdout) == (0, True)


def test_a_list_of_paths_is_still_a_list(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_wav(tmp_path / f"{name}.wav", noise(1))
    done = callqa("inspect", "-", stdin=f"{tmp_path / 'a.wav'}\n{tmp_path / 'b.wav'}\n")
    assert (done.returncode, done.stdout.count("mono")) == (0, 2)
    planned = piped(MAKERS["pcm16.wav"](1.0), "score", tmp_path, "-", "--dry-run", "--offline")
    assert "3 recordings (0 unreadable)" in planned.stdout


def test_what_is_neither_audio_nor_text_is_refused() -> None:
    g722 = RAW_MAKERS["g722:16000:1"](3.0)
    garbage = np.random.default_rng(3).bytes(100_000)
    for content in (g722, garbage, b"RIFF" + garbage, b"a" * 5000, b"a.wav\x1b[31m\n"):
        for language, said in (("en", "neither a recording in a known"), ("zh", "也不是路径列表")):
            done = piped(content, "inspect", "-", "--lang", language)
            assert (done.returncode, said in done.stderr, "--raw" in done.stderr) == (2, True, True)
            assert "Traceback" not in done.stderr


def test_a_list_may_be_in_any_usual_encoding(tmp_path: Path) -> None:
    file = write_wav(tmp_path / "通话 一.wav", noise(1))
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "gb18030"):
        done = piped(f"{file}\r\n".encode(encoding), "inspect", "-")
        assert (done.returncode, "mono" in done.stdout) == (0, True), encoding
    done = piped(bytes(file) + b"\0" + bytes(file), "inspect", "-")
    assert (done.returncode, "mono" in done.stdout) == (0, True)


def test_a_name_that_is_too_long_is_no_file() -> None:
    for command in (("inspect", "-"), ("score", "-", "--dry-run")):
        done = piped(b"b" * 3000 + b".wav\n", *command)
        assert "Traceback" not in done.stderr
        assert "too long" in " ".join(done.stdout.split()) or "1 unreadable" in done.stdout


def test_the_pipe_is_one_recording_in_its_place(tmp_path: Path) -> None:
    write_wav(tmp_path / "stdin.wav", noise(1))
    pipe = Pipe(io.BytesIO())
    found = find_recordings(["-", str(tmp_path), "-"], pipe=pipe)
    assert [r.origin.pipe is pipe for r in found] == [True, False]
    assert found[0].source == "stdin"
    assert len({r.call_id for r in found}) == 2


class Endless:
    """A WAV of open length and some hundred megabytes, made as it is read."""

    def __init__(self, frames: int) -> None:
        self._head = MAKERS["pcm16.wav"](0.0)[:44].replace(b"data\0\0\0\0", b"data\xff\xff\xff\xff")
        self._left = frames * 4
        self._noise = np.random.default_rng(1).integers(-999, 999, 1 << 16, "<i2").tobytes()

    def read(self, size: int = -1) -> bytes:
        if self._head:
            out, self._head = self._head[:size], self._head[size:]
            return out
        out = self._noise[: min(size, self._left)]
        self._left -= len(out)
        return out


def test_memory_does_not_grow_with_what_passes() -> None:
    frames = 30 * 60 * 8000
    source = open_source(Origin((Path("stdin"),), pipe=Pipe(Endless(frames))))  # type: ignore[arg-type]
    tracemalloc.start()
    try:
        assert sum(len(block.samples) for block in source.blocks()) == frames
        assert tracemalloc.get_traced_memory()[1] < 3_000_000
    finally:
        tracemalloc.stop()
    assert source.warning is None


def test_what_has_come_is_handed_on_while_the_pipe_is_open() -> None:
    content = MAKERS["alaw.wav"](60.0)
    reader, writer = os.pipe()
    go_on = threading.Event()

    def write() -> None:
        with open(writer, "wb", buffering=0) as stream:  # noqa: PTH123
            stream.write(content[: len(content) // 2])
            go_on.wait(60)
            stream.write(content[len(content) // 2 :])

    thread = threading.Thread(target=write)
    thread.start()
    try:
        with open(reader, "rb") as stream:  # noqa: PTH123
            blocks = open_source(Origin((Path("stdin"),), pipe=Pipe(stream))).blocks()
            heard = [next(blocks) for _ in range(10)]  # more than these 20 seconds have not come
            go_on.set()
            assert sum(b.seconds for b in [*heard, *blocks]) == pytest.approx(60.0)
    finally:
        go_on.set()
        thread.join()


def interrupted(content: bytes, *arguments: str | Path) -> tuple[int, float]:
    """The exit status of a command whose standard input stays open, and the seconds that an interruption took."""
    with subprocess.Popen(
        [sys.executable, "-m", "callqa", *map(str, arguments)],
        stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env=os.environ | ENGLISH,
    ) as running:  # fmt: skip
        assert running.stdin
        running.stdin.write(content)
        running.stdin.flush()
        time.sleep(4.0)  # until it waits for more
        assert running.poll() is None
        started = time.monotonic()
        running.send_signal(signal.SIGINT)
        try:
            return running.wait(20), time.monotonic() - started
        except subprocess.TimeoutExpired:
            running.kill()
            return running.wait(), 20.0


@pytest.mark.skipif(sys.platform == "win32", reason="has no SIGINT for one process")
def test_an_interruption_ends_the_reading_of_a_pipe() -> None:
    whole = MAKERS["pcm16.wav"](30.0)
    for content in (whole[: len(whole) // 2], whole[:40], b"/no/such/file.wav\n"):
        status, seconds = interrupted(content, "inspect", "-")
        assert (status, seconds < 5.0) == (130, True)


@pytest.mark.model
@pytest.mark.skipif(sys.platform == "win32", reason="has no SIGINT for one process")
def test_an_interruption_ends_a_run_that_reads_a_pipe(settings: Path, tmp_path: Path) -> None:
    whole = MAKERS["pcm16.wav"](30.0)
    command = ("--settings", settings, "score", "-", "--db", tmp_path / "r.db")
    status, seconds = interrupted(whole[: len(whole) // 2], *command)
    assert (status, seconds < 5.0) == (130, True)


@pytest.mark.model
def test_a_pipe_a_raw_file_and_legs_are_scored(golden: Path, models: Path, tmp_path: Path) -> None:
    import soundfile

    settings = tmp_path / "callqa.toml"
    settings.write_text(
        f"[models]\nfolder = {json.dumps(str(models))}\noffline = true\n"
        "[recognition]\nmodel = 'base'\ndevice = 'cpu'\n",
        "utf-8",
    )
    out, db = tmp_path / "r.jsonl", tmp_path / "r.db"
    to = ("--json", out, "--db", db)
    whole = golden / "golden_stereo.wav"
    done = piped(whole.read_bytes(), "--settings", settings, "score", "-", *to)
    assert done.returncode == 0, done.stderr
    result = json.loads(out.read_text("utf-8"))
    assert (result["call_id"], result["source"], result["status"]) == ("stdin", "stdin", "scored")
    again = callqa("--settings", settings, "score", whole, *to)
    assert "1 were scored before" in again.stdout  # the bytes that passed are those of the file
    audio, rate = soundfile.read(whole)
    for leg, channel in (("agent", 0), ("caller", 1)):
        soundfile.write(tmp_path / f"x_{leg}.wav", audio[:, channel], rate)
    legs = callqa("--settings", settings, "score", tmp_path / "x_*.wav", *to)
    assert legs.returncode == 0, legs.stderr
    paired = json.loads(out.read_text("utf-8"))
    assert (paired["call_id"], Path(paired["source"]).name) == ("x", "x_agent.wav")
    both = list(zip(paired["turns"], result["turns"], strict=True))
    assert all(one[key] == other[key] for one, other in both for key in ("start", "end"))
    # Behind 没有了 the recogniser falls back to chance (temperatures), and says something else each time.
    assert sum(one["text"] != other["text"] for one, other in both) <= 1
    soundfile.write(tmp_path / "y.pcm", audio, rate, format="RAW", subtype="PCM_16")
    raw = callqa("--settings", settings, "score", tmp_path / "y.pcm", "--raw", "s16le:8000:2", *to)
    assert raw.returncode == 0, raw.stderr
    assert json.loads(out.read_text("utf-8"))["duration"] == pytest.approx(
        len(audio) / rate, abs=0.01
    )
    assert {call.call_id for call in Store(db, create=False).calls()} == {"golden_stereo", "x", "y"}
