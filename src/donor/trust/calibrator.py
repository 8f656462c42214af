"""From evidence to confidence: a fitted calibrator, its arithmetic and its file.

Fitting needs scikit-learn (`fitting.py`); what was fitted is a few numbers, and is applied
without it.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from math import exp
from typing import Any

import orjson

from donor.errors import ConfigError
from donor.trust.evidence import Figures

__all__ = [
    "ISOTONIC",
    "LOGISTIC",
    "Calibrator",
    "Feature",
    "Fit",
    "Made",
    "between",
    "log_odds",
    "logistic",
]

LOGISTIC, ISOTONIC = "logistic", "isotonic"
_FORMAT = 1


@dataclass(frozen=True, slots=True)
class Feature:
    """A figure, how it is standardised, and what it weighs.

    Args:
        name: the figure.
        weight: the log-odds for each `scale` by which it stands over its `mean`.
        mean: of the spans of the fit.
        scale: their standard deviation.
        low: the least that the fit has seen; less counts as that.
        high: the most.
    """

    name: str
    weight: float
    mean: float
    scale: float
    low: float
    high: float

    def standardised(self, figures: Figures) -> float:
        """How many standard deviations the figure stands over the mean."""
        figure = figures.get(self.name, 0.0)
        return (max(self.low, min(self.high, figure)) - self.mean) / self.scale


@dataclass(frozen=True, slots=True)
class Made:
    """What spans were made with: confidence in them holds for nothing else.

    Args:
        methods: the cascade, the translator before it if it brings candidates.
        source: the source language; of several, their tags joined by `+`.
        target: the target language.
        model: the model, which may change without the calibrator being refused.
    """

    methods: tuple[str, ...]
    source: str
    target: str
    model: str


@dataclass(frozen=True, slots=True)
class Fit:
    """What a calibrator was fitted on, and how well it did there.

    Args:
        documents: how many documents.
        spans: how many placed spans they have.
        exact: how many of these are exact.
        regularisation: the inverse strength of the penalty on weights that was chosen.
        brier: the Brier score of each kind that was tried, cross-validated over documents.
        versions: of the libraries.
    """

    documents: int
    spans: int
    exact: int
    regularisation: float
    brier: Mapping[str, float]
    versions: Mapping[str, str] = field(default_factory=dict)

    @property
    def base_rate(self) -> float:
        """The share of exact spans."""
        return self.exact / self.spans


@dataclass(frozen=True, slots=True)
class Calibrator:
    """Gives the probability that a placed span is exact.

    Args:
        made: what the spans are made with for which it holds.
        features: the figures that it weighs; all others count nothing.
        intercept: the log-odds of a span of average figures.
        knots: log-odds and the probability there, both rising; between them the probability is
            interpolated. None where it is the logistic function of the log-odds.
        fit: what it was fitted on.
        texts: the digests of the source texts that it was fitted on.
    """

    made: Made
    features: tuple[Feature, ...]
    intercept: float
    knots: tuple[tuple[float, float], ...] | None
    fit: Fit
    texts: frozenset[str] = frozenset()

    @property
    def kind(self) -> str:
        """Its kind, `logistic` or `isotonic`."""
        return LOGISTIC if self.knots is None else ISOTONIC

    def confidence(self, figures: Figures) -> float:
        """The probability that the placed span with this evidence is exact."""
        score = log_odds(self.features, self.intercept, figures)
        return logistic(score) if self.knots is None else between(self.knots, score)

    def check(self, made: Made) -> None:
        """Nothing. Raises ConfigError for spans that were made otherwise than those it knows."""
        ours, theirs = (
            {
                "methods": ",".join(one.methods),
                "languages": f"{one.source} to {one.target}",
            }
            for one in (self.made, made)
        )
        differing = [name for name in ours if ours[name] != theirs[name]]
        if differing:
            what = "; ".join(
                f"it was fitted on {name} {ours[name]}, the run has {theirs[name]}"
                for name in differing
            )
            hint = "fit one with donor calibrate RUN --gold FILE, or go on with --force"
            raise ConfigError("the calibrator", what, hint)

    def as_json(self) -> dict[str, Any]:
        """The calibrator as a JSON object; `from_json` gives it back as it is."""
        return {
            "format": _FORMAT,
            "kind": self.kind,
            "methods": list(self.made.methods),
            "from": self.made.source,
            "to": self.made.target,
            "model": self.made.model,
            "intercept": self.intercept,
            "features": [asdict(feature) for feature in self.features],
            "knots": self.knots and [list(knot) for knot in self.knots],
            "fit": asdict(self.fit) | {"base_rate": self.fit.base_rate},
            "texts": sorted(self.texts),
        }

    @classmethod
    def from_json(cls, content: bytes, where: str) -> "Calibrator":
        """The calibrator of a file's content. Raises ConfigError, which names the file."""
        try:
            value = orjson.loads(content)
        except orjson.JSONDecodeError as error:
            raise ConfigError(where, f"not JSON: {error}") from None
        if not isinstance(value, dict) or value.get("format") != _FORMAT:
            hint = "donor calibrate RUN --gold FILE writes one"
            raise ConfigError(where, f"no calibrator of format {_FORMAT}", hint)
        try:
            return _read(value)
        except (KeyError, TypeError, ValueError, ZeroDivisionError) as error:
            raise ConfigError(where, f"a broken calibrator: {error!r}") from None


def _read(value: Mapping[str, Any]) -> Calibrator:
    knots = value["knots"]
    fit = {key: part for key, part in value["fit"].items() if key != "base_rate"}
    made = Made(tuple(value["methods"]), value["from"], value["to"], value["model"])
    found = Calibrator(
        made=made,
        features=tuple(Feature(**feature) for feature in value["features"]),
        intercept=float(value["intercept"]),
        knots=None if knots is None else tuple((float(x), float(y)) for x, y in knots),
        fit=Fit(**fit),
        texts=frozenset(value["texts"]),
    )
    found.confidence({})
    return found


def log_odds(features: Iterable[Feature], intercept: float, figures: Figures) -> float:
    """What figures together say, weighed."""
    return intercept + sum(one.weight * one.standardised(figures) for one in features)


def logistic(score: float) -> float:
    """The probability of log-odds.

    >>> logistic(0.0), logistic(-1000.0)
    (0.5, 0.0)
    """
    if score >= 0:
        return 1 / (1 + exp(-score))
    return exp(score) / (1 + exp(score))


def between(knots: Sequence[tuple[float, float]], score: float) -> float:
    """The probability at a score, linearly between two knots and constant beyond the last.

    >>> between([(-1.0, 0.2), (1.0, 0.6)], 0.0), between([(-1.0, 0.2), (1.0, 0.6)], 9.0)
    (0.4, 0.6)
    """
    at = bisect_right(knots, score, key=lambda knot: knot[0])
    if at in (0, len(knots)):
        return knots[max(0, at - 1)][1]
    (left, low), (right, high) = knots[at - 1], knots[at]
    return low + (high - low) * (score - left) / (right - left)
