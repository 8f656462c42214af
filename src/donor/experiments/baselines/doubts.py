"""How sure a run is of its silver data: what `donor calibrate` and `donor accept` keep of it."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from donor.data import Document
from donor.errors import ConfigError
from donor.experiments.baselines.datasets import Kept
from donor.experiments.compare.runs import ComparedRun
from donor.train.examples import Example
from donor.trust import Calibrator, digest

__all__ = ["Weights", "all_accepted", "judged_by", "weights_of"]

_CONFIDENCE, _ACCEPTED, _CALIBRATOR = "confidence.jsonl", "accepted.jsonl", "calibrator.json"


@dataclass(frozen=True, slots=True)
class Weights:
    """How much examples count: the share of their source spans that is expected to be exact.

    A span without a place counts as wrong: what is annotated lacks it. Without a span nothing is
    in doubt, and the weight is 1.

    Args:
        of_document: the weight of each document that has spans.
        of_sentence: the weight of each sentence that has, by document and position.
        by_sentence: whether an example is a sentence; else it weighs what its document does.
    """

    of_document: Mapping[str, float]
    of_sentence: Mapping[tuple[str, int], float] = field(default_factory=dict)
    by_sentence: bool = False

    def __call__(self, example: Example) -> float:
        """The weight of an example."""
        if self.by_sentence:
            return self.of_sentence.get((example.document, example.number), 1.0)
        return self.of_document.get(example.document, 1.0)


def weights_of(run: ComparedRun, *, by_sentence: bool) -> Weights:
    """The weights of a run's documents or sentences.

    Raises ConfigError where the run has no confidences, or has been made anew since.
    """
    sure = {
        (line["id"], line["span"]): float(line["confidence"])
        for line in _lines(run, _CONFIDENCE, "donor calibrate {} --gold FILE tells them")
    }
    in_document: defaultdict[str, list[float]] = defaultdict(list)
    in_sentence: defaultdict[tuple[str, int], list[float]] = defaultdict(list)
    for transfer in run.folder.transfers():
        source = transfer.source
        for span in source.spans:
            confidence = sure.get((source.id, span.id), 0.0)
            in_document[source.id].append(confidence)
            in_sentence[source.id, _sentence(source, span.extent.start)].append(confidence)
    return Weights(_means(in_document), _means(in_sentence), by_sentence)


def all_accepted(run: ComparedRun, kept: Sequence[Kept]) -> list[Kept]:
    """The documents of a run whose source spans are all accepted.

    Raises ConfigError where nothing was accepted, or the run has been made anew since.
    """
    hint = "donor accept {} --precision P --confidence C tells which are exact"
    accepted = {(line["id"], line["span"]) for line in _lines(run, _ACCEPTED, hint)}
    doubtful = {
        transfer.source.id
        for transfer in run.folder.transfers()
        if any((transfer.source.id, span.id) not in accepted for span in transfer.source.spans)
    }
    return [one for one in kept if one.document.id not in doubtful]


def judged_by(run: ComparedRun, test: Sequence[Kept]) -> str:
    """What is to be known if the calibrator has learnt from documents of the test set, else ""."""
    file = run.folder.path / _CALIBRATOR
    if not file.exists():
        return ""
    calibrator = Calibrator.from_json(file.read_bytes(), str(file))
    own = {one.document.id for one in test}
    names = frozenset(name for one in test for name in one.names)
    seen = sum(
        digest(transfer.source.text) in calibrator.texts
        for transfer in run.folder.transfers()
        if transfer.source.id in own or f"text:{digest(transfer.source.text)}" in names
    )
    if not seen:
        return ""
    return (
        f"the calibrator of {run.folder.path} has learnt from {seen:,} documents of the test set;"
        " for a strict comparison calibrate it on others"
    )


def _lines(run: ComparedRun, name: str, hint: str) -> Iterator[dict[str, Any]]:
    """The lines of a file beside the run's own. Raises ConfigError where it is not of this run."""
    file: Path = run.folder.path / name
    told = hint.format(run.folder.path)
    if not file.exists():
        raise ConfigError(str(run.folder.path), f"the run has no {name}", told)
    if file.stat().st_mtime < run.folder.finished_at:
        what = f"its {name} is older than the run, which was made anew"
        raise ConfigError(str(run.folder.path), what, told)
    try:
        with file.open("rb") as lines:
            for line in lines:
                yield orjson.loads(line)
    except (OSError, ValueError) as error:
        raise ConfigError(str(file), f"is damaged: {error}", told) from None


def _sentence(document: Document, at: int) -> int:
    """The position of the sentence in which a place is; the last one that begins before it."""
    return max((n for n, one in enumerate(document.segments) if one.start <= at), default=0)


def _means(values: Mapping[Any, Sequence[float]]) -> dict[Any, float]:
    return {key: sum(own) / len(own) for key, own in values.items()}
