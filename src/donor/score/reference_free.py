"""How a translation looks without a reference: beside its source, and translated back.

None of these says that a translation is right. A length, a share or a similarity that is far from
the others tells where to look; a translation back judges the translator back, too.
"""

import random
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from importlib.metadata import version
from itertools import chain
from math import inf, sqrt
from typing import Any, overload

from donor.data import Check, Transfer
from donor.languages import in_language
from donor.score.embedding import Embedder, Similarities
from donor.score.metric import Measurement, Metric, Row, share_of
from donor.score.resampling import SEED
from donor.score.translation import Counting, as_json

__all__ = ["ReferenceFreeTally", "reference_free"]

_SHARES = {
    "copied": Check.SOURCE_COPIED,
    "other_language": Check.OTHER_LANGUAGE,
    "length_outside": Check.LENGTH,
}
_BACK = ("bleu", "chrf2")
# So many texts tell a share of languages to about 3 points; each takes milliseconds.
_IDENTIFIED = 1_000
# The edges of 95 % of a normal distribution, in standard deviations.
_EDGE = 1.959964


def reference_free(
    transfers: Iterable[Transfer], embedder: Embedder | None = None
) -> dict[str, Measurement]:
    """What can be measured of translations without a reference, by name.

    Always "length_ratio" (characters of the targets ÷ characters of the sources) and the shares
    of texts in which the run's checks found something: "copied", "other_language",
    "length_outside". Where the run translated back, "back_bleu" and "back_chrf2" of that beside
    the source; with the extra `lang`, "in_target_language", the share of texts (of a sample)
    that lingua takes for the target language; with an embedder, "similarity" of source and target.

    A document without a translation counts as nothing in "back_…" and "similarity", and is left
    out of the others.
    """
    ratios: dict[str, list[Row]] = {name: [] for name in _ratios()}
    back, languages = _Back(), _Languages()
    similarities = Similarities(embedder) if embedder else None
    for transfer in transfers:
        for name, row in _rows(transfer).items():
            ratios[name].append(row)
        back.add(transfer)
        languages.add(transfer)
        if similarities:
            translation = transfer.translation
            said = [*translation.segments, *translation.side_texts]
            similarities.add([] if translation.problem else said, _sources(transfer))
    found = {name: Measurement(metric, ratios[name]) for name, metric in _ratios().items()}
    found |= back.measurements() | languages.measurements()
    if similarities:
        found["similarity"] = similarities.measurement("reference:none|")
    return found


class ReferenceFreeTally:
    """What every run counts: of `reference_free`, what costs no more than to look.

    Of these ratios sums alone are kept, so that memory is flat, and their intervals are those of
    the linearised ratio (Cochran 1977, "Sampling Techniques", 6.4), which those of resampled
    documents come near.

    Args:
        back: whether texts are translated back; then their counts are kept for each document.
    """

    def __init__(self, *, back: bool = False) -> None:
        self._sums = {name: _Sums() for name in _ratios()}
        self._back = _Back() if back else None

    def add(self, transfer: Transfer) -> None:
        """Nothing; counts a transfer."""
        for name, (part, whole) in _rows(transfer).items():
            self._sums[name].add(part, whole)
        if self._back:
            self._back.add(transfer)

    def as_json(self) -> dict[str, Any]:
        """Score, interval and signature of each measurement so far."""
        found = {
            name: {
                "score": self._sums[name].ratio,
                "interval": self._sums[name].interval(most=inf if metric.best == 0 else 1),
                "signature": metric.signature,
            }
            for name, metric in _ratios().items()
        }
        return found | as_json(self._back.measurements() if self._back else {})


class _Sums:
    """What the ratio of two sums over documents, and its interval, are made of."""

    __slots__ = ("documents", "part", "part_squares", "products", "squares", "whole")

    def __init__(self) -> None:
        self.documents = self.part = self.whole = 0
        self.part_squares = self.products = self.squares = 0

    def add(self, part: int, whole: int) -> None:
        """Nothing; adds a document."""
        self.documents += 1
        self.part += part
        self.whole += whole
        self.squares += whole * whole
        if part:
            self.part_squares += part * part
            self.products += part * whole

    @property
    def ratio(self) -> float | None:
        """The one sum by the other; None where there is nothing."""
        return share_of((self.part, self.whole))

    def interval(self, most: float) -> list[float] | None:
        """Where the ratio lies, at 95 %; within what it can be, from 0 to the most."""
        ratio, documents = self.ratio, self.documents
        if ratio is None or documents < 2:
            return None if ratio is None else [ratio, ratio]
        off = self.part_squares - 2 * ratio * self.products + ratio**2 * self.squares
        error = sqrt(max(0.0, off) * documents / (documents - 1)) / self.whole
        return [max(0.0, ratio - _EDGE * error), min(most, ratio + _EDGE * error)]


