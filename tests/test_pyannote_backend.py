"""The diarizer `pyannote`: what needs no torch, and the real thing in an environment of its own (`make pyannote`)."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from huggingface_hub import constants
from hypothesis import given
from hypothesis import strategies as st
from registry import HUB, Quiet, hub_handler, serving

from callqa.audio import pyannote_pipeline
from callqa.audio.block import RATE, Samples
from callqa.audio.pyannote_backend import Extent, PyannoteDiarizer
from callqa.audio.regions import SpeechRegion
from callqa.audio.spans import Span, clipped, fitted, with_owners
from callqa.audio.turns import Turn
from callqa.errors import ModelError, UsageError
from callqa.models.catalogue import PYANNOTE_TORCH
from callqa.models.pretrained import pipeline_folder
from callqa.models.store import ModelStore
from callqa.qa.session import Session
from callqa.settings import ModelFiles, Settings, load_settings

REAL = Path(__file__).with_name("pyannote_real.py")


def in_order(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Pauses and lengths as starts and ends."""
    ends = list(accumulate(sum(pair) for pair in pairs))
    return [(end - length, end) for end, (_, length) in zip(ends, pairs, strict=True)]


BOUNDS = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 20)), min_size=1, max_size=6)
SPANS = st.lists(st.tuples(st.integers(0, 200), st.integers(1, 40), st.integers(0, 2)), max_size=8)


def test_turns_are_cut_at_the_regions() -> None:
    assert clipped([(0, 10, 1), (4, 6, 2)], [(1, 5), (7, 8)]) == [(1, 5, 1), (4, 5, 2), (7, 8, 1)]


def test_a_gap_in_a_region_is_halved_and_an_empty_region_goes_to_who_is_nearest() -> None:
    spans = [(1.0, 2.0, 1), (4.0, 5.0, 2)]
    assert with_owners(spans, [(0, 6), (7, 8)]) == [(0, 3, 1), (3, 6, 2), (7, 8, 2)]
    assert with_owners([], [(0, 6)]) == [(0, 6, 0)]


def test_one_speaker_without_a_pause_is_one_turn_per_region() -> None:
    spans = [(0.0, 1.0, 4), (1.2, 2.0, 4)]
    assert with_owners(spans, [(0, 2), (2, 3)]) == [(0, 2, 4), (2, 3, 4)]


@given(starts=SPANS, regions=BOUNDS.map(in_order))
def test_the_floor_fills_the_regions_and_lies_in_the_turns(
    starts: list[tuple[int, int, int]], regions: list[tuple[int, int]]
) -> None:
    spans = [(float(start), float(start + length), who) for start, length, who in starts]
    found = fitted(spans, [], regions)
    owned = sum(turn.end - turn.start for turn in found.floor)
    assert owned == pytest.approx(sum(end - start for start, end in regions))
    assert all(a.end <= b.start for a, b in pairwise(found.floor))
    for turn in found.floor:
        assert any(first <= turn.start < turn.end <= last for first, last in regions)
        around = [t for t in found.turns if t.start <= turn.start and turn.end <= t.end]
        assert turn.speaker in [t.speaker for t in around]
    if found.floor:
        assert found.floor[0].speaker == 0


def region(start: float, end: float, value: float = 0.5) -> SpeechRegion:
    first, last = round(start * RATE), round(end * RATE)
    return SpeechRegion(
        0, first, last, first - 1600, np.full(last - first + 3200, value, np.float32)
    )


def test_the_pipeline_hears_what_counts_and_silence_elsewhere() -> None:
    heard: list[tuple[Samples, list[Extent]]] = []

    def pipeline(audio: Samples, extents: Sequence[Extent]) -> tuple[list[Span], list[Span]]:
        heard.append((audio, list(extents)))
        return [(1.0, 2.0, 7), (1.5, 4.0, 3)], [(1.0, 1.6, 7), (1.6, 4.0, 3)]

    recording = PyannoteDiarizer(pipeline, "scripted").open()
    recording.push(region(1, 2))
    recording.push(region(3, 4, -0.25))
    recording.push(region(8, 9), counts=False)
    found = recording.finish()
    (audio, extents), *others = heard
    assert others == []
    assert extents == [(14_400, 33_600), (46_400, 65_600)]
    assert len(audio) == 65_600
    np.testing.assert_allclose(audio[[20_000, 50_000]], [0.5, -0.25], atol=1e-4)
    assert not audio[:14_400].any()
    assert not audio[33_600:46_400].any()
    assert found.floor == (Turn(0, 1, 1.6), Turn(1, 1.6, 2), Turn(1, 3, 4), Turn(1, 8, 9))
    assert found.turns == (Turn(0, 1, 2), Turn(1, 1.5, 2), Turn(1, 3, 4), Turn(1, 8, 9))


def test_a_recording_without_speech_has_no_turns() -> None:
    def never(_audio: Samples, _extents: Sequence[Extent]) -> tuple[list[Span], list[Span]]:
        raise AssertionError

    recording = PyannoteDiarizer(never, "scripted").open()
    assert recording.finish().turns == ()
    recording = PyannoteDiarizer(never, "scripted").open()
    recording.push(region(1, 2), counts=False)
    assert recording.finish().floor == (Turn(0, 1, 2),)


