"""Text labels: one or several for a text, a pair of texts, or a sentence."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from donor.data import Document, TextLabel
from donor.errors import ConfigError, InputError
from donor.score import Measurement
from donor.score.labels import label_measurements
from donor.train.examples import TRAINING, Example, Feature, Settings
from donor.train.sequences import class_features, classes_said

__all__ = ["LABELS", "Labels"]


@dataclass(frozen=True)
class Labels:
    """The task of one text label; `label` is its name, needed where a dataset has several.

    The side texts of a document are the second text of a pair: a hypothesis, a question.
    """

    name: str = "labels"
    main: str = "f1_macro"
    label: str | None = None

    def head(self, documents: Sequence[Document]) -> str:
        """Several labels where some text has several."""
        several = any(len(values) > 1 for _, _, values in self._units(documents))
        return "multi-labels" if several else "labels"

    def labels(self, documents: Sequence[Document], where: str = TRAINING) -> tuple[str, ...]:
        """The values that are seen. Raises InputError where there are fewer than two."""
        values = {value for _, _, some in self._units(documents) for value in some}
        if len(values) < 2:
            found = f"has the one value {min(values)!r}" if values else "is nowhere"
            what = f"the label {self._label(documents)!r} {found}"
            raise InputError(where, what, "there are two at least to tell apart")
        return tuple(sorted(values))

    def markers(self, documents: Sequence[Document]) -> tuple[str, ...]:
        """None."""
        return ()

    def examples(self, documents: Sequence[Document], *, learning: bool) -> list[Example]:
        """Every text, or sentence, that has a label; where nothing is learnt, every text."""
        found = []
        texts = {document.id: _texts(document) for document in documents}
        for document, segment, values in self._units(documents, all_texts=not learning):
            several = texts[document.id]
            if segment is not None:
                several = (document.segments[segment].of(document.text), *several[1:])
            number = -1 if segment is None else segment
            found.append(Example(document.id, number, several, values))
        if self.head(documents) == "labels":
            return [replace(one, target=one.target[0] if one.target else None) for one in found]
        return found

    def features(
        self,
        examples: Sequence[Example],
        labels: Sequence[str],
        tokenizer: Any,
        settings: Settings,
        *,
        learning: bool,
    ) -> list[Feature]:
        """One for each text."""
        return class_features(examples, labels, tokenizer, settings, learning=learning)

    def said(
        self,
        examples: Sequence[Example],
        features: Sequence[Feature],
        logits: Sequence[Any],
        labels: Sequence[str],
    ) -> list[Any]:
        """A value for each text, or a tuple of them."""
        several = any(isinstance(example.target, tuple) for example in examples)
        return classes_said(logits, labels, several=several)

    def predicted(
        self, documents: Sequence[Document], examples: Sequence[Example], said: Sequence[Any]
    ) -> list[Document]:
        """The documents with these labels alone."""
        name = self._label(documents)
        found: defaultdict[str, list[TextLabel]] = defaultdict(list)
        for example, values in zip(examples, said, strict=True):
            segment = None if example.number < 0 else example.number
            for value in (values,) if isinstance(values, str) else values:
                found[example.document].append(TextLabel(name, value, segment))
        return [replace(document, labels=tuple(found[document.id])) for document in documents]

    def measured(
        self, predicted: Sequence[Document], gold: Sequence[Document]
    ) -> Mapping[str, Measurement]:
        """Accuracy, F1 and Matthews' coefficient of the label."""
        pairs = list(zip(predicted, gold, strict=True))
        return label_measurements(pairs)[self._label(gold)]

    def _label(self, documents: Sequence[Document]) -> str:
        """The name of the label. Raises ConfigError where it is not clear which is meant."""
        names = sorted({label.name for document in documents for label in document.labels})
        if self.label is None and len(names) == 1:
            return names[0]
        if self.label in names:
            return str(self.label)
        if not names:
            raise InputError("the data", "no text has a label", "donor inspect shows what is there")
        known = f"known: {', '.join(names)}"
        what = f"{self.label!r} is none" if self.label else "the data have several"
        raise ConfigError("--label", what, known)

    def _units(
        self, documents: Sequence[Document], *, all_texts: bool = False
    ) -> Iterator[tuple[Document, int | None, tuple[str, ...]]]:
        """Each labelled text or sentence with its values."""
        name = self._label(documents)
        for document in documents:
            values: defaultdict[int | None, list[str]] = defaultdict(list)
            for label in document.labels:
                if label.name == name:
                    values[label.segment].append(label.value)
            if all_texts and not values:
                values[None] = []
            for segment, some in values.items():
                yield document, segment, tuple(dict.fromkeys(some))


def _texts(document: Document) -> tuple[str, ...]:
    """The text, and in one the side texts that there are."""
    beside = " ".join(side.text for side in document.side_texts)
    return (document.text, beside) if beside else (document.text,)


LABELS = Labels()
