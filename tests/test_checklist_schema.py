"""The JSON Schema of checklists."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from callqa.scoring.checklist_schema import checklist_schema, schema_text
from callqa.scoring.conditions import KINDS
from callqa.scoring.source import read, shipped

PUBLISHED = Path(__file__).parents[1] / "docs" / "checklist.schema.json"
SCHEMA = jsonschema.Draft202012Validator(checklist_schema())
ITEM = "{id: a, title: {zh: 甲, en: A}, points: 1, pass: %s}"
MINE = "{id: mine, version: '1', language: zh, title: {zh: 甲, en: A}, items: [%s]}"


def faults(text: str) -> list[str]:
    return [error.message for error in SCHEMA.iter_errors(yaml.safe_load(text))]


def test_the_published_schema_is_that_of_the_program() -> None:
    """To mend: callqa checklist schema > docs/checklist.schema.json"""
    assert PUBLISHED.read_text("utf-8") == schema_text()
    jsonschema.Draft202012Validator.check_schema(checklist_schema())


@pytest.mark.parametrize("name", shipped())
def test_every_shipped_checklist_keeps_to_it(name: str) -> None:
    assert list(SCHEMA.iter_errors(read(name, None).data)) == []


@pytest.mark.parametrize(
    "condition",
    [
        "{say: [您好], in: opening}", "{say: [您好], in: {first: 3 turns}, sure: 0.9}", "{not: {use: x}}",
        "{any: [{hold: {}}, {silence: {over: 5}}]}", "{say: [您好], after: {hold: {}}, within: 15 s}",
        "{metadata: {direction: [inbound, outbound]}}",
    ],
)  # fmt: skip
def test_what_may_be_written(condition: str) -> None:
    assert faults(MINE % (ITEM % condition)) == []


@pytest.mark.parametrize(
    "text",
    [
        MINE % (ITEM % "{say: [您好], colour: red}"),
        MINE % (ITEM % "{say: [您好], hold: {}}"),
        MINE % (ITEM % "{sey: [您好]}"),
        MINE % (ITEM % "{say: []}"),
        MINE % (ITEM % "{say: 您好}"),
        MINE % (ITEM % "{hold: {above: 3}}"),
        MINE % (ITEM % "{say: [您好], in: {first: 3 miles}}"),
        MINE % (ITEM.replace("points", "point") % "{hold: {}}"),
        MINE.replace("items", "phrases: {Wrong: [a]}, items") % (ITEM % "{hold: {}}"),
        MINE.replace("items", "content_hash: x, items") % (ITEM % "{hold: {}}"),
        MINE % "",
        "[]",
    ],
)
def test_what_may_not(text: str) -> None:
    assert faults(text)


def test_every_kind_of_condition_is_described() -> None:
    definitions: dict[str, Any] = checklist_schema()["$defs"]
    told = [definitions[kind.__name__]["description"] for kind in KINDS.values()]
    assert all(told)
    assert len(definitions["Condition"]["oneOf"]) == len(KINDS)
    assert "part of the call" in definitions["Say"]["properties"]["in"]["description"]
    assert definitions["Item"]["properties"]["title"] == {"$ref": "#/$defs/Title"}
