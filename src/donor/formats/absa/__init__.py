"""Aspect-based sentiment as in SemEval: XML of 2014 with terms, of 2015 and 2016 with opinions.

A document is a `sentence` of 2014 or a `Review` of 2015 and 2016, whose sentences are segments.
An opinion with a target in the text, or an aspect term, is a span; every other opinion and every
aspect category is a text label. Their other attributes stay as they are.
"""

from collections import Counter
from collections.abc import Iterable, Iterator

from donor.data import Document
from donor.errors import FormatError
from donor.formats.absa.layout import ROOTS
from donor.formats.absa.reader import read_documents
from donor.formats.absa.writer import check_writable, unwritten, write_file
from donor.formats.format import Refuse, Warn, ignore_warnings, raise_at_once
from donor.formats.parts.elements import element_names, parse_xml

__all__ = ["ABSA", "AbsaFormat"]


class AbsaFormat:
    """Reads and writes the XML of the SemEval tasks on aspect-based sentiment."""

    name = "absa"
    suffixes = (".xml",)
    language = None
    parallel = False

    def sniff(self, head: str) -> bool:
        """Whether it begins with `sentences` or `Reviews`, and has sentences with a text."""
        names = list(element_names(head))
        return bool(names) and names[0] in ROOTS and {"sentence", "text"} <= set(names)

    def parse(
        self,
        lines: Iterable[str],
        *,
        file: str = "",
        warn: Warn = ignore_warnings,
        refuse: Refuse = raise_at_once,
    ) -> Iterator[Document]:
        """One document a sentence or review; `refuse` gets line and column of what is wrong."""
        try:
            tree = parse_xml(lines, file)
            if tree.root.name not in ROOTS:
                what = f"the root is {tree.root.name}, expected {' or '.join(ROOTS)}"
                raise FormatError(f"{file}:{tree.root.line}:{tree.root.column}", what)
        except FormatError as error:
            refuse(error)
            return
        if tree.skipped:
            what = f"comments and processing instructions are left out: {len(tree.skipped)}"
            warn(f"{file}:{tree.skipped[0]}", what)
        yield from read_documents(tree, file, warn, refuse)

    def serialize(self, documents: Iterable[Document]) -> Iterator[str]:
        """The lines of one file, of the kind that its first document came from, or else of 2016."""
        yield from write_file(documents)

    def losses(self, document: Document) -> Counter[str]:
        """What the XML cannot say of the document. Raises FormatError for a text it cannot hold."""
        check_writable(document)
        return unwritten(document)


ABSA = AbsaFormat()
