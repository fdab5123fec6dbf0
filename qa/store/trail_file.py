"""The trail of acts as a file: JSON Lines, closed by a line that tells how many there are, so that a cut shows."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from ...errors import UsageError, os_reason
from ...lang import Text
from ..spreadsheet import replacing
from .audit import Break, Entry, entries, record
from .database import Database

_ENTRY = TypeAdapter(Entry)


def write_trail(file: Path, database: Database) -> int:
    """Write the whole trail, this act included; how many entries there are.

    Raises:
        UsageError: the file cannot be written. StoreError: the database cannot be read or written.
    """
    record(database, "export", "audit trail")
    count = 0
    with replacing(file) as place, place.open("w", encoding="utf-8", newline="\n") as stream:
        for entry in entries(database):
            stream.write(json.dumps(asdict(entry), ensure_ascii=False) + "\n")
            count += 1
        stream.write(json.dumps({"entries": count}) + "\n")
    return count


def read_trail(file: Path) -> list[Entry]:
    """The entries of a file.

    Raises:
        UsageError: it cannot be read, is no such file, or is cut off; with the line.
    """
    try:
        lines = file.read_text("utf-8-sig").splitlines()
    except OSError as error:
        reason = os_reason(error)
        raise UsageError(
            f"cannot read the file: {reason.en}", f"无法读取文件：{reason.zh}", where=file
        ) from error
    except UnicodeDecodeError as error:
        raise _broken(file, 1) from error
    trail: list[Entry] = []
    for number, line in enumerate(lines, 1):
        if number == len(lines) and (count := _closing(line)) is not None:
            if count != len(trail):
                raise _cut(file, len(trail), f"{count}")
            return trail
        try:
            trail.append(_ENTRY.validate_json(line, strict=True))
        except ValidationError as error:
            raise _broken(file, number) from error
    raise _cut(file, len(lines), "?")


def _closing(line: str) -> int | None:
    try:
        count = json.loads(line)["entries"]
    except (ValueError, KeyError, TypeError):
        return None
    return count if isinstance(count, int) else None


def _broken(file: Path, line: int) -> UsageError:
    return UsageError(
        f"line {line} is no entry of an audit trail, or is cut off",
        f"第 {line} 行不是审计记录，或被截断", where=file,
        then=Text("take the file as callqa audit export wrote it", "请使用 callqa audit export 原样写出的文件"),
    )  # fmt: skip


def _cut(file: Path, line: int, count: str) -> UsageError:
    return UsageError(
        f"the file is cut off after line {line} (of {count} entries)",
        f"文件在第 {line} 行之后被截断（应有 {count} 条）", where=file,
        then=Text("export it again with callqa audit export", "请用 callqa audit export 重新导出"),
    )  # fmt: skip


def unlike(trail: Sequence[Entry], database: Database) -> Iterator[Break]:
    """Where the database's own trail is not that of the file: after the file was written it may only have grown.

    Raises:
        StoreError: the database cannot be read.
    """
    own = {entry.number: entry.hash for entry in entries(database)}
    for entry in trail:
        if own.get(entry.number) != entry.hash:
            text = Text("the database has another entry here, or none", "数据库中此条不同或不存在")
            yield Break(entry.number, text)
            return
