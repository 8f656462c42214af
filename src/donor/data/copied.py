"""Whether a model's copy of a text is that text, and which offset answers to which.

Models that are told to copy letter by letter still write another kind of space, quotation mark
or dash here and there. That is told apart from a change of the text.
"""

import re

__all__ = ["differing", "offsets_in"]

_SHOWN = 20
_ALIKE = str.maketrans(
    {
        **dict.fromkeys("“”„‟«»‹›〝〞＂″", '"'),
        **dict.fromkeys("‘’‚‛`´ʼ′", "'"),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        "ё": "е",
        "Ё": "Е",
    }
)
_PIECE = re.compile(r"\s+|\S")


def offsets_in(wanted: str, copy: str) -> range | list[int] | None:
    """For each offset of the copy, its end included, that of the text; None if it is no copy.

    >>> offsets_in("a — «b»", "a  - 'b'") is None
    True
    >>> offsets_in("a — «b»", 'a  - "b"')
    [0, 1, 1, 2, 3, 4, 5, 6, 7]
    """
    if copy == wanted:
        return range(len(copy) + 1)
    theirs, ours = _pieces(copy), _pieces(wanted)
    if len(theirs) != len(ours):
        return None
    offsets = [len(wanted)] * (len(copy) + 1)
    offsets[: len(copy) - len(copy.lstrip())] = [0] * (len(copy) - len(copy.lstrip()))
    for their, our in zip(theirs, ours, strict=True):
        if their[0] != our[0] and not _alike(their[0], our[0]):
            return None
        offsets[their.start() : their.end()] = [our.start()] * len(their[0])
    return offsets


def differing(copy: str, wanted: str) -> str:
    """Where a copy first differs from the text, in words."""
    pairs = zip(copy, wanted, strict=False)
    same = next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(copy), len(wanted)))
    there = copy[same : same + _SHOWN] or "the end"
    here = wanted[same : same + _SHOWN] or "the end"
    return f"without its tags the text differs from the translation: {there!r} for {here!r}"


def _pieces(text: str) -> list[re.Match[str]]:
    """The signs of a text and the white space between them, without that at its edges."""
    return list(_PIECE.finditer(text, len(text) - len(text.lstrip()), len(text.rstrip())))


def _alike(one: str, other: str) -> bool:
    if one.isspace() or other.isspace():
        return one.isspace() and other.isspace()
    return one.translate(_ALIKE) == other.translate(_ALIKE)
