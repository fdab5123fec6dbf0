"""What callqa finds on this machine, and what to do next."""

from __future__ import annotations

import os
import shutil
import sys
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ..audio import pyannote_pipeline
from ..errors import CallqaError
from ..lang import say
from ..models.catalogue import PYANNOTE_TORCH
from ..models.device import choose, confirmed
from ..models.store import ModelStore
from ..scoring.checklist import load_checklist
from ..settings import Settings, load_settings, user_settings_file
from .store.driver import encrypted
from .store.key import VARIABLE, find_key

Level = Literal["ok", "note", "problem"]
ENOUGH_SPACE = 1e9  # bytes: the default models take 0.2 GB, results some 50 kB a call


@dataclass(frozen=True)
class Found:
    """One thing looked at: how it is, and what to do about it if anything."""

    level: Level
    topic: str
    state: str
    then: str = ""


def examine(settings_file: Path | None) -> list[Found]:
    """Look at settings, models, device, store, proxy; never raises, never uses the network."""
    try:
        settings = load_settings(settings_file)
    except CallqaError as error:
        return [Found("problem", say("settings", "设置"), str(error))]
    return [
        _settings(settings), *_checklist(settings), *_models(settings), _device(settings),
        *_diarizer(settings), _store(settings), *_key(settings), _proxy(), _python(),
    ]  # fmt: skip


def _settings(settings: Settings) -> Found:
    topic = say("settings", "设置")
    if settings.source is None:
        return Found(
            "note", topic, say("none found, the defaults apply", "未找到设置文件，使用默认值"),
            say(f"write a callqa.toml in the working folder or {user_settings_file()}",
                f"可在当前文件夹或 {user_settings_file()} 编写 callqa.toml"),
        )  # fmt: skip
    state = say(
        f"{settings.source}; company: {settings.company.name or '-'}; agents: {len(settings.agents)}",
        f"{settings.source}；公司：{settings.company.name or '-'}；坐席：{len(settings.agents)} 人",
    )
    return Found("ok", topic, state)


def _checklist(settings: Settings) -> list[Found]:
    choice, topic = settings.checklists, say("checklist", "评分表")
    names = dict.fromkeys([choice.default, *choice.direction.values(), *choice.queue.values()])
    out = []
    for name in names:
        try:
            checklist = load_checklist(name, choice.folder)
            items = say(f"{len(checklist.items)} items", f"{len(checklist.items)} 项")
            out.append(Found("ok", topic, f"{checklist.id} v{checklist.version}, {items}"))
        except CallqaError as error:
            out.append(Found("problem", topic, str(error)))
    return out


def _models(settings: Settings) -> list[Found]:
    store, topic = ModelStore(settings.models), say("model", "模型")
    try:
        device = choose(settings.recognition.device)
        recognition = store.recognition_model(settings.recognition.model, device.kind)
    except CallqaError as error:
        return [Found("problem", topic, str(error))]
    name = recognition.name
    try:
        if store.present(recognition):
            return [Found("ok", topic, f"{name}: {store.path(recognition)}")]
    except CallqaError as error:
        return [Found("problem", topic, str(error))]
    pull = f"callqa models pull {name}"
    then = say(f"run: {pull}", f"请运行：{pull}")
    return [Found("note", topic, say(f"{name} is not here yet", f"{name} 尚未下载"), then)]


def _device(settings: Settings) -> Found:
    topic = say("device", "设备")
    try:
        device = choose(settings.recognition.device)
        store = ModelStore(settings.models)
        model = store.present(store.recognition_model(settings.recognition.model, device.kind))
        if device.kind == "cuda" and model:
            device = confirmed(device, model, settings.recognition.device)
    except CallqaError as error:
        return Found("problem", topic, str(error))
    if device.notice:
        install = "pip install nvidia-cublas-cu12 nvidia-cudnn-cu12"
        fix = say(f"run: {install}", f"请运行：{install}")
        return Found("note", topic, str(device.notice), fix)
    cores = os.cpu_count() or 1
    arithmetic = f"{device} ({device.compute_type})"
    state = say(f"{arithmetic}, {cores} CPU cores", f"{arithmetic}，{cores} 个 CPU 核")
    return Found("ok", topic, state)


