"""Which fields of a foreign JSON record hold what, where their names and values leave no doubt."""

from collections.abc import Iterator, Mapping
from typing import Any

from donor.formats.jsonl.mapped import is_span
from donor.formats.parts.columns import LABELS, LANGUAGES, PAIRS, TEXTS, tag_in

__all__ = ["obvious_fields"]

_SPANS = ("spans", "entities", "ents", "ner", "mentions", "annotations", "labels", "label")
# An empty list under one of these is a list of spans all the same.
_SPANS_ALONE = ("spans", "entities", "ents", "ner", "mentions")


def obvious_fields(value: Mapping[str, Any]) -> dict[str, str] | None:
    """The record's names of its fields by Donor's; None where it shows no annotation.

    >>> obvious_fields({"text": "Ions move", "label": "physics", "source": "book"})
    {'text': 'text', 'label': 'label'}
    >>> obvious_fields({"sentence": "Ions move", "ner": [[0, 4, "TERM"]]})
    {'text': 'sentence', 'spans': 'ner'}
    >>> obvious_fields({"text": "Ions move", "source": "book"})
    """
    pair = next((pair for pair in PAIRS if all(_is_text(value, name) for name in pair)), None)
    text = pair[0] if pair else next((name for name in TEXTS if _is_text(value, name)), None)
    if text is None:
        return None
    found = {"text": text}
    spans = next(iter(_lists_of_spans(value)), None)
    free = (name for name in LABELS if name in value and name not in (text, spans))
    labels = [name for name in free if _is_label(value[name])]
    if pair:
        found["side"] = pair[1]
    if spans:
        found["spans"] = spans
    if labels:
        found["label"] = ",".join(labels)
    if len(found) == 1:
        return None
    language = next((name for name in LANGUAGES if tag_in(value.get(name))), None)
    return found | ({"language": language} if language else {})


def _is_text(value: Mapping[str, Any], name: str) -> bool:
    return isinstance(value.get(name), str)


def _lists_of_spans(value: Mapping[str, Any]) -> Iterator[str]:
    for name in _SPANS:
        some = value.get(name)
        if isinstance(some, list) and (all(map(is_span, some)) if some else name in _SPANS_ALONE):
            yield name


def _is_label(value: object) -> bool:
    """Whether it is a string or a number, none yet, or a list of strings."""
    if isinstance(value, list):
        return all(isinstance(part, str) for part in value)
    return value is None or isinstance(value, str | int | float)
