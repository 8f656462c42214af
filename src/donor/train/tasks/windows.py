"""Texts as tokens, in windows that overlap where they are longer than a model's input."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, TypeVar

__all__ = ["Place", "Tokens", "encoded", "together", "tokens_by_word"]

Place = tuple[int, int]
"""The code points of a text that a token stands for."""

T = TypeVar("T")

_CHUNK = 500
_IDS = "input_ids"


@dataclass(frozen=True, slots=True)
class Tokens:
    """A text as tokens, and what stands around them in each of its windows.

    Args:
        ids: the number of each token.
        places: where it stands in the text; None for one that stands for nothing there.
        before: what a model is given before the tokens, by the names of its inputs: signs of the
            tokenizer, and the first text of a pair.
        after: what it is given behind them.
        beside: the inputs other than ids, which are the same for all tokens.
    """

    ids: Sequence[int]
    places: Sequence[Place | None]
    before: Mapping[str, Sequence[int]]
    after: Mapping[str, Sequence[int]]
    beside: Mapping[str, int]

    @property
    def before_count(self) -> int:
        """How many tokens stand before these."""
        return len(self.before[_IDS])

    @property
    def around_count(self) -> int:
        """How many tokens stand around these."""
        return len(self.before[_IDS]) + len(self.after[_IDS])

    def windows(self, longest: int, stride: int) -> Iterator[tuple[int, int]]:
        """Start and end of each window: together all tokens, one window at least.

        Two windows share at least as many tokens as the stride says, or half of what they hold.
        The last one goes back so far that it is as long as the others.
        """
        size = longest - self.around_count
        step = size - min(stride, size // 2)
        last = max(0, len(self.ids) - size)
        start = 0
        yield start, min(size, len(self.ids))
        while start < last:
            start = min(start + step, last)
            yield start, start + size

    def inputs(self, start: int, end: int) -> dict[str, list[int]]:
        """What a model is given of a window."""
        found = {}
        for name, before in self.before.items():
            own = (
                self.ids[start:end] if name == _IDS else [self.beside.get(name, 0)] * (end - start)
            )
            found[name] = [*before, *own, *self.after[name]]
        return found

    def picked(self, positions: Sequence[int]) -> "Tokens":
        """These of the tokens alone."""
        places = [self.places[n] for n in positions]
        return replace(self, ids=[self.ids[n] for n in positions], places=places)

    def around(self, values: Sequence[T], start: int, end: int) -> list[T | None]:
        """The values of a window's tokens, and None for what stands around them."""
        after = self.around_count - self.before_count
        return [*[None] * self.before_count, *values[start:end], *[None] * after]


def encoded(tokenizer: Any, texts: Sequence[tuple[str, ...]], longest: int) -> Iterator[Tokens]:
    """The last of one or two texts as tokens, whole; of a first one so much as half an input.

    Args:
        tokenizer: of transformers, one that knows places.
        texts: all single, or all pairs.
        longest: how many tokens an input has at most.
    """
    for at in range(0, len(texts), _CHUNK):
        columns = [list(column) for column in zip(*texts[at : at + _CHUNK], strict=True)]
        batch = tokenizer(*columns, return_offsets_mapping=True, verbose=False)
        for n in range(len(columns[0])):
            yield _apart(batch, n, len(columns) - 1, longest)


def _apart(batch: Any, n: int, last: int, longest: int) -> Tokens:
    """The tokens of the last text, apart from all others."""
    of = batch.sequence_ids(n)
    own = [at for at, which in enumerate(of) if which == last]
    start, end = (own[0], own[-1] + 1) if own else (len(of), len(of))
    signs = sum(which is None for which in of)
    of_first = [at for at in range(start) if of[at] is not None]
    cut = set(of_first[(longest - signs) // 2 :])
    rows = {name: batch[name][n] for name in batch if name != "offset_mapping"}
    offsets = batch["offset_mapping"][n]
    return Tokens(
        rows[_IDS][start:end],
        [(a, b) if a < b else None for a, b in offsets[start:end]],
        {name: [row[at] for at in range(start) if at not in cut] for name, row in rows.items()},
        {name: row[end:] for name, row in rows.items()},
        {name: row[start] for name, row in rows.items() if own},
    )


def tokens_by_word(
    tokens: Tokens, text: str, words: Sequence[Place], tokenizer: Any, seen: dict[str, Any]
) -> tuple[Tokens, list[int | None]]:
    """The tokens, cut so that each is of one word; and of each the word, None for none.

    A token over parts of two words could bear the tag of one alone, so the parts are looked up
    by themselves. It is rare, but where words stand without spaces between them.

    Args:
        tokens: those of the text.
        text: the text.
        words: in their order, disjoint.
        tokenizer: what has made the tokens.
        seen: parts that were looked up before; kept up to date.
    """
    edges = sorted({edge for word in words for edge in word})
    ids: list[int] = []
    places: list[Place | None] = []
    for start, end in together(tokens.places):
        own = [place for place in tokens.places[start:end] if place]
        if any(len(_parts(place, text, edges)) > 1 for place in own):
            whole = min(a for a, _ in own), max(b for _, b in own)
            for a, b in _parts(whole, text, edges):
                more = _looked_up(text[a:b], tokenizer, seen)
                ids += more[0]
                places += [(a + c, a + d) if c < d else None for c, d in more[1]]
        else:
            ids += tokens.ids[start:end]
            places += tokens.places[start:end]
    starts = [word[0] for word in words]
    return replace(tokens, ids=ids, places=places), [_word(p, words, starts) for p in places]


def together(places: Sequence[Place | None]) -> Iterator[tuple[int, int]]:
    """Start and end of each run of tokens that stand for the same characters: bytes of them."""
    start, done = 0, 0
    for at, place in enumerate(places):
        if place is None:
            continue
        if at > start and place[0] >= done:
            yield start, at
            start = at
        done = max(done, place[1])
    if start < len(places):
        yield start, len(places)


def _parts(place: Place, text: str, edges: Sequence[int]) -> list[Place]:
    """A place cut at the edges inside it; parts of white space are left out."""
    first, end = bisect_right(edges, place[0]), bisect_left(edges, place[1])
    cuts = [place[0], *edges[first:end], place[1]]
    return [(a, b) for a, b in pairwise(cuts) if not text[a:b].isspace()]


def _looked_up(part: str, tokenizer: Any, seen: dict[str, Any]) -> tuple[list[int], list[Place]]:
    if part not in seen:
        one = tokenizer(part, add_special_tokens=False, return_offsets_mapping=True)
        seen[part] = one[_IDS], one["offset_mapping"]
    found: tuple[list[int], list[Place]] = seen[part]
    return found


def _word(place: Place | None, words: Sequence[Place], starts: Sequence[int]) -> int | None:
    """The position of the word that a token is of; None for none."""
    if place is None:
        return None
    start, end = place
    at = bisect_right(starts, end - 1) - 1
    return at if at >= 0 and words[at][1] > start else None
