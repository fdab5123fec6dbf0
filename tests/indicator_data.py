"""Small calls and records for the tests of indicators."""

from __future__ import annotations

from itertools import count
from typing import Any

from callqa.qa.indicators.compute import Value
from callqa.qa.indicators.distributor import Distributor, read_distributor
from callqa.qa.indicators.figures import CallFigures, CallRecord
from callqa.qa.indicators.groups import Grouping
from callqa.qa.indicators.table import IndicatorTable, Scope, tabulate

_numbers = count(1)


def call(**facts: Any) -> CallFigures:
    """A recorded inbound call of which nothing else is known."""
    return CallFigures(**({"call_id": f"c{next(_numbers)}", "duration": 100.0} | facts))


def record(**facts: Any) -> CallRecord:
    """A call that is known from its record alone."""
    return CallRecord(**({"record_id": f"r{next(_numbers)}"} | facts))


def by(*names: str) -> Scope:
    return Scope(Grouping.of(names))


def table(
    *calls: CallFigures | CallRecord, scope: Scope | None = None, **more: Any
) -> IndicatorTable:
    recorded = [one for one in calls if isinstance(one, CallFigures)]
    records = [one for one in calls if isinstance(one, CallRecord)]
    return tabulate(recorded, records, scope, **more)


def value(name: str, *calls: CallFigures | CallRecord, **more: Any) -> Value:
    """One indicator of all calls."""
    return table(*calls, **more).total.values[name]


def export(*rows: dict[str, str]) -> Distributor:
    return read_distributor(rows)
