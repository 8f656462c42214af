"""Columns of tokens and tags, as the shared tasks of CoNLL have made them usual.

A row is a token; a blank line ends a sentence. Two columns or more, separated by tabs or spaces;
the last one holds the tags in IOB1, BIO, BILOU or another scheme that is found out.

A document is what lies between two `-DOCSTART-` lines, where a file has them: they are its
makers' own documents, and a translator needs the sentences around. Else each sentence is one,
because nothing says which sentences belong together, and two that do not would mislead.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import ClassVar

from donor.data import Document
from donor.data.tags import Scheme, is_tag, scheme_named
from donor.errors import FormatError
from donor.formats.conll.layout import DOCSTART, cells_of, find_layout, is_comment
from donor.formats.conll.reader import read_documents
from donor.formats.conll.writer import Writer, cells_left_blank, layout_of
from donor.formats.format import (
    DEFAULTS,
    Options,
    Refuse,
    Warn,
    ignore_warnings,
    raise_at_once,
)
from donor.formats.parts.tokens import Sentence, flat_sentences, spacing_losses, unsaid_by_tokens

__all__ = ["CONLL", "ConllFormat"]

_MOST_COLUMNS = 9


@dataclass(frozen=True, slots=True)
class ConllFormat:
    """Reads and writes columns of tokens and tags."""

    options: Options = DEFAULTS
    name: ClassVar[str] = "conll"
    suffixes: ClassVar[tuple[str, ...]] = (".conll", ".bio", ".iob", ".iob2", ".conllup")
    language: ClassVar[None] = None
    parallel: ClassVar[bool] = False
    keeps_line_ends: ClassVar[bool] = True

    def configured(self, options: Options) -> "ConllFormat":
        """The same with columns (`text`, `spans`), scheme, flatten and snap as the user wants."""
        if options.scheme:
            scheme_named(options.scheme)
        return replace(self, options=options)

    def sniff(self, head: str) -> bool:
        """Whether all rows have the same two to nine columns, one of them of tags."""
        lines = head.splitlines(keepends=True)
        lines = lines[: -1 if len(lines) > 1 and not lines[-1].endswith("\n") else None]
        try:
            layout = find_layout(lines, DEFAULTS, "")
        except FormatError:
            return False
        rows = [
            cells_of(line, layout.separator)
            for number, line in enumerate(lines, start=1)
            if not (line.isspace() or line.startswith(DOCSTART) or number == layout.header)
            and not is_comment(line, layout)
        ]
        return (
            2 <= layout.columns <= _MOST_COLUMNS
            and bool(rows)
            and all(len(cells) == layout.columns and is_tag(cells[layout.tag]) for cells in rows)
        )

    def parse(
        self,
        lines: Iterable[str],
        *,
        file: str = "",
        warn: Warn = ignore_warnings,
        refuse: Refuse = raise_at_once,
    ) -> Iterator[Document]:
        """One document a sentence, or a section; ids are `file:1`, `file:2`, …

        Raises:
            ConfigError: the user names a column that is not there.
        """
        stem = next((file.removesuffix(s) for s in self.suffixes if file.endswith(s)), file)
        return read_documents(lines, self.options, file=file, stem=stem, warn=warn, refuse=refuse)

    def serialize(self, documents: Iterable[Document]) -> Iterator[str]:
        """The lines of one file; those of a document that nobody changed are as they were."""
        writer = Writer(self.options)
        for document in documents:
            yield from writer.document(document)

    def losses(self, document: Document) -> Counter[str]:
        """What of the document columns cannot say.

        Raises:
            FormatError: a token or a label would be read as something else, or spans overlap and
                `flatten` is `error`.
        """
        for _ in Writer(self.options).document(document):
            pass
        layout = layout_of(document, self.options)
        sentences, lost = flat_sentences(document, self.options)
        lost.update(unsaid_by_tokens(document, self.name))
        lost["column values"] = cells_left_blank(document, layout, sentences)
        lost["spaces"] = spacing_losses(document, sentences) + sum(
            document.text[left.end : right.start] != "\n"
            for left, right in pairwise(document.segments)
        )
        if layout.scheme is Scheme.IO:
            lost["spans joined to their like"] = sum(map(_touching_their_like, sentences))
        return +lost


CONLL = ConllFormat()


def _touching_their_like(sentence: Sentence) -> int:
    """How many spans begin right behind one of the same label, which IO cannot say."""
    return sum(
        left.end == right.start and left.label == right.label
        for left, right in pairwise(sentence.spans)
    )
