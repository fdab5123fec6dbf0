"""The conditions of the rule language: an item of a checklist is made of them.

Each kind is told by the one key that names it (`say`, `hold`, `all` …); docs/checklists.md describes them all.
"""

from __future__ import annotations

from types import ModuleType
from typing import TYPE_CHECKING, Annotated, Any, Union

from pydantic import Discriminator, Tag

from . import clocks, given, logic, meaning, placed, words
from .base import Condition, Hit, Judgement, Outcome, Truth
from .clocks import Hold, Interrupt, Response, Silence
from .facts import Metadata
from .figures import Duration, Energy, EnergySpread, Rings, SpeechRate, TalkShare
from .given import Mention, ReadBack
from .logic import All, Named, Not, Nothing
from .logic import Any as AnyOf
from .meaning import Like
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
    "like": Like,
    "repeat": Repeat,
    "mention": Mention,
    "read_back": ReadBack,
    "hold": Hold,
    "silence": Silence,
    "response": Response,
    "interrupt": Interrupt,
    "rings": Rings,
    "duration": Duration,
    "talk_share": TalkShare,
    "speech_rate": SpeechRate,
    "energy": Energy,
    "energy_spread": EnergySpread,
    "metadata": Metadata,
}
TAG = "kind "  # before a kind's name in the places that validation errors tell: no key of a checklist begins so


def _kind(raw: Any) -> str | None:
    if isinstance(raw, Condition):
        return next(TAG + name for name, kind in KINDS.items() if type(raw) is kind)
    given = [name for name in KINDS if isinstance(raw, dict) and name in raw]
    return TAG + given[0] if len(given) == 1 else None


if TYPE_CHECKING:
    AnyCondition = Condition
else:
    _kinds = tuple(Annotated[kind, Tag(TAG + name)] for name, kind in KINDS.items())
    AnyCondition = Annotated[
        Union[_kinds],  # noqa: UP007  (made of a tuple)
        Discriminator(_kind, custom_error_type="condition_kind", custom_error_message="no kind"),
    ]


def _complete(*modules: ModuleType) -> None:
    """Conditions hold conditions: their fields can only be made when all kinds exist."""
    for module in modules:
        module.AnyCondition = AnyCondition  # type: ignore[attr-defined]
    for kind in KINDS.values():
        kind.model_rebuild()


_complete(logic, placed, words, meaning, given, clocks)

__all__ = ["KINDS", "TAG", "AnyCondition", "Condition", "Hit", "Judgement", "Outcome", "Truth"]
