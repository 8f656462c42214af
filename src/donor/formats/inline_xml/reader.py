"""An element with text and tags becomes a document."""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from donor.data import Document, Interval, Span
from donor.errors import DocumentError, FormatError
from donor.formats.format import Warn
from donor.formats.inline_xml.holders import Held
from donor.formats.inline_xml.names import Names
from donor.formats.parts.elements import Element

__all__ = ["LANGUAGE", "MADE_ID", "read_document"]

LANGUAGE = "xml:lang"
MADE_ID = re.compile(r"s\d+")


def read_document(
    held: Held, name: str, file: str, head: Sequence[str], names: Names, warn: Warn
) -> Document:
    """The document of an element. Raises FormatError."""
    reading = _Reading(names, _own_ids(held.element, names), file, warn)
    reading.inside(held.element, ())
    text = "".join(reading.parts)
    segments = _segments(text, reading.borders)
    spans = tuple(reading.spans(text))
    extents = {span.id: (span.extent.start, span.extent.end) for span in spans}
    edges = {
        name: [left, right]
        for name, _, start, end in reading.tagged
        if any((left := extents[name][0] - start, right := end - extents[name][1]))
    }
    language = next(
        (one[LANGUAGE] for one in _attributes_around(held) if one.get(LANGUAGE)),
        None,
    )
    xml: dict[str, Any] = {
        "head": list(head),
        "path": list(held.path),
        "before": held.before,
        "name": held.element.name,
        "attributes": held.element.attributes,
        "segments": len(segments),
        "structure": [_placed(one, segments, extents) for one in reading.structure],
    }
    xml |= {"edges": edges} if edges else {}
    xml |= {"language": language} if language else {}
    try:
        return Document(
            id=name,
            language=language,
            text=text,
            segments=segments,
            spans=spans,
            metadata={"file": file, "xml": xml},
        )
    except DocumentError as error:
        where = f"{file}:{held.element.line}:{held.element.column}"
        raise FormatError(where, error.what) from None


@dataclass
class _Reading:
    """A document as far as it has been read."""

    names: Names
    own_ids: frozenset[str]
    file: str
    warn: Warn
    parts: list[str] = field(default_factory=list)
    at: int = 0
    borders: set[int] = field(default_factory=lambda: {0})
    structure: list[dict[str, Any]] = field(default_factory=list)
    tagged: list[tuple[str, Element, int, int]] = field(default_factory=list)

    def inside(self, element: Element, around: tuple[str, ...], depth: int = 0) -> None:
        """Reads what is in the element; `around` are the ids of the spans that hold it."""
        for part in element.content:
            if isinstance(part, str):
                self.parts.append(part)
                self.at += len(part)
            elif self.names.divides(part.name):
                self.borders.add(self.at)
                self._structure(part, around, depth)
                self.borders.add(self.at)
            elif _holds_text(part):
                self._span(part, around, depth)
            else:
                self._structure(part, around, depth)

    def _structure(self, element: Element, around: tuple[str, ...], depth: int) -> None:
        kept: dict[str, Any] = {"name": element.name, "attributes": element.attributes}
        kept |= {"depth": depth, "start": self.at}
        kept["inside"] = list(around)
        self.structure.append(kept)
        self.inside(element, around, depth + 1)
        kept["end"] = self.at

    def _span(self, element: Element, around: tuple[str, ...], depth: int) -> None:
        said = element.attributes.get("id", "")
        name = said if said in self.own_ids else self._free_id()
        position, start = len(self.tagged), self.at
        self.tagged.append((name, element, start, start))
        self.inside(element, (*around, name), depth)
        self.tagged[position] = (name, element, start, self.at)

    def _free_id(self) -> str:
        return f"s{len(self.tagged) + 1}"

    def spans(self, text: str) -> Iterator[Span]:
        """The spans, without the white space at their edges."""
        for name, element, start, end in self.tagged:
            surface = text[start:end]
            place = Interval(
                start + len(surface) - len(surface.lstrip()), start + len(surface.rstrip())
            )
            own = {key: value for key, value in element.attributes.items() if key != "id"}
            own = own if name in self.own_ids else element.attributes
            yield Span(name, element.name, (place,), own)


def _holds_text(element: Element) -> bool:
    """Whether there is more than white space in the element."""
    return any(
        bool(part.strip()) if isinstance(part, str) else _holds_text(part)
        for part in element.content
    )


def _own_ids(element: Element, names: Names) -> frozenset[str]:
    """The ids that name an annotation: no other has it, and Donor does not make such."""
    said = Counter(_ids_in(element, names))
    return frozenset(one for one, n in said.items() if n == 1 and not MADE_ID.fullmatch(one))


def _ids_in(element: Element, names: Names) -> Iterator[str]:
    for child in element.children:
        annotates = not names.divides(child.name) and _holds_text(child)
        if annotates and child.attributes.get("id"):
            yield child.attributes["id"]
        yield from _ids_in(child, names)


def _segments(text: str, borders: set[int]) -> tuple[Interval, ...]:
    """What stands between the borders, without the white space around it."""
    found = []
    for start, end in pairwise(sorted(borders | {len(text)})):
        part = text[start:end]
        if part.strip():
            left = start + len(part) - len(part.lstrip())
            found.append(Interval(left, start + len(part.rstrip())))
    return tuple(found)


def _placed(
    kept: dict[str, Any], segments: Sequence[Interval], extents: Mapping[str, tuple[int, int]]
) -> dict[str, Any]:
    """The structure with its borders counted from the segments, between which the text stays.

    A border inside a segment is counted from its end, and the length of the segment stands by. Of
    the spans that hold the structure, those are noted that are not longer than it at both ends.
    """
    starts = [segment.start for segment in segments]

    def place(at: int) -> list[int]:
        before = bisect_left(starts, at)
        behind = at - (segments[before - 1].end if before else 0)
        return [before, behind, *([len(segments[before - 1])] if behind < 0 else [])]

    start, end = kept["start"], kept["end"]
    spans = ((span_id, extents[span_id]) for span_id in kept["inside"] if span_id in extents)
    holding = [span_id for span_id, (left, right) in spans if not left < start <= end < right]
    inside = {"inside": holding} if holding else {}
    placed = {"start": place(start), "end": place(end)}
    return {key: kept[key] for key in ("name", "attributes", "depth")} | placed | inside


def _attributes_around(held: Held) -> Iterator[dict[str, str]]:
    """The attributes of the element and of those around it, from the inside out."""
    yield held.element.attributes
    yield from (above["attributes"] for above in reversed(held.path))
