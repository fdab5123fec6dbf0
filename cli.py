"""The command line: parses, calls qa/, prints. Heavy imports happen inside the commands, so that --help is quick."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from .lang import say
from .options import (
    AgentChannel,
    CallName,
    ChecklistName,
    Db,
    DeviceName,
    DryRun,
    Force,
    Json,
    Lang,
    MetadataFile,
    Model,
    ModelName,
    ModelNames,
    Offline,
    Paths,
    Rescore,
    SettingsFile,
    ShowVersion,
    Spoken,
    Vad,
    Workers,
)

if TYPE_CHECKING:
    from rich.console import Console

    from .models.catalogue import Model as CatalogueModel
    from .models.store import ModelStore
    from .observe import Observer
    from .qa.recordings import Recording
    from .qa.session import Session
    from .qa.store import Store
    from .settings import Settings

app = typer.Typer(
    name="callqa", no_args_is_help=True, pretty_exceptions_enable=False, add_completion=False,
    help=say("Speech analytics and call QA for contact centres.", "呼叫中心语音分析与通话质检。"),
)  # fmt: skip
models_app = typer.Typer(
    no_args_is_help=True,
    help=say("List, fetch and check machine-learning models.", "查看、下载、校验模型。"),
)
app.add_typer(models_app, name="models")

_settings_file: Path | None = None


@app.callback()
def _main(
    settings: SettingsFile = None, lang: Lang = None, _show_version: ShowVersion = False
) -> None:
    from .errors import UsageError

    if lang not in (None, "zh", "en"):
        raise UsageError(f"unknown language {lang}", f"未知语言 {lang}")
    global _settings_file  # noqa: PLW0603  (one process, one command)
    _settings_file = settings


def _settings() -> Settings:
    from .settings import load_settings

    return load_settings(_settings_file)


def _console(*, errors: bool = False) -> Console:
    from rich.console import Console

    return Console(stderr=errors, highlight=False, soft_wrap=False)


def _existing_store(settings: Settings, db: Path | None) -> Store:
    from .qa.store import Store

    return Store(db or settings.store_path(), create=False)


@app.command(
    help=say(
        "Score recordings: files, folders, patterns, or - for a list on standard input.",
        "为录音评分：文件、文件夹、通配符，或用 - 从标准输入读取列表。",
    )
)
def score(
    paths: Paths,
    json: Json = None,
    db: Db = None,
    checklist: ChecklistName = None,
    model: Model = None,
    device: DeviceName = None,
    language: Spoken = None,
    vad: Vad = None,
    agent_channel: AgentChannel = None,
    metadata: MetadataFile = None,
    workers: Workers = None,
    offline: Offline = False,
    rescore: Rescore = False,
    dry_run: DryRun = False,
) -> None:
    from .qa.recordings import find_recordings
    from .qa.session import Session
    from .qa.store import Store

    settings = (
        _settings()
        .with_options("recognition", model=model, device=device, language=language, vad=vad, workers=workers)
        .with_options("files", agent_channel=agent_channel, metadata=metadata)
        .with_options("checklists", default=checklist)
        .with_options("models", offline=offline or None)
    )  # fmt: skip
    if checklist:  # an explicit checklist is for every call
        settings = settings.with_options("checklists", direction={}, queue={})
    given = [p for path in paths for p in (_from_stdin() if path == "-" else [path])]
    recordings = find_recordings(given)
    session = Session(settings)
    path = db or settings.store_path()
    if dry_run:
        _print_plan(session, Store(path) if path.is_file() else None, recordings)
        return
    if json:
        _refuse_overwriting(json, path, recordings)
    raise typer.Exit(_score(session, Store(path), recordings, json, again=rescore))


def _refuse_overwriting(json: Path, db: Path, recordings: list[Recording]) -> None:
    """Recordings and the database are never the place for results."""
    from .errors import UsageError

    taken = {file.resolve() for file in (db, *(recording.path for recording in recordings))}
    if json.resolve() in taken:
        raise UsageError(
            "this is a recording or the database; results would overwrite it",
            "这是录音或数据库文件，结果会将其覆盖",
            where=json,
        )


def _from_stdin() -> list[str]:
    """Paths on standard input, one a line or parted by NUL, in the encoding of file names."""
    from .errors import UsageError

    raw = sys.stdin.buffer.read().removeprefix(b"\xef\xbb\xbf")
    parts = raw.split(b"\0") if b"\0" in raw else raw.splitlines()
    paths = [os.fsdecode(part.strip()) for part in parts if part.strip()]
    if not paths:
        raise UsageError("no paths on standard input", "标准输入中没有路径")
    return paths


def _score(
    session: Session, store: Store, recordings: list[Recording], json: Path | None, *, again: bool
) -> int:
    """Run the batch with a progress bar, a row per call, and a summary; return the exit status."""
    from .qa.jsonlines import JsonLines
    from .qa.progress import ProgressBar
    from .qa.render import ResultRows
    from .qa.session import file_sizes
    from .qa.tally import Tally

    console = _console()
    progress = ProgressBar(console, file_sizes(recordings))
    session.observer = progress
    batch = session.batch(store, again=again)  # what is wrong with the request shows here
    lines = JsonLines(json) if json else None
    rows, results = ResultRows(console), Tally()
    started = time.perf_counter()
    try:
        with progress:
            for result in batch.run(recordings):
                if lines:
                    lines.add(result)
                rows.add(result)
                results.add(result)
    except KeyboardInterrupt:
        console.print(say("interrupted; what is finished is kept", "已中断；已完成的结果已保存"))
        results.interrupted = True
    finally:
        if lines:
            lines.close()
    wall = time.perf_counter() - started
    if results.recognised and not results.unkept:
        store.record_run(session.planned.used, results.recognised, results.audio, wall)
    console.print(results.summary(wall))
    if lines and lines.error:
        raise lines.error
    return results.exit_status


def _print_plan(session: Session, store: Store | None, recordings: list[Recording]) -> None:
    from .qa.render import clock
    from .qa.session import plan

    todo = plan(recordings, store.speed(session.planned.used) if store else None)
    basis = (
        say("measured in earlier runs", "按以往运行实测")
        if todo.measured
        else say("assumed", "估计值")
    )
    typer.echo(
        say(
            f"{todo.calls} recordings ({todo.unreadable} unreadable), {clock(todo.seconds)} of audio; "
            f"about {clock(todo.estimate)} at {todo.speed:.1f} x real time ({basis})",
            f"{todo.calls} 个录音（{todo.unreadable} 个无法读取），总时长 {clock(todo.seconds)}；"
            f"按 {todo.speed:.1f} 倍实时（{basis}）约需 {clock(todo.estimate)}",
        )
    )


@app.command(
    help=say(
        "Show the transcript and the scorecard of a scored call.",
        "显示一通已评分通话的转写和评分表。",
    )
)
def show(call: CallName, db: Db = None) -> None:
    from .errors import UsageError
    from .lang import Text
    from .qa.render import scorecard, transcript

    found = _existing_store(_settings(), db).calls(call)
    if not found:
        raise UsageError(
            f"no call {call} in the database", f"数据库中没有通话 {call}",
            then=Text("score it first: callqa score PATH", "请先评分：callqa score 路径"),
        )  # fmt: skip
    console = _console()
    for result in found:
        console.print(result.source, style="bright_black", markup=False)
        console.print(transcript(result))
        console.print(scorecard(result))


@app.command(
    help=say("Mean scores and item pass rates per agent.", "各坐席的平均分和各项目通过率。")
)
def agents(db: Db = None) -> None:
    from .qa.agents import summarise
    from .qa.render import agent_table
    from .qa.session import Session

    settings = _settings()
    report = summarise(_existing_store(settings, db).scores())
    _console().print(agent_table(report, Session(settings).titles))


@app.command(
    help=say("Score the example recordings and show what comes out.", "为示例录音评分并展示结果。")
)
def demo(model: Model = None, offline: Offline = False) -> None:
    from tempfile import TemporaryDirectory

    from .qa.agents import summarise
    from .qa.demo import example_folder, example_settings
    from .qa.recordings import find_recordings
    from .qa.render import agent_table, scorecard, transcript
    from .qa.session import Session
    from .qa.store import Store

    settings = example_settings().with_options("recognition", model=model)
    settings = settings.model_copy(update={"models": _settings().models})
    settings = settings.with_options("models", offline=offline or None)
    recordings = find_recordings([str(example_folder())])
    console = _console()
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        store = Store(Path(folder) / "demo.db")
        session = Session(settings)
        status = _score(session, store, recordings, None, again=False)
        example = store.calls(recordings[0].call_id)[0]
        console.print(transcript(example))
        console.print(scorecard(example))
        console.print(agent_table(summarise(store.scores()), session.titles))
        store.close()
    raise typer.Exit(status)


@app.command(
    help=say(
        "Say what is found on this machine, and what to do next.", "检查本机环境，并说明下一步。"
    )
)
def doctor() -> None:
    from rich.table import Table

    from .qa.doctor import examine

    found = examine(_settings_file)
    marks = {
        "ok": say("ok", "正常"),
        "note": say("note", "注意"),
        "problem": say("PROBLEM", "问题"),
    }
    table = Table(box=None, show_header=False, pad_edge=False)
    for one in found:
        table.add_row(
            marks[one.level], one.topic, f"{one.state}\n-> {one.then}" if one.then else one.state
        )
    _console().print(table, markup=False)
    raise typer.Exit(1 if any(one.level == "problem" for one in found) else 0)


def _model_store(progress: Observer | None = None) -> ModelStore:
    from .models.store import ModelStore
    from .qa.toolkit import announcing

    return ModelStore(_settings().models, announcing(progress or (lambda _event: None)))


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
    _console().print(table)


def _named(store: ModelStore, names: list[str]) -> list[CatalogueModel]:
    """The models of these names; none named means those that a run needs by default."""
    from .models.catalogue import SILERO_VAD, WESPEAKER, find

    wanted = [find(name) or store.recognition_model(name, "cpu") for name in names]
    return wanted or [store.recognition_model("auto", "cpu"), SILERO_VAD, WESPEAKER]


@models_app.command(
    help=say("Fetch models for later use without network.", "预先下载模型，之后可离线使用。")
)
def pull(names: ModelNames = None, force: Force = False) -> None:
    from .qa.progress import ProgressBar

    with ProgressBar(_console(errors=True), {}) as progress:
        store = _model_store(progress)
        for model in _named(store, names or []):
            typer.echo(f"{model.name}: {store.pull(model, force=force)}")


@models_app.command(
    help=say("Hash every file of the models that are here.", "逐一校验本机模型文件。")
)
def verify(names: ModelNames = None) -> None:
    from .errors import ModelError
    from .models.catalogue import CATALOGUE

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
    from .errors import ModelError
    from .lang import Text

    store = _model_store()
    (model,) = _named(store, [name])
    folder = store.present(model)
    if folder is None:
        raise ModelError(
            f"model {name} is not on this machine", f"本机没有模型 {name}",
            then=Text(f"run: callqa models pull {name}", f"请运行：callqa models pull {name}"),
        )  # fmt: skip
    typer.echo(str(folder))
