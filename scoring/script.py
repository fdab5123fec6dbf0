"""Calls written down as text: turns with who speaks, holds, silences and rings. For examples, tests of checklists, and
calls that were transcribed elsewhere.

    ## call-1                            begins a call; without it the file is one call
    expect: greeting=pass closing=fail   verdicts that a listener gave
    [rings 2]
    坐席：您好，云杉电器，请问有什么可以帮您？
    客户：我想问一下我的快递到哪了。
    坐席：请稍等。
    [hold 30 music]
    坐席+：让您久等了。                    speaks into the end of the turn before it
    [silence 5]

坐席 may be written agent or A, 客户 customer or C, 系统 system, 未知 unknown; hold 等待, silence 静音, rings 振铃,
expect 期望.
Times are made up: so many syllables a second, a short pause between turns.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, cast

from ..audio.events import MIN_DEAD_AIR, CallEvents, Hold, HoldKind, Rings
from ..audio.interval import Interval
from ..errors import UsageError
from ..lang import Text
from ..transcribe.transcript import Role, Transcript, Utterance
from .call import ScoredCall
from .pinyin import syllables
from .scorecard import Verdict

RATE = 4.5  # syllables a second, as agents speak
PAUSE = 0.4  # seconds between turns
OVERLAP = 1.3  # seconds that a turn marked with + speaks into the one before it
RING = 5.0  # seconds from ring to ring
ROLES: dict[str, Role] = {
    "坐席": "agent", "座席": "agent", "客服": "agent", "agent": "agent", "a": "agent",
    "客户": "customer", "用户": "customer", "customer": "customer", "c": "customer",
    "系统": "system", "system": "system", "s": "system", "未知": "unknown", "unknown": "unknown", "?": "unknown",
}  # fmt: skip
_KINDS: dict[str, HoldKind] = {"": "music", "music": "music", "音乐": "music", "silence": "silence",
                               "静音": "silence", "tone": "tone", "提示音": "tone"}  # fmt: skip
_TURN = re.compile(r"([^\s:：+\[\]]{1,12}?)\s*(\+?)\s*[:：]\s*(.*)")
_EVENT = re.compile(
    r"\[\s*([a-z]+|[一-鿿]+)\s*(\d+(?:\.\d+)?)\s*(?:(?:s|秒|声|次)(?![a-z一-鿿]))?\s*([a-z]*|[一-鿿]*)\s*\]"
)
_EXPECT = re.compile(r"(?:expect|期望)\s*[:：](.*)", re.IGNORECASE)
_VERDICTS = frozenset({"pass", "fail", "na", "unsure"})


@dataclass(frozen=True)
class ScriptedCall:
    """A call as it was written down, with the verdicts that a listener gave, by item."""

    call_id: str
    call: ScoredCall
    expected: Mapping[str, Verdict] = field(default_factory=dict)


@dataclass
class _Stage:
    """The call so far."""

    said: list[Utterance] = field(default_factory=list)
    holds: list[Hold] = field(default_factory=list)
    silences: list[Interval] = field(default_factory=list)
    rings: Rings | None = None
    expected: dict[str, Verdict] = field(default_factory=dict)
    now: float = 0.5

    def speak(self, role: Role, text: str, *, over: bool) -> None:
        seconds = max(0.4, len(syllables(text)) / RATE)
        start = self.now
        if over and self.said:
            last = self.said[-1]
            start = max(last.start + 0.1, last.end - OVERLAP)
            if seconds < OVERLAP:  # what is shorter than the overlap lies inside the turn
                start = max(last.start + 0.1, last.end - OVERLAP - seconds)
        number = {"agent": 0, "customer": 1, "unknown": 2, "system": -1}[role]
        self.said.append(Utterance(number, role, start, start + seconds, text, 1.0))
        self.now = max(self.now, start + seconds + PAUSE)

    def event(self, name: str, number: float, kind: str) -> None:
        if name in ("rings", "ring", "振铃"):
            self.rings = Rings(int(number), number * RING)
            self.now += number * RING
            return
        ends = [u.end for u in self.said] + [i.end for i in (*self.holds, *self.silences)]
        start = max(ends, default=self.now)
        span = Interval(start, start + number)
        if name in ("hold", "等待"):
            self.holds.append(Hold(span.start, span.end, _KINDS[kind]))
        elif name in ("silence", "静音", "沉默"):
            if number >= MIN_DEAD_AIR:
                self.silences.append(span)
        else:
            raise KeyError(name)
        self.now = span.end

    def call(self, language: Literal["zh", "en"]) -> ScoredCall:
        said = tuple(sorted(self.said, key=lambda u: u.start))
        events = CallEvents(tuple(self.holds), tuple(self.silences), self.rings)
        return ScoredCall(Transcript(language, said, 1.0), events, self.now)


def read_script(
    text: str, where: str, *, language: Literal["zh", "en"] = "zh", lone: Role | None = None
) -> list[ScriptedCall]:
    """The calls of a text.

    Args:
        text: see above.
        where: the file, for messages; the id of its call if it does not name one.
        language: what is spoken.
        lone: who says lines that do not say who; they are an error where it is None.

    Raises:
        UsageError: a line is none of a script's.
    """
    calls: list[tuple[str, _Stage]] = []
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.strip()
        if line.startswith("##"):
            calls.append((line.lstrip("# ").strip() or f"{where}-{len(calls) + 1}", _Stage()))
        elif line and not line.startswith("#"):
            if not calls:
                calls.append((where, _Stage()))
            try:
                _take(line, calls[-1][1], lone)
            except (KeyError, ValueError) as error:
                raise _not_understood(where, number, line) from error
    return [ScriptedCall(name, stage.call(language), stage.expected) for name, stage in calls]


def _take(line: str, stage: _Stage, lone: Role | None) -> None:
    if expect := _EXPECT.fullmatch(line):
        stage.expected.update(_expected(expect.group(1).split()))
    elif event := _EVENT.fullmatch(line.lower()):
        stage.event(event.group(1), float(event.group(2)), event.group(3))
    elif (turn := _TURN.fullmatch(line)) and (turn.group(1).lower() in ROLES or lone is None):
        stage.speak(ROLES[turn.group(1).lower()], turn.group(3), over=bool(turn.group(2)))
    elif lone is not None and not line.startswith("["):
        stage.speak(lone, line, over=False)
    else:
        raise ValueError(line)


def _expected(parts: Iterable[str]) -> dict[str, Verdict]:
    out: dict[str, Verdict] = {}
    for part in parts:
        item, _, verdict = part.partition("=")
        if verdict not in _VERDICTS:
            raise ValueError(part)
        out[item] = cast(Verdict, verdict)
    return out


def _not_understood(where: str, number: int, line: str) -> UsageError:
    return UsageError(
        f"not a line of a script: {line[:60]}", f"无法理解的一行：{line[:60]}", where=f"{where}:{number}",
        then=Text(
            "write 坐席：… or 客户：…, [hold 30 music], [silence 5], [rings 2] or expect: item=pass",
            "应为 坐席：… 或 客户：…、[等待 30]、[静音 5]、[振铃 2] 或 期望：项目=pass",
        ),
    )  # fmt: skip
