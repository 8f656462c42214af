"""A DEFT window becomes a document: copies merged, fragments joined, the marker set apart."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, zip_longest

from donor.data import Document, Interval, Relation, Span
from donor.formats.deft.copies import copies_said
from donor.formats.deft.rows import OUTSIDE, Row, Window
from donor.formats.format import Warn

__all__ = ["FRAGMENT", "FRAGMENT_SUFFIX", "in_text_order", "read_window"]

FRAGMENT = "fragment"
FRAGMENT_SUFFIX = "-frag"


@dataclass(frozen=True, slots=True)
class _Place:
    """A tagged token: its position in the merged window, and its row."""

    position: int
    row: Row


def read_window(window: Window, *, document_id: str, file: str, warn: Warn) -> Document:
    """The document of a window; oddities that are read past go to `warn`.

    Where a sentence stands several times, the metadata say how, under "copies".
    """
    marker, blocks = _without_marker(window.blocks)
    firsts, numbered = _merge_copies(blocks)
    copies = [(n, block) for n, block in numbered if block is not firsts[n]]
    sentences = [_in_line(sentence, file, warn) for sentence in firsts]
    text, segments, tokens = _layout(sentences)
    places = sorted(_places(sentences, copies, file, warn), key=lambda place: place.position)
    roots = _roots(places)
    spans = _spans(places, roots, tokens)
    deft = {
        "source_file": window.blocks[0][0].source_file,
        "start": window.blocks[0][0].start,
        "marker": " ".join(row.token for row in marker),
        "merged": bool(marker) and len(marker) < len(window.blocks[0]),
        "gaps": _gaps(marker, sentences),
    }
    if said := copies_said(numbered, sentences):
        deft["copies"] = said
    return Document(
        id=document_id,
        language=None,
        text=text,
        segments=segments,
        tokens=tokens,
        spans=spans,
        relations=_relations(places, roots, spans),
        metadata={"file": file, "deft": deft},
    )


def _without_marker(
    blocks: tuple[tuple[Row, ...], ...],
) -> tuple[tuple[Row, ...], tuple[tuple[Row, ...], ...]]:
    first = blocks[0]
    if len(first) < 2 or not _is_marker(first[0], first[1]):
        return (), blocks
    marker = first[:2]
    return marker, tuple(rest for block in blocks if (rest := _stripped(block, marker)))


def _stripped(block: tuple[Row, ...], marker: tuple[Row, ...]) -> tuple[Row, ...]:
    """The block without the marker; copies of a sentence repeat one that is merged with it."""
    begins = [(row.token, row.start) for row in block[:2]]
    return block[2:] if begins == [(row.token, row.start) for row in marker] else block


def _is_marker(number: Row, dot: Row) -> bool:
    return (
        number.token.isdecimal()
        and dot.token == "."
        and dot.start == number.end
        and number.tag == dot.tag == OUTSIDE
    )


def _merge_copies(
    blocks: Sequence[tuple[Row, ...]],
) -> tuple[list[tuple[Row, ...]], list[tuple[int, tuple[Row, ...]]]]:
    """The sentences in order, and every block with the index of its sentence."""
    sentences: list[tuple[Row, ...]] = []
    index_of: dict[tuple[str, ...], int] = {}
    numbered = []
    for block in blocks:
        index = index_of.setdefault(tuple(row.token for row in block), len(sentences))
        if index == len(sentences):
            sentences.append(block)
        numbered.append((index, block))
    return sentences, numbered


def _in_line(sentence: tuple[Row, ...], file: str, warn: Warn) -> tuple[Row, ...]:
    """The sentence with offsets that rise and fit its tokens; what was mended goes to `warn`.

    A row whose offset is out of line with both its neighbours gets the place between them.
    """
    rows: list[Row] = []
    end = sentence[0].start
    following = [row.start for row in sentence[1:]]
    for row, after in zip_longest(sentence, following):
        start, length = row.start, len(row.token)
        if start < end or (after is not None and end <= after < start):
            start = end + 1 if after is None else max(end, after - length - 1)
        if (start, start + length) != (row.start, row.end):
            what = f"token {row.token!r} at {row.start} to {row.end} is read at {start}"
            warn(f"{file}:{row.line}", what)
            row = replace(row, start=start, end=start + length)
        rows.append(row)
        end = row.end
    return tuple(rows)


def _layout(
    sentences: Sequence[tuple[Row, ...]],
) -> tuple[str, tuple[Interval, ...], tuple[Interval, ...]]:
    """The text, its segments and its tokens; sentences stand one space apart."""
    parts: list[str] = []
    segments: list[Interval] = []
    tokens: list[Interval] = []
    at = 0
    for sentence in sentences:
        if parts:
            parts.append(" ")
            at += 1
        base = at - sentence[0].start
        end = sentence[0].start
        for row in sentence:
            parts.append(" " * (row.start - end) + row.token)
            tokens.append(Interval(row.start + base, row.end + base))
            end = row.end
        segments.append(Interval(at, end + base))
        at = end + base
    return "".join(parts), tuple(segments), tuple(tokens)


def _gaps(marker: tuple[Row, ...], sentences: Iterable[tuple[Row, ...]]) -> list[int]:
    """The distance of each sentence from what stands before it in the window."""
    gaps: list[int] = []
    end = marker[-1].end if marker else None
    for sentence in sentences:
        gaps.append(0 if end is None else sentence[0].start - end)
        end = sentence[-1].end
    return gaps


def _places(
    sentences: Sequence[tuple[Row, ...]],
    copies: Iterable[tuple[int, tuple[Row, ...]]],
    file: str,
    warn: Warn,
) -> Iterator[_Place]:
    """The tagged tokens of all copies; rows that sit on another occurrence are left out."""
    first_position: list[int] = []
    position = 0
    for sentence in sentences:
        first_position.append(position)
        position += len(sentence)
    for index, block in [*enumerate(sentences), *copies]:
        if all(
            row.start != first.start for row, first in zip(block, sentences[index], strict=True)
        ):
            where = f"{file}:{block[0].line}"
            warn(where, "a sentence repeated at other offsets is read as a copy of the first")
        for offset, (row, first) in enumerate(zip(block, sentences[index], strict=True)):
            if row.tag == OUTSIDE:
                continue
            if row.start == first.start:
                yield _Place(first_position[index] + offset, row)
            else:
                what = f"the tag {row.tag} of {row.tag_id} belongs to another occurrence: dropped"
                warn(f"{file}:{row.line}", what)


def _spans(
    places: Sequence[_Place], roots: Mapping[str, str], tokens: Sequence[Interval]
) -> tuple[Span, ...]:
    rows: dict[str, dict[int, Row]] = {}
    for place in places:
        own = rows.setdefault(roots[place.row.tag_id], {})
        own.setdefault(place.position, place.row)
    labels = {place.row.tag_id: place.row.label for place in reversed(places)}
    spans = [Span(root, labels[root], tuple(_runs(own, tokens))) for root, own in rows.items()]
    return tuple(sorted(spans, key=in_text_order))


def in_text_order(span: Span) -> tuple[int, int, str]:
    """The key that sorts spans by their place, outer ones first."""
    return span.extent.start, -span.extent.end, span.id


def _roots(places: Iterable[_Place]) -> dict[str, str]:
    """For each tag id the id of its span: that of its root for a fragment, else its own."""
    ids = {place.row.tag_id for place in places}
    above = {
        place.row.tag_id: place.row.root_id
        for place in places
        if place.row.relation == FRAGMENT and place.row.root_id in ids
    }
    roots = {}
    for tag_id in ids:
        root, seen = tag_id, {tag_id}
        while above.get(root, root) not in seen:
            root = above[root]
            seen.add(root)
        roots[tag_id] = root
    return roots


def _runs(rows: Mapping[int, Row], tokens: Sequence[Interval]) -> list[Interval]:
    """The intervals of neighbouring tokens; a new fragment may begin right behind another."""
    run = 0
    numbered = []
    for position in sorted(rows):
        before, row = rows.get(position - 1), rows[position]
        again = row.relation == FRAGMENT and row.tag.startswith("B-")
        run += before is None or before.tag_id != row.tag_id or again
        numbered.append((run, position))
    runs = [[p for _, p in group] for _, group in groupby(numbered, key=lambda pair: pair[0])]
    return [Interval(tokens[run[0]].start, tokens[run[-1]].end) for run in runs]


def _relations(
    places: Sequence[_Place], roots: Mapping[str, str], spans: Sequence[Span]
) -> tuple[Relation, ...]:
    """What heads the spans; a fragment's own relations are its span's."""
    order = {span.id: n for n, span in enumerate(spans)}
    found = {
        (roots[row.tag_id], roots.get(row.root_id, row.root_id), row.relation)
        for row in (place.row for place in places)
        if not row.is_root
    }
    arcs = sorted(
        (arc for arc in found if arc[0] != arc[1]),
        key=lambda arc: (order[arc[0]], arc[1], arc[2]),
    )
    return tuple(Relation(relation, head=head, tail=tail) for tail, head, relation in arcs)
