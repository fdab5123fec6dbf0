"""The one tree of exceptions.

Each error knows where it happened (a file, a model, a setting), what is wrong, and what the user can do next; `str()`
gives that as one line in the user's language.

    CallqaError
    ├── UsageError            the request itself is wrong: nothing was started (exit status 2)
    │   ├── SettingsError
    │   └── ChecklistError
    ├── RecordingError        one recording cannot be read
    ├── ModelError            a model is missing, damaged or cannot be fetched
    ├── RecognitionError      the recogniser failed on a piece of audio
    └── StoreError            the results cannot be kept
"""

from __future__ import annotations

import errno
import os
from pathlib import Path

from .lang import Text, say


class CallqaError(Exception):
    """Base of all errors that callqa raises on purpose."""

    def __init__(
        self, en: str, zh: str, *, where: str | Path | None = None, then: Text | None = None
    ) -> None:
        super().__init__(en)
        self.problem = Text(en, zh)
        self.where = None if where is None else readable(str(where))
        self.then = then

    def __str__(self) -> str:
        line = f"{self.where}: {self.problem}" if self.where else str(self.problem)
        if self.then is not None:
            line += say("; ", "；") + str(self.then)
        return " ".join(line.split())


class UsageError(CallqaError):
    """The request is wrong: unknown option value, path, model or device."""


class SettingsError(UsageError):
    """A settings file cannot be used."""


class ChecklistError(UsageError):
    """A checklist cannot be used."""


class RecordingError(CallqaError):
    """A recording cannot be found, opened or decoded."""


class ModelError(CallqaError):
    """A model is missing, damaged or cannot be fetched."""


class RecognitionError(CallqaError):
    """The recogniser failed."""


class StoreError(CallqaError):
    """The store of results cannot be opened, read or written."""


def readable(name: str) -> str:
    """A file name that can be shown and kept; names in GBK, as old systems leave them, are read as such."""
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return os.fsencode(name).decode("gb18030", errors="replace")
    return name


def os_reason(error: OSError) -> Text:
    """What the operating system said, as a phrase: no space left on device, permission denied and so on."""
    known = {
        errno.ENOSPC: Text("no space left on the disk", "磁盘空间已满"),
        errno.EACCES: Text("permission denied", "没有访问权限"),
        errno.EPERM: Text("operation not permitted", "操作不被允许"),
        errno.ENOENT: Text("no such file or folder", "文件或文件夹不存在"),
        errno.EROFS: Text("the file system is read-only", "文件系统为只读"),
        errno.EISDIR: Text("it is a folder", "这是一个文件夹"),
        errno.ENOTDIR: Text("a part of the path is not a folder", "路径中有一部分不是文件夹"),
    }
    plain = error.strerror or str(error)
    return known.get(error.errno or 0, Text(plain, plain))


def internal(error: Exception, where: str | Path | None = None) -> CallqaError:
    """The error for a fault of ours in one call, which must not cost the others."""
    what = f"{type(error).__name__}: {error}"
    return CallqaError(
        f"internal error, {what}", f"内部错误，{what}", where=where,
        then=Text("please report it with this line", "请将此行反馈给开发者"),
    )  # fmt: skip
