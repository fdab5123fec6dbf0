"""What recordings are like as files: format, length, levels, channels, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from ..audio.gauge import Figures, Gauge
from ..audio.layout import Layout, LayoutJudge
from ..audio.source import open_source
from ..errors import CallqaError, internal
from ..lang import Text, listed
from .recordings import Recording


@dataclass(frozen=True)
class Inspection:
    """What was found in one recording; nothing but `error` where it could not be read.

    Attributes:
        legs: the files of a pair of legs as given, empty for other recordings.
        offsets: seconds after the call's beginning at which each leg begins.
        codec: container and codec.
        rate: frames per second.
        stated: seconds by the header, None where it does not say.
        decoded: seconds that could be read.
    """

    call_id: str
    source: str
    error: str | None = None
    legs: tuple[str, ...] = ()
    offsets: tuple[float, ...] = ()
    codec: str | None = None
    rate: int | None = None
    stated: float | None = None
    decoded: float | None = None
    figures: Figures | None = None
    layout: Layout | None = None
    warning: Text | None = None


def inspect(recordings: Iterable[Recording]) -> Iterator[Inspection]:
    """Read every recording to its end; one that cannot be read costs the others nothing."""
    for recording in recordings:
        try:
            yield _inspected(recording)
        except CallqaError as error:
            yield _unread(recording, error)
        except Exception as error:  # a fault of ours in one recording
            yield _unread(recording, internal(error, recording.source))


def _unread(recording: Recording, error: CallqaError) -> Inspection:
    return Inspection(recording.call_id, recording.source, str(error))


def _inspected(recording: Recording) -> Inspection:
    origin = recording.origin
    with open_source(origin) as source:  # closed where it fails, too
        gauge, judge, told = Gauge(source.channels), LayoutJudge(source.channels), False
        for block in source.blocks():
            gauge.push(block)
            told = told or judge.push(block)
    figures = gauge.figures()
    warnings = [text for text in (source.warning, recording.warning) if text]
    pair = len(origin.paths) > 1
    return Inspection(
        recording.call_id,
        recording.source,
        legs=tuple(str(path) for path in origin.paths) if pair else (),
        offsets=(origin.offsets or (0.0,) * len(origin.paths)) if pair else (),
        codec=source.codec,
        rate=source.rate,
        stated=source.duration,
        decoded=figures.frames / source.rate,
        figures=figures,
        layout=judge.layout(),
        warning=listed(warnings) if warnings else None,
    )


def layout_words(found: Inspection) -> Text:
    """What the channels are to each other, for people."""
    if found.layout is None or found.figures is None:
        return Text("-", "-")
    if found.figures.frames == 0:
        return Text("no audio", "没有音频")
    if found.legs and found.layout.kind == "equal":
        return Text("two legs with equal audio, heard as mono", "两路录音内容相同，按单声道处理")
    if found.legs:
        return Text("two legs, a party in each file", "两路录音，各为一方")
    dead = (found.layout.dead or 0) + 1
    if found.layout.kind == "separate" and len(found.figures.channels) > 2:
        return _many(len(found.figures.channels), len(found.layout.heard))
    return {
        "mono": Text("mono", "单声道"),
        "separate": Text("stereo, a party on each channel", "双声道，各为一方"),
        "equal": Text(
            "stereo with equal channels, heard as mono", "双声道但内容相同，按单声道处理"
        ),
        "one dead": Text(f"stereo, channel {dead} is dead", f"双声道，声道 {dead} 无声"),
        "silent": Text("stereo, both channels silent", "双声道，均无声"),
    }[found.layout.kind]


def _many(channels: int, different: int) -> Text:
    if channels > different:
        return Text(
            f"more than two channels, {different} of them different",
            f"两个以上声道，其中 {different} 个内容不同",
        )
    return Text("more than two channels, each heard by itself", "两个以上声道，分别处理")


def to_json(found: Inspection) -> dict[str, Any]:
    """The inspection as an object; levels rounded to 0.1 dB, shares and seconds to four places."""
    figures, layout = found.figures, found.layout
    channels = [] if figures is None else [_rounded(asdict(c)) for c in figures.channels]
    return {
        "call_id": found.call_id,
        "source": found.source,
        "error": found.error,
        "legs": list(found.legs),
        "offsets": list(found.offsets),
        "codec": found.codec,
        "rate": found.rate,
        "stated_seconds": _short(found.stated, 3),
        "decoded_seconds": _short(found.decoded, 3),
        "channels": channels,
        "correlation": _short(figures.correlation, 4) if figures else None,
        "layout": layout.kind if layout else None,
        "heard": [channel + 1 for channel in layout.heard] if layout else [],
        "warning": str(found.warning) if found.warning else None,
    }


def _rounded(raw: dict[str, float | None]) -> dict[str, float | None]:
    levels = ("level", "active", "peak", "noise")
    return {
        (f"{name}_dbfs" if name in levels else name): _short(value, 1 if name in levels else 5)
        for name, value in raw.items()
    }


def _short(value: float | None, places: int) -> float | None:
    return None if value is None else round(value, places)
