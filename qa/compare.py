"""Two agents, groups or periods side by side, and how strongly two measures go together, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..errors import UsageError
from ..lang import Text
from .agents import rates
from .indicators.catalogue import BY_ID
from .statistics import Correlation, Difference, difference, share_difference
from .store.figures import AgentFigures, AgentSums, together
from .store.listing import Measure

_STRENGTHS = (
    (0.5, Text("strongly", "明显")),
    (0.3, Text("moderately", "中等程度")),
    (0.1, Text("weakly", "轻微")),
    (0.0, Text("hardly", "几乎无")),
)


@dataclass(frozen=True)
class Compared:
    """A figure of both sides; a value is None where there is no call to take it from. Shares are in per cent."""

    title: Text
    values: tuple[float | None, float | None]
    calls: tuple[int, int]
    change: Difference | None

    @property
    def words(self) -> Text:
        """What may be said of it."""
        if None in self.values:
            return Text("nothing to compare", "无可比数据")
        if self.change is None:
            return Text("too few calls", "通话太少，无法判断")
        span = f"{self.change.low:+.1f} … {self.change.high:+.1f}"
        if not self.change.told:
            return Text(
                f"no difference that so many calls can show ({span})",
                f"以这些通话数看不出差别（{span}）",
            )
        size = abs(self.change.value)
        if self.change.value > 0:
            return Text(
                f"the second is higher by {size:.1f} ({span})", f"后者高 {size:.1f}（{span}）"
            )
        return Text(f"the second is lower by {size:.1f} ({span})", f"后者低 {size:.1f}（{span}）")


def compare(one: AgentFigures, other: AgentFigures) -> list[Compared]:
    """Score, figures, and the pass rate of each item that both were judged by.

    Raises:
        UsageError: one of them has no scored call.
    """
    first, second = together(one), together(other)
    if first is None or second is None:
        which = Text("the first", "前者") if first is None else Text("the second", "后者")
        raise UsageError(f"{which.en} has no scored call", f"{which.zh}没有已评分的通话")
    found = [_mean(BY_ID["monitoring_score"].title, first, second)]
    found += [_mean(BY_ID[name].title, first, second, name) for name in first.figures]
    return [*found, *_items(first, second, {**one.titles, **other.titles})]


def _mean(title: Text, one: AgentSums, other: AgentSums, figure: str = "") -> Compared:
    a, b = (side.figures[figure] if figure else side.score for side in (one, other))
    return Compared(title, (a.value, b.value), (a.count, b.count), difference(a, b))


def _items(one: AgentSums, other: AgentSums, titles: Mapping[str, Text]) -> list[Compared]:
    first, second = rates(one), rates(other)
    found = []
    for item, a in first.items():
        b = second.get(item)
        if b is None:
            continue
        change = share_difference((a.passed, a.decided), (b.passed, b.decided))
        if change:
            change = Difference(100 * change.value, 100 * change.low, 100 * change.high)
        shares = tuple(None if rate.rate is None else 100 * rate.rate for rate in (a, b))
        title = titles.get(item, Text(item, item))
        named = Text(f"{title.en} (%)", f"{title.zh}（%）")
        found.append(Compared(named, (shares[0], shares[1]), (a.decided, b.decided), change))
    return found


def correlation_words(one: Measure, other: Measure, found: Correlation | None, calls: int) -> Text:
    """How two measures go together, as a sentence with the number of calls."""
    if found is None:
        return Text(
            f"{calls} calls are too few, or all alike: nothing can be said",
            f"{calls} 通通话太少或数值全部相同，无法判断",
        )
    span = f"rho {found.rho:+.2f}, {found.low:+.2f} … {found.high:+.2f}"
    if found.low <= 0.0 <= found.high:
        return Text(
            f"{one.title.en} and {other.title.en}: no connection that {found.calls} calls can show ({span})",
            f"{one.title.zh}与{other.title.zh}：以 {found.calls} 通通话看不出关联（{span}）",
        )
    strength = next(text for least, text in _STRENGTHS if abs(found.rho) >= least)
    way = Text("higher", "越高") if found.rho > 0 else Text("lower", "越低")
    count = found.calls
    return Text(
        f"higher {one.title.en} goes with {way.en} {other.title.en}: {strength.en} connected in {count} calls ({span});"
        " that is no proof that one makes the other",
        f"{one.title.zh}越高，{other.title.zh}{way.zh}：{count} 通通话中{strength.zh}相关（{span}）；"
        "相关并不等于因果",
    )
