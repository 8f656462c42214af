"""Documents become sentences and reviews again, laid out as those that they came from."""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

import orjson

from donor.data import Document, Span, TextLabel
from donor.errors import FormatError
from donor.formats.absa.layout import CONTAINERS, PLACE, REVIEWS, SENTENCES, SURFACE
from donor.formats.parts.elements import is_name, is_writable, markup, start_tag
from donor.formats.parts.further import further_values

__all__ = ["check_writable", "unwritten", "write_file"]

_HEAD = ('<?xml version="1.0" encoding="UTF-8" standalone="yes"?>',)
_STEP = "    "
_NOWHERE = -1
_MADE_ID = re.compile(r"s\d+")
_CONTAINER_OF = {item: container for container, item in CONTAINERS.items()}
_COMPUTED = {*SURFACE.values(), *PLACE}
# What a span and a label are called that come from elsewhere.
_USUAL = {SENTENCES: ("aspectTerm", "aspectCategory"), REVIEWS: ("Opinion", "Opinion")}


def write_file(documents: Iterable[Document]) -> Iterator[str]:
    """The lines of a file; its first document says what is in its root."""
    rest = iter(documents)
    first = next(rest, None)
    said = _said(first) if first else {}
    root = _root(first) if first else REVIEWS
    yield from (line + "\n" for line in said.get("head", _HEAD))
    yield start_tag(root, said.get("root_attributes", {})) + "\n"
    for document in chain([first] if first else [], rest):
        check_writable(document)
        yield from (_STEP + line + "\n" for line in _Writing(document, root).lines())
    yield f"</{root}>\n"


def check_writable(document: Document) -> None:
    """Raises FormatError for a character that XML cannot hold."""
    said = [value for span in document.spans for value in span.attributes.values()]
    said += [value for label in document.labels for value in label.attributes.values()]
    texts = (document.text, *(label.value for label in document.labels), *map(_string, said))
    if not all(map(is_writable, texts)):
        what = "XML cannot hold a control character of the text"
        raise FormatError(f"document {document.id}", what, "take it out")


def unwritten(document: Document) -> Counter[str]:
    """What the file cannot say of the document, by kind."""
    attributes = [span.attributes for span in document.spans]
    attributes += [label.attributes for label in document.labels]
    said = [pair for some in attributes for pair in some.items()]
    of_text = sum(label.segment is None for label in document.labels)
    return +Counter(
        {
            "spans over several sentences": _homes(document).count(None),
            "gaps inside spans": sum(len(span.fragments) - 1 for span in document.spans),
            "labels of spans": sum(span.label not in SURFACE for span in document.spans),
            "names of labels": sum(label.name not in _CONTAINER_OF for label in document.labels),
            "labels of the whole text": of_text * (_root(document) == SENTENCES),
            "span ids": sum(not _MADE_ID.fullmatch(span.id) for span in document.spans),
            "attributes": sum(not is_name(key) for key, _ in said)
            + sum(len(_COMPUTED & span.attributes.keys()) for span in document.spans),
            "types of attributes": sum(not isinstance(value, str) for _, value in said),
            "layout of sentences": int("absa" in document.metadata and _kept(document) is None),
            "tokens": len(document.tokens),
            "relations": len(document.relations),
            "side texts": len(document.side_texts),
            "metadata": further_values(document, "absa"),
        }
    )


class _Writing:
    """The lines of one document in a file with that root."""

    def __init__(self, document: Document, root: str) -> None:
        self.document = document
        self.root = root
        self.homes = _homes(document)

    def lines(self) -> Iterator[str]:
        """The review; or its sentences, where they stand for themselves."""
        if self.root == SENTENCES:
            yield from self._sentences()
            return
        said = _said(self.document)
        parts = said.get("parts", ({"sentences": {}},))
        opinions = _Items(self, None)
        inside = [*self._parts(parts, opinions, "")]
        yield from _around("Review", said.get("review", {"rid": self.document.id}), inside)

    def _sentences(self) -> Iterator[str]:
        segments = iter(range(len(self.document.segments)))
        for kept in _kept(self.document) or _made(self.document):
            before, after = kept.get("edges", ("", ""))
            segment = _NOWHERE if "blank" in kept else next(segments)
            text = kept.get("blank", "")
            if segment != _NOWHERE:
                text = before + self.document.segments[segment].of(self.document.text) + after
            items = _Items(self, segment, before)
            inside = [*self._parts(kept["parts"], items, text)]
            yield from _around("sentence", kept["attributes"], inside)

    def _parts(
        self, parts: Iterable[Mapping[str, Any]], items: "_Items", text: str
    ) -> Iterator[str]:
        """The lines of what is in a review or a sentence, then of what is new in it."""
        for part in parts:
            if "sentences" in part:
                yield from _around("sentences", part["sentences"], [*self._sentences()])
            elif "text" in part:
                yield start_tag("text", part["text"]) + markup(text) + "</text>"
            elif "of" in part:
                inside = items.again(part["items"], CONTAINERS[part["of"]])
                yield from _around(part["of"], part["attributes"], inside)
            else:
                yield part["xml"]
        yield from items.more()


