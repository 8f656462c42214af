"""How many spans a second the resolver places on one core, exact and inflected.

Documents are made of invented words of ordinary length, a few hundred to 1,500 characters each,
with three to ten spans, and all words are new in every round, so that nothing is remembered from
one to the next. The inflected answers are real Russian words, quoted in their dictionary form
where the text has another; the dictionary's memory is emptied before each round.
Run as `make bench-resolve`; the last line is one JSON object of medians.
"""

import argparse
import gc
import itertools
import random
import re
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson
import pymorphy3

from donor import resolve
from donor.data import Candidate, Interval, Intervals, Quote
from donor.languages import lemmas as lemmas_room
from donor.languages.characters import is_edge
from donor.languages.lemmas import forms
from donor.resolve import inflected as inflected_room

GOLD = Path(__file__).resolve().parent.parent.parent / "shared/gold/xquad-en-ru.jsonl"
SYLLABLES = "ба ве го ди жу за кле ло ми на о пра ре сто та у фе ха ци ше ю я"
ENDINGS = "а ы у ой ами ах ый ого ому ыми ет ют ить ал ала"
SMALL = "и в на с не что как для это из по к"


@dataclass(frozen=True, slots=True)
class Task:
    """One document's text, its candidates, and where they belong."""

    text: str
    candidates: tuple[Candidate, ...]
    places: tuple[Interval, ...]


def prose(chance: random.Random, characters: int, words: Sequence[str]) -> str:
    """Sentences of about so many characters that contain the words, each once or more."""
    length, pieces = 0, list(words)
    while length < characters:
        piece = chance.choice(SMALL.split()) if chance.random() < 0.3 else invented(chance)
        pieces.append(piece)
        length += len(piece) + 1
    chance.shuffle(pieces)
    marks = [" " if chance.random() < 0.85 else chance.choice([", ", ". ", " — "]) for _ in pieces]
    return "".join(part for pair in zip(pieces, marks, strict=True) for part in pair).strip()


def invented(chance: random.Random) -> str:
    """A word that nobody has seen."""
    stem = "".join(chance.choices(SYLLABLES.split(), k=chance.randint(1, 4)))
    return stem + chance.choice(ENDINGS.split())


def exact_task(chance: random.Random) -> Task:
    """Quotes of one to four words that are copied from the text."""
    text = prose(chance, chance.randint(300, 1500), ())
    starts = [0, *(at + 1 for at, sign in enumerate(text) if sign == " ")]
    places = []
    for _ in range(chance.randint(3, 10)):
        first = chance.randrange(len(starts) - 5)
        start = starts[first]
        end = starts[first + chance.randint(1, 4)]
        surface = text[start:end].rstrip(" ,.—")
        if surface:
            places.append(Interval(start, start + len(surface)))
    return Task(text, tuple(quotes(text, places)), tuple(places))


def quotes(text: str, places: Sequence[Interval]) -> Iterator[Candidate]:
    """A numbered quote for each place."""
    for number, place in enumerate(places):
        surface = place.of(text)
        at = text.find(surface)
        count = 1
        while at < place.start:
            count += is_edge(text, at) and is_edge(text, at + len(surface))
            at = text.find(surface, at + 1)
        yield Candidate(f"T{number}", "quote", (Quote(surface, count),))


def inflected_tasks(
    chance: random.Random, documents: int, nouns: Sequence[tuple[str, str]]
) -> list[Task]:
    """Quotes of a word in its dictionary form; the text has it in another."""
    tasks = []
    for _ in range(documents):
        chosen = [chance.choice(nouns) for _ in range(chance.randint(3, 10))]
        text = prose(chance, chance.randint(300, 1500), [form for _, form in chosen])
        found = [
            (lemma, Interval(at, at + len(form)))
            for lemma, form in dict(chosen).items()
            if not [*stands(text, lemma)] and len(at_words := [*stands(text, form)]) == 1
            for at in at_words
        ]
        candidates = [
            Candidate(f"T{number}", "quote", (Quote(lemma, 1),))
            for number, (lemma, _) in enumerate(found)
        ]
        tasks.append(Task(text, tuple(candidates), tuple(place for _, place in found)))
    return tasks


