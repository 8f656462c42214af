"""Where a space stands between the tokens of a sentence that does not say it.

A translator should see `She said: "I don't."`, not `She said : " I do n't . "`. Only what is sure
in every language is joined: closing signs to what stands before, opening ones to what stands
behind, English contractions, Romance elisions, and the words of scripts without spaces.
The intervals of the tokens are kept, so nothing is lost by it.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import accumulate, islice, pairwise
from operator import add, sub

from donor.data import Interval
from donor.languages.characters import kinds

__all__ = ["Intervals", "aligned", "differing_gaps", "joined"]

_LEFT, _RIGHT, _CLITIC, _ELISION, _QUOTE, _PER_NUMBER, _BEFORE_NUMBER = range(1, 8)
_CLITICS = "'s 're 've 'll 'd 'm n't 'S 'RE 'VE 'LL 'D 'M N'T"
_ELIDED = (
    "l d j m t s n c qu jusqu lorsqu puisqu quoiqu quelqu presqu"  # French
    " dell all nell sull dall un nessun quest quell dov com cos sant bell tutt quant senz anch"
)
_ELISIONS = " ".join(f"{w}' {w.capitalize()}' {w.upper()}'" for w in _ELIDED.split())
_WIDE = frozenset("，．：；！？（）［］｛｝％")
_CLOSING = (
    ", . ; : ! ? … ... ) ] } ” ’’ '' › -RRB- -RSB- -RCB- ، ؛ ؟ ۔ । ॥ ։ ။ ၊ ། ፣ ፤"
    " 、 。 ， ． ： ； ！ ？ ） 】 》 〉 」 』 ］ ｝ 〕"
)
_OPENING = "( [ { ¿ ¡ `` ‹ （ 【 《 〈 「 『 ［ ｛ 〔 -LRB- -LSB- -LCB-"


def _signs(said: str, kind: int) -> dict[str, int]:
    """The signs, also with a curly apostrophe, as of that kind."""
    return dict.fromkeys([*said.split(), *said.replace("'", "’").split()], kind)


_SIGNS = {
    **_signs(_CLOSING, _LEFT),
    **_signs(_OPENING, _RIGHT),
    **_signs(_CLITICS, _CLITIC),
    **_signs(_ELISIONS, _ELISION),
    **_signs('" „ “ « »', _QUOTE),
    **_signs("% ‰ °", _PER_NUMBER),
    **_signs("$ £ US$", _BEFORE_NUMBER),
}
# What closes a quotation depends on the language; an opening mark is one that has a partner.
_CLOSED_BY = {'"': '"', "„": "“”", "“": "”", "«": "»", "»": "«"}
# Thai is the first script without spaces; all of them lie behind.
_WITHOUT_SPACES = re.compile("[\u0e00-\U0010ffff]")
_WHITE = re.compile(r"\s*")


class Intervals(dict[tuple[int, int], Interval]):
    """Intervals by their ends, each made once: in a corpus of sentences most come back.

    It forgets all when it is full, so that memory stays flat.
    """

    def __missing__(self, ends: tuple[int, int]) -> Interval:
        if len(self) >= 100_000:
            self.clear()
        made = self[ends] = Interval(*ends)
        return made


def joined(words: Sequence[str], at: int, intervals: Intervals) -> tuple[str, list[Interval]]:
    """The text of some tokens, and where in it each of them stands, counted from `at`.

    >>> joined(["I", "do", "n't", "(", "yet", ")", "."], 0, Intervals())[0]
    "I don't (yet)."
    >>> joined(["中国", "人民", "，", "2008", "年"], 0, Intervals())[0]
    '中国人民，2008年'
    """
    text = " ".join(words)
    spaces: Iterable[int] = range(at, at + len(words))
    glued = _glued(words, text)
    if glued:
        gaps = ["" if n in glued else " " for n in range(1, len(words))]
        text = "".join([*words[:1], *map(add, gaps, words[1:])])
        spaces = accumulate(map(len, gaps), initial=at)
    lengths = list(map(len, words))
    ends = list(map(add, accumulate(lengths), spaces))
    starts = map(sub, ends, lengths)
    return text, list(map(intervals.__getitem__, zip(starts, ends, strict=True)))


def aligned(words: Iterable[str], text: str, at: int) -> list[Interval] | None:
    """Where the tokens stand in a text that is said to be theirs; None if it is another's."""
    places = []
    end = 0
    for word in words:
        start = end if text.startswith(word, end) else _white_end(text, end)
        if not text.startswith(word, start):
            return None
        end = start + len(word)
        places.append(Interval(at + start, at + end))
    return places if not text[end:].strip() else None


