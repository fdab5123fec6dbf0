"""What `callqa inspect` says of recordings."""

from __future__ import annotations

import json
import tracemalloc
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from test_cli import callqa

from callqa.audio.block import Block
from callqa.audio.gauge import ChannelFigures, Figures, Gauge
from callqa.qa.inspect import Inspection, inspect, layout_words, to_json
from callqa.qa.recordings import find_recordings
from helpers import noise, silence, tone, write_wav


def measured(*channels: np.ndarray, rate: int = 8000, step: int = 16_000) -> Figures:
    samples = np.stack(channels, axis=1).astype(np.float32)
    gauge = Gauge(len(channels))
    for at in range(0, len(samples), step):
        gauge.push(Block(at, rate, samples[at : at + step]))
    return gauge.figures()


def one(*channels: np.ndarray) -> ChannelFigures:
    return measured(*channels).channels[0]


def test_levels_of_a_tone() -> None:
    figures = one(tone(440, 10, level=0.1))
    assert figures.level == pytest.approx(-23.0, abs=0.05)
    assert figures.active == pytest.approx(-23.0, abs=0.1)
    assert figures.peak == pytest.approx(-20.0, abs=0.05)
    assert (figures.clipped, figures.silent) == (0.0, 0.0)
    assert figures.offset == pytest.approx(0.0, abs=1e-5)


def test_the_active_level_is_that_of_the_speech() -> None:
    half = np.concatenate([tone(440, 5, level=0.1), noise(15, level=0.001)])
    figures = one(half)
    assert figures.level == pytest.approx(-29.0, abs=0.1)
    assert figures.active == pytest.approx(-23.0, abs=0.2)
    assert figures.noise == pytest.approx(-60.0, abs=1.0)


def test_digital_silence_is_no_noise() -> None:
    figures = one(np.concatenate([silence(5), np.full(40_000, 8 / 32_768), noise(10, level=0.01)]))
    assert figures.silent == pytest.approx(0.5, abs=0.01)
    assert figures.noise == pytest.approx(-40.0, abs=1.0)
    nothing = one(silence(5))
    assert (nothing.silent, nothing.level, nothing.active, nothing.noise) == (1.0, None, None, None)


@pytest.mark.parametrize("ceiling", [1.0, 32_256 / 32_768])
def test_clipping_is_seen_at_full_scale_and_at_that_of_g711(ceiling: float) -> None:
    clipped = np.clip(tone(440, 5, level=3.0), -ceiling, ceiling)
    assert one(clipped).clipped == pytest.approx(0.73, abs=0.08)
    assert one(tone(440, 5, level=0.9)).clipped == 0.0


def test_an_offset_is_no_level_of_speech() -> None:
    figures = one(tone(440, 5, level=0.1) + 0.05)
    assert figures.offset == pytest.approx(0.05, abs=1e-4)
    assert figures.active == pytest.approx(-23.0, abs=0.1)


def test_correlation() -> None:
    left, right = noise(5, seed=1), noise(5, seed=2)
    for other, wanted in ((left, 1.0), (-left, -1.0), (right, 0.0), (0.5 * left + 0.1, 1.0)):
        assert measured(left, other).correlation == pytest.approx(wanted, abs=0.02)
    assert measured(left).correlation is None
    assert measured(left, silence(5)).correlation is None


def test_figures_do_not_depend_on_the_blocks() -> None:
    audio = noise(7.3, level=0.1), tone(440, 7.3)
    whole = measured(*audio, step=100_000)
    for step in (800, 16_000):
        parts = measured(*audio, step=step)
        for a, b in zip(parts.channels, whole.channels, strict=True):
            for name, value in vars(a).items():
                assert value == pytest.approx(getattr(b, name), abs=0.01)
        assert parts.correlation == pytest.approx(whole.correlation)


def test_no_audio_has_no_figures() -> None:
    figures = Gauge(2).figures()
    assert (figures.frames, figures.correlation) == (0, None)
    assert figures.channels[0].level is None


def found(*paths: Path) -> list[Inspection]:
    return list(inspect(find_recordings([str(path) for path in paths])))


