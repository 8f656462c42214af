"""A request as a model reads it: the task, the segments, and the spans that are asked for."""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from .pairs import Place, bare, bare_places

TASKS = (
    "translate",
    "joint",
    "tags",
    "quote",
    "index-words",
    "index-characters",
    "judge",
    "judge-labels",
)


@dataclass(frozen=True)
class Segment:
    """A segment of a request.

    Attributes:
        key: its number, as the request writes it.
        source: the bare source text without the tags.
        text: the translation as it is given; None where there is none.
        words: its numbered words instead, where those are given.
        pieces: what each span id encloses of the bare source text.
        marked: what it encloses of the bare translation, where that is to be judged.
    """

    key: str
    source: str
    text: str | None = None
    words: tuple[str, ...] = ()
    pieces: dict[str, list[Place]] = field(default_factory=dict)
    marked: dict[str, list[Place]] = field(default_factory=dict)

    @property
    def target(self) -> str | None:
        """The bare translation."""
        if self.words:
            return "".join(map(bare, self.words))
        return None if self.text is None else bare(self.text)

    def in_text(self, place: Place) -> Place:
        """A place of the bare translation as a place of the translation as it is given."""
        at = bare_places(self.text or "")
        return at[place[0]], at[place[1] - 1] + 1

    def in_words(self, place: Place) -> Place:
        """A place of the bare translation as the numbers of its first and last word, from 1."""
        owners = [n for n, word in enumerate(self.words, start=1) for _ in bare(word)]
        return owners[place[0]], owners[place[1] - 1]


@dataclass(frozen=True)
class Asked:
    """What a request asks for.

    Attributes:
        task: one of TASKS.
        segments: in the order of the request.
        spans: for each span id what the request says of it, which may be nothing; for
            `judge-labels` for each label id.
        letter: what the span ids begin with.
        attempt: 1, and more after each correction.
    """

    task: str
    segments: tuple[Segment, ...]
    spans: dict[str, dict[str, Any]]
    letter: str
    attempt: int


def readings(messages: Sequence[dict[str, Any]]) -> Iterable[Asked]:
    """What the conversation may ask for: one reading for each letter that the tags may have."""
    system = messages[0]["content"]
    data = json.loads(messages[1]["content"])
    attempt = sum(message["role"] == "user" for message in messages)
    task = _task(system, data)
    if task == "judge-labels":
        texts = [*data["text"].items(), *data["side_texts"].items()]
        yield Asked(task, tuple(Segment(k, "", v) for k, v in texts), data["labels"], "l", attempt)
        return
    if task == "translate":
        segments = tuple(Segment(key, bare(text)) for key, text in data.items())
        yield Asked(task, segments, {}, "", attempt)
        return
    translation = data.get("translation", {})
    for letter in _letters(data):
        segments = tuple(
            _segment(key, tagged, translation.get(key), letter, judged=task == "judge")
            for key, tagged in data["source"].items()
        )
        spans = data.get("spans")
        if spans is None:
            spans = {name: {} for segment in segments for name in segment.pieces}
        yield Asked(task, segments, spans, letter, attempt)


def _task(system: str, data: dict[str, Any]) -> str:
    if "labels" in data and "text" in data:
        return "judge-labels"
    if "source" not in data:
        return "translate"
    if "translation" not in data:
        return "joint"
    if "spans" not in data:
        return "tags"
    if '"right"' in system:
        return "judge"
    if any(isinstance(value, dict) for value in data["translation"].values()):
        return "index-words"
    return "quote" if '"occurrence"' in system else "index-characters"


def _letters(data: dict[str, Any]) -> list[str]:
    """The letters that the tags may have; texts can hold what looks like tags."""
    names: Iterable[str] = data.get("spans", ())
    letters = [match[1] for name in names if (match := re.fullmatch(r"([a-z]+)[0-9]+", name))]
    if not letters:
        joined = "\n".join(data["source"].values())
        letters = re.findall(r"</([a-z]+)[0-9]+>", joined)
    return list(dict.fromkeys(letters)) or ["s"]


def _segment(
    key: str, tagged: str, translation: Any, letter: str, *, judged: bool = False
) -> Segment:
    source, pieces = untagged(tagged, letter)
    if judged:
        text, marked = untagged(translation, letter)
        return Segment(key, source, text, (), pieces, marked)
    if isinstance(translation, dict):
        words = [translation[number] for number in sorted(translation, key=int)]
        return Segment(key, source, None, tuple(words), pieces)
    return Segment(key, source, translation, (), pieces)


def untagged(tagged: str, letter: str) -> tuple[str, dict[str, list[Place]]]:
    """The bare text without the tags, and what each id encloses of it.

    >>> untagged("An <s1>ion <s2>chain</s2></s1>.", "s")
    ('Anionchain.', {'s1': [(2, 10)], 's2': [(5, 10)]})
    """
    parts: list[str] = []
    pieces: dict[str, list[Place]] = {}
    opened: dict[str, int] = {}
    at = 0
    for n, part in enumerate(re.split(rf"(</?{letter}[0-9]+>)", tagged)):
        if n % 2 == 0:
            parts.append(bare(part))
            at += len(parts[-1])
            continue
        name = part.strip("</>")
        if part.startswith("</"):
            pieces[name].append((opened.pop(name), at))
        else:
            pieces.setdefault(name, [])
            opened[name] = at
    return "".join(parts), pieces
