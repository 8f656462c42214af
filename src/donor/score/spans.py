"""Spans against gold in one document, in four ways, each as counts that add up."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from donor.data import Document, Interval, Span
from donor.errors import DocumentError
from donor.languages import tokenize
from donor.score.counts import Counts, PartialCounts

__all__ = ["LENGTHS", "SpanScores", "over_text_of", "span_scores"]

LENGTHS = {"1": 0, "2": 2, "3-5": 3, "6+": 6}
"""The classes of length, each with its least number of words."""

_NONE, _NO_PARTIAL = Counts(), PartialCounts()

_Fragments = tuple[Interval, ...]
_Group = tuple[list[_Fragments], list[_Fragments]]


@dataclass(frozen=True, slots=True)
class SpanScores:
    """The counts of one document, or of many together.

    Args:
        strict: spans whose label and offsets are right.
        partial: the same, with half credit for an overlap.
        character: characters under the right label; under two spans, a character counts twice.
        repeated: strict, of the spans whose words stand in the text more than once.
        by_label: strict, by label.
        by_length: strict, by the class of `LENGTHS` that a span's words make.
    """

    strict: Counts = _NONE
    partial: PartialCounts = _NO_PARTIAL
    character: Counts = _NONE
    repeated: Counts = _NONE
    by_label: Mapping[str, Counts] = field(default_factory=dict)
    by_length: Mapping[str, Counts] = field(default_factory=dict)

    def __add__(self, other: "SpanScores") -> "SpanScores":
        return SpanScores(
            self.strict + other.strict,
            self.partial + other.partial,
            self.character + other.character,
            self.repeated + other.repeated,
            _both(self.by_label, other.by_label),
            _both(self.by_length, other.by_length),
        )


def span_scores(
    predicted: Document | None, gold: Document, *, ids: frozenset[str] = frozenset()
) -> SpanScores:
    """The scores of a document's spans; all of gold is missed where `predicted` is None.

    Spans are compared as a multiset of label and fragments. A span whose id is in `ids` is
    compared only with that of the same id, so that a swap of two equal labels is an error.
    """
    scores = SpanScores()
    groups = _groups(predicted.spans if predicted else (), gold.spans, ids)
    for (label, _), (found, wanted) in groups.items():
        strict = _strict(found, wanted)
        again = _repeated(found, gold.text), _repeated(wanted, gold.text)
        scores += SpanScores(
            strict,
            _partial(found, wanted),
            _character(found, wanted),
            _strict(*again),
            {label: strict},
            _by_length(found, wanted, gold),
        )
    return scores


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


def _groups(
    predicted: Iterable[Span], gold: Iterable[Span], ids: frozenset[str]
) -> dict[tuple[str, str | None], _Group]:
    """What may be compared: the fragments of predicted and gold spans of one label, or one id."""
    groups: defaultdict[tuple[str, str | None], _Group] = defaultdict(lambda: ([], []))
    for side, spans in enumerate((predicted, gold)):
        for span in spans:
            key = span.label, span.id if span.id in ids else None
            groups[key][side].append(span.fragments)
    return dict(groups)


def _both(one: Mapping[str, Counts], other: Mapping[str, Counts]) -> Mapping[str, Counts]:
    if not (one and other):
        return one or other
    return {
        name: one.get(name, _NONE) + other.get(name, _NONE)
        for name in dict.fromkeys((*one, *other))
    }


def _by_length(
    found: Sequence[_Fragments], wanted: Sequence[_Fragments], gold: Document
) -> Mapping[str, Counts]:
    """The strict counts of the spans of each length; a wrong one counts with its own."""
    classes: defaultdict[str, _Group] = defaultdict(lambda: ([], []))
    for side, spans in enumerate((found, wanted)):
        for span in spans:
            classes[_length(span, gold)][side].append(span)
    return {name: _strict(*group) for name, group in classes.items()}


def _length(span: _Fragments, gold: Document) -> str:
    """The class of a span's length in words; in scripts without spaces, in what they are cut to."""
    texts = [part.of(gold.text) for part in span]
    words = sum(
        any(map(str.isalnum, token.of(text)))
        for text in texts
        for token in tokenize(text, gold.language or "und")
    )
    return next(name for name, least in reversed(LENGTHS.items()) if words >= least)


def _strict(found: Sequence[_Fragments], wanted: Sequence[_Fragments]) -> Counts:
    right = (Counter(found) & Counter(wanted)).total()
    return Counts(right, len(found) - right, len(wanted) - right)


def _repeated(spans: Iterable[_Fragments], text: str) -> list[_Fragments]:
    """Those of which a fragment's words, as a string, stand in the text more than once."""
    return [s for s in spans if any(text.count(fragment.of(text)) > 1 for fragment in s)]


def _partial(found: Sequence[_Fragments], wanted: Sequence[_Fragments]) -> PartialCounts:
    """Equal spans first, then the pairs that share most, each span in one pair at most."""
    exact = Counter(found) & Counter(wanted)
    left = list((Counter(found) - exact).elements()), list((Counter(wanted) - exact).elements())
    pairs = [
        (-shared, n, m)
        for n, one in enumerate(left[0])
        for m, other in enumerate(left[1])
        if (shared := _shared(one, other))
    ]
    taken: tuple[set[int], set[int]] = set(), set()
    for _, n, m in sorted(pairs):
        if n not in taken[0] and m not in taken[1]:
            taken[0].add(n)
            taken[1].add(m)
    overlapping = len(taken[0])
    return PartialCounts(
        exact.total(), overlapping, len(left[0]) - overlapping, len(left[1]) - overlapping
    )


def _shared(one: _Fragments, other: _Fragments) -> int:
    """How many characters two spans have in common."""
    return sum(max(0, min(a.end, b.end) - max(a.start, b.start)) for a in one for b in other)


def _character(found: Sequence[_Fragments], wanted: Sequence[_Fragments]) -> Counts:
    here, there = _covered(found), _covered(wanted)
    right = (here & there).total()
    return Counts(right, here.total() - right, there.total() - right)


def _covered(spans: Iterable[_Fragments]) -> Counter[int]:
    return Counter(at for span in spans for part in span for at in range(part.start, part.end))
