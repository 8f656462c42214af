"""Tables of labelled texts: CSV and TSV, a row a document, its columns as they are.

::

    id,text,label
    7,"An ion is charged, always.",definition

The header says which column is what, or the user does; what else a row holds stays with its
document. A file that is written again unchanged is the same byte for byte.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import chain, islice
from typing import Any

from donor.data import Document, Interval, SideText, TextLabel
from donor.errors import FormatError
from donor.formats.files.spool import spooled
from donor.formats.format import (
    DEFAULTS,
    Options,
    Refuse,
    Warn,
    ignore_warnings,
    raise_at_once,
)
from donor.formats.parts.columns import find_columns, tag_in
from donor.formats.parts.further import further_values
from donor.formats.table.layout import Layout, made_layout
from donor.formats.table.rows import Dialect, Record, dialect_of, records, written

__all__ = ["CSV", "TSV", "TableFormat"]

_HEAD_LINES = 200
_BOM = "\ufeff"
_JOINERS = ("{}", "{} ", " {} ")


class TableFormat:
    """Reads and writes tables of one kind: columns apart by tabs, or by what the file shows."""

    language = None
    parallel = False
    keeps_line_ends = True
    keeps_byte_order_mark = True

    def __init__(self, name: str, *, tabs: bool, options: Options = DEFAULTS) -> None:
        self.name = name
        self.suffixes: tuple[str, ...] = (f".{name}",)
        self._tabs = tabs
        self._options = options

    def configured(self, options: Options) -> "TableFormat":
        """The same format, its columns named by the options.

        `fields` names `text`, `side`, `label` (several with commas between them), `id` and
        `language`, each by its name or its number from 1; `separator` parts the labels in a cell.
        """
        return TableFormat(self.name, tabs=self._tabs, options=options)

    def sniff(self, head: str) -> bool:
        """Whether the first line names a column of texts beside others."""
        lines = head.removeprefix(_BOM).splitlines(keepends=True)
        first = next(records(lines, dialect_of(lines, tabs=self._tabs)), None)
        if first is None or len(first.cells) < 2:
            return False
        return find_columns(first.cells, {}) is not None

    def parse(
        self,
        lines: Iterable[str],
        *,
        file: str = "",
        warn: Warn = ignore_warnings,
        refuse: Refuse = raise_at_once,
    ) -> Iterator[Document]:
        """One document a row; ids are `file:1`, `file:2`, … or the column of ids that is given.

        Raises:
            FormatError: names file and line of a row that is broken, or has other columns.
            ConfigError: the user names a column that is not there.
        """
        remaining = iter(lines)
        head = list(islice(remaining, _HEAD_LINES))
        bom = bool(head) and head[0].startswith(_BOM)
        if bom:
            head[0] = head[0].removeprefix(_BOM)
        dialect = dialect_of(head, tabs=self._tabs)
        rows = records(chain(head, remaining), dialect)
        first = next(rows, None)
        if first is None:
            return
        layout = self._layout(first, dialect, bom, file)
        documents = chain([first] if layout.names is None else [], rows)
        yield from _documents(documents, layout, file, _stem(file, self.suffixes), refuse)

    def serialize(self, documents: Iterable[Document]) -> Iterator[str]:
        """The lines of one table, each with its line end, as its input had it."""
        remaining = iter(documents)
        first = next(remaining, None)
        if first is None:
            return
        documents = chain([first], remaining)
        if "table" in first.metadata:
            yield from _rows(documents, self._dialect_for(_layout(first)))
            return
        with spooled(documents) as again:
            dialect = Dialect("\t" if self._tabs else ",")
            layout = made_layout(again(), dialect, self._options.fields.get("separator"))
            yield from _rows((_in_table(document, layout) for document in again()), dialect)

    def losses(self, document: Document) -> Counter[str]:
        """What a row cannot say, counted by kind."""
        labels = document.labels
        lost = Counter(
            {
                "spans": len(document.spans),
                "relations": len(document.relations),
                "segment labels": sum(label.segment is not None for label in labels),
                "attributes": sum(bool(label.attributes) for label in labels),
            }
        )
        if "table" in document.metadata:
            return +(lost + _unsaid(document, self._dialect_for(_layout(document))))
        lost["tokens"] = len(document.tokens)
        lost["segments"] = int(document.segments != _segments(document.text))
        lost["metadata"] = further_values(document)
        return +lost

    def _layout(self, first: Record, dialect: Dialect, bom: bool, file: str) -> Layout:
        """What all rows share, by the first of them. Raises FormatError, ConfigError."""
        where = f"{file}:{first.line}"
        if first.problem:
            raise FormatError(where, first.problem, first.hint)
        fields = self._options.fields
        names = tuple(cell.strip() for cell in first.cells)
        titled = find_columns(names, {}) is not None or not _numbers(fields)
        # A cell of a row is no name of a column, even where it is one of the numbers given.
        columns = find_columns(names if titled else [""] * len(names), fields)
        if columns is None:
            there = ", ".join(repr(name[:20]) for name in names[:9])
            what = f"no column is known to hold the text; the first row is {there}"
            raise FormatError(where, what, "say which it is: --text-field NAME, or its number")
        return Layout(
            width=len(names),
            names=first.cells if titled else None,
            columns=columns,
            dialect=dialect,
            separator=fields.get("separator"),
            bom=bom,
            header_quoted=first.quoted if titled else (),
            line_end=first.end or "\n",
        )

    def _dialect_for(self, layout: Layout) -> Dialect:
        """The dialect of the input, as far as a table of this kind may speak it."""
        if self._tabs == (layout.dialect.delimiter == "\t"):
            return layout.dialect
        return Dialect("\t" if self._tabs else ",")


CSV = TableFormat("csv", tabs=False)
TSV = TableFormat("tsv", tabs=True)


def _numbers(fields: Mapping[str, str]) -> bool:
    """Whether the user gives the column of the text by its number."""
    return fields.get("text", "").isdecimal()


def _stem(file: str, suffixes: tuple[str, ...]) -> str:
    return next((file.removesuffix(s) for s in suffixes if file.endswith(s)), file)


def _documents(
    rows: Iterable[Record], layout: Layout, file: str, stem: str, refuse: Refuse
) -> Iterator[Document]:
    shared = layout.as_json()
    for number, record in enumerate(rows, start=1):
        where = f"{file}:{record.line}"
        if record.problem:
            refuse(FormatError(where, record.problem, record.hint))
        elif len(record.cells) != layout.width:
            what = f"{len(record.cells)} columns, expected {layout.width}"
            hint = "are a quote, a line break or the delimiter in a cell without quotes?"
            refuse(FormatError(where, what, hint))
        else:
            document = _document(record, layout, f"{stem}:{number}" if stem else str(number))
            table = _parked(record, layout, document) | {"layout": shared}
            named = {"file": file} if file else {}
            yield replace(document, metadata={**named, "table": table})


def _document(record: Record, layout: Layout, made_id: str) -> Document:
    cells, columns = record.cells, layout.columns
    text = cells[columns.text]
    sides = (SideText(layout.name(n).strip(), cells[n]) for n in columns.sides)
    return Document(
        id=made_id if columns.id is None else cells[columns.id] or made_id,
        language=None if columns.language is None else tag_in(cells[columns.language]),
        text=text,
        segments=_segments(text),
        labels=tuple(
            TextLabel(layout.name(n).strip(), value)
            for n in columns.labels
            for value in _labels_in(cells[n], layout.separator)[0]
        ),
        side_texts=tuple(sides),
    )


def _labels_in(cell: str, separator: str | None) -> tuple[list[str], str]:
    """The labels in a cell, and what stands between them; all of a cell that is no clean list."""
    if separator is None or separator not in cell:
        return ([cell] if cell else []), separator or ""
    labels = [part.strip() for part in cell.split(separator)]
    for joiner in (shape.format(separator) for shape in _JOINERS):
        if all(labels) and joiner.join(labels) == cell:
            return labels, joiner
    return [cell], separator


def _parked(record: Record, layout: Layout, document: Document) -> dict[str, Any]:
    """What a row holds beyond its document, for its metadata."""
    columns = layout.columns
    row = [None if n in columns.known else cell for n, cell in enumerate(record.cells)]
    value: dict[str, Any] = {"row": row, "quoted": list(record.quoted), "end": record.end}
    joiners = {_labels_in(record.cells[n], layout.separator)[1] for n in columns.labels}
    joiner = next((j for j in joiners if j != layout.separator), None)
    return value | ({"joiner": joiner} if joiner else {})


def _segments(text: str) -> tuple[Interval, ...]:
    """The whole text as one segment, without the white space at its edges."""
    start, end = len(text) - len(text.lstrip()), len(text.rstrip())
    return (Interval(start, end),) if start < end else ()


def _layout(document: Document) -> Layout:
    return Layout.of_json(document.metadata["table"]["layout"])


def _in_table(document: Document, layout: Layout) -> Document:
    """The document with a row of a table made for it."""
    row: list[str | None] = [None] * layout.width
    row[0] = document.id
    if layout.columns.language is not None:
        row[layout.columns.language] = ""
    table = {"layout": layout.as_json(), "row": row, "quoted": [], "end": "\n"}
    return replace(document, metadata={**document.metadata, "table": table})


def _rows(documents: Iterable[Document], dialect: Dialect) -> Iterator[str]:
    """The table's lines; a header before the first, and line ends between all."""
    layout: Layout | None = None
    shared: Any = None
    end = ""
    for document in documents:
        table = document.metadata.get("table")
        if table is None or (layout and table["layout"]["names"] != shared["names"]):
            what = "its columns are not those of the rows before it in the same file"
            raise FormatError(f"document {document.id}", what, "write each table to a file")
        if layout is None:
            shared, layout = table["layout"], _layout(document)
            yield from _header(layout, dialect)
        elif not end:
            yield layout.line_end
        end = table["end"]
        yield written(_cells(document, layout), table["quoted"], dialect) + end


