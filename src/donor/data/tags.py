"""Tags of tokens, and the spans over tokens that they say, in the schemes that taggers use.

    =======  ==============================  =====================================
    scheme   a span of three, one of one     where
    =======  ==============================  =====================================
    IO       PER PER PER, PER                Few-NERD: the label alone
    IOB1     I-PER I-PER I-PER, I-PER        CoNLL-2003; B- right behind its like
    BIO      B-PER I-PER I-PER, B-PER        nearly everywhere; also called IOB2
    BILOU    B-PER I-PER L-PER, U-PER        spaCy
    BIOES    B-PER I-PER E-PER, S-PER        Stanza, Flair; also called IOBES
    BMES     B-PER M-PER E-PER, S-PER        Chinese corpora
    BMEWO    B-PER M-PER E-PER, W-PER
    =======  ==============================  =====================================

What breaks its scheme is read as the shared tasks' script conlleval reads it.
"""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from donor.errors import ConfigError

__all__ = [
    "OUTSIDE",
    "UNNAMED",
    "Scheme",
    "TokenSpan",
    "first_departure",
    "is_tag",
    "scheme_named",
    "scheme_of",
    "spans_of",
    "tags_of",
]

OUTSIDE = "O"
UNNAMED = "_"
"""The label of a span whose tags are bare letters: `B`, `I`."""


class Scheme(StrEnum):
    """How tags say where a span begins and ends."""

    IO = "IO"
    IOB1 = "IOB1"
    BIO = "BIO"
    BILOU = "BILOU"
    BIOES = "BIOES"
    BMES = "BMES"
    BMEWO = "BMEWO"


class TokenSpan(NamedTuple):
    """A labelled run of tokens, by their positions; the end is behind the last."""

    start: int
    end: int
    label: str


# The letters of the first token of several, of those inside, of the last, and of a single one.
_LETTERS = {
    Scheme.BIO: "BIIB",
    Scheme.BILOU: "BILU",
    Scheme.BIOES: "BIES",
    Scheme.BMES: "BMES",
    Scheme.BMEWO: "BMEW",
}
_ALIASES = {"IOB2": Scheme.BIO, "IOB": Scheme.BIO, "IOBES": Scheme.BIOES, "BILUO": Scheme.BILOU}
_READ_AS = dict(zip("BIMLEUSW", "BIIEESSS", strict=True))
_TELLING = {"L": Scheme.BILOU, "U": Scheme.BILOU, "M": Scheme.BMES, "W": Scheme.BMEWO}


def scheme_named(name: str) -> Scheme:
    """The scheme of that name, in capitals or not. Raises ConfigError, which lists them."""
    wanted = name.upper()
    if wanted in _ALIASES:
        return _ALIASES[wanted]
    if wanted in Scheme.__members__:
        return Scheme(wanted)
    raise ConfigError("tag scheme", f"{name!r} is none", f"use one of {', '.join(Scheme)}")


def is_tag(tag: str) -> bool:
    """Whether it is O, or a letter that a scheme knows, alone or with a label.

    >>> [is_tag(tag) for tag in ("O", "B-PER", "B", "NNP", "X-PER", "B-")]
    [True, True, True, False, False, False]
    """
    return tag == OUTSIDE or _parts(tag) is not None


def spans_of(tags: Sequence[str], scheme: Scheme = Scheme.BIO) -> list[TokenSpan]:
    """The spans that tags say, in order. The scheme matters only where it is IO.

    A span begins at B, S or U, behind O or the end of another, and where the label changes.

    >>> spans_of(["I-PER", "I-PER", "O", "B-LOC", "I-ORG"])[1:]
    [TokenSpan(start=3, end=4, label='LOC'), TokenSpan(start=4, end=5, label='ORG')]

    Raises:
        ValueError: says which tag is none.
    """
    tagged = [n for n, tag in enumerate(tags) if tag != OUTSIDE]
    spans: list[TokenSpan] = []
    read = _as_inside if scheme is Scheme.IO else _parts
    start, end, label = 0, -1, None
    for position in tagged:
        parts = read(tags[position])
        if parts is None:
            raise ValueError(f"tag {tags[position]!r}")
        letter, name = parts
        if letter in "BS" or name != label or position != end:
            if label is not None:
                spans.append(TokenSpan(start, end, label))
            start, label = position, name
        end = position + 1
        if letter in "ES":
            spans.append(TokenSpan(start, end, name))
            label = None
    if label is not None:
        spans.append(TokenSpan(start, end, label))
    return spans


