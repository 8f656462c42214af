"""Documents become the sentences of a CoNLL-U file: as they were read, or laid out anew."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from donor.data import Document
from donor.data.tags import OUTSIDE, tags_of
from donor.errors import FormatError
from donor.formats.conllu.reader import Layout, placed_spans, said_layout
from donor.formats.conllu.rows import BLANK, COLUMNS, cells_of, misc_value, with_misc
from donor.formats.conllu.rows import Sentence as Rows
from donor.formats.format import Options
from donor.formats.parts.tokens import Sentence, flat_sentences

__all__ = ["Writer", "lost_in_rows"]

_NOTHING: Mapping[str, Any] = {}


@dataclass(slots=True)
class Writer:
    """Writes one file; it knows what the next document finds before it.

    Attributes:
        in_documents: whether a `# newdoc` has been written; then each document needs one.
        owed: what must come before the next sentence.
    """

    options: Options
    in_documents: bool = False
    owed: str = ""

    def document(self, document: Document) -> Iterator[str]:
        """The lines of a document. Raises FormatError for what no row can hold."""
        sentences, _ = flat_sentences(document, self.options)
        layout = said_layout(_conllu(document).get("layout", _NOTHING), self.options)
        begin = self._begins(document, sentences)
        done = 0
        for n, sentence in enumerate(sentences):
            kept = [_kept(document, index) for index in range(done, sentence.index + 1)]
            done = sentence.index + 1
            comments = [line for own in kept for line in own.comments]
            if begin and n == 0:
                comments = [f"# newdoc id = {document.id}{layout.end}", *comments]
            if self.owed:
                yield self.owed
            yield from _comments(document, sentences, n, comments, layout)
            yield from _rows(document, sentences, n, kept[-1], layout)
            yield from self._after(kept[-1], layout)

    def _begins(self, document: Document, sentences: Sequence[Sentence]) -> bool:
        """Whether the document must be told from the one before, and does not say so itself."""
        has_one = any(
            _kept(document, index).comment("newdoc") is not None
            for index in range(len(document.segments))
        )
        continues = bool(_conllu(document).get("continues"))
        needs_one = self.in_documents or len(sentences) > 1 or continues
        begins = needs_one and not has_one and not (continues and self.in_documents)
        self.in_documents = self.in_documents or has_one or begins
        return begins and bool(sentences)

    def _after(self, kept: Rows, layout: Layout) -> Iterator[str]:
        if kept.after:
            yield kept.after
        unended = bool(kept.rows) and not kept.rows[-1].endswith("\n")
        self.owed = layout.end * (2 if unended else 0 if kept.after else 1)


def _conllu(document: Document) -> Mapping[str, Any]:
    said = document.metadata.get("conllu")
    return said if isinstance(said, Mapping) else _NOTHING


def _kept(document: Document, segment: int) -> Rows:
    """The sentence that was the segment; an empty one where there was none."""
    conllu = _conllu(document)
    sentences = conllu.get("sentences", ())
    if segment >= len(sentences):
        return Rows(0, [], [], conllu.get("layout", _NOTHING).get("end", "\n"))
    kept = sentences[segment]
    comments, rows = (kept[key].splitlines(keepends=True) for key in ("comments", "rows"))
    return Rows(0, comments, rows, kept["after"])


def _is_as_read(document: Document, sentence: Sentence, kept: Rows) -> bool:
    """Whether the tokens are the words that the rows hold."""
    if not document.tokens or not kept.rows:
        return False
    forms = [token.form for token in kept.tokens(columns=None, misc=None)]
    return forms == sentence.words(document.text)


def _comments(
    document: Document, sentences: Sequence[Sentence], n: int, own: list[str], layout: Layout
) -> Iterator[str]:
    """The comments, with the sentence's own text in the one that says it."""
    text = " ".join(sentences[n].segment.of(document.text).split("\n")).replace("\r", " ")
    as_read = _is_as_read(document, sentences[n], _kept(document, sentences[n].index))
    said = f"# text = {text}"
    has_text = has_id = False
    for line in own:
        if Rows(0, [line], [], "").comment("text") is not None:
            has_text = True
            same = as_read or line.rstrip("\r\n") == said
            yield line if same else said + layout.end
        else:
            has_id = has_id or line.startswith("# sent_id")
            yield line
    if as_read:
        return
    if not has_id and all(line.startswith("# newdoc") for line in own):
        yield f"# sent_id = {document.id}-{sentences[n].index + 1}{layout.end}"
    if not has_text:
        yield said + layout.end


