"""Shared fixtures: every test has its own data and settings folders; models come from where `make test` put them."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

import pytest

from callqa import lang
from callqa.settings import Settings

DATA = Path(__file__).parent / "data"
# Taken before the fixture below hides it: the folder that holds the models' folders.
MODELS = Path(os.environ.get("CALLQA_TEST_MODELS") or "/nonexistent")


@pytest.fixture(scope="session", autouse=True)
def _interruptible() -> None:
    """A shell's background jobs ignore Ctrl-C, and so would this process and those that it starts."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def _own_folders(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("CALLQA_HOME", str(home / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / "config"))
    monkeypatch.setenv("CALLQA_LANG", "en")
    monkeypatch.setattr(lang, "_chosen", None)
    monkeypatch.chdir(home)


@pytest.fixture(scope="session")
def models() -> Path:
    """The folder of fetched models; tests that need it are marked `model`."""
    if not (MODELS / "base" / "model.bin").is_file():
        pytest.skip("the models are not here: run 'make test', or set CALLQA_TEST_MODELS")
    return MODELS


@pytest.fixture(scope="session")
def default_settings(models: Path) -> Settings:
    """The defaults, with the embedded model on the CPU and no network; nothing is known of any call."""
    settings = Settings().with_options("models", folder=models, offline=True)
    return settings.with_options("recognition", model="base", device="cpu")


@pytest.fixture
def settings(models: Path, tmp_path: Path) -> Path:
    """A settings file that finds the models where the tests have them."""
    file = tmp_path / "callqa.toml"
    file.write_text(
        f"[models]\nfolder = {json.dumps(str(models))}\noffline = true\n"
        "[recognition]\nmodel = 'base'\ndevice = 'cpu'\n",
        "utf-8",
    )
    return file


@pytest.fixture
def golden() -> Path:
    """The folder of the golden recordings."""
    return DATA
