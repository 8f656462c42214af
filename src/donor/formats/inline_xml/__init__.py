"""Inline XML: annotations are tags in the running text, and may be nested.

::

    <doc id="1"><s><PER>Anna</PER> lives in <LOC type="city">Paris</LOC>.</s></doc>

Which elements are documents, which divide their text, and which annotate it, their names say.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Self

from donor.data import Document
from donor.errors import FormatError
from donor.formats.format import (
    Flatten,
    Options,
    Refuse,
    Warn,
    ignore_warnings,
    raise_at_once,
)
from donor.formats.inline_xml.holders import held_in
from donor.formats.inline_xml.names import Names
from donor.formats.inline_xml.reader import read_document
from donor.formats.inline_xml.writer import check_writable, renamed_root, unwritten, write_file
from donor.formats.parts.elements import element_names, parse_xml

__all__ = ["XML", "InlineXmlFormat"]


class InlineXmlFormat:
    """Reads and writes XML whose elements annotate the text inside them."""

    name = "xml"
    suffixes = (".xml",)
    language = None
    parallel = False

    def __init__(self, names: Names | None = None, flatten: Flatten = Flatten.LONGEST) -> None:
        self._names = names or Names()
        self._flatten = flatten

    def configured(self, options: Options) -> Self:
        """The same format with the user's names for documents and segments."""
        return type(self)(Names.said(options.fields), options.flatten)

    def sniff(self, head: str) -> bool:
        """Whether it begins as XML does."""
        return head.lstrip().startswith("<") and any(element_names(head))

    def parse(
        self,
        lines: Iterable[str],
        *,
        file: str = "",
        warn: Warn = ignore_warnings,
        refuse: Refuse = raise_at_once,
    ) -> Iterator[Document]:
        """One document an element; `refuse` gets what is wrong, with line and column."""
        try:
            tree = parse_xml(lines, file)
        except FormatError as error:
            refuse(error)
            return
        if tree.skipped:
            what = f"comments and processing instructions are left out: {len(tree.skipped)}"
            warn(f"{file}:{tree.skipped[0]}", what)
        stem = file.rpartition(".")[0] or file
        for number, held in enumerate(held_in(tree.root, self._names), start=1):
            name = f"{stem}:{number}" if stem else str(number)
            try:
                document = read_document(held, name, file, tree.head, self._names, warn)
            except FormatError as error:
                refuse(error)
            else:
                yield document

    def serialize(self, documents: Iterable[Document]) -> Iterator[str]:
        """The lines of one file, in the elements that held its documents."""
        yield from write_file(documents, self._names, self._flatten)

    def losses(self, document: Document) -> Counter[str]:
        """What inline XML cannot say of the document: overlap that does not nest, and the rest.

        Raises FormatError for a label that is no name of an annotation.
        """
        check_writable(document, self._names)
        return unwritten(document, self._flatten)

    def losses_together(self, document: Document) -> Counter[str]:
        """What is lost besides where the document shares its file: the name of its own root."""
        return renamed_root(document, self._names)


XML = InlineXmlFormat()
