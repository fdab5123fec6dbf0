"""Everything known of a recording from all sources, completed from the roster."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from pathlib import Path

from ...errors import readable
from ...settings import Settings
from .facts import CallMetadata
from .headings import Headings
from .matching import Book
from .names import from_name
from .sidecars import read_sidecar


def gather(
    recording: Path,
    settings: Settings,
    book: Book | None,
    legs: Sequence[Path] = (),
    agent_channel: int | None = None,
) -> CallMetadata:
    """Everything known of a recording, completed from the roster: the agent's name, group, usual channel.

    Args:
        recording: its path; of legs what their names share.
        settings: patterns of names, the roster, the agent's channel.
        book: the imported records.
        legs: the files of a call's legs, whose own facts fill up those of the call, the agent's leg first.
        agent_channel: what the legs' names say, which counts where nothing else does.

    Raises:
        RecordingError: a sidecar is no JSON object. SettingsError: a pattern has an unknown placeholder.
    """
    names = [recording, *(legs[::-1] if agent_channel == 2 else legs)]
    by_name = [from_name(readable(name.stem), settings.files.patterns) for name in names]
    levels = [[read_sidecar(name, Headings.of(settings)) for name in names]]
    if book:
        levels.append([book.of(name, said) for name, said in zip(names, by_name, strict=True)])
    levels.append(by_name)
    facts = CallMetadata()
    for known in chain.from_iterable(levels):
        facts = facts.over(known)
    usual = settings.files.agent_channel or agent_channel
    return completed(facts, settings).over(CallMetadata(usual_channel=usual))


def completed(facts: CallMetadata, settings: Settings) -> CallMetadata:
    """The facts with what the roster says of the agent; a name that two have says nothing."""
    entry = settings.agent(facts.agent_id) or settings.agent_named(facts.agent)
    if entry:
        facts = facts.over(
            CallMetadata(
                agent_id=entry.id,
                agent=entry.name or None,
                group=entry.group or None,
                usual_channel=settings.files.agent_channel or entry.channel,
            )
        )
    return facts


def of_pipe(settings: Settings) -> CallMetadata:
    """What is known of a recording without a name."""
    return CallMetadata(usual_channel=settings.files.agent_channel)
