"""Full-text search in what was said: an index of characters and of sounds, one document per call.

SQLite's FTS5 parts texts at blanks, which Chinese has none of. So every syllable is a token of its own, and a phrase of
any length, two characters among them, is a phrase of tokens. A second pair of columns has the syllables' sounds in one
spelling for those that lines and accents confuse (scoring/alike.py): misheard words are found by them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import sqlalchemy as sa
from sqlalchemy import orm

from ...errors import UsageError
from ...lang import Text
from ...scoring.alike import alike
from ...scoring.call import ScoredCall, Side
from ...scoring.pinyin import WALL, Syllable, syllables
from ...scoring.scorecard import decided
from ...transcribe.transcript import Transcript
from ..metadata import CallMetadata
from ..result import Judged
from .database import Database
from .decisions import decisions
from .facts import facts_of
from .filters import CallFilter, conditions
from .packing import restored, unpack
from .reading import of_name
from .schema import AnalysisRow, CallRow, ScorecardRow

Likeness = Literal["said", "sounds", "none"]  # none: it was not looked for by a phrase
_BREAK = "｜"  # a token that no phrase has, where no phrase goes across
_SIDES: dict[Side, tuple[str, ...]] = {
    "agent": ("agent",),
    "customer": ("customer",),
    "any": ("agent", "customer"),
}


@dataclass(frozen=True)
class Hit:
    """A call in which a phrase is said, or something that sounds like it. `judged` has its transcript."""

    row: int
    call_id: str
    source: str
    agent_id: str | None
    agent: str | None
    started_at: str | None
    score: float | None
    duration: float
    likeness: Likeness
    judged: Judged
    metadata: CallMetadata = field(default_factory=CallMetadata)


def side_of(word: str) -> Side:
    """Who is meant by `agent`, `customer` or `any`.

    Raises:
        UsageError: it is another word.
    """
    for side in _SIDES:
        if word == side:
            return side
    raise UsageError(
        f"unknown speaker {word}",
        f"未知的说话人 {word}",
        then=Text("agent, customer or any", "可用 agent、customer 或 any"),
    )


def index_call(session: orm.Session, row: int, judged: Judged, duration: float) -> None:
    """Put what is said in a call into the index, instead of what is there."""
    forget_said(session, [row])
    columns = "agent, customer, agent_sound, customer_sound"
    session.execute(
        sa.text(f"INSERT INTO said (rowid, {columns}) VALUES (:row, :a, :c, :sa, :sc)"),  # noqa: S608
        dict(zip(("a", "c", "sa", "sc"), _documents(judged.transcript, judged, duration), strict=True)) | {"row": row},
    )  # fmt: skip


def forget_said(session: orm.Session, rows: Sequence[int]) -> None:
    """Take calls out of the index."""
    for row in rows:
        session.execute(sa.text("DELETE FROM said WHERE rowid = :row"), {"row": row})


def _documents(transcript: Transcript, judged: Judged, duration: float) -> tuple[str, ...]:
    call = ScoredCall(transcript, judged.events, duration)
    both: tuple[Side, Side] = ("agent", "customer") if call.roles_known else ("any", "any")
    said = [call.speech(side).syllables for side in both]
    return (*(_characters(one) for one in said), *(_sounds(one) for one in said))


def _characters(said: Sequence[Syllable]) -> str:
    return " ".join(_BREAK if s is WALL else s.char for s in said)


def _sounds(said: Sequence[Syllable]) -> str:
    return " ".join(_BREAK if s is WALL else alike(s) for s in said)


def search(
    database: Database,
    phrase: str,
    wanted: CallFilter,
    *,
    who: Side = "any",
    alike: bool = True,
    limit: int = 20,
) -> list[Hit]:
    """The latest calls in which a phrase is said, then those in which something sounds like it.

    Args:
        database: where the calls are.
        phrase: at least one syllable; marks are not looked at.
        wanted: which calls.
        who: says it.
        alike: whether what sounds like it counts.
        limit: of calls.

    Raises:
        UsageError: there is nothing in the phrase that can be said. StoreError: the database cannot be read.
    """
    tokens = syllables(phrase)
    if not tokens:
        raise UsageError(
            f"nothing can be said in {phrase!r}", f"{phrase!r} 中没有可检索的字词",
            then=Text("give words, as in callqa find 退款", "请输入要查找的词语，例如 callqa find 退款"),
        )  # fmt: skip
    found: dict[int, Likeness] = {}
    with database.reading() as session:
        for row in _matching(session, _characters(tokens), _SIDES[who], wanted, limit):
            found[row] = "said"
        if alike and len(found) < limit:
            columns = tuple(f"{side}_sound" for side in _SIDES[who])
            for row in _matching(session, _sounds(tokens), columns, wanted, limit):
                found.setdefault(row, "sounds")
        return hits(session, dict(list(found.items())[:limit]))


def _matching(
    session: orm.Session, tokens: str, columns: Sequence[str], wanted: CallFilter, limit: int
) -> list[int]:
    """The rows of the calls, latest first."""
    query = (
        sa.select(CallRow.id)
        .where(sa.text("calls.id IN (SELECT rowid FROM said WHERE said MATCH :phrase)"))
        .where(*conditions(wanted))
        .order_by(CallRow.started_at.desc(), CallRow.id.desc())
        .limit(limit)
    )
    phrase = f'{{{" ".join(columns)}}} : "{tokens}"'
    return list(session.scalars(query, {"phrase": phrase}))


def rows_saying(session: orm.Session, phrase: str, who: Side) -> set[int]:
    """The rows of all calls in which a phrase is said letter for letter."""
    tokens = syllables(phrase)
    if not tokens:
        return set()
    match = f'{{{" ".join(_SIDES[who])}}} : "{_characters(tokens)}"'
    query = sa.text("SELECT rowid FROM said WHERE said MATCH :phrase")
    return set(session.scalars(query, {"phrase": match}))


def named(database: Database, name: str) -> Hit:
    """The judged call of this id or path.

    Raises:
        UsageError: there is none. StoreError: the database cannot be read.
    """
    query = of_name(sa.select(CallRow.id), name).where(CallRow.scorecard_id.is_not(None))
    with database.reading() as session:
        row = session.scalar(query.order_by(CallRow.id.desc()).limit(1))
        found = hits(session, {row: "none"}) if row is not None else []
    if not found:
        raise UsageError(
            f"no scored call {name} in the database", f"数据库中没有已评分的通话 {name}",
            then=Text("score it first: callqa score PATH", "请先评分：callqa score 路径"),
        )  # fmt: skip
    return found[0]


def hits(session: orm.Session, found: Mapping[int, Likeness]) -> list[Hit]:
    """The calls of these rows, in this order, with what was judged of them."""
    query = (
        sa.select(CallRow, ScorecardRow, AnalysisRow.features)
        .join(ScorecardRow, CallRow.scorecard_id == ScorecardRow.id)
        .join(AnalysisRow, CallRow.analysis_id == AnalysisRow.id)
        .where(CallRow.id.in_(found))
    )
    by_row: dict[int, Hit] = {}
    made = decisions(session, found)
    for call, card, features in session.execute(query):
        judged = unpack(Judged, card.payload)
        now = decided(judged.scorecard, made.get(call.id, {}))
        judged = replace(judged, scorecard=now)
        if found[call.id] != "none":  # whoever looks for a phrase's place needs the pinyin
            restored(features).prepare(judged.transcript)
        by_row[call.id] = Hit(
            call.id, call.call_id, call.source, call.agent_id, call.agent, call.started_at, now.score,
            call.duration, found[call.id], judged, facts_of(call),
        )  # fmt: skip
    return [by_row[row] for row in found if row in by_row]
