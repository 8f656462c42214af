"""Spans as tags of words (BIO), long documents in windows.

A token that covers parts of several words is cut, so that every span of whole words can be said;
but where a script has no spaces, tokens are the words: see `donor.train.tasks.signs`. Of
overlapping spans the longest is learnt, of equally long ones the first: see `flat_sentences`.
"""

from collections import Counter, defaultdict
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate
from typing import Any

from donor.data import Document, Interval, Span
from donor.data.defteval import SCORED_LABELS
from donor.data.tags import OUTSIDE, UNNAMED, TokenSpan, spans_of, tags_of
from donor.errors import InputError
from donor.formats.format import Options
from donor.formats.parts.tokens import flat_sentences
from donor.languages.scripts import has_unspaced
from donor.score import Measurement
from donor.score.defteval import SUBTASK_1, SUBTASK_2, score_pairs
from donor.score.spans import span_measurements
from donor.train.examples import TRAINING, Borne, Example, Feature, Settings
from donor.train.fitting.batches import IGNORED
from donor.train.hygiene import ExampleKey, Unit, sentences_as_units
from donor.train.tasks.sequences import longest_input
from donor.train.tasks.signs import Run, joined_signs, joined_tags, tag_inside
from donor.train.tasks.windows import Tokens, encoded, tokens_by_word

__all__ = ["SPANS", "Spans", "Tagged"]

# What flattening counts, and what becomes of such spans.
_LOST = {
    "overlapping spans": "spans that overlap a longer one, and are not learnt",
    "discontinuous spans": "spans in several pieces, of which the longest is learnt",
    "spans over several sentences": "spans over a sentence's end, learnt by their longest part",
    "spans without a token": "spans without a word, which are not learnt",
    "spans widened to whole tokens": "spans that cut a word, and are learnt with all of it",
    "spans trimmed of white space": "spans with white space at an end, learnt without it",
}
_SIGNS = (
    "documents with words in a script without spaces, and no tokens of their own: the tokens of a"
    " pre-trained encoder are their words, to whose edges spans are learnt"
)


@dataclass(frozen=True, slots=True)
class Tagged:
    """The words of a text by sentence, each with its tag; equal if the tags are.

    `own_words` says whether they are the document's own tokens.
    """

    words: tuple[tuple[Interval, ...], ...] = field(compare=False)
    tags: tuple[tuple[str, ...], ...]
    own_words: bool = field(default=True, compare=False)

    def __str__(self) -> str:
        """The spans by their words, counted through: `Term 2-3, Definition 5-9`."""
        at, found = 1, []
        for tags in self.tags:
            found += [f"{label} {at + a}-{at + b - 1}" for a, b, label in spans_of(tags)]
            at += len(tags)
        return ", ".join(found)

    def places(self) -> list[tuple[int, int]]:
        """Where all words stand."""
        return [(word.start, word.end) for sentence in self.words for word in sentence]

    def runs(self, tokens: Tokens, text: str, *, whole_tokens: bool) -> list[Run]:
        """The words that bear a tag together, under these tokens of the text: mostly each alone."""
        if self.own_words or not whole_tokens or not has_unspaced(text):
            return [Run(n, n + 1) for n in range(sum(map(len, self.words)))]
        firsts = accumulate(map(len, self.words), initial=0)
        return joined_signs(tokens.places, text, self.places(), list(firsts))


