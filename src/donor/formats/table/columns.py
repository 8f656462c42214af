"""A further column of labels, for documents that come from a table."""

from dataclasses import replace

from donor.data import Document
from donor.formats.table.layout import SEPARATORS, Layout

__all__ = ["with_column"]


def with_column(document: Document, name: str, *, several: bool) -> Document:
    """The document with a cell in its table for the text labels of this name.

    As it is where it comes from no table or from one without a header, or where the labels stand
    on sentences: no cell can say them.

    Args:
        document: any.
        name: of the labels; the column, where it is a new one, stands last.
        several: whether a cell may hold several, which are then parted by `|` where the table
            says nothing else.
    """
    table = document.metadata.get("table")
    own = [label for label in document.labels if label.name == name]
    if table is None or any(label.segment is not None for label in own):
        return document
    layout = Layout.of_json(table["layout"])
    if layout.names is None:
        return document
    row = table["row"]
    if name not in {layout.name(n).strip() for n in layout.columns.labels}:
        labels = (*layout.columns.labels, layout.width)
        layout = replace(
            layout,
            width=layout.width + 1,
            names=(*layout.names, name),
            columns=replace(layout.columns, labels=labels),
        )
        row = [*row, None]
    if several and layout.separator is None:
        layout = replace(layout, separator=SEPARATORS[0])
    changed = {**table, "layout": layout.as_json(), "row": row}
    return replace(document, metadata={**document.metadata, "table": changed})
