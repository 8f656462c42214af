"""Where a quote stands whose own words are not there, while those around it are.

Who copies a text and changes a word in it still says by its neighbours where that word belongs:
between them stand as many words as the quote has.
"""

from collections.abc import Iterator, Sequence

from donor.data import Interval, Quote
from donor.resolve.normalise import fold
from donor.resolve.target import Target, Word, words_of

__all__ = ["between_neighbours"]


def between_neighbours(target: Target, quote: Quote) -> Iterator[Interval]:
    """The stretches of as many words as the quote has, between the words that it names around it.

    All of these must be there, on both sides; where the quote names none on one side, the stretch
    must begin or end the part of the text that is meant. A quote without neighbours has none.
    """
    before, wanted, after = (_words(part) for part in (quote.before, quote.surface, quote.after))
    if not wanted or not (before or after):
        return
    scope = quote.within or Interval(0, len(target.text))
    words = [word for word in target.words if scope.contains(Interval(word.start, word.end))]
    folded = [word.folded for word in words]
    for first in range(len(before), len(words) - len(wanted) - len(after) + 1):
        last = first + len(wanted)
        if (
            folded[first - len(before) : first] != before
            or folded[last : last + len(after)] != after
        ):
            continue
        if (before or first == 0) and (after or last == len(words)):
            place = Interval(words[first].start, words[last - 1].end)
            if target.on_edges(place):
                yield place


def _words(text: str) -> Sequence[str]:
    words: Sequence[Word] = words_of(text, fold(text))
    return [word.folded for word in words]