def test_what_is_said_of_channels(tmp_path: Path) -> None:
    left, right = noise(5, level=0.1, seed=1), noise(5, level=0.1, seed=2)
    write_wav(tmp_path / "a.wav", left)
    write_wav(tmp_path / "b.wav", left, right)
    write_wav(tmp_path / "c.wav", left, left)
    write_wav(tmp_path / "d.wav", silence(5), right)
    write_wav(tmp_path / "e.wav", silence(5), silence(5))
    write_wav(tmp_path / "f.wav", left, right, left)
    write_wav(tmp_path / "g.wav", silence(0))
    write_wav(tmp_path / "h-in.wav", left)
    write_wav(tmp_path / "h-out.wav", right[:-20_000])
    inspections = found(tmp_path)
    assert [layout_words(i).en for i in inspections] == [
        "mono",
        "stereo, a party on each channel",
        "stereo with equal channels, heard as mono",
        "stereo, channel 1 is dead",
        "stereo, both channels silent",
        "more than two channels, 2 of them different",
        "no audio",
        "two legs, a party in each file",
    ]
    assert all(layout_words(i).zh != layout_words(i).en for i in inspections)
    legs = to_json(inspections[-1])
    assert [Path(leg).name for leg in legs["legs"]] == ["h-in.wav", "h-out.wav"]
    assert legs["offsets"] == [0.0, 0.0]
    assert "shorter" in legs["warning"]


def test_one_that_cannot_be_read_costs_the_others_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(b"")
    whole = write_wav(tmp_path / "b.wav", noise(10)).read_bytes()
    (tmp_path / "b.wav").write_bytes(whole[:80_044])
    empty, cut = found(tmp_path)
    assert "0 bytes" in str(empty.error)
    assert replace(empty, error=None) == Inspection(empty.call_id, empty.source)
    assert (cut.error, cut.decoded, cut.rate, cut.codec) == (None, 5.0, 8000, "WAV PCM_16")
    assert "breaks off" in str(cut.warning)


def test_memory_does_not_grow_with_the_recording(tmp_path: Path) -> None:
    write_wav(tmp_path / "long.wav", noise(900))
    found(tmp_path)  # what is imported on first use stays
    tracemalloc.start()
    try:
        found(tmp_path)
        assert tracemalloc.get_traced_memory()[1] < 3_000_000
    finally:
        tracemalloc.stop()


def test_the_command(tmp_path: Path) -> None:
    write_wav(tmp_path / "通话.wav", noise(5, level=0.1), noise(5, level=0.1))
    (tmp_path / "z.wav").write_text("no audio")
    out = tmp_path / "i.jsonl"
    done = callqa("inspect", tmp_path, "--json", out)
    assert done.returncode == 1
    assert "stereo with equal channels" in done.stdout
    assert "z.wav: not a recording" in done.stdout.replace("\n", " ").replace("  ", " ")
    second, first = map(json.loads, out.read_text("utf-8").splitlines())
    assert (first["call_id"], first["layout"], first["heard"]) == ("通话", "equal", [1])
    assert (first["stated_seconds"], first["decoded_seconds"]) == (5.0, 5.0)
    assert [round(c["level_dbfs"]) for c in first["channels"]] == [-20, -20]
    assert (second["codec"], second["channels"]) == (None, [])
    chinese = callqa("inspect", tmp_path / "通话.wav", "--lang", "zh")
    assert chinese.returncode == 0
    assert "按单声道处理" in chinese.stdout
    assert "底噪" in chinese.stdout


def test_the_command_refuses_what_is_wrong(tmp_path: Path) -> None:
    call = write_wav(tmp_path / "a.wav", noise(1))
    before = call.read_bytes()
    for arguments, said in (
        ([call, "--json", call], "overwrite"),
        ([call, "--raw", "mp3:8000:1"], "alaw:8000:1"),
        ([tmp_path / "*.mp3"], "no recording matches"),
    ):
        done = callqa("inspect", *arguments)
        assert (done.returncode, said in done.stderr) == (2, True)
    assert call.read_bytes() == before


def test_what_is_shown_is_not_filled_up_with_spaces(tmp_path: Path) -> None:
    for leg, offset in (("in", 0.0), ("out", -3.0)):
        write_wav(tmp_path / f"x-{leg}.wav", noise(5))
        (tmp_path / f"x-{leg}.meta.json").write_text(json.dumps({"offset": offset}))
    done = callqa("inspect", tmp_path)
    assert all(line == line.rstrip() for line in done.stdout.splitlines()[:3])
    assert "-3.000 s" in done.stdout
    assert "+-" not in done.stdout


def test_equal_legs_are_called_equal(tmp_path: Path) -> None:
    for leg in ("in", "out"):
        write_wav(tmp_path / f"x-{leg}.wav", noise(5))
    (only,) = found(tmp_path)
    assert layout_words(only).en == "two legs with equal audio, heard as mono"


def test_results_do_not_go_to_standard_output(tmp_path: Path) -> None:
    call = write_wav(tmp_path / "a.wav", noise(1))
    done = callqa("inspect", call, "--json", "-")
    assert (done.returncode, "not to standard output" in done.stderr) == (2, True)
