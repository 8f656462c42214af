"""The sentences of a CoNLL-U file become documents."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Any

from donor.data import Document, Interval, Span
from donor.data.tags import Scheme, TokenSpan, is_tag, scheme_named, scheme_of, spans_of
from donor.errors import FormatError
from donor.formats.conllu.rows import (
    BLANK,
    COLUMNS,
    MISC,
    Sentence,
    Token,
    cells_of,
    misc_value,
    read_sentences,
)
from donor.formats.format import Options, Refuse, Warn
from donor.formats.parts.spacing import Intervals, aligned, joined

__all__ = ["Layout", "placed_spans", "read_documents", "said_layout"]

_HEAD = 10_000
_LONGEST_DOCUMENT = 1000
_GLOBAL = "# global.columns ="
_KEYS = ("NE", "NER", "ner", "Ner", "NamedEntity", "Entity")


@dataclass(frozen=True, slots=True)
class Layout:
    """Where in MISC the tags are, in which scheme, how rows are cut and how lines end.

    Attributes:
        columns: how many a row has; None if each sentence has its own number.
        misc: the column that is MISC, from 0; None where none is.
        separator: what stands between the cells of a new row.
    """

    key: str = "NE"
    scheme: Scheme = Scheme.BIO
    end: str = "\n"
    columns: int | None = COLUMNS
    misc: int | None = MISC
    separator: str = "\t"

    def kept(self) -> dict[str, Any]:
        """What the writer needs, as JSON values; of the rows only what is not as in CoNLL-U."""
        kept: dict[str, Any] = {"key": self.key, "scheme": self.scheme.value, "end": self.end}
        plain = Layout()
        own = ("columns", "misc", "separator")
        said = {name: getattr(self, name) for name in own}
        return kept | {n: value for n, value in said.items() if value != getattr(plain, n)}


@dataclass(slots=True)
class _Builder:
    """A document in the making, sentence by sentence."""

    layout: Layout
    intervals: Intervals
    text: str = ""
    space: bool = False
    segments: list[Interval] = field(default_factory=list)
    tokens: list[Interval] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    kept: list[dict[str, str]] = field(default_factory=list)

    def add(self, sentence: Sentence, tokens: Sequence[Token], said: str) -> None:
        """Puts a sentence behind those that are there, as far from them as it says."""
        if self.text:
            new_paragraph = sentence.comment("newpar") is not None
            self.text += "\n\n" if new_paragraph else " " * self.space
        start = len(self.text)
        text, places = self._placed(tokens, said, start)
        self.text += text
        self.segments.append(Interval(start, len(self.text)))
        self.tokens += places
        for span in placed_spans(tokens, sentence.rows, self.layout):
            extent = Interval(places[span.start].start, places[span.end - 1].end)
            self.spans.append(Span(f"s{len(self.spans) + 1}", span.label, (extent,)))
        self.kept.append(_kept(sentence))
        self.space = tokens[-1].space_after

    def _placed(self, tokens: Sequence[Token], said: str, at: int) -> tuple[str, list[Interval]]:
        forms = [token.form for token in tokens]
        places = aligned(forms, said, at) if said else None
        if places:
            return said, places
        if not said and all(token.space_after for token in tokens):
            return joined(forms, at, self.intervals)
        text = "".join(token.form + " " * token.space_after for token in tokens).rstrip(" ")
        return text, aligned(forms, text, at) or []


def _kept(sentence: Sentence) -> dict[str, str]:
    kept = {"comments": "".join(sentence.comments), "rows": "".join(sentence.rows)}
    return kept | {"after": sentence.after}


def placed_spans(tokens: Sequence[Token], rows: Sequence[str], layout: Layout) -> list[TokenSpan]:
    """The spans over the tokens that stand in the text."""
    if not any(layout.key in row for row in rows):
        return []
    tags = [token.tag(rows, layout.key, layout.misc) for token in tokens]
    return spans_of(tags, layout.scheme)


def read_documents(
    lines: Iterable[str], options: Options, *, file: str, stem: str, warn: Warn, refuse: Refuse
) -> Iterator[Document]:
    """The documents of a file; an unreadable sentence takes its document with it."""
    rest = iter(lines)
    head = list(islice(rest, _HEAD))
    layout = _find_layout(head, options, file, warn)
    kept, intervals = layout.kept(), Intervals()
    sections = _sections(read_sentences(chain(head, rest)))
    for number, (section, continues) in enumerate(sections, start=1):
        builder = _Builder(layout, intervals)
        try:
            for sentence in section:
                tokens = sentence.tokens(file, layout.columns, layout.misc)
                said = _said(sentence, tokens, file, warn)
                builder.add(sentence, tokens, said)
        except FormatError as error:
            refuse(error)
            continue
        conllu: dict[str, Any] = {"layout": kept, "sentences": builder.kept}
        if continues:
            conllu["continues"] = True
        yield Document(
            id=f"{stem}:{number}" if stem else str(number),
            language=None,
            text=builder.text,
            segments=tuple(builder.segments),
            tokens=tuple(builder.tokens),
            spans=tuple(builder.spans),
            metadata={"file": file, "conllu": conllu} if file else {"conllu": conllu},
        )


def _said(sentence: Sentence, tokens: Sequence[Token], file: str, warn: Warn) -> str:
    """The text that the comment says; told where the words are not those of the rows."""
    said = sentence.comment("text") or ""
    if said and aligned([token.form for token in tokens], said, 0) is None:
        warn(f"{file}:{sentence.line}", "the comment # text says other words than the rows")
    return said


def _sections(sentences: Iterable[Sentence]) -> Iterator[tuple[list[Sentence], bool]]:
    """The sentences of each document, and whether it goes on where the one before was cut."""
    section: list[Sentence] = []
    continues = in_documents = False
    for sentence in sentences:
        begins = sentence.comment("newdoc") is not None
        full = len(section) == _LONGEST_DOCUMENT
        if section and (begins or full or not in_documents):
            yield section, continues
            section, continues = [], in_documents and full and not begins
        in_documents = in_documents or begins
        section.append(sentence)
    if section:
        yield section, continues


def _find_layout(head: Sequence[str], options: Options, file: str, warn: Warn) -> Layout:
    end = "\r\n" if head and head[0].endswith("\r\n") else "\n"
    columns, misc, separator = _find_columns(head, file, warn)
    rows = [line for line in head if "=" in line and not line.startswith("#")]
    wanted = options.fields.get("spans")
    keys = (wanted,) if wanted else _KEYS
    values = {key: [v for v in (misc_value(row, key, misc) for row in rows) if v] for key in keys}
    key = next((k for k, own in values.items() if any(map(is_tag, own))), keys[0])
    if any(own and own[0].startswith("(") for own in values.values()):
        what = "Entity holds brackets, which are kept and not read as spans"
        warn(file, what)
    scheme = scheme_named(options.scheme) if options.scheme else _scheme(head, key, misc)
    return Layout(key, scheme, end, columns, misc, separator)


def _find_columns(head: Sequence[str], file: str, warn: Warn) -> tuple[int | None, int | None, str]:
    """How many columns rows have, which is MISC, and what stands between two."""
    numbered = enumerate(head, start=1)
    rows = [(n, line) for n, line in numbered if not line.startswith("#") and not line.isspace()]
    at, first = rows[0] if rows else (0, "")
    separator = "  " if first and "\t" not in first else "\t"
    said = next((line for line in head if line.startswith(_GLOBAL)), None)
    if said is not None:
        names = said.removeprefix(_GLOBAL).upper().split()
        return len(names), names.index("MISC") if "MISC" in names else None, separator
    found = len(cells_of(first)) if first else COLUMNS
    if found == COLUMNS or found < 2:
        return COLUMNS, MISC, separator
    what = f"{found} columns, where CoNLL-U has {COLUMNS}: the first two are read, all are kept"
    warn(f"{file}:{at}", what)
    values = [cells[MISC] for _, line in rows if len(cells := cells_of(line)) > MISC]
    is_misc = values and all(value == BLANK or "=" in value for value in values)
    return None, MISC if is_misc else None, separator


def _scheme(head: Sequence[str], key: str, misc: int | None) -> Scheme:
    rows = (line for line in head if not line.startswith("#"))
    tags = [misc_value(row, key, misc) or "O" for row in rows]
    return scheme_of([[tag for tag in tags if is_tag(tag)]])


def said_layout(kept: Mapping[str, Any], options: Options) -> Layout:
    """The layout that metadata keep, as the options change it."""
    scheme = options.scheme or str(kept.get("scheme", Scheme.BIO))
    key = options.fields.get("spans") or str(kept.get("key", "NE"))
    plain = Layout()
    return Layout(
        key,
        scheme_named(scheme),
        str(kept.get("end", plain.end)),
        kept.get("columns", plain.columns),
        kept.get("misc", plain.misc),
        str(kept.get("separator", plain.separator)),
    )
