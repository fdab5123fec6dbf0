"""Recordings with both parties in one channel, or leaking into each other, through the command line."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from conftest import DATA
from labelled import LabelledCall, labelled_calls, mixed, tightened

pytestmark = pytest.mark.model
MIXED = ("backchannel", "customer_cuts_in", "quick_turns", "radio", "transfer")
LEAKING = "leaking"


def leaking(call: LabelledCall, folder: Path) -> LabelledCall:
    """The call with each side in the other's channel, 20 dB down and 8 ms late."""
    audio, rate = soundfile.read(call.path, dtype="float32")
    late = round(0.008 * rate)
    leak = np.pad(audio[:-late, ::-1], ((late, 0), (0, 0))) * 0.1
    path = folder / f"{LEAKING}.wav"
    soundfile.write(path, np.clip(audio + leak, -1, 1), rate, subtype="ALAW")
    return LabelledCall(path, call.label)


@pytest.fixture(scope="module")
def calls(tmp_path_factory: pytest.TempPathFactory) -> dict[str, LabelledCall]:
    folder = tmp_path_factory.mktemp("one channel")
    further = {call.path.stem: call for call in labelled_calls(DATA / "further")}
    made = {name: mixed(further[name], folder) for name in MIXED}
    close = mixed(further["customer_words"], folder)
    made["customer_words"] = tightened(close, 0.05)
    golden = next(c for c in labelled_calls(DATA) if c.path.stem == "golden_stereo")
    made[LEAKING] = leaking(golden, folder)
    return made


@pytest.fixture(scope="module")
def results(
    calls: dict[str, LabelledCall], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, dict[str, Any]]:
    out = tmp_path_factory.mktemp("results")
    (folder,) = {call.path.parent for call in calls.values()}
    command = [
        sys.executable, "-m", "callqa", "score", folder, "--json", out / "r.jsonl", "--db", out / "r.db",
        "--model", "base",
    ]  # fmt: skip
    subprocess.run(list(map(str, command)), check=True, capture_output=True, timeout=600)
    lines = (out / "r.jsonl").read_text("utf-8").splitlines()
    return {result["call_id"]: result for result in map(json.loads, lines)}


NAMES = [*MIXED, "customer_words", LEAKING]


def seconds(turns: list[dict[str, Any]], others: list[dict[str, Any]], speaker: str) -> float:
    """How long a speaker's turns are covered by the same speaker's."""
    return sum(
        max(0.0, min(t["end"], o["end"]) - max(t["start"], o["start"]))
        for t in turns
        for o in others
        if t["speaker"] == o["speaker"] == speaker
    )


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("role", ["agent", "customer"])
def test_each_side_is_heard_and_nobody_else(
    results: dict[str, Any], calls: dict[str, LabelledCall], name: str, role: str
) -> None:
    said, heard = calls[name].label["turns"], results[name]["turns"]
    shared = seconds(said, heard, role)
    spoken = sum(t["end"] - t["start"] for t in said if t["speaker"] == role)
    told = sum(t["end"] - t["start"] for t in heard if t["speaker"] == role)
    assert shared >= 0.8 * spoken
    assert shared >= 0.8 * told
    assert results[name]["role_confidence"] >= 0.7


@pytest.mark.parametrize("name", NAMES)
def test_talking_over_the_customer_is_heard_in_one_channel_too(
    results: dict[str, Any], calls: dict[str, LabelledCall], name: str
) -> None:
    got = {item["id"]: item["verdict"] for item in results[name]["items"]}["no_interruption"]
    assert got == ("pass" if calls[name].label["truth"]["no_interruption"] else "fail")


def test_overlap_is_measured_in_one_channel(results: dict[str, Any]) -> None:
    assert results["customer_cuts_in"]["metrics"]["overlap_seconds"] == pytest.approx(3.1, abs=0.8)
    assert results["radio"]["metrics"]["interruptions"] == 1
    assert results["transfer"]["metrics"]["overlap_seconds"] == pytest.approx(0.0, abs=0.3)


def test_the_second_agent_of_a_transfer_is_the_agents_side(results: dict[str, Any]) -> None:
    heard = [t for t in results["transfer"]["turns"] if 52 < (t["start"] + t["end"]) / 2 < 56]
    assert {t["speaker"] for t in heard} == {"agent"}


def test_nothing_is_said_twice_where_channels_leak(results: dict[str, Any]) -> None:
    golden = next(c for c in labelled_calls(DATA) if c.path.stem == "golden_stereo")
    said = len(golden.text)
    assert sum(len(t["text"]) for t in results[LEAKING]["turns"]) < 1.2 * said
