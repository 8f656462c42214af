"""What the labels of a dataset are called in another language, put in their place."""

from collections.abc import Mapping
from dataclasses import replace

from donor.data.document import Document

__all__ = ["with_label_names"]


def with_label_names(document: Document, names: Mapping[str, str]) -> Document:
    """The document with the labels of its spans and the values of its text labels called so.

    What has no name keeps its own, as the labels of relations do.

    >>> from donor.data import Interval, TextLabel
    >>> one = Document("a", "ru", "Да.", (Interval(0, 3),), labels=(TextLabel("tone", "good"),))
    >>> with_label_names(one, {"good": "хорошо"}).labels[0].value
    'хорошо'
    """
    if not names:
        return document
    spans = (replace(span, label=names.get(span.label, span.label)) for span in document.spans)
    labels = (
        replace(label, value=names.get(label.value, label.value)) for label in document.labels
    )
    return replace(document, spans=tuple(spans), labels=tuple(labels))
