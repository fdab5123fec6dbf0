"""Times as exports write them, and the time of the centre."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ...errors import SettingsError
from ...lang import Text

_EPOCH = re.compile(
    r"1\d{9}(?:\.\d+)?|1\d{12}"
)  # seconds or milliseconds since 1970, from 2001 to 2033
_UNITS = {"h": 3600, "m": 60, "s": 1}
_DURATION = re.compile(
    r"(?:(?P<h>\d+(?:\.\d+)?)(?:小时|时|h))?(?:(?P<m>\d+(?:\.\d+)?)(?:分钟|分|min|m))?(?:(?P<s>\d+(?:\.\d+)?)(?:秒钟|秒|sec|s)?)?"
)


@dataclass(frozen=True)
class Zones:
    """Where times come from, and where they go: names of zones as in the IANA database.

    Attributes:
        source: the zone of times without an offset; "" takes them for the centre's own.
        home: the centre's; "" is that of this machine.
    """

    source: str = ""
    home: str = ""

    def local(self, moment: datetime) -> datetime:
        """A moment as the centre's clocks show it, without an offset.

        Raises:
            SettingsError: there is no such zone.
        """
        if moment.tzinfo is None and self.source:
            moment = moment.replace(tzinfo=zone(self.source))
        if moment.tzinfo is None:
            return moment
        return moment.astimezone(zone(self.home) if self.home else None).replace(tzinfo=None)


def zone(name: str) -> tzinfo:
    """The time zone of a name.

    Raises:
        SettingsError: there is none of that name.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise SettingsError(
            f"there is no time zone {name}", f"没有时区 {name}",
            then=Text("write it as Asia/Shanghai or UTC", "请写成 Asia/Shanghai 或 UTC"),
        ) from error  # fmt: skip


def moment(
    date: str | None, time: str | None, started: str | None, zones: Zones | None = None
) -> str | None:
    """The start as ISO 8601, from one text or from a date and a time; as it was written where it is neither.

    Raises:
        SettingsError: a zone is unknown.
    """
    if started and re.search(r"\d{4}", started):
        written = started
    else:
        written = " ".join(part for part in (date, started or time) if part)
    if not written:
        return None
    zones = zones or Zones()
    if _EPOCH.fullmatch(written):
        seconds = float(written) / (1000 if len(written) == 13 else 1)
        return zones.local(datetime.fromtimestamp(seconds, UTC)).isoformat(timespec="seconds")
    found = parsed(written)
    if found is None:
        return written
    if ":" not in _tidied(written):
        return found.date().isoformat()
    return zones.local(found).isoformat()


def parsed(written: str) -> datetime | None:
    """A date, or a date and a time, in the forms that exports use; None where it is neither."""
    try:
        return datetime.fromisoformat(_tidied(written))
    except ValueError:
        return None


def seconds(written: str) -> float | None:
    """A duration: 83, 83.5, 83s, 01:23, 00:01:23, 1分23秒, 1m23s; None where it is none."""
    text = re.sub(r"\s", "", written).lower()
    if parts := re.fullmatch(r"(?:(\d+):)?(\d+):(\d+(?:\.\d+)?)", text):
        return float(parts[1] or 0) * 3600 + float(parts[2]) * 60 + float(parts[3])
    found = _DURATION.fullmatch(text)
    if not text or found is None:
        return None
    return float(sum(float(found[unit] or 0) * size for unit, size in _UNITS.items()))


def _tidied(written: str) -> str:
    text = " ".join(re.sub(r"[年月/]", "-", written.replace("日", " ")).split())
    text = re.sub(r"^(\d{1,4})\.(\d{1,2})\.(\d{1,4})", r"\1-\2-\3", text)
    text = re.sub(r"^(\d{4})(\d\d)(\d\d)", r"\1-\2-\3 ", text)
    text = re.sub(r"[ T]+(\d\d)-?(\d\d)-?(\d\d)?$", r" \1:\2:\3", text).rstrip(": ")
    return re.sub(r"-(\d)(?=\D|$)", r"-0\1", re.sub(r"[ T]+(\d):", r" 0\1:", text))
