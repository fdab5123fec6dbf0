"""The benchmark's side: starts the systems as processes, asks them in turns, keeps what they answer."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Heard = list[tuple[int, float, str]]  # of one call: channel, start in seconds, text


class Unavailable(Exception):  # noqa: N818  (a peer that is not there is no error of the benchmark)
    """A system that cannot be asked, and why."""


@dataclass(frozen=True)
class System:
    """One of the systems compared.

    Attributes:
        script: in this folder.
        python: the interpreter of its environment.
        batches: whether it takes a batch size.
        tunable: whether batch size and prompt are the benchmark's to choose; callqa chooses for itself.
    """

    name: str
    script: str
    python: Path
    batches: bool = False
    tunable: bool = True


@dataclass(frozen=True)
class Choice:
    """How a system is run: windows at once, and whether it is primed with the prompt."""

    batch: int = 1
    prompt: bool = True


@dataclass(frozen=True)
class Answer:
    """One run over the calls: seconds by the clock and of CPU, MB held at most so far, and the texts."""

    wall: float
    cpu: float
    peak: float
    heard: list[Heard]


class Worker:
    """A system with its model loaded, waiting. It is not asked before the others have answered."""

    def __init__(self, system: System, model: Path, threads: int, prompt: str) -> None:
        """Start the process and wait for its model.

        Raises:
            Unavailable: it did not get so far.
        """
        self.system = system
        self._stderr = tempfile.TemporaryFile()  # noqa: SIM115  (closed with the worker)
        script = Path(__file__).parent / system.script
        options = ["--model", str(model), "--threads", str(threads), "--prompt", prompt]
        try:
            self._process = subprocess.Popen(
                [str(system.python), str(script), *options],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._stderr,
                env=os.environ | {"HF_HUB_OFFLINE": "1", "PYTHONIOENCODING": "utf-8"},
            )
        except OSError as error:
            self._stderr.close()
            raise Unavailable(f"{system.python}: {error.strerror}") from error
        self.versions: str = self._answer()["ready"]

    def ask(self, calls: Sequence[Path], choice: Choice) -> Answer:
        """Have it recognise the calls.

        Raises:
            Unavailable: the process ended.
        """
        request = {"calls": list(map(str, calls)), "batch": choice.batch, "prompt": choice.prompt}
        assert self._process.stdin
        with contextlib.suppress(BrokenPipeError):  # the answer tells
            self._process.stdin.write(json.dumps(request).encode() + b"\n")
            self._process.stdin.flush()
        answer = self._answer()
        heard = [[(int(c), float(at), str(text)) for c, at, text in h] for h in answer["heard"]]
        return Answer(answer["wall"], answer["cpu"], answer["peak"], heard)

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            self._process.wait()
            self._stderr.seek(0)
            said = self._stderr.read().decode(errors="replace").split("\n")
            self.close()
            raise Unavailable(next((s.strip() for s in reversed(said) if s.strip()), "it ended"))
        answer: dict[str, Any] = json.loads(line)
        return answer

    def close(self) -> None:
        """End the process: it ends with its input."""
        assert self._process.stdin
        assert self._process.stdout
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()
        self._stderr.close()
