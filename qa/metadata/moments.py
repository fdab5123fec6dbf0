"""Times as exports write them, and the time of the centre."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ...errors import SettingsError
from ...lang import Text

_EPOCH = re.compile(r"1\d{9}(?:\.\d+)?")  # seconds since 1970, from 2001 to 2033
_EPOCH_MS = re.compile(r"1\d{12}")
_SERIAL = re.compile(r"[345]\d{4}\.\d+")  # days since 1899, as Excel keeps times, from 1982 to 2064
_OLDEST = 1980  # year; databases write 0001, 1900 or 1970 for nothing
_WEEKDAY = re.compile(r"(?:星期|周|礼拜)[一二三四五六日天]")
_HALF = re.compile(
    r"(上午|凌晨|早上|(?<![a-z])am\b)|(下午|中午|晚上|(?<![a-z])pm\b)", re.IGNORECASE
)
_UNITS = {"d": 86400, "h": 3600, "m": 60, "s": 1}
_SAID = {
    "d": "天|days|day|d", "h": "个小时|小时|时|hours|hour|hrs|hr|h", "m": "分钟|分|minutes|minute|mins|min|m",
    "s": "秒钟|秒|seconds|second|secs|sec|s",
}  # fmt: skip
_DURATION = re.compile(
    "".join(
        rf"(?:(?P<{unit}>\d+(?:\.\d+)?)(?:{said}){'?' if unit == 's' else ''})?"
        for unit, said in _SAID.items()
    )
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
    elif time and not started and re.match(r"\d{4}\D|\d{8}", time):  # with its date
        written = time
    else:
        day = re.sub(r"[ T]0?0:00(:00(\.0+)?)?$", "", date or "")  # a date that a database wrote
        written = " ".join(part for part in (day, started or time) if part)
    if not written:
        return None
    found = parsed(written)
    if found is None:
        return None if re.match(r"0000\D", written) else written
    if found.year < _OLDEST:
        return None
    if found.tzinfo is None and ":" not in _tidied(written) and not _SERIAL.fullmatch(written):
        return found.date().isoformat()
    return (zones or Zones()).local(found).isoformat()


def parsed(written: str) -> datetime | None:
    """A date, or a date and a time, in the forms that exports use; None where it is neither.

    Seconds since 1970 and what has an offset are aware of their zone, what else is written is not.
    """
    if _EPOCH.fullmatch(written) or _EPOCH_MS.fullmatch(written):
        since = float(written) / (1000 if _EPOCH_MS.fullmatch(written) else 1)
        return datetime.fromtimestamp(int(since), UTC)
    if _SERIAL.fullmatch(written):
        return datetime(1899, 12, 30) + timedelta(seconds=round(float(written) * 86400))
    half = _HALF.search(written)
    try:
        found = datetime.fromisoformat(_tidied(written))
    except ValueError:
        return None
    if half is None or found.hour > 12:
        return found
    return found.replace(hour=found.hour % 12 + (12 if half[2] else 0))


@lru_cache(maxsize=4096)
def seconds(written: str) -> float | None:
    """A duration: 83, 83.5, 1,234, 83s, 01:23, 00:01:23, 1分23秒, 1m23s; None where it is none."""
    text = re.sub(r"\s", "", unicodedata.normalize("NFKC", written)).lower()
    text = re.sub(r"(?<=\d),(?=\d{3}(?:\D|$))", "", text)
    if parts := re.fullmatch(r"(?:(\d+):)?(\d+):(\d+(?:\.\d+)?)", text):
        return float(parts[1] or 0) * 3600 + float(parts[2]) * 60 + float(parts[3])
    found = _DURATION.fullmatch(text)
    if not text or found is None:
        return None
    return float(sum(float(found[unit] or 0) * size for unit, size in _UNITS.items()))


def _tidied(written: str) -> str:
    """A date, and a time if there is one, as ISO 8601 has them, without the half of the day."""
    text = unicodedata.normalize("NFKC", written)
    text = _HALF.sub(" ", _WEEKDAY.sub(" ", text))
    text = re.sub(r"(\d{1,2})[时点](\d{1,2})分?(?:(\d{1,2})秒)?", r" \1:\2:\3", text)
    text = " ".join(re.sub(r"[年月/]", "-", text.replace("日", " ")).split())
    text = re.sub(r"^(\d{1,4})\.(\d{1,2})\.(\d{1,4})", r"\1-\2-\3", text)
    text = re.sub(r"^(\d{4})(\d\d)(\d\d)", r"\1-\2-\3 ", text)
    text = re.sub(r"[ T]+(\d\d)-?(\d\d)-?(\d\d)?$", r" \1:\2:\3", text).rstrip(": ")
    text = re.sub(r":(\d)(?=:|$)", r":0\1", text)
    return re.sub(r"-(\d)(?=\D|$)", r"-0\1", re.sub(r"[ T]+(\d):", r" 0\1:", text))
