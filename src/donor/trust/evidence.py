"""What speaks for and against a place: figures under names, drawn from a transfer alone.

A figure that says nothing is left out, and counts as 0 where figures are weighed; those that a
projector gives come with another that says that they are there.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from math import log

from donor.data import (
    Attempt,
    Check,
    Document,
    Finding,
    Intervals,
    Span,
    SpanRow,
    Transfer,
)
from donor.data.once import made_once
from donor.languages import tokenize
from donor.languages.characters import is_edge
from donor.languages.particles import function_words

__all__ = ["Figures", "evidence"]

Figures = Mapping[str, float]
"""The figures of a place by their names."""

_Named = Iterator[tuple[str, float]]


def evidence(transfer: Transfer) -> dict[str, Figures]:
    """The figures of each placed span of a transfer, by span id.

    Names are words, such as `method tags`, `match fuzzy`, `align certainty` (a projector's own
    figure), `span-astray of the span`. No figure says what the data are like (labels, words,
    languages, how long or how many spans are), so that what is learnt from them holds for other
    data as far as it can.
    """
    target = transfer.target
    if target is None or not target.spans:
        return {}
    case = _Case(transfer, target)
    return {
        row.span_id: dict(
            chain(
                _of_attempts(row, row.placed, target),
                _of_findings(row.placed, case),
                _of_words(case.spans[row.span_id], row.placed, case),
                _of_neighbours(row.placed, case),
            )
        )
        for row in transfer.spans
        if row.placed
    }


@dataclass(frozen=True)
class _Case:
    """A transfer that has a translation, and what all its spans need of it."""

    transfer: Transfer
    target: Document

    @made_once
    def spans(self) -> dict[str, Span]:
        """The source spans by id."""
        return {span.id: span for span in self.transfer.source.spans}

    @made_once
    def longer(self) -> float:
        """How many times as long as the source the translation is."""
        return (1 + len(self.target.text)) / (1 + len(self.transfer.source.text))

    @made_once
    def unresolved(self) -> float:
        """The share of spans without a place."""
        return 1 - len(self.target.spans) / len(self.spans)


def _of_attempts(row: SpanRow, placed: Span, target: Document) -> _Named:
    """By which method and match, what the method knows of it, what other attempts say."""
    winner = row.winner % len(row.attempts) if row.attempts else 0
    yield f"method {row.method}", 1.0
    yield f"match {row.match}", 1.0
    yield "attempts before", float(winner)
    others = [n for n, one in enumerate(row.attempts) if n != winner and one.answer]
    agree = sum(_says(row.attempts[n], placed, target) for n in others)
    yield "attempts that agree", float(agree)
    yield "attempts that do not", float(len(others) - agree)
    if row.attempts:
        for name, figure in row.attempts[winner].evidence:
            yield f"{row.method} {name}", figure
            yield f"{row.method} says {name}", 1.0


def _says(attempt: Attempt, placed: Span, target: Document) -> bool:
    """Whether an attempt's answer names the place, or its very words."""
    answer = attempt.answer
    if isinstance(answer, Intervals):
        return answer.ranges == placed.fragments
    said = tuple(quote.surface.casefold().strip() for quote in answer or ())
    return said == tuple(words.casefold() for words in placed.surfaces(target.text))


def _of_findings(placed: Span, case: _Case) -> _Named:
    """What the checks saw of the span, of its segment, of its document."""
    for finding in case.transfer.findings:
        # Of which method it is, that a model altered the text; the attempts tell that already.
        if finding.check is not Check.TEXT_ALTERED:
            yield f"{finding.check} of the {_nearness(finding, placed, case.target)}", 1.0


def _nearness(finding: Finding, placed: Span, target: Document) -> str:
    if finding.span_id is not None:
        return "span" if finding.span_id == placed.id else "document"
    if finding.segment is not None and target.segments[finding.segment].overlaps(placed.extent):
        return "segment"
    return "document"


def _of_words(source: Span, placed: Span, case: _Case) -> _Named:
    """Sizes, numbers, capitals and edges of a span before and after."""
    texts = case.transfer.source.text, case.target.text
    before, after = source.surface(texts[0]), placed.surface(texts[1])
    longer = log((1 + len(after)) / (1 + len(before)) / case.longer)
    yield "longer", max(0.0, longer)
    yield "shorter", max(0.0, -longer)
    tags = case.transfer.source.language or "und", case.transfer.translation.language
    words = [_words(text, tag) for text, tag in zip((before, after), tags, strict=True)]
    yield "more words", float(max(0, len(words[1]) - len(words[0])))
    yield "fewer words", float(max(0, len(words[0]) - len(words[1])))
    yield "same words", float(before == after)
    yield "other numbers", float(_digits(before) != _digits(after))
    yield "other capitals", float(_capital(before) != _capital(after))
    yield "other fragments", float(len(source.fragments) != len(placed.fragments))
    yield from _of_edges(words, tags)
    ends = (edge for part in placed.fragments for edge in (part.start, part.end))
    yield "cuts a word", float(not all(is_edge(texts[1], edge) for edge in ends))
    times = [text.count(said) for text, said in zip(texts, (before, after), strict=True)]
    yield "repeated", float(times[1] > 1)
    yield "other occurrences", float(times[0] != times[1])
    yield "moved", abs(_middle(source, texts[0]) - _middle(placed, texts[1]))


def _words(text: str, tag: str) -> list[str]:
    return [token.of(text).casefold() for token in tokenize(text, tag)]


def _of_edges(words: Sequence[Sequence[str]], tags: Sequence[str]) -> _Named:
    """Small words and signs at an edge of the place that the source has not, or the reverse."""
    for name, edge in (("first", 0), ("last", -1)):
        ends = [said[edge] if said else "" for said in words]
        small = [end in function_words(tag) for end, tag in zip(ends, tags, strict=True)]
        yield f"small word {name}", float(small[1] and not small[0])
        yield f"no small word {name}", float(small[0] and not small[1])
        sign = [not any(map(str.isalnum, end)) for end in ends]
        yield f"sign {name}", float(sign[1] and not sign[0])


def _digits(text: str) -> list[str]:
    return sorted(filter(str.isdigit, text))


def _capital(text: str) -> bool | None:
    """Whether the first letter is a capital; None where letters have no case."""
    first = next(filter(str.isalpha, text), "")
    return None if first.lower() == first.upper() else first != first.lower()


def _middle(span: Span, text: str) -> float:
    return (span.extent.start + span.extent.end) / 2 / (len(text) or 1)


def _of_neighbours(placed: Span, case: _Case) -> _Named:
    """What became of the other spans of the document, and of their order and nesting."""
    others = [span for span in case.target.spans if span.id != placed.id]
    yield "unresolved beside it", case.unresolved
    source = case.spans[placed.id]
    pairs = [(_stand(source, case.spans[o.id]), _stand(placed, o)) for o in others]
    shares = 1 / len(others) if others else 0.0
    yield "order changed", shares * sum(sorted(pair) == ["after", "before"] for pair in pairs)
    yield "overlap changed", float(any(_together(a) != _together(b) for a, b in pairs))


def _stand(one: Span, other: Span) -> str:
    """How a span stands to another: before, after, equal, inside, around or across it."""
    here, there = one.extent, other.extent
    if not here.overlaps(there):
        return "before" if here.start < there.start else "after"
    if here == there:
        return "equal"
    if there.contains(here):
        return "inside"
    return "around" if here.contains(there) else "across"


def _together(stand: str) -> str:
    return "apart" if stand in ("before", "after") else stand
