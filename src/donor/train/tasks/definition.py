"""Whether a sentence holds a definition: the first subtask of DeftEval (Spala et al. 2020)."""

from collections import Counter, defaultdict
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from donor.data import Document, TextLabel
from donor.data.defteval import SENTENCE_LABEL, definition_labels
from donor.errors import InputError
from donor.score import F1, Measurement
from donor.score.defteval import SUBTASK_1, class_counts
from donor.score.metric import Row
from donor.train.examples import TRAINING, Example, Feature, Settings
from donor.train.hygiene import ExampleKey, Unit, examples_as_units
from donor.train.tasks.sequences import class_features, classes_said

__all__ = ["DEFINITION", "Definition"]

_YES, _NO = "1", "0"


@dataclass(frozen=True)
class Definition:
    """The task; its labels are 1 and 0, as the shared task writes them.

    What a sentence is, `donor.data.defteval.definition_labels` says, for the scorer too.
    """

    name: str = "definition"
    main: str = "f1"

    def settled(self, documents: Sequence[Document]) -> "Definition":
        """Itself."""
        return self

    def notes(self, documents: Sequence[Document]) -> list[str]:
        """None: each sentence can be learnt."""
        return []

    def head(self, documents: Sequence[Document]) -> str:
        """One label for each sentence."""
        return "labels"

    def labels(self, documents: Sequence[Document], where: str = TRAINING) -> tuple[str, ...]:
        """Both. Raises InputError where training lacks one of them, or another split lacks 1."""
        seen = {one for document in documents for one in definition_labels(document)}
        needed = {_NO, _YES} if where == TRAINING else {_YES}
        if needed - seen:
            which = "all sentences hold one" if seen else "there is no sentence"
            what = "no span is labelled Definition" if seen == {_NO} else which
            raise InputError(where, what, "a task needs both kinds of sentences")
        return _NO, _YES

    def unknown(self, documents: Sequence[Document], labels: Sequence[str]) -> dict[str, str]:
        """Nothing: there are no other labels."""
        return {}

    def markers(self, documents: Sequence[Document]) -> tuple[str, ...]:
        """None."""
        return ()

    def examples(self, documents: Sequence[Document], *, learning: bool) -> list[Example]:
        """Every sentence that is not empty."""
        return [
            Example(document.id, number, (text,), label, position=n)
            for n, document in enumerate(documents)
            for number, (text, label) in enumerate(
                zip(document.segment_texts(), definition_labels(document), strict=True)
            )
            if text.strip()
        ]

    def units(
        self, documents: Sequence[Document], *, learning: bool
    ) -> list[tuple[Unit, ExampleKey]]:
        """The examples."""
        return examples_as_units(self.examples(documents, learning=learning))

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
        """The documents with a label `definition` on each sentence, and nothing else."""
        labels: defaultdict[int, list[TextLabel]] = defaultdict(list)
        for example, value in zip(examples, said, strict=True):
            labels[example.position].append(TextLabel(SENTENCE_LABEL, value, example.number))
        return [
            replace(document, spans=(), relations=(), labels=tuple(labels[n]))
            for n, document in enumerate(documents)
        ]

    def measured(
        self,
        predicted: Sequence[Document],
        gold: Sequence[Document],
        *,
        without: Container[tuple[str, int]] = frozenset(),
    ) -> Mapping[str, Measurement]:
        """F1 of the sentences that hold a definition, which is DeftEval's subtask 1 too.

        Sentences that are named do not count; each document has its row, if only of zeros.
        """
        rows = [_counts(*pair, without) for pair in zip(predicted, gold, strict=True)]
        found = {"f1": Measurement(F1, [row[3:] for row in rows])}
        return found | {SUBTASK_1.name: SUBTASK_1.measured(rows)}


def _counts(predicted: Document, gold: Document, without: Container[tuple[str, int]]) -> Row:
    """Right, wrong and missed of the sentences without a definition, and of those with one."""
    labels = zip(definition_labels(predicted), definition_labels(gold), strict=True)
    pairs: Counter[tuple[str | None, str | None]] = Counter(
        both for n, both in enumerate(labels) if (gold.id, n) not in without
    )
    return class_counts((_NO, _YES), pairs)


DEFINITION = Definition()
