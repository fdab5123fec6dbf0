"""What metadata say of a recording that cannot be."""

from __future__ import annotations

from datetime import datetime, timedelta

from ...lang import Text
from .facts import CallMetadata

SHARE, SECONDS = (
    0.2,
    10.0,
)  # by more than both, two lengths of one call are not rounding or a trimmed pause


def contradictions(
    facts: CallMetadata, duration: float, channels: int, today: datetime | None = None
) -> list[Text]:
    """What is wrong with the facts of a recording.

    Args:
        facts: of its call.
        duration: of the recording, seconds.
        channels: of the recording.
        today: the local time now.
    """
    found: list[Text] = []
    channel = facts.agent_channel
    if channel is not None and channel > channels > 1:
        en = f"the agent's channel is said to be {channel}, there are {channels}"
        found.append(Text(en, f"元数据称坐席在第 {channel} 声道，但录音只有 {channels} 个声道"))
    said = facts.talk_seconds
    if said is not None and said - duration > max(SECONDS, SHARE * duration):
        en = f"the call is said to last {said:.0f} s, the recording has {duration:.0f} s"
        found.append(Text(en, f"元数据称通话 {said:.0f} 秒，录音只有 {duration:.0f} 秒"))
    if facts.started_at and _in_future(facts.started_at, today or datetime.now()):
        en = f"the call is said to begin in the future: {facts.started_at}"
        found.append(Text(en, f"元数据中的开始时间在未来：{facts.started_at}"))
    return found


def _in_future(started: str, now: datetime) -> bool:
    """Whether a start is later than tomorrow, for a clock elsewhere may be ahead; text that is no time is not."""
    try:
        return datetime.fromisoformat(started).date() > (now + timedelta(days=1)).date()
    except ValueError:
        return False
