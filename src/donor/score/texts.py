"""A predicted document over the text of gold's."""

from dataclasses import replace

from donor.data import Document, Span
from donor.errors import DocumentError

__all__ = ["over_text_of"]


def over_text_of(predicted: Document, gold: Document) -> Document | None:
    """The predicted document over gold's text; None where that is another text.

    Texts may differ in the white space at their edges; offsets are then moved.
    """
    if predicted.text == gold.text:
        return predicted
    if predicted.text.strip() != gold.text.strip():
        return None
    by = _leading(gold.text) - _leading(predicted.text)
    try:
        spans = tuple(_moved(span, by) for span in predicted.spans)
        return replace(predicted, text=gold.text, segments=gold.segments, tokens=(), spans=spans)
    except (ValueError, DocumentError):
        # A span reaches into white space that gold does not have.
        return None


def _leading(text: str) -> int:
    return len(text) - len(text.lstrip())


def _moved(span: Span, by: int) -> Span:
    return replace(span, fragments=tuple(fragment.shifted(by) for fragment in span.fragments))
