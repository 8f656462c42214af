"""Text labels: one or several for a text, a pair of texts, or a sentence.

Where some text of the training data has several values, each is said alone, and a text without
the label is one to which none applies. Else texts without the label are not learnt, and not
scored.
"""

from collections import defaultdict
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from donor.data import Document, TextLabel
from donor.errors import ConfigError, InputError
from donor.score import F1, Measurement, label_measurements
from donor.score.labels import MOST_VALUES
from donor.train.examples import TRAINING, Example, Feature, Settings
from donor.train.hygiene import ExampleKey, Unit, examples_as_units
from donor.train.tasks.sequences import class_features, classes_said

__all__ = ["LABELS", "Labels"]

_SHOWS = "donor inspect shows what is there"
_WHOLE = -1
"""The number of the example that is a whole text; those of sentences are their positions."""


@dataclass(frozen=True)
class Labels:
    """The task of one text label.

    The side texts of a document are the second text of a pair: a hypothesis, a question.

    Args:
        label: its name; None for the only one that there is.
        several: whether a text may have several values; None: whether one has.
        sentences: whether sentences have the label, not whole texts; None: whether one has.
    """

    name: str = "labels"
    main: str = "f1_macro"
    label: str | None = None
    several: bool | None = None
    sentences: bool | None = None

    def settled(self, documents: Sequence[Document]) -> "Labels":
        """The same with the label's name, and with what the label stands on.

        Of so many values that there is no macro F1 of them, accuracy chooses the best epoch.
        """
        named = replace(self, label=self._named(documents))
        said = [named._values(document) for document in documents]
        several, sentences = self.several, self.sentences
        if several is None:
            several = any(len(values) > 1 for own in said for values in own.values())
        if sentences is None:
            sentences = any(at is not None for own in said for at in own)
        values = {value for own in said for some in own.values() for value in some}
        main = "accuracy" if len(values) > MOST_VALUES else self.main
        return replace(named, main=main, several=several, sentences=sentences)

    def notes(self, documents: Sequence[Document]) -> list[str]:
        """How many texts are not learnt, because they are without the label, and the reverse."""
        own = self._own(documents)
        units = [values for document in documents for _, values in own._units(document)]
        number = sum(len(values) for d in documents for values in own._values(d).values())
        kind = "sentences" if own.sentences else "texts"
        lacking = 0 if own.several else sum(not values for values in units)
        extra = 0 if own.several else sum(len(values) > 1 for values in units)
        elsewhere = number - sum(map(len, units))
        found = {
            f"{kind} without the label {own.label}, neither learnt nor scored: "
            f"{lacking:,} of {len(units):,}": lacking,
            f"{kind} with several values of {own.label}, of which the first is learnt: "
            f"{extra:,} of {len(units):,}": extra,
            f"labels {own.label} that do not stand on {kind}, neither learnt nor scored: "
            f"{elsewhere:,} of {number:,}": elsewhere,
        }
        return [what for what, count in found.items() if count]

    def head(self, documents: Sequence[Document]) -> str:
        """Several labels where some text has several."""
        return "multi-labels" if self._own(documents).several else "labels"

    def labels(self, documents: Sequence[Document], where: str = TRAINING) -> tuple[str, ...]:
        """The values that are learnt: on texts or on sentences, as it is settled.

        Raises InputError where there are none, or in training fewer than two.
        """
        name = self._named(documents, where)
        own = self._own(documents)
        units = [said for document in documents for _, said in own._units(document)]
        values = {value for said in units for value in (said if own.several else said[:1])}
        if len(values) < (2 if where == TRAINING else 1):
            if values:
                what = f"the label {name!r} has the one value {min(values)!r}"
                raise InputError(where, what, "there are two at least to tell apart")
            names = sorted({label.name for d in documents for label in d.labels})
            if name in names:
                kind, other = ("sentence", "texts") if own.sentences else ("text", "sentences")
                what = f"the label {name!r} stands on {other} alone, and on no {kind}"
                raise InputError(where, what, f"what is learnt is a label of each {kind}")
            hint = f"there are labels {', '.join(names)}" if names else _SHOWS
            raise InputError(where, f"the label {name!r} is nowhere", hint)
        return tuple(sorted(values))

    def unknown(self, documents: Sequence[Document], labels: Sequence[str]) -> dict[str, str]:
        """The values that are none of these, of what is scored."""
        own = self._own(documents)
        found: dict[str, str] = {}
        for document in documents:
            for _, values in own._units(document):
                for value in values:
                    if value not in labels:
                        found.setdefault(value, document.id)
        return found

    def markers(self, documents: Sequence[Document]) -> tuple[str, ...]:
        """None."""
        return ()

    def examples(self, documents: Sequence[Document], *, learning: bool) -> list[Example]:
        """Every text, or sentence; where they are learnt from, those that have the label.

        The target is a value, or the tuple of all; None where nothing says it.
        """
        own = self._own(documents)
        found = []
        for n, document in enumerate(documents):
            first, *more = _texts(document)
            for segment, values in own._units(document):
                if learning and not (values or own.several):
                    continue
                text = first if segment is None else document.segments[segment].of(first)
                number = _WHOLE if segment is None else segment
                target = values if own.several else next(iter(values), None)
                found.append(Example(document.id, number, (text, *more), target, position=n))
        return found

    def units(
        self, documents: Sequence[Document], *, learning: bool
    ) -> list[tuple[Unit, ExampleKey]]:
        """The examples that have the label."""
        examples = self.examples(documents, learning=learning)
        return examples_as_units(one for one in examples if one.target is not None)

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
        """The documents with these labels, and nothing else."""
        name = self._named(documents)
        found: defaultdict[int, list[TextLabel]] = defaultdict(list)
        for example, values in zip(examples, said, strict=True):
            segment = None if example.number == _WHOLE else example.number
            for value in (values,) if isinstance(values, str) else values:
                found[example.position].append(TextLabel(name, value, segment))
        return [
            replace(document, spans=(), relations=(), labels=tuple(found[n]))
            for n, document in enumerate(documents)
        ]

    def measured(
        self,
        predicted: Sequence[Document],
        gold: Sequence[Document],
        *,
        without: Container[tuple[str, int]] = frozenset(),
    ) -> Mapping[str, Measurement]:
        """Accuracy, F1 and Matthews' coefficient of the label, as `donor score` has them.

        Texts and sentences that are named do not count, nor do those without the label where
        each has one value; each document has its row, if only of zeros.
        """
        own = self._own(gold)
        pairs = [own._counted(*pair, without) for pair in zip(predicted, gold, strict=True)]
        # What chooses the epoch is measured of any data, though test has more values than train.
        macro = own.main == "f1_macro"
        found = label_measurements(pairs, macro=macro).get(str(own.label))
        return found or {self.main: Measurement(F1, [(0, 0, 0)] * len(pairs))}

    def _own(self, documents: Sequence[Document]) -> "Labels":
        """Itself, if it is settled, else settled by these documents."""
        whole = None not in (self.label, self.several, self.sentences)
        return self if whole else self.settled(documents)

    def _named(self, documents: Sequence[Document], where: str = "the data") -> str:
        """The name of the label. Raises ConfigError where it is not clear which is meant."""
        if self.label is not None:
            return self.label
        names = sorted({label.name for document in documents for label in document.labels})
        if not names:
            raise InputError(where, "no text has a label", _SHOWS)
        if len(names) > 1:
            what = f"there are labels of several names: {', '.join(names)}"
            raise ConfigError(where, what, "say which by --label")
        return names[0]

    def _values(self, document: Document) -> dict[int | None, tuple[str, ...]]:
        """The values of each text or sentence of a document that has the label."""
        found: defaultdict[int | None, dict[str, None]] = defaultdict(dict)
        for label in document.labels:
            if label.name == self.label:
                found[label.segment][label.value] = None
        return {at: tuple(values) for at, values in found.items()}

    def _units(self, document: Document) -> Iterator[tuple[int | None, tuple[str, ...]]]:
        """The text, or each sentence that is not empty, with its values.

        The text of a single sentence is that sentence.
        """
        values = self._values(document)
        if not self.sentences:
            yield None, values.get(None, ())
            return
        if len(document.segments) == 1:
            values[0] = values.get(0) or values.get(None, ())
        for at, text in enumerate(document.segment_texts()):
            if text.strip():
                yield at, values.get(at, ())

    def _counted(
        self, predicted: Document, gold: Document, without: Container[tuple[str, int]]
    ) -> tuple[Document, Document]:
        """Both with those labels alone that count."""
        name = str(self.label)
        units = {
            at: values
            for at, values in self._units(gold)
            if (values or self.several) and (gold.id, _WHOLE if at is None else at) not in without
        }
        said = [one for one in predicted.labels if one.name == name and one.segment in units]
        true = [TextLabel(name, value, at) for at, values in units.items() for value in values]
        return replace(predicted, labels=tuple(said)), replace(gold, labels=tuple(true))


def _texts(document: Document) -> tuple[str, ...]:
    """The text, and in one the side texts that there are."""
    beside = " ".join(side.text for side in document.side_texts)
    return (document.text, beside) if beside.strip() else (document.text,)


LABELS = Labels()
