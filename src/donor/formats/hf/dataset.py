"""A dataset folder of Parquet files, piece by piece.

All rows are gone through twice: which columns a dataset has, and which names its labels, is known
when the last row has come, and stands at the beginning of each file.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from io import RawIOBase
from itertools import groupby
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from donor.data import Document
from donor.errors import FormatError, InputError
from donor.formats.files.spool import spooled
from donor.formats.format import Options
from donor.formats.hf.card import card_of
from donor.formats.hf.encoded import Encode, encoder_of
from donor.formats.hf.features import Feature, is_list, is_struct, item_of, names_of
from donor.formats.hf.files import DEFAULT, DataFile, split_in, written_path
from donor.formats.hf.made import Made, as_tokens
from donor.formats.hf.roles import Roles
from donor.formats.hf.writer import rows_again

__all__ = ["written"]

_GROUP_ROWS = 1000

Row = dict[str, Any]


@dataclass
class _Columns:
    """The columns of a configuration, as the rows come by.

    Attributes:
        features: of datasets that were read; the names of labels grow with what is new.
        named: the columns that hold names which become numbers.
        seen: the columns that a row has had.
        made: those of documents that were no rows; None for others.
    """

    features: dict[str, Feature] = field(default_factory=dict)
    named: set[str] = field(default_factory=set)
    seen: set[str] = field(default_factory=set)
    made: Made | None = None

    def rows(self, document: Document, options: Options) -> Iterator[Row]:
        """The rows of a document. Raises FormatError where its columns do not fit in here."""
        said = document.metadata.get("hf")
        if (self.made is None) != (said is not None):
            what = "it comes from another kind of input than those before it"
            raise FormatError(f"document {document.id}", what, "write them to different folders")
        if self.made:
            yield from self.made.rows(document)
            return
        assert said is not None
        self._learn(said["features"], Roles.of_json(said["roles"]), document)
        for row in rows_again(document, options):
            self.seen |= row.keys()
            for name in self.named:
                self._name(name, row.get(name))
            yield row

    def _learn(self, features: dict[str, Feature], roles: Roles, document: Document) -> None:
        if self.features:
            wrong = [name for name in features if not self._alike(name, features[name])]
            if wrong or len(features) != len(self.features):
                what = f"its columns are not those of the documents before it: {', '.join(wrong)}"
                hint = "write each dataset to a folder"
                raise FormatError(f"document {document.id}", what, hint)
            return
        self.features = dict(features)
        made = {roles.tags, roles.spans, *roles.labels}
        self.named = {name for name in features if name in made}

    def _alike(self, name: str, feature: Feature) -> bool:
        """Whether a column is one of ours; where numbers are made of names, these may differ."""
        ours = self.features.get(name)
        return bool(_bare(ours) == _bare(feature) if name in self.named else ours == feature)

    def _name(self, column: str, value: Any) -> None:
        """Gives a new name of a label its number, behind those that are there."""
        self.features[column] = _with_names(self.features[column], value)

    def columns(self) -> dict[str, tuple[str, Feature]]:
        """For each key of the rows the name and the feature of its column."""
        if self.made:
            return self.made.columns()
        return {n: (n, feature) for n, feature in self.features.items() if n in self.seen}


def written(documents: Iterable[Document], options: Options) -> Iterator[tuple[str, bytes]]:
    """The files of a dataset by their paths, in pieces; the card comes last."""
    columns: dict[str, _Columns] = {}
    files: dict[str, DataFile] = {}
    with spooled(_rows(documents, options, columns, files)) as again:
        ready = {config: one.columns() for config, one in columns.items()}
        for path, rows in groupby(again(), key=lambda row: row[0]):
            yield from _parquet(path, (row for _, row in rows), ready[files[path].config])
    features = {config: dict(one.values()) for config, one in ready.items()}
    card = card_of(files.values(), features)
    if card:
        yield "README.md", card.encode()


def _rows(
    documents: Iterable[Document],
    options: Options,
    columns: dict[str, _Columns],
    files: dict[str, DataFile],
) -> Iterator[tuple[str, Row]]:
    """The rows with the paths of their files. Raises InputError if those do not stand together."""
    last = None
    for document in documents:
        file = _file_of(document)
        if file.path != last and file.path in files:
            what = "its documents do not stand together"
            raise InputError(file.path, what, "sort the documents by their file")
        last = file.path
        files[file.path] = file
        if file.config not in columns:
            ours = "hf" in document.metadata
            made = None if ours else Made(options, as_tokens(document, options))
            columns[file.config] = _Columns(made=made)
        for row in columns[file.config].rows(document, options):
            yield file.path, row


def _file_of(document: Document) -> DataFile:
    said, name = document.metadata.get("hf", {}), str(document.metadata.get("file") or "")
    path = written_path(name, said.get("split"))
    return DataFile(path, said.get("split") or split_in(path), said.get("config") or DEFAULT)


def _parquet(
    path: str, rows: Iterable[Row], columns: dict[str, tuple[str, Feature]]
) -> Iterator[tuple[str, bytes]]:
    """One file, a piece for each group of rows."""
    import datasets

    features = datasets.Features.from_dict(dict(columns.values()))
    schema = features.arrow_schema
    encoders = [(key, name, _encoder(feature)) for key, (name, feature) in columns.items()]
    pieces = _Pieces()
    with pq.ParquetWriter(pieces, schema) as out:
        for group in _groups(rows):
            encoded = [
                {name: encode(row.get(key)) for key, name, encode in encoders} for row in group
            ]
            out.write_batch(_batch(encoded, schema, path))
            yield path, pieces.taken()
    yield path, pieces.taken()


def _encoder(feature: Feature) -> Encode:
    """As `encoder_of`; a label that no document has several of comes out of its list."""
    encode = encoder_of(feature)
    if is_list(feature):
        return encode
    return lambda value: encode(next(iter(value), None) if isinstance(value, list) else value)


def _batch(rows: list[Row], schema: pa.Schema, path: str) -> pa.RecordBatch:
    try:
        return pa.RecordBatch.from_pylist(rows, schema=schema)
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        what = f"a value does not fit its column: {str(error).splitlines()[0][:200]}"
        raise FormatError(path, what) from None


def _groups(rows: Iterable[Row]) -> Iterator[list[Row]]:
    group: list[Row] = []
    for row in rows:
        group.append(row)
        if len(group) == _GROUP_ROWS:
            yield group
            group = []
    yield group


class _Pieces(RawIOBase):
    """Takes the bytes of a file as they are written, until they are fetched."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        """Always."""
        return True

    def write(self, data: Any) -> int:
        """The number of bytes, all of them."""
        self._parts.append(bytes(data))
        return len(self._parts[-1])

    def taken(self) -> bytes:
        """What was written since the last time."""
        parts, self._parts = self._parts, []
        return b"".join(parts)


def _bare(feature: Feature) -> Feature:
    """The feature without the names of labels, which may grow."""
    if names_of(feature) is not None:
        return "ClassLabel"
    if is_list(feature):
        return [_bare(item_of(feature))]
    if is_struct(feature):
        return {key: _bare(part) for key, part in feature.items()}
    return feature


def _with_names(feature: Feature, value: Any) -> Feature:
    """The feature with the names in a value that it does not have yet."""
    names = names_of(feature)
    if names is not None:
        new = isinstance(value, str) and value not in names
        return {**feature, "names": [*names, value]} if new else feature
    if is_list(feature) and isinstance(value, list):
        item = item_of(feature)
        for part in value:
            item = _with_names(item, part)
        return feature if item is item_of(feature) else {**feature, "feature": item}
    if is_struct(feature) and isinstance(value, dict):
        parts = {key: _with_names(part, value.get(key)) for key, part in feature.items()}
        same = all(parts[key] is feature[key] for key in feature)
        return feature if same else parts
    return feature