def test_a_folder_of_the_settings_is_found_from_their_file(tmp_path: Path) -> None:
    (tmp_path / "pipeline").mkdir()
    file = tmp_path / "callqa.toml"
    text = '[recognition]\ndiarizer = "pyannote"\npyannote_pipeline = '
    file.write_text(text + '"pipeline"\n', "utf-8")
    assert load_settings(file).recognition.pyannote_pipeline == str(tmp_path / "pipeline")
    file.write_text(text + '"owner/name"\n', "utf-8")
    assert load_settings(file).recognition.pyannote_pipeline == "owner/name"
    assert Settings().recognition.pyannote_pipeline == ""


@pytest.mark.parametrize(("language", "said"), [("en", "not installed"), ("zh", "尚未安装")])
def test_what_is_not_installed_is_said_at_once_with_both_commands(
    language: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CALLQA_LANG", language)
    monkeypatch.setattr(pyannote_pipeline, "installed", lambda: False)
    settings = Settings().with_options("recognition", diarizer="pyannote", device="cpu")
    with pytest.raises(UsageError, match=said) as caught:
        Session(settings).batch(None)
    line = str(caught.value)
    assert line.index('pip install "torch==2.14.1"') < line.index('pip install "callqa[pyannote]"')


def test_another_diarizer_recognises_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pyannote_pipeline, "installed", lambda: True)
    base = Settings().with_options("recognition", device="cpu")
    pyannote = base.with_options("recognition", diarizer="pyannote")
    named = pyannote.with_options("recognition", pyannote_pipeline="owner/name")
    batches = [Session(settings).batch(None) for settings in (base, pyannote, named)]
    assert len({batch.analysis_key for batch in batches}) == 3
    assert batches[1].planned.diarizer.startswith("channels; mono: pyannote (segmentation")
    assert batches[2].planned.diarizer == "channels; mono: pyannote (owner/name)"


@pytest.fixture
def _own_hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "127.0.0.1")
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))


def closed_port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return f"http://127.0.0.1:{server.getsockname()[1]}"


@pytest.mark.usefixtures("_own_hub")
def test_a_hub_that_does_not_answer_is_given_up_soon() -> None:
    started = time.monotonic()
    with pytest.raises(ModelError, match=r"did not answer.*--pyannote-pipeline"):
        pipeline_folder("owner/name", ModelFiles(hub=closed_port()))
    assert time.monotonic() - started < 6
    with pytest.raises(ModelError, match="offline"):
        pipeline_folder("owner/name", ModelFiles(offline=True))


class Gated(Quiet):
    """A hub whose only repository asks for permission."""

    def reply(self, status: int, content: bytes, headers: Mapping[str, str]) -> None:
        if self.path == "/":
            super().reply(200, b"", {})
        else:
            super().reply(401, b"", {"X-Error-Code": "GatedRepo"})


@pytest.mark.usefixtures("_own_hub")
def test_a_gated_repository_says_what_to_do() -> None:
    with serving(Gated) as hub, pytest.raises(ModelError, match=r"conditions.*HF_TOKEN"):
        pipeline_folder("owner/name", ModelFiles(hub=hub))


@pytest.mark.usefixtures("_own_hub")
def test_a_hub_gives_a_folder_that_serves_without_it_later() -> None:
    with serving(hub_handler({"config.yaml": b"pipeline: {}\n"})) as hub:
        folder = pipeline_folder(HUB.repo, ModelFiles(hub=hub))
    assert (folder / "config.yaml").read_bytes() == b"pipeline: {}\n"
    assert pipeline_folder(HUB.repo, ModelFiles(offline=True)) == folder


def test_a_folder_is_taken_as_it_is_if_it_is_a_pipeline(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"no config\.yaml"):
        pipeline_folder(str(tmp_path), ModelFiles())
    (tmp_path / "config.yaml").touch()
    assert pipeline_folder(str(tmp_path), ModelFiles(offline=True)) == tmp_path
    with pytest.raises(UsageError, match="no such pipeline folder"):
        pipeline_folder(str(tmp_path / "gone"), ModelFiles())


@pytest.mark.parametrize(
    "content",
    [
        "pipeline:\n  name: pyannote.audio.pipelines.pyannoteai.sdk.SDK\n  params: {token: x}\n",
        "",
        "a: [",
        "pipeline: x",
    ],
)
def test_a_pipeline_that_sends_audio_away_and_what_is_none_are_refused(
    content: str, tmp_path: Path
) -> None:
    (tmp_path / "config.yaml").write_text(content, "utf-8")
    with pytest.raises(ModelError, match=r"on this machine|cannot be loaded"):
        pyannote_pipeline.named_pipeline(tmp_path, "cpu")


@pytest.fixture(scope="module")
def python() -> str:
    """The interpreter that has pyannote.audio and callqa."""
    path = os.environ.get("CALLQA_PYANNOTE_PYTHON")
    if not path:
        pytest.skip("pyannote.audio is tested where CALLQA_PYANNOTE_PYTHON names it: make pyannote")
    return path