@dataclass(frozen=True)
class Spans:
    """The task. Of overlapping spans the longest is learnt, of discontinuous ones a piece."""

    name: str = "spans"
    main: str = "strict"

    def settled(self, documents: Sequence[Document]) -> "Spans":
        """Itself."""
        return self

    def notes(self, documents: Sequence[Document]) -> list[str]:
        """How many spans cannot be said by tags of words, by the reason."""
        lost: Counter[str] = Counter()
        for document in documents:
            lost += flat_sentences(document, Options())[1]
        number = sum(len(document.spans) for document in documents)
        told = [f"{_LOST[kind]}: {lost[kind]:,} of {number:,}" for kind in _LOST if lost[kind]]
        signs = sum(not one.tokens and has_unspaced(one.text) for one in documents)
        if signs:
            told.append(f"{_SIGNS}: {signs:,} of {len(documents):,}")
        return told

    def head(self, documents: Sequence[Document]) -> str:
        """A tag for each token."""
        return "tokens"

    def labels(self, documents: Sequence[Document], where: str = TRAINING) -> tuple[str, ...]:
        """The tags of all labels. Raises InputError where there is no span."""
        names = sorted({span.label for document in documents for span in document.spans})
        if not names:
            hint = "donor inspect shows what is there"
            raise InputError(where, "there is no span in it", hint)
        tags = (tags_of([TokenSpan(0, 2, name)], 2) for name in names)
        return (OUTSIDE, *(tag for both in tags for tag in both))

    def unknown(self, documents: Sequence[Document], labels: Sequence[str]) -> dict[str, str]:
        """The labels of spans that have no tags."""
        known = {tag[2:] or UNNAMED for tag in labels}
        found: dict[str, str] = {}
        for document in documents:
            for span in document.spans:
                if span.label not in known:
                    found.setdefault(span.label, document.id)
        return found

    def markers(self, documents: Sequence[Document]) -> tuple[str, ...]:
        """None."""
        return ()

    def examples(self, documents: Sequence[Document], *, learning: bool) -> list[Example]:
        """Every document that has words."""
        found = []
        for n, document in enumerate(documents):
            sentences, _ = flat_sentences(document, Options())
            if sentences:
                words = tuple(sentence.tokens for sentence in sentences)
                tags = tuple(tuple(tags_of(s.spans, len(s.tokens))) for s in sentences)
                target = Tagged(words, tags, own_words=bool(document.tokens))
                found.append(Example(document.id, 0, (document.text,), target, position=n))
        return found

    def units(
        self, documents: Sequence[Document], *, learning: bool
    ) -> list[tuple[Unit, ExampleKey]]:
        """The sentences, with the spans in each."""
        return sentences_as_units(documents, _spans_in)

    def features(
        self,
        examples: Sequence[Example],
        labels: Sequence[str],
        tokenizer: Any,
        settings: Settings,
        *,
        learning: bool,
    ) -> list[Feature]:
        """One for each window; a word's first token bears its tag, the others the tag inside it.

        The others count only with `all_subwords`.
        """
        longest = longest_input(tokenizer, settings)
        texts = [example.texts for example in examples]
        seen: dict[str, Any] = {}
        found = []
        for n, tokens in enumerate(encoded(tokenizer, texts, longest)):
            example = examples[n]
            target, [text] = example.target, example.texts
            words = target.places()
            runs = target.runs(tokens, text, whole_tokens=settings.whole_tokens)
            places = [(words[start][0], words[end - 1][1]) for start, end in runs]
            tokens, of = tokens_by_word(tokens, text, places, tokenizer, seen)
            bearing = _bearing(of, runs, all_tokens=settings.all_subwords)
            targets = _targets(target, runs, bearing, labels) if learning else None
            whole = Feature(n, {}, weight=example.weight)
            windows = tokens.windows(longest, settings.stride)
            found += [_window(whole, tokens, bearing, targets, *window) for window in windows]
        return found

    def said(
        self,
        examples: Sequence[Example],
        features: Sequence[Feature],
        logits: Sequence[Any],
        labels: Sequence[str],
    ) -> list[Any]:
        """The words of each example with the tags that their tokens say.

        Of a word in several windows, the one counts in which it is farthest from the edges. The
        tokens of a word that bear its tag say it together: by the product of what they think
        probable.
        """
        inside = [labels.index(tag_inside(tag)) for tag in labels]
        best: list[dict[int, tuple[int, str]]] = [{} for _ in examples]
        for feature, scores in zip(features, logits, strict=True):
            own = best[feature.example]
            for (start, end), positions in _positions(feature).items():
                depth = min(positions[0], len(feature) - 1 - positions[0])
                if start not in own or own[start][0] < depth:
                    tag = labels[_most_probable(scores, positions, inside)]
                    own[start] = depth, tag
                    own |= {word: (depth, tag_inside(tag)) for word in range(start + 1, end)}
        return [
            _retagged(example.target, {word: tag for word, (_, tag) in own.items()})
            for example, own in zip(examples, best, strict=True)
        ]

    def predicted(
        self, documents: Sequence[Document], examples: Sequence[Example], said: Sequence[Any]
    ) -> list[Document]:
        """The documents with these spans, numbered in their order, and nothing else."""
        found = {
            example.position: tuple(_spans(tagged))
            for example, tagged in zip(examples, said, strict=True)
        }
        return [
            replace(document, spans=found.get(n, ()), relations=(), labels=())
            for n, document in enumerate(documents)
        ]

    def measured(
        self,
        predicted: Sequence[Document],
        gold: Sequence[Document],
        *,
        without: Container[tuple[str, int]] = frozenset(),
    ) -> Mapping[str, Measurement]:
        """The scores of spans, as `donor score` has them, over documents that are not named.

        Where gold has labels that DeftEval scores, also its subtask 2, and its subtask 1 by the
        definitions among the spans.
        """
        both = zip(predicted, gold, strict=True)
        pairs = [(one, other) for one, other in both if (other.id, 0) not in without]
        found = span_measurements(pairs)
        if any(span.label in SCORED_LABELS for document in gold for span in document.spans):
            own = score_pairs(pairs).measurements()
            found |= {name: own[name] for name in (SUBTASK_1.name, SUBTASK_2.name) if name in own}
        return found


