"""Extractive question answering: where in its context a question's answer stands, if anywhere."""

import re
from collections import defaultdict
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from donor.data import Document, Interval, Span
from donor.errors import InputError
from donor.formats.hf.decided import decided as decided_rows
from donor.formats.squad import decided
from donor.score import Measurement, qa_measurements
from donor.score.metric import Metric, share_of
from donor.train.examples import TRAINING, Example, Feature, Settings
from donor.train.hygiene import ExampleKey, Unit, examples_as_units
from donor.train.tasks.sequences import longest_input
from donor.train.tasks.windows import Place, encoded

__all__ = ["QUESTIONS", "Asked", "Questions"]

_QUESTION, _ANSWER = "question", "answer"
_ROW = re.compile(r"question (\d+)")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and where it is answered; no place where the context does not say.

    Args:
        name: the name of the question, in the document.
        span_id: the id of its first answer.
        places: of all answers that are given; equal if these are.
    """

    name: str = field(compare=False)
    span_id: str = field(compare=False)
    places: tuple[Interval, ...]

    def __str__(self) -> str:
        """The places, by characters: `3-9`."""
        return ", ".join(f"{one.start}-{one.end}" for one in self.places) or "no answer"


@dataclass(frozen=True)
class Questions:
    """The task: for each question that is a side text, a span labelled `answer`, or none.

    Questions and answers are those of the formats `squad` and `hf`.

    Args:
        longest: how many characters an answer has at most; None: any number.
        no_answer: whether a question may have none; None: whether one has none.
    """

    name: str = "qa"
    main: str = "f1"
    longest: int | None = None
    no_answer: bool | None = None

    def settled(self, documents: Sequence[Document]) -> "Questions":
        """The same with the longest answer that there is, and whether some question has none."""
        asked = [one for document in documents for _, one in _asked(document)]
        lengths = [len(place) for one in asked for place in one.places]
        no_answer = any(not one.places for one in asked)
        return replace(
            self,
            longest=max(lengths, default=None) if self.longest is None else self.longest,
            no_answer=no_answer if self.no_answer is None else self.no_answer,
        )

    def notes(self, documents: Sequence[Document]) -> list[str]:
        """None: each question can be learnt."""
        return []

    def head(self, documents: Sequence[Document]) -> str:
        """Where an answer starts and ends."""
        return "answers"

    def labels(self, documents: Sequence[Document], where: str = TRAINING) -> tuple[str, ...]:
        """None. Raises InputError where no question is answered."""
        if not any(asked.places for document in documents for _, asked in _asked(document)):
            what = "there is no question with an answer in it"
            raise InputError(where, what, "donor inspect shows what is there")
        return ()

    def unknown(self, documents: Sequence[Document], labels: Sequence[str]) -> dict[str, str]:
        """Nothing: there are no labels."""
        return {}

    def markers(self, documents: Sequence[Document]) -> tuple[str, ...]:
        """None."""
        return ()

    def examples(self, documents: Sequence[Document], *, learning: bool) -> list[Example]:
        """Every question with its context."""
        return [
            Example(document.id, number, (question, document.text), asked, position=n)
            for n, document in enumerate(documents)
            for number, (question, asked) in enumerate(_asked(document))
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
        """One for each window; a window without a whole answer points at its first token."""
        longest = longest_input(tokenizer, settings)
        texts = [example.texts for example in examples]
        found = []
        for n, tokens in enumerate(encoded(tokenizer, texts, longest)):
            example = examples[n]
            own = [_bare(place, example.texts[-1]) for place in tokens.places]
            answers = [_held(own, answer) for answer in example.target.places]
            for start, end in tokens.windows(longest, settings.stride):
                places = tokens.around(own, start, end)
                inputs = tokens.inputs(start, end)
                target = _target(answers, start, end, tokens.before_count) if learning else None
                found.append(Feature(n, inputs, target, example.weight, places))
        return found

    def said(
        self,
        examples: Sequence[Example],
        features: Sequence[Feature],
        logits: Sequence[Any],
        labels: Sequence[str],
    ) -> list[Any]:
        """The most probable place for each question; None where having none is more probable."""
        best: list[tuple[float, Interval | None]] = [(float("-inf"), None) for _ in examples]
        nothing = [float("inf")] * len(examples)
        for feature, (starts, ends) in zip(features, logits, strict=True):
            n = feature.example
            nothing[n] = min(nothing[n], float(starts[0] + ends[0]))
            score, place = self._best(feature, starts, ends)
            if score > best[n][0]:
                best[n] = score, place
        if self.no_answer is False:
            return [place for _, place in best]
        return [place if score > nothing[n] else None for n, (score, place) in enumerate(best)]

    def predicted(
        self, documents: Sequence[Document], examples: Sequence[Example], said: Sequence[Any]
    ) -> list[Document]:
        """The documents with these answers, and nothing else; files say which have none."""
        found: defaultdict[int, list[Span]] = defaultdict(list)
        answered: defaultdict[int, set[str]] = defaultdict(set)
        for example, place in zip(examples, said, strict=True):
            if place is not None:
                asked = example.target
                about = {} if _ROW.fullmatch(asked.name) else {_QUESTION: asked.name}
                own = Span(asked.span_id, _ANSWER, (place,), about)
                found[example.position].append(own)
                answered[example.position].add(asked.name)
        bare = [
            replace(document, spans=tuple(found[n]), relations=(), labels=())
            for n, document in enumerate(documents)
        ]
        return [decided_rows(decided(one, answered[n]), answered[n]) for n, one in enumerate(bare)]

    def measured(
        self,
        predicted: Sequence[Document],
        gold: Sequence[Document],
        *,
        without: Container[tuple[str, int]] = frozenset(),
    ) -> Mapping[str, Measurement]:
        """Exact match and F1 as SQuAD counts them.

        Questions that are named do not count; each document has its row, if only of zeros.
        """
        pairs = [(one, _left(other, without)) for one, other in zip(predicted, gold, strict=True)]
        found = qa_measurements(pairs)
        empty = Metric("f1", ("f1", "questions"), share_of)
        return found or {"f1": Measurement(empty, [(0, 0)] * len(pairs))}

    def _best(self, feature: Feature, starts: Any, ends: Any) -> tuple[float, Interval | None]:
        """The place in a window whose start and end have the highest scores together."""
        import numpy as np

        at = [n for n, place in enumerate(feature.places) if place]
        if not at:
            return float("-inf"), None
        first, last = np.array([feature.places[n] for n in at]).T
        scores = np.add.outer(starts[at], ends[at])
        length = last[None, :] - first[:, None]
        allowed = np.triu(np.ones(scores.shape, bool)) & (length > 0)
        if self.longest is not None:
            allowed &= length <= self.longest
        scores = np.where(allowed, scores, -np.inf)
        a, b = np.unravel_index(int(scores.argmax()), scores.shape)
        return float(scores[a, b]), Interval(int(first[a]), int(last[b]))


def _asked(document: Document) -> Iterator[tuple[str, Asked]]:
    """The questions of a document with the places of their answers.

    Two questions of one name have the same answers, under ids of their own.
    """
    answers: defaultdict[str, list[Interval]] = defaultdict(list)
    for span in document.spans:
        if span.label == _ANSWER:
            said = span.attributes.get(_QUESTION)
            answers[_of_row(span.id) if said is None else str(said)].append(span.extent)
    taken: set[str] = set()
    for side in document.side_texts:
        kind, _, name = side.name.partition(":")
        row = _ROW.fullmatch(side.name)
        if kind != _QUESTION and not row:
            continue
        name = side.name if row else name
        first = f"q{row[1]}.a1" if row else f"{name}:1"
        while first in taken:
            first += "+"
        taken.add(first)
        yield side.text, Asked(name, first, tuple(answers[name]))


def _of_row(span_id: str) -> str:
    """The name of the question of a row, of whose answers this is one: `q3.a1`."""
    return f"{_QUESTION} {span_id.partition('.')[0][1:]}"


def _left(document: Document, without: Container[tuple[str, int]]) -> Document:
    """The document without the questions that are named."""
    names = [asked.name for _, asked in _asked(document)]
    gone = {name for n, name in enumerate(names) if (document.id, n) in without}
    if not gone:
        return document
    asked = {name if _ROW.fullmatch(name) else f"{_QUESTION}:{name}" for name in gone}
    left = tuple(side for side in document.side_texts if side.name not in asked)
    return replace(document, side_texts=left)


def _bare(place: Place | None, text: str) -> Place | None:
    """The place of a token without the white space at its edges."""
    if place is None:
        return None
    words = text[slice(*place)]
    start = place[0] + len(words) - len(words.lstrip())
    return (start, start + len(words.strip())) if words.strip() else None


def _held(places: Sequence[Place | None], answer: Interval) -> tuple[int, int] | None:
    """The first and the last token that share a character with an answer."""
    inside = [
        n
        for n, place in enumerate(places)
        if place and place[0] < answer.end and place[1] > answer.start
    ]
    return (inside[0], inside[-1]) if inside else None


def _target(
    answers: Sequence[tuple[int, int] | None], start: int, end: int, before: int
) -> tuple[int, int]:
    """The ends in a window of the first answer that is whole in it; else its first token twice."""
    for answer in answers:
        if answer and start <= answer[0] and answer[1] < end:
            return answer[0] - start + before, answer[1] - start + before
    return 0, 0


QUESTIONS = Questions()
