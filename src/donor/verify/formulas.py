"""Whether formulas and code stand in a translation as they stand in its source.

Units are no matter of this check: a translator writes `5 km` in the letters of the target
language. Of their values the check of numbers speaks.
"""

import re
import unicodedata
from collections.abc import Iterator

from donor.data import Check, Finding
from donor.verify.case import Case

__all__ = ["formula_changed", "formulas"]

_ELEMENT = (
    "A[cglmrstu]|B[aehikr]?|C[adeflmnorsu]?|D[bsy]|E[rsu]|F[elmr]?|G[ade]|H[efgos]?|I[nr]?|Kr?"
    "|L[airuv]|M[cdgnot]|N[abdehiop]?|O[gs]?|P[abdmortu]?|R[abefghnu]|S[bcegimnr]?|T[abcehilms]"
    "|U|V|W|Xe|Yb?|Z[nr]"
)
_VARIABLE = r"(?:[A-Za-zα-ωΑ-Ω](?:[0-9₀-₉]|_\w)?)"
_PART = rf"(?:(?:{_ELEMENT})[0-9₀-₉]*)"
# Lengths are bounded where else a long text could be gone through once for each of its characters.
_KINDS = (
    r"`[^`\n]+`",
    r"\$[^$\n]{0,99}?[\\^_=][^$\n]{0,199}\$",
    r"\\\(.{1,199}?\\\)|\\\[.{1,199}?\\\]|\\[a-zA-Z]+(?:\{[^{}\n]*\})+",
    # A variable and what it equals, if that has a variable too: of numbers another check speaks,
    # and a word before or behind the sign would be translated.
    rf"(?<![\w.=]){_VARIABLE}{{1,2}}(?:\([a-z](?:, ?[a-z])*\))?\s?=\s?[-−+]?"
    rf"(?:\d[\d.,]*\s?[-+*/·×^]\s?)*\d*{_VARIABLE}{{1,3}}(?:\^\w+)?(?![^\W\d_])"
    rf"(?:\s?[-−+*/·×^]\s?(?:\d+|\d*{_VARIABLE}{{1,3}})(?:\^\w+)?(?!\w))*",
    # Two elements at least, with a number; or the molecules of one, or an ion.
    rf"(?<![\w-])(?=[A-Za-z()]{{1,40}}[0-9₀-₉]){_PART}(?:{_PART}|\((?:{_PART})+\)[0-9₀-₉]*)+(?![\w-])",
    r"(?<![\w-])(?:O|N|H|Cl)[2₂](?![\w-])|(?<![\w-])(?:Na|K|Li|Ca2|Ca²|Mg2|Mg²|H)[+⁺](?![\w+])",
    r"(?<![\w.])[A-Za-z_]\w*\(\)|(?<![\w/.@-])[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)+(?![\w/@-])",
)
_FORMULA = re.compile("|".join(_KINDS))
# Each formula has one of these: most texts have none, and are done with. A search for one class of
# characters is several times as quick as one for this or that.
_SIGN = re.compile(r"[=`$\\_+⁺₀-₉]")
_DIGIT = re.compile("[0-9]")
_NUMBERED = re.compile(r"[A-Za-z)][0-9]")

_ALIKE = str.maketrans("АВЕКМНОРСТУХасеорух−–×·,", "ABEKMHOPCTYXaceopyx--**.")
_SPACE = re.compile(r"\s+")
_LEADING_ZERO = re.compile(r"(?<!\d)0(?=\.\d)")


def formula_changed(case: Case) -> Iterator[Finding]:
    """A finding for each segment with formulas or code that its translation has not."""
    for pair in case.pairs:
        if not _may_have_formulas(pair.source):
            continue
        lost = _lost(formulas(pair.source), pair.target)
        if lost:
            what = ", ".join(lost[:4]) + (", …" if len(lost) > 4 else "")
            yield Finding(Check.FORMULA_CHANGED, f"{what} not in the translation", pair.position)


def _may_have_formulas(text: str) -> bool:
    if _SIGN.search(text) or "()" in text:
        return True
    return _DIGIT.search(text) is not None and _NUMBERED.search(text) is not None


def formulas(text: str) -> list[str]:
    """The formulas and the code of a text, each once, in its order.

    >>> formulas("H2O boils; `run()` gives E = mc^2, and a speed = distance / time.")
    ['H2O', '`run()`', 'E = mc^2']
    """
    return list(dict.fromkeys(_FORMULA.findall(text)))


def _lost(wanted: list[str], text: str) -> list[str]:
    if not wanted or all(formula in text for formula in wanted):
        return []
    folded = _folded(text)
    return [formula for formula in wanted if _folded(formula) not in folded]


def _folded(text: str) -> str:
    """The text without white space, its look-alikes and its decimal signs as one.

    >>> _folded("СО₂, p = 0,03") == _folded("CO2, p=.03")
    True
    """
    plain = _SPACE.sub("", unicodedata.normalize("NFKC", text).translate(_ALIKE))
    return _LEADING_ZERO.sub("", plain)
