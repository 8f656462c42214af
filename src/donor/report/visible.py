"""How a text looks: how many cells each character takes, and what stands for the unseen."""

import unicodedata
from functools import lru_cache

__all__ = ["cell_widths", "cells", "reads_leftwards", "visible"]

_JOINER, _EMOJI_STYLE = "\u200d", "\ufe0f"
_RIGHT_TO_LEFT = frozenset({"R", "AL"})


def visible(text: str) -> str:
    """The text with a picture for each control character, so that XML and terminals bear it.

    It has the length of the text, so that offsets stay true.

    >>> visible("a\\x1b[1m")
    'a␛[1m'
    """
    return text if text.isprintable() else "".join(map(_picture, text))


def cell_widths(text: str) -> list[int]:
    """The cells of each character in a monospace font: 2 if it is wide, 0 if it joins others.

    >>> cell_widths("é電")
    [1, 2]
    """
    if text.isascii():
        return [1] * len(text)
    widths = list(map(_width, text))
    for position, character in enumerate(text[1:], start=1):
        if character == _EMOJI_STYLE and widths[position - 1] == 1:
            widths[position - 1] = 2
        elif text[position - 1] == _JOINER:
            widths[position] = 0
    return widths


def cells(text: str) -> int:
    """The cells that a text takes."""
    return sum(cell_widths(text))


def reads_leftwards(text: str) -> bool | None:
    """Whether the first letter belongs to a script from right to left; None without letters.

    >>> reads_leftwards("1. שלום")
    True
    """
    for character in text:
        kind = unicodedata.bidirectional(character)
        if kind == "L" or kind in _RIGHT_TO_LEFT:
            return kind != "L"
    return None


@lru_cache(maxsize=16_384)
def _width(character: str) -> int:
    if unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return 0
    if 0x1F3FB <= ord(character) <= 0x1F3FF:  # skin tones
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1


@lru_cache(maxsize=4_096)
def _picture(character: str) -> str:
    code = ord(character)
    if character in "\n\t\r\v\f" or code in {0x1C, 0x1D, 0x1E, 0x1F, 0x85, 0x2028, 0x2029}:
        return " "
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "␡"
    hidden = unicodedata.category(character) in {"Cc", "Cs"} or code & 0xFFFE == 0xFFFE
    return "\ufffd" if hidden else character
