"""A row of a dataset becomes a document; rows of questions on one text become one together."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import pyarrow as pa

from donor.data import Document, Interval, SideText, Span, TextLabel
from donor.data.tags import Scheme, scheme_named, scheme_of, spans_of
from donor.errors import DocumentError, FormatError
from donor.formats.format import Options, Refuse
from donor.formats.hf.columns_kept import kept, said_plainly
from donor.formats.hf.encoded import label_text
from donor.formats.hf.features import Feature, Features, item_of, names_of
from donor.formats.hf.files import DataFile
from donor.formats.hf.questions import grouped
from donor.formats.hf.roles import Roles, find_roles
from donor.formats.hf.rows import Batches
from donor.formats.hf.spans import read_relations, read_spans
from donor.formats.parts.columns import tag_in
from donor.formats.parts.spacing import Intervals, aligned, joined

__all__ = ["documents_of"]

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Table:
    """What the rows of a file share."""

    file: DataFile
    features: Features
    roles: Roles
    scheme: Scheme
    intervals: Intervals

    def shared(self) -> dict[str, Any]:
        """The part of the metadata that is the same for all rows."""
        said: dict[str, Any] = {
            "features": self.features,
            "roles": self.roles.as_json(),
            "split": self.file.split,
            "config": self.file.config,
        }
        return said | ({"scheme": str(self.scheme)} if self.roles.tags else {})


def documents_of(
    file: DataFile, features: Features, batches: Batches, *, options: Options, refuse: Refuse
) -> Iterator[Document]:
    """The documents of one file; ids are `file:1`, `file:2`, … by its rows.

    Raises:
        ConfigError: nothing says where the text is; FormatError through `refuse`: a row is broken.
    """
    roles = find_roles(features, options.fields, file.path)
    _check_tags(roles, features, file.path)
    first = next(batches, None)
    if first is None:
        return
    table = _Table(file, features, roles, _scheme(first, roles, features, options), Intervals())
    shared = table.shared()
    rows = _rows(chain([first], batches), roles, features)
    if roles.answers:
        yield from grouped(rows, file, roles, features, shared, refuse)
        return
    stem = file.path.rpartition(".")[0]
    for number, row in enumerate(rows, start=1):
        try:
            yield _document(row, table, f"{stem}:{number}", shared)
        except (ValueError, TypeError, KeyError) as error:
            what = f"{error.args[0]!r} is missing" if isinstance(error, KeyError) else str(error)
            refuse(FormatError(f"{file.path}: row {number}", what))
        except DocumentError as error:
            refuse(FormatError(f"{file.path}: row {number}", error.what, error.hint))


def _check_tags(roles: Roles, features: Features, where: str) -> None:
    """Raises FormatError for tags that are numbers without names."""
    if roles.tags is None:
        return
    item = item_of(features[roles.tags])
    if names_of(item) is None and "int" in str(item.get("dtype")):
        what = f"the tags in {roles.tags!r} are numbers, and nothing says what they stand for"
        raise FormatError(where, what, "make the column one of ClassLabel")


def _rows(batches: Batches, roles: Roles, features: Features) -> Iterator[Row]:
    """The rows as JSON values."""
    known = roles.made | {roles.id, roles.language}
    for batch in batches:
        columns = {name: batch.column(name) for name in batch.schema.names if name in features}
        plain = {name: said_plainly(column.type) for name, column in columns.items()}
        listed = {name: columns[name].to_pylist() for name in columns if name in known}
        for n in range(batch.num_rows):
            yield {
                name: listed[name][n] if name in known else kept(column, n, plain=plain[name])
                for name, column in columns.items()
            }


def _scheme(first: pa.RecordBatch, roles: Roles, features: Features, options: Options) -> Scheme:
    """The scheme of the tags, by the user's word or the first rows."""
    if roles.tags is None:
        return Scheme.BIO
    if options.scheme:
        return scheme_named(options.scheme)
    names = names_of(item_of(features[roles.tags]))
    some = first.column(roles.tags).to_pylist()
    return scheme_of([_named(tags or (), names) for tags in some])


def _named(values: Sequence[Any], names: Sequence[str] | None) -> list[str]:
    """What the numbers stand for. Raises ValueError for one that has no name."""
    if names is None:
        return [str(value) for value in values]
    wrong = next((v for v in values if not isinstance(v, int) or not 0 <= v < len(names)), None)
    if wrong is not None:
        raise ValueError(f"{wrong} is none of the {len(names)} names of its ClassLabel")
    return [names[value] for value in values]


