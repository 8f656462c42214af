"""Spans as datasets list them: structs of start, end and label, or one list each of these."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import orjson

from donor.data import Document, Interval, Relation, Span
from donor.formats.hf.features import Feature, Features, is_list, item_of, names_of
from donor.formats.hf.roles import ENDS, KINDS, PIECES, STARTS, key_among

__all__ = ["read_relations", "read_spans", "span_losses", "written_relations", "written_spans"]

_SURFACES = ("text", "word", "surface", "mention", "span")


class _Keys:
    """Which key of a span's struct is what."""

    def __init__(self, keys: Features) -> None:
        self.start, self.end = key_among(keys, STARTS), key_among(keys, ENDS)
        self.pieces = key_among(keys, PIECES)
        self.label = key_among(keys, KINDS) or "label"
        self.names = names_of(item_of(keys[self.label]) or keys[self.label])
        self.surface = key_among(keys, _SURFACES)
        self.surfaces = self.surface is not None and is_list(keys[self.surface])
        self.id = "id" if "id" in keys else None
        self.attributes = "attributes" if "attributes" in keys else None
        taken = {self.start, self.end, self.pieces, self.label, self.surface, self.id}
        self.others = tuple(key for key in keys if key not in taken | {self.attributes})


def read_spans(value: Any, feature: Feature, text: str) -> list[Span]:
    """The spans that a row lists; where two have one id, it is an attribute.

    Raises:
        ValueError, TypeError, KeyError: a span is no span of the text.
    """
    keys = _Keys(item_of(feature) if is_list(feature) else feature)
    said = _structs(value, is_list(feature))
    ids = [str(one[keys.id]) for one in said] if keys.id else []
    own = len(set(ids)) == len(ids) == len(said) and all(ids)
    names = ids if own else [f"s{n}" for n in range(1, len(said) + 1)]
    return [_span(one, keys, name, text) for name, one in zip(names, said, strict=True)]


def _structs(value: Any, listed: bool) -> list[Mapping[str, Any]]:
    """The spans one by one, however they are listed."""
    if value is None:
        return []
    if listed:
        return [one for one in value if one is not None]
    columns = {key: part or () for key, part in value.items()}
    lengths = {len(part) for part in columns.values()}
    if len(lengths) > 1:
        raise ValueError("the lists of spans are not of one length")
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _span(said: Mapping[str, Any], keys: _Keys, span_id: str, text: str) -> Span:
    pieces = said.get(keys.pieces) if keys.pieces else None
    if not pieces:
        pieces = [(said[keys.start or "start"], said[keys.end or "end"])]
    fragments = tuple(Interval(int(start), int(end)) for start, end in map(_ends, pieces))
    if fragments[-1].end > len(text):
        raise ValueError(f"span {span_id} ends at {fragments[-1].end}, the text at {len(text)}")
    _check_surface(said.get(keys.surface or ""), span_id, fragments, text)
    attributes = {key: said[key] for key in keys.others}
    if keys.id and str(said[keys.id]) != span_id:
        attributes[keys.id] = said[keys.id]
    if keys.attributes and said[keys.attributes]:
        attributes |= orjson.loads(said[keys.attributes])
    return Span(span_id, _label(said[keys.label], keys.names), fragments, attributes)


def _check_surface(said: Any, span_id: str, fragments: Sequence[Interval], text: str) -> None:
    """Raises ValueError where the words of a span stand elsewhere, as with inclusive ends."""
    if said is None:
        return
    words = said if isinstance(said, str) else "".join(map(str, said))
    there = "".join(part.of(text) for part in fragments)
    if _bare(words) != _bare(there):
        raise ValueError(f"span {span_id} is said to be {words!r}, but there stands {there!r}")


def _bare(words: str) -> str:
    return "".join(words.replace("…", "").split()).casefold()


def _ends(piece: Any) -> tuple[Any, Any]:
    if isinstance(piece, Mapping):
        return piece["start"], piece["end"]
    start, end = piece
    return start, end


def _label(value: Any, names: Sequence[str] | None) -> str:
    if names is None or isinstance(value, str):
        return str(value)
    if not 0 <= value < len(names):
        raise ValueError(f"label {value} is none of the {len(names)} names of its ClassLabel")
    return str(names[value])


def read_relations(value: Iterable[Mapping[str, Any]]) -> Iterator[Relation]:
    """The relations that a row lists."""
    for one in value:
        attributes = orjson.loads(one["attributes"]) if one.get("attributes") else {}
        yield Relation(str(one["label"]), str(one["head"]), str(one["tail"]), attributes)


def written_spans(document: Document, feature: Feature) -> Any:
    """The spans of a document in the shape of a feature; labels are names still."""
    keys_of = item_of(feature) if is_list(feature) else feature
    keys = _Keys(keys_of)
    said = [_written(span, keys, document.text) for span in document.spans]
    if is_list(feature):
        return said
    return {key: [one.get(key) for one in said] for key in keys_of}


def _written(span: Span, keys: _Keys, text: str) -> dict[str, Any]:
    value: dict[str, Any] = {keys.label: span.label}
    if keys.id:
        value[keys.id] = span.attributes.get(keys.id, span.id)
    if keys.start and keys.end:
        value |= {keys.start: span.extent.start, keys.end: span.extent.end}
    if keys.pieces:
        value[keys.pieces] = [[part.start, part.end] for part in span.fragments]
    if keys.surface:
        value[keys.surface] = list(span.surfaces(text)) if keys.surfaces else span.surface(text)
    own = {*keys.others, keys.id}
    more = {key: part for key, part in span.attributes.items() if key not in own}
    if keys.attributes and more:
        value[keys.attributes] = orjson.dumps(more).decode()
    return value | {key: span.attributes.get(key) for key in keys.others}


def written_relations(document: Document) -> list[dict[str, Any]]:
    """The relations of a document as structs."""
    return [
        {
            "label": relation.label,
            "head": relation.head,
            "tail": relation.tail,
            "attributes": _json(relation.attributes),
        }
        for relation in document.relations
    ]


def _json(attributes: Mapping[str, Any]) -> str | None:
    return orjson.dumps(dict(attributes)).decode() if attributes else None


def span_losses(document: Document, feature: Feature) -> Counter[str]:
    """What of a document's spans the structs of a feature cannot say."""
    keys = _Keys(item_of(feature) if is_list(feature) else feature)
    said = {*keys.others, keys.id}
    unsaid = sum(bool(set(span.attributes) - said) for span in document.spans)
    return Counter(
        {
            "discontinuous spans": 0
            if keys.pieces
            else sum(s.discontinuous for s in document.spans),
            "attributes": 0 if keys.attributes else unsaid,
        }
    )
