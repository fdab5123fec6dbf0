"""The commands `callqa models …`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from ..lang import say
from .options import Force, ModelName, ModelNames
from .terminal import chosen_settings, terminal_console

if TYPE_CHECKING:
    from ..models.catalogue import Model as CatalogueModel
    from ..models.store import ModelStore
    from ..observe import Observer

models_app = typer.Typer(
    no_args_is_help=True,
    help=say("List, fetch and check machine-learning models.", "查看、下载、校验模型。"),
)


def _model_store(progress: Observer | None = None) -> ModelStore:
    from ..models.store import ModelStore
    from ..qa.toolkit import announcing

    return ModelStore(chosen_settings().models, announcing(progress or (lambda _event: None)))


@models_app.command(
    "list", help=say("What exists, and what is here.", "有哪些模型，本机已有哪些。")
)
def list_models() -> None:
    from rich.table import Table

    table = Table()
    headings = say("model,role,size,here,licence,source", "模型,用途,大小,本机,许可,来源")
    for heading in headings.split(","):
        table.add_column(heading)
    for model, folder in _model_store().listed():
        size = f"{model.size / 1e6:.0f} MB" if model.size else "-"
        here = say("yes", "有") if folder else say("no", "无")
        sources = "\n".join(str(source) for source in model.sources)
        table.add_row(model.name, model.role, size, here, model.licence, sources)
    terminal_console().print(table)


def _named(store: ModelStore, names: list[str]) -> list[CatalogueModel]:
    """The models of these names; none named means those that a run needs by default."""
    from ..models.catalogue import FIRERED_AED, FIRERED_VAD, SILERO_VAD, WESPEAKER, find

    wanted = [find(name) or store.recognition_model(name, "cpu") for name in names]
    needed = (SILERO_VAD, FIRERED_VAD, FIRERED_AED, WESPEAKER)
    return wanted or [store.recognition_model("auto", "cpu"), *needed]


@models_app.command(
    help=say("Fetch models for later use without network.", "预先下载模型，之后可离线使用。")
)
def pull(names: ModelNames = None, force: Force = False) -> None:
    from ..qa.progress import ProgressBar

    with ProgressBar(terminal_console(errors=True), {}) as progress:
        store = _model_store(progress)
        for model in _named(store, names or []):
            typer.echo(f"{model.name}: {store.pull(model, force=force)}")


@models_app.command(
    help=say("Hash every file of the models that are here.", "逐一校验本机模型文件。")
)
def verify(names: ModelNames = None) -> None:
    from ..errors import ModelError
    from ..models.catalogue import CATALOGUE

    store, damaged = _model_store(), False
    for model in _named(store, names) if names else CATALOGUE:
        try:
            if store.verify(model):
                typer.echo(f"{model.name}: " + say("ok", "正常"))
            elif names:
                damaged = True
                typer.echo(f"{model.name}: " + say("not here", "本机没有"))
        except ModelError as error:
            damaged = True
            typer.echo(str(error), err=True)
    raise typer.Exit(1 if damaged else 0)


@models_app.command(help=say("The folder of a model that is here.", "显示本机模型所在的文件夹。"))
def path(name: ModelName) -> None:
    from ..errors import ModelError
    from ..lang import Text

    store = _model_store()
    (model,) = _named(store, [name])
    folder = store.present(model)
    if folder is None:
        raise ModelError(
            f"model {name} is not on this machine", f"本机没有模型 {name}",
            then=Text(f"run: callqa models pull {name}", f"请运行：callqa models pull {name}"),
        )  # fmt: skip
    typer.echo(str(folder))
