"""What a run of a system comes to, and the table of all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from statistics import median
from typing import Any

from benchmarks.labelled import LabelledCall, character_errors, ratio
from benchmarks.peers.worker import Answer, Choice, Heard, System
from callqa.transcribe.text import simplified

SIDES = ("agent", "customer")
HEAD = (
    "system", "batch", "prompt", "audio s/s", "CPU s/min", "peak MB", "CER", "CER in order", "callqa is", "floor is",
)  # fmt: skip


def written(heard: Heard) -> str:
    """Segments as one text in the order of time, in Simplified characters."""
    return simplified("".join(text for _, _, text in sorted(heard, key=lambda said: said[1])))


def errors_in_order(call: LabelledCall, heard: Heard) -> tuple[int, int]:
    """Character errors of the call as one text; long segments of two channels mix its order up."""
    return character_errors(call, written(heard))


def errors_by_channel(call: LabelledCall, heard: Heard) -> tuple[int, int]:
    """Character errors, each channel for itself, under the better of the two assignments to the parties."""
    if call.label["layout"] == "mono":
        return errors_in_order(call, heard)
    texts = [written([said for said in heard if said[0] == channel]) for channel in (0, 1)]
    parties = [_party(call, side) for side in SIDES]
    orders = (
        [character_errors(party, text) for party, text in zip(parties, order, strict=True)]
        for order in (texts, texts[::-1])
    )
    return min((sum(e for e, _ in order), sum(n for _, n in order)) for order in orders)


def _party(call: LabelledCall, side: str) -> LabelledCall:
    turns = [turn for turn in call.label["turns"] if turn["speaker"] == side]
    return replace(call, label=call.label | {"turns": turns})


def error_rates(calls: Sequence[LabelledCall], heard: Sequence[Heard]) -> tuple[float, float]:
    """By channel, and in the order of time."""
    pairs = list(zip(calls, heard, strict=True))
    by_channel = ratio(errors_by_channel(call, said) for call, said in pairs)
    return by_channel, ratio(errors_in_order(call, said) for call, said in pairs)


@dataclass(frozen=True)
class Figures:
    """A system's figures: medians of its runs, and the walls of all of them in seconds.

    Attributes:
        speed: seconds of audio per second by the clock; a stereo recording counts once.
        cpu: seconds of CPU per minute of audio.
        peak: most memory that the process held, MB.
        error: character errors per character, by channel; `error_in_order` in the order of time.
    """

    system: str
    versions: str
    batch: int | None
    prompt: bool
    speed: float
    cpu: float
    peak: float
    error: float
    error_in_order: float
    walls: tuple[float, ...]

    @classmethod
    def of(
        cls,
        system: System,
        versions: str,
        choice: Choice,
        runs: Sequence[Answer],
        calls: Sequence[LabelledCall],
    ) -> Figures:
        audio = sum(call.label["duration"] for call in calls)
        rates = [error_rates(calls, run.heard) for run in runs]
        return cls(
            system.name,
            versions,
            batch=choice.batch if system.batches else None,
            prompt=choice.prompt,
            speed=audio / median(run.wall for run in runs),
            cpu=median(run.cpu for run in runs) / (audio / 60),
            peak=max(run.peak for run in runs),
            error=median(by_channel for by_channel, _ in rates),
            error_in_order=median(in_order for _, in_order in rates),
            walls=tuple(round(run.wall, 2) for run in runs),
        )

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def table(all_figures: Sequence[Figures], floor: float) -> str:
    """All systems, each with how many times as fast callqa is, and the floor (audio seconds per second)."""
    ours = next((f.speed for f in all_figures if f.system == "callqa"), None)
    rows = [
        (
            f.system,
            str(f.batch or "-"),
            "yes" if f.prompt else "no",
            f"{f.speed:.2f}",
            f"{f.cpu:.2f}",
            f"{f.peak:.0f}",
            f"{f.error:.4f}",
            f"{f.error_in_order:.4f}",
            f"{ours / f.speed:.2f} x" if ours else "-",
            f"{floor / f.speed:.1f} x",
        )
        for f in all_figures
    ]
    widths = [max(map(len, column)) for column in zip(HEAD, *rows, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(w) if i == 0 else cell.rjust(w) for i, (cell, w) in enumerate(pairs))
        for pairs in (list(zip(row, widths, strict=True)) for row in (HEAD, *rows))
    )
