"""Finds a pretrained pipeline that the user names: a folder, or a repository of a model hub, gated ones included."""

from __future__ import annotations

import os
from pathlib import Path

from ..errors import ModelError, UsageError
from ..lang import Text
from ..settings import ModelFiles
from .sources import hub_answers

CONFIG = "config.yaml"  # what makes a folder a pipeline


def pipeline_folder(name: str, settings: ModelFiles) -> Path:
    """The folder of the pipeline `name`: the folder itself, or the hub's files in the hub's own cache.

    The token of a gated repository is the hub's: HF_TOKEN, or what `hf auth login` left.

    Raises:
        UsageError: it is neither a folder nor a hub id.
        ModelError: the folder holds no pipeline, or the hub cannot be reached, or refuses.
    """
    folder = Path(name).expanduser()
    if folder.is_dir():
        return _checked(folder)
    if name.count("/") != 1 or name.startswith((".", "/", "~")) or "\\" in name:
        raise UsageError(
            f"no such pipeline folder: {name}", f"没有这个模型文件夹：{name}",
            then=Text("name a folder with a config.yaml, or a hub id (owner/name)",
                      "请指定含 config.yaml 的文件夹，或模型库编号（owner/name）"),
        )  # fmt: skip
    if settings.offline:
        return _from_cache(name, Text("not to be fetched while offline", "离线模式下不会下载"))
    if not hub_answers(settings.hub):
        why = Text(
            f"the model hub {settings.hub} did not answer", f"模型库 {settings.hub} 没有响应"
        )
        return _from_cache(name, why)
    return _from_hub(name, settings.hub)


def _checked(folder: Path) -> Path:
    if (folder / CONFIG).is_file():
        return folder
    raise ModelError(
        f"this folder is no pyannote.audio pipeline: it has no {CONFIG}",
        f"该文件夹不是 pyannote.audio 模型：缺少 {CONFIG}",
        where=folder,
        then=Text(
            "clone a pipeline's repository as a whole, with Git LFS",
            "请用 Git LFS 完整克隆模型仓库",
        ),
    )


def _silence() -> None:
    for silent in ("HF_HUB_DISABLE_TELEMETRY", "HF_HUB_DISABLE_PROGRESS_BARS"):
        os.environ.setdefault(silent, "1")  # read when the library is imported


def _from_cache(name: str, why: Text) -> Path:
    """What was downloaded before; where there is nothing, the error says why it is not fetched now."""
    _silence()
    import huggingface_hub
    from huggingface_hub.errors import LocalEntryNotFoundError

    try:
        return _checked(Path(huggingface_hub.snapshot_download(name, local_files_only=True)))
    except LocalEntryNotFoundError:
        raise ModelError(
            f"pipeline {name} is not on this machine: {why.en}", f"本机没有模型 {name}：{why.zh}",
            then=Text("copy a clone of it here and name the folder with --pyannote-pipeline, "
                      "or name no pipeline: callqa then takes its own",
                      "请把该模型的克隆文件夹复制到本机，并用 --pyannote-pipeline 指定；不指定则使用内置组合"),
        ) from None  # fmt: skip


def _from_hub(name: str, endpoint: str) -> Path:
    _silence()
    import huggingface_hub
    from huggingface_hub.errors import GatedRepoError, RepositoryNotFoundError

    try:
        return _checked(Path(huggingface_hub.snapshot_download(name, endpoint=endpoint)))
    except (GatedRepoError, RepositoryNotFoundError) as error:  # the hub hides what one may not see
        raise ModelError(
            f"the model hub does not give {name} without permission", f"模型库要求授权后才能下载 {name}",
            then=Text("check the name, accept the conditions on its page, then run hf auth login or set HF_TOKEN",
                      "请核对名称，在模型页面接受使用条款，再运行 hf auth login，或设置环境变量 HF_TOKEN"),
        ) from error  # fmt: skip
    except ModelError:
        raise
    except Exception as error:  # the library raises its own, httpx's and the system's errors
        raise ModelError(
            f"could not fetch pipeline {name}: {error}", f"无法获取模型 {name}：{error}",
        ) from error  # fmt: skip
