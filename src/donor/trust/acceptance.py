"""A threshold of confidence above which spans may be accepted, with a promise that holds.

Learn then test (Angelopoulos, Bates, Candès, Jordan and Lei 2021): each threshold is a null
hypothesis, that fewer of the spans above it are exact than wished. On gold that has played no part
in the calibrator, its exact binomial p is the chance to see so few wrong ones if it were true. The
thresholds are tested in an order that is fixed before gold is looked at, each at the full level,
until the first that does not pass: the chance that one passes wrongly is at most the level.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from math import ceil, floor
from random import Random
from typing import Any

from donor.errors import ConfigError
from donor.score import SEED
from donor.trust.binomial import at_most, enough, least_share
from donor.trust.reliability import Known

__all__ = ["DOCUMENT", "SPAN", "UNITS", "Acceptance", "Placed", "Step", "accept"]

DOCUMENT, SPAN = "document", "span"
UNITS = (DOCUMENT, SPAN)

_COVERAGES = 100
# The first threshold is one at which the test succeeds with this much room, if confidences are
# right: were it tested at its very limit, one unlucky span would end it.
_ROOM = 10


@dataclass(frozen=True, slots=True)
class Placed:
    """A placed span's confidence, and the digest of its document's text."""

    text: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Step:
    """A threshold that was tested: on how many, how many of them wrong, and the p of that."""

    threshold: float
    tested: int
    wrong: int
    p: float


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Which confidence is enough, and what can be promised of the spans that have it.

    Args:
        precision: the share of exact spans that was wished for.
        confidence: how sure it should be.
        unit: what is taken as independent, `document` or `span`.
        steps: the thresholds that were tested, in order.
        threshold: the least confidence that is accepted; None where nothing can be promised.
        spans: the placed spans of documents that the calibrator has not seen.
        accepted: those of them that are accepted.
        held_back: the documents with gold that the calibrator has not seen.
        alone: whether no document has two accepted spans.
    """

    precision: float
    confidence: float
    unit: str
    steps: tuple[Step, ...]
    threshold: float | None
    spans: int
    accepted: int
    held_back: int
    alone: bool

    @property
    def tested(self) -> Step:
        """The step of the threshold; where there is none, the step that failed."""
        passed = [step for step in self.steps if step.threshold == self.threshold]
        return passed[0] if passed else self.steps[-1]

    @property
    def least_precision(self) -> float:
        """The lower bound of the share of exact spans at the tested threshold."""
        return least_share(self.tested.wrong, self.tested.tested, self.confidence)

    @property
    def enough(self) -> int | None:
        """How many must be tested, if they are as good as those that were; None if none would do.

        >>> step = Step(0.9, 100, 1, 0.4)
        >>> Acceptance(0.98, 0.95, SPAN, (step,), None, 900, 0, 80, True).enough
        590
        """
        step = self.tested
        rate = step.wrong / step.tested if step.tested else 0.0
        return enough(self.precision, self.confidence, wrong_rate=rate)

    @property
    def statement(self) -> str:
        """What can be promised, in a sentence; or that nothing can, and what would do."""
        return _promise(self) if self.threshold is not None else _refusal(self)

    def as_json(self) -> dict[str, Any]:
        """All of it as a JSON object."""
        value = asdict(self)
        del value["steps"], value["alone"]
        return value | {
            "tested": self.tested.tested,
            "wrong": self.tested.wrong,
            "p": self.tested.p,
            "least_precision": self.least_precision,
            "enough": self.enough,
            "enough_without_errors": enough(self.precision, self.confidence),
            "statement": self.statement,
            "steps": [asdict(step) for step in self.steps],
        }


def accept(
    placed: Sequence[Placed],
    held_back: Sequence[Known],
    *,
    precision: float,
    confidence: float,
    unit: str = DOCUMENT,
    seed: int = SEED,
) -> Acceptance:
    """The loosest threshold at which so many spans are exact, as surely as wished.

    The promise holds if the documents with gold are drawn at random from those of the run.

    Args:
        placed: the placed spans of all documents that the calibrator has not seen, with or
            without gold; they alone decide which thresholds are tested, and in which order.
        held_back: those with gold.
        precision: the least share of exact spans among the accepted ones, between 0 and 1.
        confidence: the probability, over the draw of gold, that the promise holds.
        unit: `document` tests one accepted span of each document, drawn at random; what the spans
            of a document have in common then does no harm. `span` tests all of them, and holds
            if they are right or wrong independently of each other.
        seed: of the draw within documents.

    Raises:
        ConfigError: a share is not between 0 and 1, or there is no span.
    """
    for name, share in (("precision", precision), ("confidence", confidence)):
        if not 0 < share < 1:
            raise ConfigError(f"the {name}", f"{share} is not between 0 and 1", "for example 0.95")
    if not placed or not held_back:
        what = "no placed span that the calibrator has not seen"
        raise ConfigError("gold", f"{what} to test a threshold on", "give gold of more documents")
    level = 1 - confidence
    texts = {one.text for one in placed}
    held_texts = {one.text for one in held_back}
    forecasts = _forecasts(placed, unit, len(held_texts) / len(texts))
    drawn = _drawn(held_back, Random(seed))
    steps = []
    for threshold in _order(forecasts, 1 - precision, level):
        tested = list(_above(drawn, threshold, unit))
        wrong = sum(not one.exact for one in tested)
        p = at_most(wrong, len(tested), 1 - precision)
        steps.append(Step(threshold, len(tested), wrong, p))
        if p > level:
            break
    passed = [step.threshold for step in steps if step.p <= level]
    chosen = passed[-1] if passed else None
    taken = [one.text for one in placed if one.confidence >= (chosen or steps[-1].threshold)]
    return Acceptance(
        precision=precision,
        confidence=confidence,
        unit=unit,
        steps=tuple(steps),
        threshold=chosen,
        spans=len(placed),
        accepted=len(taken) if passed else 0,
        held_back=len(held_texts),
        alone=len(taken) == len(set(taken)),
    )


