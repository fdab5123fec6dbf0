"""The command that holds the machine's verdicts against people's."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..lang import say
from .options import AgentOnly, Db, Figures, GroupOnly, OnlyItem, Since, Until
from .terminal import chosen_settings, existing_store, refuse_overwriting, terminal_console

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.console import Console

    from ..lang import Text
    from ..qa.calibration.compute import Judgements
    from ..qa.calibration.thresholds import Key, Proposal, Stock
    from ..qa.store import CallFilter
    from ..qa.store.database import Database

calibrate_app = typer.Typer()

Human = Annotated[
    Path | None,
    typer.Argument(
        metavar="[HUMAN]",
        help=say(
            "CSV or Excel with people's verdicts; else the reviews in the database.",
            "人工结论表（CSV 或 Excel）；默认使用数据库中的复核结论。",
        ),
    ),
]
Precision = Annotated[
    float | None,
    typer.Option(
        "--precision",
        min=0,
        max=1,
        help=say(
            "Propose thresholds of certainty below which verdicts become unsure, e.g. 0.95.",
            "给出把握阈值建议，使机器结论达到该准确率，例如 0.95。",
        ),
    ),
]
AsCsv = Annotated[
    Path | None, typer.Option("--csv", help=say("Write the figures as CSV.", "把统计写成 CSV。"))
]
AsYaml = Annotated[
    Path | None,
    typer.Option(
        "--yaml", help=say("Write the proposed thresholds as YAML.", "把阈值建议写成 YAML。")
    ),
]


@calibrate_app.command(
    help=say(
        "Hold the machine's verdicts against people's: agreement, kappa, AC1, thresholds.",
        "比较机器结论与人工结论：一致率、Kappa、AC1、阈值建议。",
    )
)
def calibrate(
    human: Human = None,
    precision: Precision = None,
    item: OnlyItem = None,
    agent: AgentOnly = None,
    group: GroupOnly = None,
    since: Since = None,
    until: Until = None,
    csv: AsCsv = None,
    json: Figures = None,
    yaml: AsYaml = None,
    db: Db = None,
) -> None:
    from ..errors import UsageError
    from ..qa.calibration.compute import calibrate as compare
    from ..qa.calibration.files import as_json, sheet
    from ..qa.calibration.render import calibration_tables
    from ..qa.period import Period
    from ..qa.spreadsheet import csv_text, write_text
    from ..qa.store import CallFilter
    from ..qa.store.listing import item_named

    settings = chosen_settings()
    if yaml and precision is None:
        raise UsageError("--yaml needs --precision", "--yaml 需与 --precision 合用")
    others = [human] if human else []
    refuse_overwriting(
        [file for file in (csv, json, yaml) if file], [], db or settings.store_path(), *others
    )
    database = existing_store(settings, db).database
    period = Period.of(since, until)
    named = item_named(database, item) if item else None
    wanted = CallFilter(period.since, period.until, agent, group, named)
    console = terminal_console()
    given = _given(database, human, wanted, settings.metadata.encoding, console)
    found = compare(given)
    if not found.calls and found.scores is None:
        console.print(say("no reviews of that kind", "没有符合条件的复核结论"))
        return
    console.print(calibration_tables(found))
    proposals: list[Proposal] = []
    stock = None
    if precision is not None:
        proposals, stock = _proposed(database, given, wanted, precision)
        _show(console, proposals, stock, precision, found.titles, yaml)
    if csv:
        write_text(csv, csv_text(sheet(found)))
    if json:
        write_text(json, as_json(found, proposals, precision, stock))


def _given(
    database: Database, human: Path | None, wanted: CallFilter, encoding: str, console: Console
) -> Judgements:
    """What people said: in a table, or in the store's reviews."""
    from ..qa.calibration.compute import Judgements
    from ..qa.calibration.human import read_human
    from ..qa.calibration.known import Calls, Items
    from ..qa.calibration.render import file_lines
    from ..qa.store import CallFilter
    from ..qa.store.opinions import call_names, item_titles, opinions, scorecards

    if human is None:
        said = opinions(database, wanted)
        return Judgements(said, (), scorecards(database, (one.call for one in said)))
    calls = Calls(call_names(database, CallFilter()))
    asked = frozenset(call.row for call in call_names(database, wanted))
    read = read_human(human, calls, Items(item_titles(database)), asked, encoding)
    for line in file_lines(read):
        console.print(line, markup=False)
    said = [one for one in read.opinions if wanted.item in (None, one.item)]
    scores = read.scores if wanted.item is None else ()
    rows = {one.call for one in said} | {one.call for one in scores}
    return Judgements(said, scores, scorecards(database, rows))


def _proposed(
    database: Database, given: Judgements, wanted: CallFilter, precision: float
) -> tuple[list[Proposal], Stock]:
    from ..qa.calibration.compute import tried
    from ..qa.calibration.thresholds import Stock, propose
    from ..qa.store.opinions import held_cards

    stock = Stock(held_cards(database, wanted))
    return propose(tried(given), precision, stock), stock


def _show(
    console: Console,
    proposals: list[Proposal],
    stock: Stock,
    precision: float,
    titles: Mapping[Key, Text],
    yaml: Path | None,
) -> None:
    from ..qa.calibration.files import snippet
    from ..qa.calibration.render import threshold_table
    from ..qa.spreadsheet import write_text

    console.print(threshold_table(proposals, precision, stock))
    lines = snippet(proposals, precision, titles)
    if lines:
        console.print(say("for the checklist:", "写入评分表："))
        console.print(lines, markup=False, soft_wrap=True, end="")
    if yaml:
        write_text(yaml, lines)
