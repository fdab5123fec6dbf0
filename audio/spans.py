"""Turns of a diarizer that knows no regions, fitted to the regions of speech: nothing outside, nobody left out."""

from __future__ import annotations

from collections.abc import Sequence

from .interval import Interval, union
from .turns import Diarization, Turn

Span = tuple[float, float, int]  # start and end in seconds, speaker
Bounds = tuple[float, float]  # start and end of a region in seconds


def fitted(
    spans: Sequence[Span], exclusive: Sequence[Span], regions: Sequence[Bounds], channel: int = 0
) -> Diarization:
    """What is said in the regions, by whom; speakers are numbered in the order in which they are first heard.

    Args:
        spans: of every speaker; those of different speakers may overlap.
        exclusive: the same without overlap.
        regions: in time order; every moment of them gets one who has the floor.
        channel: that of the turns.
    """
    floor = with_owners(exclusive or spans, regions)
    numbers: dict[int, int] = {}
    for _, _, speaker in floor:
        numbers.setdefault(speaker, len(numbers))
    spoken = united([*clipped(spans, regions), *floor])  # the floor lies in its speaker's turns
    for _, _, speaker in spoken:
        numbers.setdefault(speaker, len(numbers))

    def turns(found: Sequence[Span]) -> tuple[Turn, ...]:
        return tuple(Turn(numbers[who], start, end, channel) for start, end, who in found)

    return Diarization(turns(spoken), turns(floor))


def clipped(spans: Sequence[Span], regions: Sequence[Bounds]) -> list[Span]:
    """The parts of the spans that lie in regions, in time order."""
    return sorted(
        (max(start, first), min(end, last), who)
        for first, last in regions
        for start, end, who in spans
        if min(end, last) > max(start, first)
    )


def with_owners(spans: Sequence[Span], regions: Sequence[Bounds]) -> list[Span]:
    """Who has the floor at every moment of the regions; a gap within a region is halved between its neighbours.

    A region in which nobody was found goes to who is nearest in time. Where spans overlap, who began first goes on.
    """
    spans = sorted(spans)
    out: list[Span] = []
    for first, last in regions:
        inside = clipped(spans, [(first, last)]) or [(first, last, _nearest(spans, first, last))]
        now = first
        for index, (_, end, who) in enumerate(inside):
            upto = last
            if index + 1 < len(inside):
                upto = max(end, (end + inside[index + 1][0]) / 2)
            if upto <= now:
                continue
            if out and out[-1][2] == who and out[-1][1] == now > first:
                out[-1] = (out[-1][0], upto, who)
            else:
                out.append((now, upto, who))
            now = upto
    return out


def _nearest(spans: Sequence[Span], first: float, last: float) -> int:
    return min(
        ((max(start - last, first - end), who) for start, end, who in spans), default=(0.0, 0)
    )[1]


def united(spans: Sequence[Span]) -> list[Span]:
    """Spans of one speaker that touch or overlap made one; in time order."""
    spoken: dict[int, list[Interval]] = {}
    for start, end, who in spans:
        spoken.setdefault(who, []).append(Interval(start, end))
    return sorted((one.start, one.end, who) for who, own in spoken.items() for one in union(own))
