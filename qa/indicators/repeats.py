"""First-call resolution: whether the same number called again within the week."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable
from datetime import datetime

from .catalogue import REPEAT_DAYS
from .figures import CallFigures, CallRecord, Contact
from .sums import Sums, is_inbound, is_taken

_WITHHELD = frozenset(
    (
        "unknown", "anonymous", "private", "withheld", "restricted", "unavailable", "none", "null", "hidden",
        "blocked", "未知", "未知号码", "匿名", "隐藏", "隐藏号码", "私人号码", "无", "无号码", "保密",
    )
)  # fmt: skip
_MASKED = re.compile(r"\*|\d[x#]{2,}")
_WRITTEN = re.compile(r"\+?[\d\s().-]+", re.ASCII)
_MOBILE = re.compile(r"1[3-9]\d{9}", re.ASCII)
_EPOCH = datetime(2000, 1, 1)


class Repeats:
    """Gathers when which number called, and then tells the calls that were followed by another.

    A call that begins before the end of the one before is a leg of it, not a repeat.
    """

    def __init__(self) -> None:
        self._starts: dict[str, list[float]] = {}
        self._judged: list[tuple[str, float, float, Sums]] = []
        self._numbers: dict[str, str | None] = {}

    def add_contacts(self, contacts: Iterable[Contact]) -> None:
        """Add calls that are not judged themselves: of other agents, or after the period. Some may be known already."""
        for contact in contacts:
            self._add(contact.caller, contact.started_at)

    def add(self, call: CallFigures | CallRecord, sums: Sums) -> None:
        """Add an inbound call; if it was answered, `settle` will count it in `sums`."""
        if not is_inbound(call):
            return
        known = self._add(call.caller, call.started_at)
        if known and is_taken(call):
            number, start = known
            self._judged.append((number, start, start + _seconds(call), sums))

    def settle(self) -> None:
        """Count all calls that were to be judged in their sums."""
        for starts in self._starts.values():
            starts.sort()
        window = REPEAT_DAYS * 86400.0
        for number, start, end, sums in self._judged:
            starts = self._starts[number]
            following = bisect_right(starts, end)
            again = following < len(starts) and starts[following] <= start + window
            sums.judged += 1
            sums.resolved += not again
        self._judged.clear()

    def _add(self, caller: str | None, started_at: str | None) -> tuple[str, float] | None:
        if not caller or not started_at:
            return None
        if caller in self._numbers:
            number = self._numbers[caller]
        else:
            number = self._numbers[caller] = plain_number(caller)
        start = _moment(started_at)
        if number is None or start is None:
            return None
        self._starts.setdefault(number, []).append(start)
        return number, start


def plain_number(caller: str) -> str | None:
    """A number in the form in which two calls of one customer are equal; None if it tells nobody's.

    Withheld numbers, and masked ones (138****8000), which several customers may share, tell nobody's.
    A token in the number's place, a hash say, is kept as it is.
    """
    if _MOBILE.fullmatch(caller):
        return caller  # the way of most
    text = unicodedata.normalize("NFKC", caller).strip().lower()
    text = re.sub(r"^(tel:|sip:)", "", text).partition("@")[0].strip()
    if text in _WITHHELD or _MASKED.search(text):
        return None
    if not _WRITTEN.fullmatch(text):
        return text or None
    digits = re.sub(r"\D", "", text)
    abroad = re.match(r"\+86|0086|86(?=1[3-9]\d{9}$)", re.sub(r"[^\d+]", "", text))
    if abroad:
        digits = digits[len(abroad[0].lstrip("+")) :]
        digits = digits if _MOBILE.fullmatch(digits) else "0" + digits.lstrip("0")
    elif digits.startswith("0") and _MOBILE.fullmatch(digits[1:]):
        digits = digits[1:]  # a mobile of another town, dialled with a zero
    return digits if len(set(digits)) > 1 else None  # 000000, or a lone digit


def _moment(started_at: str) -> float | None:
    """Seconds since a fixed moment; None for what has no time of day, since calls of one day have no order then."""
    if ":" not in started_at:
        return None
    try:
        moment = datetime.fromisoformat(started_at)
    except ValueError:
        return None
    if moment.tzinfo is not None:
        moment = moment.replace(tzinfo=None)
    return (moment - _EPOCH).total_seconds()


def _seconds(call: CallFigures | CallRecord) -> float:
    """How long a call went on, as far as it is known."""
    if isinstance(call, CallFigures):
        return call.duration
    return (call.queue_seconds or 0) + (call.ring_seconds or 0) + (call.talk_seconds or 0)