@pytest.fixture(scope="module")
def weights(python: str, models: Path) -> Path:
    folder = models / PYANNOTE_TORCH.name
    if not folder.is_dir():
        pytest.skip(f"run: callqa models pull {PYANNOTE_TORCH.name}")
    return ModelStore(ModelFiles(folder=models, offline=True)).path(PYANNOTE_TORCH)


def real(python: str, *arguments: str | Path) -> dict[str, Any]:
    done = subprocess.run(
        [python, str(REAL), *map(str, arguments)], capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])  # type: ignore[no-any-return]


def score(python: str, *arguments: str | Path, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [python, "-m", "callqa", *map(str, arguments)], capture_output=True, encoding="utf-8",
        env=os.environ | {"COLUMNS": "120"} | env, timeout=300, check=False,
    )  # fmt: skip


@pytest.mark.model
def test_nothing_is_sent_to_anybody(python: str, weights: Path) -> None:
    assert real(python, "quiet", weights) == {"metrics": False, "tried": []}


@pytest.mark.model
def test_a_checkpoint_that_would_run_something_is_refused(
    python: str, weights: Path, tmp_path: Path
) -> None:
    found = real(python, "malice", weights, tmp_path)
    assert found.pop("harmed") is False
    assert len(found) == 2
    assert all("cannot be loaded" in said for said in found.values())


@pytest.mark.model
def test_pyannotes_own_sample_is_told_apart(python: str, weights: Path) -> None:
    found = real(python, "sample", weights)
    assert found["der"] < 0.12  # measured: 0.074
    assert (found["overlaps"], found["speakers"]) == (0, 2)


@pytest.mark.model
def test_recordings_of_next_to_nothing(python: str, weights: Path) -> None:
    assert real(python, "short", weights)["owned"] == pytest.approx([0.2, 0.5, 1.0, 2.5])


@pytest.mark.model
def test_calls_are_scored_with_it(
    python: str, weights: Path, settings: Path, golden: Path, tmp_path: Path
) -> None:
    """The golden mono recording, and a stereo call mixed down: each labelled turn is heard from its speaker."""
    calls = tmp_path / "calls"
    calls.mkdir()
    stereo, rate = soundfile.read(golden / "further" / "hold_update.mp3")
    soundfile.write(calls / "mixed.wav", stereo.mean(axis=1), rate)
    soundfile.write(calls / "golden.wav", *soundfile.read(golden / "golden_mono.wav"))
    out, db = tmp_path / "r.jsonl", tmp_path / "r.db"
    done = score(
        python, "--settings", settings, "score", calls, "--diarizer", "pyannote", "--json", out, "--db", db
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    results = {r["call_id"]: r for r in map(json.loads, out.read_text("utf-8").splitlines())}
    labels = {"golden": "labels/golden_mono.json", "mixed": "further/labels/hold_update.json"}
    for call, file in labels.items():
        result = results[call]
        assert result["status"] == "scored"
        assert result["models"]["diarizer"].startswith("channels; mono: pyannote (segmentation")
        wanted = [
            t
            for t in json.loads((golden / file).read_text("utf-8"))["turns"]
            if t["speaker"] != "system"
        ]
        right = 0
        for turn in wanted:
            middle = (turn["start"] + turn["end"]) / 2
            heard = [t["speaker"] for t in result["turns"] if t["start"] <= middle <= t["end"]]
            right += turn["speaker"] in heard
        assert right >= 0.9 * len(wanted), call


@pytest.mark.model
def test_a_pipeline_from_a_folder_runs_without_network(
    python: str, weights: Path, settings: Path, golden: Path, tmp_path: Path
) -> None:
    clone = tmp_path / "clone"
    real(python, "clone", weights, clone)
    out = tmp_path / "r.jsonl"
    done = score(
        python, "--settings", settings, "score", golden / "golden_mono.wav", "--diarizer", "pyannote",
        "--pyannote-pipeline", clone, "--offline", "--json", out, "--db", tmp_path / "r.db",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    result = json.loads(out.read_text("utf-8"))
    assert result["models"]["diarizer"] == f"channels; mono: pyannote ({clone})"
    assert result["turns"]


@pytest.mark.model
def test_an_unreachable_hub_ends_the_command_soon_and_clearly(
    python: str, models: Path, golden: Path, tmp_path: Path
) -> None:
    file = tmp_path / "callqa.toml"
    file.write_text(
        f"[models]\nfolder = {json.dumps(str(models))}\nhub = '{closed_port()}'\n[recognition]\nmodel = 'base'\n"
    )
    started = time.monotonic()
    done = score(
        python, "--settings", file, "score", golden / "golden_mono.wav", "--diarizer", "pyannote",
        "--pyannote-pipeline", "owner/name", "--db", tmp_path / "r.db",
        HF_HOME=str(tmp_path / "hf"), NO_PROXY="127.0.0.1",
    )  # fmt: skip
    assert done.returncode == 1
    assert "did not answer" in done.stderr
    assert "Traceback" not in done.stderr
    assert time.monotonic() - started < 30
