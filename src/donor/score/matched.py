"""Which predicted document belongs to which of gold's."""

from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from donor.data import Document
from donor.errors import InputError
from donor.score.texts import over_text_of

__all__ = ["Matched", "matched"]

Pair = tuple[Document | None, Document]


@dataclass(frozen=True, slots=True)
class Matched:
    """The documents of gold, in order, each behind its prediction or None.

    Args:
        pairs: as they are.
        over_gold: the positions in `pairs` of those whose text is gold's, or that are missing,
            and these with the prediction over gold's text.
        missing: the ids of gold that have no prediction.
        extra: the predicted ids that have no counterpart in gold.
        duplicates: the ids that occur several times on a side.
    """

    pairs: Sequence[Pair]
    over_gold: Sequence[tuple[int, Pair]]
    missing: tuple[str, ...]
    extra: tuple[str, ...]
    duplicates: dict[str, list[str]]

    @property
    def texts_differ(self) -> int:
        """How many documents have another text than gold's."""
        return len(self.pairs) - len(self.over_gold)

    @property
    def languages(self) -> tuple[list[str], list[str]]:
        """The languages that the predicted documents name, and gold's; the most frequent first."""
        predicted, gold = (_named(pair[side] for pair in self.pairs) for side in (0, 1))
        return predicted, gold

    @property
    def language(self) -> str:
        """That of most of gold, else of most of the prediction; und where none is named."""
        predicted, gold = self.languages
        return (gold or predicted or ["und"])[0]


def matched(predicted: Iterable[Document], gold: Iterable[Document]) -> Matched:
    """Gold's documents with their predictions: that of the same id, else of the same text.

    Of an id that occurs several times, the first goes with the first, and so on.

    Raises:
        InputError: gold is empty, or no document is in both.
    """
    golds, found = list(gold), list(predicted)
    if not golds:
        raise InputError("gold", "holds no document", "there is nothing to score against")
    partners, extra = _partners(found, golds)
    if all(one is None for one in partners):
        hint = "documents match by id, else by text"
        raise InputError("the prediction", "has no document in common with gold", hint)
    pairs = list(zip(partners, golds, strict=True))
    return Matched(
        pairs,
        [(n, pair) for n, one in enumerate(pairs) if (pair := _over_gold(one)) is not None],
        tuple(other.id for one, other in pairs if one is None),
        tuple(document.id for document in extra),
        {"predicted": _twice(found), "gold": _twice(golds)},
    )


def _partners(
    found: Sequence[Document], golds: Sequence[Document]
) -> tuple[list[Document | None], list[Document]]:
    """The prediction of each document of gold, and the predictions that are left over."""
    ids = {document.id for document in golds}
    by_id: defaultdict[str, deque[Document]] = defaultdict(deque)
    by_text: defaultdict[str, deque[Document]] = defaultdict(deque)
    for document in found:
        if document.id in ids:
            by_id[document.id].append(document)
        else:
            by_text[document.text.strip()].append(document)
    partners = [by_id[one.id].popleft() if by_id[one.id] else None for one in golds]
    for n, one in enumerate(golds):
        same = by_text[one.text.strip()] if partners[n] is None else None
        if same:
            partners[n] = same.popleft()
    taken = {id(one) for one in partners}
    return partners, [document for document in found if id(document) not in taken]


def _over_gold(pair: Pair) -> Pair | None:
    predicted, gold = pair
    if predicted is None:
        return pair
    over = over_text_of(predicted, gold)
    return None if over is None else (over, gold)


def _named(documents: Iterable[Document | None]) -> list[str]:
    languages = Counter(one.language for one in documents if one is not None)
    return [name for name, _ in languages.most_common() if name and name != "und"]


def _twice(documents: Iterable[Document]) -> list[str]:
    return [name for name, n in Counter(one.id for one in documents).items() if n > 1]
