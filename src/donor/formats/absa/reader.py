"""Sentences and reviews become documents; how they were laid out is kept in the metadata."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from donor.data import Document, Interval, Span, TextLabel
from donor.errors import DocumentError, FormatError
from donor.formats.absa.layout import CONTAINERS, NO_TARGET, PLACE, REVIEWS, SURFACE
from donor.formats.format import Refuse, Warn
from donor.formats.parts.elements import Element, Tree, markup, text_of

__all__ = ["read_documents"]

_BETWEEN = "\n"


def read_documents(tree: Tree, file: str, warn: Warn, refuse: Refuse) -> Iterator[Document]:
    """The documents of a file, numbered in its order; those with an error go to `refuse`."""
    wanted = "Review" if tree.root.name == REVIEWS else "sentence"
    stem = file.rpartition(".")[0] or file
    number = 0
    for element in tree.root.children:
        where = f"{file}:{element.line}:{element.column}"
        if element.name != wanted:
            what = f"{element.name} stands where a {wanted} is expected"
            refuse(FormatError(where, what))
            continue
        number += 1
        reading = _Reading(file, warn)
        try:
            absa = {"root": tree.root.name, "root_attributes": tree.root.attributes}
            absa |= {"head": list(tree.head)} | reading.all_of(element)
            absa |= {"surfaces": reading.surfaces} if reading.surfaces else {}
            yield reading.document(f"{stem}:{number}" if stem else str(number), absa)
        except DocumentError as error:
            refuse(FormatError(where, error.what))
        except FormatError as error:
            refuse(error)


@dataclass
class _Reading:
    """A document as far as it has been read.

    Attributes:
        surfaces: by the ids of spans, what a file says and what is there, where the two differ.
    """

    file: str
    warn: Warn
    parts: list[str] = field(default_factory=list)
    at: int = 0
    segments: list[Interval] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    labels: list[TextLabel] = field(default_factory=list)
    sentences: list[dict[str, Any]] = field(default_factory=list)
    surfaces: dict[str, list[str]] = field(default_factory=dict)

    def document(self, name: str, absa: dict[str, Any]) -> Document:
        """The document of what was read."""
        return Document(
            id=name,
            language=None,
            text="".join(self.parts),
            segments=tuple(self.segments),
            spans=tuple(self.spans),
            labels=tuple(self.labels),
            metadata={"file": self.file, "absa": absa},
        )

    def all_of(self, element: Element) -> dict[str, Any]:
        """What the metadata keep of a sentence of 2014, or of a review."""
        if element.name == "sentence":
            self._sentence(element)
            return {"sentences": self.sentences}
        parts = [self._part(child, None, 0) for child in element.children]
        return {"review": element.attributes, "parts": parts, "sentences": self.sentences}

    def _part(self, element: Element, segment: int | None, base: int) -> dict[str, Any]:
        """What is kept of something in a review or a sentence, in the order of the file."""
        if element.name == "sentences" and segment is None:
            for child in element.children:
                if child.name != "sentence":
                    raise self._error(child, f"{child.name} stands among the sentences")
                self._sentence(child)
            return {"sentences": element.attributes}
        if element.name == "text" and segment is not None:
            return {"text": element.attributes}
        if element.name in CONTAINERS and segment != -1:
            of = [self._item(child, element.name, segment, base) for child in element.children]
            return {"of": element.name, "attributes": element.attributes, "items": of}
        return {"xml": markup(element)}

    def _sentence(self, element: Element) -> None:
        texts = [text_of(child) for child in element.children if child.name == "text"]
        if len(texts) > 1:
            raise self._error(element, "the sentence has several texts; one is expected")
        text = texts[0] if texts else ""
        kept: dict[str, Any] = {"attributes": element.attributes}
        if text.strip():
            if self.parts:
                self._add(_BETWEEN)
            base, segment = self.at, len(self.segments)
            start, end = len(text) - len(text.lstrip()), len(text.rstrip())
            self.segments.append(Interval(base + start, base + end))
            self._add(text)
            edges = [text[:start], text[end:]]
            kept |= {"edges": edges} if any(edges) else {}
        else:
            base, segment = self.at, -1
            kept["blank"] = text
        kept["parts"] = [self._part(child, segment, base) for child in element.children]
        self.sentences.append(kept)

    def _add(self, text: str) -> None:
        self.parts.append(text)
        self.at += len(text)

    def _item(
        self, element: Element, container: str, segment: int | None, base: int
    ) -> str | dict[str, Any] | None:
        """The id of the span that an element of a container is; None for a label."""
        if element.name != CONTAINERS[container]:
            return {"xml": markup(element)}
        said = element.attributes
        surface = said.get(SURFACE.get(element.name, ""), "")
        places = [said.get(key) for key in PLACE]
        if segment is not None and _has_target(element, surface):
            span = self._span(element, surface, places, base)
            self.spans.append(span)
            return span.id
        more = {key: value for key, value in said.items() if key != "category"}
        self.labels.append(TextLabel(element.name, said.get("category", ""), segment, more))
        return None

    def _span(self, element: Element, surface: str, places: list[str | None], base: int) -> Span:
        start, end = (self._offset(element, place) for place in places)
        text = "".join(self.parts)
        if start >= end or base + end > len(text):
            length = len(text) - base
            raise self._error(element, f"from {start} to {end}, in a text of {length} characters")
        found = Interval(base + start, base + end)
        name = f"s{len(self.spans) + 1}"
        if surface and found.of(text) != surface:
            self.surfaces[name] = [surface, found.of(text)]
            what = (
                f"{surface!r} stands for {found.of(text)!r}, at {start} to {end}: the place counts"
            )
            self.warn(f"{self.file}:{element.line}", what)
        own = (SURFACE[element.name], *PLACE)
        more = {key: value for key, value in element.attributes.items() if key not in own}
        return Span(name, element.name, (found,), more)

    def _offset(self, element: Element, said: str | None) -> int:
        if said is None or not said.strip().isdecimal():
            what = f"{element.name} has no whole numbers in from and to"
            raise self._error(element, what)
        return int(said)

    def _error(self, element: Element, what: str) -> FormatError:
        where = f"{self.file}:{element.line}:{element.column}"
        return FormatError(where, what, "from and to count the characters of the text, from 0")


def _has_target(element: Element, surface: str) -> bool:
    """Whether an element says where its target stands: one without any is of the sentence."""
    if element.name not in SURFACE or surface == NO_TARGET:
        return False
    places = [element.attributes.get(key, "").strip() for key in PLACE]
    return bool(surface) or (any(places) and places[0] != places[1])
