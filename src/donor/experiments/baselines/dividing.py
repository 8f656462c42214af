"""Which documents are learnt from, which tell when to stop, and which all rows are scored on.

Official splits are kept. Gold without them is divided by a hash of its texts. No document is
learnt from that is gold's test in another language or another translation.
"""

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from donor.data import Document
from donor.errors import InputError
from donor.experiments.baselines.datasets import Datasets, Kept, Pool, known_again
from donor.experiments.baselines.recipe import Shares
from donor.train.hygiene import normalised
from donor.train.splits import DEV, TEST, TRAIN

__all__ = ["Divided", "Sides", "cut", "divided", "documents_of", "nested", "sentences_in"]

_HELD_OUT = 0.1


@dataclass(frozen=True, slots=True)
class Sides:
    """The documents of one dataset by what they are for, and what is to be known of that."""

    train: tuple[Kept, ...] = ()
    dev: tuple[Kept, ...] = ()
    test: tuple[Kept, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Divided:
    """All datasets, divided.

    Args:
        gold: its `test` is what all rows are scored on; `train` may be empty.
        silver: nothing of it is gold's test.
        source: likewise; None where there is no source data.
    """

    gold: Sides
    silver: Sides
    source: Sides | None


def divided(datasets: Datasets, shares: Shares) -> Divided:
    """The datasets divided, so that nothing of gold's test is learnt from in any of them.

    Raises InputError where gold is too small to be divided.
    """
    gold = _gold(datasets.gold, shares)
    pools = [datasets.silver] + ([datasets.source] if datasets.source else [])
    test = known_again(_names(gold.test), pools)
    dev = known_again(_names(gold.dev), pools)

    def rest(pool: Pool) -> Sides:
        return _without(pool, test, dev, shares.seed)

    source = rest(datasets.source) if datasets.source else None
    return Divided(gold, rest(datasets.silver), source)


def documents_of(kept: Sequence[Kept]) -> tuple[Document, ...]:
    """The documents alone."""
    return tuple(one.document for one in kept)


def cut(
    kept: Sequence[Kept], shares: Mapping[str, float], seed: int
) -> tuple[dict[str, list[Kept]], list[Kept]]:
    """The parts of these shares, by a hash of their texts and the seed, and what is left.

    Documents of equal text stay on one side. Each part has its share of the texts, rounded, one at
    least.
    """
    places: defaultdict[str, list[Kept]] = defaultdict(list)
    for one in kept:
        places[_digest(one.document, seed)].append(one)
    order, parts, done = sorted(places), {}, 0
    for name, share in shares.items():
        wanted = max(1, round(share * len(order)))
        chosen = set(order[done : done + wanted])
        parts[name] = [one for one in kept if _digest(one.document, seed) in chosen]
        done += wanted
    left = set(order[done:])
    return parts, [one for one in kept if _digest(one.document, seed) in left]


def nested(kept: Sequence[Kept], sizes: Sequence[int], seed: int) -> list[tuple[Kept, ...]]:
    """For each size the first documents, by a hash, that have so many sentences together.

    The smaller part is within the larger one. Sizes that all documents do not have are left out.
    """
    order = sorted(kept, key=lambda one: _digest(one.document, seed, one.document.id))
    found, at, sentences = [], 0, 0
    for size in sorted(sizes):
        while sentences < size and at < len(order):
            sentences += sentences_in([order[at].document])
            at += 1
        if sentences < size or at == len(order):
            break
        found.append(tuple(order[:at]))
    return found


def sentences_in(documents: Sequence[Document]) -> int:
    """The number of sentences that are not empty."""
    return sum(bool(text.strip()) for one in documents for text in one.segment_texts())


def _gold(pools: Mapping[str, Pool], shares: Shares) -> Sides:
    if "gold" in pools:
        return _one_gold(pools["gold"], shares)
    test = _own(pools["test"], TEST)
    taken = {normalised(one.document.text) for one in test}
    train, dev = [], []
    notes: list[str] = []

    def left(name: str, split: str) -> list[Kept]:
        given = _own(pools[name], split)
        found = [one for one in given if normalised(one.document.text) not in taken]
        if len(found) < len(given):
            notes.append(
                f"{len(given) - len(found):,} documents of {pools[name].name} have the text"
                f" of one of {pools['test'].name} and are left out"
            )
        return found

    if "train" in pools:
        train = left("train", TRAIN)
        if "dev" in pools:
            dev = left("dev", DEV)
        else:
            train, dev = _held_out(train, pools["train"].name, shares.seed, notes)
    return Sides(tuple(train), tuple(dev), tuple(test), tuple(notes))


def _one_gold(pool: Pool, shares: Shares) -> Sides:
    """Gold by its official splits; of one without them, by shares."""
    by_split = _by_split(pool)
    unsaid = by_split.pop(None, [])
    notes: list[str] = []
    if not by_split:
        return _by_shares(pool, shares)
    test, dev, train = (list(by_split.get(name, [])) for name in (TEST, DEV, TRAIN))
    train = train or unsaid
    if not test:
        test, dev = dev, []
        notes.append(f"{pool.name} has no test: its dev is what is scored on")
    if not test:
        hint = "take it as gold_train, with a gold_test"
        raise InputError(pool.name, "gold has neither test nor dev to be scored on", hint)
    if train and not dev:
        train, dev = _held_out(train, pool.name, shares.seed, notes)
    return Sides(tuple(train), tuple(dev), tuple(test), tuple(notes))


def _by_shares(pool: Pool, shares: Shares) -> Sides:
    wanted = {TEST: shares.test, DEV: shares.dev}
    parts, train = cut(pool.documents, wanted, shares.seed)
    if not train or not parts[DEV]:
        what = f"{len(pool.documents):,} documents cannot be divided into train, dev and test"
        raise InputError(pool.name, what, "give more gold, or gold_test alone")
    note = (
        f"{pool.name} has no official splits: {len(train):,} documents are train,"
        f" {len(parts[DEV]):,} dev, {len(parts[TEST]):,} test, by a hash of their text"
        f" (seed {shares.seed})"
    )
    return Sides(tuple(train), tuple(parts[DEV]), tuple(parts[TEST]), (note,))


def _without(pool: Pool, test: frozenset[str], dev: frozenset[str], seed: int) -> Sides:
    """A dataset without what is gold's test; its dev is its own, or what is gold's dev.

    What is gold's dev is not learnt from either: else gold's rows could choose by what they learn.
    """
    notes: list[str] = []
    left = [one for one in pool.documents if not one.names & test]
    if len(left) < len(pool.documents):
        notes.append(
            f"{len(pool.documents) - len(left):,} of {len(pool.documents):,} documents of"
            f" {pool.name} have the id or the text of one of gold's test, and are left out"
        )
    of_gold = [one for one in left if one.names & dev]
    by_split = _by_split(replace(pool, documents=tuple(left)))
    if unused := len(by_split.get(TEST, ())):
        notes.append(f"{unused:,} documents of {pool.name} are its own test and not learnt from")
    train = by_split.get(None, []) + by_split.get(TRAIN, [])
    train = [one for one in train if not one.names & dev]
    found = by_split.get(DEV, []) or of_gold
    if found is of_gold and of_gold:
        notes.append(
            f"dev of {pool.name}: its {len(of_gold):,} documents with the id or the text of one of"
            " gold's dev"
        )
    if not found:
        train, found = _held_out(train, pool.name, seed, notes)
    return Sides(tuple(train), tuple(found), (), tuple(notes))


def _held_out(
    train: Sequence[Kept], name: str, seed: int, notes: list[str]
) -> tuple[list[Kept], list[Kept]]:
    """What is left of train, and a tenth of it for dev; none of a single text."""
    if len({_digest(one.document, seed) for one in train}) < 2:
        return list(train), []
    parts, left = cut(train, {DEV: _HELD_OUT}, seed)
    notes.append(
        f"{name} has no dev: {len(parts[DEV]):,} of {len(train):,} documents of train are held"
        f" out, by a hash of their text (seed {seed})"
    )
    return left, parts[DEV]


def _own(pool: Pool, split: str) -> list[Kept]:
    """The documents of a split; all where the dataset says none of that name."""
    return _by_split(pool).get(split) or list(pool.documents)


def _by_split(pool: Pool) -> dict[str | None, list[Kept]]:
    found: defaultdict[str | None, list[Kept]] = defaultdict(list)
    for one in pool.documents:
        found[one.split].append(one)
    return dict(found)


def _names(kept: Sequence[Kept]) -> frozenset[str]:
    return frozenset(name for one in kept for name in one.names)


def _digest(document: Document, seed: int, more: str = "") -> str:
    return hashlib.sha256(f"{seed}\n{more}\n{normalised(document.text)}".encode()).hexdigest()
