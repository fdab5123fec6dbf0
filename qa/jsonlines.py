"""Results as JSON Lines: written anew by each run, one object a line, each as soon as it is there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ..errors import CallqaError, StoreError, UsageError, os_reason
from ..lang import Text
from ..settings import private_file
from .result import CallResult, to_json


class JsonLines:
    """A file of results. After a write fails (a full disk, say) nothing more is written; `error` says why."""

    def __init__(self, path: Path) -> None:
        """Open the file; what an earlier run wrote stays until the first result of this one is there.

        Raises:
            UsageError: it cannot be written.
        """
        self._path = path
        self._begun = False
        self.error: CallqaError | None = None
        try:
            private_file(path)
            self._file = path.open("a", encoding="utf-8", newline="\n")
        except OSError as error:
            reason = os_reason(error)
            raise UsageError(
                f"cannot write the results: {reason.en}", f"无法写入结果文件：{reason.zh}", where=path,
                then=Text("choose another file with --json", "请用 --json 指定其他文件"),
            ) from error  # fmt: skip

    def add(self, result: CallResult) -> None:
        self.write(to_json(result))

    def write(self, record: dict[str, Any]) -> None:
        if self.error:
            return
        try:
            if not self._begun:
                self._file.close()
                self._file = self._path.open("w", encoding="utf-8", newline="\n")
                self._begun = True
            self._file.write(json.dumps(record, ensure_ascii=False) + "\n")
            self._file.flush()
        except OSError as error:
            self._fail(error)

    def close(self) -> None:
        try:
            self._file.close()
        except OSError as error:
            self._fail(error)

    def _fail(self, error: OSError) -> None:
        if self.error is None:
            reason = os_reason(error)
            self.error = StoreError(
                f"the results could not be written to the end: {reason.en}",
                f"结果文件未能写完：{reason.zh}",
                where=self._path,
                then=Text(
                    "make room and run again; what is in the database is not recognised again",
                    "请清理空间后重新运行；数据库中已有的结果不会重复识别",
                ),
            )
