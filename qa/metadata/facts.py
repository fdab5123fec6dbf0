"""Facts about a call that are known besides its audio."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Literal

from ...lang import Text
from .hung_up import Party

Outcome = Literal["answered", "abandoned", "busy", "failed"]


@dataclass(frozen=True)
class CallMetadata:
    """Facts about a call; None where nothing is known.

    Attributes:
        started_at: ISO 8601, local time of the centre.
        direction: inbound, outbound or callback.
        agent_channel, usual_channel: counted from 1. The first was said of this call, the second of all: the words of a
            call may show that it is the other way round.
        called: the number that was dialled.
        ring_seconds, queue_seconds: how long it rang, and waited in a queue, before an agent answered.
        talk_seconds: from the answer to the end, as the telephony system has it.
        after_seconds: what the agent worked on it after the call.
        record_id: the telephony system's own id of the call.
        records: rows of the store's imported records that say some of this.
    """

    agent_id: str | None = None
    agent: str | None = None
    group: str | None = None
    customer: str | None = None
    caller: str | None = None
    direction: str | None = None
    queue: str | None = None
    started_at: str | None = None
    agent_channel: int | None = None
    usual_channel: int | None = None
    hung_up_by: Party | None = None
    called: str | None = None
    ring_seconds: float | None = None
    queue_seconds: float | None = None
    talk_seconds: float | None = None
    after_seconds: float | None = None
    outcome: Outcome | None = None
    transferred: bool | None = None
    record_id: str | None = None
    records: tuple[int, ...] | None = None

    def over(self, other: CallMetadata) -> CallMetadata:
        """These facts, filled up with the other's where they are silent."""
        given = {f.name: getattr(self, f.name) for f in fields(self)}
        return replace(other, **{name: value for name, value in given.items() if value is not None})


@dataclass(frozen=True)
class Record:
    """A row of a table about a call.

    Attributes:
        name: of the recording: a path, a file's name, or a call's id; "" where the row names none.
        line: of the file, counted from 1.
    """

    name: str
    facts: CallMetadata
    line: int


@dataclass(frozen=True)
class Problem:
    """A row that cannot be used, and why."""

    line: int
    text: Text
