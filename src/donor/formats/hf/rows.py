"""Rows of Parquet and Arrow files, by record batches, in flat memory."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from donor.errors import FormatError
from donor.formats.hf.features import Features
from donor.formats.hf.files import DataFile

__all__ = ["Batches", "opened"]

_ROWS = 500

Batches = Iterator[pa.RecordBatch]


@contextmanager
def opened(stream: BinaryIO, file: DataFile) -> Iterator[tuple[Features, Batches]]:
    """The features of a file, and its rows by batches, in the block. Raises FormatError."""
    kind = "an Arrow" if file.arrow else "a Parquet"
    try:
        if file.arrow:
            reader = pa.ipc.open_stream(stream)
            yield _features(reader.schema, file), _of_arrow(reader)
        else:
            parquet = pq.ParquetFile(stream)
            yield _features(parquet.schema_arrow, file), parquet.iter_batches(_ROWS)
    except (pa.ArrowInvalid, OSError) as error:
        what = f"not {kind} file, or a broken one: {str(error).splitlines()[0][:200]}"
        raise FormatError(file.path, what) from None


def _of_arrow(reader: pa.RecordBatchReader) -> Batches:
    for batch in reader:
        for start in range(0, batch.num_rows, _ROWS):
            yield batch.slice(start, _ROWS)


def _features(schema: pa.Schema, file: DataFile) -> dict[str, Any]:
    """The features as `datasets` understands them, whichever version has written them."""
    import datasets

    try:
        found: dict[str, Any] = datasets.Features.from_arrow_schema(schema).to_dict()
    except (ValueError, KeyError, TypeError) as error:
        raise FormatError(file.path, f"a column is of an unknown type: {error}") from None
    return found
