"""Which encoding bytes look like that are not UTF-8.

Each encoding has letters and signs that make up nearly all of ordinary text, and that are rare in
what another encoding's bytes look like when they are read in it. The one with the largest share of
them is the likely one; a few words are enough.
"""

from collections.abc import Callable
from itertools import pairwise

__all__ = ["likely_encoding"]

_SAMPLE = 1 << 16
_SIGNS = set("\u00a0«»“”„‘’–—…•€£°§№·")
_WIDE_SIGNS = set("\u3000、。，．・：；？！「」『』（）〈〉《》【】〔〕“”‘’…—～")
_ENOUGH = 0.7


def likely_encoding(raw: bytes) -> str:
    """The name, as iconv knows it, of the encoding that the bytes look like; "" for none."""
    if raw[:4] in (b"\xff\xfe\0\0", b"\0\0\xfe\xff"):
        return "UTF-32"
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "UTF-16"
    if b"\0" in raw[:200]:
        return "UTF-16LE" if raw[1:200:2].count(0) > raw[0:200:2].count(0) else "UTF-16BE"
    sample = _foreign_lines(raw)
    shares = {name: share(sample) for name, share in _SHARES.items()}
    likely = max(reversed(shares), key=lambda name: shares[name])
    return likely if shares[likely] >= _ENOUGH else ""


def _foreign_lines(raw: bytes) -> bytes:
    """The lines that are not UTF-8, some 64 KiB of them."""
    lines: list[bytes] = []
    size = 0
    for line in raw.splitlines():
        try:
            line.decode("utf-8")
        except UnicodeDecodeError:
            lines.append(line)
            size += len(line)
        if size >= _SAMPLE:
            break
    return b"\n".join(lines)


def _wide(codec: str, firsts: range, letters: Callable[[str], bool]) -> Callable[[bytes], float]:
    """The share of frequent characters: letters, or those whose first byte is in the range."""

    def ordinary(character: str) -> bool:
        if character in _WIDE_SIGNS or letters(character):
            return True
        return character >= "\u3000" and character.encode(codec)[0] in firsts

    def share(raw: bytes) -> float:
        try:
            high = [character for character in raw.decode(codec) if character > "\x7f"]
        except UnicodeDecodeError:
            return 0.0
        return sum(map(ordinary, high)) / max(1, len(high))

    return share


def _narrow(codec: str, letters: str) -> Callable[[bytes], float]:
    """The share of characters that are letters of the script, where such letters stand."""
    small, large = set(letters), set(letters.upper())
    latin = "é" in small or "ł" in small

    def fits(before: str, character: str, behind: str) -> bool:
        if character in _SIGNS:
            return not (before.isalpha() and behind.isalpha()) or character in "’·"
        if latin:
            # Latin words are mostly of plain letters.
            if before > "\x7f" and behind > "\x7f" and before.isalpha() and behind.isalpha():
                return False
        elif _plain_letter(before) or _plain_letter(behind):
            return False
        return character in small or (character in large and not before.islower())

    def share(raw: bytes) -> float:
        try:
            text = f" {raw.decode(codec)} "
        except UnicodeDecodeError:
            return 0.0
        places = [n for n, character in enumerate(text) if character > "\x7f"]
        fitting = sum(fits(text[n - 1], text[n], text[n + 1]) for n in places)
        small_first = sum(a in large and b in small for a, b in pairwise(text))
        upper = sum(text[n] in large for n in places)
        # Text in capitals alone is rarer than the wrong code page.
        shouted = not latin and upper > max(2 * small_first, len(places) / 3)
        return fitting / max(1, len(places)) / (2 if shouted else 1)

    return share


def _plain_letter(character: str) -> bool:
    return character.isascii() and character.isalpha()


def _is_kana(character: str) -> bool:
    return "\u3041" <= character <= "\u30ff"


def _is_hangul(character: str) -> bool:
    return "\uac00" <= character <= "\ud7a3"


def _none(character: str) -> bool:
    return False


# Where shares are equal, the last counts.
_SHARES: dict[str, Callable[[bytes], float]] = {
    "WINDOWS-1256": _narrow("cp1256", "ابتثجحخدذرزسشصضطظعغفقكلمنهويةىءآأؤإئ،؟"),
    "WINDOWS-1254": _narrow("cp1254", "âçğıîöşüûéİ"),
    "WINDOWS-1253": _narrow("cp1253", "αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊϋΐΰ"),
    "WINDOWS-1250": _narrow("cp1250", "áâäąăćčçďéęěëíîłľńňóôőöřŕśšşťţúůűüýźžżß"),
    "KOI8-R": _narrow("koi8-r", "абвгдежзийклмнопрстуфхцчшщъыьэюяё"),
    "WINDOWS-1252": _narrow("cp1252", "àáâãäåæçèéêëìíîïñòóôõöøùúûüýÿœšžß"),
    "WINDOWS-1251": _narrow("cp1251", "абвгдежзийклмнопрстуфхцчшщъыьэюяёіїєґў"),
    "BIG5": _wide("big5", range(0xA4, 0xC7), _none),
    "EUC-JP": _wide("euc_jp", range(0xB0, 0xD0), _is_kana),
    "GB18030": _wide("gb18030", range(0xB0, 0xD8), _none),
    "EUC-KR": _wide("euc_kr", range(0), _is_hangul),
    "SHIFT_JIS": _wide("cp932", range(0x88, 0x98), _is_kana),
}
