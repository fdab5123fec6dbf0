"""Parts of drawings: elements with everything escaped, scales, and texts that fit."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil, floor, log10

from markupsafe import Markup

FONT = 13.0  # pixels of a drawing's texts, as in style.css


def element(name: str, *children: str, **attributes: str | float | None) -> Markup:
    """An element; `class_` is class, `stroke_width` stroke-width. What is None is left out."""
    written = Markup("")
    for key, value in attributes.items():
        if value is None:
            continue
        plain = key.rstrip("_").replace("_", "-")
        shown = value if isinstance(value, str) else number(value)
        written += Markup(' {}="{}"').format(plain, shown)
    inside = Markup("").join(children)
    return Markup("<{0}{1}>{2}</{0}>").format(name, written, inside)


def number(value: float) -> str:
    """As SVG writes it, to a hundredth of a pixel."""
    return f"{round(value, 2) + 0.0:.2f}".rstrip("0").rstrip(".")


def drawing(
    name: str, size: tuple[float, float], title: str, desc: str, *children: str, class_: str = ""
) -> Markup:
    """A whole drawing, as wide as its place; `name` is its own; title and desc are for those who hear the page."""
    width, height = size
    return element(
        "svg",
        element("title", title, id=f"{name}-title"),
        element("desc", desc, id=f"{name}-desc"),
        *children,
        class_=f"chart {class_}".strip(), role="img", viewBox=f"0 0 {number(width)} {number(height)}",
        aria_labelledby=f"{name}-title {name}-desc",
    )  # fmt: skip


def text(x: float, y: float, content: str, class_: str = "") -> Markup:
    return element("text", content, x=x, y=y, class_=class_ or None)


def line(x1: float, y1: float, x2: float, y2: float, class_: str) -> Markup:
    return element("line", x1=x1, y1=y1, x2=x2, y2=y2, class_=class_)


def rect(
    x: float,
    y: float,
    width: float,
    height: float,
    class_: str,
    *,
    tip: str = "",
    **more: str | float,
) -> Markup:
    """A rectangle; `tip` is shown under the pointer."""
    inside = [element("title", tip)] if tip else []
    return element(
        "rect", *inside, x=x, y=y, width=max(0.0, width), height=height, class_=class_, **more
    )


@dataclass(frozen=True)
class Scale:
    """From values to places."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        share = (value - self.low) / (self.high - self.low) if self.high > self.low else 0.0
        return self.start + share * (self.end - self.start)


def steps(low: float, high: float, most: int = 6) -> Iterator[float]:
    """Round numbers from low to high, both included where they are round: at most `most` + 1."""
    step = round_step((high - low) / most)
    for n in range(ceil(low / step - 1e-9), floor(high / step + 1e-9) + 1):
        yield n * step


def round_step(least: float) -> float:
    """The next of 1, 2, 5, 10, 20 …"""
    if least <= 1.0:
        return 1.0
    power = 10.0 ** floor(log10(least))
    return next(power * digit for digit in (1, 2, 5, 10) if power * digit >= least * (1 - 1e-9))


def breadth(content: str) -> float:
    """About how many pixels a text is wide: Chinese characters and emoji are square, others about half of that."""
    return sum(
        0.0 if unicodedata.combining(char)
        else FONT if unicodedata.east_asian_width(char) in "WF"
        else 0.58 * FONT
        for char in content
    )  # fmt: skip


def fitted(content: str, width: float) -> str:
    """A text cut short to be no wider than so many pixels."""
    if breadth(content) <= width:
        return content
    kept = content
    while kept and breadth(kept + "…") > width:
        kept = kept[:-1]
    return kept.rstrip() + "…"
