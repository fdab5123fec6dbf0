"""An engine on a GPU with the CPU behind it: a GPU that is lost in mid-run costs time, and no call."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from ..errors import RecognitionError
from ..lang import Text
from .engine import Capabilities, Engine, Hypothesis, Request


class WithSpare:
    """Works with `first` until it fails on a single request, or otherwise than for want of memory; then with the spare.

    Want of memory with several requests is raised: whoever asked halves the batch.

    Args:
        spare: loads the engine that goes on; called once at most.
        tell: is told once why.
    """

    def __init__(
        self, first: Engine, spare: Callable[[], Engine], tell: Callable[[Text], None]
    ) -> None:
        self._engine = first
        self._first = first
        self._spare = spare
        self._tell = tell
        self._lock = threading.Lock()

    @property
    def capabilities(self) -> Capabilities:
        return self._engine.capabilities

    def recognise(self, requests: Sequence[Request]) -> list[Hypothesis]:
        engine = self._engine
        try:
            return engine.recognise(requests)
        except RecognitionError as error:
            if engine is not self._first:
                raise
            if len(requests) > 1 and "out of memory" in str(error).lower():
                raise
            return self._moved(error).recognise(requests)

    def _moved(self, error: RecognitionError) -> Engine:
        with self._lock:
            if self._engine is self._first:
                self._tell(
                    Text(
                        f"the GPU failed ({error}); going on with the CPU",
                        f"GPU 出错（{error}），改用 CPU 继续",
                    )
                )
                self._engine = self._spare()
            return self._engine
