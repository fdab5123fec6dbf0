"""The JSON Schema of checklists, by which editors complete and check them while they are written."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from .checklist import Checklist
from .conditions import KINDS
from .conditions.clocks import Decibels, Limits
from .conditions.facts import Wanted
from .conditions.windows import Share
from .item import Examples, Item, Reasons, Title, UnsureBelow

FILE = "callqa-checklist.schema.json"  # what `callqa checklist new` calls it
_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_MODELS: tuple[type[BaseModel], ...] = (
    Item, Examples, Reasons, UnsureBelow, Title, Share, Limits, Decibels, Wanted, *KINDS.values(),
)  # fmt: skip
_SECTION = re.compile(r"^Attributes:$(.*)", re.MULTILINE | re.DOTALL)
# `name, name: text` at the beginning of a line or after a sentence
_ATTRIBUTE = re.compile(r"(?:^|(?<=\. )|(?<=\n))([a-z_]+(?:, [a-z_]+)*): ")


def schema_text() -> str:
    """The schema as it is written to a file."""
    return json.dumps(checklist_schema(), ensure_ascii=False, indent=2) + "\n"


def checklist_schema() -> dict[str, Any]:
    """The schema of a checklist: what the models refuse, it refuses, as far as a schema can say it."""
    made = Checklist.model_json_schema(by_alias=True)
    del made["properties"]["content_hash"]  # computed, not written
    kinds = _union(made)
    schema: dict[str, Any] = _tidied(made, kinds)
    for model in _MODELS:
        _describe(schema["$defs"][model.__name__], model)
    schema["$defs"]["Condition"] = {
        "description": "Something that holds in a call or not; the one key that names it tells its kind.",
        "oneOf": kinds,
    }
    _describe(schema, Checklist)
    for shared in ("phrases", "conditions"):
        schema["properties"][shared]["additionalProperties"] = False
    head = {
        "$schema": _DIALECT,
        "title": "callqa checklist",
        "description": inspect.getdoc(Checklist),
    }
    return head | {key: value for key, value in schema.items() if key not in head}


def _union(made: Mapping[str, Any]) -> list[Any]:
    """The list of all kinds of conditions, as it stands wherever a condition may."""
    union: list[Any] = made["$defs"]["Not"]["properties"]["not"]["oneOf"]
    return union


def _tidied(part: Any, kinds: list[Any]) -> Any:
    """The schema with one definition of a condition for all places, and without titles that repeat a key."""
    if isinstance(part, list):
        return [_tidied(one, kinds) for one in part]
    if not isinstance(part, dict):
        return part
    if part.get("oneOf") == kinds:
        rest = {key: value for key, value in part.items() if key not in ("oneOf", "title")}
        return {"$ref": "#/$defs/Condition"} | _tidied(rest, kinds)
    return {
        key: _tidied(value, kinds)
        for key, value in part.items()
        if not (key == "title" and isinstance(value, str))
        and not (key == "default" and (value is None or isinstance(value, dict)))
    }


def _describe(schema: dict[str, Any], model: type[BaseModel]) -> None:
    """Put what the model's documentation says of its attributes to the properties."""
    told: dict[str, str] = {}
    for kind in reversed(model.__mro__):
        if issubclass(kind, BaseModel) and kind is not BaseModel:
            told |= _attributes(inspect.getdoc(kind) or "")
    schema["description"] = _SECTION.sub("", inspect.getdoc(model) or "").strip()
    for name, field in model.model_fields.items():
        written = schema["properties"].get(field.alias or name)
        if written is not None and name in told:
            written["description"] = told[name]


def _attributes(doc: str) -> dict[str, str]:
    """What the section `Attributes` says, by name."""
    section = _SECTION.search(doc)
    if section is None:
        return {}
    _, *parts = _ATTRIBUTE.split(inspect.cleandoc(section.group(1)))
    pairs = zip(parts[::2], parts[1::2], strict=True)
    return {name: " ".join(text.split()) for names, text in pairs for name in names.split(", ")}
