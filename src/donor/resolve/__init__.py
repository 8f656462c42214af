"""From a projector's candidates to exact offsets: the only maker of target spans.

Quotes are looked for tier by tier; a tier is used only where the one before has no place.

==========  =====================================================================
exact       the quote stands in the text as it is
normalised  after folding case, ё, quotes, dashes, white space and composed letters;
            and without quotation marks or a full stop around the quote
lemma       as many words in a row, each a form of the quoted word (Russian, extra `lang`)
==========  =====================================================================

A quote stands on the edges of words, except in scripts without spaces, and never cuts a letter
from its marks. Where it stands several times, its number, its part of the text or its
neighbours must say which place is meant; between equals there is no guess, but a reason.
Intervals are checked against the text.
"""

from collections.abc import Sequence

from donor.data import Candidate
from donor.resolve.fragments import Resolution, resolved
from donor.resolve.rivals import counted_to, settled
from donor.resolve.target import Target

__all__ = ["Resolution", "resolve"]


def resolve(text: str, candidates: Sequence[Candidate], *, language: str) -> tuple[Resolution, ...]:
    """The resolution of each candidate, in their order.

    Args:
        text: the target text.
        candidates: all candidates of one document; equal quotes of several spans are judged
            together.
        language: the BCP 47 tag of the text.

    >>> from donor.data import Quote
    >>> text = "«Ион» — это атом, а ион хлора заряжен."
    >>> quotes = {"T1": Quote("ион", occurrence=2), "T2": Quote('"ион"'), "T3": Quote("ионы")}
    >>> candidates = [Candidate(span_id, "quote", (quote,)) for span_id, quote in quotes.items()]
    >>> for found in resolve(text, candidates, language="en"):
    ...     print(found.span_id, found.fragments or found.detail, found.match or found.reason)
    T1 (Interval(start=20, end=23),) normalised
    T2 (Interval(start=0, end=5),) normalised
    T3 "ионы" is not in the translation no-match
    """
    target = Target(text, language)
    highest = counted_to(candidates)
    alone = [resolved(target, candidate, highest) for candidate in candidates]
    return settled(candidates, alone)
