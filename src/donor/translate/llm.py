"""`llm`: a document's segments numbered, in as few requests as it fits."""

from collections.abc import Mapping

import orjson

from donor.data import Example
from donor.llm import Message, Method, Request, strings_schema
from donor.prompts import guided, prompt
from donor.translate.glossary import occurring
from donor.translate.segments import again, texts_of, translation_of
from donor.translate.task import Translated, TranslationTask

__all__ = ["translate", "translate_again"]


def translate(task: TranslationTask) -> Method[Translated]:
    """The translation of a document; see `translation_of`."""
    return Translated((yield from translation_of(task, "llm", lambda part: _request(task, part))))


def translate_again(
    task: TranslationTask, wrong: Mapping[int, tuple[str, str]]
) -> Method[dict[int, str]]:
    """New translations of segments in which a check found something; see `again`."""
    return again(task, lambda part: _request(task, part), wrong)


def _request(task: TranslationTask, part: Mapping[str, str]) -> Request:
    text = "\n".join(part.values())
    system = guided(
        prompt("translate").filled(source=task.source.name, target=task.target.name),
        examples=[_shown(example) for example in task.guidance.examples],
        terms=occurring(task.guidance.glossary, text, task.source.tag),
        kept=task.guidance.kept_in(text),
    )
    return Request(
        messages=(Message("system", system), Message("user", orjson.dumps(dict(part)).decode())),
        schema=strings_schema(part),
        task="translate",
        document=task.document.id,
    )


def _shown(example: Example) -> tuple[str, str]:
    """An example's message and answer."""
    message, answer = (
        orjson.dumps({str(n): text for n, text in enumerate(texts_of(side), start=1)}).decode()
        for side in (example.source, example.target)
    )
    return message, answer
