"""How what `callqa inspect` finds is shown."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table

from ..audio.gauge import ChannelFigures
from ..lang import say
from .inspect import Inspection, layout_words


def show(console: Console, found: Inspection) -> None:
    console.print(f"[bold]{escape(found.call_id)}[/bold]  [bright_black]{escape(found.source)}")
    if found.error:
        console.print(Padding(escape(found.error), (0, 0, 0, 2), expand=False), style="red")
        return
    for line in _lines(found):
        console.print(Padding(escape(line), (0, 0, 0, 2), expand=False))
    if found.figures and found.figures.frames:
        console.print(Padding(_channels(found.figures.channels), (0, 0, 0, 2), expand=False))
    if found.warning:
        console.print(
            Padding(escape(str(found.warning)), (0, 0, 0, 2), expand=False), style="yellow"
        )


def _lines(found: Inspection) -> list[str]:
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
        f"{number}: {leg}  {offset:+z.3f} s"
        for number, (leg, offset) in enumerate(zip(found.legs, found.offsets, strict=True), start=1)
    ]
    return [f"{found.codec}, {found.rate} Hz, {channels}", length, layout, *legs]


def _channels(channels: tuple[ChannelFigures, ...]) -> Table:
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