@dataclass(frozen=True, slots=True)
class _Forecast:
    """What a test at a threshold is expected to see, if confidences are right."""

    threshold: float
    tested: float
    wrong: float

    def p(self, rate: float) -> float:
        """The p of that, rounded to the bad side."""
        return at_most(ceil(self.wrong), floor(self.tested), rate)


def _forecasts(placed: Sequence[Placed], unit: str, share: float) -> list[_Forecast]:
    """The thresholds that accept each hundredth of the spans, the strictest first.

    Args:
        share: of the documents, how many are tested.
    """
    ordered = sorted(placed, key=lambda one: -one.confidence)
    places = (ceil(n * len(ordered) / _COVERAGES) - 1 for n in range(1, _COVERAGES + 1))
    thresholds = {ordered[place].confidence for place in places}
    found = []
    spans: dict[str, tuple[int, float]] = {}
    tested = wrong = 0.0
    for n, one in enumerate(ordered):
        doubt = 1 - one.confidence
        before, doubts = spans.get(one.text, (0, 0.0)) if unit == DOCUMENT else (0, 0.0)
        spans[one.text] = before + 1, doubts + doubt
        tested += before == 0
        wrong += (doubts + doubt) / (before + 1) - (doubts / before if before else 0.0)
        last_of_equals = n + 1 == len(ordered) or ordered[n + 1].confidence < one.confidence
        if last_of_equals and one.confidence in thresholds:
            found.append(_Forecast(one.confidence, share * tested, share * wrong))
    return found


def _order(forecasts: Sequence[_Forecast], rate: float, level: float) -> Iterator[float]:
    """The thresholds in the order of their test: from one that is likely to pass to looser ones.

    The first is the strictest that should pass with room; if none should, the likeliest.
    """
    ps = [forecast.p(rate) for forecast in forecasts]
    likely = [n for n, p in enumerate(ps) if p <= level / _ROOM]
    first = likely[0] if likely else ps.index(min(ps))
    return (forecast.threshold for forecast in forecasts[first:])


def _drawn(held_back: Sequence[Known], chance: Random) -> list[Known]:
    """The spans in an order of chance: the first of a document is the one that is drawn."""
    return chance.sample(list(held_back), len(held_back))


def _above(drawn: Sequence[Known], threshold: float, unit: str) -> Iterator[Known]:
    """The spans that are tested at a threshold."""
    seen: set[str] = set()
    for one in drawn:
        if one.confidence >= threshold and not (unit == DOCUMENT and one.text in seen):
            seen.add(one.text)
            yield one


def _percent(share: float) -> str:
    """A share in words.

    >>> _percent(0.98), _percent(0.955)
    ('98 %', '95.5 %')
    """
    return f"{100 * share:.4g} %"


def _promise(found: Acceptance) -> str:
    step = found.tested
    of_each = f"one span of each of {step.tested:,} held-back documents"
    seen = of_each if found.unit == DOCUMENT else f"{step.tested:,} held-back spans"
    given = ""
    if not found.alone:
        given = ", each document counting alike"
        if found.unit == SPAN:
            given = ", if spans are right or wrong independently of each other"
    return (
        f"With {_percent(found.confidence)} confidence at least {_percent(found.precision)} of the "
        f"{found.accepted:,} accepted spans are exact{given} (threshold {step.threshold:.4f}; "
        f"tested on {seen}, {step.wrong:,} wrong)."
    )


def _refusal(found: Acceptance) -> str:
    step = found.tested
    wish = f"{_percent(found.precision)} cannot be promised with {_percent(found.confidence)}"
    seen = (
        f"{step.wrong:,} of {step.tested:,} tested are wrong at the threshold "
        f"{step.threshold:.4f}, which shows at least {_percent(found.least_precision)}"
    )
    if found.enough is None:
        would = "At that rate no more gold would do: wish for a lower precision."
        return f"{wish} confidence: {seen}. {would}"
    least = enough(found.precision, found.confidence)
    unit = "held-back spans" if found.unit == SPAN else "held-back documents, one span of each,"
    would = f"At that rate {found.enough:,} {unit} would do"
    if found.enough != least:
        would += f", without errors {least:,}"
    if step.tested:
        documents = ceil(found.enough * found.held_back / step.tested)
        would += f"; that is gold of some {2 * documents:,} documents with placed spans"
        would += ", half of it held back"
    return f"{wish} confidence, the gold is too small: {seen}. {would}."
