"""The command about the centre's indicators."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..lang import say
from .options import AgentOnly, Db, GroupOnly, Since, Until
from .terminal import chosen_settings, existing_store, refuse_overwriting, terminal_console

if TYPE_CHECKING:
    from ..qa.indicators.indicator import Indicator
    from ..qa.indicators.table import IndicatorSource, Scope

indicators_app = typer.Typer()

By = Annotated[
    str,
    typer.Option(
        "--by",
        metavar="all|agent|group|day|week|month|call",
        help=say("A row for each; two with a comma: agent,month.", "分组；可用逗号组合两项：agent,month。"),
    ),
]  # fmt: skip
Exported = Annotated[
    Path | None,
    typer.Option(
        "--distributor",
        metavar="FILE",
        help=say("CSV of the call distributor's figures.", "话务分配系统导出的 CSV。"),
    ),
]
Only = Annotated[
    str | None,
    typer.Option("--only", metavar="ID,…", help=say("Only these indicators.", "只显示这些指标。")),
]
AsJson = Annotated[
    Path | None, typer.Option("--json", help=say("Write the figures as JSON.", "把统计写成 JSON。"))
]
AsCsv = Annotated[
    Path | None, typer.Option("--csv", help=say("Write the figures as CSV.", "把统计写成 CSV。"))
]
Formulas = Annotated[
    bool,
    typer.Option(
        "--formulas", help=say("Show how they are computed, and stop.", "只显示各指标的计算公式。")
    ),
]


@dataclass(frozen=True)
class Wanted:
    """What is to be shown and written; `only` None is all."""

    scope: Scope
    only: tuple[Indicator, ...] | None = None
    distributor: Path | None = None
    json: Path | None = None
    csv: Path | None = None


@indicators_app.command(
    help=say(
        "The centre's indicators against their targets, by agent, group and period.",
        "运营指标及达标情况，可按坐席、组别、时间段统计。",
    )
)
def indicators(
    by: By = "all",
    agent: AgentOnly = None,
    group: GroupOnly = None,
    since: Since = None,
    until: Until = None,
    distributor: Exported = None,
    only: Only = None,
    json: AsJson = None,
    csv: AsCsv = None,
    formulas: Formulas = False,
    db: Db = None,
) -> None:
    from ..qa.indicators.catalogue import chosen
    from ..qa.indicators.groups import Grouping
    from ..qa.indicators.indicators_render import formula_table
    from ..qa.indicators.stored import StoredCalls
    from ..qa.indicators.table import Scope
    from ..qa.period import Period

    names = chosen(only.replace("，", ",").split(",")) if only else None
    if formulas:
        terminal_console().print(formula_table(names))
        return
    grouping = Grouping.of(by.replace("，", ",").split(","))
    scope = Scope(grouping, Period.of(since, until), agent, group)
    settings = chosen_settings()
    others = [db or settings.store_path(), *([distributor] if distributor else [])]
    refuse_overwriting([file for file in (json, csv) if file], [], *others)
    source = StoredCalls(existing_store(settings, db).database)
    show_indicators(source, Wanted(scope, names, distributor, json, csv))


def show_indicators(source: IndicatorSource, wanted: Wanted) -> None:
    """Print the table, and write the files that are asked for.

    Raises:
        UsageError: the distributor's file cannot be used, or a file cannot be written.
    """
    from ..qa.indicators.distributor import read_distributor_file
    from ..qa.indicators.files import csv_text, json_text
    from ..qa.indicators.indicators_render import indicator_tables
    from ..qa.indicators.table import indicators_of
    from ..qa.spreadsheet import write_text

    exported = read_distributor_file(wanted.distributor) if wanted.distributor else None
    table = indicators_of(source, wanted.scope, exported)
    terminal_console().print(indicator_tables(table, wanted.only))
    if wanted.json:
        write_text(wanted.json, json_text(table, wanted.only))
    if wanted.csv:
        write_text(wanted.csv, csv_text(table, wanted.only))
