"""Ways in which models get spans wrong, each in the form of each task.

A kind takes what is said of one span and changes it, and says whether it could: a script without
letter case, for example, has no wrong case. What is chosen depends on the seed and on the span
alone, never on the order of requests.
"""

import hashlib
import random
import re
from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from .asked import Asked, Segment
from .pairs import Place
from .said import (
    Edit,
    Mark,
    Said,
    entry_of,
    in_word,
    places_on,
    tagged,
    word_places,
)

_CYRILLIC_ENDINGS = {
    "а": "ы", "я": "и", "о": "а", "е": "я", "ы": "ам", "и": "ями", "й": "я", "ь": "и",
    "у": "ой", "ю": "ей",
}  # fmt: skip
_BEFORE_I = tuple("гкхжчшщ")
_QUOTES = str.maketrans({"«": '"', "»": '"', "“": "«", "”": "»", '"': "'", "'": '"'})


@dataclass
class Spoiling:
    """One span's answer while it is spoilt: what is asked, what is said, and chance."""

    asked: Asked
    said: Said
    chance: random.Random
    occurrences: str = "words"

    @property
    def tags(self) -> bool:
        return self.asked.task in ("tags", "joint")

    @property
    def index(self) -> bool:
        return self.asked.task.startswith("index")

    @property
    def in_numbers_of_words(self) -> bool:
        return self.asked.task == "index-words"

    @property
    def segment(self) -> Segment:
        return self.said.where[0][0]

    @property
    def place(self) -> Place:
        return self.said.where[0][1]

    @property
    def text(self) -> str:
        return self.segment.text or ""

    @property
    def words(self) -> str:
        return self.text[slice(*self.place)]

    @property
    def length(self) -> int:
        """Of the translation, in the units of the task."""
        return len(self.segment.words) if self.in_numbers_of_words else len(self.text)

    def say(self, words: str) -> bool:
        """Says other words than the translation's: written in it for tags, quoted for quotes."""
        if words == self.words or not words.strip():
            return False
        if self.tags:
            self.said.edits.append(Edit(self.segment.key, self.place, words))
        else:
            self.said.entries[0][1][0]["text"] = words
        return True

    def move(self, place: Place) -> bool:
        """Says another place of the same segment."""
        if place == self.place:
            return False
        if self.tags:
            self.said.marks[0] = Mark(self.said.name, self.segment.key, place)
        else:
            entry = entry_of(self.asked.task, self.segment, place, self.occurrences)
            self.said.entries[0][1][0] = entry
        return True

    def change(self, **values: Any) -> bool:
        """Changes the keys of the first element of the answer's list."""
        self.said.entries[0][1][0].update(values)
        return True


def lemma(spoiling: Spoiling) -> bool:
    """Another form of a word; as an index the last word without its ending, or not at all."""
    if spoiling.in_numbers_of_words:
        return spoiling.change(last=spoiling.place[1] - 1)
    start, end = _last_word(spoiling)
    if start == end:
        return False
    if spoiling.index:
        whole = spoiling.place[0] + end
        return end - start > 1 and spoiling.change(end=whole - 1)
    words = spoiling.words
    return spoiling.say(words[:start] + inflected(words[start:end]) + words[end:])


def _last_word(spoiling: Spoiling) -> Place:
    places = word_places(spoiling.words)
    return places[-1] if places else (0, 0)


def inflected(word: str) -> str:
    """The word with another ending, roughly.

    >>> inflected("стенка"), inflected("cells"), inflected("cell")
    ('стенки', 'cell', 'cells')
    """
    last = word[-1]
    if last == "а" and word[-2:-1] in _BEFORE_I:
        return word[:-1] + "и"
    if last.lower() in _CYRILLIC_ENDINGS:
        return word[:-1] + _CYRILLIC_ENDINGS[last.lower()]
    if "а" <= last.lower() <= "я":
        return word + "а"
    return word[:-1] if last == "s" and len(word) > 2 else word + "s"


