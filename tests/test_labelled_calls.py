"""The labelled calls that lie beside the project where it is developed: nothing but the audio, under other names."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from labelled import labelled_calls, mixed

from callqa.qa.recordings import find_recordings
from callqa.qa.result import to_json
from callqa.qa.session import Session
from callqa.settings import Settings

SHARED = Path(__file__).parents[2] / "shared"

pytestmark = [
    pytest.mark.model,
    pytest.mark.skipif(
        not (SHARED / "calls" / "labels").is_dir(),
        reason="the labelled calls are not beside the project",
    ),
]


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory, default_settings: Settings) -> Path:
    """The calls scored once."""
    return scored(sorted((SHARED / "calls").glob("*.wav")), tmp_path_factory, default_settings)


def scored(
    recordings: list[Path], tmp_path_factory: pytest.TempPathFactory, default_settings: Settings
) -> Path:
    """Results of recordings under other names; their own are put back afterwards."""
    folder = tmp_path_factory.mktemp("renamed")
    random.Random(3).shuffle(recordings)
    names = {}
    for number, recording in enumerate(recordings):
        names[f"rec{number:03d}"] = recording.stem
        shutil.copy(recording, folder / f"rec{number:03d}.wav")
    out = tmp_path_factory.mktemp("results") / "r.jsonl"
    with out.open("w", encoding="utf-8") as lines:
        for result in Session(default_settings).batch(None).run(find_recordings([str(folder)])):
            raw = to_json(result) | {"call_id": names[result.call_id]}
            lines.write(json.dumps(raw, ensure_ascii=False) + "\n")
    return out


def evaluate(results: Path, *options: str) -> dict[str, float]:
    figures = results.with_suffix(".json")
    command = [
        sys.executable, SHARED / "eval" / "evaluate.py", SHARED / "calls" / "labels", results,
        "--json", figures, *options,
    ]  # fmt: skip
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=True)
    print(done.stdout)
    return json.loads(figures.read_text())  # type: ignore[no-any-return]


def test_all_calls(results: Path) -> None:
    figures = evaluate(results)
    assert figures["scored"] == figures["calls"] == 20
    assert figures["agreement"] >= 0.90
    assert figures["role_error"] <= 0.10
    assert figures["swapped"] == figures["unknown"] == 0
    assert figures["hold_recall"] >= 0.97
    assert figures["hold_precision"] >= 0.94
    assert figures["answered_in_time"] == 1.0


def test_stereo_calls(results: Path) -> None:
    figures = evaluate(results, "--layout", "stereo")
    assert figures["cer"] <= 0.15
    assert figures["role_error"] <= 0.05
    assert figures["swapped"] == figures["unknown"] == 0


def test_mono_calls(results: Path) -> None:
    figures = evaluate(results, "--layout", "mono")
    assert figures["role_error"] <= 0.10
    assert figures["swapped"] == 0
    assert figures["unknown"] <= 1


def test_interruptions(results: Path) -> None:
    assert evaluate(results)["no_interruption"] >= 0.95


def test_stereo_calls_mixed_down(
    tmp_path_factory: pytest.TempPathFactory, default_settings: Settings
) -> None:
    folder = tmp_path_factory.mktemp("mixed")
    made = [
        mixed(call, folder).path
        for call in labelled_calls(SHARED / "calls")
        if call.label["layout"] != "mono"
    ]
    figures = evaluate(scored(made, tmp_path_factory, default_settings), "--layout", "stereo")
    assert figures["role_error"] <= 0.12
    assert figures["swapped"] + figures["unknown"] <= 1
    assert figures["no_interruption"] >= 0.95
