"""What the JSON of a call with turns says, checked value by value (qa/turns_file.py describes its form)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Literal, cast, get_args

from ..audio.events import CallEvents, Hold, HoldKind, Rings, find_events
from ..audio.interval import Interval
from ..lang import Text
from ..scoring.scorecard import Verdict
from ..scoring.script import ROLES
from ..transcribe.transcript import Role, Utterance

Place = tuple[int | str, ...]  # the keys and numbers that lead to a value
SLACK = 1.0  # seconds by which words may end after the stated end of the call
_NUMBERS: dict[Role, int] = {"agent": 0, "customer": 1, "unknown": 2, "system": -1}
_VERDICTS: dict[object, Verdict] = {True: "pass", False: "fail", None: "na"}


class Malformed(Exception):  # noqa: N818  (becomes a UsageError where the file is known)
    """A value is not as it should be."""

    def __init__(self, place: Place, text: Text) -> None:
        super().__init__(text.en)
        self.place, self.text = place, text


def turns_of(raw: Mapping[str, Any]) -> tuple[Utterance, ...]:
    """The turns in time order."""
    if "turns" not in raw:
        raise Malformed((), Text("the key turns is missing", "缺少键 turns"))
    said = [_turn(one, ("turns", number)) for number, one in _objects(raw, "turns")]
    return tuple(sorted(said, key=lambda u: (u.start, u.end)))


def _turn(raw: Mapping[str, Any], place: Place) -> Utterance:
    name = _text(raw, "speaker", place)
    role = ROLES.get(name.strip().lower())
    if role is None:
        raise Malformed((*place, "speaker"), Text(
            f"unknown speaker {name!r:.40}; there are: {', '.join(get_args(Role))}",
            f"未知的说话人 {name!r:.40}；可用：坐席、客户、系统、未知",
        ))  # fmt: skip
    span = _span(raw, place)
    sure = 1.0 if raw.get("confidence") is None else _number(raw, "confidence", place)
    if sure > 1:
        wrong = Text("a confidence lies between 0 and 1", "置信度应在 0 到 1 之间")
        raise Malformed((*place, "confidence"), wrong)
    return Utterance(_NUMBERS[role], role, span.start, span.end, _text(raw, "text", place), sure)


def events_of(raw: Mapping[str, Any], said: Sequence[Utterance]) -> CallEvents:
    """Holds, silences and rings; holds and silences that are not given are told from the pauses (docs/results.md)."""
    parties = [Interval(u.start, u.end) for u in said if u.role != "system"]
    told = find_events(parties, ())
    holds = told.holds
    if raw.get("holds") is not None:
        holds = tuple(_hold(one, ("holds", number)) for number, one in _objects(raw, "holds"))
    if raw.get("silences") is not None:
        silences = [_span(one, ("silences", number)) for number, one in _objects(raw, "silences")]
    else:
        pauses = [*told.silences, *(Interval(h.start, h.end) for h in told.holds)]
        silences = [p for p in pauses if not any(p.shared(h) for h in holds)]
    ordered = tuple(sorted(silences, key=lambda i: i.start))
    return CallEvents(tuple(sorted(holds, key=lambda h: h.start)), ordered, _rings(raw, said))


def _hold(raw: Mapping[str, Any], place: Place) -> Hold:
    span = _span(raw, place)
    kind = raw.get("kind")
    if kind is None:  # labels say only whether there is music
        kind = "silence" if raw.get("music") is False else "music"
    if kind not in get_args(HoldKind):
        known = ", ".join(get_args(HoldKind))
        wrong = Text(f"not one of {known}: {kind!r:.40}", f"只能是 {known}，不能是 {kind!r:.40}")
        raise Malformed((*place, "kind"), wrong)
    return Hold(span.start, span.end, cast(HoldKind, kind))


def _rings(raw: Mapping[str, Any], said: Sequence[Utterance]) -> Rings | None:
    """Rings as a result has them (count, seconds), or as a list of stretches with counts; None where there are none."""
    given = raw.get("rings")
    if given is None or given == []:
        return None
    if isinstance(given, list):
        parts = [(one, ("rings", number)) for number, one in _objects(raw, "rings")]
        spans = [_span(one, place) for one, place in parts]
        count = sum(_count(one, place) for one, place in parts)
        first = min(span.start for span in spans)
        answers = [u.start for u in said if u.role != "system" and u.start > first]
        end = min(answers, default=max(span.end for span in spans))
        return Rings(count, round(end - first, 2))
    if isinstance(given, dict):
        return Rings(_count(given, ("rings",)), _number(given, "seconds", ("rings",)))
    raise Malformed(("rings",), _wrong("a list or an object", "列表或键值", given))


def length_of(raw: Mapping[str, Any], said: Sequence[Utterance], events: CallEvents) -> float:
    """The length of the call in seconds, from its last word or hold where it is not given."""
    parts = [*(u.end for u in said), *(i.end for i in (*events.holds, *events.silences))]
    last = max(parts, default=0.0)
    if raw.get("duration") is None:
        return last
    given = _number(raw, "duration", ())
    if given + SLACK < last:
        raise Malformed(("duration",), Text(
            f"the call is {given:g} s long, but something ends at {last:g} s",
            f"通话时长为 {given:g} 秒，却有内容在 {last:g} 秒结束",
        ))  # fmt: skip
    return max(given, last)


def expected_of(raw: Mapping[str, Any]) -> dict[str, Verdict]:
    """What a listener found, by item: true, false, null or a verdict. Figures, which labels have there, are none."""
    out: dict[str, Verdict] = {}
    for key in ("truth", "expect"):
        given = raw.get(key)
        if given is None:
            continue
        if not isinstance(given, dict):
            raise Malformed((key,), _wrong("an object", "键值", given))
        for item, value in given.items():
            if isinstance(value, bool) or value is None:
                out[item] = _VERDICTS[value]
            elif value in get_args(Verdict):
                out[item] = value
            elif not isinstance(value, int | float):
                wrong = _wrong("true, false, null or a verdict", "true、false、null 或结论", value)
                raise Malformed((key, item), wrong)
    return out


def called(raw: Mapping[str, Any]) -> str | None:
    """The call's own id."""
    for key in ("call_id", "id"):
        if raw.get(key) is not None:
            return _text(raw, key, ()) if not isinstance(raw[key], int) else str(raw[key])
    return None


