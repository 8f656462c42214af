"""The kinds of characters, and what may not be cut between them.

A text is described by a string of the same length, one letter for each character, so that
plain regular expressions can speak of kinds in any script:

    L letter, or a sign that counts as one      U letter of a script without spaces
    N decimal digit                             K Hangul syllable or leading jamo
    M mark that belongs to what stands before   T Hangul vowel or final jamo
    C mark that stacks the next letter          J zero-width joiner
    I invisible: soft hyphen, zero width        F regional indicator, half a flag
    H hyphen      A apostrophe                  E pictograph
    D decimal point or comma                    S white space      P anything else
"""

import re
import unicodedata
from bisect import bisect_right

__all__ = ["CLUSTER", "LONG_CLUSTER", "cuts_cluster", "edges", "is_edge", "kinds"]

# Ranges that their general category does not give away; the script is what counts here.
# Hangul is written with spaces, but particles stick to the word, so that a noun that is
# quoted rarely ends where the word ends: it counts as CJK.
_RANGES = sorted(
    [
        (0x0E00, 0x0FFF, "U"),  # Thai, Lao, Tibetan
        (0x1000, 0x109F, "U"),  # Burmese
        (0x1100, 0x115F, "K"),
        (0x1160, 0x11FF, "T"),
        (0x1780, 0x17FF, "U"),  # Khmer
        (0x1950, 0x19DF, "U"),  # Tai Le, New Tai Lue
        (0x1A20, 0x1AAF, "U"),  # Tai Tham
        (0x2E80, 0x2FDF, "U"),  # radicals
        (0x3005, 0x3007, "U"),
        (0x3021, 0x312F, "U"),  # kana, bopomofo
        (0x3130, 0x318F, "K"),
        (0x31A0, 0x31FF, "U"),
        (0x3400, 0x4DBF, "U"),
        (0x4E00, 0x9FFF, "U"),
        (0xA960, 0xA97F, "K"),
        (0xA980, 0xA9FF, "U"),  # Javanese, Burmese
        (0xAA60, 0xAADF, "U"),  # Burmese, Tai Viet
        (0xAC00, 0xD7A3, "K"),
        (0xD7B0, 0xD7FF, "T"),
        (0xF900, 0xFAFF, "U"),
        (0xFF66, 0xFF9D, "U"),
        (0xFFA0, 0xFFDC, "K"),
        (0x20000, 0x3FFFF, "U"),
    ]
)
_FIRSTS = [first for first, _, _ in _RANGES]

_SINGLE = {
    **dict.fromkeys("-\u2010\u2011", "H"),
    **dict.fromkeys("'\u2019\uff07", "A"),
    **dict.fromkeys(".,\u066b", "D"),
    **dict.fromkeys("\u17d2\u1039\u1a60", "C"),
    **dict.fromkeys("\uff9e\uff9f", "M"),
    "\u200d": "J",
}

# Format characters that are drawn: they carry a number, or a verse.
_VISIBLE_FORMAT = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2")

_EXTENDED = "(?:[MJC]|(?<=J)E|(?<=C)U)"
CLUSTER = rf"(?:FF|KT*|[^SI]){_EXTENDED}*"
"""What may not be cut: a character with its marks, a flag, a joined pictograph, a syllable."""
LONG_CLUSTER = rf"(?:FF|KT+){_EXTENDED}*|[^SI]{_EXTENDED}+"
"""A cluster of more than one character; in search of these, most of a text is skipped."""

# Enough for any cluster that is written; a text of nothing but flags or marks is cut off there.
_LONGEST_LOOK_BACK = 128
_LONG = re.compile(LONG_CLUSTER)
_WORD = re.compile(r"(?:[LN][MJ]*(?:I+(?=[LN]))?|(?<=N)D(?=N))+")


def kinds(text: str) -> str:
    """The kind of each character of a text, one letter each.

    >>> kinds("5,3 м")
    'NDNSL'
    """
    return text.translate(_KINDS)