def case(spoiling: Spoiling) -> bool:
    """Other letter case of the words; in an index of the span's id."""
    said = spoiling.said
    if spoiling.index:
        said.entries[0] = (said.name.upper(), said.entries[0][1])
        return True
    words = spoiling.words
    forms = [form for form in (words.upper(), words.lower(), words.title()) if form != words]
    return bool(forms) and spoiling.say(spoiling.chance.choice(forms))


def added(spoiling: Spoiling) -> bool:
    """A neighbouring word along with the span's, or in a quote a preposition that is not there."""
    if spoiling.asked.task == "quote" and spoiling.chance.random() < 0.5:
        cyrillic = bool(re.search("[а-яё]", spoiling.words.lower()))
        preposition = spoiling.chance.choice(("в", "на", "о") if cyrillic else ("the", "in", "de"))
        return spoiling.say(f"{preposition} {spoiling.words}")
    neighbours = _neighbours(spoiling)
    if not neighbours:
        return False
    first, behind = spoiling.chance.choice(neighbours)
    start, end = spoiling.place
    return spoiling.move((min(start, first), max(end, behind)))


def _neighbours(spoiling: Spoiling) -> list[Place]:
    """The places of the word before and the word behind the span."""
    start, end = spoiling.place
    if spoiling.in_numbers_of_words:
        around = [n for n in (start - 1, end + 1) if 1 <= n <= spoiling.length]
        return [(n, n) for n in around if any(map(in_word, spoiling.segment.words[n - 1]))]
    places = word_places(spoiling.text)
    before = [place for place in places if place[1] <= start][-1:]
    return before + [place for place in places if place[0] >= end][:1]


def quotes(spoiling: Spoiling) -> bool:
    """Wrong quotation marks; as an index a sign too many, or the numbers as strings."""
    if not spoiling.index:
        other = spoiling.words.translate(_QUOTES)
        around = spoiling.chance.choice(("«{}»", '"{}"', "“{}”"))
        return spoiling.say(other if other != spoiling.words else around.format(spoiling.words))
    start, end = spoiling.place
    if not spoiling.in_numbers_of_words and end < spoiling.length:
        sign = spoiling.text[end]
        if not (in_word(sign) or sign.isspace()):
            return spoiling.change(end=end + 1)
    names = ("first", "last") if spoiling.in_numbers_of_words else ("start", "end")
    return spoiling.change(**{names[0]: f'"{start}"', names[1]: f'"{end}"'})


def dropped(spoiling: Spoiling) -> bool:
    """Nothing is said of the span."""
    spoiling.said.entries.clear()
    spoiling.said.marks.clear()
    return True


def duplicate(spoiling: Spoiling) -> bool:
    """The id stands there twice."""
    said = spoiling.said
    if spoiling.tags:
        said.marks.append(deepcopy(said.marks[0]))
        others = _neighbours(spoiling) if said.where else []
        if others:
            said.marks[-1].place = spoiling.chance.choice(others)
    else:
        said.entries.append(deepcopy(said.entries[0]))
        if said.entries[-1][1]:
            said.entries[-1][1].pop()
    return True


def altered(spoiling: Spoiling) -> bool:
    """Another word in place of one; as an index an end before the beginning."""
    start, end = spoiling.place
    if spoiling.in_numbers_of_words:
        return spoiling.change(first=end + 1, last=start)
    if spoiling.index:
        return spoiling.change(start=end, end=start)
    places = word_places(spoiling.words)
    if not places:
        return False
    first, behind = spoiling.chance.choice(places)
    words = spoiling.words
    other = words[first:behind][::-1]
    other = other + other[-1] if other == words[first:behind] else other
    return spoiling.say(words[:first] + other + words[behind:])


def occurrence(spoiling: Spoiling) -> bool:
    """Another occurrence of the words; the words beside them where there is no other."""
    others = _other_occurrences(spoiling)
    if spoiling.asked.task == "quote":
        number = spoiling.said.entries[0][1][0]["occurrence"]
        all_numbers = range(1, len(others) + 2)
        choice = [n for n in all_numbers if n != number] or [number + 1]
        return spoiling.change(occurrence=spoiling.chance.choice(choice))
    if others:
        return spoiling.move(spoiling.chance.choice(others))
    if spoiling.index:
        start, end = spoiling.place
        by = spoiling.chance.choice((-1, 1))
        first = 1 if spoiling.in_numbers_of_words else 0
        by = by if start + by >= first and end + by <= spoiling.length else -by
        return start + by >= first and spoiling.move((start + by, end + by))
    neighbours = _neighbours(spoiling)
    return bool(neighbours) and spoiling.move(spoiling.chance.choice(neighbours))


