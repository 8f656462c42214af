"""A document becomes the rows of a DEFT window: tokens, offsets, tags, copies, the marker."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any

from donor.data import Document, Interval, Span
from donor.errors import FormatError
from donor.formats.deft.copies import Claim, Copy, arranged
from donor.formats.deft.reader import FRAGMENT, FRAGMENT_SUFFIX, in_text_order
from donor.formats.deft.rows import NO_HEAD
from donor.languages import split_at, tokenize

__all__ = ["Block", "FileIds", "check_writable", "window_blocks", "write_window"]

_UNTAGGED = ("O", "-1", "-1", "0")
# Where an id or a relation stands, these mean that there is none.
_MEANT = (NO_HEAD, "-1")


@dataclass
class FileIds:
    """The ids and the offset that a file has used so far; ids are unique per file."""

    used: set[str] = field(default_factory=set)
    end: int = 0

    def unique(self, spans: Iterable[Span]) -> dict[str, str]:
        """The id in the file of each span: its own, or a free one if a window before has it."""
        own = [span.id for span in spans]
        taken = self.used | set(own)
        names: dict[str, str] = {}
        for span_id in own:
            name, n = span_id, 1
            while name in self.used or (n > 1 and name in taken):
                n += 1
                name = f"{span_id}-{n}"
            names[span_id] = name
            taken.add(name)
        self.used.update(names.values())
        return names


@dataclass(frozen=True, slots=True)
class Block:
    """The rows between two blank lines: a copy of a sentence, or the window's marker alone.

    Attributes:
        segment: which sentence; None where only the marker stands here.
        rows: the lines, each with its line end.
    """

    segment: int | None
    rows: tuple[str, ...]


def write_window(document: Document, ids: FileIds) -> Iterator[str]:
    """The lines of a window; a blank line stands between its blocks."""
    for number, block in enumerate(window_blocks(document, ids)):
        if number:
            yield "\n"
        yield from block.rows


def window_blocks(document: Document, ids: FileIds) -> Iterator[Block]:
    """The blocks of a window; further copies of a sentence follow it, or stand where they did."""
    check_writable(document)
    said = document.metadata.get("deft")
    deft = said if isinstance(said, Mapping) else {}
    source_file = deft.get("source_file", document.metadata.get("file") or document.id)
    tokens = _tokens(document)
    claims = _claims(document, tokens, ids.unique(document.spans))
    at = max(ids.end, deft.get("start", 0))
    marker, at = _marker_rows(deft, source_file, at)
    starts = _starts(document, deft.get("gaps", ()), at)
    sentences = [_covered(segment, tokens) for segment in document.segments]
    if marker and not (deft.get("merged", False) and any(sentences)):
        yield Block(None, tuple(marker))
        marker = []
    words = [token.of(document.text) for token in tokens]
    for copy in arranged(claims, sentences, deft.get("copies", ()), words):
        shift = starts[copy.segment] - document.segments[copy.segment].start
        rows = []
        for i in (copy.strays.get(i, i) for i in sentences[copy.segment]):
            start = shift + tokens[i].start
            row = (words[i], source_file, start, start + len(tokens[i]))
            rows.append(_line(row, _cells(copy, i)))
        if rows:
            yield Block(copy.segment, (*marker, *rows))
            marker = []
    last = starts[-1] + len(document.segments[-1]) if starts else at
    ids.end = max(ids.end, last)


def _starts(document: Document, gaps: Sequence[int], at: int) -> list[int]:
    """Where each sentence begins in the file's own count."""
    segments = document.segments
    known = [gaps[n] if n < len(gaps) else 1 for n, _ in enumerate(segments)]
    steps = [gap + len(before) for gap, before in zip(known[1:], segments, strict=False)]
    return list(accumulate(steps, initial=at + known[0])) if segments else []


def check_writable(document: Document) -> None:
    """Raises FormatError for a name that would be read as something else."""
    ids = {span.id for span in document.spans}
    names = [("span label", span.label) for span in document.spans]
    names += [("span id", span.id) for span in document.spans]
    names += [("relation label", relation.label) for relation in document.relations]
    names += [("head", relation.head) for relation in document.relations]
    for kind, name in names:
        if name != name.strip() or not name or "\t" in name or "\n" in name or name in _MEANT:
            what = f"DEFT cannot hold the {kind} {name!r}"
            raise FormatError(f"document {document.id}", what, "rename it")
    for span in document.spans:
        if span.discontinuous and span.id + FRAGMENT_SUFFIX in ids:
            what = f"DEFT needs the id {span.id + FRAGMENT_SUFFIX!r} for the fragments of {span.id}"
            raise FormatError(f"document {document.id}", what, "rename it")


def _tokens(document: Document) -> tuple[Interval, ...]:
    """The document's tokens, or its language's, cut at span and segment edges."""
    tokens = document.tokens or tokenize(document.text, document.language or "und")
    fragments = [fragment for span in document.spans for fragment in span.fragments]
    edges = {edge for i in (*fragments, *document.segments) for edge in (i.start, i.end)}
    return split_at(tokens, edges)


def _marker_rows(deft: Mapping[str, Any], source_file: str, at: int) -> tuple[list[str], int]:
    rows = []
    for token in str(deft.get("marker", "")).split():
        rows.append(_line((token, source_file, at, at + len(token)), _UNTAGGED))
        at += len(token)
    return rows, at


def _line(row: tuple[str, str, int, int], cells: tuple[str, str, str, str]) -> str:
    token, source_file, start, end = row
    return "\t ".join((token, source_file, str(start), str(end), *cells)) + "\n"


def _cells(copy: Copy, token: int) -> tuple[str, str, str, str]:
    claim = copy.claims.get(token)
    if claim is None:
        return _UNTAGGED
    prefix = "B-" if token == claim.tokens.start else "I-"
    rooted = claim.root_id == NO_HEAD and claim.tag_id in copy.self_rooted
    root_id = claim.tag_id if rooted else claim.root_id
    return prefix + claim.label, claim.tag_id, root_id, claim.relation


def _claims(
    document: Document, tokens: Sequence[Interval], names: Mapping[str, str]
) -> list[Claim]:
    """First every fragment with the span's first head, then the second heads."""
    first: list[Claim] = []
    further: list[Claim] = []
    for span in sorted(document.spans, key=in_text_order):
        name = names[span.id]
        heads = sorted(
            (names.get(relation.head, relation.head), relation.label)
            for relation in document.relations
            if relation.tail == span.id
        )
        for n, fragment in enumerate(span.fragments):
            covered = _covered(fragment, tokens)
            if n:
                label, tag_id = span.label + FRAGMENT_SUFFIX, name + FRAGMENT_SUFFIX
                first.append(Claim(covered, label, tag_id, name, FRAGMENT))
                continue
            root_id, relation = heads[0] if heads else (NO_HEAD, NO_HEAD)
            first.append(Claim(covered, span.label, name, root_id, relation))
            further += [Claim(covered, span.label, name, *head) for head in heads[1:]]
    return sorted(first, key=lambda claim: (-len(claim.tokens), claim.tokens.start)) + further


def _covered(stretch: Interval, tokens: Sequence[Interval]) -> range:
    first = bisect_left(tokens, stretch.start, key=lambda token: token.start)
    return range(first, bisect_left(tokens, stretch.end, lo=first, key=lambda token: token.start))
