"""What of an evaluation also stands in train, and where train contradicts itself.

Two texts are equal if they differ in white space and case alone. They are near if the sets of
their runs of five words (shingles; Broder 1997) have a Jaccard similarity of at least 0.8. A word
is a token with a letter or a digit; a text of fewer than five words is a single run. So
two texts that differ in one word in the middle are near from 49 words on, at an end from 13.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from donor.data import Document, Interval
from donor.languages.tokens import plain_spans
from donor.train.examples import Example

__all__ = [
    "JACCARD",
    "SHINGLE_WORDS",
    "Contradiction",
    "Copy",
    "ExampleKey",
    "Hygiene",
    "Unit",
    "contradictions",
    "copies",
    "examples_as_units",
    "hygiene",
    "normalised",
    "sentences_as_units",
    "shingles",
]

SHINGLE_WORDS = 5
JACCARD = 0.8
# The texts of a pair are one unit; the sign is no word.
_BETWEEN = " ‖ "
_TINY = 1e-9


ExampleKey = tuple[str, int]
"""The example that a unit is of: its document's id, and its number."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A text that a model is trained or evaluated on.

    Args:
        text: its text.
        label: what it should be called; None where nothing says it.
        where: its place, as the user finds it.
    """

    text: str
    label: Hashable = None
    where: str = ""


@dataclass(frozen=True, slots=True)
class Copy:
    """A unit of an evaluation that also stands in train.

    Args:
        number: its position in the evaluation.
        unit: the unit.
        train: those of train that are equal, else those that are near, the most alike first.
        exact: whether they are equal.
        jaccard: the similarity of the first of them; 1 if they are equal.
    """

    number: int
    unit: Unit
    train: tuple[Unit, ...]
    exact: bool
    jaccard: float

    def as_json(self) -> dict[str, Any]:
        """What, where, and where in train."""
        return {
            "text": self.unit.text,
            "where": self.unit.where,
            "label": self.unit.label,
            "exact": self.exact,
            "jaccard": self.jaccard,
            "train": [
                {"where": one.where, "label": one.label}
                | ({} if self.exact else {"text": one.text})
                for one in self.train
            ],
        }


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Units of equal text that do not all have the same label."""

    units: tuple[Unit, ...]

    def as_json(self) -> dict[str, Any]:
        """The text, and for each label where it stands, the most frequent label first."""
        places: defaultdict[Hashable, list[str]] = defaultdict(list)
        for unit in self.units:
            places[unit.label].append(unit.where)
        labels = sorted(places.items(), key=lambda one: -len(one[1]))
        return {
            "text": self.units[0].text,
            "labels": [{"label": label, "where": where} for label, where in labels],
        }


@dataclass(frozen=True, slots=True)
class Hygiene:
    """What is to be known of the splits of a dataset before a score is believed.

    Args:
        train: the number of units in train.
        repeated: how many texts stand several times in train.
        contradictions: those of them whose labels differ.
        evaluations: for each evaluated split its number of units.
        copies: for each evaluated split what of it also stands in train.
    """

    train: int
    repeated: int
    contradictions: tuple[Contradiction, ...]
    evaluations: dict[str, int]
    copies: dict[str, tuple[Copy, ...]]

    def as_json(self) -> dict[str, Any]:
        """All of it; `texts` counts equal texts once."""
        return {
            "shingle_words": SHINGLE_WORDS,
            "least_jaccard": JACCARD,
            "train": {
                "units": self.train,
                "repeated_texts": self.repeated,
                "contradictory_texts": len(self.contradictions),
                "contradictions": [one.as_json() for one in self.contradictions],
            },
            "evaluations": {split: self._evaluation(split) for split in self.evaluations},
        }

    def _evaluation(self, split: str) -> dict[str, Any]:
        found = self.copies[split]
        exact = [copy for copy in found if copy.exact]
        return {
            "units": self.evaluations[split],
            "exact": {
                "units": len(exact),
                "texts": len({normalised(copy.unit.text) for copy in exact}),
            },
            "near": {"units": len(found) - len(exact)},
            "left": self.evaluations[split] - len(found),
            "copies": [copy.as_json() for copy in found],
        }


def examples_as_units(examples: Iterable[Example]) -> list[tuple[Unit, ExampleKey]]:
    """Each example as a unit; several labels are taken in their order in the alphabet.

    What is neither a label nor several, such as an answer, counts as it is told.
    """
    found = []
    for example in examples:
        label = example.target
        if isinstance(label, list | set | frozenset | tuple):
            label = tuple(sorted(label, key=repr))
        elif label is not None:
            label = str(label)
        where = f"{example.document}#{example.number}"
        unit = Unit(_BETWEEN.join(example.texts), label, where)
        found.append((unit, (example.document, example.number)))
    return found


