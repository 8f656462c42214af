"""A document's structure and spans as nested elements, and what there is no place for."""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, product, takewhile
from typing import Any

import orjson

from donor.data import Document, Interval, Span
from donor.errors import FormatError
from donor.formats.format import Flatten
from donor.formats.inline_xml.nesting import Node
from donor.formats.inline_xml.reader import LANGUAGE, MADE_ID
from donor.formats.parts.elements import is_name

__all__ = ["Laid", "kept_of", "laid_out", "spoken", "string"]


@dataclass(frozen=True, slots=True)
class Laid:
    """The document's element, and what of the document is not in it, by kind."""

    node: Node
    losses: Counter[str]


def laid_out(document: Document, flatten: Flatten) -> Laid:
    """The document as nested elements.

    Raises FormatError where elements would cross and `flatten` is `error`.
    """
    kept = kept_of(document)
    losses: Counter[str] = Counter()
    attributes = spoken(kept.get("attributes", {"id": document.id}), document)
    root = Node(0, len(document.text), kept.get("name", "doc"), attributes)
    in_place = kept.get("segments") == len(document.segments)
    if in_place:
        _hang(root, kept.get("structure", ()), document)
        losses["places of empty elements"] += _moved_points(kept.get("structure", ()), document)
    borders = sorted(root.borders())
    edges = kept.get("edges", {})
    for span, place in _in_order(document, flatten, losses):
        nodes = (
            Node(start, end, span.label, _attributes(span), span.id)
            for start, end in _widened(
                _with_edges(place, edges.get(span.id, (0, 0)), document.text),
                borders,
                document.text,
            )
        )
        if not any(root.takes(node) for node in nodes):
            losses["crossing spans"] += 1
            if flatten is Flatten.ERROR:
                what = f"the element of span {span.id} would cross another"
                hint = "--flatten longest or first leaves such spans out"
                raise FormatError(f"document {document.id}", what, hint)
    if not in_place:
        losses["structure"] += len(kept.get("structure", ()))
        losses["segments"] += _add_segments(root, document)
    return Laid(root, losses)


def kept_of(document: Document) -> Mapping[str, Any]:
    """What the metadata keep of the file that the document was read from."""
    kept = document.metadata.get("xml")
    return kept if isinstance(kept, Mapping) else {}


def spoken(attributes: Mapping[str, str], document: Document) -> dict[str, str]:
    """The attributes, with the document's language where they named that of its source."""
    was = kept_of(document).get("language")
    named = {LANGUAGE: document.language} if document.language else {}
    return {**attributes, **(named if was and attributes.get(LANGUAGE) == was else {})}


def string(value: Any) -> str:
    """The value as an attribute holds it: text as it is, anything else as JSON."""
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def _hang(root: Node, structure: Sequence[Mapping[str, Any]], document: Document) -> None:
    """Puts the elements that divide the document where they are between its segments now."""
    segments = document.segments

    def place(said: Sequence[int]) -> int:
        before, behind, *inside = said
        if not before:
            return behind
        segment = segments[before - 1]
        if inside and inside[0] != len(segment):
            return _between_words(document.text, segment, 1 + behind / inside[0])
        return segment.end + behind

    above = [root]
    for one in structure:
        inside = frozenset(one.get("inside", ()))
        attributes = spoken(one["attributes"], document)
        start, end = place(one["start"]), place(one["end"])
        node = Node(start, end, one["name"], attributes, inside=inside)
        del above[one["depth"] + 1 :]
        above[-1].children.append(node)
        above.append(node)


def _between_words(text: str, segment: Interval, share: float) -> int:
    """The next space behind that share of the segment; its end where there is none."""
    at = segment.start + int(share * len(segment))
    found = text.find(" ", at, segment.end)
    return segment.end if found < 0 else found


def _moved_points(structure: Sequence[Mapping[str, Any]], document: Document) -> int:
    """How many elements inside a segment stand between other words now."""
    places = [one["start"] for one in structure]
    return sum(
        len(place) > 2 and place[2] != len(document.segments[place[0] - 1]) for place in places
    )


def _add_segments(root: Node, document: Document) -> int:
    """How many segments could not be marked; a single one needs no mark."""
    if len(document.segments) < 2:
        return 0
    marks = [Node(segment.start, segment.end, "s", {}) for segment in document.segments if segment]
    return sum(not root.takes(mark) for mark in marks)


def _in_order(
    document: Document, flatten: Flatten, losses: Counter[str]
) -> Iterator[tuple[Span, Interval]]:
    """The spans with their places: those first that are to be kept where two would cross."""
    placed = [(span, _place(span, document, flatten, losses)) for span in document.spans]
    if flatten is Flatten.LONGEST:
        placed.sort(key=lambda pair: (-len(pair[1]), pair[1].start))
    else:
        placed.sort(key=lambda pair: (pair[1].start, -pair[1].end))
    yield from placed


def _place(span: Span, document: Document, flatten: Flatten, losses: Counter[str]) -> Interval:
    """The one stretch of text that an element can cover: the longest fragment, or the first."""
    parts = _joined(span, document.text)
    if len(parts) > 1:
        losses["discontinuous spans"] += 1
        if flatten is Flatten.ERROR:
            what = f"span {span.id} has several fragments, and an element covers one"
            hint = "--flatten longest or first keeps one of them"
            raise FormatError(f"document {document.id}", what, hint)
    place = parts[0] if flatten is Flatten.FIRST else max(parts, key=len)
    surface = place.of(document.text)
    losses["edges of spans"] += surface != surface.strip()
    return place


def _with_edges(place: Interval, edges: Sequence[int], text: str) -> Interval:
    """The place, with as much white space at its edges as its element had, if it is there."""
    left, right = edges
    start, end = max(place.start - left, 0), min(place.end + right, len(text))
    blank = not text[start : place.start].strip() and not text[place.end : end].strip()
    return Interval(start, end) if blank else place


def _widened(place: Interval, borders: Sequence[int], text: str) -> Iterator[tuple[int, int]]:
    """The place, then those up to borders in the white space around it, which may be inside."""
    before, after = bisect_left(borders, place.start), bisect_right(borders, place.end)
    starts = takewhile(
        lambda border: not text[border : place.start].strip(),
        (borders[n] for n in range(before - 1, -1, -1)),
    )
    ends = takewhile(
        lambda border: not text[place.end : border].strip(),
        (borders[n] for n in range(after, len(borders))),
    )
    yield place.start, place.end
    yield from islice(product((place.start, *starts), (place.end, *ends)), 1, None)


def _joined(span: Span, text: str) -> list[Interval]:
    """The fragments, those made one between which there is only white space."""
    found: list[Interval] = []
    for part in span.fragments:
        if found and not text[found[-1].end : part.start].strip():
            part = Interval(found.pop().start, part.end)
        found.append(part)
    return found


def _attributes(span: Span) -> dict[str, str]:
    own = {} if MADE_ID.fullmatch(span.id) or "id" in span.attributes else {"id": span.id}
    said = {key: string(value) for key, value in span.attributes.items() if is_name(key)}
    return own | said
