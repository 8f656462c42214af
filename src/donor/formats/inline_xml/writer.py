"""Documents become one XML file, inside the elements that held them."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import Any

from donor.data import Document
from donor.errors import FormatError
from donor.formats.format import Flatten
from donor.formats.inline_xml.laying import kept_of, laid_out, spoken, string
from donor.formats.inline_xml.names import Names
from donor.formats.inline_xml.nesting import render
from donor.formats.inline_xml.reader import MADE_ID
from donor.formats.parts.elements import is_name, is_writable, start_tag
from donor.formats.parts.further import further_values

__all__ = ["check_writable", "renamed_root", "unwritten", "write_file"]

_HEAD = ('<?xml version="1.0" encoding="UTF-8"?>',)
_ROOT: dict[str, Any] = {"name": "corpus", "attributes": {}, "number": [0]}


def write_file(documents: Iterable[Document], names: Names, flatten: Flatten) -> Iterator[str]:
    """The pieces of a file; a document without an element around it gets one if it is not alone."""
    rest = iter(documents)
    first = next(rest, None)
    second = next(rest, None)
    some = [document for document in (first, second) if document]
    alone = len(some) == 1
    yield from (line + "\n" for line in _head(some, alone))
    open_now: list[Mapping[str, Any]] = []
    for document in chain(some, rest):
        check_writable(document, names)
        yield from _moved(open_now, _path(document, alone), document)
        yield _between(kept_of(document).get("before"), path=open_now)
        node = laid_out(document, flatten).node
        within = alone or bool(kept_of(document).get("path"))
        # A root that is one document of several is known as one by its name.
        fits = within or names.is_document(node.name)
        yield render(node if fits else replace(node, name="doc"), document.text)
    if not some:
        yield start_tag(_ROOT["name"], {}, empty=True)
    yield from _closed(open_now, 0)
    yield "\n"


def check_writable(document: Document, names: Names) -> None:
    """Raises FormatError for what XML cannot hold, or would be read as something else."""
    where = f"document {document.id}"
    for label in dict.fromkeys(span.label for span in document.spans):
        if not is_name(label):
            what = f"no element can be called {label!r}"
            raise FormatError(where, what, "rename the label: letters, digits, - _ and .")
        if names.divides(label):
            what = f"an element {label!r} would divide the text, not annotate it"
            hint = "rename the label, or name the elements that divide: --field segment=p,s"
            raise FormatError(where, what, hint)
    said = [string(value) for span in document.spans for value in span.attributes.values()]
    if not all(map(is_writable, (document.text, *said))):
        what = "XML cannot hold a control character of the text"
        raise FormatError(where, what, "take it out")


def unwritten(document: Document, flatten: Flatten) -> Counter[str]:
    """What the file cannot say of the document, by kind."""
    said = [pair for span in document.spans for pair in span.attributes.items()]
    read = "xml" in document.metadata
    own = Counter(
        {
            "span ids": 0 if read else _renamed(document),
            "attributes": sum(not is_name(key) for key, _ in said),
            "types of attributes": sum(not isinstance(value, str) for _, value in said),
            "tokens": len(document.tokens),
            "relations": len(document.relations),
            "text labels": len(document.labels),
            "side texts": len(document.side_texts),
            "metadata": further_values(document, "xml"),
        }
    )
    return +(own + laid_out(document, flatten).losses)


def renamed_root(document: Document, names: Names) -> Counter[str]:
    """The root of a file of its own, whose name would say no document inside another root."""
    kept = kept_of(document)
    own = bool(kept) and not kept.get("path") and not names.is_document(str(kept.get("name")))
    return Counter({"names of roots": 1} if own else {})


def _renamed(document: Document) -> int:
    """How many spans have an id like those that reading makes, and not the one it would make."""
    made = [(n, span.id) for n, span in enumerate(document.spans, 1) if MADE_ID.fullmatch(span.id)]
    return sum(span_id != f"s{n}" for n, span_id in made)


def _head(some: Sequence[Document], alone: bool) -> Sequence[str]:
    """What stands before the root; a document type only where the root is the file's own."""
    said = kept_of(some[0]) if some else {}
    head: Sequence[str] = said.get("head", _HEAD)
    own_root = bool(said.get("path")) or alone
    return head if own_root else [line for line in head if not line.startswith("<!DOCTYPE")]


def _path(document: Document, alone: bool) -> Sequence[Mapping[str, Any]]:
    """The elements around the document, from the root."""
    kept = kept_of(document)
    path: Sequence[Mapping[str, Any]] = kept.get("path", ())
    return path if path or (alone and kept) else [_ROOT]


def _moved(
    open_now: list[Mapping[str, Any]], path: Sequence[Mapping[str, Any]], document: Document
) -> Iterator[str]:
    """The tags that lead from where the document before stands to this one."""
    file = document.metadata.get("file")
    wanted = [{**one, "file": file} for one in path]
    common = 0
    for mine, theirs in zip(open_now, wanted, strict=False):
        # All documents of a file are in its root, wherever they come from.
        if common and any(mine[key] != theirs[key] for key in ("number", "file")):
            break
        common += 1
    yield from _closed(open_now, common)
    for one in wanted[common:]:
        yield _between(one.get("before"), path=open_now)
        yield start_tag(one["name"], spoken(one["attributes"], document))
        open_now.append(one)


def _between(before: str | None, *, path: Sequence[Mapping[str, Any]]) -> str:
    """What stands before an element: as it was, or a line end where there is one around it."""
    return ("\n" if path else "") if before is None else before


def _closed(open_now: list[Mapping[str, Any]], keep: int) -> Iterator[str]:
    """The end tags of all but the outermost; nothing is open then but those."""
    while len(open_now) > keep:
        one = open_now.pop()
        yield str(one.get("tail", "\n"))
        yield f"</{one['name']}>"
