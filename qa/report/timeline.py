"""A call as a line: who speaks when, where somebody waits, and where the evidence is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from ...lang import Text, say
from ...scoring.scorecard import Verdict
from ...transcribe.transcript import Role, Utterance
from ..render import clock
from ..result import Judged
from .svg import Scale, drawing, element, line, rect, text

WIDTH = 1000.0
_LEFT, _RIGHT, _LANE, _TOP = 76.0, 988.0, 26.0, 30.0
_STEPS = (5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600)
_LANES: dict[Role, Text] = {
    "agent": Text("agent", "坐席"),
    "customer": Text("customer", "客户"),
    "unknown": Text("speaker", "说话人"),
    "system": Text("system", "系统"),
}


@dataclass(frozen=True)
class Mark:
    """Where an item's evidence is, in seconds, and what it says."""

    start: float
    verdict: Verdict
    tip: str


def timeline(name: str, judged: Judged, duration: float, marks: Sequence[Mark]) -> Markup:
    """The drawing of a call; what has `data-at` can be jumped to, and the line `head` is moved by the player."""
    said = judged.transcript.utterances
    there = {utterance.role for utterance in said} | {"agent", "customer"}
    if {u.role for u in said} <= {"unknown", "system"} and said:
        there -= {"agent", "customer"}
    lanes = [role for role in _LANES if role in there]
    end = max([duration, *(u.end for u in said), 1.0])
    scale, bottom = Scale(0, end, _LEFT, _RIGHT), _TOP + _LANE * (len(lanes) + 1)
    parts = [
        rect(_LEFT, _TOP - 2, _RIGHT - _LEFT, bottom - _TOP + 4, "ground"),
        *_axis(scale, end, bottom),
        *_waits(judged, scale, bottom),
    ]
    for at, role in enumerate(lanes):
        y = _TOP + _LANE * at
        parts.append(text(_LEFT - 8, y + _LANE / 2 + 4.5, str(_LANES[role]), "label end"))
        parts += [_turn(u, scale, y) for u in said if u.role == role]
    words = say("waiting", "等待")
    parts.append(text(_LEFT - 8, bottom - _LANE / 2 + 4.5, words, "label end"))
    parts += [_stem(mark, scale, bottom) for mark in marks]
    parts += [_mark(mark, scale) for mark in marks]
    parts.append(line(_LEFT, _TOP - 2, _LEFT, bottom + 2, "head"))
    holds, silences = judged.events.holds, judged.events.silences
    desc = say(
        f"{clock(duration)} long, {len(said)} turns, {len(holds)} holds, {len(silences)} silences, {len(marks)} marks",
        f"时长 {clock(duration)}，{len(said)} 段发言，{len(holds)} 次持线，{len(silences)} 次静默，{len(marks)} 处依据",
    )
    # the script turns a click into seconds by these
    return Markup('<div class="line" data-end="{}" data-left="{}" data-right="{}">{}</div>').format(
        f"{end:.3f}", f"{_LEFT / WIDTH:.5f}", f"{_RIGHT / WIDTH:.5f}",
        drawing(name, (WIDTH, bottom + 26), say("Course of the call", "通话过程"), desc, *parts, class_="timeline"),
    )  # fmt: skip


def _axis(scale: Scale, end: float, bottom: float) -> Iterator[Markup]:
    step = next((s for s in _STEPS if end / s <= 12), _STEPS[-1])
    for seconds in range(0, int(end) + 1, step):
        x = scale(seconds)
        yield line(x, _TOP - 2, x, bottom + 2, "grid")
        yield text(x, bottom + 20, clock(seconds), "muted middle")


def _waits(judged: Judged, scale: Scale, bottom: float) -> Iterator[Markup]:
    """Holds through all lanes, silences in the lowest."""
    for hold in judged.events.holds:
        x, y = scale(hold.start), bottom - _LANE
        width = scale(hold.end) - x
        tip = f"{say('hold', '持线')} {hold.end - hold.start:.0f} s"
        yield rect(x, _TOP - 2, width, y - _TOP + 2, "shade")
        yield rect(x, y + 4, width, _LANE - 8, "hold", tip=tip, rx=2, data_at=f"{hold.start:.2f}")
        if width > 70:
            yield text(x + width / 2, y + _LANE / 2 + 4.5, tip, "inside middle")
    for silence in judged.events.silences:
        x, seconds = scale(silence.start), silence.end - silence.start
        tip = f"{say('silence', '静默')} {seconds:.0f} s"
        width = scale(silence.end) - x
        yield rect(
            x,
            bottom - _LANE + 7,
            width,
            _LANE - 14,
            "silence",
            tip=tip,
            data_at=f"{silence.start:.2f}",
        )


def _turn(utterance: Utterance, scale: Scale, y: float) -> Markup:
    x = scale(utterance.start)
    width = max(1.5, scale(utterance.end) - x - 0.5)
    tip = f"{clock(utterance.start)} {utterance.text}"
    return rect(
        x, y + 4, width, _LANE - 8, f"turn {utterance.role}", tip=tip, rx=2, data_at=f"{utterance.start:.2f}"
    )  # fmt: skip


def _stem(mark: Mark, scale: Scale, bottom: float) -> Markup:
    x = scale(mark.start)
    return line(x, _TOP - 8, x, bottom, f"stem {mark.verdict}")


def _mark(mark: Mark, scale: Scale) -> Markup:
    """A diamond where something failed, hollow where a person has to decide, a dot where it was passed."""
    x, y = scale(mark.start), _TOP - 15
    shape = (
        element("circle", cx=x, cy=y, r=4.5)
        if mark.verdict == "pass"
        else element("path", d=f"M{x:.1f} {y - 8:.1f}l7.5 8 -7.5 8 -7.5 -8z")
    )
    return element(
        "g", element("title", mark.tip), shape, class_=f"mark {mark.verdict}", data_at=f"{mark.start:.2f}"
    )  # fmt: skip
