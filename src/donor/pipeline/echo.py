"""Answers that a model might give, made without one: valid, and about as long as real ones.

A translation is words of the target language, as many as it would need; a projector's answer covers
a segment or a part of it, so that every span finds a place.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import cycle
from typing import Any

import orjson

from donor.languages import filler_words, letters_per_english_letter
from donor.llm import Request

__all__ = ["Echo"]

_TAG = r"</?[a-z]+[0-9]+>"
_WORD = re.compile(r"[^\W\d_]+")
_CLOSING = re.compile(r"</([a-z]+[0-9]+)>")

Answer = dict[str, Any]


@dataclass(frozen=True)
class Echo:
    """Answers for a pair of languages, given by their BCP 47 tags.

    `kept` tells what of a text must stand in its translation as it is.
    """

    source: str
    target: str
    kept: Callable[[str], Iterable[str]] = lambda text: ()

    def valid(self, request: Request) -> str:
        """An answer with which the method goes on at once."""
        return self._made(request, _WHOLE)

    def likely(self, request: Request) -> str:
        """An answer as long as a model's: a quote is some words, and not the whole segment."""
        return self._made(request, _LIKELY)

    def both(self, request: Request) -> tuple[str, str]:
        """The valid and the likely answer; only a quote's are not the same."""
        valid = self.valid(request)
        return valid, self.likely(request) if request.task in _SHORTER else valid

    def _made(self, request: Request, ways: Mapping[str, "Way"]) -> str:
        """The answer's JSON; to a method of another package, its own words."""
        way = ways.get(request.task)
        if way is None:
            return request.messages[-1].content
        return orjson.dumps(way(self, orjson.loads(request.messages[1].content))).decode()

    def translated(self, text: str) -> str:
        """A text as long as its translation may be; tags and what is kept stay.

        >>> Echo("en", "ru").translated("An <s1>ion</s1> moves.")
        'и в <s1>не на</s1> что с по.'
        """
        rate = letters_per_english_letter(self.target) / letters_per_english_letter(self.source)
        fillers = filler_words(self.target)
        filler, between = cycle(fillers), " " if max(map(len, fillers)) > 1 else ""
        owed, ahead, made = 0.0, next(filler), []
        kept = frozenset(self.kept(text))
        for part in _cut(text, kept):
            if part in kept or not _WORD.fullmatch(part):
                made.append(part)
                continue
            owed += len(part) * rate
            words: list[str] = []
            # What a tag encloses must not vanish.
            while owed >= len(ahead) / 2 or (not words and "".join(made[-2:]).endswith(">")):
                words.append(ahead)
                owed -= len(ahead)
                ahead = next(filler)
            made.append(between.join(words))
        whole = "".join(made)
        return whole if whole.strip() or not text.strip() else ahead


def _cut(text: str, kept: Iterable[str]) -> list[str]:
    """The words of a text, its tags, what is kept, and what stands between them."""
    longest_first = sorted(map(re.escape, kept), key=len, reverse=True)
    return re.split("(" + "|".join([*longest_first, _TAG, _WORD.pattern]) + ")", text)


Way = Callable[[Echo, Answer], Answer]


def _translation(echo: Echo, data: Answer) -> Answer:
    return {key: echo.translated(text) for key, text in data.items()}


def _back(echo: Echo, data: Answer) -> Answer:
    return _translation(Echo(echo.target, echo.source), data)


def _verdicts(echo: Echo, data: Answer) -> Answer:
    """Everything is right."""
    return {key: {"right": True, "why": ""} for key in (*data["source"], *data["spans"])}


def _values(echo: Echo, data: Answer) -> Answer:
    """Each label has the first of its values."""
    return {key: [one["values"][0]] for key, one in data["labels"].items()}


def _names(echo: Echo, data: Answer) -> Answer:
    """Each name with its number, for no two may be the same."""
    return {key: f"{echo.translated(name)}_{key}" for key, name in data.items()}


def _joint(echo: Echo, data: Answer) -> Answer:
    return _translation(echo, data["source"])


def _tags(echo: Echo, data: Answer) -> Answer:
    """Every tag of a source segment around its whole translation."""
    answer = {}
    for key, tagged in data["source"].items():
        names = dict.fromkeys(_CLOSING.findall(tagged))
        opening = "".join(f"<{name}>" for name in names)
        closing = "".join(f"</{name}>" for name in reversed(names))
        answer[key] = opening + data["translation"][key] + closing
    return answer


def _quotes(echo: Echo, data: Answer) -> Answer:
    """For each span a part of its segment, which no other gets: no two quotes may be the same."""
    shares = Counter(map(_segment, data["spans"].values()))
    given: Counter[str] = Counter()
    answer: Answer = {}
    for name, span in data["spans"].items():
        key = _segment(span)
        text = data["translation"].get(key, "")
        part = _part(text, given[key], shares[key])
        answer[name] = [{"text": part, "occurrence": 1}]
        given[key] += 1
    return answer


def _part(text: str, number: int, parts: int) -> str:
    """One of so many parts of a text, of whole words where there are enough of them.

    >>> [_part("а бб ввв гг", number, 2) for number in (0, 1)]
    ['а бб', 'ввв гг']
    """
    places = [(word.start(), word.end()) for word in re.finditer(r"\S+", text)]
    if len(places) < parts:
        places = [(n, n + 1) for n, letter in enumerate(text) if not letter.isspace()]
    mine = places[number * len(places) // parts : (number + 1) * len(places) // parts]
    return text[mine[0][0] : mine[-1][1]] if mine else ""


def _likely_quotes(echo: Echo, data: Answer) -> Answer:
    return {
        name: [{"text": echo.translated(span["words"]), "occurrence": 1}]
        for name, span in data["spans"].items()
    }


def _words(echo: Echo, data: Answer) -> Answer:
    """All words of each span's segment, by their numbers."""
    return {
        name: [{"segment": int(key), "first": 1, "last": len(data["translation"][key])}]
        if (key := _segment(span)) in data["translation"]
        else []
        for name, span in data["spans"].items()
    }


def _characters(echo: Echo, data: Answer) -> Answer:
    """The offsets of each span's segment, without the white space at its edges."""
    answer: Answer = {}
    for name, span in data["spans"].items():
        key = _segment(span)
        text = data["translation"].get(key, "")
        start, end = len(text) - len(text.lstrip()), len(text.rstrip())
        found = {"segment": int(key or 0), "start": start, "end": end}
        answer[name] = [found] if start < end else []
    return answer


def _segment(span: Mapping[str, Any]) -> str:
    """The number of the first segment in which a span lies; "" where it lies between them."""
    return str(span["segment"]).split(", ")[0]


_WHOLE: dict[str, Way] = {
    "translate": _translation,
    "translate-back": _back,
    "judge": _verdicts,
    "judge-labels": _values,
    "label-names": _names,
    "joint": _joint,
    "tags": _tags,
    "quote": _quotes,
    "index-words": _words,
    "index-characters": _characters,
}
_SHORTER: dict[str, Way] = {"quote": _likely_quotes}
_LIKELY = {**_WHOLE, **_SHORTER}
