"""From calls, records and the distributor's rows to a table of indicators, in one pass."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from ...lang import Text
from ..period import Period
from .compute import Basis, Value, Values
from .distributor import Distributor, DistributorRow
from .distributor_sums import Coverage, DistributorSums
from .figures import CallFigures, CallRecord, Contact
from .groups import Calendar, Grouping, Key
from .repeats import Repeats
from .sums import Sums, agent_key


class IndicatorSource(Protocol):
    """Where calls come from; `agent` is an id or a name, the bounds are those of a `Period`."""

    def call_figures(
        self, since: str | None, until: str | None, agent: str | None, group: str | None
    ) -> Iterable[CallFigures]:
        """The recorded calls that can be read, copies left out."""
        ...

    def call_records(
        self, since: str | None, until: str | None, agent: str | None, group: str | None
    ) -> Iterable[CallRecord]:
        """The call records; `recorded` where the call is among the figures."""
        ...

    def contacts(self, since: str | None, until: str | None) -> Iterable[Contact]:
        """The inbound calls of all agents and groups, recorded or not; a call may be there twice."""
        ...


@dataclass(frozen=True)
class Scope:
    """Which calls a table is about, and how they are grouped."""

    grouping: Grouping = field(default_factory=Grouping)
    period: Period = field(default_factory=Period)
    agent: str | None = None
    group: str | None = None


@dataclass(frozen=True)
class IndicatorRow:
    """The figures of one group. `key` has a part for each dimension, `name` is the agent's, where one is known."""

    key: Key
    calls: int
    values: Mapping[str, Value]
    name: str | None = None


@dataclass(frozen=True)
class IndicatorTable:
    """All groups in order of their keys, what is not known last, and all calls together."""

    scope: Scope
    rows: tuple[IndicatorRow, ...]
    total: IndicatorRow
    remarks: tuple[Text, ...] = ()


def tabulate(
    calls: Iterable[CallFigures],
    records: Iterable[CallRecord],
    scope: Scope | None = None,
    distributor: Distributor | None = None,
    contacts: Iterable[Contact] = (),
) -> IndicatorTable:
    """Compute the indicators of all groups and of the whole.

    Args:
        calls: the recorded ones of the scope.
        records: those of the scope.
        scope: which calls these are, and how they are grouped; None is one group of all.
        distributor: the export, all of it.
        contacts: calls that are not among the others but may repeat one: of other agents, and after the period.
    """
    builder = _Builder(scope or Scope(), distributor)
    builder.repeats.add_contacts(contacts)
    for call in calls:
        builder.add_call(call)
    for record in records:
        if not record.recorded:
            builder.add_record(record)
    return builder.table()


def indicators_of(
    source: IndicatorSource, scope: Scope, distributor: Distributor | None = None
) -> IndicatorTable:
    """The table of a store's calls."""
    from .catalogue import REPEAT_DAYS

    limits = (scope.period.since, scope.period.until, scope.agent, scope.group)
    contacts: Iterable[Contact] = ()
    if scope.period.bounded or scope.agent or scope.group:
        longer = scope.period.longer(REPEAT_DAYS)
        contacts = source.contacts(longer.since, longer.until)
    return tabulate(
        source.call_figures(*limits), source.call_records(*limits), scope, distributor, contacts
    )


@dataclass(frozen=True, slots=True)
class _Place:
    """What all calls of an agent and a day share; `sums` is None where each call is a group of its own."""

    sums: Sums | None
    agent_month: tuple[str, str] | None
    stands_in: tuple[tuple[str, str], ...]


