"""The user's language: every message exists in English and in Chinese, written side by side where it is raised."""

from __future__ import annotations

import locale
import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, cast

Language = Literal["en", "zh"]

_chosen: Language | None = None


def use(language: Language) -> None:
    """Speak `language` from now on, whatever the locale says."""
    global _chosen  # noqa: PLW0603  (one process speaks to one person)
    _chosen = language


def current() -> Language:
    """The language chosen with `use`, else CALLQA_LANG, else that of the locale."""
    return _chosen or _from_environment()


def choose_from_arguments(arguments: list[str]) -> list[str]:
    """Apply `--lang zh` or `--lang=zh`, wherever it stands, before the help texts are made; return the rest."""
    rest, waiting = list[str](), iter(arguments)
    for argument in waiting:
        value = argument.removeprefix("--lang=") if argument.startswith("--lang=") else None
        if argument == "--lang":
            value = next(waiting, "")
        if value in ("en", "zh"):
            use(cast(Language, value))
        elif value is None:
            rest.append(argument)
        else:
            rest = ["--lang", value, *rest]  # where the command line refuses it
    return rest


def _from_environment() -> Language:
    for name in ("CALLQA_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name)
        if value:
            return "zh" if value.lower().startswith("zh") else "en"
    if sys.platform == "win32":
        tag = locale.getlocale()[0] or ""
        return "zh" if tag.lower().startswith(("zh", "chinese")) else "en"
    return "en"


@dataclass(frozen=True)
class Text:
    """One message in both languages; `str()` gives the one that the user reads."""

    en: str
    zh: str

    def __str__(self) -> str:
        return self.zh if current() == "zh" else self.en

    def __add__(self, more: str) -> Text:
        """The message followed by what is the same in both languages, a quotation say."""
        return Text(self.en + more, self.zh + more)


def listed(parts: Iterable[Text]) -> Text:
    """Several messages as one."""
    texts = list(parts)
    return Text("; ".join(text.en for text in texts), "；".join(text.zh for text in texts))


def say(en: str, zh: str) -> str:
    """The message in the user's language, now."""
    return str(Text(en, zh))
