"""Spans as tags of words (BIO), long documents in windows."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from donor.data import Document, Interval, Span
from donor.data.tags import OUTSIDE, spans_of, tags_of
from donor.errors import InputError
from donor.formats.format import Options
from donor.formats.parts.tokens import flat_sentences
from donor.score import Measurement
from donor.score.spans import span_measurements
from donor.train.batches import IGNORED
from donor.train.examples import TRAINING, Example, Feature, Settings

__all__ = ["SPANS", "Spans", "Tagged", "windows"]


@dataclass(frozen=True, slots=True)
class Tagged:
    """The words of a document by sentence, each with its tag."""

    words: tuple[tuple[Interval, ...], ...]
    tags: tuple[tuple[str, ...], ...]

    def flat(self) -> tuple[list[Interval], list[str]]:
        """All words, and all tags."""
        words = [word for sentence in self.words for word in sentence]
        return words, [tag for sentence in self.tags for tag in sentence]


@dataclass(frozen=True)
class Spans:
    """The task. Of overlapping spans the longest is learnt, of discontinuous ones a piece."""

    name: str = "spans"
    main: str = "strict"

    def head(self, documents: Sequence[Document]) -> str:
        """A tag for each token."""
        return "tokens"

    def labels(self, documents: Sequence[Document], where: str = TRAINING) -> tuple[str, ...]:
        """The tags of all labels. Raises InputError where there is no span."""
        names = sorted({span.label for document in documents for span in document.spans})
        if not names:
            hint = "donor inspect shows what is there"
            raise InputError(where, "there is no span in it", hint)
        return (OUTSIDE, *(f"{letter}-{name}" for name in names for letter in "BI"))

    def markers(self, documents: Sequence[Document]) -> tuple[str, ...]:
        """None."""
        return ()

    def examples(self, documents: Sequence[Document], *, learning: bool) -> list[Example]:
        """Every document that has words."""
        found = []
        for document in documents:
            sentences, _ = flat_sentences(document, Options())
            if sentences:
                words = tuple(sentence.tokens for sentence in sentences)
                tags = tuple(tuple(tags_of(s.spans, len(s.tokens))) for s in sentences)
                found.append(Example(document.id, 0, (document.text,), Tagged(words, tags)))
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
        """One for each window; a word's first token bears its tag, or all do."""
        numbers = {label: number for number, label in enumerate(labels)}
        found = []
        for n, example in enumerate(examples):
            words, tags = example.target.flat()
            starts = [word.start for word in words]
            for inputs, places in windows(tokenizer, example.texts, settings):
                of = [_word(place, words, starts) for place in places]
                target = None
                if learning:
                    target = [
                        IGNORED if at is None else numbers.get(tags[at], 0)
                        for at in (of if settings.all_subwords else _firsts(of, places, words))
                    ]
                found.append(Feature(n, inputs, target, example.weight, places))
        return found

    def said(
        self,
        examples: Sequence[Example],
        features: Sequence[Feature],
        logits: Sequence[Any],
        labels: Sequence[str],
    ) -> list[Any]:
        """The words of each example with the tags of their first tokens.

        Of a word in several windows, the one counts in which it is farthest from the edges.
        """
        best: list[dict[int, tuple[int, int]]] = [{} for _ in examples]
        flat = [example.target.flat()[0] for example in examples]
        starts = [[word.start for word in words] for words in flat]
        for feature, scores in zip(features, logits, strict=True):
            n = feature.example
            of = [_word(place, flat[n], starts[n]) for place in feature.places]
            for at, word in enumerate(_firsts(of, feature.places, flat[n])):
                if word is not None:
                    inside = min(at, len(feature) - at)
                    if word not in best[n] or best[n][word][0] < inside:
                        best[n][word] = inside, int(scores[at].argmax())
        return [
            _tagged(example.target, {w: labels[label] for w, (_, label) in own.items()})
            for example, own in zip(examples, best, strict=True)
        ]

    def predicted(
        self, documents: Sequence[Document], examples: Sequence[Example], said: Sequence[Any]
    ) -> list[Document]:
        """The documents with these spans, numbered in their order, and without relations."""
        found = {
            example.document: tuple(_spans(tagged))
            for example, tagged in zip(examples, said, strict=True)
        }
        return [
            replace(document, spans=found.get(document.id, ()), relations=())
            for document in documents
        ]

    def measured(
        self, predicted: Sequence[Document], gold: Sequence[Document]
    ) -> Mapping[str, Measurement]:
        """The scores of spans, as `donor score` has them."""
        return span_measurements(list(zip(predicted, gold, strict=True)))


def windows(
    tokenizer: Any, texts: Sequence[str], settings: Settings
) -> Iterator[tuple[dict[str, list[int]], list[tuple[int, int] | None]]]:
    """The windows of the last of the texts, each as inputs and the places of its tokens."""
    pair = len(texts) > 1
    encoded = tokenizer(
        *texts,
        truncation="only_second" if pair else True,
        max_length=settings.max_length,
        stride=min(settings.stride, settings.max_length // 4),
        return_overflowing_tokens=True,
        return_offsets_mapping=True,
    )
    names = [name for name in encoded if name in tokenizer.model_input_names]
    for n in range(len(encoded["input_ids"])):
        of = encoded.sequence_ids(n)
        places = [
            (start, end) if which == int(pair) and start < end else None
            for (start, end), which in zip(encoded["offset_mapping"][n], of, strict=True)
        ]
        yield {name: encoded[name][n] for name in names}, places


def _word(
    place: tuple[int, int] | None, words: Sequence[Interval], starts: Sequence[int]
) -> int | None:
    """The position of the word that a token is of; None for none."""
    if place is None:
        return None
    start, end = place
    at = bisect_right(starts, end - 1) - 1
    return at if at >= 0 and words[at].end > start else None


def _firsts(
    of: Sequence[int | None], places: Sequence[tuple[int, int] | None], words: Sequence[Interval]
) -> list[int | None]:
    """The word of each token that is the first of its word in the window."""
    seen: set[int] = set()
    found: list[int | None] = []
    for word, place in zip(of, places, strict=True):
        first = (
            word is not None
            and place is not None
            and word not in seen
            and place[0] <= words[word].start
        )
        found.append(word if first else None)
        if word is not None:
            seen.add(word)
    return found


def _tagged(target: Tagged, tags: Mapping[int, str]) -> Tagged:
    """The words with other tags; those that have none are outside."""
    at, found = 0, []
    for sentence in target.words:
        found.append(tuple(tags.get(at + n, OUTSIDE) for n in range(len(sentence))))
        at += len(sentence)
    return Tagged(target.words, tuple(found))


def _spans(tagged: Tagged) -> Iterator[Span]:
    number = 0
    for words, tags in zip(tagged.words, tagged.tags, strict=True):
        for start, end, label in spans_of(tags):
            number += 1
            place = Interval(words[start].start, words[end - 1].end)
            yield Span(f"p{number}", label, (place,))


SPANS = Spans()
