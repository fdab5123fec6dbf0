"""What was heard and judged, as it lies in the database: JSON, compressed to a third."""

from __future__ import annotations

import zlib
from functools import cache
from typing import Any, TypeVar

from pydantic import TypeAdapter

from ...scoring.features import Features

Kind = TypeVar("Kind")


def adapter(kind: Any) -> TypeAdapter[Any]:
    """Reads and writes a type; made once."""
    return _adapter(kind)


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def pack(kind: type[Kind], value: Kind) -> bytes:
    """A value to be kept."""
    return zlib.compress(adapter(kind).dump_json(value))


def unpack(kind: type[Kind], raw: bytes) -> Kind:
    """The value that `pack` was given.

    Raises:
        ValueError: it is of another form, as an earlier version wrote it, or damaged.
    """
    try:
        value: Kind = adapter(kind).validate_json(zlib.decompress(raw))
    except (zlib.error, TypeError) as error:
        raise ValueError(str(error)) from error
    return value


def restored(features: bytes | None) -> Features:
    """The features of a call as they were kept; none where there are none, or in another form."""
    try:
        return Features.from_bytes(features) if features else Features()
    except ValueError:
        return Features()
