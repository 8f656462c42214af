"""Whether a sentence holds a definition: the first subtask of DeftEval (Spala et al. 2020)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from donor.data import Document, TextLabel
from donor.errors import InputError
from donor.score import F1, Measurement
from donor.train.examples import TRAINING, Example, Feature, Settings
from donor.train.sequences import class_features, classes_said

__all__ = ["DEFINITION", "Definition", "holds_definition"]

_YES, _NO = "1", "0"
_LABEL = "Definition"


def holds_definition(document: Document) -> list[bool]:
    """Of each segment, whether a span labelled exactly `Definition` begins in it."""
    starts = [span.extent.start for span in document.spans if span.label == _LABEL]
    return [
        any(segment.start <= start < segment.end for start in starts)
        for segment in document.segments
    ]


@dataclass(frozen=True)
class Definition:
    """The task; its labels are 1 and 0, as the shared task writes them."""

    name: str = "definition"
    main: str = "f1"

    def head(self, documents: Sequence[Document]) -> str:
        """One label for each sentence."""
        return "labels"

    def labels(self, documents: Sequence[Document], where: str = TRAINING) -> tuple[str, ...]:
        """Both. Raises InputError where one of them is never seen."""
        seen = {one for document in documents for one in holds_definition(document)}
        if seen != {True, False}:
            which = "all sentences hold one" if seen else "there is no sentence"
            what = "no span is labelled Definition" if seen == {False} else which
            raise InputError(where, what, "a task needs both kinds of sentences")
        return _NO, _YES

    def markers(self, documents: Sequence[Document]) -> tuple[str, ...]:
        """None."""
        return ()

    def examples(self, documents: Sequence[Document], *, learning: bool) -> list[Example]:
        """Every sentence that is not empty."""
        return [
            Example(document.id, number, (text,), _YES if holds else _NO)
            for document in documents
            for number, (text, holds) in enumerate(
                zip(document.segment_texts(), holds_definition(document), strict=True)
            )
            if text.strip()
        ]

    def features(
        self,
        examples: Sequence[Example],
        labels: Sequence[str],
        tokenizer: Any,
        settings: Settings,
        *,
        learning: bool,
    ) -> list[Feature]:
        """One for each sentence."""
        return class_features(examples, labels, tokenizer, settings, learning=learning)

    def said(
        self,
        examples: Sequence[Example],
        features: Sequence[Feature],
        logits: Sequence[Any],
        labels: Sequence[str],
    ) -> list[Any]:
        """1 or 0 for each sentence."""
        return classes_said(logits, labels, several=False)

    def predicted(
        self, documents: Sequence[Document], examples: Sequence[Example], said: Sequence[Any]
    ) -> list[Document]:
        """The documents with a label `definition` on each sentence, and no spans."""
        labels: defaultdict[str, list[TextLabel]] = defaultdict(list)
        for example, value in zip(examples, said, strict=True):
            labels[example.document].append(TextLabel(self.name, value, example.number))
        return [
            replace(document, spans=(), relations=(), labels=tuple(labels[document.id]))
            for document in documents
        ]

    def measured(
        self, predicted: Sequence[Document], gold: Sequence[Document]
    ) -> Mapping[str, Measurement]:
        """F1 of the sentences that hold a definition."""
        rows = [_row(one, other) for one, other in zip(predicted, gold, strict=True)]
        return {"f1": Measurement(F1, rows)}


def _row(predicted: Document, gold: Document) -> tuple[int, int, int]:
    said = {label.segment for label in predicted.labels if label.value == _YES}
    true = {n for n, holds in enumerate(holds_definition(gold)) if holds}
    return len(said & true), len(said - true), len(true - said)


DEFINITION = Definition()
