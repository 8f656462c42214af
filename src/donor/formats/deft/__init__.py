"""The DEFT corpus format: definitions, terms and their relations (Spala et al. 2019).

Eight tab-separated columns a token; one blank line ends a sentence, two end a window.
A document is a window. Overlapping spans and second heads are encoded by repeating the
sentence; the reader merges the copies, the writer makes them anew.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from donor.data import Document
from donor.formats.deft.reader import read_window
from donor.formats.deft.rows import Window, read_windows
from donor.formats.deft.writer import FileIds, check_writable, write_window
from donor.formats.format import Refuse, Warn, ignore_warnings, raise_at_once
from donor.formats.parts.further import further_values

__all__ = ["DEFT", "DeftFormat", "document_of"]


class DeftFormat:
    """Reads and writes DEFT files."""

    name = "deft"
    suffixes = (".deft",)
    language = "en"
    parallel = False

    def sniff(self, head: str) -> bool:
        """Whether the first line that is not blank has the eight columns."""
        first = next((line for line in head.splitlines() if line.strip()), "")
        return first.count("\t") == 7

    def parse(
        self,
        lines: Iterable[str],
        *,
        file: str = "",
        warn: Warn = ignore_warnings,
        refuse: Refuse = raise_at_once,
    ) -> Iterator[Document]:
        """One document a window; ids are `file:1`, `file:2`, … without the file's ending.

        `refuse` gets the line of a row that is no DEFT row; the window that holds it counts, and
        is left out whole.
        """
        stem = file.removesuffix(".deft")
        for number, window in enumerate(read_windows(lines, file, warn, refuse), start=1):
            if window is None:
                continue
            name = f"{stem}:{number}" if stem else str(number)
            yield document_of(window, document_id=name, file=file, warn=warn)

    def serialize(self, documents: Iterable[Document]) -> Iterator[str]:
        """The lines of one DEFT file, each with its line end."""
        ids = FileIds()
        for number, document in enumerate(documents):
            if number:
                yield "\n"
                yield "\n"
            yield from write_window(document, ids)

    def losses(self, document: Document) -> Counter[str]:
        """What of the document the format cannot say, counted by kind.

        Raises:
            FormatError: a label or an id would be read as something else.
        """
        check_writable(document)
        attributes = [bool(span.attributes) for span in document.spans]
        attributes += [bool(relation.attributes) for relation in document.relations]
        return +Counter(
            {
                "documents without text": not (document.text or document.metadata.get("deft")),
                "repeated sentences": len(document.segments) - len(set(document.segment_texts())),
                "relations of a span to itself": sum(
                    relation.head == relation.tail for relation in document.relations
                ),
                "text labels": len(document.labels),
                "side texts": len(document.side_texts),
                "attributes": sum(attributes),
                "metadata": further_values(document, "deft"),
            }
        )


DEFT = DeftFormat()


def document_of(window: Window, *, document_id: str, file: str, warn: Warn) -> Document:
    """The document of a window, from which the same rows are written again.

    The copies of sentences stay in the metadata where the writer would make others, and where
    it makes these of what is kept.
    """
    document = read_window(window, document_id=document_id, file=file, warn=warn)
    deft = document.metadata["deft"]
    if "copies" not in deft:
        return document
    plain = {key: value for key, value in deft.items() if key != "copies"}
    unsaid = replace(document, metadata={**document.metadata, "deft": plain})
    return document if _again(unsaid) != window == _again(document) else unsaid


def _again(document: Document) -> Window | None:
    """The window that the document becomes when it is written."""
    lines = write_window(document, FileIds())
    return next(read_windows(lines, "", ignore_warnings, raise_at_once), None)
