"""The part of train that is held out as dev, where a dataset has none."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Sequence

from donor.data import Document
from donor.errors import InputError
from donor.train.hygiene import normalised

__all__ = ["held_out"]

_SHARE = 10
# A text label with more values, most of them of a single text, is a name of texts.
_MANY = 20
_LABEL = "label"

Kinds = frozenset[Hashable]
"""What texts are annotated with: labels of spans and relations, values of text labels."""


def held_out(
    train: Sequence[Document], where: str, seed: int
) -> tuple[list[Document], list[Document]]:
    """What is left of train, and a tenth of its documents, by a hash of the text and the seed.

    Documents of equal text stay on one side. What nothing else in train is annotated with stays
    there, since dev would have a label that nobody can learn; and where train is annotated, so
    is some of dev, if that can be. For these reasons a tenth may be less, and is at least one text.

    Args:
        train: the documents.
        where: what an error calls them.
        seed: of the hash.

    Raises:
        InputError: they have no two texts.
    """
    texts: defaultdict[str, list[int]] = defaultdict(list)
    for number, document in enumerate(train):
        texts[_digest(document.text, seed)].append(number)
    if len(texts) < 2:
        what = "train has a single text, from which no dev can be held out"
        raise InputError(where, what, "give --dev")
    groups = [texts[digest] for digest in sorted(texts)]
    chosen = _chosen(groups, _kinds(train, groups), max(1, round(len(train) / _SHARE)))
    held = {number for group in chosen for number in groups[group]}
    left = [document for number, document in enumerate(train) if number not in held]
    return left, [train[number] for number in sorted(held)]


def _chosen(groups: Sequence[Sequence[int]], kinds: Sequence[Kinds], wanted: int) -> list[int]:
    """The groups that are held out, so many documents together, or fewer."""
    left = Counter(kind for own in kinds for kind in own)
    found: list[int] = []
    room = wanted

    def take(group: int) -> bool:
        if len(groups[group]) > room or any(left[kind] < 2 for kind in kinds[group]):
            return False
        left.subtract(kinds[group])
        found.append(group)
        return True

    for group in range(len(groups)):
        if take(group):
            room -= len(groups[group])
    if not any(kinds[group] for group in found):
        room = wanted
        annotated = (group for group in range(len(groups)) if kinds[group])
        next(filter(take, annotated), None)
    return found or [min(range(len(groups)), key=lambda group: len(groups[group]))]


def _kinds(train: Sequence[Document], groups: Sequence[Sequence[int]]) -> list[Kinds]:
    """What the documents of each group are annotated with."""
    found = [{kind for n in group for kind in _kinds_of(train[n])} for group in groups]
    uses: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for own in found:
        for of, name, value in own:
            if of == _LABEL:
                uses[name][value] += 1
    names = {
        (_LABEL, name)
        for name, values in uses.items()
        if len(values) > _MANY and 2 * len(values) > values.total()
    }
    return [frozenset(kind for kind in own if kind[:2] not in names) for own in found]


def _kinds_of(document: Document) -> Iterator[tuple[str, str, str]]:
    for span in document.spans:
        yield "span", "", span.label
    for relation in document.relations:
        yield "relation", "", relation.label
    for label in document.labels:
        yield _LABEL, label.name, label.value


def _digest(text: str, seed: int) -> str:
    return hashlib.sha256(f"{seed}\n{normalised(text)}".encode()).hexdigest()