class _Builder:
    """Sums by group while calls pass."""

    def __init__(self, scope: Scope, distributor: Distributor | None) -> None:
        self._scope, self._grouping = scope, scope.grouping
        self._rows = distributor.rows if distributor else ()
        self._remarks = list(distributor.remarks) if distributor else []
        self._coverage = Coverage(r for r in self._rows if r.within(scope.period))
        self._calendar = Calendar()
        self._sums: dict[Key, Sums] = {}
        self._places: dict[tuple[str | None, ...], _Place] = {}
        self._agents: dict[str, tuple[str | None, str | None]] = {}  # name and group
        self.repeats = Repeats()

    def add_call(self, call: CallFigures) -> None:
        sums = self._sums_of(call, scored=call.score is not None)
        sums.add_call(call)
        self.repeats.add(call, sums)

    def add_record(self, record: CallRecord) -> None:
        sums = self._sums_of(record, scored=False)
        sums.add_record(record)
        self.repeats.add(record, sums)

    def _sums_of(self, call: CallFigures | CallRecord, *, scored: bool) -> Sums:
        """The sums that a call belongs to, with what is added of every call."""
        started = call.started_at
        day = started[:10] if started else None
        of = (call.agent_id, call.agent, call.group, day)
        place = self._places.get(of)
        if place is None:
            place = self._places[of] = self._place(call, day)
        sums = place.sums
        if sums is None:
            sums = self._sums.setdefault(self._grouping.key(call, None), Sums())
        if place.agent_month is not None:
            sums.agent_months.add(place.agent_month)
            sums.monitored += scored
        if place.stands_in:
            sums.cover(call, place.stands_in)
        return sums

    def _place(self, call: CallFigures | CallRecord, day: str | None) -> _Place:
        """Where the calls of an agent and a day go; the agent's name and group are learned on the way."""
        stamp = self._calendar.of(day)
        agent = agent_key(call)
        if agent is not None:
            name, group = self._agents.get(agent, (None, None))
            self._agents[agent] = (call.agent or name, call.group or group)
        sums = None
        if not self._grouping.single:
            sums = self._sums.setdefault(self._grouping.key(call, stamp), Sums())
        stands_in = self._coverage.of(call, stamp.day if stamp else None) if self._coverage else ()
        return _Place(sums, (agent, stamp.month) if agent and stamp else None, stands_in)

    def table(self) -> IndicatorTable:
        self.repeats.settle()
        exported, whole = self._exported()
        total = Sums()
        for sums in self._sums.values():
            total += sums
        keys = sorted(self._sums.keys() | exported.keys(), key=_order)
        known = self._unanswered_known(total, self._grouping.who)
        rows = tuple(
            self._row(key, self._sums.get(key, Sums()), exported.get(key), known=known)
            for key in (keys if self._grouping.by else ())
        )
        scope = self._scope
        narrowed = "agent" if scope.agent else "group" if scope.group else None
        all_calls = Values(Basis(total, whole, self._unanswered_known(total, narrowed)))
        summary = IndicatorRow((), total.calls, all_calls)
        return IndicatorTable(scope, rows, summary, tuple(self._remarks))

    def _row(
        self, key: Key, sums: Sums, exported: DistributorSums | None, *, known: bool
    ) -> IndicatorRow:
        basis = Basis(sums, exported or DistributorSums(), known, self._grouping.single)
        name = None
        if self._grouping.who == "agent" and key[0] is not None:
            name = self._agents.get(key[0], (None, None))[0]
        return IndicatorRow(key, sums.calls, Values(basis), None if name == key[0] else name)

    def _unanswered_known(self, total: Sums, who: str | None) -> bool:
        """Whether the records say of calls that nobody answered whose they were.

        Callers who give up in a queue have reached no agent. Where no record names an agent for them, an agent's own
        calls would make an abandon rate of zero, and all agents would have answered everything.
        """
        if self._scope.agent or who == "agent":
            return total.unanswered_agent > 0
        if self._scope.group or who == "group":
            return total.unanswered_group > 0
        return True

    def _exported(self) -> tuple[dict[Key, DistributorSums], DistributorSums]:
        """The distributor's rows by group, and those of the scope together."""
        groups: dict[Key, DistributorSums] = {}
        whole, outside, without = DistributorSums(), 0, 0
        for row, agent, group in self._placed():
            if not row.within(self._scope.period):
                outside += 1
                continue
            whole.add(row)
            key = self._grouping.key_of_row(row, agent, group, self._calendar)
            if key is None:
                without += 1
            else:
                groups.setdefault(key, DistributorSums()).add(row)
        if outside:
            self._remarks.append(Text(
                f"rows of the distributor outside of the period: {outside}",
                f"时间段以外的话务统计行：{outside} 行",
            ))  # fmt: skip
        if without and self._grouping.by and not self._grouping.single:
            self._remarks.append(Text(
                f"rows of the distributor that belong to no single group; only among all calls: {without}",
                f"无法归入某一分组的话务统计行（仅计入合计）：{without} 行",
            ))  # fmt: skip
        return groups, whole

    def _placed(self) -> Iterator[tuple[DistributorRow, str | None, str | None]]:
        """The rows of the scope, each with its agent as calls name it, and the group."""
        ids: dict[str, list[str]] = {}
        for agent, (name, _) in self._agents.items():
            ids.setdefault(name or agent, []).append(agent)
        for row in self._rows:
            key = row.agent_id
            if key is None and row.agent is not None:
                named = ids.get(row.agent, [])
                if len(named) > 1:
                    self._remarks.append(Text(
                        f"several agents are called {row.agent}: give the distributor's rows an id",
                        f"有多名坐席名为 {row.agent}，请在话务统计中填写工号",
                    ))  # fmt: skip
                    continue
                key = named[0] if named else row.agent
            group = row.group or (self._agents.get(key, (None, None))[1] if key else None)
            if self._scope.agent not in (None, key, row.agent) and not self._same(key):
                continue
            if self._scope.group not in (None, group):
                continue
            yield row, key, group

    def _same(self, agent: str | None) -> bool:
        """Whether an agent's name is the one that was asked for."""
        return agent is not None and self._agents.get(agent, (None, None))[0] == self._scope.agent


def _order(key: Key) -> tuple[tuple[bool, str], ...]:
    return tuple((part is None, part or "") for part in key)