class _Items:
    """The spans and labels that are not written yet: of a segment, or of the review if it is None.

    A sentence without text is in no segment, and has none.
    """

    def __init__(self, writing: _Writing, segment: int | None, before: str = "") -> None:
        document = writing.document
        self._text = document.text
        self._usual = _USUAL[writing.root]
        self._start = -len(before)
        if segment is not None and segment != _NOWHERE:
            self._start += document.segments[segment].start
        here = zip(document.spans, writing.homes, strict=True)
        inside = [span for span, home in here if segment is not None and home == segment]
        self._spans = {span.id: span for span in inside}
        self._surfaces = _said(document).get("surfaces", {})
        self._labels = [label for label in document.labels if label.segment == segment]

    def again(self, kept: Sequence[Any], name: str) -> list[str]:
        """The elements of a container that was there: what is left of it, in its order."""
        found: list[str] = []
        for item in kept:
            label = next((one for one in self._labels if self._label_name(one) == name), None)
            if isinstance(item, str) and item in self._spans:
                found.append(self._span(self._spans.pop(item)))
            elif item is None and label:
                self._labels.remove(label)
                found.append(self._label(label))
            elif isinstance(item, Mapping):
                found.append(item["xml"])
        return found

    def more(self) -> Iterator[str]:
        """The containers of all that is left."""
        elements: dict[str, list[str]] = {}
        for span in self._spans.values():
            elements.setdefault(self._span_name(span), []).append(self._span(span))
        for label in self._labels:
            elements.setdefault(self._label_name(label), []).append(self._label(label))
        for name, inside in elements.items():
            yield from _around(_CONTAINER_OF[name], {}, inside)

    def _span_name(self, span: Span) -> str:
        return span.label if span.label in SURFACE else self._usual[0]

    def _label_name(self, label: TextLabel) -> str:
        return label.name if label.name in _CONTAINER_OF else self._usual[1]

    def _span(self, span: Span) -> str:
        name, place = self._span_name(span), span.extent.shifted(-self._start)
        more = {} if name == span.label else {"category": span.label}
        more |= {key: value for key, value in span.attributes.items() if key not in _COMPUTED}
        said = {SURFACE[name]: self._surface(span), **more}
        return _element(name, said | {"from": str(place.start), "to": str(place.end)})

    def _surface(self, span: Span) -> str:
        """What the span covers, in the file's own words where it still covers the same."""
        covered = span.extent.of(self._text)
        said, was = self._surfaces.get(span.id, (covered, covered))
        return str(said) if was == covered else covered

    def _label(self, label: TextLabel) -> str:
        category = {"category": label.value} if label.value else {}
        return _element(self._label_name(label), category | dict(label.attributes))


def _said(document: Document) -> Mapping[str, Any]:
    said = document.metadata.get("absa")
    return said if isinstance(said, Mapping) else {}


def _root(document: Document) -> str:
    said = str(_said(document).get("root", ""))
    old = any(span.label == "aspectTerm" for span in document.spans) or any(
        label.name == "aspectCategory" for label in document.labels
    )
    return said if said in _USUAL else (SENTENCES if old else REVIEWS)


def _homes(document: Document) -> list[int | None]:
    """For each span the segment in which it lies; None if that is none, or several."""
    starts = [segment.start for segment in document.segments]
    found: list[int | None] = []
    for span in document.spans:
        position = bisect_right(starts, span.extent.start) - 1
        inside = position >= 0 and document.segments[position].contains(span.extent)
        found.append(position if inside else None)
    return found


def _kept(document: Document) -> Sequence[Mapping[str, Any]] | None:
    """How the sentences were laid out; None if they are not the same any more."""
    said: Sequence[Mapping[str, Any]] = _said(document).get("sentences", ())
    with_text = sum("blank" not in sentence for sentence in said)
    return said if said and with_text == len(document.segments) else None


def _made(document: Document) -> list[Mapping[str, Any]]:
    """The layout of sentences that come from elsewhere."""
    parts: list[Mapping[str, Any]] = [{"text": {}}]
    ids = (f"{document.id}:{number}" for number in range(len(document.segments)))
    return [{"attributes": {"id": name}, "parts": parts} for name in ids]


def _around(name: str, attributes: Mapping[str, str], inside: Sequence[str]) -> list[str]:
    """The lines of an element with these inside."""
    if not inside:
        return [start_tag(name, attributes, empty=True)]
    return [start_tag(name, attributes), *(_STEP + line for line in inside), f"</{name}>"]


def _element(name: str, said: Mapping[str, Any]) -> str:
    named = {key: _string(value) for key, value in said.items() if is_name(key)}
    return start_tag(name, named, empty=True)


def _string(value: Any) -> str:
    return value if isinstance(value, str) else orjson.dumps(value).decode()