def language_of(raw: Mapping[str, Any], otherwise: Literal["zh", "en"]) -> str:
    return otherwise if raw.get("language") is None else _text(raw, "language", ())


def _objects(raw: Mapping[str, Any], key: str) -> list[tuple[int, Mapping[str, Any]]]:
    given = raw[key]
    if not isinstance(given, list):
        raise Malformed((key,), _wrong("a list", "列表", given))
    for number, one in enumerate(given):
        if not isinstance(one, dict):
            raise Malformed((key, number), _wrong("an object", "键值", one))
    return list(enumerate(given))


def _span(raw: Mapping[str, Any], place: Place) -> Interval:
    start, end = _number(raw, "start", place), _number(raw, "end", place)
    if end <= start:
        raise Malformed(
            (*place, "end"),
            Text(f"it ends at {end:g} s and begins at {start:g} s", f"结束时间 {end:g} 秒不晚于开始时间 {start:g} 秒"),
        )  # fmt: skip
    return Interval(start, end)


def _count(raw: Mapping[str, Any], place: Place) -> int:
    count = _number(raw, "count", place)
    if count != int(count):
        raise Malformed((*place, "count"), _wrong("a whole number", "整数", count))
    return int(count)


def _number(raw: Mapping[str, Any], key: str, place: Place) -> float:
    """A number that is finite and not below 0."""
    if key not in raw:
        raise Malformed(place, Text(f"the key {key} is missing", f"缺少键 {key}"))
    given = raw[key]
    fits = isinstance(given, int | float) and not isinstance(given, bool)
    # compared first: an integer of JSON may be too large for a float
    if not fits or not 0 <= given <= 1e9 or not math.isfinite(given):
        raise Malformed((*place, key), _wrong("a number from 0 on", "不小于 0 的数字", given))
    return float(given)


def _text(raw: Mapping[str, Any], key: str, place: Place) -> str:
    if key not in raw:
        raise Malformed(place, Text(f"the key {key} is missing", f"缺少键 {key}"))
    given = raw[key]
    if not isinstance(given, str):
        raise Malformed((*place, key), _wrong("a text", "文字", given))
    return given.encode("utf-8", "replace").decode("utf-8")  # halves of characters, as \ud800


def _wrong(wanted_en: str, wanted_zh: str, given: object) -> Text:
    shown = _shown(given)
    return Text(f"should be {wanted_en}, not {shown}", f"应为{wanted_zh}，而不是 {shown}")


def _shown(value: object) -> str:
    """A value in a message, cut off."""
    names = {True: "true", False: "false", None: "null"}
    if isinstance(value, bool) or value is None:
        return names[value]
    try:
        text = repr(value)
    except (ValueError, RecursionError):  # integers of thousands of digits
        return type(value).__name__
    return text if len(text) <= 40 else text[:39] + "…"
