"""The results of an annotation: regions become spans, choices labels, text areas side texts."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from donor.data import Interval, Relation, SideText, Span, TextLabel
from donor.formats.parts.json_values import (
    free_names,
    integer,
    mapping,
    others,
    put_back,
    sequence,
    side_name,
    string,
)
from donor.formats.parts.units import CODE_POINTS, UTF_16, Units

__all__ = ["REGION", "UNLABELLED", "Found", "read_results", "surface_said"]

REGION = "region"
"""The label of a region that has none."""

UNLABELLED = "relation"
"""The label of a relation that has none; it has the attribute `unlabelled`."""

_PLACE = ("start", "end")
_ELSEWHERE = ("timeserieslabels", "timelinelabels", "videorectangle")
"""Types of results whose start and end are times, rows or frames."""


@dataclass(slots=True)
class Found:
    """What the results of an annotation say, and what is kept of them.

    Attributes:
        items: the results without what is made anew of a document; for each what it is about.
        spans: also `relations`, `labels`, `sides`: the parts of the document.
        unit: in which offsets count.
    """

    unit: str = CODE_POINTS
    items: list[dict[str, Any]] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    relations: list[Relation] = field(default_factory=list)
    labels: list[TextLabel] = field(default_factory=list)
    sides: list[SideText] = field(default_factory=list)


def read_results(results: Sequence[Any], text: str, warn: Callable[[str], None]) -> Found:
    """What the results say of the text. Raises KeyError, TypeError, ValueError."""
    items = [mapping(item, "result") for item in results]
    found = Found(_unit(items, text, warn))
    names = free_names(str(item.get("id")) for item in items)
    reader = _Reader(found, text, names)
    for item in items:
        found.items.append(reader.kept_of(item))
    reader.unlabelled_regions()
    ids = {span.id for span in found.spans}
    for item, kept in zip(items, found.items, strict=True):
        if item.get("type") == "relation" and {item.get("from_id"), item.get("to_id")} <= ids:
            kept["about"] = "relation"
            found.relations += _relations(item)
    return found


class _Reader:
    """Reads results one after the other."""

    def __init__(self, found: Found, text: str, names: Iterator[str]) -> None:
        self.found, self.text, self.names = found, text, names
        self.units = Units(text, found.unit)
        self.places: dict[str, Interval] = {}
        self.labelled: set[str] = set()
        self.counts: dict[str, int] = {}

    def kept_of(self, item: dict[str, Any]) -> dict[str, Any]:
        """What is kept of a result; what it says goes to the lists."""
        value = mapping(item.get("value", {}), "value of a result")
        if isinstance(value.get("start"), str):
            raise ValueError("a region of HTML or of paragraphs, which has no offsets in a text")
        if _elsewhere(item, value):
            return {"item": item}
        if set(_PLACE) <= value.keys():
            return self._region(item, value)
        if item.get("type") == "choices":
            return self._choices(item, value)
        if item.get("type") == "textarea" and "text" in value:
            return self._texts(item, value)
        return {"item": item}

    def _region(self, item: dict[str, Any], value: dict[str, Any]) -> dict[str, Any]:
        region = string(item.get("id") or next(self.names), "id of a region")
        start, end = (self.units.read(integer(value[key], key)) for key in _PLACE)
        place = self.places.setdefault(region, Interval(start, end))
        kept: dict[str, Any] = {"about": "region", "region": region}
        hidden: dict[str, Any] = dict.fromkeys(_PLACE)
        if isinstance(value.get("text"), str):
            kept["surface"], hidden["text"] = value["text"], None
        labels = [string(s, "label") for s in sequence(value.get("labels"), "labels")]
        if labels:
            hidden["labels"] = None
            kept["spans"] = [self._span(region, label, place) for label in labels]
        return kept | {"item": put_back(item, {"value": put_back(value, hidden)})}

    def _span(self, region: str, label: str, place: Interval, **marks: bool) -> str:
        """The id of a new span: that of its region, or one made of it for its further labels."""
        self.counts[region] = count = self.counts.get(region, 0) + 1
        self.labelled.add(region)
        name = region if count == 1 else f"{region}.{count}"
        more: dict[str, Any] = marks if count == 1 else {"region": region}
        self.found.spans.append(Span(name, label, (place,), more))
        return name

    def unlabelled_regions(self) -> None:
        """Makes spans of the regions that have no label, after all others."""
        for region in self.places.keys() - self.labelled:
            self._span(region, REGION, self.places[region], unlabelled=True)
        order = {region: n for n, region in enumerate(self.places)}
        self.found.spans.sort(key=lambda span: order[span.attributes.get("region", span.id)])

    def _choices(self, item: dict[str, Any], value: dict[str, Any]) -> dict[str, Any]:
        name = string(item.get("from_name", "choices"), "from_name")
        choices = [string(s, "choice") for s in sequence(value.get("choices"), "choices")]
        self.found.labels += [TextLabel(name, choice) for choice in choices]
        hidden = put_back(value, {"choices": None})
        return {"about": "choices", "choices": choices, "item": put_back(item, {"value": hidden})}

    def _texts(self, item: dict[str, Any], value: dict[str, Any]) -> dict[str, Any]:
        name, names = string(item.get("from_name", "textarea"), "from_name"), []
        said = value["text"]
        for text in [said] if isinstance(said, str) else sequence(said, "text"):
            number = self.counts[f"\0{name}"] = self.counts.get(f"\0{name}", 0) + 1
            names.append(side_name(name, number))
            self.found.sides.append(SideText(names[-1], string(text, "text")))
        hidden = put_back(value, {"text": None})
        kept = {"about": "texts", "names": names, "one": isinstance(said, str)}
        return kept | {"item": put_back(item, {"value": hidden})}


def _elsewhere(item: Mapping[str, Any], value: Mapping[str, Any]) -> bool:
    """Whether a region lies in a recording, a film or a series: it is kept as it is."""
    return item.get("type") in _ELSEWHERE or bool({"channel", "original_length"} & {*item, *value})


def _relations(item: Mapping[str, Any]) -> Iterator[Relation]:
    direction = item.get("direction", "right")
    more = {} if direction == "right" else {"direction": direction}
    labels = [string(s, "label of a relation") for s in sequence(item.get("labels"), "labels")]
    for label in labels:
        yield Relation(label, item["from_id"], item["to_id"], more)
    if not labels:
        more = more | {"unlabelled": True}
        yield Relation(UNLABELLED, item["from_id"], item["to_id"], more)


def _unit(items: Sequence[Mapping[str, Any]], text: str, warn: Callable[[str], None]) -> str:
    """Code points, unless the words that the regions quote stand where UTF-16 units say."""
    quoted = [
        (value["start"], value["end"], value["text"])
        for item in items
        if isinstance(value := item.get("value"), dict)
        and not _elsewhere(item, value)
        and isinstance(value.get("text"), str)
        and all(type(value.get(key)) is int for key in _PLACE)
    ]
    wrong = {unit: _misquoted(quoted, text, unit) for unit in (CODE_POINTS, UTF_16)}
    if wrong[CODE_POINTS] and not wrong[UTF_16]:
        warn("offsets are read as UTF-16 units, as older versions count: the regions quote so")
        return UTF_16
    for said, there in wrong[CODE_POINTS]:
        warn(f"a region says {said[:30]!r} and stands on {there[:30]!r}")
    return CODE_POINTS


def _misquoted(
    quoted: Sequence[tuple[int, int, str]], text: str, unit: str
) -> list[tuple[str, str]]:
    units = Units(text, unit)
    wrong = []
    for start, end, said in quoted:
        try:
            there = text[units.read(start) : units.read(end)]
        except ValueError:
            there = ""
        if _loose(said) != _loose(there):
            wrong.append((said, there))
    return wrong


def _loose(text: str) -> str:
    """The text as the browser may have copied it: white space, and line ends as two characters."""
    return re.sub(r"\s+|(\\n)+", "", text)


def surface_said(text: str) -> str:
    r"""The words of a region as Label Studio quotes them: a line end is `\` and `n`."""
    return re.sub(r"[\r\n]", r"\\n", text)


def without_marks(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """The attributes that Label Studio has no place for."""
    return others(attributes, ("region", "direction", "unlabelled"))
