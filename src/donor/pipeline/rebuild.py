"""A response store out of readable files of answers, through the product's own requests.

A file is TOML: a head `[answers]` that says which runs are asked for, then for each document
and task a table. Keys and values are those of the answer's JSON object; a quote may be written
short: `"words"`, `["words", 2]` for their second occurrence, a list of these, or `[]`; numbers of
words as `[segment, first, last]`, or a list of these. A table may instead hold `raw`, an answer
as it came, or `refusal`.
"""

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from donor.errors import StoreError
from donor.formats import read
from donor.llm import Request, Response, ResponseStore, StoredAnswer, answered, asking, response_of
from donor.pipeline.journey import journey
from donor.pipeline.plan import plan_for
from donor.recipe import Recipe

__all__ = ["rebuild", "stale"]

_HEAD = "answers"
_BASE_URL = "recorded"


@dataclass
class _Recorded:
    """The answers of a file, and which of them were asked for."""

    path: Path
    head: Mapping[str, Any]
    tables: Mapping[str, Mapping[str, Mapping[str, Any]]]
    used: set[tuple[str, str, str]] = field(default_factory=set)

    def body(self, request: Request) -> bytes:
        """The raw body of the answer to a request. Raises StoreError where there is none."""
        task = request.task + ("-retry" if request.attempt else "")
        table = self.tables.get(request.document, {}).get(task)
        if table is None:
            what = f'there is no answer ["{request.document}".{task}]'
            raise StoreError(str(self.path), what, "a request of the run has no answer")
        asked = _asked_keys(table, request)
        self.used.update((request.document, task, key) for key in asked)
        message = {
            "role": "assistant",
            "content": None if "refusal" in table else _content(table, asked, request.task),
            "refusal": table.get("refusal"),
        }
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        model = request.model.partition(":")[2]
        return orjson.dumps({"object": "chat.completion", "model": model, "choices": [choice]})

    def unused(self) -> list[str]:
        """The answers that no request asked for."""
        there = {
            (name, task, key)
            for name, tasks in self.tables.items()
            for task, table in tasks.items()
            for key in table
        }
        return [f'["{name}".{task}] {key}' for name, task, key in sorted(there - self.used)]


def rebuild(answers: Sequence[Path], store: Path) -> int:
    """The number of answers in the store that was made from the files, in place of an older one.

    Raises:
        StoreError: a request has no answer in its file, or an answer is never asked for.
    """
    files = [_read(path) for path in answers]
    partial = store.with_name(store.name + ".partial")
    partial.unlink(missing_ok=True)
    try:
        with ResponseStore.open(partial) as out:
            for recorded in files:
                for recipe in _recipes(recorded):
                    _ask_all(recipe, recorded, out)
            count: int = out.stats()["answers"]
            out.seal()
        for recorded in files:
            if unused := recorded.unused():
                what = f"no request asks for {', '.join(unused[:3])}"
                raise StoreError(str(recorded.path), what, "delete what is not asked for")
        partial.replace(store)
    finally:
        partial.unlink(missing_ok=True)
    return count


def stale(answers: Sequence[Path], store: Path, scratch: Path) -> bool:
    """Whether the store differs from one that is rebuilt from the files, in `scratch`."""
    fresh = scratch / "fresh.sqlite"
    rebuild(answers, fresh)
    return _contents(fresh) != _contents(store)


def _contents(store: Path) -> set[tuple[str, bytes]]:
    with ResponseStore.open(store, read_only=True) as rows:
        return {(row.key, row.body) for row in rows.rows()}


def _read(path: Path) -> _Recorded:
    try:
        value = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise StoreError(str(path), f"cannot be read: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise StoreError(str(path), f"not TOML: {error}") from None
    head = value.pop(_HEAD, None)
    if head is None:
        raise StoreError(str(path), f"section [{_HEAD}] is missing", "it names model and inputs")
    missing = sorted({"model", "inputs", "to", "cascades"} - set(head))
    if missing:
        raise StoreError(str(path), f"section [{_HEAD}] lacks {', '.join(missing)}")
    return _Recorded(path, head, value)


def _recipes(recorded: _Recorded) -> list[Recipe]:
    """The runs that the head asks for, one for each cascade."""
    head, folder = recorded.head, recorded.path.parent
    inputs = tuple(str(folder / path) for path in head["inputs"])
    given: dict[str, Any] = {}
    if "translation" in head:
        given = {"translator": "given", "translation": str(folder / head["translation"])}
    return [
        Recipe(
            inputs, head["to"], head["model"], head.get("language"), cascade=tuple(cascade), **given
        )
        for cascade in head["cascades"]
    ]


def _ask_all(recipe: Recipe, recorded: _Recorded, out: ResponseStore) -> None:
    plan = plan_for(recipe, same_language=True)
    for document in read(list(recipe.inputs), language=recipe.language):
        way = asking(journey(plan.cut(document), plan), recipe.model, recipe.parameters)
        answered(way, lambda request: _answer(request, recorded, out))


def _answer(request: Request, recorded: _Recorded, out: ResponseStore) -> Response:
    row = StoredAnswer(
        key=request.key,
        logical=request.canonical,
        base_url=_BASE_URL,
        wire="",
        started_at=str(recorded.head.get("recorded", "")),
        seconds=0.0,
        status=200,
        body=recorded.body(request),
        served_model=request.model.partition(":")[2],
        finish_reason="stop",
    )
    out.put(row)
    return response_of(row)


def _asked_keys(table: Mapping[str, Any], request: Request) -> list[str]:
    """The keys of the table that a request asks for, in its order."""
    if "raw" in table or "refusal" in table:
        return list(table)
    return [key for key in (request.schema or {}).get("properties", table) if key in table]


def _content(table: Mapping[str, Any], asked: Sequence[str], task: str) -> str:
    """The answer as the model's text."""
    if "raw" in table:
        return str(table["raw"])
    value = {key: _SHORT[task](table[key]) if task in _SHORT else table[key] for key in asked}
    return orjson.dumps(value).decode()


def _quotes(value: Any) -> list[dict[str, Any]]:
    """A quote written short, as the list that a model answers.

    >>> _quotes(["клетки", 2])
    [{'text': 'клетки', 'occurrence': 2}]
    >>> [quote["text"] for quote in _quotes(["клетки", "стенка"])]
    ['клетки', 'стенка']
    """
    if isinstance(value, str):
        return [{"text": value, "occurrence": 1}]
    if len(value) == 2 and isinstance(value[1], int):
        return [{"text": value[0], "occurrence": value[1]}]
    return [quote for part in value for quote in _quotes(part)]


def _runs(value: Any) -> list[dict[str, Any]]:
    """Runs of words written short, as the list that a model answers.

    >>> _runs([1, 4, 6])
    [{'segment': 1, 'first': 4, 'last': 6}]
    """
    if value and isinstance(value[0], int):
        return [dict(zip(("segment", "first", "last"), value, strict=True))]
    return [run for part in value for run in _runs(part)]


_SHORT: Mapping[str, Callable[[Any], list[dict[str, Any]]]] = {
    "quote": _quotes,
    "index-words": _runs,
}
