"""What a recording's name says of its call."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from ...errors import SettingsError
from ...lang import Text
from .facts import CallMetadata
from .headings import from_mapping

_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_PARTS = {"date": r"\d{4}-?\d{2}-?\d{2}", "time": r"\d{2}[-:]?\d{2}(?:[-:]?\d{2})?", "_": r".*?"}
PATTERN_NAMES = (
    "agent_id", "agent", "customer", "caller", "date", "time", "queue", "direction", "_"
)  # fmt: skip


@lru_cache(maxsize=64)
def _compiled(pattern: str) -> re.Pattern[str]:
    names = _PLACEHOLDER.findall(pattern)
    wrong = [n for n in names if n not in PATTERN_NAMES or (n != "_" and names.count(n) > 1)]
    if wrong:
        known = " ".join(f"{{{name}}}" for name in PATTERN_NAMES)
        raise SettingsError(
            f"unknown or repeated placeholder {{{wrong[0]}}} in the file-name pattern {pattern!r}",
            f"文件名规则 {pattern!r} 中有未知占位符 {{{wrong[0]}}} 或重复占位符",
            then=Text(f"there are: {known}", f"可用：{known}"),
        )
    regex, at = "", 0
    for match in _PLACEHOLDER.finditer(pattern):
        regex += re.escape(pattern[at : match.start()])
        name = match.group(1)
        part = _PARTS.get(name, r"[^_\-]+?")
        regex += part if name == "_" else f"(?P<{name}>{part})"
        at = match.end()
    return re.compile(regex + re.escape(pattern[at:]))


def check_patterns(patterns: Iterable[str]) -> None:
    """Raise SettingsError where a file-name pattern can never be used."""
    for pattern in patterns:
        _compiled(pattern)


def from_name(name: str, patterns: Iterable[str]) -> CallMetadata:
    """What the first matching pattern reads from a recording's name (without extension).

    Raises:
        SettingsError: a pattern has an unknown placeholder.
    """
    for pattern in patterns:
        match = _compiled(pattern).fullmatch(name)
        if match:
            return from_mapping(match.groupdict())[1]
    return CallMetadata()