def differing_gaps(text: str, tokens: Sequence[Interval]) -> int:
    """Between how many tokens of a sentence `joined` would space otherwise than the text."""
    words = [text[token.start : token.end] for token in tokens]
    glued = _glued(words, " ".join(words))
    gaps = (text[left.end : right.start] for left, right in pairwise(tokens))
    return sum(gap != ("" if n in glued else " ") for n, gap in enumerate(gaps, start=1))


def _white_end(text: str, start: int) -> int:
    match = _WHITE.match(text, start)
    return match.end() if match else start


def _glued(words: Sequence[str], text: str) -> set[int]:
    """The positions before which no space stands, maybe with the first and that behind the last.

    The text is that of the words with spaces between them; its letters tell its scripts.
    """
    glued = set() if _SIGNS.keys().isdisjoint(words) else _beside_signs(words)
    if not text.isascii() and _WITHOUT_SPACES.search(text):
        for position, word in enumerate(words):
            if _unspaced(word[0]) or _unspaced(word[-1]):
                glued.update(_beside_unspaced(words, position))
    return glued


def _beside_signs(words: Sequence[str]) -> set[int]:
    glued: set[int] = set()
    open_quotes: list[str] = []
    for position, word in enumerate(words):
        sign = _SIGNS.get(word)
        if sign is None:
            continue
        if sign == _LEFT:
            glued.add(position)
        elif sign == _RIGHT:
            glued.add(position + 1)
        else:
            glued.update(_by_sign(sign, words, position, open_quotes))
    return glued


def _by_sign(
    sign: int, words: Sequence[str], position: int, open_quotes: list[str]
) -> Iterator[int]:
    """The positions without a space before them that the sign makes so."""
    before = words[position - 1] if position else ""
    behind = words[position + 1] if position + 1 < len(words) else ""
    if sign == _QUOTE:
        sign = _side_of_quote(words, position, open_quotes)
    joins_left = (
        sign == _LEFT
        or (sign == _CLITIC and before[-1:].isalpha())
        or (sign == _PER_NUMBER and before[-1:].isdecimal())
    )
    joins_right = (
        sign == _RIGHT
        or (sign == _ELISION and behind[:1].isalpha())
        or (sign == _BEFORE_NUMBER and behind[:1].isdecimal())
    )
    if joins_left:
        yield position
    if joins_right and behind:
        yield position + 1


def _side_of_quote(words: Sequence[str], position: int, open_quotes: list[str]) -> int:
    """Whether the quotation mark opens or closes; 0 where it has no partner."""
    mark = words[position]
    if open_quotes and open_quotes[-1] == mark:
        open_quotes.pop()
        return _LEFT
    closing = _CLOSED_BY.get(mark, ())
    for word in islice(words, position + 1, None):
        if word in closing:
            open_quotes.append(word)
            return _RIGHT
    return 0


def _beside_unspaced(words: Sequence[str], position: int) -> Iterator[int]:
    """The sides on which a word without spaces touches another, a sign of its script, a number."""
    first, last = words[position][0], words[position][-1]
    before = words[position - 1][-1] if position else ""
    behind = words[position + 1][0] if position + 1 < len(words) else ""
    if before and _unspaced(first) and (before.isdecimal() or _unspaced(before)):
        yield position
    if behind and ((behind.isdecimal() and _unspaced(last)) or _is_wide_sign(last)):
        yield position + 1


@lru_cache(maxsize=65536)
def _unspaced(character: str) -> bool:
    return kinds(character) == "U" or _is_wide_sign(character)


def _is_wide_sign(character: str) -> bool:
    return "\u3001" <= character <= "\u301f" or character in _WIDE
