"""The page from which clips are played."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from ...lang import say
from ..pages import page
from ..render import clock
from ..spreadsheet import write_text
from .cut import Clip
from .subtitles import Line

INDEX = "index.html"


@dataclass(frozen=True)
class _Shown:
    call: str
    facts: str
    remark: str
    file: str
    said: tuple[Line, ...]
    error: str


def write_index(folder: Path, title: str, clips: Sequence[Clip]) -> None:
    """Write the page beside the clips; those that could not be cut are on it with the reason.

    Raises:
        UsageError: it cannot be written.
    """
    write_text(
        folder / INDEX, page("clips", "'self' file:", title=title, clips=[_shown(c) for c in clips])
    )


def _shown(clip: Clip) -> _Shown:
    hit = clip.found.hit
    agent = " ".join(part for part in (hit.agent_id, hit.agent) if part)
    score = "" if hit.score is None else f"{say('score', '得分')} {hit.score:g}"
    started = (hit.started_at or "").replace("T", " ")
    facts = [agent, started, score, f"{clock(clip.start)} – {clock(clip.end)}"]
    return _Shown(
        hit.call_id, " · ".join(part for part in facts if part), clip.found.remark.strip(), quote(clip.file),
        clip.said, str(clip.error) if clip.error else "",
    )  # fmt: skip
