"""Spans against gold over many documents: the measurements, and how they are told."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import add
from typing import Any

from donor.data import Document
from donor.score.counts import Counts, Matches, f1_of_matches
from donor.score.metric import F1_COLUMNS, Measurement, Metric, Row, f1_of, mean_f1
from donor.score.resampling import RESAMPLES, SEED
from donor.score.span_counts import LENGTHS, LabelScores, SpanScores, span_scores
from donor.score.told import told

__all__ = [
    "LENGTHS",
    "MOST_LABELS",
    "SpanScores",
    "measured_spans",
    "span_measurement",
    "span_measurements",
    "spans_as_json",
]

_SCHEMES: dict[str, Callable[[SpanScores], Matches]] = {
    "strict": lambda part: part.strict,
    "partial": lambda part: part.partial,
    "label_only": lambda part: part.label_only,
    "boundary_only": lambda part: part.boundary_only,
}
_COUNTED: dict[str, Callable[[SpanScores], Counts]] = {
    "character": lambda part: part.character,
    "token": lambda part: part.token,
    "repeated": lambda part: part.repeated,
}
_AVERAGED: dict[str, Callable[[LabelScores], Counts]] = {
    "strict": lambda scores: scores.strict,
    "token": lambda scores: scores.token,
}
MOST_LABELS = 200
"""Of more labels than this no intervals are drawn: neither of each nor of the means over them."""

_TOKENS = "tokens:gold's,else-plain|flatten:longest"
_NO_SCORES = LabelScores()
_NONE = Counts()


def span_measurements(
    pairs: Sequence[tuple[Document | None, Document]],
) -> dict[str, Measurement]:
    """The span scores of predicted documents over gold's text, or None where one is missing.

    Keys: `strict`, `partial`, `label_only`, `boundary_only` (SemEval-2013 task 9.1), `character`,
    `token`, `repeated`; `macro` and `macro_token`, the means over labels; and strict for each
    label and class of length: `label:Term`, `length:3-5`. Of more labels than `MOST_LABELS`
    there are neither means nor single ones.
    """
    return measured_spans([span_scores(predicted, gold) for predicted, gold in pairs])


def measured_spans(parts: Sequence[SpanScores]) -> dict[str, Measurement]:
    """The measurements of the scores of documents, as `span_measurements` has them."""
    labels = sorted({label for part in parts for label in part.by_label})
    many = len(labels) > MOST_LABELS
    lengths = [name for name in LENGTHS if any(name in part.by_length for part in parts)]
    found: dict[str, Measurement] = {}
    found |= {name: span_measurement(name, parts) for name in _SCHEMES}
    for name, counts in _COUNTED.items():
        more = f"|{_TOKENS}" if name == "token" else ""
        metric = _f1(name, f"{name}{more}|average:micro")
        found[name] = Measurement(metric, [counts(part).row for part in parts])
    for name, of_label in () if many else _AVERAGED.items():
        key = "macro" if name == "strict" else f"macro_{name}"
        more = f"|{_TOKENS}" if name == "token" else ""
        averaged = mean_f1(key, labels, f"f1|spans:{name}{more}|average:macro")
        found[key] = Measurement(averaged, _wide(parts, labels, of_label))
    for label in [] if many else labels:
        rows = [part.by_label.get(label, _NO_SCORES).strict.row for part in parts]
        found[f"label:{label}"] = Measurement(_f1(label, f"strict|label:{label}"), rows)
    for name in lengths:
        rows = [part.by_length.get(name, _NONE).row for part in parts]
        found[f"length:{name}"] = Measurement(_f1(name, f"strict|words:{name}"), rows)
    return found


def span_measurement(name: str, parts: Iterable[SpanScores]) -> Measurement:
    """One of the four ways of SemEval-2013: `strict`, `partial`, `label_only`, `boundary_only`."""
    metric = Metric(name, _MATCHES, f1_of_matches, f"f1|spans:{name},semeval-2013|average:micro")
    return Measurement(metric, [_SCHEMES[name](part).row for part in parts])


_MATCHES = ("correct", "incorrect", "partial", "missed", "spurious")


def _f1(name: str, which: str) -> Metric:
    return Metric(name, F1_COLUMNS, f1_of, f"f1|spans:{which}")


def _wide(
    parts: Iterable[SpanScores], labels: Sequence[str], of: Callable[[LabelScores], Counts]
) -> list[Row]:
    """The counts of all labels side by side; equal rows are one object."""
    at = {label: 3 * n for n, label in enumerate(labels)}
    seen: dict[Row, Row] = {}
    rows = []
    for part in parts:
        row = [0] * (3 * len(labels))
        for label, scores in part.by_label.items():
            place = at[label]
            row[place : place + 3] = of(scores).row
        key = tuple(row)
        rows.append(seen.setdefault(key, key))
    return rows


def spans_as_json(
    parts: Sequence[SpanScores],
    measured: Mapping[str, Measurement] | None = None,
    *,
    seed: int = SEED,
    resamples: int = RESAMPLES,
) -> dict[str, Any]:
    """The scores of spans as one method of `donor bench --json` has them.

    Args:
        parts: the scores of each document.
        measured: their measurements, where they are there already.
        seed: of the bootstrap.
        resamples: how many draws it makes.
    """
    found = measured or measured_spans(parts)
    scores = told(found, seed=seed, resamples=resamples)
    more: defaultdict[str, dict[str, Any]] = defaultdict(
        lambda: {"interval": None, "signature": None},
        {n: {key: one[key] for key in ("interval", "signature")} for n, one in scores.items()},
    )
    matches = {name: Matches(*map(int, found[name].total)) for name in _SCHEMES}
    by_label = _by_label(parts)
    counted: dict[str, dict[str, Any]] = {
        "strict": matches["strict"].counts.as_json() | matches["strict"].as_json(),
        **{name: own.as_json() for name, own in matches.items() if name != "strict"},
        **{name: _total(found[name]).as_json() for name in _COUNTED},
        "macro": _macro(by_label, "strict"),
        "macro_token": _macro(by_label, "token"),
    }
    whole = {name: own | more[name] for name, own in counted.items()}
    left_out = (sum(part.left_out[side] for part in parts) for side in (0, 1))
    whole["token"]["left_out"] = dict(zip(("predicted", "gold"), left_out, strict=True))
    whole["by_label"] = {
        label: _of_label(by_label[label]) | more[f"label:{label}"] for label in sorted(by_label)
    }
    whole["by_length"] = {
        name: _total(found[f"length:{name}"]).as_json() | more[f"length:{name}"]
        for name in LENGTHS
        if f"length:{name}" in found
    }
    return whole


def _total(measured: Measurement) -> Counts:
    return Counts(*map(int, measured.total))


def _by_label(parts: Iterable[SpanScores]) -> dict[str, LabelScores]:
    """The scores of each label over all documents."""
    rows: defaultdict[str, list[int]] = defaultdict(lambda: [0] * 11)
    for part in parts:
        for label, own in part.by_label.items():
            row = own.matches.row + own.character.row + own.token.row
            rows[label] = [*map(add, rows[label], row)]
    return {
        label: LabelScores(Matches(*row[:5]), Counts(*row[5:8]), Counts(*row[8:]))
        for label, row in rows.items()
    }


def _macro(by_label: Mapping[str, LabelScores], name: str) -> dict[str, float | None]:
    """The means over labels; what is not defined for one of them counts as 0, as in seqeval."""
    every = [_AVERAGED[name](scores) for scores in by_label.values()]
    counts = [one for one in every if one.f1 is not None]
    if not counts:
        return dict.fromkeys(("precision", "recall", "f1"))
    return {
        "precision": sum(one.precision or 0 for one in counts) / len(counts),
        "recall": sum(one.recall or 0 for one in counts) / len(counts),
        "f1": sum(one.f1 or 0 for one in counts) / len(counts),
    }


def _of_label(scores: LabelScores) -> dict[str, Any]:
    return {
        **scores.strict.as_json(),
        "partial": scores.matches.as_json(),
        "character": scores.character.as_json(),
        "token": scores.token.as_json(),
    }
