"""The commands `callqa checklist …`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from ..lang import say
from .options import (
    ChecklistNames,
    CopyOf,
    Empty,
    Least,
    Markdown,
    NewFile,
    NewId,
    OneChecklist,
    OneItem,
    OnlyItem,
    OtherChecklist,
    Strict,
    TurnPaths,
)
from .terminal import chosen_settings, terminal_console

if TYPE_CHECKING:
    from ..scoring.checklist import Checklist
    from ..scoring.source import Source

checklist_app = typer.Typer(
    no_args_is_help=True, help=say("Check, show, try and write checklists.", "检查、查看、试跑、编写评分表。")
)  # fmt: skip


def _source(name: str) -> Source:
    from ..scoring.source import read

    return read(name, chosen_settings().checklists.folder)


def _checklist(name: str) -> Checklist:
    from ..scoring.checklist import parse

    return parse(_source(name))


@checklist_app.command(
    help=say(
        "Every problem of checklists with file, line and column; then what looks wrong.",
        "列出评分表的全部错误（文件、行、列）和可疑之处。",
    )
)
def lint(names: ChecklistNames, strict: Strict = False) -> None:
    from ..errors import ChecklistError
    from ..qa.checklist_lint import linted

    bad = False
    for name in names:
        try:
            found = linted(_source(name), chosen_settings())
        except ChecklistError as error:
            typer.echo(str(error))
            bad = True
            continue
        for line in found.lines:
            typer.echo(line)
        typer.echo(f"{name}: {found.summary}")
        bad = bad or bool(found.problems or (strict and found.warnings))
    raise typer.Exit(1 if bad else 0)


@checklist_app.command(
    help=say(
        "A checklist as a table, or one item with its conditions.",
        "以表格查看评分表，或查看单个项目及其条件。",
    )
)
def show(name: OneChecklist, item: OneItem = None, markdown: Markdown = False) -> None:
    from ..qa import checklist_render as render
    from ..qa.checklist_test import chosen

    checklist = _checklist(name)
    wanted = chosen(checklist, item)[0] if item else None
    if markdown:
        text = render.markdown_detail(wanted, checklist) if wanted else render.markdown(checklist)
        typer.echo(text)
        return
    console = terminal_console()
    console.print(render.detail(wanted, checklist) if wanted else render.table(checklist))


@checklist_app.command(
    "test",
    help=say(
        "Hold a checklist against labelled calls, or without calls against its own examples.",
        "用带人工结论的通话检验评分表；不给通话时检验自带示例。",
    ),
)
def try_out(
    name: OneChecklist, calls: TurnPaths = None, item: OnlyItem = None, least: Least = None
) -> None:
    from ..qa.checklist_render import report
    from ..qa.checklist_test import chosen, judging, try_calls, try_examples
    from ..qa.judge import Judge
    from ..qa.turns_file import find_turns

    settings, checklist = chosen_settings(), _checklist(name)
    items, judge = chosen(checklist, item), judging(checklist, settings)
    if calls:
        slots = Judge(checklist, settings).slots
        found = try_calls(checklist, items, find_turns(calls, checklist.language), judge, slots)
    else:
        found = try_examples(checklist, items, judge)
    terminal_console().print(report(found))
    agreement = found.overall.agreement
    raise typer.Exit(1 if least is not None and (agreement is None or agreement < least) else 0)


@checklist_app.command(
    help=say("What differs between two checklists, by item.", "按项目比较两个评分表的差别。")
)
def diff(old: OneChecklist, new: OtherChecklist) -> None:
    from ..qa.checklist_diff import diff as differences
    from ..qa.checklist_render import changes

    found = differences(_checklist(old), _checklist(new))
    terminal_console().print(changes(found))
    raise typer.Exit(1 if found else 0)


@checklist_app.command(
    help=say(
        "Write a checklist to start from, and its schema for editors.",
        "生成一份评分表草稿，以及供编辑器使用的结构定义。",
    )
)
def new(
    file: NewFile, like: CopyOf = "zh-inbound", name: NewId = None, empty: Empty = False
) -> None:
    from ..qa.checklist_new import write_new

    schema_file = write_new(file, None if empty else _source(like), name)
    typer.echo(say(f"written: {file}, {schema_file}", f"已写入：{file}、{schema_file}"))


@checklist_app.command(
    help=say(
        "The JSON Schema of checklists, for editors.", "输出评分表的 JSON Schema，供编辑器使用。"
    )
)
def schema() -> None:
    from ..scoring.checklist_schema import schema_text

    typer.echo(schema_text(), nl=False)
