"""The baseline that every encoder must beat: TF-IDF and logistic regression (extra `train`).

A text is its words and pairs of words, each sign of punctuation a word, weighted by TF-IDF with
the logarithm of the frequency. On DEFT's definitions, by cross-validation on train alone, these
did better than scikit-learn's words without signs, than triples, and than characters 3 to 5,
alone or added, which also take ten times as long; see `docs/train-hygiene.md`.
"""

import hashlib
from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from donor.errors import ConfigError, MissingExtraError
from donor.train.examples import Example
from donor.train.hygiene import normalised

__all__ = ["Linear", "Setting", "train_linear"]

_FOLDS = 3
_WORD = r"\w+|[^\w\s]"
_ITERATIONS = 2_000
# Between the texts of a pair.
_BETWEEN = " ‖ "


class Setting(NamedTuple):
    """What cross-validation chooses: the inverse penalty on weights (L2), and whether case counts.

    The first of those that are tried is taken where there is too little to choose by.
    """

    c: float
    cased: bool


_SETTINGS = tuple(Setting(c, cased) for cased in (False, True) for c in (4.0, 1.0, 16.0))

Labels = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Linear:
    """A linear model that has learnt labels.

    Args:
        setting: the chosen one.
        tried: macro F1 of each setting under cross-validation; empty if none could be tried.
        labels: what it may answer, in their order in the alphabet.
        multi: whether an example has any number of labels.
    """

    setting: Setting
    tried: dict[Setting, float]
    labels: tuple[str, ...]
    multi: bool
    _fitted: "_Fitted"

    def predict(self, examples: Sequence[Example]) -> list[Any]:
        """The label of each example; if there are several, a tuple of them in their order."""
        answers = self._fitted.answers([_text(example) for example in examples])
        return list(answers) if self.multi else [answer[0] for answer in answers]


def train_linear(
    examples: Sequence[Example], *, multi: bool = False, class_weights: bool = False
) -> Linear:
    """A linear model of the labels of examples; the same examples make the same model.

    The setting is the one with the highest macro F1 in three folds, in which equal texts stand
    on one side; at a tie the first.

    Args:
        examples: their targets are labels, or tuples of labels if `multi`.
        multi: whether each example has any number of labels; then each label is learnt alone.
        class_weights: whether rare labels count as much as frequent ones.

    Raises:
        ConfigError: no example has a label, or all have the same.
        MissingExtraError: scikit-learn is not installed.
    """
    _check(examples, multi)
    try:
        import sklearn  # noqa: F401
    except ImportError:
        raise MissingExtraError("the linear baseline", "scikit-learn", "train") from None
    table = _Table(
        texts=[_text(example) for example in examples],
        labels=[tuple(example.target) if multi else (example.target,) for example in examples],
        weights=[example.weight for example in examples],
        multi=multi,
        balanced=class_weights,
    )
    tried = _tried(table)
    setting = max(tried, key=lambda one: tried[one]) if tried else _SETTINGS[0]
    return Linear(setting, tried, table.names, multi, _Vectors(table, setting.cased).fit(setting.c))


def _check(examples: Sequence[Example], multi: bool) -> None:
    """Nothing. Raises ConfigError where there is nothing to learn."""
    without = [one for one in examples if one.target is None]
    if not examples or len(without) == len(examples):
        what = f"none of {len(examples):,} examples has a label"
        raise ConfigError("train", what, "is it the task of this dataset?")
    if without:
        what = f"{len(without):,} of {len(examples):,} examples have no label"
        raise ConfigError(f"document {without[0].document}", what, "leave them out, or label them")
    seen: set[Hashable] = {tuple(sorted(one.target)) if multi else one.target for one in examples}
    if len(seen) == 1:
        what = f"all {len(examples):,} examples have the same label, {next(iter(seen))!r}"
        raise ConfigError("train", f"{what}: that tells nothing apart")


def _text(example: Example) -> str:
    return _BETWEEN.join(example.texts)


@dataclass(frozen=True, slots=True)
class _Table:
    """Examples as lists: their texts, labels and weights."""

    texts: list[str]
    labels: list[Labels]
    weights: list[float]
    multi: bool
    balanced: bool

    @property
    def names(self) -> tuple[str, ...]:
        """All labels."""
        return tuple(sorted({name for labels in self.labels for name in labels}))

    def part(self, rows: Sequence[int]) -> "_Table":
        """Some rows of it."""
        return _Table(
            [self.texts[n] for n in rows],
            [self.labels[n] for n in rows],
            [self.weights[n] for n in rows],
            self.multi,
            self.balanced,
        )


