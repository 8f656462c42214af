"""A document becomes the results of an annotation: those that were read, with new places."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from donor.data import Document, Relation, Span
from donor.formats.label_studio.results import surface_said
from donor.formats.parts.json_values import extent, free_names, of_text, put_back
from donor.formats.parts.units import CODE_POINTS, Units

__all__ = ["side_names", "written_results"]

_LABELS = {"from_name": "label", "to_name": "text", "type": "labels"}


def written_results(
    document: Document, items: Sequence[Mapping[str, Any]], *, unit: str = CODE_POINTS, same: bool
) -> list[dict[str, Any]]:
    """The results of the document.

    Args:
        document: what is written.
        items: what is kept of the results that were read.
        unit: in which offsets count.
        same: whether the text is still the one that was read.
    """
    return list(_Writer(document, items, unit, same).results())


def side_names(items: Sequence[Mapping[str, Any]]) -> set[str]:
    """The names of the side texts that have a place among the results."""
    return {name for kept in items for name in kept.get("names", ())}


class _Writer:
    def __init__(
        self, document: Document, items: Sequence[Mapping[str, Any]], unit: str, same: bool
    ) -> None:
        self.document, self.items, self.same = document, items, same
        self.units = Units(document.text, unit)
        self.left = {span.id: span for span in document.spans}
        self.regions = {
            str(span.attributes.get("region", span.id)): span for span in document.spans
        }
        self.arcs = list(document.relations)
        self.choices = [(label.name, label.value) for label in of_text(document)]
        self.ids = {span.id for span in document.spans}

    def results(self) -> Iterator[dict[str, Any]]:
        """The results that were read, those of new parts behind them."""
        for kept in self.items:
            about, item = kept.get("about"), dict(kept["item"])
            if about == "region":
                yield from self._region(kept, item)
            elif about == "choices":
                yield from self._choices(kept, item)
            elif about == "texts":
                yield from self._texts(kept, item)
            elif about == "relation":
                yield from self._relation(item)
            else:
                yield item
        yield from self._new_spans()
        yield from self._new_relations()
        yield from self._new_choices()

    def _region(self, kept: Mapping[str, Any], item: dict[str, Any]) -> Iterator[dict[str, Any]]:
        own = [self.left[name] for name in kept.get("spans", ()) if name in self.left]
        first = own[0] if own else self.regions.get(kept["region"])
        if first is None or ("spans" in kept and not own):
            return
        together = [span for span in own if span.fragments == first.fragments]
        made: dict[str, Any] = {}
        if "spans" in kept:
            made["labels"] = [span.label for span in together]
        elif first.attributes.get("unlabelled"):
            self.left.pop(first.id, None)
        for span in together:
            del self.left[span.id]
        surface = kept.get("surface") if self.same else None
        yield put_back(item, {"value": self._placed(first, item["value"], made, surface)})

    def _placed(
        self, span: Span, value: Mapping[str, Any], made: dict[str, Any], surface: str | None
    ) -> dict[str, Any]:
        """The value with the place of the span, and its words if they were there."""
        start, end = extent(span)
        place = {"start": self.units.written(start), "end": self.units.written(end)}
        made = place | made
        if "text" in value and value["text"] is None:
            made["text"] = surface or surface_said(self.document.text[start:end])
        if "globalOffsets" in value:
            made["globalOffsets"] = place
        return put_back(value, made)

    def _choices(self, kept: Mapping[str, Any], item: dict[str, Any]) -> Iterator[dict[str, Any]]:
        name, values = item.get("from_name", "choices"), []
        for value in kept["choices"]:
            if (name, value) in self.choices:
                self.choices.remove((name, value))
                values.append(value)
        if values or not kept["choices"]:
            yield put_back(item, {"value": put_back(item["value"], {"choices": values})})

    def _texts(self, kept: Mapping[str, Any], item: dict[str, Any]) -> Iterator[dict[str, Any]]:
        there = {side.name: side.text for side in self.document.side_texts}
        texts = [there[name] for name in kept["names"] if name in there]
        if texts or not kept["names"]:
            said: Any = texts[0] if kept["one"] and texts else texts
            yield put_back(item, {"value": put_back(item["value"], {"text": said})})

    def _relation(self, item: dict[str, Any]) -> Iterator[dict[str, Any]]:
        ends = item["from_id"], item["to_id"]
        said = set(item.get("labels") or ())
        own = [
            arc
            for arc in self.arcs
            if (arc.head, arc.tail) == ends
            and (arc.label in said or (not said and arc.attributes.get("unlabelled")))
        ]
        for arc in own:
            self.arcs.remove(arc)
        if own:
            yield put_back(item, {"labels": [arc.label for arc in own]} if said else {})

    def _new_spans(self) -> Iterator[dict[str, Any]]:
        usual = next((k["item"] for k in self.items if k.get("spans")), _LABELS)
        like = {key: usual[key] for key in _LABELS if key in usual}
        for span in self.left.values():
            made = {"text": None, "labels": [span.label]}
            value = self._placed(span, {"start": None, "end": None, "text": None}, made, None)
            yield {"id": span.id, **like, "value": value}

    def _new_relations(self) -> Iterator[dict[str, Any]]:
        groups: dict[tuple[str, str, str], list[Relation]] = {}
        for arc in self.arcs:
            if arc.head in self.ids:
                direction = str(arc.attributes.get("direction", "right"))
                groups.setdefault((arc.head, arc.tail, direction), []).append(arc)
        for (head, tail, direction), arcs in groups.items():
            labels = [arc.label for arc in arcs if not arc.attributes.get("unlabelled")]
            yield {
                "from_id": head, "to_id": tail, "type": "relation", "direction": direction,
                "labels": labels,
            }  # fmt: skip

    def _new_choices(self) -> Iterator[dict[str, Any]]:
        names = free_names(self.ids, prefix="choice")
        for name in dict.fromkeys(name for name, _ in self.choices):
            value = {"choices": [choice for own, choice in self.choices if own == name]}
            yield {
                "id": next(names), "from_name": name, "to_name": "text", "type": "choices",
                "value": value,
            }  # fmt: skip
