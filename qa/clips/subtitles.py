"""What is said in a clip, as subtitles: SubRip for players, WebVTT for pages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ...transcribe.transcript import Utterance
from ..render import speaker_name


@dataclass(frozen=True)
class Line:
    """An utterance, in seconds of the clip; `evidence` is one that the clip is about."""

    start: float
    end: float
    speaker: str
    text: str
    evidence: bool = False


def lines(
    utterances: Iterable[Utterance],
    start: float,
    end: float,
    about: Sequence[tuple[float, float]] = (),
) -> list[Line]:
    """The utterances between two moments of a recording; those that go beyond are cut there.

    `about` are the evidence's seconds of the recording.
    """
    return [
        Line(
            max(u.start, start) - start, min(u.end, end) - start, speaker_name(u), u.text,
            any(u.start < last and first < u.end for first, last in about),
        )
        for u in utterances
        if u.start < end and start < u.end
    ]  # fmt: skip


def srt(said: Sequence[Line]) -> str:
    """SubRip; the byte order mark tells Windows players that it is UTF-8."""
    parts = [
        f"{number}\n{_clock(one, ',')}\n{one.speaker}: {_one_line(one.text)}\n"
        for number, one in enumerate(said, 1)
    ]
    return "\ufeff" + "\n".join(parts)


def vtt(said: Sequence[Line]) -> str:
    """WebVTT, with the speaker as its voice."""
    parts = [
        f"{_clock(one, '.')}\n<v {_escaped(one.speaker)}>{_escaped(_one_line(one.text))}\n"
        for one in said
    ]
    return "WEBVTT\n\n" + "\n".join(parts)


def timestamp(seconds: float, point: str) -> str:
    """Seconds as 00:00:00,000."""
    thousandths = max(0, round(seconds * 1000))
    minutes, rest = divmod(thousandths, 60_000)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{rest // 1000:02}{point}{rest % 1000:03}"


def _clock(one: Line, point: str) -> str:
    return f"{timestamp(one.start, point)} --> {timestamp(one.end, point)}"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
