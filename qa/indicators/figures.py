"""What indicators need to know of a call: figures of a recording, and a line of the telephony system's call records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

CallOutcome = Literal["answered", "abandoned", "busy", "failed"]


@dataclass(frozen=True, slots=True)
class CallFigures:
    """One recorded call, with what its record says of it, where there is one.

    All times in seconds; None is not known, which is never the same as 0. `started_at` is ISO 8601 in local time.

    Attributes:
        score: of the latest scorecard, 0 to 100.
        connected_seconds: from the answer to the end: the talk seconds of the record, else the recording less its
            ring-back. What the customer is kept on the line is part of it.
        hold_seconds: of all holds together; None where no speech was found, as for the other measures.
        rings: heard in the recording.
        ring_seconds, queue_seconds: before the answer. after_seconds: after-call work.
        outcome: what the record says; None where no record does.
        has_record: whether a line of the call records is joined to it.
    """

    call_id: str
    source: str = ""
    agent_id: str | None = None
    agent: str | None = None
    group: str | None = None
    direction: str | None = None
    queue: str | None = None
    caller: str | None = None
    started_at: str | None = None
    duration: float = 0.0
    score: float | None = None
    connected_seconds: float | None = None
    hold_seconds: float | None = None
    longest_hold_seconds: float | None = None
    silence_seconds: float | None = None
    rings: int | None = None
    ring_seconds: float | None = None
    queue_seconds: float | None = None
    after_seconds: float | None = None
    interruptions: int | None = None
    response_seconds: float | None = None
    agent_chars_per_minute: float | None = None
    transferred: bool | None = None
    outcome: CallOutcome | None = None
    has_record: bool = False


@dataclass(frozen=True, slots=True)
class CallRecord:
    """One line of the telephony system's call records. Times in seconds, None is not known.

    `recorded` says that the call is among the `CallFigures`, too: it counts there, with all that the record says of it.
    """

    record_id: str
    agent_id: str | None = None
    agent: str | None = None
    group: str | None = None
    direction: str | None = None
    queue: str | None = None
    caller: str | None = None
    started_at: str | None = None
    outcome: CallOutcome | None = None
    ring_seconds: float | None = None
    queue_seconds: float | None = None
    talk_seconds: float | None = None
    after_seconds: float | None = None
    transferred: bool | None = None
    recorded: bool = False


@dataclass(frozen=True, slots=True)
class Contact:
    """That a number called in; `started_at` as above."""

    caller: str | None
    started_at: str | None
