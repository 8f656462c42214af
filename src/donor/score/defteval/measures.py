"""The scores of DeftEval's subtasks as functions of counts, and the tables that the scorer prints.

A class that occurs on neither side counts 0, as in the official scorer; a score is None only
where nothing at all was counted. A class of gold that only a draw of the bootstrap lacks is left
out of that draw: as 0 it would lower the interval of a prediction without an error.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from donor.data.defteval import SCORED_RELATIONS, SCORED_TAGS
from donor.score.metric import Measurement, Metric, Row, added, f1_of, share_of
from donor.score.resampling import RESAMPLES, SEED, interval

__all__ = [
    "SENTENCE_CLASSES",
    "SUBTASK_1",
    "SUBTASK_2",
    "SUBTASK_3",
    "Subtask",
    "Subtasks",
    "class_counts",
]

SENTENCE_CLASSES = ("0", "1")

_COUNTS = ("true_positives", "false_positives", "false_negatives")
_POOLED = (
    "The official score pools the relations of all files in one set, although ids are unique per "
    "file only: equal triples of two files count once, and a wrong one may match another file's. "
    "It is no sum over documents and has no interval; see that of subtask_3_corrected."
)
_CORRECTED = "Relations of different files are kept apart; the official scorer pools them."


def _columns(classes: Sequence[str]) -> tuple[str, ...]:
    return tuple(f"{name} {count}" for name in classes for count in _COUNTS)


@dataclass(frozen=True, slots=True)
class Subtask:
    """A score of DeftEval: the mean F1 of some of its classes.

    Attributes:
        classes: what is counted.
        scored: the classes whose F1 count.
    """

    name: str
    classes: tuple[str, ...]
    scored: tuple[str, ...]
    signature: str

    def measured(self, rows: Sequence[Row]) -> Measurement:
        """The score over these rows of counts."""
        columns = _columns(self.classes)
        of = self._of(added(rows, len(columns)))
        return Measurement(Metric(self.name, columns, of, self.signature), rows)

    def _of(self, total: Row) -> Callable[[Sequence[float]], float | None]:
        places = [self.classes.index(name) for name in self.scored]
        in_gold = {n for n in places if total[3 * n] + total[3 * n + 2]}

        def mean_f1(counts: Sequence[float]) -> float | None:
            own = ((n, counts[3 * n : 3 * n + 3]) for n in places)
            each = [_f1(*three) for n, three in own if any(three) or n not in in_gold]
            return sum(each) / len(each) if each and any(counts) else None

        return mean_f1


SUBTASK_1 = Subtask(
    "subtask_1",
    SENTENCE_CLASSES,
    ("1",),
    "defteval-2020|subtask:1|f1|class:1|absent:0",
)
SUBTASK_2 = Subtask(
    "subtask_2",
    SCORED_TAGS,
    SCORED_TAGS,
    "defteval-2020|subtask:2|f1|average:macro|classes:12|absent:0",
)
SUBTASK_3 = Subtask(
    "subtask_3_corrected",
    SCORED_RELATIONS,
    SCORED_RELATIONS,
    "defteval-2020|subtask:3|f1|average:macro|classes:5|absent:0|files:apart",
)
_OFFICIAL_3 = replace(
    SUBTASK_3, name="subtask_3", signature=SUBTASK_3.signature.replace("apart", "pooled")
)
_FILED = {
    "subtask_1": "subtask_1_f1-score",
    "subtask_2": "subtask_2_f1-score_macro",
    "subtask_3": "subtask_3_f1-score_macro",
}


def class_counts(classes: Sequence[str], pairs: Mapping[tuple[str | None, str | None], int]) -> Row:
    """The counts of each class, of how often which predicted class stands on which of gold.

    >>> class_counts(["0", "1"], {("0", "0"): 5, ("1", "0"): 2, (None, "1"): 1})
    (5, 0, 2, 0, 2, 1)
    """
    right = {one: n for (one, other), n in pairs.items() if one == other}
    row: list[float] = []
    for name in classes:
        found = sum(n for (one, _), n in pairs.items() if one == name)
        wanted = sum(n for (_, other), n in pairs.items() if other == name)
        own = right.get(name, 0)
        row += [own, found - own, wanted - own]
    return tuple(row)


@dataclass(frozen=True, slots=True)
class Subtasks:
    """What was counted in each subtask; None where nothing could be.

    Attributes:
        unit: what a row of the measurements is, by subtask.
        sentences, tokens, relations: the measurements of subtasks 1, 2 and the corrected 3.
        pooled: the counts of subtask 3 as the official scorer makes them.
        notes: by subtask, what one must know beside the number: `{"where", "what"}`.
    """

    sentences: Measurement | None
    tokens: Measurement | None
    relations: Measurement | None
    pooled: Row | None
    units: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[str, Sequence[Mapping[str, str]]] = field(default_factory=dict)

    def measurements(self) -> dict[str, Measurement]:
        """Those that add up over documents, by name: for intervals and tests."""
        all_three = (self.sentences, self.tokens, self.relations)
        return {one.metric.name: one for one in all_three if one is not None}

    @property
    def official_relations(self) -> Measurement | None:
        """The official subtask 3: one row, since it is no sum over documents; so no interval."""
        return None if self.pooled is None else _OFFICIAL_3.measured([self.pooled])

    def as_json(self, *, seed: int = SEED, resamples: int = RESAMPLES) -> dict[str, Any]:
        """The section `defteval` of `donor score --json`; None where nothing was counted."""
        measured = self.measurements()

        def told(name: str, table: dict[str, Any]) -> dict[str, Any]:
            own = measured[name]
            drawn = f"|interval:bootstrap,95%,unit:{self.units[name]},n:{resamples},seed:{seed}"
            return self._section(name, own.score, own.metric.signature + drawn, table) | {
                "interval": interval(own, seed=seed, resamples=resamples)
            }

        found: dict[str, Any] = dict.fromkeys([*_FILED, SUBTASK_3.name])
        if self.sentences:
            found["subtask_1"] = told("subtask_1", _sentence_table(self.sentences.total))
        if self.tokens:
            found["subtask_2"] = told("subtask_2", _tag_table(self.tokens.total))
        if official := self.official_relations:
            table = _relation_table(official.total)
            found["subtask_3"] = self._section(
                "subtask_3", official.score, official.metric.signature, table
            )
            found["subtask_3"]["notes"].append({"where": "", "what": _POOLED})
        if self.relations:
            total = self.relations.total
            table = _relation_table(total) | {"micro": _relation_class(*_summed(total))}
            found[SUBTASK_3.name] = told(SUBTASK_3.name, table)
            found[SUBTASK_3.name]["notes"].append({"where": "", "what": _CORRECTED})
        return found

    def _section(
        self, name: str, score: float | None, signature: str, table: dict[str, Any]
    ) -> dict[str, Any]:
        return {
            "score": score,
            "interval": None,
            "filed_as": _FILED.get(name),
            "signature": signature,
            "table": table,
            "notes": list(self.notes.get(name, ())),
        }


def _sentence_table(counts: Row) -> dict[str, Any]:
    table = _classes(SENTENCE_CLASSES, counts)
    sentences = counts[0] + counts[2] + counts[3] + counts[5]
    accuracy = _share(counts[0] + counts[3], sentences)
    return table | {"accuracy": accuracy} | _averages(table)


def _tag_table(counts: Row) -> dict[str, Any]:
    table = _classes(SCORED_TAGS, counts)
    return table | {"micro avg": _class(*_summed(counts))} | _averages(table)


def _relation_table(counts: Row) -> dict[str, Any]:
    table = {name: _relation_class(*own) for name, own in _by_class(SCORED_RELATIONS, counts)}
    means = {key: _mean(own[key] for own in table.values()) for key in "prf"}
    return {**table, "macro": means}


def _classes(classes: Sequence[str], counts: Row) -> dict[str, dict[str, float]]:
    return {name: _class(*own) for name, own in _by_class(classes, counts)}


def _by_class(classes: Sequence[str], counts: Row) -> list[tuple[str, Row]]:
    return [(name, counts[3 * n : 3 * n + 3]) for n, name in enumerate(classes)]


def _summed(counts: Row) -> Row:
    return tuple(sum(counts[n::3]) for n in range(3))


def _averages(table: Mapping[str, Mapping[str, float]]) -> dict[str, dict[str, float]]:
    support = sum(own["support"] for own in table.values())
    keys = ("precision", "recall", "f1-score")
    macro = {key: _mean(own[key] for own in table.values()) for key in keys}
    weighted = {
        key: _share(sum(own[key] * own["support"] for own in table.values()), support)
        for key in keys
    }
    return {
        "macro avg": {**macro, "support": support},
        "weighted avg": {**weighted, "support": support},
    }


def _class(right: float, wrong: float, missed: float) -> dict[str, float]:
    return {
        "precision": _share(right, right + wrong),
        "recall": _share(right, right + missed),
        "f1-score": _f1(right, wrong, missed),
        "support": right + missed,
    }


def _relation_class(right: float, wrong: float, missed: float) -> dict[str, float]:
    return {
        "p": _share(right, right + wrong),
        "r": _share(right, right + missed),
        "f": _f1(right, wrong, missed),
        "tp": right,
        "fp": wrong,
        "fn": missed,
    }


def _mean(values: Iterable[float]) -> float:
    some = list(values)
    return sum(some) / len(some)


def _share(part: float, whole: float) -> float:
    """The share, 0 of nothing: the scorer's rule."""
    return share_of((part, whole)) or 0.0


def _f1(right: float, wrong: float, missed: float) -> float:
    return f1_of((right, wrong, missed)) or 0.0
