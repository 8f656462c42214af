"""How many tokens a text is, between two bounds, whatever the model's tokenizer."""

import re
from bisect import bisect_right
from collections import Counter
from functools import lru_cache
from math import ceil, floor

__all__ = ["token_range"]

# Tokens a character, at least and at most. Measured on prose with o200k and cl100k (OpenAI),
# Tekken and the 32,000 pieces of Mistral 7B (like those of Llama 2): the most frugal tokenizer of
# today and the most wasteful one. A script that a tokenizer does not know goes byte by byte.
_ASCII_LETTER = (0.22, 0.45)
_DIGIT = (0.3, 1.25)
_SPACE = (0.0, 0.15)
_ASCII_SIGN = (0.3, 1.1)
_LATIN = (0.22, 2.0)
_OTHER = (0.3, 4.0)

# Where a block of scripts begins, and the rates from there on.
_BLOCKS: list[tuple[int, tuple[float, float]]] = [
    (0x0080, (0.3, 2.0)),  # signs of Latin 1
    (0x00C0, _LATIN),
    (0x0300, (0.2, 2.0)),  # combining marks
    (0x0370, (0.33, 1.3)),  # Greek
    (0x0400, (0.27, 0.85)),  # Cyrillic
    (0x0530, (0.25, 2.2)),  # Armenian
    (0x0590, (0.3, 1.35)),  # Hebrew
    (0x0600, (0.25, 1.3)),  # Arabic
    (0x0700, (0.3, 2.2)),  # Syriac, Thaana, N'Ko
    (0x0900, (0.22, 2.2)),  # the scripts of India
    (0x0E00, (0.35, 1.3)),  # Thai
    (0x0E80, (0.3, 3.1)),  # Lao, Tibetan, Burmese
    (0x10A0, (0.25, 2.2)),  # Georgian
    (0x1100, (0.4, 3.1)),  # Hangul's parts
    (0x1200, (0.3, 3.1)),  # Ethiopic, Cherokee, Khmer, Mongolian and others
    (0x1E00, (0.2, 2.2)),  # Latin (Vietnamese), Greek with accents
    (0x2000, (0.3, 3.1)),  # signs
    (0x3040, (0.5, 1.4)),  # kana
    (0x3100, (0.4, 2.2)),
    (0x4E00, (0.5, 1.8)),  # Han
    (0xA000, (0.3, 3.1)),
    (0xAC00, (0.38, 1.6)),  # Hangul
    (0xD7B0, (0.3, 3.1)),
    (0x10000, _OTHER),
]
_FIRSTS = [first for first, _ in _BLOCKS]
# A long line of one sign (a rule, an indentation) may be a single token.
_REPEATED = re.compile(r"(.)\1{7,}", re.DOTALL)


def token_range(text: str) -> tuple[int, int]:
    """The fewest and the most tokens that a text may be to a model.

    Bounds for tokenizers of today, not an estimate between them: in English they lie at some 0.8
    and 1.7 times of what is counted, in scripts that a tokenizer may not know further apart.

    >>> token_range("A river flows to the sea.")
    (4, 11)
    >>> token_range("")
    (0, 0)
    """
    low = sum(_rates(sign)[0] * count for sign, count in _signs(_REPEATED.sub(r"\1", text)))
    high = sum(_rates(sign)[1] * count for sign, count in _signs(text))
    return floor(low), ceil(high)


def _signs(text: str) -> list[tuple[str, int]]:
    return list(Counter(text).items())


@lru_cache(maxsize=16_384)
def _rates(character: str) -> tuple[float, float]:
    """The fewest and the most tokens that one of this character counts for."""
    if character.isspace():
        return _SPACE
    if not character.isascii():
        return _BLOCKS[bisect_right(_FIRSTS, ord(character)) - 1][1]
    if character.isalpha():
        return _ASCII_LETTER
    return _DIGIT if character.isdigit() else _ASCII_SIGN
