"""The sentences of a CoNLL file become documents: text from tokens, spans from tags."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Any

from donor.data import Document, Interval, Span
from donor.data.tags import OUTSIDE, TokenSpan, first_departure, is_tag, spans_of
from donor.errors import ConfigError, FormatError
from donor.formats.conll.layout import NO_TAG, Layout, find_layout
from donor.formats.conll.rows import Rows, read_rows, with_line_ends
from donor.formats.format import Options, Refuse, Warn
from donor.formats.parts.spacing import Intervals, aligned, joined

__all__ = ["TEXT_COMMENT", "read_documents"]

TEXT_COMMENT = "# text = "

# So many lines tell the layout and the tag scheme of a file.
_HEAD = 10_000
# A section is cut behind so many sentences: some files name one document, and are one.
_LONGEST_SECTION = 1000


class _Builder:
    """A document in the making, sentence by sentence."""

    __slots__ = ("intervals", "kept", "segments", "spans", "text", "tokens")

    def __init__(self, intervals: Intervals) -> None:
        self.intervals = intervals
        self.text = ""
        self.segments: list[Interval] = []
        self.tokens: list[Interval] = []
        self.spans: list[Span] = []
        self.kept: list[dict[str, Any]] = []

    def add(self, rows: Rows, spans: Iterable[TokenSpan]) -> None:
        """Puts a sentence behind those that are there, on a line of its own."""
        start = len(self.text) + 1 if self.text else 0
        text, places = self._placed(rows, start)
        self.text = f"{self.text}\n{text}" if start else text
        intervals = self.intervals
        self.segments.append(intervals[start, start + len(text)])
        self.tokens += places
        self.spans += [
            Span(f"s{n}", label, (intervals[places[first].start, places[end - 1].end],))
            for n, (first, end, label) in enumerate(spans, start=len(self.spans) + 1)
        ]
        if rows.others:
            rows.kept["columns"] = rows.others
        self.kept.append(rows.kept)

    def _placed(self, rows: Rows, at: int) -> tuple[str, list[Interval]]:
        said = _said_text(rows.kept["before"]) if "before" in rows.kept else ""
        places = aligned(rows.words, said, at) if said else None
        return (said, places) if places else joined(rows.words, at, self.intervals)


def read_documents(
    lines: Iterable[str], options: Options, *, file: str, stem: str, warn: Warn, refuse: Refuse
) -> Iterator[Document]:
    """The documents of a file; an unreadable sentence takes its section with it."""
    rest = with_line_ends(lines)
    head = list(islice(rest, _HEAD))
    try:
        layout = find_layout(head, options, file)
    except FormatError as error:
        refuse(error)
        return
    except ConfigError as error:
        raise ConfigError(file, error.what, error.hint) from None
    if layout.nested:
        last = layout.columns
        warn(file, f"column {last} holds tags too: kept, read with --spans-field {last}")
    kept, intervals = layout.kept(), Intervals()
    number = 0
    for section, continues in _sections(read_rows(chain(head, rest), layout, file)):
        number += 1
        builder = _Builder(intervals)
        broken = _fill(builder, section, layout, file, warn)
        if broken:
            refuse(broken)
            continue
        conll: dict[str, Any] = {"layout": kept}
        if any(builder.kept):
            conll["sentences"] = builder.kept
        if continues:
            conll["continues"] = True
        yield Document(
            id=f"{stem}:{number}" if stem else str(number),
            language=None,
            text=builder.text,
            segments=tuple(builder.segments),
            tokens=tuple(builder.tokens),
            spans=tuple(builder.spans),
            metadata={"file": file, "conll": conll} if file else {"conll": conll},
        )


def _sections(rows: Iterable[Rows]) -> Iterator[tuple[list[Rows], bool]]:
    """The sentences of each document, and whether it goes on where the one before was cut."""
    section: list[Rows] | None = None
    continues = False
    for sentence in rows:
        if section is None and not sentence.begins:
            yield [sentence], False
            continue
        if sentence.begins or section is None:
            if section:
                yield section, continues
            section, continues = [], False
        section.append(sentence)
        if len(section) == _LONGEST_SECTION:
            yield section, continues
            section, continues = [], True
    if section:
        yield section, continues


def _fill(
    builder: _Builder, section: Sequence[Rows], layout: Layout, file: str, warn: Warn
) -> FormatError | None:
    """The error of the first sentence that cannot be read, after all others are added."""
    for rows in section:
        if rows.error:
            return rows.error
        try:
            spans = _spans(rows, layout, file, warn)
        except FormatError as error:
            return error
        builder.add(rows, spans)
    return None


def _spans(rows: Rows, layout: Layout, file: str, warn: Warn) -> list[TokenSpan]:
    """The spans of a sentence; its tags are kept where the writer would not make the same."""
    try:
        spans = spans_of(rows.tags, layout.scheme)
        tags = rows.tags
    except ValueError:
        tags = [OUTSIDE if tag in NO_TAG else tag for tag in rows.tags]
        _check(tags, rows, layout, file)
        spans = spans_of(tags, layout.scheme)
    if spans or tags is not rows.tags:
        odd = first_departure(tags, spans, layout.scheme)
        if odd:
            what = f"the tag {tags[odd[0]]} stands where {layout.scheme} has {odd[1]}"
            warn(f"{file}:{rows.line_of(odd[0])}", f"{what}: read as conlleval reads it")
        if odd or tags is not rows.tags:
            rows.kept["tags"] = rows.tags
    return spans


def _check(tags: Sequence[str], rows: Rows, layout: Layout, file: str) -> None:
    for position, tag in enumerate(tags):
        if not is_tag(tag):
            where = f"{file}:{rows.line_of(position)}"
            what = f"column {layout.tag + 1} holds {tag!r}, which is no tag"
            hint = "name the column of the tags with --spans-field, or the scheme IO"
            raise FormatError(where, what, hint)


def _said_text(before: str) -> str:
    """The text that a comment before the sentence says, or nothing."""
    lines = (line for line in before.splitlines() if line.startswith(TEXT_COMMENT))
    return next(lines, "").removeprefix(TEXT_COMMENT).strip()
