"""Text labels against gold: of whole texts, and of their segments.

What is compared is a unit: a document, or one of its segments, under one label name. A unit counts
where either side gives it a value.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from math import sqrt
from typing import Any

from donor.data import Document
from donor.score.metric import F1_COLUMNS, Measurement, Metric, Row, f1_of, mean_f1, share_of
from donor.score.resampling import RESAMPLES, SEED
from donor.score.told import told

__all__ = ["MOST_VALUES", "LabelSides", "label_measurements", "label_sides", "labels_as_json"]

MOST_VALUES = 200
"""Of a label with more values than this only what needs no count for each value is measured."""

Unit = tuple[frozenset[str], frozenset[str]]
"""The values that the prediction and gold give to one text or segment."""


@dataclass(frozen=True, slots=True)
class LabelSides:
    """What both sides say under one label name.

    Args:
        units: of each document, its units.
        several: whether some unit has several values: then there is no MCC.
    """

    units: Sequence[Sequence[Unit]]
    several: bool

    @property
    def values(self) -> list[str]:
        """The values that occur, in order."""
        return sorted(
            {value for own in self.units for unit in own for side in unit for value in side}
        )

    def without(self, side: int) -> int:
        """How many units have no value on that side: 0 is the prediction, 1 gold."""
        return sum(not unit[side] for own in self.units for unit in own)


def label_measurements(
    pairs: Sequence[tuple[Document | None, Document]], *, macro: bool = False
) -> dict[str, dict[str, Measurement]]:
    """For each label name in gold its measurements, of predicted documents or None beside gold.

    Keys: `accuracy` (all values of a unit are right), `f1_micro`, `f1_macro`, `mcc` (Gorodkin
    2004; not where a unit has several values), and `value:X` for the F1 of each value. A unit
    without a predicted value is wrong and missed; a value that is only predicted is an F1 of 0.

    With `macro` there is `f1_macro` also of a label that has too many values for the others.
    """
    sides = label_sides(pairs)
    return {name: measured_labels(own, macro=macro) for name, own in sides.items()}


def label_sides(
    pairs: Sequence[tuple[Document | None, Document]],
) -> dict[str, LabelSides]:
    """What both sides say, by the label names of gold.

    The labels of segments are compared by position, and only where both documents have as many
    segments; else those of gold count as not found.
    """
    names = sorted({label.name for _, gold in pairs for label in gold.labels})
    units: dict[str, list[list[Unit]]] = {name: [] for name in names}
    for predicted, gold in pairs:
        here, there = _said(predicted, len(gold.segments)), _said(gold, len(gold.segments))
        for name in names:
            found, wanted = here.get(name, {}), there.get(name, {})
            places = sorted(found.keys() | wanted.keys(), key=lambda place: (place is None, place))
            empty: frozenset[str] = frozenset()
            units[name].append([(found.get(at, empty), wanted.get(at, empty)) for at in places])
    return {
        name: LabelSides(own, any(len(s) > 1 for units in own for unit in units for s in unit))
        for name, own in units.items()
    }


def _said(document: Document | None, segments: int) -> dict[str, dict[int | None, frozenset[str]]]:
    """By name and place, the values; those of segments only where there are so many."""
    said: defaultdict[str, dict[int | None, frozenset[str]]] = defaultdict(dict)
    if document is None or not document.labels:
        return said
    comparable = len(document.segments) == segments
    for label in document.labels:
        if label.segment is None or comparable:
            own = said[label.name]
            own[label.segment] = own.get(label.segment, frozenset()) | {label.value}
    return said


def measured_labels(sides: LabelSides, *, macro: bool = False) -> dict[str, Measurement]:
    """The measurements of one label name, as `label_measurements` has them."""
    values = sides.values
    several = "|several-values" if sides.several else ""
    f1 = f"f1|labels{several}"
    each = [_value_counts(own) for own in sides.units]
    found = {
        "accuracy": Measurement(
            Metric("accuracy", ("right", "units"), share_of, f"accuracy|labels{several}"),
            [(sum(a == b for a, b in own), len(own)) for own in sides.units],
        ),
        "f1_micro": Measurement(
            Metric("f1_micro", F1_COLUMNS, f1_of, f"{f1}|average:micro"),
            [_summed(counts.values()) for counts in each],
        ),
    }
    many = len(values) > MOST_VALUES
    if macro or not many:
        found["f1_macro"] = Measurement(
            mean_f1("f1_macro", values, f"{f1}|average:macro"),
            [tuple(chain.from_iterable(own.get(v, _NO_ROW) for v in values)) for own in each],
        )
    if many:
        return found
    if not sides.several:
        metric = Metric("mcc", ("right", "units", *_sides_of(values)), _mcc, "mcc|labels")
        found["mcc"] = Measurement(metric, [_confused(own, values) for own in sides.units])
    for value in values:
        metric = Metric(value, F1_COLUMNS, f1_of, f"{f1}|value:{value}")
        rows = [counts.get(value, _NO_ROW) for counts in each]
        found[f"value:{value}"] = Measurement(metric, rows)
    return found


_NO_ROW: Row = (0, 0, 0)


def _value_counts(units: Iterable[Unit]) -> dict[str, Row]:
    """Found and right, found and wrong, and missed, for each value."""
    counts: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for found, wanted in units:
        for column, values in enumerate((found & wanted, found - wanted, wanted - found)):
            for value in values:
                counts[value][column] += 1
    return {value: tuple(row) for value, row in counts.items()}


def _summed(rows: Iterable[Row]) -> Row:
    return tuple(map(sum, zip(*rows, strict=True))) or _NO_ROW


def _sides_of(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(f"{value}:{side}" for value in values for side in ("predicted", "gold"))


def _confused(units: Sequence[Unit], values: Sequence[str]) -> Row:
    """How many are right, how many there are, and how often each side has each value."""
    right = sum(found == wanted for found, wanted in units)
    here = Counter(value for found, _ in units for value in found)
    there = Counter(value for _, wanted in units for value in wanted)
    return (right, len(units), *(n for value in values for n in (here[value], there[value])))


def _mcc(counts: Sequence[float]) -> float | None:
    """Matthews' correlation for several classes; no value at all is a class too."""
    right, units, *both = counts
    here, there = both[::2], both[1::2]
    here, there = [*here, units - sum(here)], [*there, units - sum(there)]
    product = sum(a * b for a, b in zip(here, there, strict=True))
    spread = (units**2 - sum(a * a for a in here)) * (units**2 - sum(b * b for b in there))
    return (right * units - product) / sqrt(spread) if spread > 0 else None


def labels_as_json(
    sides: Mapping[str, LabelSides],
    measured: Mapping[str, Mapping[str, Measurement]],
    *,
    seed: int = SEED,
    resamples: int = RESAMPLES,
) -> dict[str, Any]:
    """The scores of text labels as `donor score --json` has them, by label name."""
    return {
        name: _one_as_json(sides[name], told(own, seed=seed, resamples=resamples), own)
        for name, own in measured.items()
    }


def _one_as_json(
    sides: LabelSides, scores: Mapping[str, Any], measured: Mapping[str, Measurement]
) -> dict[str, Any]:
    values = sides.values
    return {
        **{name: one for name, one in scores.items() if not name.startswith("value:")},
        **({} if "mcc" in scores else {"mcc": None}),
        "by_value": {
            value: scores[f"value:{value}"]
            | dict(zip(F1_COLUMNS, measured[f"value:{value}"].total, strict=True))
            for value in values
            if f"value:{value}" in scores
        },
        "units": sum(map(len, sides.units)),
        "values": len(values),
        "without_prediction": sides.without(0),
        "without_gold": sides.without(1),
    }
