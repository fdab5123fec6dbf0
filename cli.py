"""The command line: parses, calls qa/, prints. Heavy imports happen inside the commands, so that --help is quick."""

from __future__ import annotations

from pathlib import Path

import typer

from .commands.agents import agents_app
from .commands.appeals import appeals_app
from .commands.audio import audio_app
from .commands.audit import audit_app
from .commands.calibrate import calibrate_app
from .commands.checklist import checklist_app
from .commands.clip import clip_app
from .commands.compare import compare_app
from .commands.database import db_app
from .commands.export import export_app
from .commands.find import find_app
from .commands.imports import import_app
from .commands.indicators import indicators_app
from .commands.models import models_app
from .commands.options import (
    CallName,
    Db,
    Lang,
    Model,
    Offline,
    SettingsFile,
    ShowVersion,
)
from .commands.report import report_app
from .commands.review import review_app
from .commands.review_files import files_app
from .commands.rules import rules_app
from .commands.sample import sample_app
from .commands.score import score_app
from .commands.store import store_app
from .commands.terminal import (
    chosen_settings,
    existing_store,
    settings_file,
    terminal_console,
    use_settings,
)
from .commands.topics import topics_app
from .lang import say

app = typer.Typer(
    name="callqa", no_args_is_help=True, pretty_exceptions_enable=False, add_completion=False,
    help=say("Speech analytics and call QA for contact centres.", "呼叫中心语音分析与通话质检。"),
)  # fmt: skip
app.add_typer(score_app)
app.add_typer(import_app)
app.add_typer(models_app, name="models")
app.add_typer(checklist_app, name="checklist")
app.add_typer(audio_app)
app.add_typer(rules_app)
app.add_typer(store_app)
app.add_typer(db_app, name="db")
app.add_typer(audit_app, name="audit")
app.add_typer(agents_app)
app.add_typer(compare_app)
app.add_typer(calibrate_app)
app.add_typer(sample_app)
app.add_typer(topics_app)
app.add_typer(find_app)
app.add_typer(clip_app)
app.add_typer(export_app)
app.add_typer(indicators_app)
app.add_typer(report_app)
review_app.add_typer(files_app)
review_app.add_typer(appeals_app)
app.add_typer(review_app, name="review")


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
        "Show the transcript and the scorecard of a scored call.",
        "显示一通已评分通话的转写和评分表。",
    )
)
def show(call: CallName, db: Db = None) -> None:
    from .errors import UsageError
    from .lang import Text
    from .qa.render import scorecard, transcript
    from .qa.store.audit import of_calls, record

    store = existing_store(chosen_settings(), db)
    found = store.calls(call)
    if not found:
        raise UsageError(
            f"no call {call} in the database", f"数据库中没有通话 {call}",
            then=Text("score it first: callqa score PATH", "请先评分：callqa score 路径"),
        )  # fmt: skip
    record(store.database, "read", of_calls("show", store.rows(call)))
    console = terminal_console()
    for result in found:
        console.print(result.source, style="bright_black", markup=False)
        console.print(transcript(result))
        console.print(scorecard(result))


@app.command(
    help=say("Score the example recordings and show what comes out.", "为示例录音评分并展示结果。")
)
def demo(model: Model = None, offline: Offline = False) -> None:
    from tempfile import TemporaryDirectory

    from .commands.score import make_outlets, run_scoring
    from .qa.agents import summarise
    from .qa.agents_render import agent_table
    from .qa.demo import example_folder, example_settings
    from .qa.recordings import find_recordings
    from .qa.render import scorecard, transcript
    from .qa.session import Session
    from .qa.store import Store
    from .qa.store.figures import by_agent

    settings = example_settings().with_options("recognition", model=model)
    settings = settings.model_copy(update={"models": chosen_settings().models})
    settings = settings.with_options("models", offline=offline or None)
    recordings = find_recordings([str(example_folder())])
    console = terminal_console()
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        store = Store(Path(folder) / "demo.db")
        session = Session(settings)
        status = run_scoring(session, session.batch(store), [recordings], make_outlets())
        example = store.calls(recordings[0].call_id)[0]
        console.print(transcript(example))
        console.print(scorecard(example))
        console.print(agent_table(summarise(by_agent(store.database))))
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
