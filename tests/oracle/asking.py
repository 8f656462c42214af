"""Small pairs, and conversations about them, for the tests of the oracle's answers."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.servers.gold_model.mind import Answered, Habits, Mind, answer
from tests.servers.gold_model.pairs import Pair, read_pairs
from tests.servers.gold_model.truth import Gold

SYSTEMS = {
    "translate": "You translate the texts of an NLP dataset.",
    "joint": "You translate the texts and keep the tags.",
    "tags": "Copy the translation and insert the tags.",
    "quote": 'Under each id stands a list of quotes: {"text": …, "occurrence": …}',
    "index-words": 'Under each id stands a list: {"segment": …, "first": …, "last": …}',
    "index-characters": 'Under each id stands a list: {"segment": …, "start": …, "end": …}',
}


def line(
    source: str, target: str, *spans: tuple[str, str] | tuple[str, str, str], name: str = "a"
) -> dict[str, Any]:
    """A pair; a span is its words on both sides, "" for none, and perhaps its label.

    `words#2` are the second of these words.
    """
    sides = (("source", "en", source, 0), ("target", "ru", target, 1))
    return {"id": name} | {
        side: {
            "lang": lang,
            "text": text,
            "spans": [_span(text, span[at], (*span, "T")[2]) for span in spans if span[at]],
        }
        for side, lang, text, at in sides
    }


def _span(text: str, words: str, label: str) -> dict[str, Any]:
    words, _, number = words.partition("#")
    start = -1
    for _ in range(int(number or 1)):
        start = text.index(words, start + 1)
    return {"start": start, "end": start + len(words), "label": label}


def gold_of(folder: Path, *lines: Mapping[str, Any]) -> Path:
    """A file of pairs."""
    file = folder / "pairs.jsonl"
    file.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in lines))
    return file


def pairs_of(folder: Path, *lines: Mapping[str, Any]) -> list[Pair]:
    """The pairs as the oracle reads them."""
    return read_pairs([gold_of(folder, *lines)])


def conversation(task: str, data: Mapping[str, Any], attempt: int = 1) -> list[dict[str, str]]:
    """The messages of a request, and of the corrections that follow it."""
    messages = [
        {"role": "system", "content": SYSTEMS[task]},
        {"role": "user", "content": json.dumps(data, ensure_ascii=False)},
    ]
    for _ in range(attempt - 1):
        messages += [
            {"role": "assistant", "content": "{}"},
            {"role": "user", "content": "That answer cannot be used. Answer again."},
        ]
    return messages


def asked_of(
    task: str, sources: Sequence[str], targets: Sequence[str] = (), letter: str = "s"
) -> dict[str, Any]:
    """The user's JSON of a task: tagged sources and their translations.

    For `index-words` the words of a translation are what stands between its spaces.
    """
    source = {str(n): text for n, text in enumerate(sources, start=1)}
    if task in ("translate", "joint"):
        return source if task == "translate" else {"source": source}
    shown: dict[str, Any] = {str(n): text for n, text in enumerate(targets, start=1)}
    if task == "index-words":
        shown = {
            key: {str(n): word for n, word in enumerate(text.split(), start=1)}
            for key, text in shown.items()
        }
    data = {"source": source, "translation": shown}
    return data if task == "tags" else data | {"spans": _spans(source, letter)}


def _spans(source: Mapping[str, str], letter: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, text in source.items():
        for part in text.split(f"<{letter}")[1:]:
            number = part.split(">")[0]
            words = part.split(">", 1)[1].split(f"</{letter}{number}>")[0]
            found[f"{letter}{number}"] = {"label": "T", "words": words, "segment": key}
    return found


def answered(
    pairs: Sequence[Pair], task: str, data: Mapping[str, Any], attempt: int = 1, **habits: Any
) -> Answered:
    """What the oracle answers."""
    return answer(Gold(pairs), conversation(task, data, attempt), Habits(**habits))


def mind_of(file: Path, **habits: Any) -> Mind:
    """An oracle without a server."""
    return Mind([file], Habits(**habits))