def _rows(
    document: Document, sentences: Sequence[Sentence], n: int, kept: Rows, layout: Layout
) -> list[str]:
    sentence = sentences[n]
    if _is_as_read(document, sentence, kept):
        return _retagged(sentence, kept, layout)
    tags = tags_of(sentence.spans, len(sentence.tokens), layout.scheme)
    says_outside = any(misc_value(row, layout.key, layout.misc) == OUTSIDE for row in kept.rows)
    touching = _touching(document, sentences, n)
    columns = layout.columns or (len(cells_of(kept.rows[0])) if kept.rows else COLUMNS)
    rows = []
    for number, (word, tag) in enumerate(zip(sentence.words(document.text), tags, strict=True)):
        _check(word, tag, document, layout)
        tagged = [f"{layout.key}={tag}"] if tag != OUTSIDE or says_outside else []
        misc = "|".join(tagged + ["SpaceAfter=No"] * touching[number]) or BLANK
        cells = [str(number + 1), word, *[BLANK] * (columns - 2)]
        if layout.misc is not None and layout.misc < columns:
            cells[layout.misc] = misc
        rows.append(layout.separator.join(cells) + layout.end)
    return rows


def _retagged(sentence: Sentence, kept: Rows, layout: Layout) -> list[str]:
    """The rows as they are, with other tags where the spans are others."""
    tokens = kept.tokens(columns=None, misc=layout.misc)
    if placed_spans(tokens, kept.rows, layout) == sentence.spans:
        return kept.rows
    rows, key, misc = list(kept.rows), layout.key, layout.misc
    tags = tags_of(sentence.spans, len(tokens), layout.scheme)
    for token, tag in zip(tokens, tags, strict=True):
        for position in token.rows:
            has_one = misc_value(rows[position], key, misc) is not None
            if position == token.rows[0] and tag != OUTSIDE:
                rows[position] = with_misc(rows[position], key, tag, misc)
            elif has_one:
                outside = OUTSIDE if tag == OUTSIDE else None
                rows[position] = with_misc(rows[position], key, outside, misc)
    return rows


def _touching(document: Document, sentences: Sequence[Sentence], n: int) -> list[bool]:
    """For each token whether the next one, also that of the next sentence, touches it."""
    tokens = sentences[n].tokens
    behind = sentences[n + 1].tokens[:1] if n + 1 < len(sentences) else ()
    touching = [left.end == right.start for left, right in pairwise([*tokens, *behind])]
    return touching if behind else [*touching, False]


def _check(word: str, tag: str, document: Document, layout: Layout) -> None:
    breaking = {layout.separator, "\t", "\r", "\n"}
    for kind, name, signs in (("form", word, breaking), ("label", tag, {*breaking, "|"})):
        if any(sign in name for sign in signs):
            what = f"CoNLL-U cannot hold the {kind} {name!r}"
            raise FormatError(f"document {document.id}", what, "rename it")


def lost_in_rows(
    document: Document, sentences: Sequence[Sentence], options: Options
) -> Counter[str]:
    """What of the source's rows has no place beside other words, and which gaps change."""
    lost = Counter[str]()
    layout = said_layout(_conllu(document).get("layout", _NOTHING), options)
    lost["spaces"] += _unsaid_gaps(document)
    for sentence in sentences:
        lost["spans"] += len(sentence.spans) * (layout.misc is None)
        kept = _kept(document, sentence.index)
        if _is_as_read(document, sentence, kept):
            continue
        lost["token annotations"] += sum(_is_annotated(row, layout) for row in kept.rows)
        segment = sentence.segment.of(document.text)
        lost["spaces"] += any(sign in segment for sign in "\r\n\t")
    return lost


def _unsaid_gaps(document: Document) -> int:
    """Between how many sentences stands something that is neither a space nor a paragraph's end."""
    count = 0
    for n, (left, right) in enumerate(pairwise(document.segments), start=1):
        paragraph = _kept(document, n).comment("newpar") is not None
        gap = document.text[left.end : right.start]
        count += gap != "\n\n" if paragraph else gap not in ("", " ")
    return count


def _is_annotated(row: str, layout: Layout) -> bool:
    """Whether a row says more than a form, its tag, and whether a space follows."""
    cells = cells_of(with_misc(row, layout.key, None, layout.misc))
    return any(cell not in (BLANK, "", "SpaceAfter=No") for cell in cells[2:])
