"""The figures of a profile as tables for a terminal, and as JSON (docs/performance.md)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text as RichText

from .. import __version__
from ..errors import UsageError, os_reason
from ..lang import Text, say
from .machine import Machine
from .profile import Profile, QueueFigures, StageFigures
from .result import ModelsUsed

_NAMES = {
    "prepare": Text("prepare", "准备"),
    "look up": Text("look up", "查找已有结果"),
    "hash": Text("hash", "计算哈希"),
    "load recogniser": Text("load recogniser", "加载识别模型"),
    "load detectors": Text("load detectors", "加载检测模型"),
    "open": Text("open", "打开录音"),
    "decode": Text("decode", "解码"),
    "cross-talk": Text("cross-talk", "串音消除"),
    "levels": Text("levels", "电平"),
    "voice activity": Text("voice activity", "语音检测"),
    "second opinion": Text("second opinion", "语音复核"),
    "music": Text("music", "音乐检测"),
    "diarize": Text("diarize", "说话人分离"),
    "events": Text("events", "事件"),
    "recognise": Text("recognise", "语音识别"),
    "join": Text("join", "拼接文本"),
    "score": Text("score", "评分"),
    "keep": Text("keep", "保存"),
    "windows": Text("windows (decoded ahead)", "窗口（提前解码）"),
    "recognition": Text("recognition", "识别"),
}


def _shown(name: str) -> str:
    return str(_NAMES.get(name, name))


def share(part: float, whole: float) -> float:
    """`part` of `whole`, 0 where there is no whole."""
    return part / whole if whole > 0 else 0.0


def tables(profile: Profile, machine: Machine, models: ModelsUsed) -> RenderableType:
    """Stages, queues, totals and the machine."""
    parts: list[RenderableType] = [_stage_table(profile)]
    if profile.queues:
        parts.append(_queue_table(profile.queues))
    return Group(*parts, RichText(_totals(profile)), RichText(_machine(machine, models)))


def _stage_table(profile: Profile) -> Table:
    table = _table(
        say("stage,pieces,audio s,x real time,wall s,share,CPU s,share",
            "阶段,次数,音频秒,倍实时,用时秒,占比,CPU 秒,占比")
    )  # fmt: skip
    wall = sum(stage.wall for stage in profile.stages)
    for stage in profile.stages:
        table.add_row(*_stage_row(stage, wall, profile.cpu))
    cpu = share(profile.other_cpu, profile.cpu)
    other = say("other threads", "其他线程")
    table.add_row(other, "", "", "", "", "", f"{profile.other_cpu:.2f}", f"{cpu:.1%}")
    return table


def _stage_row(stage: StageFigures, wall: float, cpu: float) -> Sequence[str]:
    return (
        _shown(stage.stage),
        str(stage.pieces),
        f"{stage.audio:.0f}" if stage.audio else "",
        _speed(stage.speed),
        f"{stage.wall:.2f}",
        f"{share(stage.wall, wall):.1%}",
        f"{stage.cpu:.2f}",
        f"{share(stage.cpu, cpu):.1%}",
    )


def _speed(speed: float | None) -> str:
    return "" if speed is None else f"{speed:.1f}" if speed < 10 else f"{speed:.0f}"


def _queue_table(queues: Sequence[QueueFigures]) -> Table:
    table = _table(
        say("queue,holds,mean,greatest,producers waited s,consumer waited s",
            "队列,容量,平均,最多,生产方等待秒,消费方等待秒")
    )  # fmt: skip
    for queue in queues:
        table.add_row(
            _shown(queue.queue), str(queue.capacity), f"{queue.mean:.1f}", str(queue.greatest),
            f"{queue.producers_waited:.1f}", f"{queue.consumers_waited:.1f}",
        )  # fmt: skip
    return table


def _table(headings: str) -> Table:
    table = Table(pad_edge=False)
    for number, heading in enumerate(headings.split(",")):
        table.add_column(heading, justify="right" if number else "left", no_wrap=number == 0)
    return table


def _totals(profile: Profile) -> str:
    speed, covered = share(profile.audio, profile.wall), share(profile.covered, profile.wall)
    memory = profile.peak_memory
    peak = f"{memory / 2**20:.0f} MiB" if memory else say("unknown", "未知")
    return say(
        f"{profile.audio:.0f} s of audio in {profile.wall:.1f} s ({speed:.1f} x real time), CPU {profile.cpu:.1f} s, "
        f"peak memory {peak}; a stage was at work in {covered:.1%} of the time",
        f"{profile.wall:.1f} 秒处理 {profile.audio:.0f} 秒录音（{speed:.1f} 倍实时），CPU {profile.cpu:.1f} 秒，"
        f"内存峰值 {peak}；{covered:.1%} 的时间有阶段在工作",
    )


def _machine(machine: Machine, models: ModelsUsed) -> str:
    load = "" if machine.load is None else say(
        f", load {machine.load:.1f} before", f"，运行前负载 {machine.load:.1f}"
    )  # fmt: skip
    cores = say(f"{machine.cores} CPU cores", f"{machine.cores} 个 CPU 核")
    used = f"{models.asr} ({models.device}, {models.compute_type}), {models.vad}, {models.diarizer}"
    return f"{machine.system}, {cores}{load}, Python {machine.python}; {used}"


def figures(
    profile: Profile, machine: Machine, models: ModelsUsed, *, interrupted: bool
) -> dict[str, Any]:
    """All figures as one object for JSON; seconds, and shares from 0 to 1."""
    wall = sum(stage.wall for stage in profile.stages)
    return {
        "callqa": __version__,
        "machine": asdict(machine),
        "models": asdict(models),
        "run": {
            "wall": profile.wall,
            "cpu": profile.cpu,
            "audio": profile.audio,
            "speed": share(profile.audio, profile.wall),
            "covered": share(profile.covered, profile.wall),
            "gaps": [{"at": at, "seconds": seconds} for at, seconds in profile.gaps],
            "calls": profile.calls,
            "peak_memory_bytes": profile.peak_memory,
            "interrupted": interrupted,
        },
        "stages": [
            asdict(stage)
            | {
                "speed": stage.speed,
                "wall_share": share(stage.wall, wall),
                "cpu_share": share(stage.cpu, profile.cpu),
            }
            for stage in profile.stages
        ],
        "other_threads": {
            "cpu": profile.other_cpu,
            "cpu_share": share(profile.other_cpu, profile.cpu),
        },
        "queues": [asdict(queue) for queue in profile.queues],
    }


def write_figures(path: Path, found: dict[str, Any] | None) -> None:
    """Write the object to a file; None only makes sure, without changing it, that it can be written.

    Raises:
        UsageError: it cannot.
    """
    try:
        with path.open("a" if found is None else "w", encoding="utf-8", newline="\n") as file:
            if found is not None:
                json.dump(found, file, ensure_ascii=False, indent=1)
                file.write("\n")
    except OSError as error:
        reason = os_reason(error)
        raise UsageError(
            f"cannot write the figures: {reason.en}", f"无法写入统计文件：{reason.zh}", where=path,
            then=Text("choose another file with --json", "请用 --json 指定其他文件"),
        ) from error  # fmt: skip
