"""From a projector's candidates to exact offsets: the only maker of target spans.

Quotes are looked for by one comparison after the other; the next is used only where the one
before has no place.

==========  =====================================================================
exact       the quote stands in the text as it is
normalised  after folding case, ё, quotes, dashes, white space and composed letters; without
            marks, a full stop or a small word around the quote; with other spaces, hyphens or
            brackets between its words; behind a particle that Arabic writes on to the word;
            from the first to the last part of a quote with an ellipsis
lemma       as many words in a row, each a form of the quoted word (extra `lang`), or with other
            small words between them
fuzzy       with one wrong letter in a long word, or without a word that the text does not have;
            with other words, between the very neighbours that the answer names
==========  =====================================================================

A quote stands on the edges of words, except in scripts without spaces, and never cuts a letter
from its marks. Intervals are checked against the text.

Where a quote stands several times, all candidates of the document are assigned together, so that
least speaks against the whole: the number that the answer gives, the words around it, the rank of
the span among equal words of the source, the order and the nesting of the spans in the source
(`Candidate.origin`), and that two spans do not share a place. Between ways that are about as good
there is no guess, but a reason.
"""

from collections.abc import Iterator, Mapping, Sequence

from donor.data import Candidate, Interval, Intervals, Match
from donor.resolve.around import Anchor
from donor.resolve.claim import Claim
from donor.resolve.fragments import Resolution, checked, pieces_at, placed, unplaced
from donor.resolve.joint import assigned
from donor.resolve.numbers import Words, counted_from_one, numbers, words
from donor.resolve.occurrence import Unfound, options
from donor.resolve.several import quoted, without_rivals
from donor.resolve.target import Target

__all__ = ["Resolution", "resolve"]


def resolve(text: str, candidates: Sequence[Candidate], *, language: str) -> tuple[Resolution, ...]:
    """The resolution of each candidate, in their order.

    Args:
        text: the target text.
        candidates: all candidates of one document; they are judged together.
        language: the BCP 47 tag of the text.

    >>> from donor.data import Quote
    >>> text = "«Ион» — это атом, а ион хлора заряжен."
    >>> quotes = {"T1": Quote("ион", occurrence=2), "T2": Quote('"ион"'), "T3": Quote("анион")}
    >>> candidates = [Candidate(span_id, "quote", (quote,)) for span_id, quote in quotes.items()]
    >>> for found in resolve(text, candidates, language="en"):
    ...     print(found.span_id, found.fragments or found.detail, found.match or found.reason)
    T1 (Interval(start=20, end=23),) normalised
    T2 (Interval(start=0, end=5),) normalised
    T3 "анион" is not in the translation no-match
    """
    if all(isinstance(candidate.answer, Intervals) for candidate in candidates):
        return tuple([_checked(text, candidate) for candidate in candidates])
    target = Target(text, language)
    candidates = counted_from_one(target, candidates)
    given = numbers(candidates)
    found = [_looked_up(target, candidate, given) for candidate in candidates]
    claims = [one for one in found if isinstance(one, Claim)]
    places = iter(assigned(claims, list(_anchors(candidates, found))))
    resolutions = [
        _resolution(one, next(places)) if isinstance(one, Claim) else one for one in found
    ]
    return tuple(without_rivals(candidates, resolutions))


def _looked_up(
    target: Target, candidate: Candidate, given: Mapping[Words, Sequence[int]]
) -> Resolution | Claim:
    """What can be said of a candidate alone: its resolution, or the places that it may mean."""
    answer = candidate.answer
    if isinstance(answer, Intervals):
        return _checked(target.text, candidate)
    if len(answer) != 1:
        return quoted(target, candidate, answer, given)
    (quote,) = answer
    among = options(target, quote, given.get(words(quote), ()))
    if isinstance(among, Unfound):
        return unplaced(candidate.span_id, among)
    return Claim(target, candidate, quote, among)


def _checked(text: str, candidate: Candidate) -> Resolution:
    assert isinstance(candidate.answer, Intervals)
    return checked(text, candidate, candidate.answer)


def _anchors(
    candidates: Sequence[Candidate], found: Sequence[Resolution | Claim]
) -> Iterator[Anchor]:
    """The spans that are placed already: by intervals, or by a quote for each fragment."""
    for candidate, one in zip(candidates, found, strict=True):
        if candidate.origin is None or isinstance(one, Claim) or one.fragments is None:
            continue
        if one.match is not Match.FUZZY:
            extent = Interval(one.fragments[0].start, one.fragments[-1].end)
            yield Anchor(candidate.span_id, candidate.origin, extent)


def _resolution(claim: Claim, place: Interval | Unfound) -> Resolution:
    if isinstance(place, Unfound):
        return unplaced(claim.span_id, place)
    tier = claim.options.tier
    fragments = pieces_at(place, tier, claim.candidate)
    return placed(claim.target.text, claim.span_id, fragments, tier.match)
