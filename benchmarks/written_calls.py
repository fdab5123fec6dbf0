"""Calls as text with a verdict for each item, and the parts of them that an item looks at.

## A001
expect: greeting=pass hold_thanks=na …
坐席: 您好，请问有什么可以帮您？
客户: 我的订单还没有到。
[hold 38 music]
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

AGENT, CUSTOMER, HOLD = "坐席", "客户", "[hold"
REQUEST = 8  # characters of a customer's turn that is more than a greeting


@dataclass(frozen=True)
class WrittenCall:
    """One dialogue: its lines as (who, text), holds as (HOLD, rest of the line)."""

    name: str
    expected: Mapping[str, str]
    lines: tuple[tuple[str, str], ...]

    def parts(self, item: str) -> list[list[str]]:
        """Turns of the agent in which an item's words are looked for; where it is about holds, a list for each."""
        if item in {"hold_permission", "hold_thanks"}:
            holds = [at for at, (who, _) in enumerate(self.lines) if who == HOLD]
            if item == "hold_permission":
                return [self._agent(0, at)[-2:] for at in holds]
            return [self._agent(at, len(self.lines))[:1] for at in holds]
        said = self._agent(0, len(self.lines))
        if item == "greeting":
            return [self._opening() or said[:1]]
        if item == "closing":
            return [said[-2:]]
        return [said[1:] if item == "anything_else" else said]

    def _agent(self, start: int, end: int) -> list[str]:
        return [text for who, text in self.lines[start:end] if who == AGENT]

    def _opening(self) -> list[str]:
        asks = (
            at
            for at, (who, text) in enumerate(self.lines)
            if who == CUSTOMER and len(text) >= REQUEST
        )
        return self._agent(0, next(asks, len(self.lines)))[:3]


def written_calls(file: Path) -> list[WrittenCall]:
    """The dialogues of a file."""
    return [_call(block) for block in file.read_text("utf-8").split("## ")[1:]]


def _call(block: str) -> WrittenCall:
    name, *rest = block.strip().splitlines()
    expected: dict[str, str] = {}
    lines: list[tuple[str, str]] = []
    for line in rest:
        if line.startswith("expect:"):
            pairs = (pair.partition("=") for pair in line.split()[1:])
            expected = {item: verdict for item, _, verdict in pairs}
        elif line.startswith(HOLD):
            lines.append((HOLD, line))
        elif ":" in line and line[:2] in {AGENT, CUSTOMER}:
            lines.append((line[:2], line.partition(":")[2].strip()))
    return WrittenCall(name, expected, tuple(lines))
