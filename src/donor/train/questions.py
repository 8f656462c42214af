"""Extractive question answering: where in its context a question's answer stands, if anywhere."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from donor.data import Document, Interval, Span
from donor.errors import InputError
from donor.score import Measurement
from donor.train.examples import TRAINING, Example, Feature, Settings
from donor.train.spans import windows

__all__ = ["QUESTIONS", "Questions"]

_QUESTION, _ANSWER = "question", "answer"
_LONGEST, _BEST = 30, 20


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question and where it is answered; no place where the context does not say."""

    name: str
    places: tuple[Interval, ...]


@dataclass(frozen=True)
class Questions:
    """The task; answers are spans labelled `answer` that name their question."""

    name: str = "qa"
    main: str = "f1"

    def head(self, documents: Sequence[Document]) -> str:
        """Where an answer starts and ends."""
        return "answers"

    def labels(self, documents: Sequence[Document], where: str = TRAINING) -> tuple[str, ...]:
        """None. Raises InputError where no question is answered."""
        if not any(asked.places for document in documents for _, asked in _asked(document)):
            what = "there is no question with an answer in it"
            raise InputError(where, what, "donor inspect shows what is there")
        return ()

    def markers(self, documents: Sequence[Document]) -> tuple[str, ...]:
        """None."""
        return ()

    def examples(self, documents: Sequence[Document], *, learning: bool) -> list[Example]:
        """Every question with its context."""
        return [
            Example(document.id, number, (question, document.text), asked)
            for document in documents
            for number, (question, asked) in enumerate(_asked(document))
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
        """One for each window; a window without the answer points at its first token."""
        found = []
        for n, example in enumerate(examples):
            wanted = example.target.places[0] if example.target.places else None
            for inputs, places in windows(tokenizer, example.texts, settings):
                target = _target(places, wanted) if learning else None
                found.append(Feature(n, inputs, target, example.weight, places))
        return found

    def said(
        self,
        examples: Sequence[Example],
        features: Sequence[Feature],
        logits: Sequence[Any],
        labels: Sequence[str],
    ) -> list[Any]:
        """The most probable place for each question, None if no answer is more probable."""
        best: list[tuple[float, Interval | None]] = [(float("-inf"), None) for _ in examples]
        nothing = [float("inf")] * len(examples)
        for feature, (starts, ends) in zip(features, logits, strict=True):
            n = feature.example
            nothing[n] = min(nothing[n], float(starts[0] + ends[0]))
            for score, place in _places(feature, starts, ends):
                if score > best[n][0]:
                    best[n] = score, place
        return [place if score > nothing[n] else None for n, (score, place) in enumerate(best)]

    def predicted(
        self, documents: Sequence[Document], examples: Sequence[Example], said: Sequence[Any]
    ) -> list[Document]:
        """The documents with these answers in place of all spans."""
        found: defaultdict[str, list[Span]] = defaultdict(list)
        for example, place in zip(examples, said, strict=True):
            if place is not None:
                name = example.target.name
                about = {_QUESTION: name}
                found[example.document].append(Span(f"{name}:1", _ANSWER, (place,), about))
        return [
            replace(document, spans=tuple(found[document.id]), relations=())
            for document in documents
        ]

    def measured(
        self, predicted: Sequence[Document], gold: Sequence[Document]
    ) -> Mapping[str, Measurement]:
        """Exact match and F1 as SQuAD counts them."""
        from donor.score.questions import qa_measurements

        return qa_measurements(list(zip(predicted, gold, strict=True)))


def _asked(document: Document) -> Iterator[tuple[str, _Asked]]:
    """The questions of a document, each with the places of its answers."""
    answers: defaultdict[str, list[Interval]] = defaultdict(list)
    for span in document.spans:
        if span.label == _ANSWER:
            answers[str(span.attributes.get(_QUESTION, ""))].append(span.extent)
    for side in document.side_texts:
        kind, _, name = side.name.partition(":")
        if kind == _QUESTION:
            yield side.text, _Asked(name, tuple(answers[name]))


def _target(places: Sequence[tuple[int, int] | None], wanted: Interval | None) -> tuple[int, int]:
    """The first and last token of the answer; the first of all twice where it is not whole."""
    if wanted is None:
        return 0, 0
    inside = [
        n
        for n, place in enumerate(places)
        if place and place[0] < wanted.end and place[1] > wanted.start
    ]
    whole = (
        inside
        and _start(places, inside[0]) <= wanted.start
        and _end(places, inside[-1]) >= wanted.end
    )
    return (inside[0], inside[-1]) if whole else (0, 0)


def _start(places: Sequence[tuple[int, int] | None], at: int) -> int:
    place = places[at]
    assert place is not None
    return place[0]


def _end(places: Sequence[tuple[int, int] | None], at: int) -> int:
    place = places[at]
    assert place is not None
    return place[1]


def _places(feature: Feature, starts: Any, ends: Any) -> Iterator[tuple[float, Interval]]:
    """The likeliest places of a window, with the sum of their scores."""
    inside = [n for n, place in enumerate(feature.places) if place]
    first = sorted(inside, key=lambda n: -starts[n])[:_BEST]
    last = sorted(inside, key=lambda n: -ends[n])[:_BEST]
    for a in first:
        for b in last:
            if a <= b < a + _LONGEST:
                here = Interval(_start(feature.places, a), _end(feature.places, b))
                yield float(starts[a] + ends[b]), here


QUESTIONS = Questions()
