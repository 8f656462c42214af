"""How a translation looks without a reference: beside its source, and translated back.

None of these says that a translation is right. A length, a share or a similarity that is far from
the others tells where to look; a translation back judges the translator back, too.
"""

import random
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import replace
from importlib.metadata import version
from itertools import chain
from typing import overload

from donor.data import Check, Transfer
from donor.languages import in_language
from donor.score.embedding import Embedder, Similarities
from donor.score.metric import Measurement, Metric, Row
from donor.score.resampling import SEED
from donor.score.translation import Counting

__all__ = ["ReferenceFree", "reference_free"]

_SHARES = {
    Check.SOURCE_COPIED: "copied",
    Check.OTHER_LANGUAGE: "other_language",
    Check.LENGTH: "length_outside",
}
_BACK = ("bleu", "chrf2")
# So many texts tell a share of languages to about 3 points; each takes milliseconds.
_IDENTIFIED = 1_000


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
    tally, sample = ReferenceFree(), _Languages()
    similarities = Similarities(embedder) if embedder else None
    for transfer in transfers:
        tally.add(transfer)
        sample.add(transfer)
        if similarities:
            translation = transfer.translation
            said = [*translation.segments, *translation.side_texts]
            similarities.add([] if translation.problem else said, _sources(transfer))
    found = tally.measurements() | sample.measurements()
    if similarities:
        found["similarity"] = similarities.measurement("reference:none|")
    return found


class ReferenceFree:
    """What costs no more than to look, of one transfer after the other.

    It is counted in every run, so that counts are kept as bare numbers: 32 bytes a document, and
    those of a translation back where there is one.
    """

    def __init__(self) -> None:
        self._lengths = _Rows(2)
        self._shares = {check: _Rows(2) for check in _SHARES}
        self._back: _Back | None = None
        self._missing: list[tuple[int, list[str]]] = []

    def add(self, transfer: Transfer) -> None:
        """Nothing; counts a transfer."""
        translation, source = transfer.translation, transfer.source
        sizes = [segment.end - segment.start for segment in source.segments]
        targets = sum(map(len, translation.segments))
        if source.side_texts:
            sizes += [len(side.text) for side in source.side_texts]
            targets += sum(map(len, translation.side_texts))
        texts = len(sizes) - sizes.count(0)
        if translation.problem:
            self._missing.append((len(self._lengths), _sources(transfer)))
            sizes, targets, texts = [], 0, 0
        elif transfer.back:
            if self._back is None:
                self._back = _Back(source.language or "und")
            self._back.add(len(self._lengths), transfer.back, _sources(transfer))
        found = [finding.check for finding in transfer.findings]
        self._lengths.append((targets, sum(sizes)))
        for check, rows in self._shares.items():
            rows.append((found.count(check) if found else 0, texts))

    def measurements(self) -> dict[str, Measurement]:
        """The measurements of all that was added."""
        found = {"length_ratio": Measurement(_length_ratio(), self._lengths)}
        for check, name in _SHARES.items():
            found[name] = Measurement(_share(name, check), self._shares[check])
        if self._back:
            found |= self._back.measurements(self._missing, len(self._lengths))
        return found


class _Back:
    """The translations back of documents, counted beside their sources."""

    def __init__(self, language: str) -> None:
        self._counting = Counting(language, _BACK)
        self._metrics = self._counting.metrics
        self._rows = {name: _Rows(len(one.columns)) for name, one in self._metrics.items()}

    def add(self, number: int, texts: Sequence[str], sources: Sequence[str]) -> None:
        """Nothing; counts the document that comes after so many others."""
        for name, row in self._counting.rows(texts, sources).items():
            self._rows[name].fill(number)
            self._rows[name].append(row)

    def measurements(
        self, missing: Sequence[tuple[int, list[str]]], documents: int
    ) -> dict[str, Measurement]:
        """Of so many documents, some of which have no translation."""
        for rows in self._rows.values():
            rows.fill(documents)
        for number, sources in missing:
            for name, row in self._counting.rows([], sources).items():
                self._rows[name].put(number, row)
        return {
            f"back_{name}": Measurement(_named_back(metric), self._rows[name])
            for name, metric in self._metrics.items()
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
        metric = Metric("in_target_language", ("in_target_language", "texts"), _ratio, signature)
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

    def append(self, row: Iterable[float]) -> None:
        """Nothing; adds a row."""
        self._numbers.extend(map(int, row))

    def fill(self, rows: int) -> None:
        """Nothing; adds rows without counts until there are so many."""
        self._numbers.extend([0] * (rows * self._width - len(self._numbers)))

    def put(self, at: int, row: Iterable[float]) -> None:
        """Nothing; replaces a row."""
        self._numbers[at * self._width : (at + 1) * self._width] = array("I", map(int, row))


def _sources(transfer: Transfer) -> list[str]:
    source = transfer.source
    return [*source.segment_texts(), *(side.text for side in source.side_texts)]


def _length_ratio() -> Metric:
    signature = f"reference:none|unit:character|version:{version('donor')}"
    return Metric("length_ratio", ("target", "source"), _ratio, signature, 0)


def _share(name: str, check: Check) -> Metric:
    signature = f"reference:none|unit:text|check:{check}|version:{version('donor')}"
    return Metric(name, (name, "texts"), _ratio, signature, -1)


def _named_back(metric: Metric) -> Metric:
    signature = f"reference:none|translated-back:yes|{metric.signature}"
    return replace(metric, name=f"back_{metric.name}", signature=signature)


def _ratio(counts: Sequence[float]) -> float | None:
    part, whole = counts
    return part / whole if whole else None
