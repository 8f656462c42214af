"""A document becomes the rows of a DEFT window: tokens, offsets, tags, copies, the marker."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from donor.data import Document, Interval, Span
from donor.errors import FormatError
from donor.formats.deft.reader import FRAGMENT, FRAGMENT_SUFFIX, in_text_order
from donor.formats.deft.rows import NO_HEAD
from donor.languages import split_at, tokenize

__all__ = ["FileIds", "check_writable", "write_window"]

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
class _Claim:
    """One reading of some tokens: a fragment of a span with one of its heads."""

    tokens: range
    label: str
    tag_id: str
    root_id: str
    relation: str


def write_window(document: Document, ids: FileIds) -> Iterator[str]:
    """The lines of a window; further copies of a sentence follow it at once."""
    check_writable(document)
    said = document.metadata.get("deft")
    deft = said if isinstance(said, Mapping) else {}
    source_file = deft.get("source_file", document.metadata.get("file") or document.id)
    tokens = _tokens(document)
    claims = _claims(document, tokens, ids.unique(document.spans))
    at = max(ids.end, deft.get("start", 0))
    marker_rows, at = _marker_rows(deft, source_file, at)
    yield from marker_rows
    gaps = deft.get("gaps", ())
    separate = bool(marker_rows) and not deft.get("merged", False)
    for n, segment in enumerate(document.segments):
        at += gaps[n] if n < len(gaps) else 1
        own = _covered(segment, tokens)
        for layer in _layers(claims, own):
            if separate:
                yield "\n"
            separate = True
            for i in own:
                row_start = at + tokens[i].start - segment.start
                row = (
                    tokens[i].of(document.text),
                    source_file,
                    row_start,
                    row_start + len(tokens[i]),
                )
                yield _line(row, _cells(layer.get(i), i))
        at += len(segment)
    ids.end = max(ids.end, at)


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


def _cells(claim: _Claim | None, token: int) -> tuple[str, str, str, str]:
    if claim is None:
        return _UNTAGGED
    prefix = "B-" if token == claim.tokens.start else "I-"
    return prefix + claim.label, claim.tag_id, claim.root_id, claim.relation


def _claims(
    document: Document, tokens: Sequence[Interval], names: Mapping[str, str]
) -> list[_Claim]:
    """First every fragment with the span's first head, then the second heads."""
    first: list[_Claim] = []
    further: list[_Claim] = []
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
                first.append(_Claim(covered, label, tag_id, name, FRAGMENT))
                continue
            root_id, relation = heads[0] if heads else (NO_HEAD, NO_HEAD)
            first.append(_Claim(covered, span.label, name, root_id, relation))
            further += [_Claim(covered, span.label, name, *head) for head in heads[1:]]
    return sorted(first, key=lambda claim: (-len(claim.tokens), claim.tokens.start)) + further


def _covered(stretch: Interval, tokens: Sequence[Interval]) -> range:
    first = bisect_left(tokens, stretch.start, key=lambda token: token.start)
    return range(first, bisect_left(tokens, stretch.end, lo=first, key=lambda token: token.start))


def _layers(claims: Iterable[_Claim], sentence: Sequence[int]) -> list[dict[int, _Claim]]:
    """The copies of a sentence: for each, which claim a token carries. At least one copy."""
    if not sentence:
        return []
    layers: list[dict[int, _Claim]] = [{}]
    for claim in claims:
        own = [i for i in claim.tokens if sentence[0] <= i <= sentence[-1]]
        if not own:
            continue
        free = next((layer for layer in layers if not any(i in layer for i in own)), None)
        if free is None:
            free = {}
            layers.append(free)
        free.update(dict.fromkeys(own, claim))
    return layers