class _Vectors:
    """A table as TF-IDF vectors, on which several models can be fitted."""

    def __init__(self, table: _Table, cased: bool) -> None:
        from sklearn.feature_extraction.text import TfidfVectorizer

        self._table = table
        self._words = TfidfVectorizer(
            ngram_range=(1, 2), sublinear_tf=True, token_pattern=_WORD, lowercase=not cased
        )
        try:
            self._matrix = self._words.fit_transform(table.texts)
        except ValueError:
            raise ConfigError("train", "no text has a word in it") from None

    def fit(self, c: float) -> "_Fitted":
        """The model with this inverse penalty."""
        table = self._table
        if not table.multi:
            only = self._model(c, [labels[0] for labels in table.labels])
            return _Fitted(self._words, {"": only}, multi=False)
        models = {n: self._model(c, [n in labels for labels in table.labels]) for n in table.names}
        return _Fitted(self._words, models, multi=True)

    def _model(self, c: float, targets: Sequence[Any]) -> Any:
        """A logistic regression; the single target itself where there is no other."""
        from sklearn.linear_model import LogisticRegression

        if len(set(targets)) == 1:
            return targets[0]
        weighed = "balanced" if self._table.balanced else None
        # The one is the faster for two labels, the other knows more of them than two.
        solver = "liblinear" if len(set(targets)) == 2 else "lbfgs"
        model = LogisticRegression(
            C=c, class_weight=weighed, solver=solver, max_iter=_ITERATIONS, random_state=0
        )
        return model.fit(self._matrix, targets, sample_weight=self._table.weights)


@dataclass(frozen=True, slots=True)
class _Fitted:
    """What makes vectors of texts, and a model of the label, or one of each label by its name."""

    words: Any
    models: dict[str, Any]
    multi: bool

    def answers(self, texts: Sequence[str]) -> list[Labels]:
        """The labels of each text, in their order."""
        if not texts:
            return []
        vectors = self.words.transform(texts)
        found = {name: _predicted(model, vectors) for name, model in self.models.items()}
        if not self.multi:
            return [(label,) for label in found[""]]
        return [tuple(name for name in found if found[name][row]) for row in range(len(texts))]


def _predicted(model: Any, vectors: Any) -> list[Any]:
    """What a model says of each vector; a model of one label alone is that label."""
    if not hasattr(model, "predict"):
        return [model] * int(vectors.shape[0])
    return list(model.predict(vectors).tolist())


def _tried(table: _Table) -> dict[Setting, float]:
    """Macro F1 of each setting, over the rows that are left out; empty if a fold has one label."""
    folds = _folds(table.texts)
    parts = []
    for fold in range(_FOLDS):
        inside = [n for n, own in enumerate(folds) if own != fold]
        outside = [n for n, own in enumerate(folds) if own == fold]
        part = table.part(inside)
        if not outside or part.names != table.names or len(set(part.labels)) < 2:
            return {}
        parts.append((part, outside))
    answers: dict[Setting, list[Labels]] = {one: [()] * len(folds) for one in _SETTINGS}
    for part, outside in parts:
        texts = [table.texts[n] for n in outside]
        for cased in (False, True):
            vectors = _Vectors(part, cased)
            for setting in (one for one in _SETTINGS if one.cased is cased):
                found = vectors.fit(setting.c).answers(texts)
                for n, answer in zip(outside, found, strict=True):
                    answers[setting][n] = answer
    return {one: _macro_f1(found, table.labels) for one, found in answers.items()}


def _folds(texts: Sequence[str]) -> list[int]:
    """The fold of each text, by its hash; equal texts have the same."""
    digests = {text: hashlib.sha256(normalised(text).encode()).hexdigest() for text in texts}
    place = {digest: n for n, digest in enumerate(sorted(set(digests.values())))}
    return [place[digests[text]] % _FOLDS for text in texts]


def _macro_f1(found: Sequence[Labels], gold: Sequence[Labels]) -> float:
    """The mean of the F1 of all labels in gold."""
    right = Counter(n for a, b in zip(found, gold, strict=True) for n in a if n in b)
    given = Counter(name for labels in found for name in labels)
    wanted = Counter(name for labels in gold for name in labels)
    scores = [2 * right[name] / (given[name] + wanted[name]) for name in wanted]
    return sum(scores) / len(scores)
