"""Real recordings with real models: what comes out stays what a listener hears."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import DATA
from rapidfuzz.distance import Levenshtein

from callqa.qa.recordings import find_recordings
from callqa.qa.result import to_json
from callqa.qa.session import Session
from callqa.scoring.pinyin import syllables
from callqa.settings import Settings

pytestmark = pytest.mark.model
VERDICTS = {True: "pass", False: "fail", None: "na"}


@pytest.fixture(scope="module")
def results(default_settings: Settings) -> dict[str, dict[str, object]]:
    """The golden recordings scored once, by name; no names or roles are given."""
    batch = Session(default_settings).batch(None)
    return {r.call_id: to_json(r) for r in batch.run(find_recordings([str(DATA / "golden_*.wav")]))}


def label(golden: Path, call: str) -> dict[str, object]:
    return json.loads((golden / "labels" / f"{call}.json").read_text("utf-8"))  # type: ignore[no-any-return]


CALLS = ["golden_stereo", "golden_mono"]


@pytest.mark.parametrize("call", CALLS)
def test_verdicts_agree_with_the_listener(results: dict, golden: Path, call: str) -> None:
    got = {item["id"]: item["verdict"] for item in results[call]["items"]}
    truth = label(golden, call)["truth"]
    wanted = {item: VERDICTS[value] for item, value in truth.items() if item != "hold_seconds"}
    differing = {item: (want, got[item]) for item, want in wanted.items() if got[item] != want}
    assert differing == {}


@pytest.mark.parametrize("call", CALLS)
def test_texts_are_what_is_said(results: dict, golden: Path, call: str) -> None:
    heard = [s.char for s in syllables("".join(t["text"] for t in results[call]["turns"]))]
    said = [s.char for s in syllables("".join(t["text"] for t in label(golden, call)["turns"]))]
    assert Levenshtein.distance(heard, said) <= 0.2 * len(said)


@pytest.mark.parametrize("call", CALLS)
def test_speakers_and_times_are_right(results: dict, golden: Path, call: str) -> None:
    for turn in label(golden, call)["turns"]:
        middle = (turn["start"] + turn["end"]) / 2
        heard = [t for t in results[call]["turns"] if t["start"] <= middle <= t["end"]]
        assert turn["speaker"] in [t["speaker"] for t in heard], turn["text"]


def test_rings_are_counted_and_absent_ones_are_null(results: dict) -> None:
    assert results["golden_stereo"]["rings"]["count"] == 1
    assert results["golden_mono"]["rings"] is None


def test_the_result_says_what_made_it(results: dict) -> None:
    assert results["golden_stereo"]["models"] == {
        "asr": "base",
        "vad": "cascade",
        "diarizer": "channels; mono: wespeaker-resnet34, pyannote-segmentation-3.0",
        "device": "cpu",
        "compute_type": "int8",
    }
