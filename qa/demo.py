"""The example recordings that come with callqa, scored for demonstration into a store of their own."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from ..settings import Settings, load_settings


def example_folder() -> Path:
    """Where the example recordings are installed."""
    return Path(str(resources.files("callqa.examples")))


def example_settings() -> Settings:
    """The settings that belong to them: company, roster, file-name pattern."""
    return load_settings(example_folder() / "callqa.toml")
