"""What the commands share: the settings that the command line chose, and the console they print to."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

    from .settings import Settings


_file: Path | None = None


def use_settings(file: Path | None) -> None:
    """Read the settings from `file` from now on; None looks for them."""
    global _file  # noqa: PLW0603  (one process, one command)
    _file = file


def settings_file() -> Path | None:
    """The file that `callqa --settings FILE` named."""
    return _file


def chosen_settings() -> Settings:
    """The settings of this command, before its own options.

    Raises:
        SettingsError: the file cannot be used.
    """
    from .settings import load_settings

    return load_settings(settings_file())


def terminal_console(*, errors: bool = False) -> Console:
    from rich.console import Console

    return Console(stderr=errors, highlight=False, soft_wrap=False)
