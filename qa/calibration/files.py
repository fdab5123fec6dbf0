"""Calibration as CSV, JSON, and as lines to paste into a checklist."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ...lang import Text, say
from ..spreadsheet import inert
from .compute import Calibration
from .figures import Match, ScoreMatch, Share
from .thresholds import REVIEW_MINUTES, Key, Proposal, Stock

_HEADINGS = (
    Text("between", "双方"), Text("checklist", "评分表"), Text("item", "项目"), Text("title", "项目名称"),
    Text("reviewed", "复核数"), Text("unsure", "待复核数"), Text("compared", "比较数"), Text("equal", "一致数"),
    Text("agreement", "一致率"), Text("from", "95%下限"), Text("to", "95%上限"), Text("kappa", "Kappa"),
    Text("AC1", "AC1"), Text("failed by both", "双方均不通过"), Text("failed by the second", "后者不通过"),
    Text("failed by the first", "前者不通过"), Text("precision of fail", "不通过的准确率"),
    Text("recall of fail", "不通过的检出率"),
)  # fmt: skip


def sheet(found: Calibration) -> Iterator[list[object]]:
    """Headings and rows for a CSV: items, all together, each person, and people by pairs; undefined is empty."""
    yield [str(heading) for heading in _HEADINGS]
    both = say("people, machine", "人工，机器")
    for key, one in found.items.items():
        names = (both, key.checklist, key.item, str(found.titles[key]))
        yield [*map(inert, names), *_numbers(one)]
    yield [both, "", "", say("all", "全部"), *_numbers(found.total)]
    for raters in found.raters:
        other = raters.other or say("machine", "机器")
        yield [inert(f"{raters.one}{say(', ', '，')}{other}"), "", "", "", *_numbers(raters.match)]


def _numbers(one: Match) -> list[object]:
    low, high = one.agreement.interval or (None, None)
    figures = (one.agreement.value, low, high, one.kappa, one.ac1)
    return [
        one.pairs, one.unsure.part, one.agreement.whole, one.agreement.part, *map(_rounded, figures),
        one.precision.part, one.precision.whole, one.recall.whole, _rounded(one.precision.value),
        _rounded(one.recall.value),
    ]  # fmt: skip


def _rounded(value: float | None) -> float | str:
    return "" if value is None else round(value, 4)


def as_json(
    found: Calibration, proposals: Sequence[Proposal], precision: float | None, stock: Stock | None
) -> str:
    """All figures; undefined is null."""
    out: dict[str, Any] = {
        "calls": found.calls,
        "items": [
            {"checklist": key.checklist, "item": key.item, "title": str(found.titles[key])} | _match(one)
            for key, one in found.items.items()
        ],
        "all": _match(found.total),
        "raters": [{"one": r.one, "other": r.other} | _match(r.match) for r in found.raters],
        "scores": _scores(found.scores) if found.scores else None,
    }  # fmt: skip
    if stock is not None:
        out["thresholds"] = {
            "precision": precision,
            "stored_calls": sum(stock.calls.values()),
            "without_certainty": stock.without,
            "review_minutes": REVIEW_MINUTES,
            "items": [_proposal(one) for one in proposals],
        }
    return json.dumps(out, ensure_ascii=False, indent=2) + "\n"


def _match(one: Match) -> dict[str, Any]:
    return {
        "reviewed": one.pairs,
        "unsure": _share(one.unsure),
        "agreement": _share(one.agreement),
        "kappa": one.kappa,
        "ac1": one.ac1,
        "precision_of_fail": _share(one.precision),
        "recall_of_fail": _share(one.recall),
    }


def _share(share: Share) -> dict[str, Any]:
    return {
        "part": share.part,
        "whole": share.whole,
        "value": share.value,
        "interval": share.interval,
    }


def _scores(found: ScoreMatch) -> dict[str, Any]:
    rank = found.correlation
    return {
        "calls": found.calls,
        "difference": found.difference.value,
        "interval": found.interval,
        "absolute": found.absolute.value,
        "correlation": rank and {"rho": rank.rho, "interval": (rank.low, rank.high)},
    }


def _proposal(one: Proposal) -> dict[str, Any]:
    return {
        "checklist": one.key.checklist,
        "item": one.key.item,
        "verdict": one.verdict,
        "now": _share(one.cut.now),
        "unsure_below": one.cut.least,
        "then": _share(one.cut.kept),
        "proposed": one.cut.proposed,
        "become_unsure": _share(one.cost.unsure),
        "per_100_calls": one.cost.per_hundred,
        "minutes": one.cost.minutes,
    }


def snippet(found: Sequence[Proposal], precision: float, titles: Mapping[Key, Text]) -> str:
    """The thresholds as they are written in a checklist, one item after the other; "" where none is proposed."""
    least: dict[Key, list[str]] = {}
    for one in found:
        if one.cut.proposed:
            least.setdefault(one.key, []).append(f"{one.verdict}: {one.cut.least:g}")
    lines, checklist = [], None
    for key, written in least.items():
        if key.checklist != checklist:
            checklist = key.checklist
            lines += [f"# {checklist}: callqa calibrate --precision {precision:g}", "items:"]
        title = str(titles[key]).replace("\n", " ") if key in titles else ""
        lines += [
            f"  - id: {key.item}   # {title}",
            f"    unsure_below: {{{', '.join(written)}}}",
        ]
    return "".join(f"{line}\n" for line in lines)
