"""Documents become the rows of a CoNLL file: as they were read, or laid out anew."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from donor.data import Document
from donor.data.tags import OUTSIDE, TokenSpan, is_tag, spans_of, tags_of
from donor.errors import FormatError
from donor.formats.conll.layout import DOCSTART, NO_TAG, Layout, laid_out_as
from donor.formats.conll.reader import TEXT_COMMENT
from donor.formats.format import Options
from donor.formats.parts.tokens import Sentence, flat_sentences

__all__ = ["Writer", "cells_left_blank", "layout_of"]

_BLANK = "_"
_NOTHING: Mapping[str, Any] = {}


def layout_of(document: Document, options: Options) -> Layout:
    """The layout that the document is written in: that of its file, or the plain one."""
    return laid_out_as(_conll(document).get("layout", _NOTHING), options)


def cells_left_blank(document: Document, layout: Layout, sentences: Sequence[Sentence]) -> int:
    """How many cells of other columns have no value because the tokens are others."""
    columns = len(layout.others) - layout.numbered
    return columns * sum(
        len(sentence.tokens)
        for sentence in sentences
        if not _is_as_read(document, _kept(document, sentence.index), len(sentence.tokens), layout)
    )


@dataclass(slots=True)
class Writer:
    """Writes one file; it knows what the next document finds before it.

    Attributes:
        sections: whether a -DOCSTART- has been written; then each document needs one.
        owed: what must come before the next row: the end of a line, a blank line.
    """

    options: Options
    sections: bool = False
    owed: str = ""

    def document(self, document: Document) -> Iterator[str]:
        """The lines of a document. Raises FormatError for what no row can hold."""
        layout = layout_of(document, self.options)
        sentences, _ = flat_sentences(document, self.options)
        before = _before(document, sentences, layout)
        yield from self._start(document, before, layout, len(sentences))
        for own_before, sentence in zip(before, sentences, strict=True):
            if own_before:
                yield from self._paid(own_before)
                yield own_before
            yield from self._paid()
            yield from self._sentence(document, sentence, layout)

    def _start(
        self, document: Document, before: Sequence[str], layout: Layout, sentences: int
    ) -> Iterator[str]:
        """The -DOCSTART- of a document that needs one and has none."""
        continues = bool(_conll(document).get("continues"))
        if any(_has_docstart(own) for own in before):
            self.sections = True
        elif sentences and (self.sections != continues or (sentences > 1 and not continues)):
            self.sections = True
            yield from self._paid()
            yield _docstart(layout)

    def _paid(self, next_line: str = "") -> Iterator[str]:
        if self.owed and not next_line.startswith(DOCSTART):
            yield self.owed
        self.owed = ""

    def _sentence(self, document: Document, sentence: Sentence, layout: Layout) -> Iterator[str]:
        kept = _kept(document, sentence.index)
        rows = _rows(document, sentence, kept, layout)
        if kept.get("unended"):
            rows[-1] = rows[-1].removesuffix(layout.end)
        yield from rows
        after = str(kept.get("after", layout.end))
        if after:
            yield after
        self.owed = layout.end * (2 if kept.get("unended") else not after)


def _has_docstart(before: str) -> bool:
    return before.startswith(DOCSTART) or f"\n{DOCSTART}" in before


def _docstart(layout: Layout) -> str:
    cells = [DOCSTART, *["-X-"] * (layout.columns - 1)]
    cells[layout.tag or 1] = "O"
    return layout.separator.join(cells) + layout.end + layout.end


def _conll(document: Document) -> Mapping[str, Any]:
    said = document.metadata.get("conll")
    return said if isinstance(said, Mapping) else _NOTHING


def _kept(document: Document, segment: int) -> Mapping[str, Any]:
    """What the file had around and in the sentence that was the segment."""
    sentences = _conll(document).get("sentences", ())
    kept = sentences[segment] if segment < len(sentences) else _NOTHING
    return kept if isinstance(kept, Mapping) else _NOTHING


def _before(document: Document, sentences: Sequence[Sentence], layout: Layout) -> list[str]:
    """What stands before each sentence; what stood before one without tokens goes to the next."""
    before = []
    done = 0
    for sentence in sentences:
        own = [str(_kept(document, n).get("before", "")) for n in range(done, sentence.index + 1)]
        text = sentence.segment.of(document.text)
        before.append(_with_text("".join(own), text, layout))
        done = sentence.index + 1
    return before


def _with_text(before: str, text: str, layout: Layout) -> str:
    """The lines before a sentence, with its own text in the comment that says it."""
    if TEXT_COMMENT not in before:
        return before
    lines = before.splitlines(keepends=True)
    said = f"{TEXT_COMMENT}{' '.join(text.splitlines())}"
    return "".join(
        said + layout.end if line.startswith(TEXT_COMMENT) and line.rstrip("\r\n") != said else line
        for line in lines
    )


def _is_as_read(document: Document, kept: Mapping[str, Any], tokens: int, layout: Layout) -> bool:
    """Whether the tokens are those whose rows the metadata keep."""
    columns = kept.get("columns", ())
    if not document.tokens or len(columns) != len(layout.others):
        return False
    return all(len(column) == tokens for column in columns)


def _rows(
    document: Document, sentence: Sentence, kept: Mapping[str, Any], layout: Layout
) -> list[str]:
    """The rows of a sentence, and the comments between them."""
    words = sentence.words(document.text)
    _check(words, sentence.spans, document, layout)
    as_read = _is_as_read(document, kept, len(words), layout)
    columns = kept["columns"] if as_read and layout.others else _blank_columns(words, layout)
    columns = [list(column) for column in columns]
    for n, own in sorted([(layout.token, words), (layout.tag, _tags(sentence, kept, layout))]):
        columns.insert(n, own)
    cells = list(zip(*columns, strict=True))
    rows = [layout.separator.join(row) + layout.end for row in cells]
    for position, gaps in kept.get("spacing", _NOTHING).items() if as_read else ():
        rows[int(position)] = _spaced(cells[int(position)], gaps)
    for position, line in reversed(kept.get("inside", ())):
        rows.insert(position if as_read else 0, line)
    return rows


def _blank_columns(words: Sequence[str], layout: Layout) -> list[list[str]]:
    columns = [[_BLANK] * len(words) for _ in layout.others]
    if layout.numbered:
        columns[0] = [str(n) for n in range(1, len(words) + 1)]
    return columns


def _spaced(cells: Sequence[str], gaps: Sequence[str]) -> str:
    return "".join(gap + cell for gap, cell in zip(gaps, [*cells, ""], strict=True))


def _tags(sentence: Sentence, kept: Mapping[str, Any], layout: Layout) -> list[str]:
    """The tags of a sentence: those of the file if they still say its spans."""
    said = [str(tag) for tag in kept.get("tags", ())]
    if len(said) == len(sentence.tokens):
        plain = [OUTSIDE if tag in NO_TAG else tag for tag in said]
        if all(map(is_tag, plain)) and spans_of(plain, layout.scheme) == sentence.spans:
            return said
    return tags_of(sentence.spans, len(sentence.tokens), layout.scheme)


def _check(
    words: Sequence[str], spans: Sequence[TokenSpan], document: Document, layout: Layout
) -> None:
    """Raises FormatError for a token or label that would be read as something else."""
    labels = [span.label for span in spans]
    for kind, names in (("token", words), ("label", labels)):
        if _all_fit(names, layout):
            continue
        name = next(name for name in names if not _all_fit([name], layout))
        what = f"CoNLL columns cannot hold the {kind} {name!r}"
        hint = "rename it" if kind == "label" else "write another format"
        raise FormatError(f"document {document.id}", what, hint)


def _all_fit(names: Sequence[str], layout: Layout) -> bool:
    """Whether each is one cell, and none is taken for a border of documents."""
    text = "".join(names)
    if "" in names or any(sign in text for sign in (layout.separator, "\t", "\r", "\n")):
        return False
    if DOCSTART in text and any(name.startswith(DOCSTART) for name in names):
        return False
    return " " not in text or all(name == name.strip(" ") for name in names)