def _diarizer(settings: Settings) -> list[Found]:
    """Whether what tells speakers apart can be used; nothing of it is loaded."""
    wanted, topic = settings.recognition, say("diarizer", "说话人分离")
    if wanted.diarizer == "onnx":
        there = say(", pyannote.audio is there", "，已安装 pyannote.audio")
        return [Found("ok", topic, "onnx" + (there if pyannote_pipeline.installed() else ""))]
    try:
        pyannote_pipeline.require()
    except CallqaError as error:
        return [Found("problem", topic, str(error))]
    name = PYANNOTE_TORCH.name
    if wanted.pyannote_pipeline or ModelStore(settings.models).present(PYANNOTE_TORCH):
        return [Found("ok", topic, f"pyannote: {wanted.pyannote_pipeline or name}")]
    pull = f"callqa models pull {name}"
    state = say(f"pyannote: {name} is not here yet", f"pyannote：{name} 尚未下载")
    return [Found("note", topic, state, say(f"run: {pull}", f"请运行：{pull}"))]


def _store(settings: Settings) -> Found:
    topic, path = say("store", "结果数据库"), settings.store_path()
    folder = next((p for p in (path, *path.parents) if p.exists()), path)
    free = shutil.disk_usage(folder).free
    state = say(f"{path}; {free / 1e9:.1f} GB free", f"{path}；剩余空间 {free / 1e9:.1f} GB")
    if not os.access(folder, os.W_OK):
        en, zh = (
            "cannot be written; use --db or [store] path",
            "该位置不可写，请用 --db 或 [store] path 指定",
        )
        return Found("problem", topic, state, say(en, zh))
    if path.exists():
        state += say(", encrypted", "；已加密") if encrypted(path) else ""
    if open_to_others := _open_to_others(path):
        mend = f"chmod go-rwx {' '.join(map(str, open_to_others))}"
        then = say(f"others can read it; run: {mend}", f"其他用户可以读取，请运行：{mend}")
        return Found("problem", topic, state, then)
    if free < ENOUGH_SPACE:
        return Found("note", topic, state, say("little space is left", "磁盘空间不足"))
    return Found("ok", topic, state)


def _open_to_others(path: Path) -> list[Path]:
    """Of the database and what lies beside it, what other users of the machine can read or write."""
    if sys.platform == "win32":  # folders there are private to their user, or shared on purpose
        return []
    beside = [
        path.with_name(path.name + ending) for ending in ("", "-wal", "-shm", ".lock", ".runs")
    ]
    return [one for one in beside if one.exists() and one.stat().st_mode & 0o077]


def _key(settings: Settings) -> list[Found]:
    """The key of an encrypted store, if one is set; its digits are not shown."""
    topic = say("key", "密钥")
    try:
        key = find_key(settings.store.key_file)
    except CallqaError as error:
        return [Found("problem", topic, str(error))]
    path = settings.store_path()
    if key is None:
        if path.is_file() and encrypted(path):
            then = say(
                f"give it: {VARIABLE} or [store] key_file", f"请设置 {VARIABLE} 或 [store] key_file"
            )
            return [
                Found(
                    "problem",
                    topic,
                    say("none, the store is encrypted", "未设置，但数据库已加密"),
                    then,
                )
            ]
        return []
    if path.is_file() and path.stat().st_size and not encrypted(path):
        then = say("run: callqa db encrypt", "请运行：callqa db encrypt")
        return [
            Found(
                "problem",
                topic,
                say("set, the store is not encrypted", "已设置，但数据库未加密"),
                then,
            )
        ]
    return [Found("ok", topic, key.where)]


def _proxy() -> Found:
    topic = say("proxy", "代理")
    proxies = {
        k: v for k, v in urllib.request.getproxies().items() if k in ("http", "https", "all")
    }
    mirror = os.environ.get("PIP_INDEX_URL")
    parts = [f"{kind}={_without_password(url)}" for kind, url in sorted(proxies.items())]
    if mirror:
        parts.append(say("package mirror set", "已设置软件包镜像"))
    return Found("ok", topic, ", ".join(parts) or say("none", "无"))


def _without_password(url: str) -> str:
    scheme, _, rest = url.rpartition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}" if scheme else rest.rpartition("@")[2]


def _python() -> Found:
    version = ".".join(map(str, sys.version_info[:3]))
    return Found("ok", "Python", f"{version}, {sys.executable}")
