"""The calls and items of the store, by the names that people's tables have for them."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from ...lang import Text
from ..metadata.matching import last_part
from ..store.opinions import CallName


def same(name: str) -> str:
    """A name as it is compared: full-width and half-width, capitals and blanks around it do not matter."""
    return unicodedata.normalize("NFKC", name).strip().casefold()


class Calls:
    """Finds the call of a name: its id, its recording's path, or the recording's name."""

    def __init__(self, calls: Sequence[CallName]) -> None:
        self._by: dict[str, dict[int, CallName]] = defaultdict(dict)
        self._recordings: dict[str, dict[int, CallName]] = defaultdict(dict)
        for call in calls:
            for name in (call.call_id, call.source):
                self._by[same(name)][call.row] = call
            self._recordings[same(last_part(call.source))][call.row] = call

    def named(self, name: str) -> CallName | Text:
        """The call, or why it cannot be told."""
        found = self._by.get(same(name)) or self._recordings.get(same(last_part(name))) or {}
        if len(found) == 1:
            return next(iter(found.values()))
        if found:
            return Text(
                f"{len(found)} calls are named {name}", f"有 {len(found)} 通通话都叫 {name}"
            )
        return Text(f"no scored call {name} in the database", f"数据库中没有已评分的通话 {name}")


class Items:
    """Finds the item of a name: its id, or its title in either language.

    Args:
        titles: by a checklist's content the titles of its items by their ids.
    """

    def __init__(self, titles: Mapping[str, Mapping[str, Text]]) -> None:
        self._ids: dict[str, dict[str, str]] = {}
        for checklist, items in titles.items():
            named = {same(t): item for item, title in items.items() for t in (title.zh, title.en)}
            self._ids[checklist] = named | {same(item): item for item in items}
        self._all = {name for names in self._ids.values() for name in names}

    def known(self, name: str) -> bool:
        """Whether any checklist has an item of this name."""
        return same(name) in self._all

    def named(self, name: str, call: CallName) -> str | Text:
        """The id of the item in the checklist of a call, or why there is none."""
        found = self._ids.get(call.checklist, {}).get(same(name))
        if found is not None:
            return found
        if self.known(name):
            return Text(
                f"the scorecard of {call.call_id} has no item {name}",
                f"{call.call_id} 的评分表中没有项目 {name}",
            )
        return Text(f"no item {name}", f"没有项目 {name}")


def unused(headings: Iterable[str], used: Iterable[str]) -> tuple[str, ...]:
    """The headings that nothing is read from."""
    taken = set(used)
    return tuple(dict.fromkeys(h for h in headings if h.strip() and h not in taken))