def _document(row: Row, table: _Table, made_id: str, shared: Mapping[str, Any]) -> Document:
    roles, features = table.roles, table.features
    words: list[str] | None = row[roles.tokens] if roles.tokens else None
    if words is not None and not all(isinstance(word, str) and word for word in words):
        raise ValueError(f"a token in {roles.tokens!r} is empty")
    text, tokens = _text(row, roles, words, table.intervals)
    segments = _segments(row.get(roles.segments or ""), text)
    own: dict[str, Any] = {"row": _others(row, roles, features)}
    beside = {name: row[name] for name in roles.aligned}
    if words is not None and beside:
        own["aligned"] = beside
    language = tag_in(row[roles.language]) if roles.language else None
    return Document(
        id=str(row[roles.id]) if roles.id and row[roles.id] is not None else made_id,
        language=language,
        text=text,
        segments=segments,
        tokens=tuple(tokens),
        spans=tuple(_spans(row, table, tokens, text)),
        relations=tuple(read_relations(row[roles.relations] or ()) if roles.relations else ()),
        labels=tuple(_labels(row, roles, features)),
        side_texts=tuple(SideText(name, row[name]) for name in roles.sides if row[name]),
        metadata={"file": table.file.path, "hf": {**shared, **own}},
    )


def _text(
    row: Row, roles: Roles, words: list[str] | None, intervals: Intervals
) -> tuple[str, list[Interval]]:
    """The text and the places of its tokens; that of the column, if the tokens stand in it."""
    said = row[roles.text] if roles.text else None
    if said is not None and not isinstance(said, str):
        raise TypeError(f"{roles.text!r} is not a string")
    if words is None:
        return said or "", []
    places = aligned(words, said, 0) if said else None
    return (said or "", places) if places is not None else joined(words, 0, intervals)


def _segments(said: Sequence[Mapping[str, int]] | None, text: str) -> tuple[Interval, ...]:
    """The sentences as the row says them, or the whole text without the white space around."""
    if said:
        return tuple(Interval(place["start"], place["end"]) for place in said)
    start, end = len(text) - len(text.lstrip()), len(text.rstrip())
    return (Interval(start, end),) if start < end else ()


def _spans(row: Row, table: _Table, tokens: Sequence[Interval], text: str) -> list[Span]:
    """The spans of a row, by tags or by offsets."""
    roles, features = table.roles, table.features
    if roles.tags:
        tags = _named(row[roles.tags] or (), names_of(item_of(features[roles.tags])))
        if len(tags) != len(tokens):
            raise ValueError(f"{len(tags)} tags for {len(tokens)} tokens")
        found = spans_of(tags, table.scheme)
        return [
            Span(f"s{n}", s.label, (Interval(tokens[s.start].start, tokens[s.end - 1].end),))
            for n, s in enumerate(found, start=1)
        ]
    if roles.spans:
        return read_spans(row[roles.spans], features[roles.spans], text)
    return []


def _labels(row: Row, roles: Roles, features: Features) -> Iterator[TextLabel]:
    """The labels of the whole text; none where a row has none."""
    for name in roles.labels:
        value, feature = row[name], item_of(features[name]) or features[name]
        names = names_of(feature)
        for part in value if isinstance(value, list) else [value]:
            if not _unlabelled(part, names):
                named = _named([part], names)[0] if names else label_text(part, feature)
                yield TextLabel(name, named)


def _unlabelled(value: Any, names: Sequence[str] | None) -> bool:
    """Whether a row has no label here; in a ClassLabel, -1 says so."""
    return value is None or value == "" or (names is not None and value == -1)


def _others(row: Row, roles: Roles, features: Features) -> Row:
    """What a row holds beyond its document, and what it holds in place of labels and side texts."""
    own: Row = {name: value for name, value in row.items() if name not in roles.made}
    for name in roles.labels:
        values = row[name] if isinstance(row[name], list) else [row[name]]
        names = _names(features[name])
        if row[name] is None or any(_unlabelled(value, names) for value in values):
            own[name] = row[name]
    own |= {name: row[name] for name in roles.sides if not row[name]}
    return own


def _names(feature: Feature) -> list[str] | None:
    return names_of(feature) or names_of(item_of(feature))
