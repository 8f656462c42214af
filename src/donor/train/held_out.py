"""The part of train that is held out as dev, where a dataset has none."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from donor.data import Document
from donor.errors import InputError
from donor.train.hygiene import normalised

__all__ = ["held_out"]

_SHARE = 10
# A text label with more values, most of them of a single text, is a name of texts, as is one of
# which no two texts have the same.
_MANY = 20
_LABEL = "label"

Kinds = frozenset[tuple[str, str, str]]
"""What texts are annotated with: labels of spans and relations, values of text labels."""


def held_out(
    train: Sequence[Document], where: str, seed: int
) -> tuple[list[Document], list[Document]]:
    """What is left of train, and a tenth of its documents, by a hash of the text and the seed.

    Documents of equal text stay on one side. What nothing else in train is annotated with stays
    there, since dev would have a label that nobody can learn; and where train has spans, relations,
    or text labels of some name, so has dev, if that can be. For these reasons a tenth may be less;
    it is at least one text.

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
    """The groups that are held out: so many documents together, or fewer; one group at least."""
    every = range(len(groups))
    total = Counter(chain.from_iterable(kinds))
    spare = [g for g in every if all(total[kind] > 1 for kind in kinds[g])]
    small = [g for g in spare if len(groups[g]) <= wanted]
    found = _taken(small, groups, kinds, wanted)
    if missing := _sorts(every, kinds) - _sorts(found, kinds):
        with_it = ([g for g in small if sort in _sorts([g], kinds)] for sort in sorted(missing))
        first = [some[0] for some in with_it if some]
        found = _taken([*first, *small], groups, kinds, wanted)
    return found or [min(spare or every, key=lambda g: len(groups[g]))]


def _taken(
    order: Sequence[int], groups: Sequence[Sequence[int]], kinds: Sequence[Kinds], wanted: int
) -> list[int]:
    """Groups in this order while there is room, each if the others have all of its kinds too."""
    left = Counter(chain.from_iterable(kinds))
    found: dict[int, None] = {}
    count = 0
    for one in order:
        fits = one not in found and count + len(groups[one]) <= wanted
        if fits and all(left[kind] > 1 for kind in kinds[one]):
            left.subtract(kinds[one])
            found[one] = None
            count += len(groups[one])
    return list(found)


def _sorts(chosen: Iterable[int], kinds: Sequence[Kinds]) -> set[tuple[str, str]]:
    """Whether these groups have spans, relations, text labels of each name."""
    return {(of, name) for one in chosen for of, name, _ in kinds[one]}


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
        if len(values) == values.total()
        or (len(values) > _MANY and 2 * len(values) > values.total())
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
