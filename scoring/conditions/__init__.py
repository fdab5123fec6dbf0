"""The conditions of the rule language: an item of a checklist is made of them.

Each kind is told by the one key that names it (`say`, `hold`, `all` …); docs/checklists.md describes them all.
"""

from __future__ import annotations

from types import ModuleType
from typing import Annotated, Any, Union

from pydantic import Discriminator, Tag

from . import clocks, logic, placed, words
from .base import Condition, Embedder, Hit, Judgement, Outcome, Truth
from .clocks import Duration, Hold, Interrupt, Response, Rings, Silence, SpeechRate, TalkShare
from .facts import Metadata
from .logic import All, Named, Not, Nothing
from .logic import Any as AnyOf
from .words import Beyond, Regex, Repeat, Say

KINDS: dict[str, type[Condition]] = {
    "all": All,
    "any": AnyOf,
    "none": Nothing,
    "not": Not,
    "use": Named,
    "say": Say,
    "beyond": Beyond,
    "regex": Regex,
    "repeat": Repeat,
    "hold": Hold,
    "silence": Silence,
    "response": Response,
    "interrupt": Interrupt,
    "rings": Rings,
    "duration": Duration,
    "talk_share": TalkShare,
    "speech_rate": SpeechRate,
    "metadata": Metadata,
}
TAG = "kind "  # before a kind's name in the places that validation errors tell: no key of a checklist begins so


def _kind(raw: Any) -> str | None:
    if isinstance(raw, Condition):
        return next(TAG + name for name, kind in KINDS.items() if type(raw) is kind)
    given = [name for name in KINDS if isinstance(raw, dict) and name in raw]
    return TAG + given[0] if len(given) == 1 else None


AnyCondition = Annotated[
    Union[tuple(Annotated[kind, Tag(TAG + name)] for name, kind in KINDS.items())],  # type: ignore[misc]
    Discriminator(_kind, custom_error_type="condition_kind", custom_error_message="not one kind"),
]


def _complete(*modules: ModuleType) -> None:
    """Conditions hold conditions: their fields can only be made when all kinds exist."""
    for module in modules:
        module.AnyCondition = AnyCondition  # type: ignore[attr-defined]
    for kind in KINDS.values():
        kind.model_rebuild()


_complete(logic, placed, words, clocks)

__all__ = [
    "KINDS",
    "TAG",
    "AnyCondition",
    "Condition",
    "Embedder",
    "Hit",
    "Judgement",
    "Outcome",
    "Truth",
]
