"""Values of columns that are not Donor's business, as JSON values and back, nothing lost."""

import base64
import math
from collections.abc import Mapping
from typing import Any

import pyarrow as pa

__all__ = ["kept", "restored", "said_plainly"]

_ARROW = "$arrow"


def said_plainly(kind: pa.DataType) -> bool:
    """Whether JSON has values of this type."""
    if pa.types.is_struct(kind):
        return all(said_plainly(field.type) for field in kind)
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return said_plainly(kind.value_type)
    tests = (
        pa.types.is_string,
        pa.types.is_large_string,
        pa.types.is_integer,
        pa.types.is_floating,
        pa.types.is_boolean,
        pa.types.is_null,
    )
    return any(test(kind) for test in tests)


def kept(column: pa.Array, row: int, *, plain: bool) -> Any:
    """The value of a column in a row; what JSON has no value for, as Arrow's bytes in base64."""
    value = column[row].as_py() if plain else None
    if plain and _finite(value):
        return value
    sink = pa.BufferOutputStream()
    batch = pa.record_batch([column.slice(row, 1)], names=["value"])
    with pa.ipc.new_stream(sink, batch.schema) as out:
        out.write_batch(batch)
    return {_ARROW: base64.b64encode(sink.getvalue().to_pybytes()).decode()}


def restored(value: Any) -> Any:
    """The value that was kept."""
    if not isinstance(value, Mapping) or set(value) != {_ARROW}:
        return value
    with pa.ipc.open_stream(base64.b64decode(value[_ARROW])) as stream:
        return stream.read_all().column(0)[0].as_py()


def _finite(value: Any) -> bool:
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, list):
        return all(map(_finite, value))
    if isinstance(value, dict):
        return all(map(_finite, value.values()))
    return True
