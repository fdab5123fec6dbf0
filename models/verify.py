"""Checks of model files: size and SHA-256, with a stamp that spares hashing what has not been touched since."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from ..errors import ModelError
from ..lang import Text
from .catalogue import ModelFile

STAMP = "callqa-verified.json"


@dataclass(frozen=True)
class Stamp:
    """What a verified file looked like: bytes, modification time in nanoseconds, SHA-256."""

    size: int
    mtime_ns: int
    sha256: str


def sha256(file: Path) -> str:
    """The file's SHA-256 in hexadecimal, read in pieces."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def damaged(folder: Path, name: str, detail: Text) -> ModelError:
    """The error for a file that is not what it should be."""
    return ModelError(
        f"model file damaged: {detail.en}", f"模型文件已损坏：{detail.zh}", where=folder / name,
        then=Text(
            f"fetch it again with: callqa models pull --force {folder.name}, "
            "or replace it if the folder is your own",
            f"请重新下载：callqa models pull --force {folder.name}；自备文件夹请自行更换",
        ),
    )  # fmt: skip


def check(folder: Path, files: tuple[ModelFile, ...], *, hash_all: bool = False) -> None:
    """Verify `files` in `folder`; with `hash_all` even those that the stamp says are unchanged.

    Raises:
        ModelError: a file is absent, or its size or SHA-256 is wrong.
    """
    stamps = read_stamps(folder)
    seen: dict[str, Stamp] = {}
    for file in files:
        path = folder / file.name
        if not path.is_file():
            raise damaged(folder, file.name, Text("the file is missing", "文件缺失"))
        state = path.stat()
        if file.size is not None and state.st_size != file.size:
            detail = Text(
                f"{state.st_size:,} bytes instead of {file.size:,}",
                f"大小为 {state.st_size:,} 字节，应为 {file.size:,} 字节",
            )
            raise damaged(folder, file.name, detail)
        old = stamps.get(file.name)
        unchanged = old and (old.size, old.mtime_ns) == (state.st_size, state.st_mtime_ns)
        if old and unchanged and not hash_all and file.sha256 in (None, old.sha256):
            seen[file.name] = old
            continue
        digest = sha256(path)
        wanted = file.sha256 or (old.sha256 if old else digest)
        if digest != wanted:
            raise damaged(folder, file.name, Text("its SHA-256 is wrong", "SHA-256 校验不符"))
        seen[file.name] = Stamp(state.st_size, state.st_mtime_ns, digest)
    if seen != stamps:
        write_stamps(folder, seen)


def read_stamps(folder: Path) -> dict[str, Stamp]:
    """The stamps kept in a model's folder; empty where there are none."""
    try:
        raw = json.loads((folder / STAMP).read_text("utf-8"))
        return {name: Stamp(**value) for name, value in raw.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def write_stamps(folder: Path, stamps: dict[str, Stamp]) -> None:
    """Keep the stamps; a folder that cannot be written is hashed again next time."""
    raw = {name: vars(stamp) for name, stamp in stamps.items()}
    try:
        (folder / STAMP).write_text(json.dumps(raw, indent=1), "utf-8")
    except OSError:
        return
