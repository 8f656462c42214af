"""CoNLL-U, the format of Universal Dependencies, with names as tags in its last column.

::

    # newdoc id = d1
    # sent_id = d1-1
    # text = Она в Риме.
    1   Она   …   _
    2   в     …   _
    3   Риме  …   NE=B-LOC|SpaceAfter=No
    4   .     …   _

A document is what `# newdoc` begins, where a file has it; else each sentence is one, because
nothing says which belong together. Tokens are the words as they are written: a range such as
`1-2` is one token, its words and the empty nodes are kept beside it.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import ClassVar

from donor.data import Document
from donor.data.tags import scheme_named
from donor.formats.conllu.reader import read_documents
from donor.formats.conllu.rows import COLUMNS, cells_of
from donor.formats.conllu.writer import Writer, lost_in_rows
from donor.formats.format import (
    DEFAULTS,
    Options,
    Refuse,
    Warn,
    ignore_warnings,
    raise_at_once,
)
from donor.formats.parts.tokens import flat_sentences, unsaid_by_tokens

__all__ = ["CONLLU", "ConlluFormat"]


@dataclass(frozen=True, slots=True)
class ConlluFormat:
    """Reads and writes CoNLL-U."""

    options: Options = DEFAULTS
    name: ClassVar[str] = "conllu"
    suffixes: ClassVar[tuple[str, ...]] = (".conllu", ".conllup")
    language: ClassVar[None] = None
    parallel: ClassVar[bool] = False
    keeps_line_ends: ClassVar[bool] = True

    def configured(self, options: Options) -> "ConlluFormat":
        """The same with the key in MISC (`spans`), scheme, flatten and snap as the user wants."""
        if options.scheme:
            scheme_named(options.scheme)
        return replace(self, options=options)

    def sniff(self, head: str) -> bool:
        """Whether the first row has a word's number, and ten columns or those that are named."""
        lines = [line for line in head.splitlines() if line.strip()]
        rows = [line for line in lines if not line.startswith("#")]
        named = any(line.startswith("# global.columns = ID ") for line in lines)
        if not rows or not (named or len(cells_of(rows[0])) == COLUMNS):
            return False
        return cells_of(rows[0])[0] == "1" or rows[0].startswith(("1-", "0."))

    def parse(
        self,
        lines: Iterable[str],
        *,
        file: str = "",
        warn: Warn = ignore_warnings,
        refuse: Refuse = raise_at_once,
    ) -> Iterator[Document]:
        """One document a `# newdoc`, or a sentence; ids are `file:1`, `file:2`, …"""
        stem = file.removesuffix(".conllup").removesuffix(".conllu")
        return read_documents(lines, self.options, file=file, stem=stem, warn=warn, refuse=refuse)

    def serialize(self, documents: Iterable[Document]) -> Iterator[str]:
        """The lines of one file; those of a document that nobody changed are as they were."""
        writer = Writer(self.options)
        for document in documents:
            yield from writer.document(document)

    def losses(self, document: Document) -> Counter[str]:
        """What of the document CoNLL-U cannot say, or says of other words.

        Raises:
            FormatError: a form or a label would break its row, or spans overlap and `flatten` is
                `error`.
        """
        for _ in Writer(self.options).document(document):
            pass
        sentences, lost = flat_sentences(document, self.options)
        lost.update(unsaid_by_tokens(document, self.name))
        lost.update(lost_in_rows(document, sentences, self.options))
        return +lost


CONLLU = ConlluFormat()