def stands(text: str, surface: str) -> Iterator[int]:
    """Where words stand as such."""
    for match in re.finditer(re.escape(surface), text):
        if is_edge(text, match.start()) and is_edge(text, match.end()):
            yield match.start()


def inflections(chance: random.Random) -> list[tuple[str, str]]:
    """Some thousand Russian nouns with another of their forms, from all over the dictionary."""
    dictionary = pymorphy3.MorphAnalyzer().dictionary
    forms_of = forms("ru")
    assert forms_of is not None
    found: list[tuple[str, str]] = []
    for start in map("".join, itertools.product("абвгдзиклмнопрстуфхцш", "аеиору", "вдклмнрст")):
        for word, (paradigm, index) in itertools.islice(dictionary.words.iteritems(start), 60):
            tag = dictionary.build_tag_info(paradigm, index)
            others = sorted(forms_of(word) - {word}) if index == 0 and "NOUN" in tag else ()
            if len(others) >= 6 and 5 <= len(word) <= 14:
                found.append((word, chance.choice(others)))
    chance.shuffle(found)
    return found


def intervals_task(chance: random.Random) -> Task:
    """One interval, as `tags` answers."""
    task = exact_task(chance)
    place = task.places[:1]
    return Task(task.text, (Candidate("T0", "tags", Intervals(place)),), place)


def gold_tasks(path: Path) -> list[Task]:
    """The paragraphs of the gold with a quote for each span."""
    tasks = []
    for line in path.read_bytes().splitlines():
        target = orjson.loads(line)["target"]
        places = tuple(Interval(span["start"], span["end"]) for span in target["spans"])
        tasks.append(Task(target["text"], tuple(quotes(target["text"], places)), places))
    return tasks


def forget() -> None:
    """Empties what the rooms remember of words."""
    for known in (inflected_room.kin, lemmas_room._russian, lemmas_room._russian_forms):
        known.cache_clear()


def run(tasks: Sequence[Task]) -> tuple[float, float]:
    """Spans per second of CPU time, and the share that is placed right."""
    gc.collect()
    started = time.process_time()
    found = [resolve(task.text, task.candidates, language="ru") for task in tasks]
    took = time.process_time() - started
    spans = sum(len(task.candidates) for task in tasks)
    right = sum(
        resolution.fragments == (place,)
        for task, row in zip(tasks, found, strict=True)
        for resolution, place in zip(row, task.places, strict=True)
    )
    return spans / took, right / spans


def medians(rounds: int, make: Callable[[int], Sequence[Task]]) -> tuple[float, float]:
    """The median rate over rounds with new tasks each, and the least share placed right."""
    figures = []
    for number in range(rounds):
        tasks = make(number)
        forget()
        resolve("клетки", (Candidate("T", "quote", (Quote("клетка"),)),), language="ru")
        figures.append(run(tasks))
    rates, shares = zip(*figures, strict=True)
    return statistics.median(rates), min(shares)


def main() -> None:
    """Prints a line for each kind of answer, then all in one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=5)
    flags = parser.parse_args()

    nouns = inflections(random.Random(0))

    def many(make: Callable[[random.Random], Task]) -> Callable[[int], list[Task]]:
        return lambda number: [
            make(random.Random(f"{number}:{place}")) for place in range(flags.documents)
        ]

    kinds: dict[str, Callable[[int], Sequence[Task]]] = {
        "exact": many(exact_task),
        "inflected": lambda number: inflected_tasks(random.Random(number), flags.documents, nouns),
        "interval": many(intervals_task),
    }
    if GOLD.exists():
        kinds["gold"] = lambda _: gold_tasks(GOLD)
    figures: dict[str, float] = {}
    for kind, make in kinds.items():
        rate, share = medians(flags.rounds, make)
        print(f"{kind:<10}{rate:>10,.0f} spans/s {share:>7.1%} placed right")
        figures |= {f"{kind}_spans_per_s": round(rate), f"{kind}_right": round(share, 4)}
    print(orjson.dumps(figures).decode())


if __name__ == "__main__":
    main()
