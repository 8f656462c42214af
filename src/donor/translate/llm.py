"""`llm`: one request a document, its segments numbered; what cannot be used is asked for anew."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import orjson

from donor.data import Translation
from donor.llm import Asked, Message, Method, Request, ask_checked
from donor.prompts import prompt
from donor.translate.task import Translated, TranslationTask

__all__ = ["translate"]

METHOD = "llm"


def translate(task: TranslationTask) -> Method[Translated]:
    """The translation of a document, its side texts behind its segments.

    All segments go into one request. After a wrong answer follows one corrective retry, then
    each segment is asked for alone. Segments of white space stay as they are.
    """
    document = task.document
    texts = [*document.segment_texts(), *(side.text for side in document.side_texts)]
    wanted = {str(n): text for n, text in enumerate(texts, start=1) if text.strip()}
    system = prompt("translate").filled(source=task.source.name, target=task.target.name)
    found: dict[str, str] = {}
    asked = yield from _ask(system, wanted, found, document.id)
    retries = asked.retries
    if asked.problem and len(wanted) > 1:
        for key in wanted:
            single = yield from _ask(system, {key: wanted[key]}, found, document.id)
            retries += 1 + single.retries
            if single.problem:
                asked = replace(single, detail=f"segment {key}: {single.detail}")
                break
        else:
            asked = Asked()
    if asked.problem:
        problem = f"{asked.problem}: {asked.detail}"
        failed = Translation(task.target.tag, (), (), METHOD, problem=problem, retries=retries)
        return Translated(failed)
    answers = [found.get(str(n), text) for n, text in enumerate(texts, start=1)]
    cut = len(document.segments)
    segments, side_texts = tuple(answers[:cut]), tuple(answers[cut:])
    return Translated(Translation(task.target.tag, segments, side_texts, METHOD, retries=retries))


def _ask(
    system: str, wanted: Mapping[str, str], found: dict[str, str], document_id: str
) -> Method[Asked]:
    """Asks for the segments in `wanted`; valid answers go into `found`."""
    if not wanted:
        return Asked()

    def check(answer: dict[str, Any]) -> str:
        tidy = {key: _tidy(text, wanted[key]) for key, text in answer.items()}
        empty = [key for key, text in tidy.items() if not text.strip()]
        if empty:
            return f'the translation of segment "{empty[0]}" is empty'
        found.update(tidy)
        return ""

    request = Request(
        messages=(
            Message("system", system),
            Message("user", orjson.dumps(dict(wanted)).decode()),
        ),
        schema=_schema(wanted),
        task="translate",
        document=document_id,
    )
    return (yield from ask_checked(request, check))


def _schema(keys: Mapping[str, str]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {key: {"type": "string"} for key in keys},
        "required": list(keys),
        "additionalProperties": False,
    }


def _tidy(answer: str, source: str) -> str:
    """The answer between the white space of the source's edges; on one line if the source is."""
    words = source.strip()
    before, _, after = source.partition(words)
    return before + (answer.strip() if "\n" in words else " ".join(answer.split())) + after
