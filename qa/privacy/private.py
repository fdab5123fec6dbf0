"""What counts as private, and what is known to be so before anything is read."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, get_args

from ...lang import say
from ...settings import Settings
from ..metadata import CallMetadata

PrivateKind = Literal["phone", "id_card", "bank_card", "plate", "address", "name"]
KINDS: tuple[PrivateKind, ...] = get_args(PrivateKind)


@dataclass(frozen=True)
class Private:
    """Something private: characters [start, end) of the text of an utterance, which is known by its number."""

    kind: PrivateKind
    utterance: int
    start: int
    end: int

    def overlaps(self, other: Private) -> bool:
        same = self.utterance == other.utterance
        return same and self.start < other.end and other.start < self.end


@dataclass(frozen=True)
class Known:
    """Names of people and numbers (digits) that are private wherever they come up."""

    names: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()

    @classmethod
    def of(cls, facts: CallMetadata, settings: Settings) -> Known:
        """Those of the call's metadata, and of the agents in the settings."""
        people = (facts.customer, facts.agent, *(agent.name for agent in settings.agents))
        numbers = (re.sub(r"\D", "", one or "") for one in (facts.caller, facts.called))
        names = dict.fromkeys(one.strip() for one in people if one and len(one.strip()) > 1)
        return cls(tuple(names), tuple(n for n in dict.fromkeys(numbers) if len(n) >= 7))


def kind_word(kind: PrivateKind) -> str:
    """A kind in the user's language."""
    words = {
        "phone": say("phone", "电话"),
        "id_card": say("ID card", "身份证"),
        "bank_card": say("bank card", "银行卡"),
        "plate": say("plate", "车牌"),
        "address": say("address", "地址"),
        "name": say("name", "姓名"),
    }
    return words[kind]


def merged(found: Iterable[Private]) -> tuple[Private, ...]:
    """Without overlaps, by place: what overlaps becomes one, of the kind of the longer part."""
    out: list[Private] = []
    for one in sorted(found, key=lambda p: (p.utterance, p.start, -p.end)):
        last = out[-1] if out else None
        if last and last.utterance == one.utterance and one.start < last.end:
            longer = one if one.end - one.start > last.end - last.start else last
            end = max(last.end, one.end)
            out[-1] = Private(longer.kind, one.utterance, last.start, end)
        elif one.end > one.start:
            out.append(one)
    return tuple(out)
