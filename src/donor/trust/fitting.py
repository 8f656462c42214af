"""A calibrator fitted on judged spans: the only place that needs scikit-learn (extra `trust`)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from math import log, sqrt
from random import Random

from donor.errors import ConfigError, MissingExtraError
from donor.trust.calibrator import (
    ISOTONIC,
    LOGISTIC,
    Calibrator,
    Feature,
    Fit,
    Made,
    between,
    log_odds,
    logistic,
)
from donor.trust.gold import Judged
from donor.trust.reliability import brier

__all__ = ["AUTO", "KINDS", "fit"]

AUTO = "auto"
KINDS = (AUTO, LOGISTIC, ISOTONIC)

_FOLDS = 5
_REGULARISATIONS = (0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
# A curve of many steps needs many spans; below, it follows chance.
_ISOTONIC_FROM = 500
# A figure that so few spans have says nothing that would hold elsewhere.
_LEAST = 10
_ITERATIONS = 5_000
_TINY = 1e-15


def fit(rows: Sequence[Judged], made: Made, *, kind: str = AUTO, seed: int = 0) -> Calibrator:
    """The calibrator of judged spans: a logistic regression, or a rising curve on top of it.

    The penalty on weights (L2) is the one with the least loss under cross-validation over
    documents. The curve (isotonic regression; Zadrozny and Elkan 2002) is fitted on the
    log-odds that spans get where they are left out. `auto` takes it if there are 500 spans and
    it has the lower cross-validated Brier score.

    Raises:
        ConfigError: the spans are all exact or all wrong, or the exceptions stand in a single
            document, so that nothing can be learnt and checked.
        MissingExtraError: scikit-learn is not installed.
    """
    _check(rows)
    _sklearn()
    truths = [row.exact for row in rows]
    folds = _folds(rows, Random(seed))
    scores = _left_out(rows, folds)
    strength = min(scores, key=lambda one: _log_loss(scores[one], truths))
    features, intercept = _Table.of(rows).regression(strength)
    tried = {LOGISTIC: brier([logistic(score) for score in scores[strength]], truths)}
    knots = None
    if kind == ISOTONIC or (kind == AUTO and len(rows) >= _ISOTONIC_FROM):
        tried[ISOTONIC] = brier(_curved(scores[strength], truths, folds), truths)
        if kind == ISOTONIC or tried[ISOTONIC] < tried[LOGISTIC]:
            knots = _curve(scores[strength], truths)
    texts = frozenset(row.text for row in rows)
    return Calibrator(
        made=made,
        features=features,
        intercept=intercept,
        knots=knots,
        fit=Fit(
            documents=len(texts),
            spans=len(rows),
            exact=sum(truths),
            regularisation=strength,
            brier=tried,
            versions={name: version(name) for name in ("donor", "scikit-learn")},
        ),
        texts=texts,
    )


def _check(rows: Sequence[Judged]) -> None:
    """Nothing. Raises ConfigError where there is nothing to learn, or none to check it on."""
    hint = "give more gold, or gold of harder documents"
    for exact, all_are, some in ((True, "wrong", "exact"), (False, "exact", "wrong")):
        documents = {row.text for row in rows if row.exact is exact}
        if not documents:
            what = f"all {len(rows):,} placed spans to learn from are {all_are}"
            raise ConfigError("gold", f"{what}: that tells nothing apart", hint)
        if len(documents) == 1:
            what = f"the {some} ones of {len(rows):,} placed spans stand in a single document"
            raise ConfigError("gold", f"{what}: what is learnt cannot be checked", hint)


def _sklearn() -> None:
    try:
        import sklearn  # noqa: F401
    except ImportError:
        raise MissingExtraError("to fit a calibrator", "scikit-learn", "trust") from None


def _folds(rows: Sequence[Judged], chance: Random) -> list[int]:
    """The fold of each row: documents stay whole, and those with wrong spans are spread."""
    texts = sorted({row.text for row in rows})
    chance.shuffle(texts)
    wrong = {row.text for row in rows if not row.exact}
    right = {row.text for row in rows if row.exact}
    # Mixed documents first, then those that are wholly wrong, then the rest.
    texts.sort(key=lambda text: (text not in wrong, text in right))
    fold = {text: n % _FOLDS for n, text in enumerate(texts)}
    return [fold[row.text] for row in rows]


def _left_out(rows: Sequence[Judged], folds: Sequence[int]) -> dict[float, list[float]]:
    """For each penalty the log-odds of each row from the folds in which it is not."""
    scores = {strength: [0.0] * len(rows) for strength in _REGULARISATIONS}
    for fold in set(folds):
        table = _Table.of([row for row, own in zip(rows, folds, strict=True) if own != fold])
        outside = [n for n, own in enumerate(folds) if own == fold]
        for strength, found in scores.items():
            features, intercept = table.regression(strength)
            for n in outside:
                found[n] = log_odds(features, intercept, rows[n].figures)
    return scores


@dataclass(frozen=True, slots=True)
class _Table:
    """Spans as a regression takes them: features without weights, a row of figures a span."""

    features: tuple[Feature, ...]
    matrix: list[list[float]]
    truths: list[bool]

    @classmethod
    def of(cls, rows: Sequence[Judged]) -> "_Table":
        """The table of judged spans."""
        names = sorted({name for row in rows for name in row.figures})
        found = (_feature(name, [row.figures.get(name, 0.0) for row in rows]) for name in names)
        features = tuple(feature for feature in found if feature)
        matrix = [[feature.standardised(row.figures) for feature in features] for row in rows]
        return cls(features, matrix, [row.exact for row in rows])

    def regression(self, strength: float) -> tuple[tuple[Feature, ...], float]:
        """The features with their weights, and the intercept."""
        if len(set(self.truths)) < 2 or not self.features:
            return (), _share_in_log_odds(sum(self.truths), len(self.truths))
        from sklearn.linear_model import LogisticRegression

        found = LogisticRegression(C=strength, max_iter=_ITERATIONS).fit(self.matrix, self.truths)
        weights: list[float] = found.coef_[0].tolist()
        pairs = zip(self.features, weights, strict=True)
        weighed = tuple(replace(feature, weight=weight) for feature, weight in pairs)
        return weighed, float(found.intercept_[0])


def _feature(name: str, values: Sequence[float]) -> Feature | None:
    """The feature without a weight; None where nearly all spans have the same figure."""
    if len(values) - max(Counter(values).values()) < _LEAST:
        return None
    mean = sum(values) / len(values)
    scale = sqrt(sum((value - mean) ** 2 for value in values) / len(values))
    return Feature(name, 0.0, mean, scale, min(values), max(values))


def _share_in_log_odds(right: int, total: int) -> float:
    """The log-odds of a share, half a span added to either side."""
    return log((right + 0.5) / (total - right + 0.5))


def _log_loss(scores: Sequence[float], truths: Sequence[bool]) -> float:
    chances = (
        logistic(score if truth else -score) for score, truth in zip(scores, truths, strict=True)
    )
    return -sum(log(max(chance, _TINY)) for chance in chances)


def _curve(scores: Sequence[float], truths: Sequence[bool]) -> tuple[tuple[float, float], ...]:
    """The knots of the rising curve from log-odds to probability.

    No span is certain: the ends stay as far from 0 and 1 as one more span of each kind would
    bring them.
    """
    from sklearn.isotonic import IsotonicRegression

    edge = 1 / (len(scores) + 2)
    found = IsotonicRegression(y_min=edge, y_max=1 - edge).fit(scores, truths)
    return tuple(zip(found.X_thresholds_.tolist(), found.y_thresholds_.tolist(), strict=True))


def _curved(scores: Sequence[float], truths: Sequence[bool], folds: Sequence[int]) -> list[float]:
    """The probability of each row by a curve over the folds in which it is not."""
    found = [0.0] * len(scores)
    for fold in set(folds):
        inside = [n for n, own in enumerate(folds) if own != fold]
        knots = _curve([scores[n] for n in inside], [truths[n] for n in inside])
        for n, own in enumerate(folds):
            if own == fold:
                found[n] = between(knots, scores[n])
    return found
