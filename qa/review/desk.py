"""Reviewing in a terminal: an item at a time, one key a verdict, each kept at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from rich.console import Console
from rich.markup import escape

from ...errors import CallqaError
from ...lang import say
from ...scoring.scorecard import ScoredItem, Verdict
from ..passages import of_item
from ..render import ROLE_COLOURS, VERDICT_COLOURS, clock, speaker_name, verdict_word
from ..store.audit import record
from ..store.database import Database
from ..store.filters import CallFilter
from ..store.queue import Task, lease, queue, release
from ..store.reviews import NewReview, add
from ..store.standing import Standing, standing
from .player import Player
from .words import why_word

Act = Literal["play", "talk", "skip", "next", "quit", "agree"]
# Letters, and the digits of the number pad, which a Chinese input method leaves alone.
KEYS: dict[str, Verdict | Act] = {
    "p": "pass", "1": "pass", "f": "fail", "2": "fail", "n": "na", "3": "na",
    "\r": "agree", "\n": "agree", "a": "agree", " ": "play", "0": "play", "t": "talk", "s": "skip", "c": "next",
    "q": "quit", "\x1b": "quit", "\x03": "quit", "\x04": "quit",
}  # fmt: skip


@dataclass
class Tally:
    """What came of it."""

    decided: int = 0
    agreed: int = 0
    refused: int = 0


class Desk:
    """Shows what waits, and takes verdicts.

    Args:
        console: shown on.
        database: where calls and verdicts are.
        reviewer: who.
        player: plays the evidence.
        key: waits for a key and gives it.
        line: asks for a line of text.
        blind: show neither the machine's verdicts nor other people's, and decide nothing.
    """

    def __init__(
        self,
        console: Console,
        database: Database,
        reviewer: str,
        player: Player,
        *,
        key: Callable[[], str],
        line: Callable[[str], str],
        blind: bool = False,
    ) -> None:
        self._console, self._database, self._reviewer = console, database, reviewer
        self._player, self._key, self._line, self._blind = player, key, line, blind
        self.tally = Tally()

    def work(self, wanted: CallFilter, limit: int) -> None:
        """Go through what waits, until nothing does, so many calls are done, or the reviewer leaves.

        Raises:
            StoreError: the database cannot be read or written.
        """
        seen: set[int] = set()
        try:
            while len(seen) < limit:
                task = self._next(wanted, seen)
                if task is None:
                    self._console.print(say("nothing waits for review", "没有待复核的内容"))
                    return
                seen.add(task.row)
                if not self._call(task):
                    return
        finally:
            release(self._database, self._reviewer)

    def _next(self, wanted: CallFilter, seen: set[int]) -> Task | None:
        tasks = queue(self._database, wanted, self._reviewer, len(seen) + 1, blind=self._blind)
        task = next((task for task in tasks if task.row not in seen), None)
        if task is not None:
            lease(self._database, task.row, self._reviewer)
        return task

    def _call(self, task: Task) -> bool:
        with self._database.reading() as session:
            here = standing(session, task.row)
        if here is None:  # deleted meanwhile
            return True
        record(self._database, "read", f"review: call {task.row}")
        score = "" if self._blind else f"   {here.judged.scorecard.score or 0:g}"
        self._console.rule(
            f"{escape(here.call_id)}{score}   {why_word(task.why)}", align="left", style="cyan"
        )
        for item in task.items:
            found = here.item(item)
            act = self._item(here, found) if found else "skip"
            if act == "quit":
                return False
            if act == "next":
                break
        return True

    def _item(self, here: Standing, item: ScoredItem) -> Act:
        self._show(here, item)
        while True:
            pressed = KEYS.get(self._key().lower())
            if pressed == "play":
                self._play(here, item)
            elif pressed == "talk":
                self._talk(here)
            elif pressed in ("skip", "next", "quit"):
                self._player.stop()
                return "skip" if pressed == "skip" else "next" if pressed == "next" else "quit"
            elif verdict := self._meant(item, pressed):
                self._player.stop()
                self._take(here, item, verdict)
                return "skip"

    def _meant(self, item: ScoredItem, pressed: Verdict | Act | None) -> Verdict | None:
        if pressed == "agree":
            agreeable = not self._blind and item.verdict != "unsure"
            return item.verdict if agreeable else None
        return pressed if pressed in ("pass", "fail", "na") else None

    def _take(self, here: Standing, item: ScoredItem, verdict: Verdict) -> None:
        machine = item.finding.verdict
        reason = ""
        if not self._blind and machine not in ("unsure", verdict):
            reason = self._line(say("why", "理由"))
        new = NewReview(
            here.row, item.id, verdict, self._reviewer, reason, self._blind, here.basis(item.id), here.last(item.id),
        )  # fmt: skip
        problem = add(self._database, [new])[0]
        if problem is not None:
            self.tally.refused += 1
            self._console.print(f"  {problem}", style="red", markup=False)
            return
        self.tally.decided += 1
        self.tally.agreed += verdict == machine
        word = verdict_word(verdict)
        self._console.print(f"  → {word}", style=VERDICT_COLOURS[verdict], markup=False)

    def _show(self, here: Standing, item: ScoredItem) -> None:
        title = escape(str(item.title))
        if self._blind:
            self._console.print(f"[bold]{title}[/]")
        else:
            colour = VERDICT_COLOURS[item.verdict]
            self._console.print(f"[bold]{title}[/]  [{colour}]{verdict_word(item.verdict)}[/]")
            self._console.print(f"  {item.reason}", markup=False)
            for one in here.of(item.id):
                line = f"{one.reviewer}{say(': ', '：')}{verdict_word(one.verdict)}  {one.reason}"
                self._console.print(f"  {line}", style="bright_black", markup=False)
        for text in _evidence(here, item):
            self._console.print(text)
        self._console.print(self._keys(item), style="bright_black", markup=False)

    def _keys(self, item: ScoredItem) -> str:
        parts = [say("1 pass  2 fail  3 n/a", "1 通过  2 不通过  3 不适用")]
        if not self._blind and item.verdict != "unsure":
            parts.append(say("Enter agree", "回车 同意"))
        if self._player.there and item.finding.evidence:
            parts.append(say("space play", "空格 播放"))
        parts.append(
            say("t whole call  s skip  c next call  q quit", "t 全文  s 跳过  c 下一通  q 退出")
        )
        return "  " + "  ".join(parts)

    def _play(self, here: Standing, item: ScoredItem) -> None:
        spans = [(e.start, e.end) for e in item.finding.evidence]
        if not spans or not self._player.there:
            return
        try:
            self._player.play(here.source, spans)
        except CallqaError as error:
            self._console.print(f"  {error}", style="red", markup=False)

    def _talk(self, here: Standing) -> None:
        for u in here.judged.transcript.utterances:
            self._console.print(
                f"  {clock(u.start):>6} [{ROLE_COLOURS[u.role]}]{speaker_name(u)}[/] {escape(u.text)}"
            )


def _evidence(here: Standing, item: ScoredItem) -> Iterator[str]:
    """Where it shows, with the turns around; the evidence itself is marked."""
    shown: set[float] = set()
    for passage in of_item(here.judged, item.id):
        for u in passage.utterances:
            if u.start in shown:
                continue
            shown.add(u.start)
            mark = "▶" if u.start < passage.end and passage.start < u.end else " "
            yield (
                f"  {mark} {clock(u.start):>6} [{ROLE_COLOURS[u.role]}]{speaker_name(u)}[/] {escape(u.text)}"
            )
