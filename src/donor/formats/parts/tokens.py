"""A document as sentences of tokens, with its spans on whole tokens: what token formats write."""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from donor.data import Document, Interval, Span
from donor.data.tags import TokenSpan
from donor.errors import FormatError
from donor.formats.format import Flatten, Options, Snap
from donor.formats.parts.further import further_values
from donor.formats.parts.spacing import differing_gaps
from donor.languages import split_at, tokenize

__all__ = [
    "Sentence",
    "TokenRun",
    "flat_sentences",
    "sentences_of",
    "spacing_losses",
    "token_run",
    "token_runs",
    "unsaid_by_tokens",
]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A segment that has tokens, by their intervals in the document's text.

    Attributes:
        index: the segment's position in the document.
        spans: by positions in `tokens`; disjoint.
    """

    index: int
    segment: Interval
    tokens: tuple[Interval, ...]
    spans: list[TokenSpan] = field(default_factory=list)

    def words(self, text: str) -> list[str]:
        """The tokens as they stand in the text."""
        return [text[token.start : token.end] for token in self.tokens]


@dataclass(frozen=True, slots=True)
class TokenRun:
    """The tokens of one fragment within one sentence, and which span it is of."""

    span: Span
    sentence: int
    start: int
    end: int


def sentences_of(document: Document) -> list[Sentence]:
    """The document's own tokens, or those of its language, by segment; empty segments are out."""
    edges = _edges(document)
    tokens = split_at(document.tokens, edges) if edges else document.tokens
    sentences = []
    for index, segment in enumerate(document.segments):
        own = _within(segment, tokens) if tokens else _tokenized(document, segment)
        if own:
            sentences.append(Sentence(index, segment, tuple(own)))
    return sentences


def _edges(document: Document) -> list[int]:
    if len(document.segments) < 2:
        return []
    return [edge for segment in document.segments for edge in (segment.start, segment.end)]


def _within(segment: Interval, tokens: Sequence[Interval]) -> Sequence[Interval]:
    first = bisect_left(tokens, segment.start, key=lambda token: token.start)
    return tokens[first : bisect_right(tokens, segment.end, lo=first, key=lambda t: t.end)]


def _tokenized(document: Document, segment: Interval) -> list[Interval]:
    own = tokenize(segment.of(document.text), document.language or "und")
    return [token.shifted(segment.start) for token in own]


def token_run(
    part: Interval, tokens: Sequence[Interval], snap: Snap, lost: Counter[str]
) -> tuple[int, int] | None:
    """The first token of a stretch of text and the one behind its last, as `snap` says.

    What becomes of its edges is counted in `lost`; None where no token is left.
    """
    first = bisect_right(tokens, part.start, key=lambda token: token.end)
    end = bisect_left(tokens, part.end, lo=first, key=lambda token: token.start)
    cut_start = first < end and tokens[first].start < part.start
    cut_end = first < end and tokens[end - 1].end > part.end
    if first == end:
        lost["spans without a token"] += 1
        return None
    if not (cut_start or cut_end):
        exact = (tokens[first].start, tokens[end - 1].end) == (part.start, part.end)
        lost["spans trimmed of white space"] += not exact
        return first, end
    if snap is Snap.EXPAND:
        lost["spans widened to whole tokens"] += 1
        return first, end
    first, end = first + cut_start, end - cut_end
    if snap is Snap.STRICT or first >= end:
        lost["spans that cut a token"] += 1
        return None
    lost["spans narrowed to whole tokens"] += 1
    return first, end


def token_runs(
    document: Document, sentences: Sequence[Sentence], options: Options, lost: Counter[str]
) -> Iterator[TokenRun]:
    """For each span the one run of tokens that stands for it; of several, `flatten` chooses.

    Raises:
        FormatError: a span is in several pieces, and `flatten` is `error`.
    """
    starts = [sentence.segment.start for sentence in sentences]
    for span in document.spans:
        pieces = list(_pieces(span, sentences, starts))
        if len(pieces) > 1:
            kind = "discontinuous spans" if span.discontinuous else "spans over several sentences"
            _check_flatten(options, document, span, kind)
            lost[kind] += 1
            if options.flatten is Flatten.LONGEST:
                pieces.sort(key=lambda piece: (-len(piece[1]), piece[1]))
        if not pieces:
            lost["spans without a token"] += 1
            continue
        sentence, part = pieces[0]
        run = token_run(part, sentences[sentence].tokens, options.snap, lost)
        if run:
            yield TokenRun(span, sentence, *run)


def _pieces(
    span: Span, sentences: Sequence[Sentence], starts: Sequence[int]
) -> Iterator[tuple[int, Interval]]:
    """The fragments of a span, cut where sentences end."""
    for fragment in span.fragments:
        at = max(bisect_right(starts, fragment.start) - 1, 0)
        if at < len(sentences) and sentences[at].segment.contains(fragment):
            yield at, fragment
            continue
        while at < len(sentences) and sentences[at].segment.start < fragment.end:
            segment = sentences[at].segment
            if fragment.overlaps(segment):
                start, end = max(fragment.start, segment.start), min(fragment.end, segment.end)
                yield at, Interval(start, end)
            at += 1


def flat_sentences(document: Document, options: Options) -> tuple[list[Sentence], Counter[str]]:
    """The sentences with at most one span on each token, and what that has cost, counted.

    Raises:
        FormatError: spans overlap or are in pieces, and `flatten` is `error`.
    """
    sentences, lost = sentences_of(document), Counter[str]()
    if not document.spans:
        return sentences, lost
    runs = list(token_runs(document, sentences, options, lost))
    if options.flatten is not Flatten.FIRST:
        runs.sort(key=lambda run: (run.start - run.end, run.sentence, run.start))
    taken: list[set[int]] = [set() for _ in sentences]
    for run in runs:
        own = range(run.start, run.end)
        if not taken[run.sentence].isdisjoint(own):
            _check_flatten(options, document, run.span, "overlapping spans")
            lost["overlapping spans"] += 1
            continue
        taken[run.sentence].update(own)
        sentences[run.sentence].spans.append(TokenSpan(run.start, run.end, run.span.label))
    for sentence in sentences:
        sentence.spans.sort()
    return sentences, lost


def _check_flatten(options: Options, document: Document, span: Span, kind: str) -> None:
    if options.flatten is Flatten.ERROR:
        what = f"span {span.id} is one of the {kind}, which the format cannot say"
        raise FormatError(f"document {document.id}", what, "choose --flatten longest or first")


def spacing_losses(document: Document, sentences: Iterable[Sentence]) -> int:
    """Between how many tokens the text will be spaced otherwise when it is read again."""
    return sum(differing_gaps(document.text, sentence.tokens) for sentence in sentences)


def unsaid_by_tokens(document: Document, name: str) -> Counter[str]:
    """What a format of tokens and tags has no place for; its own metadata are under its name."""
    in_order = sorted(document.spans, key=lambda span: (span.extent, span.id))
    read_again = [f"s{number}" for number in range(1, len(in_order) + 1)]
    return Counter(
        {
            "documents without text": int(not document.text.strip()),
            "relations": len(document.relations),
            "text labels": len(document.labels),
            "side texts": len(document.side_texts),
            "metadata": further_values(document, name),
            "attributes": sum(bool(span.attributes) for span in document.spans),
            "span ids": sum(s.id != own for s, own in zip(in_order, read_again, strict=True)),
        }
    )