def edges(text: str) -> bytearray:
    """For each offset of a text, its end included, whether a quotation may begin or end there.

    It may not inside a cluster, nor inside a word or a number of a script with spaces.

    >>> list(edges("3,5 V"))
    [1, 0, 0, 1, 1, 1]
    """
    described = kinds(text)
    allowed = bytearray(b"\x01") * (len(text) + 1)
    for pattern in (_LONG, _WORD):
        for match in pattern.finditer(described):
            allowed[match.start() + 1 : match.end()] = bytes(len(match[0]) - 1)
    return allowed


def is_edge(text: str, offset: int) -> bool:
    """Whether a quotation may begin or end at an offset: one place of `edges`, looked at alone.

    >>> is_edge("3,5 V", 2), is_edge("3,5 V", 3)
    (False, True)
    """
    if offset in (0, len(text)):
        return True
    certain = _PAIRS.get(_KINDS[ord(text[offset - 1])] + _KINDS[ord(text[offset])])
    if certain is not None:
        return certain
    # No cluster and no word goes over a space, so what stands beyond the next one cannot matter.
    start = text.rfind(" ", 0, offset) + 1
    end = text.find(" ", offset)
    return bool(edges(text[start : end if end >= 0 else len(text)])[offset - start])


def cuts_cluster(text: str, offset: int) -> bool:
    """Whether an offset stands inside a cluster: a letter with its marks, a flag, a pictograph.

    >>> cuts_cluster("e\u0301", 1), cuts_cluster("et", 1)
    (True, False)
    """
    if offset in (0, len(text)) or text[offset] < "\u0300":
        return False
    if kinds(text[offset]) not in "MJCEUTF":
        return False
    start = max(text.rfind(" ", 0, offset) + 1, offset - _LONGEST_LOOK_BACK)
    return any(
        match.start() < offset - start < match.end()
        for match in _LONG.finditer(kinds(text[start : offset + 1]))
    )


class _Kinds(dict[int, str]):
    """The kind of each code point, worked out on first sight; `str.translate` reads it."""

    def __missing__(self, code: int) -> str:
        kind = self[code] = _kind(chr(code))
        return kind


_KINDS = _Kinds()


def _certain_pairs() -> dict[str, bool]:
    """For two kinds side by side whether there is an edge between them, where they alone tell."""
    signs, letters = "PHA", "LN"
    pairs = {a + b: False for a in letters for b in letters}
    pairs |= {a + b: True for a in "LNMJCUTKFEHADPSI" for b in signs + "S"}
    pairs |= {a + b: True for a in signs + "S" for b in "LNUKD"}
    pairs |= {a + b: True for a in "LNUK" for b in "UK"}
    pairs |= {a + b: True for a in "UK" for b in letters + "D"}
    pairs |= {a + "M": False for a in "LNUKTMPHAD"}
    return pairs | {"LD": True}


_PAIRS = _certain_pairs()


def _kind(character: str) -> str:
    if character in _SINGLE:
        return _SINGLE[character]
    if character.isspace():
        return "S"
    category = unicodedata.category(character)
    if category[0] == "M":
        return "M"
    if category == "Cf":
        return _kind_of_format(character)
    if character.isalnum():
        return _kind_of_letter(character)
    return _kind_of_symbol(ord(character))


def _kind_of_format(character: str) -> str:
    if "\U000e0020" <= character <= "\U000e007f":  # the tags of subdivision flags
        return "M"
    return "P" if character in _VISIBLE_FORMAT else "I"


def _kind_of_letter(character: str) -> str:
    code = ord(character)
    first, last, kind = _RANGES[max(0, bisect_right(_FIRSTS, code) - 1)]
    if first <= code <= last:
        return kind
    return "N" if character.isdecimal() else "L"


def _kind_of_symbol(code: int) -> str:
    if 0x1F1E6 <= code <= 0x1F1FF:
        return "F"
    if 0x1F3FB <= code <= 0x1F3FF:  # skin tones
        return "M"
    return "E" if 0x2190 <= code <= 0x2BFF or code >= 0x1F000 else "P"
