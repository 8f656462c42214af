"""How far the runs of a recipe agree, each figure from counts of documents, with an interval."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations
from math import sqrt
from pathlib import Path
from typing import Any

from donor.data import Transfer
from donor.experiments.consistency_counts import Compared, compared, example, segments_of
from donor.records import RunFolder
from donor.score import F1, Measurement, Metric, interval
from donor.score.agreement import alpha, mean_of
from donor.score.translation import translation_measurements

__all__ = ["agreement"]

_EXAMPLES = 20
_LIKENESS = ("bleu", "chrf2")

Folders = Sequence[Path]
"""The run folders that are compared."""


def _share_of(name: str) -> Metric:
    """The first count as a share of the second; None where that is 0."""
    return Metric(name, (name, "all"), lambda counts: counts[0] / counts[1] if counts[1] else None)


def agreement(runs: Folders, language: str) -> dict[str, Any]:
    """What the runs agree on, as one temperature of `donor consistency --json` has it.

    Args:
        runs: finished runs over the same documents, all of them.
        language: the target language.
    """
    parts = [compared(transfers) for transfers in _side_by_side(runs)]
    return {
        "translation": _translation(runs, parts, language),
        "spans": _spans(parts),
        "varying": _varying(runs, parts),
        "runs": [str(folder) for folder in runs],
    }


def _side_by_side(runs: Folders) -> Iterator[tuple[Transfer, ...]]:
    """The transfers of each document, one of each run."""
    return zip(*(RunFolder(folder).transfers() for folder in runs), strict=True)


def _translation(runs: Folders, parts: Sequence[Compared], language: str) -> dict[str, Any]:
    equal = Measurement(_share_of("equal_segments"), [part.segments for part in parts])
    return {
        "alpha": _told(alpha([part.words for part in parts])),
        "equal_segments": _told(equal) | _counts(equal),
        # Between two runs neither of which is a reference: agreement, never quality.
        "agreement": {n: _told(one) for n, one in _likeness(runs, language).items()},
        "untranslated": [sum(run) for run in zip(*(p.untranslated for p in parts), strict=True)],
    }


def _likeness(runs: Folders, language: str) -> dict[str, Measurement]:
    """The mean over all pairs of runs of BLEU and chrF2 of the later against the earlier.

    Pairs of texts that occur again in a document are counted once and used again.
    """
    places: list[list[int]] = []
    number = 0

    def distinct() -> Iterator[tuple[Sequence[str], Sequence[str]]]:
        nonlocal number
        for transfers in _side_by_side(runs):
            seen: dict[tuple[Sequence[str], Sequence[str]], int] = {}
            places.append([])
            for earlier, later in combinations(map(segments_of, transfers), 2):
                if (later, earlier) not in seen:
                    seen[later, earlier] = number
                    number += 1
                    yield later, earlier
                places[-1].append(seen[later, earlier])

    measured = translation_measurements(distinct(), language)
    pairs = len(list(combinations(runs, 2)))
    return {
        name: mean_of(
            [
                replace(measured[name], rows=[measured[name].rows[own[n]] for own in places])
                for n in range(pairs)
            ]
        )
        for name in _LIKENESS
    }


def _spans(parts: Sequence[Compared]) -> dict[str, Any]:
    by_pair = list(zip(*(part.places for part in parts), strict=True))
    same = Measurement(_share_of("same_outcome"), [part.outcomes for part in parts])
    offsets, words = (_of_kind(parts, same_text=kind) for kind in (True, False))
    return {
        "alpha": _told(alpha([part.span_words for part in parts])),
        "alpha_labels": _told(alpha([part.labels for part in parts])),
        "strict_f1": _told(mean_of([Measurement(F1, rows) for rows in by_pair]))
        | {"by_offsets": offsets, "by_words": words},
        "projection_rate": _rates(parts),
        "same_outcome": _told(same) | _counts(same),
    }


def _of_kind(parts: Sequence[Compared], *, same_text: bool) -> dict[str, Any]:
    """Strict F1 over those pairs of transfers alone that have one text, or that have two."""
    rows, pairs = [], 0
    for part in parts:
        own = [
            row for row, same in zip(part.places, part.same_text, strict=True) if same is same_text
        ]
        pairs += len(own)
        rows.append(tuple(map(sum, zip(*own, strict=True))) or (0, 0, 0))
    return _told(Measurement(F1, rows)) | {"pairs": pairs}


def _rates(parts: Sequence[Compared]) -> dict[str, Any]:
    """The mean of the runs' projection rates, and how far they are spread."""
    metric = _share_of("projection_rate")
    by_run = [
        Measurement(metric, rows) for rows in zip(*(part.placed for part in parts), strict=True)
    ]
    known = [one.score for one in by_run if one.score is not None]
    mean = sum(known) / len(known) if known else 0.0
    spread = (
        sqrt(sum((one - mean) ** 2 for one in known) / (len(known) - 1)) if len(known) > 1 else None
    )
    return _told(mean_of(by_run)) | {
        "by_run": [one.score for one in by_run],
        "lowest": min(known, default=None),
        "highest": max(known, default=None),
        "standard_deviation": spread,
    }


def _varying(runs: Folders, parts: Sequence[Compared]) -> list[dict[str, Any]]:
    """The documents that are not the same in all runs, worst first; some with an example."""
    worst = sorted(
        (n for n, part in enumerate(parts) if part.varies),
        key=lambda n: (-parts[n].words_apart - parts[n].places_apart, n),
    )
    shown = set(worst[:_EXAMPLES])
    examples = {n: example(t) for n, t in enumerate(_side_by_side(runs)) if n in shown}
    return [
        {
            "id": parts[n].document,
            "words_apart": parts[n].words_apart,
            "places_apart": parts[n].places_apart,
            "segments": parts[n].segments[1] - parts[n].segments[0],
            "outcomes": parts[n].outcomes[1] - parts[n].outcomes[0],
            "example": examples.get(n),
        }
        for n in worst
    ]


def _told(measured: Measurement) -> dict[str, Any]:
    return {
        "score": measured.score,
        "interval": interval(measured),
        "signature": measured.metric.signature,
    }


def _counts(measured: Measurement) -> dict[str, Any]:
    return dict(zip(("same", "all"), measured.total, strict=True))
