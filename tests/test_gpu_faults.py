"""Twenty real calls on a GPU that fails in every way it can: all are scored, with the texts of the CPU.

The GPU is the CPU under another name; what fails is what would fail: the child process of the trial, and the calls
into CTranslate2.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import ctranslate2
import pytest
from conftest import DATA
from registry import serving, status_handler

from callqa.models.device import CPU, Device
from callqa.observe import Event, Notice
from callqa.qa import toolkit
from callqa.qa.recordings import find_recordings
from callqa.qa.result import to_json
from callqa.qa.session import Session
from callqa.settings import Settings
from callqa.transcribe import faster_whisper
from callqa.transcribe.faster_whisper import FasterWhisperEngine

pytestmark = pytest.mark.model
Fault = Callable[[int, int], bool]  # the number of a batch and its size: does it fail?


@dataclass(frozen=True)
class Run:
    """What came of the calls: texts by name, devices named in the results, notices."""

    texts: dict[str, list[str]]
    devices: set[str]
    notices: list[str]


@pytest.fixture(scope="module")
def calls(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("calls")
    for number in range(20):
        name = ("golden_mono", "golden_stereo")[number % 2]
        shutil.copy(DATA / f"{name}.wav", folder / f"{number:02d}.wav")
    return folder


def run(settings: Settings, calls: Path) -> Run:
    heard: list[Event] = []
    session = Session(settings)
    session.observer = heard.append
    results = [to_json(r) for r in session.batch(None).run(find_recordings([str(calls)]))]
    assert {r["status"] for r in results} == {"scored"}
    return Run(
        {str(r["call_id"]): [t["text"] for t in r["turns"]] for r in results},
        {str(r["models"]["device"]) for r in results},
        [event.text for event in heard if isinstance(event, Notice)],
    )


@pytest.fixture(scope="module")
def on_cpu(default_settings: Settings, calls: Path) -> Run:
    done = run(default_settings, calls)
    assert len(done.texts) == 20
    assert all(any(texts) for texts in done.texts.values())
    assert done.devices == {"cpu"}
    return done


@pytest.fixture
def auto(default_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings that look for a GPU, and find one."""
    monkeypatch.setattr(ctranslate2, "get_cuda_device_count", lambda: 1)
    return default_settings.with_options("recognition", device="auto")


def a_gpu(monkeypatch: pytest.MonkeyPatch, message: str, fault: Fault) -> list[int]:
    """A GPU on which decoding raises `message`; returns the sizes of the batches that it decoded."""
    sizes: list[int] = []

    class Failing:
        def __init__(self, model: Any) -> None:
            self._model = model

        def __getattr__(self, name: str) -> Any:
            return getattr(self._model, name)

        def generate(self, features: Any, *arguments: Any, **options: Any) -> Any:
            size = features.shape[0]
            sizes.append(size)
            if fault(len(sizes), size):
                raise RuntimeError(message)
            return self._model.generate(features, *arguments, **options)

    class Gpu(FasterWhisperEngine):
        def __init__(self, folder: Path, name: str, device: Device, workers: int) -> None:
            super().__init__(folder, name, CPU, workers)
            if device.kind == "cuda":
                self.capabilities = replace(
                    self.capabilities, device=str(device), compute_type=device.compute_type
                )
                self._whisper.model = Failing(self._whisper.model)

    monkeypatch.setattr(toolkit, "confirmed", lambda device, _folder, _wanted: device)
    monkeypatch.setattr(faster_whisper, "FasterWhisperEngine", Gpu)
    return sizes


@pytest.mark.skipif(os.name == "nt", reason="the aborting program is a shell script")
def test_a_trial_that_aborts_leaves_the_cpu(
    auto: Settings, on_cpu: Run, calls: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    python = tmp_path / "python"
    python.write_text(
        "#!/bin/sh\necho 'libcublas.so.12 is not found' >&2\nkill -ABRT $$\n", "utf-8"
    )
    python.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(python))
    done = run(auto, calls)
    assert done.texts == on_cpu.texts
    assert done.devices == {"cpu"}
    assert [n for n in done.notices if "libcublas.so.12 is not found" in n] == done.notices
    assert len(done.notices) == 1


def test_short_memory_halves_the_batches_and_loses_nothing(
    auto: Settings, on_cpu: Run, calls: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes = a_gpu(monkeypatch, "CUDA failed with error out of memory", lambda _n, size: size > 2)
    done = run(auto, calls)
    assert done.texts == on_cpu.texts
    assert done.devices == {"cuda:0"}
    assert done.notices == []
    assert max(sizes) > 2


def test_a_gpu_that_dies_in_mid_run_is_replaced_with_one_warning(
    auto: Settings, on_cpu: Run, calls: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_gpu(monkeypatch, "CUDA failed with error unspecified launch failure", lambda n, _size: n >= 3)
    done = run(auto, calls)
    assert done.texts == on_cpu.texts
    assert "cpu" in done.devices
    assert len(done.notices) == 1
    assert "unspecified launch failure" in done.notices[0]


def test_where_the_hub_has_no_turbo_to_give_the_gpu_works_with_what_is_there(
    auto: Settings, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is here at first: turbo is asked for, then the embedded model, whose wheels stand in the cache."""
    a_gpu(monkeypatch, "", lambda _n, _size: False)
    with serving(status_handler(503)) as hub:
        settings = Settings().with_options("models", hub=hub)
        session = Session(settings)
        assert session.planned.model.name == "turbo"
        home = session.models.cache
        home.mkdir(parents=True)
        (home / "base").symlink_to(models / "base")  # it came while turbo was asked for
        heard: list[Event] = []
        session.observer = heard.append
        loaded = toolkit.load_toolkit(settings, session.models, session.planned, heard.append)
    assert loaded.used.asr == "base"
    notices = [event.text for event in heard if isinstance(event, Notice)]
    assert len(notices) == 1
    assert "turbo" in notices[0]
    assert "going on with base" in notices[0]
