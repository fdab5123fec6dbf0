"""Why an item came out as it did, as a tree for a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.text import Text as RichText
from rich.tree import Tree

from ..lang import Text, say
from ..scoring.conditions.base import Hit, Outcome, Truth
from ..scoring.item import Found, Item
from .render import VERDICT_COLOURS, clock, verdict_word

MOST = 6  # hits, and near misses, that are shown of one condition
_MARKS = {Truth.YES: ("✓", "green"), Truth.MAYBE: ("?", "yellow"), Truth.NO: ("✗", "red")}
_PARTS = {
    "applies": Text("applies if", "适用条件"),
    "passes": Text("passes if", "通过条件"),
    "fails": Text("fails if", "不通过条件"),
}


def explanation(call_id: str, item: Item, found: Found) -> RenderableType:
    """The verdict, and below it every condition with what matched, how well, and what nearly did."""
    finding = found.finding
    head = RichText(f"{call_id}  {item.id}  {item.title.text}: ")
    head.append(verdict_word(finding.verdict), style=VERDICT_COLOURS[finding.verdict])
    head.append(f"   {say('certainty', '把握')} {finding.certainty:.2f}", style="bright_black")
    lines: list[RenderableType] = [head, RichText(str(finding.reason))]
    if item.asks:
        lines.insert(1, RichText(str(item.asks.text), style="bright_black"))
    for name, title in _PARTS.items():
        outcome: Outcome | None = getattr(found, name)
        if outcome is not None:
            lines.append(_tree(outcome, Tree(RichText(str(title), style="bold"))))
        elif getattr(item, name) is not None:
            unasked = say("not looked into: the item does not apply", "项目不适用，未检查")
            lines.append(RichText(f"{title}: {unasked}", style="bright_black"))
    return Group(*lines)


def _tree(outcome: Outcome, above: Tree) -> Tree:
    mark, style = _MARKS[outcome.truth]
    branch = above.add(RichText(f"{mark} {outcome.label}", style=style))
    if not outcome.parts or not outcome.hits:
        branch.add(RichText(str(outcome.reason), style="bright_black"))
    own = [] if _made_of_parts(outcome) else _matches(outcome.hits)
    for line in own:
        branch.add(line)
    for hit in sorted(outcome.near, key=lambda h: -h.confidence)[:MOST]:
        near = say("nearly", "接近")
        branch.add(RichText(f"{near}: {_told(hit)}", style="bright_black"))
    for part in outcome.parts:
        _tree(part, branch)
    return above


def _made_of_parts(outcome: Outcome) -> bool:
    """Whether its hits are those of its parts, which are shown there."""
    inner = {hit for part in outcome.parts for hit in part.hits}
    return bool(outcome.parts) and set(outcome.hits) <= inner


def _matches(hits: Sequence[Hit]) -> list[RichText]:
    lines = [
        RichText(("" if hit.sure else "? ") + _told(hit), style="green" if hit.sure else "yellow")
        for hit in hits[:MOST]
    ]
    if len(hits) > MOST:
        lines.append(RichText(say(f"and {len(hits) - MOST} more", f"另有 {len(hits) - MOST} 处")))
    return lines


def _told(hit: Hit) -> str:
    at = f"{clock(hit.start)}-{clock(hit.end)}"
    text = f" 「{hit.text}」" if hit.text else ""
    by = f" <- {hit.by}" if hit.by else ""
    return f"{at}{text}{by} ({hit.confidence:.2f})"
