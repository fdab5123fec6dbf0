"""Runs the command line with a recogniser that answers at once: python stubbed.py ARGS.

Everything else is as users have it: files, store, claims, watching. CALLQA_STUB_SECONDS is how long a batch of windows
takes.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence

from callqa.qa import session
from callqa.transcribe.engine import Hypothesis, Request
from helpers import ScriptedEngine, scripted_toolkit

LINES = (
    "您好很高兴为您服务请问您贵姓",
    "我姓王我想问一下退款",
    "好的王先生请稍等",
    "感谢您的来电再见",
)


class Stub(ScriptedEngine):
    """Says the lines of a call in turn."""

    def __init__(self) -> None:
        super().__init__(lambda number: LINES[number % len(LINES)], parallel=4)
        self.seconds = float(os.environ.get("CALLQA_STUB_SECONDS", "0"))

    def recognise(self, requests: Sequence[Request]) -> list[Hypothesis]:
        time.sleep(self.seconds)
        answers = super().recognise(requests)
        self.requests.clear()
        return answers


def main() -> None:
    session.load_toolkit = lambda *_args, **_more: scripted_toolkit(Stub())  # type: ignore[assignment]
    from callqa.__main__ import main as callqa

    callqa()


if __name__ == "__main__":
    sys.path.insert(0, os.path.dirname(__file__))  # noqa: PTH120
    main()
