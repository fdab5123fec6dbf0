"""Verdicts as people write them."""

from __future__ import annotations

from ...errors import UsageError
from ...lang import Text, say
from ...scoring.scorecard import Verdict
from ..render import verdict_word

_WRITTEN: dict[Verdict, tuple[str, ...]] = {
    "pass": ("pass", "p", "yes", "y", "1", "ok", "通过", "合格", "是", "√", "✓", "✔"),
    "fail": ("fail", "f", "no", "0", "不通过", "不合格", "未通过", "否", "×", "✗", "x"),
    "na": ("na", "n/a", "n", "不适用", "不涉及", "-"),
}
_KNOWN = {word: verdict for verdict, words in _WRITTEN.items() for word in words}


def written_verdict(text: str) -> Verdict | None:
    """The verdict of a cell or an argument; None where it is none."""
    return _KNOWN.get(text.strip().lower())


def given_verdict(text: str) -> Verdict:
    """The same of an argument.

    Raises:
        UsageError: it is none.
    """
    verdict = written_verdict(text)
    if verdict is None:
        raise UsageError(
            f"unknown verdict {text}", f"未知的结论 {text}",
            then=Text("pass, fail or na", "可用：通过（pass）、不通过（fail）、不适用（na）"),
        )  # fmt: skip
    return verdict


def choices() -> list[str]:
    """What a cell may hold, in the user's language."""
    return [verdict_word(verdict) for verdict in _WRITTEN]


def reviewer_name(given: str | None) -> str:
    """Who reviews: as given, or as the machine knows them.

    Raises:
        UsageError: the name is empty.
    """
    from ..store.audit import user

    name = (given or user()).strip()
    if not name or name == "?":
        raise UsageError(
            "it is not known who reviews", "无法确定复核人",
            then=Text("name them: --reviewer NAME", "请用 --reviewer 姓名 指定"),
        )  # fmt: skip
    return name


def why_word(why: str) -> str:
    """Why a call is to be reviewed."""
    words = {
        "unsure": say("unsure", "待复核"),
        "differ": say("two people differ", "两人结论不同"),
        "sample": say("drawn", "抽检"),
        "second": say("second review", "盲审"),
    }
    return words[why]
