"""The command line: parses, calls qa/, prints. Heavy imports happen inside the commands, so that --help is quick."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from .cli_audio import audio_app
from .cli_checklist import checklist_app
from .cli_models import models_app
from .cli_rules import rules_app
from .lang import say
from .options import (
    AgentChannel,
    CallName,
    ChecklistName,
    Db,
    DeviceName,
    DiarizerChoice,
    DryRun,
    Json,
    Lang,
    MetadataFile,
    Model,
    Offline,
    Paths,
    PyannotePipeline,
    Raw,
    Rescore,
    SettingsFile,
    ShowVersion,
    Spoken,
    Vad,
    Workers,
    Written,
)
from .terminal import (
    chosen_settings,
    existing_store,
    refuse_overwriting,
    requested,
    settings_file,
    terminal_console,
    use_settings,
)

if TYPE_CHECKING:
    from .qa.recordings import Recording
    from .qa.session import Session
    from .qa.store import Store

app = typer.Typer(
    name="callqa", no_args_is_help=True, pretty_exceptions_enable=False, add_completion=False,
    help=say("Speech analytics and call QA for contact centres.", "呼叫中心语音分析与通话质检。"),
)  # fmt: skip
app.add_typer(models_app, name="models")
app.add_typer(checklist_app, name="checklist")
app.add_typer(audio_app)
app.add_typer(rules_app)


@app.callback()
def _main(
    settings: SettingsFile = None, lang: Lang = None, _show_version: ShowVersion = False
) -> None:
    from .errors import UsageError

    if lang not in (None, "zh", "en"):
        raise UsageError(f"unknown language {lang}", f"未知语言 {lang}")
    use_settings(settings)


@app.command(
    help=say(
        "Score recordings: files, folders, patterns, or - for a recording or a list of them on standard input.",
        "为录音评分：文件、文件夹、通配符，或用 - 从标准输入读取录音或文件列表。",
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
    diarizer: DiarizerChoice = None,
    pyannote_pipeline: PyannotePipeline = None,
    agent_channel: AgentChannel = None,
    metadata: MetadataFile = None,
    raw: Raw = None,
    workers: Workers = None,
    offline: Offline = False,
    rescore: Rescore = False,
    dry_run: DryRun = False,
    transcript: Written = False,
) -> None:
    from .qa.session import Session
    from .qa.store import Store

    settings = (
        chosen_settings()
        .with_options("recognition", model=model, device=device, language=language, vad=vad, workers=workers)
        .with_options("recognition", diarizer=diarizer, pyannote_pipeline=pyannote_pipeline)
        .with_options("files", agent_channel=agent_channel, metadata=metadata)
        .with_options("checklists", default=checklist)
        .with_options("models", offline=offline or None)
    )  # fmt: skip
    if checklist:  # an explicit checklist is for every call
        settings = settings.with_options("checklists", only=True)
    if transcript:
        raise typer.Exit(_score_written(paths, Session(settings), json))
    recordings = requested(paths, settings, raw)
    session = Session(settings)
    path = db or settings.store_path()
    if dry_run:
        _print_plan(session, Store(path) if path.is_file() else None, recordings)
        return
    if json:
        refuse_overwriting([json], recordings, path)
    raise typer.Exit(_score(session, Store(path), recordings, json, again=rescore))


def _score(
    session: Session, store: Store, recordings: list[Recording], json: Path | None, *, again: bool
) -> int:
    """Run the batch with a progress bar, a row per call, and a summary; return the exit status."""
    from .qa.jsonlines import JsonLines
    from .qa.progress import ProgressBar
    from .qa.render import ResultRows
    from .qa.session import file_sizes
    from .qa.tally import Tally

    console = terminal_console()
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


def _score_written(paths: list[str], session: Session, json: Path | None) -> int:
    """Score files of turns; nothing is stored. Return the exit status."""
    from .errors import UsageError
    from .lang import Text
    from .qa.jsonlines import JsonLines
    from .qa.render import ResultRows
    from .qa.tally import Tally
    from .qa.turns_file import turns_files
    from .qa.written import score_written

    if json and json.resolve() in {file.resolve() for file in turns_files(paths)}:
        raise UsageError(
            "results would overwrite what is to be scored", "结果会覆盖待评分的文件", where=json,
            then=Text("choose another file with --json", "请用 --json 指定其他文件"),
        )  # fmt: skip
    lines, rows, results = (
        JsonLines(json) if json else None,
        ResultRows(terminal_console()),
        Tally(),
    )
    started = time.perf_counter()
    try:
        for result in score_written(paths, session):
            if lines:
                lines.add(result)
            rows.add(result)
            results.add(result)
    finally:
        if lines:
            lines.close()
    terminal_console().print(results.summary(time.perf_counter() - started))
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

    found = existing_store(chosen_settings(), db).calls(call)
    if not found:
        raise UsageError(
            f"no call {call} in the database", f"数据库中没有通话 {call}",
            then=Text("score it first: callqa score PATH", "请先评分：callqa score 路径"),
        )  # fmt: skip
    console = terminal_console()
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

    settings = chosen_settings()
    report = summarise(existing_store(settings, db).scores())
    terminal_console().print(agent_table(report, Session(settings).titles))


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
    settings = settings.model_copy(update={"models": chosen_settings().models})
    settings = settings.with_options("models", offline=offline or None)
    recordings = find_recordings([str(example_folder())])
    console = terminal_console()
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

    found = examine(settings_file())
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
    terminal_console().print(table, markup=False)
    raise typer.Exit(1 if any(one.level == "problem" for one in found) else 0)
