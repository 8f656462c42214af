"""The gold translation of a request's segments."""

import re
from bisect import bisect_left

from .asked import Asked
from .pairs import Side, bare, bare_places
from .truth import Gold, Home

# An end of a sentence: a full stop and what closes with it, before white space.
_ENDS = re.compile(r"[.!?…。！？؟।]+[\"'»”’)\]]*(?=\s)")


def translations(gold: Gold, asked: Asked) -> dict[str, str] | None:
    """The translation of each segment; None if one of them is in no pair.

    A whole text has the gold translation. Of a part of one it is only known where the whole
    begins and ends: it is cut where sentences end if both sides have as many, else at the white
    space that is nearest to the same share of the text; put together, the parts are the whole.
    """
    truth = gold.truth(asked)
    if truth is None:
        return None
    lengths = {segment.key: len(segment.source) for segment in asked.segments}
    return {key: _translation(home, lengths[key]) for key, home in truth.homes.items()}


def _translation(home: Home, length: int) -> str:
    source, target = home.pair.source, home.pair.target
    if length == len(source.bare):
        return target.text
    first, behind = (_cut(source, target, at) for at in (home.source, home.source + length))
    if first == behind:
        return "…"
    at = bare_places(target.text)
    return target.text[at[first] : at[behind - 1] + 1]


def _cut(source: Side, target: Side, at: int) -> int:
    """The bare offset in the target that answers to one in the source."""
    if at in (0, len(source.bare)):
        return 0 if at == 0 else len(target.bare)
    ours, theirs = _sentence_ends(source.text), _sentence_ends(target.text)
    if len(ours) == len(theirs) and at in ours:
        return theirs[ours.index(at)]
    share = at / len(source.bare) * len(target.bare)
    words = [0]
    for word in target.text.split():
        words.append(words[-1] + len(word))
    near = bisect_left(words, share)
    return min(words[max(near - 1, 0) : near + 1], key=lambda edge: abs(edge - share))


def _sentence_ends(text: str) -> list[int]:
    return [len(bare(text[: match.end()])) for match in _ENDS.finditer(text)]