def _header(layout: Layout, dialect: Dialect) -> Iterator[str]:
    before = _BOM if layout.bom else ""
    if layout.names is not None:
        yield before + written(layout.names, layout.header_quoted, dialect) + layout.line_end
    elif before:
        yield before


def _cells(document: Document, layout: Layout) -> list[str]:
    """The row's cells, those that the document decides made anew."""
    table, columns = document.metadata["table"], layout.columns
    cells = [cell or "" for cell in table["row"]]
    cells[columns.text] = document.text
    said = {side.name: side.text for side in document.side_texts}
    for n in columns.sides:
        cells[n] = said.get(layout.name(n).strip(), "")
    joiner = table.get("joiner") or layout.separator or ""
    for n in columns.labels:
        name = layout.name(n).strip()
        values = [label.value for label in document.labels if label.name == name]
        cells[n] = joiner.join(values)
    if columns.language is not None:
        cells[columns.language] = _language(cells[columns.language], document.language)
    return cells


def _language(cell: str, tag: str | None) -> str:
    """The cell as it is if it says the document's language, else the tag of that."""
    return cell if tag is None or tag_in(cell) == tag else tag


def _unsaid(document: Document, dialect: Dialect) -> Counter[str]:
    """What a row in this layout has no cell for."""
    layout = _layout(document)
    names = {layout.name(n).strip() for n in layout.columns.labels}
    sides = {layout.name(n).strip() for n in layout.columns.sides}
    texts = [document.text, *(side.text for side in document.side_texts)]
    lost = Counter[str]()
    lost["text labels"] = sum(label.name not in names for label in document.labels)
    lost["side texts"] = sum(side.name not in sides for side in document.side_texts)
    if not dialect.quotes:
        lost["tabs and line breaks"] = sum(text.count(s) for text in texts for s in "\t\n")
    return lost
