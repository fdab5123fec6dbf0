"""Plays a passage through the system's own player, where there is one; what is played is deleted afterwards."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Self

from ...audio.excerpt import encoded, excerpt
from ...settings import Files
from ..clips.cut import recording

AROUND = 1.5  # seconds played before and after the evidence
_PLAYERS: tuple[tuple[str, ...], ...] = (
    ("ffplay", "-nodisp", "-autoexit", "-loglevel", "quiet"),
    ("paplay",),
    ("aplay", "-q"),
    ("afplay",),
    ("play", "-q"),
)


def find_player() -> tuple[str, ...] | None:
    """The command that plays a WAV file; None where there is none. Windows plays by itself."""
    for command in _PLAYERS:
        if path := shutil.which(command[0]):
            return (path, *command[1:])
    return None


class Player:
    """A context in which passages are played, one at a time, while the program goes on."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self._command = None if sys.platform == "win32" else find_player()
        self._folder = TemporaryDirectory(prefix="callqa-", ignore_cleanup_errors=True)
        self._playing: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
        self._folder.cleanup()

    @property
    def there(self) -> bool:
        return sys.platform == "win32" or self._command is not None

    def play(self, source: str, spans: Sequence[tuple[float, float]]) -> None:
        """Begin to play from before the first to after the last of these spans, in seconds of a recording.

        Raises:
            RecordingError: the recording cannot be read. UsageError: it is not there.
        """
        self.stop()
        start = max(0.0, min(first for first, _ in spans) - AROUND)
        piece = excerpt(
            recording(source, self._files), start, max(last for _, last in spans) + AROUND
        )
        file = Path(self._folder.name) / "passage.wav"  # the folder is private to the user
        file.write_bytes(encoded(piece, "wav"))
        if sys.platform == "win32":
            import winsound

            winsound.PlaySound(str(file), winsound.SND_FILENAME | winsound.SND_ASYNC)
        elif self._command:
            self._playing = subprocess.Popen(  # noqa: S603  (found by shutil.which; no shell)
                [*self._command, str(file)], stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )  # fmt: skip

    def stop(self) -> None:
        """End what is playing."""
        if sys.platform == "win32":
            import winsound

            winsound.PlaySound(None, 0)
        elif self._playing is not None:
            with suppress(OSError):
                self._playing.terminate()
            self._playing.wait()
            self._playing = None