def sentences_as_units(
    documents: Iterable[Document], label_of: Callable[[Document, Interval], Hashable]
) -> list[tuple[Unit, ExampleKey]]:
    """Each sentence as a unit, for tasks whose examples are documents: that of number 0."""
    return [
        (Unit(text, label_of(document, segment), f"{document.id}#{n}"), (document.id, 0))
        for document in documents
        for n, (segment, text) in enumerate(
            zip(document.segments, document.segment_texts(), strict=True)
        )
        if text.strip()
    ]


def hygiene(train: Sequence[Unit], **evaluations: Sequence[Unit]) -> Hygiene:
    """What stands in train of each evaluation, given by the name of its split; see `Hygiene`."""
    return Hygiene(
        train=len(train),
        repeated=sum(n > 1 for n in Counter(normalised(unit.text) for unit in train).values()),
        contradictions=contradictions(train),
        evaluations={split: len(own) for split, own in evaluations.items()},
        copies={split: copies(own, train) for split, own in evaluations.items()},
    )


def contradictions(train: Iterable[Unit]) -> tuple[Contradiction, ...]:
    """The equal texts with different labels, in their order; units without a label do not count."""
    equal: defaultdict[str, list[Unit]] = defaultdict(list)
    for unit in train:
        if unit.label is not None:
            equal[normalised(unit.text)].append(unit)
    groups = (own for own in equal.values() if len({unit.label for unit in own}) > 1)
    return tuple(Contradiction(tuple(own)) for own in groups)


def copies(evaluation: Sequence[Unit], train: Iterable[Unit]) -> tuple[Copy, ...]:
    """The units of an evaluation that also stand in train, in their order.

    Near ones are found exactly, without a chance: two sets so alike share one of their rarest
    members (prefix filter; Chaudhuri et al. 2006), so few pairs need be compared.
    """
    texts = [normalised(unit.text) for unit in evaluation]
    wanted = set(texts)
    equal: defaultdict[str, list[Unit]] = defaultdict(list)
    near: defaultdict[int, list[tuple[float, Unit]]] = defaultdict(list)
    index = _Index([shingles(text) for text in texts])
    # A text of train that stands in the evaluation may be near to others of it all the same.
    for unit in train:
        text = normalised(unit.text)
        if text in wanted:
            equal[text].append(unit)
        for number, jaccard in index.near(shingles(text)):
            near[number].append((jaccard, unit))
    found = []
    for number, (unit, text) in enumerate(zip(evaluation, texts, strict=True)):
        if text in equal:
            found.append(Copy(number, unit, tuple(equal[text]), exact=True, jaccard=1.0))
        elif number in near:
            alike = sorted(near[number], key=lambda one: -one[0])
            others = tuple(one for _, one in alike)
            found.append(Copy(number, unit, others, exact=False, jaccard=alike[0][0]))
    return tuple(found)


def normalised(text: str) -> str:
    """The text as it is compared: white space as single spaces, without case.

    >>> normalised(" The\\n  ION ")
    'the ion'
    """
    return " ".join(text.casefold().split())


def shingles(text: str) -> frozenset[str]:
    """The runs of five words in a normalised text; of a shorter one, all its words as one run.

    >>> sorted(shingles("an ion is a charged atom."))
    ['an ion is a charged', 'ion is a charged atom']
    """
    tokens = (text[start:end] for start, end in plain_spans(text))
    words = [token for token in tokens if any(map(str.isalnum, token))]
    if not words:
        return frozenset()
    last = max(1, len(words) - SHINGLE_WORDS + 1)
    return frozenset(" ".join(words[n : n + SHINGLE_WORDS]) for n in range(last))


class _Index:
    """The rarest members of sets, so that those which are like another set are found."""

    def __init__(self, sets: Sequence[frozenset[str]]) -> None:
        self._sets = sets
        self._frequency = Counter(member for one in sets for member in one)
        self._holding: defaultdict[str, list[int]] = defaultdict(list)
        for number, one in enumerate(sets):
            for member in self._rarest(one):
                self._holding[member].append(number)

    def near(self, other: frozenset[str]) -> Iterator[tuple[int, float]]:
        """The numbers of the sets that are alike enough, each with its Jaccard similarity."""
        numbers = {n for member in self._rarest(other) for n in self._holding.get(member, ())}
        for number in sorted(numbers):
            shared = len(self._sets[number] & other)
            jaccard = shared / (len(self._sets[number]) + len(other) - shared)
            if jaccard >= JACCARD - _TINY:
                yield number, jaccard

    def _rarest(self, members: frozenset[str]) -> list[str]:
        """So many that a set which shares none of them is not alike enough.

        What no set of the index has is rarest.
        """
        count = len(members) - ceil(JACCARD * len(members) - _TINY) + 1
        ordered = sorted(members, key=lambda member: (self._frequency[member], member))
        return ordered[:count] if members else []
