"""Texts with markers in them, as inputs that keep the markers however long the text is."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from donor.train.examples import Settings
from donor.train.tasks.sequences import longest_input
from donor.train.tasks.windows import Place, Tokens, encoded

__all__ = ["cut_around", "marked_inputs"]

_CHUNK = 2_000


def marked_inputs(
    texts: Sequence[str], marks: Sequence[Sequence[Place]], tokenizer: Any, settings: Settings
) -> Iterator[dict[str, list[int]]]:
    """What a model is given of each text; what is too long is cut by `cut_around`.

    Args:
        texts: with their markers.
        marks: where the markers of each text stand, in order.
        tokenizer: of transformers, one that knows places.
        settings: how long an input may be.
    """
    longest = longest_input(tokenizer, settings)
    for at in range(0, len(texts), _CHUNK):
        batch = tokenizer(list(texts[at : at + _CHUNK]), verbose=False)
        for n, ids in enumerate(batch["input_ids"]):
            if len(ids) <= longest:
                yield {name: batch[name][n] for name in batch}
            else:
                yield _cut(texts[at + n], marks[at + n], tokenizer, longest)


def _cut(text: str, marks: Sequence[Place], tokenizer: Any, longest: int) -> dict[str, list[int]]:
    [tokens] = encoded(tokenizer, [(text,)], longest)
    marked = _positions(tokens, marks)
    kept = cut_around(len(tokens.ids), marked, longest - tokens.around_count)
    return tokens.picked(kept).inputs(0, len(kept))


def cut_around(count: int, marked: Sequence[int], room: int) -> list[int]:
    """Which of so many tokens are kept where there is room for fewer.

    What lies outside the markers goes first, evenly on both sides. If that is not enough, the
    stretches between markers lose their middles, the longest first.

    >>> cut_around(9, [4, 6], 5)
    [3, 4, 5, 6, 7]
    >>> cut_around(9, [0, 8], 5)
    [0, 1, 2, 7, 8]

    Args:
        count: how many tokens there are.
        marked: the positions of the markers' tokens, in order.
        room: how many can be kept, at least as many as those of the markers.
    """
    if not marked:
        return list(range(min(count, room)))
    first, last = marked[0], marked[-1]
    spare = room - (last - first + 1)
    if spare >= 0:
        behind = count - 1 - last
        before = min(first, max(spare // 2, spare - behind))
        return list(range(first - before, min(count, last + 1 + spare - before)))
    stretches = [range(a + 1, b) for a, b in pairwise(marked)]
    most = _most_each([len(stretch) for stretch in stretches], room - len(marked))
    kept = [n for stretch in stretches for n in _ends(stretch, most)]
    return sorted([*marked[:room], *kept])


def _ends(stretch: Sequence[int], most: int) -> Sequence[int]:
    """What is left of a stretch without its middle."""
    if len(stretch) <= most:
        return stretch
    return [*stretch[: most - most // 2], *stretch[len(stretch) - most // 2 :]]


def _most_each(lengths: Sequence[int], room: int) -> int:
    """The most of each length that can be kept if all are cut to it and together have room."""
    most, left = 0, sorted(lengths)
    while left and left[0] - most <= room // len(left):
        room -= (left[0] - most) * len(left)
        most = left.pop(0)
    return most + max(0, room) // len(left) if left else most


def _positions(tokens: Tokens, marks: Sequence[Place]) -> list[int]:
    """The tokens of the markers, which are several where the tokenizer does not know one."""
    found = []
    for n, place in enumerate(tokens.places):
        if place and any(place[0] < end and start < place[1] for start, end in marks):
            found.append(n)
    return found
