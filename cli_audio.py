"""The command `callqa inspect`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from .lang import say
from .options import Json, Paths, Raw
from .terminal import chosen_settings, refuse_overwriting, requested, terminal_console

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from .audio.gauge import ChannelFigures
    from .qa.inspect import Inspection

INSPECT_HELP = say(
    "Say what recordings are like: format, length, levels, channels, damage.",
    "检查录音文件：格式、时长、电平、声道、损坏情况。",
)


def inspect(paths: Paths, raw: Raw = None, json: Json = None) -> None:
    """Print what each recording is like; exit status 1 where one could not be read."""
    from .qa.inspect import inspect as inspected
    from .qa.inspect import to_json
    from .qa.jsonlines import JsonLines

    recordings = requested(paths, chosen_settings(), raw)
    if json:
        refuse_overwriting(json, recordings)
    lines = JsonLines(json) if json else None
    console, failed = terminal_console(), False
    try:
        for found in inspected(recordings):
            failed = failed or found.error is not None
            _print(console, found)
            if lines:
                lines.write(to_json(found))
    finally:
        if lines:
            lines.close()
    if lines and lines.error:
        raise lines.error
    raise typer.Exit(1 if failed else 0)


def _print(console: Console, found: Inspection) -> None:
    from rich.markup import escape
    from rich.padding import Padding

    console.print(f"[bold]{escape(found.call_id)}[/bold]  [bright_black]{escape(found.source)}")
    if found.error:
        console.print(Padding(escape(found.error), (0, 0, 0, 2)), style="red")
        return
    for line in _lines(found):
        console.print(Padding(escape(line), (0, 0, 0, 2)))
    if found.figures and found.figures.frames:
        console.print(Padding(_channels(found.figures.channels), (0, 0, 0, 2)))
    if found.warning:
        console.print(Padding(escape(str(found.warning)), (0, 0, 0, 2)), style="yellow")


def _lines(found: Inspection) -> list[str]:
    from .qa.inspect import layout_words

    count = len(found.figures.channels) if found.figures else 0
    channels = say(f"{count} channel{'s'[: count > 1]}", f"{count} 声道")
    stated = say("not stated", "未标明") if found.stated is None else f"{found.stated:.2f} s"
    length = say(
        f"{found.decoded:.2f} s decoded, header: {stated}",
        f"实际 {found.decoded:.2f} 秒，文件头：{stated}",
    )
    layout = str(layout_words(found))
    if found.figures and found.figures.correlation is not None:
        alike = f"{found.figures.correlation:z.2f}"
        layout += say(f" (correlation {alike})", f"（相关系数 {alike}）")
    legs = [
        f"{number}: {leg}  +{offset:.3f} s"
        for number, (leg, offset) in enumerate(zip(found.legs, found.offsets, strict=True), start=1)
    ]
    return [f"{found.codec}, {found.rate} Hz, {channels}", length, layout, *legs]


def _channels(channels: tuple[ChannelFigures, ...]) -> Table:
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    headings = say(
        "channel,speech dBFS,overall,peak,noise,clipped,DC,digital silence",
        "声道,有声段 dBFS,整体,峰值,底噪,削波,直流,数字静音",
    )
    for heading in headings.split(","):
        table.add_column(heading, justify="right")
    for number, one in enumerate(channels, start=1):
        levels = (one.active, one.level, one.peak, one.noise)
        table.add_row(
            str(number), *("-" if level is None else f"{level:.1f}" for level in levels),
            f"{one.clipped:.2%}", f"{one.offset:+z.4f}", f"{one.silent:.0%}",
        )  # fmt: skip
    return table
