"""Which model and which device: what the names mean, and what the machine can do."""

from __future__ import annotations

import subprocess
from pathlib import Path

import ctranslate2
import pytest

from callqa.errors import UsageError
from callqa.models import device
from callqa.models.catalogue import HubSource, LocalSource, recognition_names
from callqa.models.device import CPU, Device, choose, confirmed
from callqa.models.store import ModelStore


def keep(*names: str) -> None:
    """Put files into the cache that look like these models."""
    for name in names:
        folder = ModelStore().cache / name
        folder.mkdir(parents=True)
        for file in ("model.bin", "config.json", "tokenizer.json", "vocabulary.txt"):
            (folder / file).write_bytes(b"?")


@pytest.mark.parametrize(
    ("kept", "kind", "expected"),
    [
        ((), "cpu", "base"),
        (("base",), "cpu", "base"),
        (("small",), "cpu", "small"),
        (("small", "base"), "cpu", "small"),
        (("large-v3", "turbo", "medium"), "cpu", "base"),
        ((), "cuda", "turbo"),
        (("base", "small", "medium"), "cuda", "medium"),
        (("base", "large-v3", "turbo"), "cuda", "turbo"),
    ],
)
def test_auto_takes_the_best_model_that_is_here(
    kept: tuple[str, ...], kind: str, expected: str
) -> None:
    keep(*kept)
    assert ModelStore().recognition_model("auto", kind).name == expected


@pytest.mark.parametrize("name", recognition_names())
def test_a_name_of_the_catalogue_means_that_model(name: str) -> None:
    assert ModelStore().recognition_model(name, "cpu").name == name


def test_a_folder_with_a_model_is_taken_as_it_is(tmp_path: Path) -> None:
    parts = ["config.json", "model.bin", "tokenizer.json"]
    for file in parts:
        (tmp_path / file).write_bytes(b"?")
    store = ModelStore()
    model = store.recognition_model(str(tmp_path), "cpu")
    assert model.sources == (LocalSource(tmp_path),)
    assert store.path(model) == store.pull(model, force=True) == tmp_path
    assert sorted(path.name for path in tmp_path.iterdir()) == parts


@pytest.mark.parametrize("missing", ["model.bin", "config.json", "tokenizer.json"])
def test_a_folder_without_a_model_is_refused(tmp_path: Path, missing: str) -> None:
    for file in {"model.bin", "config.json", "tokenizer.json"} - {missing}:
        (tmp_path / file).write_bytes(b"?")
    with pytest.raises(UsageError, match=f"{tmp_path.name}: .*{missing} is missing"):
        ModelStore().recognition_model(str(tmp_path), "cpu")


def test_a_hub_id_means_that_repository() -> None:
    model = ModelStore().recognition_model("owner/some-whisper", "cpu")
    (source,) = model.sources
    assert isinstance(source, HubSource)
    assert source.repo == "owner/some-whisper"
    assert "/" not in model.name  # it names a folder of the cache


@pytest.mark.parametrize(
    "wanted",
    [
        "bas",
        "BASE",
        "wespeaker-resnet34",
        "silero-vad-v6",
        "a/b/c",
        "./here",
        "/no/such",
        "~/x",
    ],
)
def test_any_other_model_is_refused_with_the_choices(wanted: str) -> None:
    with pytest.raises(UsageError, match=r"unknown model .*auto, one of tiny, base"):
        ModelStore().recognition_model(wanted, "cpu")


@pytest.fixture
def gpus(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> int:
    """As many GPUs as the test's parameter says."""
    count = int(request.param)
    monkeypatch.setattr(device, "gpu_count", lambda: count)
    return count


@pytest.mark.parametrize(
    ("gpus", "wanted", "expected"),
    [
        (0, "cpu", CPU),
        (0, "auto", CPU),
        (1, "cpu", CPU),
        (1, "auto", Device("cuda", 0, "float16")),
        (1, "cuda", Device("cuda", 0, "float16")),
        (2, "cuda:1", Device("cuda", 1, "float16")),
    ],
    indirect=["gpus"],
)
def test_a_device_that_is_there_is_taken(gpus: int, wanted: str, expected: Device) -> None:
    assert choose(wanted) == expected


@pytest.mark.parametrize(
    ("gpus", "wanted", "problem"),
    [
        (0, "cuda", "no GPU cuda on this machine; use --device cpu"),
        (0, "cuda:0", "no GPU cuda:0 on this machine"),
        (1, "cuda:1", "no GPU cuda:1 on this machine"),
        *(
            (1, wanted, "unknown device")
            for wanted in ("gpu", "CPU", "", "cuda:", "cuda:x", "cpu:0")
        ),
    ],
    indirect=["gpus"],
)
def test_a_device_that_is_not_there_is_refused(gpus: int, wanted: str, problem: str) -> None:
    with pytest.raises(UsageError, match=problem):
        choose(wanted)


def test_the_cpu_needs_no_trial(tmp_path: Path) -> None:
    assert confirmed(CPU, tmp_path / "no model", "auto") is CPU


@pytest.mark.parametrize("count", [0, 2])
def test_gpus_are_those_that_the_recogniser_sees(
    monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    monkeypatch.setattr(ctranslate2, "get_cuda_device_count", lambda: count)
    assert device.gpu_count() == count


def test_a_driver_that_cannot_be_loaded_is_no_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> int:
        raise RuntimeError("CUDA driver version is insufficient for CUDA runtime version")

    monkeypatch.setattr(ctranslate2, "get_cuda_device_count", fail)
    assert choose("auto") is CPU


GPU = Device("cuda", 0, "float16")


def test_auto_goes_on_with_the_cpu_where_the_gpu_fails(tmp_path: Path) -> None:
    fallback = confirmed(GPU, tmp_path, "auto")  # an empty folder: it fails with a GPU and without
    assert (fallback.kind, fallback.compute_type) == ("cpu", "int8")
    assert fallback.notice is not None
    assert "the GPU does not work" in fallback.notice.en
    assert "(?)" not in fallback.notice.en  # it says why


def test_a_gpu_that_was_asked_for_must_work(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"GPU cuda:0 does not work: .+; .*nvidia-cudnn"):
        confirmed(GPU, tmp_path, "cuda")


def test_a_trial_that_never_ends_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(device, "PROBE_SECONDS", 0.01)
    fallback = confirmed(GPU, tmp_path, "auto")
    assert fallback.kind == "cpu"
    assert "no answer in 0.01 s" in str(fallback.notice)


def test_a_gpu_that_passes_the_trial_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    passed = subprocess.CompletedProcess([], 0, "", "")
    monkeypatch.setattr(subprocess, "run", lambda *_args, **_kwargs: passed)
    assert confirmed(GPU, tmp_path, "auto") is GPU


def test_devices_are_named_as_they_are_asked_for() -> None:
    assert (str(CPU), str(GPU), str(Device("cuda", 1))) == ("cpu", "cuda:0", "cuda:1")