def tags_of(spans: Iterable[TokenSpan], length: int, scheme: Scheme = Scheme.BIO) -> list[str]:
    """The tags of `length` tokens that say these spans.

    >>> tags_of([TokenSpan(0, 1, "PER"), TokenSpan(1, 3, "PER")], 4, Scheme.IOB1)
    ['I-PER', 'B-PER', 'I-PER', 'O']

    Raises:
        ValueError: two spans overlap.
    """
    tags = [OUTSIDE] * length
    done, before = 0, None
    for span in sorted(spans):
        start, end, label = span
        if start < done:
            raise ValueError(f"spans overlap at token {start}")
        touches_its_like = start == done and label == before
        tags[start:end] = _tags_of_one(end - start, label, scheme, touches_its_like)
        done, before = end, label
    return tags


def first_departure(
    tags: Sequence[str], spans: Iterable[TokenSpan], scheme: Scheme
) -> tuple[int, str] | None:
    """The position of the first tag that the scheme has otherwise, and what it has there."""
    expected = tags_of(spans, len(tags), scheme)
    if expected == tags:
        return None
    pairs = enumerate(zip(tags, expected, strict=True))
    return next((n, right) for n, (tag, right) in pairs if tag != right)


def scheme_of(sequences: Iterable[Sequence[str]]) -> Scheme:
    """The scheme that the tags of some sentences look like; BIO where nothing tells.

    >>> scheme_of([["I-PER", "I-PER", "O", "I-LOC"]]).value
    'IOB1'
    """
    begun_by_b = begun_by_i = 0
    letters = set()
    for tags in sequences:
        before = None
        for tag in tags:
            parts = _parts(tag)
            if parts is not None:
                letters.add(tag[0])
                if parts[1] != before:
                    begun_by_b += tag[0] == "B"
                    begun_by_i += tag[0] == "I"
            before = parts and parts[1]
    for letter in "WMLU":
        if letter in letters:
            return _TELLING[letter]
    if letters & {"E", "S"}:
        return Scheme.BIOES
    return Scheme.IOB1 if begun_by_i > begun_by_b else Scheme.BIO


@lru_cache(maxsize=4096)
def _parts(tag: str) -> tuple[str, str] | None:
    """The letter of a tag, as one of BIES, and its label; None for O and for what is no tag."""
    letter = _READ_AS.get(tag[:1])
    if letter is None or (len(tag) > 1 and tag[1] != "-") or len(tag) == 2:
        return None
    return letter, tag[2:] or UNNAMED


def _as_inside(tag: str) -> tuple[str, str]:
    return "I", tag


@lru_cache(maxsize=4096)
def _tags_of_one(length: int, label: str, scheme: Scheme, touches_its_like: bool) -> list[str]:
    """The tags of one span, which is not to be changed."""
    if scheme is Scheme.IO:
        return [label] * length
    suffix = "" if label == UNNAMED else f"-{label}"
    return [letter + suffix for letter in _letters(length, scheme, touches_its_like)]


def _letters(length: int, scheme: Scheme, touches_its_like: bool) -> str:
    if scheme is Scheme.IOB1:
        return ("B" if touches_its_like else "I") + "I" * (length - 1)
    letters = _LETTERS[scheme]
    return letters[3] if length == 1 else letters[0] + letters[1] * (length - 2) + letters[2]