def _bearing(
    of: Sequence[int | None], runs: Sequence[Run], *, all_tokens: bool
) -> list[Borne | None]:
    """For each token the words whose tag it bears, by the run that it is of."""
    seen: set[int] = set()
    found: list[Borne | None] = []
    for run in of:
        if run is None:
            found.append(None)
            continue
        first = run not in seen
        found.append(Borne(*runs[run], first) if first or all_tokens else None)
        seen.add(run)
    return found


def _targets(
    tagged: Tagged, runs: Sequence[Run], bearing: Sequence[Borne | None], labels: Sequence[str]
) -> list[int]:
    """The number of each token's tag."""
    tags = joined_tags([tag for sentence in tagged.tags for tag in sentence], runs)
    tags = _begun(tags, {one.start for one in bearing if one})
    numbers = {label: number for number, label in enumerate(labels)}
    borne = [
        one and (tags[one.start] if one.begins else tag_inside(tags[one.start])) for one in bearing
    ]
    return [IGNORED if tag is None else numbers[tag] for tag in borne]


def _begun(tags: Sequence[str], spoken: Container[int]) -> list[str]:
    """The tags; a span whose first words have no token begins with the first that has one."""
    found: list[str] = []
    unbegun = False
    for word, tag in enumerate(tags):
        unbegun = tag[0] == "B" or (unbegun and tag[0] == "I")
        begins = unbegun and word in spoken
        found.append(f"B{tag[1:]}" if begins else tag)
        unbegun = unbegun and not begins
    return found


def _window(
    feature: Feature,
    tokens: Tokens,
    bearing: Sequence[Borne | None],
    targets: Sequence[int] | None,
    start: int,
    end: int,
) -> Feature:
    """The feature of a window."""
    around = tokens.around(targets, start, end) if targets is not None else None
    return replace(
        feature,
        inputs=tokens.inputs(start, end),
        target=around and [IGNORED if one is None else one for one in around],
        places=tokens.around(tokens.places, start, end),
        words=tokens.around(bearing, start, end),
    )


def _positions(feature: Feature) -> dict[Run, list[int]]:
    """The tokens that bear the tag of each run of words whose first token is in the window."""
    found: defaultdict[Run, list[int]] = defaultdict(list)
    for at, one in enumerate(feature.words):
        if one is not None:
            run = Run(one.start, one.end)
            if one.begins or run in found:
                found[run].append(at)
    return found


def _most_probable(scores: Any, positions: Sequence[int], inside: Sequence[int]) -> int:
    """The tag of a word by the scores of its tokens, of which the first alone can begin a span."""
    if len(positions) == 1:
        return int(scores[positions[0]].argmax())
    import numpy as np

    logs = scores - np.logaddexp.reduce(scores, axis=-1, keepdims=True)
    return int((logs[positions[0]] + logs[positions[1:]][:, inside].sum(axis=0)).argmax())


def _retagged(target: Tagged, tags: Mapping[int, str]) -> Tagged:
    """The words with other tags; those without any are inside a span that goes on behind them."""
    at, found = 0, []
    for sentence in target.words:
        own = [tags.get(at + n) for n in range(len(sentence))]
        before = following = OUTSIDE
        for n, tag in enumerate(own):
            if tag is None:
                following = next((one for one in own[n:] if one), OUTSIDE)
                goes_on = following[0] == "I" and before[1:] == following[1:]
                own[n] = following if goes_on else OUTSIDE
            before = own[n] or OUTSIDE
        found.append(tuple(tag or OUTSIDE for tag in own))
        at += len(sentence)
    return Tagged(target.words, tuple(found))


def _spans(tagged: Tagged) -> Iterator[Span]:
    number = 0
    for words, tags in zip(tagged.words, tagged.tags, strict=True):
        for start, end, label in spans_of(tags):
            number += 1
            place = Interval(words[start].start, words[end - 1].end)
            yield Span(f"p{number}", label, (place,))


def _spans_in(document: Document, segment: Interval) -> tuple[tuple[int, int, str], ...]:
    """The label and the place in it of each span that begins in a segment."""
    own = (span for span in document.spans if segment.start <= span.extent.start < segment.end)
    places = (
        (one.extent.start - segment.start, one.extent.end - segment.start, one.label) for one in own
    )
    return tuple(sorted(places))


SPANS = Spans()
