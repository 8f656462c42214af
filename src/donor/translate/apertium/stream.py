"""A text in Apertium's stream format, with the words of its spans marked, and back.

Word-bound blanks (`[[t:s:1]]word[[/]]`) stay with the words that a rule moves, joins or inflects.
All words are marked, those of no span with 0: so a word that comes back without a mark is one
that the translation has put in. What Apertium must not touch is held out: in its place stands a
blank with a number, which comes back as it is.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from donor.data import Interval
from donor.data.markup import Piece
from donor.languages.characters import is_edge

__all__ = ["Decoded", "Encoded", "Marked", "decode", "encode", "escape"]

# The format's own signs. `^` and `~` do not come back right even when escaped, U+FFFF ends the
# stream, a surrogate has no UTF-8; they are held out.
_SIGNS = re.compile(r"[\[\]{}$/\\<>@]")
_UNSPEAKABLE = re.compile("[\x00^~\ufffe\uffff\ud800-\udfff]+")
_SUFFIX = re.compile(r"['’]\w{1,2}\b")
_PART = re.compile(
    r"\\(?P<sign>.)|\[\[/\]\]|\[\[(?P<marks>[^\[\]]*)\]\]|\[k:(?P<held>[0-9]+)\]|\[\]"
    r"|(?P<broken>[\[\]{}^$\\\x00\uffff])",
    re.DOTALL,
)
_MARK = re.compile(r"t:s:([0-9]+)")
_SPACE = re.compile(r"\s+")
_NO_SPAN = 0


@dataclass(frozen=True, slots=True)
class Encoded:
    """A text as Apertium gets it.

    Args:
        text: the text.
        stream: the same in the stream format.
        held: the words that were held out, by their numbers from 0.
        covering: the numbers of the pieces over each of them.
    """

    text: str
    stream: str
    held: tuple[str, ...] = ()
    covering: tuple[tuple[int, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Marked:
    """A stretch of a translation that comes from the source, and the pieces it belongs to."""

    interval: Interval
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Decoded:
    """A translation, and what of it comes from which pieces, in the order of the text."""

    text: str
    marked: tuple[Marked, ...]


def escape(text: str) -> str:
    r"""The text with a backslash before each sign that the format uses itself.

    >>> print(escape("[1] and/or"))
    \[1\] and\/or
    """
    return _SIGNS.sub(r"\\\g<0>", text)


def encode(text: str, pieces: Iterable[Piece] = (), kept: Iterable[str] = ()) -> Encoded:
    """The text in the stream format, the words of each piece marked with its number.

    A piece that begins or ends inside a word takes the whole word, with an English `'s`.

    Args:
        text: a segment.
        pieces: what is marked; they may overlap.
        kept: words that are to stay as they are, where they stand on the edges of words.

    >>> encode("A red ion", [Piece(1, Interval(2, 9))], ["ion"]).stream
    '[[t:s:0]]A[[/]] [[t:s:1]]red[[/]] [k:0]'
    """
    whole = [Piece(piece.number, _whole_words(text, piece.interval)) for piece in pieces]
    out = _held_out(text, kept)
    cuts = {0, len(text), *(at for one in out for at in (one.start, one.end))}
    cuts.update(at for piece in whole for at in (piece.interval.start, piece.interval.end))
    starts = {one.start for one in out}
    parts: list[str] = []
    held: list[str] = []
    covering: list[tuple[int, ...]] = []
    for start, end in pairwise(sorted(cuts)):
        part = Interval(start, end)
        numbers = tuple(
            dict.fromkeys(piece.number for piece in whole if piece.interval.contains(part))
        )
        if start in starts:
            parts.append(f"[k:{len(held)}]")
            held.append(part.of(text))
            covering.append(numbers)
        elif not any(one.contains(part) for one in out):
            parts.append(_marked(part.of(text), numbers or (_NO_SPAN,)))
        else:
            # An edge of a piece inside of what is held out.
            held[-1] += part.of(text)
            covering[-1] = tuple(dict.fromkeys((*covering[-1], *numbers)))
    return Encoded(text, "".join(parts), tuple(held), tuple(covering))


def _marked(words: str, numbers: Sequence[int]) -> str:
    core = words.strip()
    if not core:
        return words
    before, _, after = words.partition(core)
    marks = "; ".join(f"t:s:{number}" for number in numbers)
    return f"{before}[[{marks}]]{escape(core)}[[/]]{after}"


def _whole_words(text: str, interval: Interval) -> Interval:
    start, end = interval.start, interval.end
    while not is_edge(text, start):
        start -= 1
    while not is_edge(text, end):
        end += 1
    suffix = _SUFFIX.match(text, end) if text[end - 1].isalnum() else None
    return Interval(start, suffix.end() if suffix else end)


def _held_out(text: str, kept: Iterable[str]) -> list[Interval]:
    """What is held out, in order and disjoint; of words inside others the longer ones."""
    found = [match.span() for match in _UNSPEAKABLE.finditer(text)]
    for words in kept:
        matches = re.finditer(re.escape(words), text)
        found += [m.span() for m in matches if is_edge(text, m.start()) and is_edge(text, m.end())]
    disjoint: list[Interval] = []
    for start, end in sorted(set(found), key=lambda span: (span[0], -span[1])):
        if not disjoint or start >= disjoint[-1].end:
            disjoint.append(Interval(start, end))
        elif end > disjoint[-1].end:
            disjoint[-1] = Interval(disjoint[-1].start, end)
    return disjoint


def decode(stream: str, encoded: Encoded) -> Decoded | None:
    """The translation in a stream that came back; None where its blanks are broken.

    Its edges have the white space of the source. Where the translation has put in or left out a
    word beside a blank, the blanks around it are one.
    """
    read = _read(stream, encoded)
    if read is None:
        return None
    raw, marked = read
    text, offsets = _tidy(raw, encoded.text)
    moved = []
    for one in marked:
        words = one.interval.of(raw)
        start = one.interval.start + len(words) - len(words.lstrip())
        end = start + len(words.strip())
        if start < end:
            moved.append(Marked(Interval(offsets[start], offsets[end]), one.numbers))
    return Decoded(text, tuple(moved))


def _read(stream: str, encoded: Encoded) -> tuple[str, list[Marked]] | None:
    """The bare text with its marks; None where a mark or what was held out is not whole."""
    reader = _Reader(encoded)
    done = 0
    for match in _PART.finditer(stream):
        reader.put(stream[done : match.start()])
        done = match.end()
        if not reader.take(match):
            return None
    reader.put(stream[done:])
    if reader.opened or len(reader.seen) < len(encoded.held):
        return None
    return "".join(reader.parts), reader.marked


@dataclass
class _Reader:
    """What has been read of a stream.

    Attributes:
        parts: the text so far.
        at: how long it is.
        marked: the stretches that are marked.
        opened: where the one that is read now began, and its numbers.
        seen: the numbers of what was held out that have come.
    """

    encoded: Encoded
    parts: list[str] = field(default_factory=list)
    at: int = 0
    marked: list[Marked] = field(default_factory=list)
    opened: tuple[int, tuple[int, ...]] | None = None
    seen: set[int] = field(default_factory=set)

    def put(self, text: str) -> None:
        self.parts.append(text)
        self.at += len(text)

    def take(self, match: re.Match[str]) -> bool:
        """Takes what is more than text; whether it may stand here."""
        kind = match.lastgroup
        if kind == "sign":
            self.put(match["sign"])
            return True
        if kind == "marks":
            return self._open(match["marks"])
        if kind == "held":
            return self._hold(int(match["held"]))
        return kind is None and (match[0] == "[]" or self._close())

    def _open(self, marks: str) -> bool:
        numbers = tuple(dict.fromkeys(map(int, _MARK.findall(marks))))
        if self.opened or not numbers:
            return False
        self.opened = self.at, numbers
        return True

    def _close(self) -> bool:
        if self.opened is None:
            return False
        self._mark(*self.opened)
        self.opened = None
        return True

    def _hold(self, number: int) -> bool:
        if number in self.seen or number >= len(self.encoded.held):
            return False
        self.seen.add(number)
        start = self.at
        self.put(self.encoded.held[number])
        if not self.opened:
            self._mark(start, self.encoded.covering[number] or (_NO_SPAN,))
        return True

    def _mark(self, start: int, numbers: tuple[int, ...]) -> None:
        self.marked.append(Marked(Interval(start, self.at), numbers))


def _tidy(raw: str, source: str) -> tuple[str, Sequence[int]]:
    """The text between the white space of the source's edges, and its offset for each of `raw`.

    White space that is longer than any that the source has is cut to its first character, or to
    its line breaks.
    """
    words = source.strip()
    before, _, after = source.partition(words)
    usual = set(_SPACE.findall(words))
    start = len(raw) - len(raw.lstrip())
    end = start + len(raw.strip())
    parts, offsets = [before], [len(before)] * start
    at, done = len(before), start
    for stretch, kept in _spaces(raw, start, end, usual):
        parts += [raw[done : stretch.start], kept]
        offsets += range(at, at + stretch.start - done)
        at += stretch.start - done
        offsets += [at + min(n, len(kept)) for n in range(len(stretch))]
        at += len(kept)
        done = stretch.end
    parts += [raw[done:end], after]
    offsets += range(at, at + end - done + 1)
    return "".join(parts), offsets


def _spaces(raw: str, start: int, end: int, usual: set[str]) -> Iterator[tuple[Interval, str]]:
    for match in _SPACE.finditer(raw, start, end):
        space = match[0]
        if len(space) > 1 and space not in usual:
            yield Interval(*match.span()), "\n" * space.count("\n") or space[0]
