"""The key of an encrypted store: 32 random bytes as 64 hexadecimal digits, from the environment or a file."""

from __future__ import annotations

import os
import re
import secrets
import sys
from dataclasses import dataclass, field
from pathlib import Path

from ...errors import UsageError, os_reason
from ...lang import Text
from ...settings import private_folder

VARIABLE = "CALLQA_KEY"
_DIGITS = re.compile(r"[0-9a-fA-F]{64}")
_LONGEST = 1000  # bytes of a key file; whoever names another file by mistake gets an error soon


@dataclass(frozen=True)
class Key:
    """Opens a store. `where` tells people which one it is; the digits are in no message."""

    digits: str = field(repr=False)
    where: str

    @property
    def pragma(self) -> str:
        """As SQLCipher takes a raw key, without deriving it from a password."""
        return f"x'{self.digits}'"


def find_key(file: Path | None) -> Key | None:
    """The key of CALLQA_KEY, else that of the file; None where there is neither.

    Raises:
        UsageError: the file cannot be read, or others can; or it is no key.
    """
    given = os.environ.get(VARIABLE)
    if given:
        return _key(given, VARIABLE)
    return None if file is None else read_key(file)


def read_key(file: Path) -> Key:
    """The key of a file.

    Raises:
        UsageError: the file cannot be read, or others can; or it is no key.
    """
    try:
        with file.open("rb") as stream:
            text = stream.read(_LONGEST).decode("utf-8-sig", "replace")
        mode = file.stat().st_mode
    except OSError as error:
        reason = os_reason(error)
        raise UsageError(
            f"cannot read the key: {reason.en}", f"无法读取密钥文件：{reason.zh}", where=file
        ) from error
    if sys.platform != "win32" and mode & 0o077:
        raise UsageError(
            "others can read this key", "其他用户可以读取该密钥文件", where=file,
            then=Text(f"run: chmod 600 {file}", f"请运行：chmod 600 {file}"),
        )  # fmt: skip
    return _key(text, str(file))


def _key(text: str, where: str) -> Key:
    digits = text.strip()
    if not _DIGITS.fullmatch(digits):
        raise UsageError(
            "this is no key: one has 64 hexadecimal digits", "这不是密钥：密钥为 64 位十六进制数字", where=where,
            then=Text("make one with callqa db key FILE", "可用 callqa db key 文件 生成"),
        )  # fmt: skip
    return Key(digits.lower(), where)


def make_key(file: Path) -> Key:
    """Write a new key to a file that is not there yet, private to the user.

    Raises:
        UsageError: it is there, or cannot be written.
    """
    digits = secrets.token_hex(32)
    try:
        private_folder(file.parent)
        handle = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as stream:
            stream.write(digits + "\n")
    except OSError as error:
        reason = os_reason(error)
        taken = Text("this file is there already", "文件已存在")
        problem = taken if isinstance(error, FileExistsError) else reason
        raise UsageError(
            f"cannot write the key: {problem.en}", f"无法写入密钥：{problem.zh}", where=file
        ) from error
    return Key(digits, str(file))
