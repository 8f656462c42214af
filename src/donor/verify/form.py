"""Checks of how a translation is written: signs that were added, letters out of shape."""

import re
from collections import Counter
from collections.abc import Iterator

from donor.data import Check, Finding
from donor.verify.case import Case, Pair

__all__ = ["added", "form_changed"]

_SIGNS = {
    "a web address": r"https?://[^\s<>\"')]+|www\.[^\s<>\"')]+",
    "an e-mail address": r"(?<![\w.+-])[\w.+-]+@[\w-]+\.[\w.-]+",
    "invisible characters": "[\u2060-\u2064\u202a-\u202e\u2066-\u2069\ufeff\x00-\x08\x0e-\x1f]",
    "a code fence": "```",
    "markup": r"</?[a-zA-Z][^<>]{0,80}>|<\|\w+\|>|\[/?INST\]|\*\*(?=\S)|(?m:^#{1,6} )|\]\(|<!--",
    "a piece of JSON": r"[{\[]\s*\"|\"\s*:\s*[\"{\[]|\{\s*\}",
    "a pictograph": "[\U0001f000-\U0001faff\u2600-\u27bf\u2b50]",
    "something like a key": r"\b(?=\w*\d)(?=\w*[A-Za-z])[A-Za-z0-9]{20,}\b|\bsk-[\w-]{8,}",
}
# Each of the signs has at least one of these: most texts have none, and are done with. A search
# for one class of characters is several times as quick as one for this or that.
_ANY = re.compile(
    r"[@<`*{}\[\]#|\ufeff\u2060-\u2069\u202a-\u202e\x00-\x08\x0e-\x1f"
    "\U0001f000-\U0001faff\u2600-\u27bf\u2b50]"
)
_RUN = re.compile("[A-Za-z0-9]{20}")
_EACH = {name: re.compile(pattern) for name, pattern in _SIGNS.items()}
_REPEATED = 0.3
_WORD = re.compile(r"[^\W\d_]+")
_SMALL, _CAPITAL = "[a-zß-öø-ÿа-яёіїєґ]", "[A-ZА-ЯЁІЇЄҐ]"
_BACKWARDS = re.compile(rf"\b{_SMALL}{{2,}}{_CAPITAL}\b")
# Begins with what is rare, and so is soon done.
_LAST_CAPITAL = re.compile(rf"{_CAPITAL}(?<={_SMALL}{_SMALL}{_CAPITAL})\b")
_BEGINS_WITH_END = re.compile(r"\s*[.!?](?=[^\W\d_])")


def added(case: Case) -> Iterator[Finding]:
    """A finding for each segment with addresses, signs or markup that its source has not."""
    for pair in case.pairs:
        if not _may_have_signs(pair.target):
            continue
        names = [name for name, sign in _EACH.items() if _more(sign, pair)]
        if names:
            yield Finding(
                Check.ADDED, f"{', '.join(names)} in the translation alone", pair.position
            )


def _may_have_signs(text: str) -> bool:
    if _ANY.search(text) or "://" in text or "www." in text or "sk-" in text or '":' in text:
        return True
    return _RUN.search(text) is not None


def _more(sign: re.Pattern[str], pair: Pair) -> bool:
    return len(sign.findall(pair.target)) > len(sign.findall(pair.source))


def form_changed(case: Case) -> Iterator[Finding]:
    """A finding for each segment in capitals, backwards, run together, or repeating itself."""
    for pair in case.pairs:
        what = _shape(pair)
        if what:
            yield Finding(Check.FORM_CHANGED, what, pair.position)


def _shape(pair: Pair) -> str:
    source, target = pair.source, pair.target
    if target.isupper() and not source.isupper() and len(target) >= 12 and _small(source) >= 8:
        return "in capitals"
    if _BEGINS_WITH_END.match(target) and not _BEGINS_WITH_END.match(source):
        return "begins with the mark of an end"
    if len(target) >= 20 and 1 < _backwards(target) > _backwards(source) + 1:
        return "words that end with a capital"
    if source.count(" ") >= 4 and " " not in target.strip() and _small(target) >= 30:
        return "words run together"
    if len(target) > 1.4 * len(source) and _repeats(target) > _REPEATED + _repeats(source):
        return "repeats itself"
    return ""


def _small(text: str) -> int:
    return sum(map(str.islower, text))


def _backwards(text: str) -> int:
    return len(_BACKWARDS.findall(text)) if _LAST_CAPITAL.search(text) else 0


def _repeats(text: str) -> float:
    """The share of a text's runs of three words that stood there before."""
    words = _WORD.findall(text.lower())
    runs = Counter(zip(words, words[1:], words[2:], strict=False))
    return 1 - len(runs) / runs.total() if runs else 0.0
