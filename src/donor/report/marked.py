"""A text with its spans marked inline, for a terminal with or without colours."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rich.text import Text

from donor.data import Interval, Span
from donor.report.visible import visible

__all__ = ["marked"]


@dataclass(frozen=True, slots=True)
class _Bracket:
    interval: Interval
    opening: str
    closing: str
    style: str


def marked(text: str, spans: Sequence[Span], styles: Mapping[str, str]) -> Text:
    """The text with each fragment in brackets; the closing bracket is followed by the span's id.

    Where two fragments cross, the opening brackets say their ids too.

    >>> spans = [Span("T1", "Term", (Interval(0, 3),)), Span("T2", "Term", (Interval(2, 5),))]
    >>> marked("abcde", spans, {"T1": "red", "T2": "blue"}).plain
    '[T1:ab[T2:c]T1de]T2'

    Args:
        text: the text.
        spans: its spans.
        styles: a rich style for each span's id.
    """
    brackets = _brackets(spans, styles)
    shown = visible(text)
    edges = {at for b in brackets for at in (b.interval.start, b.interval.end)}
    result = Text()
    done = 0
    for at in sorted({*edges, len(text)}):
        result.append(shown[done:at], style=_style(brackets, Interval(done, at)))
        for bracket in _ending(brackets, at):
            result.append(bracket.closing, style=f"bold {bracket.style}")
        for bracket in _beginning(brackets, at):
            result.append(bracket.opening, style=f"bold {bracket.style}")
        done = at
    return result


def _brackets(spans: Sequence[Span], styles: Mapping[str, str]) -> list[_Bracket]:
    intervals = [fragment for span in spans for fragment in span.fragments]
    return [
        _Bracket(
            fragment,
            f"[{visible(span.id)}:" if _crosses(fragment, intervals) else "[",
            f"]{visible(span.id)}",
            styles[span.id],
        )
        for span in spans
        for fragment in span.fragments
    ]


def _crosses(interval: Interval, others: Sequence[Interval]) -> bool:
    return any(
        interval.overlaps(other) and not interval.contains(other) and not other.contains(interval)
        for other in others
    )


def _ending(brackets: Sequence[_Bracket], at: int) -> list[_Bracket]:
    """The inner ones first."""
    here = [b for b in reversed(brackets) if b.interval.end == at]
    return sorted(here, key=lambda b: -b.interval.start)


def _beginning(brackets: Sequence[_Bracket], at: int) -> list[_Bracket]:
    """The outer ones first."""
    return sorted((b for b in brackets if b.interval.start == at), key=lambda b: -b.interval.end)


def _style(brackets: Sequence[_Bracket], part: Interval) -> str:
    """That of the innermost."""
    around = [b for b in brackets if b.interval.contains(part)]
    return min(around, key=lambda b: len(b.interval)).style if around else ""
