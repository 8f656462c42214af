"""What of a document's metadata is the user's own: columns and keys beyond its annotation.

Formats also keep what they need to write the same file again: layouts, names of keys, places of
white space. A format that cannot hold these loses nothing.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain
from typing import Any

from donor.data import Document

__all__ = ["further_values"]

_Kept = Mapping[str, Any]
# What a tool numbers its records by, and what it says of all of them.
_OF_TOOLS = {"id", "_input_hash", "_task_hash", "_timestamp", "_view_id", "_session_id", "vectors"}
_TRIVIAL: tuple[Any, ...] = (None, "", "_", [], {})


def further_values(document: Document, *own: str) -> int:
    """How many values of the user's own the metadata hold, but for those under the keys `own`."""
    return sum(
        len(list(_KEPT[key](value, document))) if key in _KEPT and isinstance(value, dict) else 1
        for key, value in document.metadata.items()
        if key != "file" and key not in own
    )


def _said(values: Iterable[Any]) -> Iterator[Any]:
    return (value for value in values if value not in _TRIVIAL)


def _of_record(kept: _Kept, document: Document) -> Iterator[Any]:
    """The keys of a tool's record that stand for no annotation; null stands where one was."""
    record = kept.get("record", {})
    nested = ("data", "fields", "metadata", "meta")
    yield from _said(value for key, value in record.items() if key not in _LAYOUT)
    for key in nested:
        if isinstance(part := record.get(key), dict):
            yield from _said(part.values())
    if record.get("answer") not in (None, "accept"):
        yield record["answer"]


_LAYOUT = _OF_TOOLS | {
    "data", "fields", "metadata", "meta", "answer",
    "annotations", "predictions", "drafts", "responses", "suggestions",
}  # fmt: skip


def _of_foreign(kept: _Kept, document: Document) -> Iterator[Any]:
    """The keys of a record beyond its text, spans and labels."""
    labels = {label.name for label in document.labels}
    for key, value in kept.get("record", {}).items():
        if key not in labels and str(value) != document.id:
            yield from _said([value])


def _of_row(kept: _Kept, document: Document) -> Iterator[Any]:
    """The further cells of a row; one that is the document's id is not lost with it."""
    row = kept.get("row", ())
    cells = row.values() if isinstance(row, dict) else row
    return _said(cell for cell in cells if str(cell) != document.id)


def _of_columns(kept: _Kept, document: Document) -> Iterator[Any]:
    """The further columns of tokens that say something."""
    columns = (sentence.get("columns", ()) for sentence in kept.get("sentences", ()))
    said = {n for some in columns for n, column in enumerate(some) if {*column} - {"_"}}
    return iter(said)


def _of_conllu(kept: _Kept, document: Document) -> Iterator[Any]:
    """The columns of CoNLL-U that say something, and comments of the user's own."""
    rows = (row.split("\t") for row in _lines(kept, "rows"))
    said = {n for row in rows for n, cell in enumerate(row) if n > 1 and cell not in _UNSAID}
    usual = ("# text =", "# sent_id", "# newdoc", "# newpar")
    comments = (line for line in _lines(kept, "comments") if not line.startswith(usual))
    return chain(said - {9}, comments)


_UNSAID = ("_", "")


def _lines(kept: _Kept, key: str) -> Iterator[str]:
    for sentence in kept.get("sentences", ()):
        yield from sentence.get(key, "").splitlines()


def _of_brat(kept: _Kept, document: Document) -> Iterator[Any]:
    """Lines that are no span, relation or attribute of a span: events, notes, normalisations."""
    spans = {span.id for span in document.spans}
    for line in kept.get("lines", ()):
        of_span = line[:1] in "AM" and len(parts := line.split()) > 2 and parts[2] in spans
        if line[:1] not in ("", "T", "R") and not of_span:
            yield line


def _of_squad(kept: _Kept, document: Document) -> Iterator[Any]:
    yield from _said(kept.get("of_article", {}).values())
    yield from _said(kept.get("of_paragraph", {}).values())
    for question in kept.get("qas", ()):
        usual = ("id", "answers", "is_impossible", "plausible_answers")
        yield from _said(value for key, value in question.items() if key not in usual)


def _of_xml(kept: _Kept, document: Document) -> Iterator[Any]:
    """Attributes of elements that are no span, and what stands between documents."""
    around = (*kept.get("path", ()), kept, *kept.get("structure", ()))
    yield from chain.from_iterable(element.get("attributes", {}) for element in around)
    between = (element.get(side) or "" for element in around for side in ("before", "tail"))
    yield from filter(str.strip, between)


def _of_absa(kept: _Kept, document: Document) -> Iterator[Any]:
    yield from _said(kept.get("root_attributes", {}).values())
    for sentence in kept.get("sentences", ()):
        yield from (key for key in sentence.get("attributes", {}) if key not in ("id", "rid"))


def _of_spacy(kept: _Kept, document: Document) -> Iterator[Any]:
    """Data of the user's, and what is annotated on tokens."""
    yield from _of_record(kept, document)
    yield from _said([kept.get("user_data"), kept.get("annotated") or None])


def _nothing(kept: _Kept, document: Document) -> Iterator[Any]:
    return iter(())


_KEPT: dict[str, Callable[[_Kept, Document], Iterator[Any]]] = {
    "absa": _of_absa,
    "argilla": _of_record,
    "brat": _of_brat,
    "conll": _of_columns,
    "conllu": _of_conllu,
    "deft": _nothing,
    "doccano": _of_record,
    "docred": _of_record,
    "hf": _of_row,
    "jsonl": _of_foreign,
    "label-studio": _of_record,
    "prodigy": _of_record,
    "spacy": _of_spacy,
    "spacy-json": _of_spacy,
    "spert": _of_foreign,
    "squad": _of_squad,
    "table": _of_row,
    "tacred": _of_foreign,
    "xml": _of_xml,
}
