"""Where the audio of a call comes from: one file, the files of its legs, or a pipe."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Origin:
    """What `open_source` opens.

    Attributes:
        paths: the recording; several where every leg of the call has a file of its own, in the order of their channels.
    """

    paths: tuple[Path, ...]

    @property
    def path(self) -> Path:
        """The file that stands for all in messages."""
        return self.paths[0]
