"""Calls whose turns stand in a file instead of a recording: for text from another recogniser, and for testing rules.

    call.txt      a script (scoring/script.py), of one call or several
    call.json     one call: an object with `turns` ({speaker, start, end, text}), and if they are known `holds`,
                  `silences`, `rings`, `duration`, what tables of metadata tell (agent, customer, direction …), and
                  `truth`: what a listener found, by item (true, false, null or a verdict). callqa's results, too.
    calls.jsonl   such an object a line

What a listener found is kept apart (`expected`): nothing that scores sees it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from ..audio.events import CallEvents
from ..errors import UsageError, os_reason, readable
from ..lang import Text
from ..scoring.call import ScoredCall
from ..scoring.phrases import Slots
from ..scoring.scorecard import Verdict
from ..scoring.script import read_script
from ..transcribe.transcript import Transcript
from .judge import facts_of
from .metadata import CallMetadata, from_mapping
from .turns_json import (
    Malformed,
    Place,
    called,
    events_of,
    expected_of,
    language_of,
    length_of,
    turns_of,
)

SUFFIXES = (".txt", ".json", ".jsonl")
_SEARCHED = 400_000  # characters of a file in which the line of a fault is looked for; that takes seconds a megabyte


@dataclass(frozen=True)
class WrittenCall:
    """A call whose turns are given.

    Attributes:
        call_id: its id, or what the file is called.
        source: the file.
        duration: seconds.
        expected: what a listener found, by item.
    """

    call_id: str
    source: str
    transcript: Transcript
    events: CallEvents
    duration: float
    metadata: CallMetadata = field(default_factory=CallMetadata)
    expected: Mapping[str, Verdict] = field(default_factory=dict)

    def scored(self, slots: Slots) -> ScoredCall:
        """The call as rules see it, with the names that patterns may ask for."""
        facts = facts_of(self.metadata)
        return ScoredCall(self.transcript, self.events, self.duration, slots, facts)


def read_turns(path: Path, language: Literal["zh", "en"] = "zh") -> list[WrittenCall]:
    """The calls of a file.

    Args:
        path: a file as above.
        language: what is spoken where the file does not say.

    Raises:
        UsageError: it cannot be read, or is not of that form; with the line and what is wrong.
    """
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise UsageError(
            "not a file of turns", "不是对话文本文件", where=path,
            then=Text("give it the ending .txt, .json or .jsonl", "扩展名应为 .txt、.json 或 .jsonl"),
        )  # fmt: skip
    text, where = _text(path), readable(str(path))
    if suffix == ".txt":
        calls = _of_script(text, path, language)
    elif suffix == ".json":
        calls = [_of_json(text, path, None, language)]
    else:  # not splitlines: a JSON text may hold other marks that part lines
        lines = enumerate(text.split("\n"), 1)
        calls = [_of_json(line, path, number, language) for number, line in lines if line.strip()]
    if not calls:
        raise UsageError("there is no call in it", "文件中没有通话", where=where)
    return calls


def find_turns(paths: Iterable[str], language: Literal["zh", "en"] = "zh") -> list[WrittenCall]:
    """The calls of files, and of all such files that lie in folders; each id once.

    Raises:
        UsageError: a path is not there, one of the files is not as it should be, or two calls have one id.
    """
    calls: dict[str, WrittenCall] = {}
    for path in turns_files(paths):
        for call in read_turns(path, language):
            other = calls.setdefault(call.call_id, call)
            if other is not call:
                raise UsageError(
                    f"the call {call.call_id} is there twice, also in {other.source}",
                    f"通话 {call.call_id} 重复，另见 {other.source}", where=call.source,
                    then=Text("give each call its own id", "请为每通通话使用不同的编号"),
                )  # fmt: skip
    return list(calls.values())


def turns_files(paths: Iterable[str]) -> Iterator[Path]:
    """The files of these paths, each once; of a folder all that can be files of turns.

    Raises:
        UsageError: a folder has none.
    """
    seen: set[Path] = set()
    for path in map(Path, paths):
        found = [path]
        if path.is_dir():
            found = sorted(f for f in path.rglob("*") if _is_turns(f))
            if not found:
                raise UsageError(
                    "no file of turns (.txt, .json, .jsonl) in this folder",
                    "该文件夹中没有对话文本（.txt、.json、.jsonl）", where=path,
                )  # fmt: skip
        for file in found:
            if file.resolve() not in seen:
                seen.add(file.resolve())
                yield file


def _is_turns(file: Path) -> bool:
    """Whether a file of a folder is one of turns; the metadata beside a recording are none."""
    return (
        file.suffix.lower() in SUFFIXES and not file.name.endswith(".meta.json") and file.is_file()
    )


def _text(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except OSError as error:
        reason = os_reason(error)
        raise UsageError(f"cannot read it: {reason.en}", f"无法读取：{reason.zh}", where=path) from error  # fmt: skip
    encodings = (
        ["utf-16"] if raw.startswith((b"\xff\xfe", b"\xfe\xff")) else ["utf-8-sig", "gb18030"]
    )
    for encoding in encodings:
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise UsageError("not a text", "不是文本文件", where=path)


def _of_script(text: str, path: Path, language: Literal["zh", "en"]) -> list[WrittenCall]:
    name, where = readable(path.stem), readable(str(path))
    try:
        found = read_script(text, name, language=language)
    except UsageError as error:  # it names the call, which stands for the file
        line = (error.where or "").rpartition(":")[2]
        error.where = f"{where}:{line}"
        raise
    return [
        WrittenCall(
            c.call_id, where, c.call.transcript, c.call.events, c.call.duration, expected=c.expected
        )
        for c in found
    ]


def _of_json(text: str, path: Path, line: int | None, language: Literal["zh", "en"]) -> WrittenCall:
    """The call of a JSON text; `line` is its place in a file of several."""
    where = readable(str(path))
    place = f"{where}:{line}" if line else where
    try:
        raw = json.loads(text, object_pairs_hook=_single, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        raise _no_json(error.msg, f"{where}:{line or error.lineno}:{error.colno}") from error
    except Malformed as error:
        raise _no_json(str(error.text), place) from error
    except (
        ValueError,
        RecursionError,
    ) as error:  # a number of thousands of digits; endless brackets
        raise _no_json(str(error), place) from error
    try:
        return _call(raw, path, line, language)
    except Malformed as error:
        number = line or _line(text, error.place)
        steps = (f"[{p}]" if isinstance(p, int) else f".{p}" for p in error.place)
        at = "".join(steps).lstrip(".") + ": " if error.place else ""
        raise UsageError(
            at + error.text.en, at + error.text.zh, where=f"{where}:{number}" if number else where,
            then=Text("see docs/checklists.md", "参见 docs/checklists.md"),
        ) from error  # fmt: skip


def _no_json(what: str, where: str) -> UsageError:
    return UsageError(f"not valid JSON: {what}", f"JSON 语法错误：{what}", where=where)


def _single(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of JSON, of which Python would silently take the last of two equal keys."""
    out = dict(pairs)
    if len(out) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise Malformed((), Text(f"the key {twice} stands twice", f"键 {twice} 重复"))
    return out


def _no_number(name: str) -> float:
    raise Malformed((), Text(f"{name} is not a number of JSON", f"{name} 不是 JSON 数字"))


def _line(text: str, place: Place) -> int | None:
    """The line of a place. JSON is YAML, too, of which the place of every value can be known."""
    from ..scoring.source import Source

    if len(text) > _SEARCHED:
        return None
    try:
        return Source(text, "").line(place)
    except UsageError:
        return None


def _call(raw: Any, path: Path, line: int | None, language: Literal["zh", "en"]) -> WrittenCall:
    if not isinstance(raw, dict):
        raise Malformed((), Text("not an object with turns", "不是含有 turns 的对象"))
    said = turns_of(raw)
    events = events_of(raw, said)
    plain = {k: v for k, v in raw.items() if isinstance(v, str | int) and not isinstance(v, bool)}
    named = called(raw) or (readable(path.stem) + (f"-{line}" if line else ""))
    transcript = Transcript(language_of(raw, language), said, 1.0)
    return WrittenCall(
        named, readable(str(path)), transcript, events, length_of(raw, said, events),
        from_mapping(plain)[1], expected_of(raw),
    )  # fmt: skip
