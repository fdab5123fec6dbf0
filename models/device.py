"""Which device recognition runs on: a GPU when it really works, else the CPU."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ..errors import UsageError
from ..lang import Text

PROBE_SECONDS = 90  # loading CUDA libraries from a cold disk takes tens of seconds


@dataclass(frozen=True)
class Device:
    """Where a model runs, and in which arithmetic (CTranslate2's compute type)."""

    kind: Literal["cpu", "cuda"]
    index: int = 0
    compute_type: str = "int8"
    notice: Text | None = None

    def __str__(self) -> str:
        return self.kind if self.kind == "cpu" else f"cuda:{self.index}"


CPU = Device("cpu")


def choose(wanted: str) -> Device:
    """Turn `auto`, `cpu`, `cuda` or `cuda:N` into a device; `auto` takes a GPU where one is seen.

    Raises:
        UsageError: the name is unknown, or an explicit GPU is not there.
    """
    match = re.fullmatch(r"auto|cpu|cuda(?::(\d+))?", wanted)
    if match is None:
        raise UsageError(
            f"unknown device {wanted}", f"未知设备 {wanted}",
            then=Text("take auto, cpu, cuda or cuda:N", "可用：auto、cpu、cuda 或 cuda:N"),
        )  # fmt: skip
    if wanted == "cpu":
        return CPU
    index = int(match.group(1) or 0)
    if index < gpu_count():
        return Device("cuda", index, "float16")
    if wanted == "auto":
        return CPU
    raise UsageError(
        f"no GPU {wanted} on this machine", f"本机没有可用的 GPU（{wanted}）",
        then=Text("use --device cpu or --device auto", "请使用 --device cpu 或 --device auto"),
    )  # fmt: skip


def gpu_count() -> int:
    """The GPUs that CTranslate2 sees; zero where its CUDA driver cannot be loaded."""
    import ctranslate2

    try:
        return int(ctranslate2.get_cuda_device_count())
    except RuntimeError:
        return 0


def confirmed(device: Device, model: Path, wanted: str) -> Device:
    """The device itself if the model runs on it, else the CPU with a notice; an explicit GPU must run.

    The trial is made in a child process, since missing CUDA libraries abort the process that needs them.

    Raises:
        UsageError: `wanted` names a GPU that does not work.
    """
    if device.kind == "cpu":
        return device
    trial = [sys.executable, "-m", "callqa.models.trial", str(model), str(device.index)]
    try:
        done = subprocess.run(  # noqa: S603
            [*trial, device.compute_type], capture_output=True, text=True, errors="replace",
            stdin=subprocess.DEVNULL, timeout=PROBE_SECONDS, check=False, env=os.environ.copy(),
        )  # fmt: skip
        works, output = done.returncode == 0, done.stderr.strip().splitlines()
    except subprocess.TimeoutExpired:
        works, output = False, [f"no answer in {PROBE_SECONDS} s"]
    if works:
        return device
    why = output[-1] if output else "?"
    if wanted != "auto":
        raise UsageError(
            f"the GPU {device} does not work: {why}", f"GPU {device} 无法使用：{why}",
            then=Text(
                "install its libraries with: pip install nvidia-cublas-cu12 nvidia-cudnn-cu12, or use --device cpu",
                "请安装 GPU 运行库：pip install nvidia-cublas-cu12 nvidia-cudnn-cu12，或使用 --device cpu",
            ),
        )  # fmt: skip
    notice = Text(
        f"the GPU does not work ({why}); going on with the CPU", f"GPU 无法使用（{why}），改用 CPU"
    )
    return Device("cpu", notice=notice)
