"""A call's metadata as columns: of `calls` and of `records`."""

from __future__ import annotations

from dataclasses import fields
from functools import cache

from ..metadata import CallMetadata
from .schema import CallRow, RecordRow

_COLUMNS = {"group": "agent_group"}  # `group` is a word of SQL


@cache
def columns(table: type[CallRow] | type[RecordRow]) -> tuple[tuple[str, str], ...]:
    """The facts that a table keeps: name of the field, name of the column."""
    pairs = ((field.name, _COLUMNS.get(field.name, field.name)) for field in fields(CallMetadata))
    return tuple(pair for pair in pairs if pair[1] in table.__table__.columns)


def put_facts(row: CallRow | RecordRow, facts: CallMetadata) -> None:
    """Write facts into a row."""
    for field, column in columns(type(row)):
        setattr(row, column, getattr(facts, field))


def facts_of(row: CallRow | RecordRow) -> CallMetadata:
    """The facts of a row."""
    return CallMetadata(**{field: getattr(row, column) for field, column in columns(type(row))})
