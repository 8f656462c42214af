"""Checks of what can be counted: how much text there is, and which numbers."""

import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

from donor.data import Check, Finding
from donor.verify.case import Case

__all__ = ["length", "number_change", "numbers_changed", "size"]

# Of 7,718 right translations into Spanish, French and Russian, those of texts of 40 characters
# and more have between 0.40 and 2.0 times their source's length.
_SHORT, _LONG = 0.35, 2.5
_FROM_SIZE = 40

# `\d\d*`, for which a search looks at the class of a character alone, is quicker than `\d+`.
_NUMBER = re.compile(r"\d\d*(?:[.,'’\u00a0\u202f ]\d{3}(?!\d)|[.,]\d+)*")
_WIDE = re.compile("[\u3040-\U0003ffff]")
_SIGN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_SYLLABLE = re.compile(r"[\u3040-\u30ff\uac00-\ud7a3]")


def length(case: Case) -> Iterator[Finding]:
    """A finding for each segment that became far shorter or longer."""
    for pair in case.pairs:
        before, after = size(pair.source), size(pair.target)
        if max(before, after) < _FROM_SIZE:
            continue
        if not before * _SHORT <= after <= max(before, _FROM_SIZE / 2) * _LONG:
            what = f"{len(pair.source):,} characters became {len(pair.target):,}"
            yield Finding(Check.LENGTH, what, pair.position)


@lru_cache(maxsize=64)  # several checks measure the same segment
def size(text: str) -> int:
    """The length of a text in letters of an alphabet, about.

    A Chinese character counts as three, a syllable of kana or Hangul as two.

    >>> size("The cell divides."), size("细胞分裂。"), size("Клетка делится.")
    (17, 13, 15)
    """
    if text.isascii() or not _WIDE.search(text):
        return len(text)
    return len(text) + 2 * len(_SIGN.findall(text)) + len(_SYLLABLE.findall(text))


def numbers_changed(case: Case) -> Iterator[Finding]:
    """A finding for each segment most of whose numbers became other numbers, or vanished.

    One number that is written in another way (`8 p.m.`, `20 h`) beside others that stay is
    none: translators do that.
    """
    for pair in case.pairs:
        lost, new, kept = number_change(pair.source, pair.target)
        changed = lost and new and not kept
        many = len(lost) >= 2 and len(new) >= 2 and kept <= max(len(lost), len(new)) / 2
        if changed or many or (len(lost) >= 3 and not kept):
            what = f"{_listed(lost)} became {_listed(new)}" if new else f"{_listed(lost)} not there"
            yield Finding(Check.NUMBERS_CHANGED, what, pair.position)


def number_change(source: str, target: str) -> tuple[list[str], list[str], int]:
    """The numbers that only the source has, those that only the target has, how many both have.

    Separators, and zeros at the edges, make no difference.

    >>> number_change("8.00 of 1,000 and 0.5", "8 из 1000 и 0,7")
    (['0.5'], ['0,7'], 2)
    """
    before, after = _numbers(source), _numbers(target)
    if before == after:
        return [], [], len(before)
    lost, new = _only(before, after), _only(after, before)
    if Counter("".join(map(_digits, lost))) == Counter("".join(map(_digits, new))):
        return [], [], len(before)
    return lost, new, len(before) - len(lost)


def _numbers(text: str) -> list[str]:
    return _NUMBER.findall(text)


def _only(numbers: list[str], others: list[str]) -> list[str]:
    left = Counter(map(_digits, others))
    only = []
    for number in numbers:
        digits = _digits(number)
        if left[digits]:
            left[digits] -= 1
        else:
            only.append(number)
    return only


def _digits(number: str) -> str:
    digits = number if number.isdecimal() else "".join(filter(str.isdecimal, number))
    return digits.strip("0") or "0"


def _listed(numbers: list[str]) -> str:
    return ", ".join(numbers[:4]) + (", …" if len(numbers) > 4 else "")