class _Back:
    """The translations back, counted beside their sources."""

    def __init__(self) -> None:
        self._counting: Counting | None = None
        self._counts: dict[str, _Rows] = {}
        self._documents = 0
        self._missing: list[tuple[int, list[str]]] = []

    def add(self, transfer: Transfer) -> None:
        """Nothing; counts a document, if it was translated back."""
        if transfer.back:
            if self._counting is None:
                self._counting = Counting(transfer.source.language or "und", _BACK)
                metrics = self._counting.metrics
                self._counts = {name: _Rows(len(metrics[name].columns)) for name in metrics}
            for name, row in self._counting.rows(transfer.back, _sources(transfer)).items():
                self._counts[name].put(self._documents, row)
        elif transfer.translation.problem:
            self._missing.append((self._documents, _sources(transfer)))
        self._documents += 1

    def measurements(self) -> dict[str, Measurement]:
        """BLEU and chrF2 of all documents; none where none was translated back."""
        if self._counting is None:
            return {}
        for number, sources in self._missing:
            for name, row in self._counting.rows([], sources).items():
                self._counts[name].put(number, row)
        self._missing = []
        for rows in self._counts.values():
            rows.fill(self._documents)
        return {
            f"back_{name}": Measurement(_back_metric(metric), self._counts[name])
            for name, metric in self._counting.metrics.items()
        }


class _Languages:
    """A sample of the target texts, and whether they are in the target language."""

    def __init__(self) -> None:
        self._chance = random.Random(SEED)
        self._texts: list[tuple[int, str]] = []
        self._seen = self._documents = 0
        self._language = ""

    def add(self, transfer: Transfer) -> None:
        """Nothing; takes texts with the same chance for each, however many come (Vitter 1985)."""
        translation = transfer.translation
        self._language = translation.language
        for text in chain(translation.segments, translation.side_texts):
            self._seen += 1
            if len(self._texts) < _IDENTIFIED:
                self._texts.append((self._documents, text))
            elif (place := self._chance.randrange(self._seen)) < _IDENTIFIED:
                self._texts[place] = self._documents, text
        self._documents += 1

    def measurements(self) -> dict[str, Measurement]:
        """The share of texts that are in the target language, where it can be told."""
        if not self._texts:
            return {}
        found = in_language([text for _, text in self._texts], self._language)
        if found is None:
            return {}
        counts = [[0, 0] for _ in range(self._documents)]
        for (document, _), right in zip(self._texts, found, strict=True):
            if right is not None:
                counts[document][0] += right
                counts[document][1] += 1
        lingua = version("lingua-language-detector")
        signature = f"reference:none|unit:text|sample:{_IDENTIFIED}|seed:{SEED}|lingua:{lingua}"
        metric = Metric("in_target_language", ("in_target_language", "texts"), share_of, signature)
        return {metric.name: Measurement(metric, [(right, all_) for right, all_ in counts])}


class _Rows(Sequence[Row]):
    """Rows of whole numbers, kept as bare numbers."""

    def __init__(self, width: int) -> None:
        self._width = width
        self._numbers = array("I")

    def __len__(self) -> int:
        return len(self._numbers) // self._width

    @overload
    def __getitem__(self, at: int) -> Row: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Row]: ...
    def __getitem__(self, at: int | slice) -> Row | Sequence[Row]:
        if isinstance(at, slice):
            return [self[place] for place in range(len(self))[at]]
        start = range(len(self))[at] * self._width
        return tuple(self._numbers[start : start + self._width])

    def fill(self, rows: int) -> None:
        """Nothing; adds rows without counts until there are so many."""
        self._numbers.extend([0] * (rows * self._width - len(self._numbers)))

    def put(self, at: int, row: Row) -> None:
        """Nothing; this is the row at that place, those before it are without counts so far."""
        self.fill(at + 1)
        self._numbers[at * self._width : (at + 1) * self._width] = array("I", map(int, row))


def _rows(transfer: Transfer) -> dict[str, tuple[int, int]]:
    """The counts of a document for each of the ratios."""
    translation, source = transfer.translation, transfer.source
    if translation.problem:
        return dict.fromkeys(("length_ratio", *_SHARES), (0, 0))
    sizes = [segment.end - segment.start for segment in source.segments]
    target = sum(map(len, translation.segments))
    if source.side_texts:
        sizes += [len(side.text) for side in source.side_texts]
        target += sum(map(len, translation.side_texts))
    texts = len(sizes) - sizes.count(0)
    rows = dict.fromkeys(_SHARES, (0, texts))
    if transfer.findings:
        found = [finding.check for finding in transfer.findings]
        rows = {name: (found.count(check), texts) for name, check in _SHARES.items()}
    return {"length_ratio": (target, sum(sizes)), **rows}


def _sources(transfer: Transfer) -> list[str]:
    source = transfer.source
    return [*source.segment_texts(), *(side.text for side in source.side_texts)]


@cache
def _ratios() -> Mapping[str, Metric]:
    """The metrics that every run counts; more or less of a length is not better."""
    donor = f"donor:{version('donor')}"
    length = f"reference:none|unit:character|{donor}"
    shares = {
        name: Metric(
            name,
            ("found", "texts"),
            share_of,
            f"reference:none|unit:text|check:{check}|{donor}",
            -1,
        )
        for name, check in _SHARES.items()
    }
    name = "length_ratio"
    return {name: Metric(name, ("target", "source"), share_of, length, 0), **shares}


def _back_metric(metric: Metric) -> Metric:
    signature = f"reference:none|translated-back:yes|{metric.signature}"
    return replace(metric, name=f"back_{metric.name}", signature=signature)