def _other_occurrences(spoiling: Spoiling) -> list[Place]:
    """The places of the same words that the span does not touch, or all others of a quote."""
    start, end = spoiling.place
    if spoiling.in_numbers_of_words:
        words, own = spoiling.segment.words, spoiling.segment.words[start - 1 : end]
        size = end - start + 1
        firsts = (n for n in range(1, len(words) - size + 2) if words[n - 1 : n - 1 + size] == own)
        found = [(n, n + size - 1) for n in firsts]
        return [place for place in found if place[1] < start or place[0] > end]
    ats = places_on(spoiling.text, spoiling.words, spoiling.occurrences, spoiling.place)
    size = end - start
    if spoiling.asked.task == "quote":
        return [(at, at + size) for at in ats if at != start]
    return [(at, at + size) for at in ats if at + size <= start or at >= end]


def outside(spoiling: Spoiling) -> bool:
    """Another segment, an index behind the end, an id nobody asked for, a quote of the source."""
    if spoiling.tags:
        mark = spoiling.said.marks[0]
        others = [s.key for s in spoiling.asked.segments if mark.name not in s.pieces]
        if others:
            spoiling.said.marks[0] = Mark(mark.name, spoiling.chance.choice(others), (0, 0))
        else:
            spoiling.said.marks[0] = Mark(f"{mark.name}0", mark.key, mark.place)
        return True
    if not spoiling.index:
        words = spoiling.asked.spans[spoiling.said.name].get("words", "")
        return spoiling.say(words) or spoiling.change(occurrence=99)
    if spoiling.chance.random() < 0.5:
        return spoiling.change(segment=len(spoiling.asked.segments) + 90)
    end = "last" if spoiling.in_numbers_of_words else "end"
    return spoiling.change(**{end: spoiling.length + 1 + spoiling.chance.randrange(5)})


KINDS: dict[str, Callable[[Spoiling], bool]] = {
    "lemma": lemma,
    "case": case,
    "added": added,
    "quotes": quotes,
    "dropped": dropped,
    "duplicate": duplicate,
    "altered": altered,
    "occurrence": occurrence,
    "outside": outside,
}
_WITHOUT_PLACE = ("dropped", "duplicate")


def chance_of(seed: int, asked: Asked, said: Said) -> random.Random:
    """Chance for one span of one request, the same whatever was asked before."""
    texts = [part for s in asked.segments for part in (s.key, s.source, s.target or "")]
    own = repr((seed, asked.task, asked.attempt, said.name, texts))
    return random.Random(hashlib.sha256(own.encode("utf-8", "surrogatepass")).digest())


def spoilt(
    asked: Asked, said: Said, chance: random.Random, occurrences: str, kinds: Sequence[str]
) -> tuple[Said, str]:
    """What is said after one change of it, and the kind of the change; "" if none could be."""
    able = [kind for kind in kinds if said.where or kind in _WITHOUT_PLACE]
    for kind in chance.sample(able, len(able)):
        changed = deepcopy(said)
        if KINDS[kind](Spoiling(asked, changed, chance, occurrences)) and _differs(said, changed):
            return changed, kind
    return said, ""


def _differs(said: Said, changed: Said) -> bool:
    return (said.marks, said.edits, said.entries) != (changed.marks, changed.edits, changed.entries)


def shown(asked: Asked, said: Said) -> str:
    """What was answered about a span, for the log."""
    if asked.task not in ("tags", "joint"):
        return str(said.entries)
    keys = {mark.key for mark in said.marks} | {segment.key for segment, _ in said.where}
    own = [segment for segment in asked.segments if segment.key in keys]
    return " | ".join(tagged(segment, said.marks, said.edits) for segment in own)
