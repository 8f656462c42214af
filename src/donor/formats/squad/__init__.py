"""SQuAD 1.1 and 2.0, and what is laid out like them: XQuAD, MLQA and others.

A document is a paragraph: its text is the context, its side texts are the questions, its spans
the answers and plausible answers. Titles are names of articles, and stay as they are.
`answer_start` counts code points, as Python does.
"""

from collections import Counter
from collections.abc import Iterable, Iterator

from donor.data import Document
from donor.formats.format import Refuse, Warn, ignore_warnings, raise_at_once
from donor.formats.squad.decided import decided
from donor.formats.squad.reader import read_paragraphs
from donor.formats.squad.writer import unwritten, write_file

__all__ = ["SQUAD", "SquadFormat", "decided"]


class SquadFormat:
    """Reads and writes one JSON value of articles, paragraphs, questions and answers."""

    name = "squad"
    suffixes = (".json",)
    language = None
    parallel = False

    def sniff(self, head: str) -> bool:
        """Whether it begins as an object whose data have paragraphs with a context."""
        keys = ('"data"', '"paragraphs"', '"context"')
        return head.lstrip().startswith("{") and all(key in head for key in keys)

    def parse(
        self,
        lines: Iterable[str],
        *,
        file: str = "",
        warn: Warn = ignore_warnings,
        refuse: Refuse = raise_at_once,
    ) -> Iterator[Document]:
        """One document a paragraph; `refuse` gets what is wrong in one, with line and column."""
        yield from read_paragraphs("".join(lines), file, warn, refuse)

    def serialize(self, documents: Iterable[Document]) -> Iterator[str]:
        """One JSON value, an article a line."""
        yield from write_file(documents)

    def losses(self, document: Document) -> Counter[str]:
        """What SQuAD cannot say of the document; a question goes with its last answer."""
        return unwritten(document)


SQUAD = SquadFormat()
