"""A span's claim to one of the places of its quote, and what speaks for each of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from donor.data import Candidate, Interval, Match, Quote
from donor.data.once import made_once
from donor.resolve.around import Anchor, crosses, crossing, ill_nested, ill_nesting, relation
from donor.resolve.occurrence import Options, between, number, wished
from donor.resolve.target import Target

__all__ = ["Claim", "clash", "costs", "unplaced_cost"]

# What it costs that a place goes against a piece of evidence. A place is sure if every other way
# costs MARGIN more; so a lone count does not outweigh the order of the source, nor that a count.
# On the parallel gold (7 files) rank was right in 136 of 138 cases, order in all of 97.
NUMBER = 3
RANK = 3
ORDER = 3
CONTEXT = 6
NESTING = 6
SHARED = 6
PERHAPS_SHARED = 1
NUMBER_TOO_HIGH = 2
UNPLACED = 5
UNPLACED_WITHOUT_NUMBER = 2


@dataclass(frozen=True)
class Claim:
    """One candidate with one quote, and the places that it may mean."""

    target: Target
    candidate: Candidate
    quote: Quote
    options: Options

    @property
    def span_id(self) -> str:
        """The id of the span that claims."""
        return self.candidate.span_id

    @property
    def places(self) -> tuple[Interval, ...]:
        """The places in the order of the text."""
        return self.options.places

    @property
    def words(self) -> tuple[str, Interval | None]:
        """What the occurrences are counted of."""
        return self.quote.surface, self.quote.within

    @property
    def sure(self) -> bool:
        """Whether the comparison is one that may speak for the places of other spans."""
        return self.options.tier.match is not Match.FUZZY and not self.options.outside

    @made_once
    def wish(self) -> Interval | None:
        """The place that the quote's number means."""
        return wished(self.target, self.quote, self.options)

    @made_once
    def said(self) -> dict[Interval, int]:
        """For each place what the answer itself and the count in the source say against it."""
        wish, rank = self.wish, self._rank()
        agreeing = between(self.target, self.quote, self.places)
        too_high = wish is None and number(self.quote) is not None
        against_all = NUMBER_TOO_HIGH * too_high
        against_all += NUMBER * (wish is not None) + RANK * (rank is not None)
        against_all += CONTEXT * bool(agreeing)
        found = dict.fromkeys(self.places, against_all)
        if wish is not None:
            found[wish] -= NUMBER
        if rank is not None:
            found[rank] -= RANK
        for place in agreeing:
            found[place] -= CONTEXT
        return found

    def _rank(self) -> Interval | None:
        """The place that has the rank of the span among its own words in the source."""
        origin = self.candidate.origin
        if origin is None or origin.occurrence is None or not self.sure:
            return None
        if origin.among != len(self.places) or not 1 <= origin.occurrence <= origin.among:
            return None
        return self.places[origin.occurrence - 1]


def costs(claim: Claim, anchors: Sequence[Anchor]) -> list[tuple[int, Interval]]:
    """What speaks against each place of a claim, the other spans' places included."""
    origin, said, places = claim.candidate.origin, claim.said, claim.places
    if origin is None or len(places) == 1:
        return [(cost, place) for place, cost in said.items()]
    # What stands before or behind all places says the same of each of them.
    first, last = places[0].start, max([place.end for place in places])
    others = [
        anchor
        for anchor in anchors
        if anchor.place.start < last
        and anchor.place.end > first
        and anchor.span_id != claim.span_id
    ]
    nesting = _more(places, ill_nesting(origin, others))
    order = _more(places, crossing(origin, others))
    return [
        (cost + NESTING * ill + ORDER * crossed, place)
        for (place, cost), ill, crossed in zip(said.items(), nesting, order, strict=True)
    ]


def _more(places: Sequence[Interval], count: Callable[[Interval], int]) -> list[bool]:
    """Whether each place has more of something than the place that has least."""
    counts = [count(place) for place in places]
    least = min(counts)
    return [n > least for n in counts]


def unplaced_cost(claim: Claim) -> int:
    """What it costs to give a claim no place, because others have a better right to it."""
    return UNPLACED_WITHOUT_NUMBER if number(claim.quote) is None else UNPLACED


def clash(one: Claim, here: Interval, other: Claim, there: Interval) -> int:
    """What it costs that two claims of a document get these two places."""
    if one.span_id == other.span_id:
        return 0
    first, second = one.candidate.origin, other.candidate.origin
    if first is None or second is None:
        return _clash_of_unknown(one, here, other, there)
    lies = relation(first, second)
    return SHARED * ill_nested(lies, here, there) + ORDER * crosses(lies, here, there)


def _clash_of_unknown(one: Claim, here: Interval, other: Claim, there: Interval) -> int:
    """Equal words with equal numbers are equal spans; with other numbers they are others."""
    if here != there or one.words != other.words:
        return 0
    numbers = number(one.quote), number(other.quote)
    if None in numbers:
        return PERHAPS_SHARED
    return 0 if numbers[0] == numbers[1] else SHARED
