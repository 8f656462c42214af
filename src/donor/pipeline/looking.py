"""Looks at a translation and a transfer that cost requests: translating back, and a judge."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TypeVar

from donor.data import NO_GUIDANCE, Document, Finding, Transfer
from donor.languages import Language
from donor.llm import Method, asking
from donor.pipeline.plan import Plan
from donor.translate import TranslationTask
from donor.translate.llm import translate
from donor.verify import compared, judge, to_translate_back

__all__ = ["TASK", "Looked", "judged", "label_values", "translated_back"]

T = TypeVar("T")

TASK = "translate-back"
"""What the requests of a translation back are for."""

Looked = Mapping[str, int]
"""How many things were looked at, and how many could not be, by name."""


def translated_back(
    transfer: Transfer, source: Language, plan: Plan
) -> Method[tuple[tuple[Finding, ...], Looked, tuple[str, ...]]]:
    """What a translation back finds, how many texts were compared, and what they are back.

    The transfer needs no rows. What the user said of the other direction is left out.
    """
    document = to_translate_back(transfer)
    if document is None:
        return (), {}, ()
    guidance = replace(NO_GUIDANCE, chunk_characters=plan.guidance.chunk_characters)
    task = TranslationTask(document, plan.target, source, guidance)
    back = (yield from _as_task(translate(task), TASK)).translation
    found = compared(transfer, back)
    if found.problem:
        return (), {"not translated back": 1}, ()
    looked = {"translated back": sum(one is not None for one in found.scores)}
    return found.findings, looked, (*back.segments, *back.side_texts)


def label_values(documents: Iterable[Document]) -> dict[str, tuple[str, ...]]:
    """The values that each name of a text label has in a dataset."""
    found: dict[str, set[str]] = {}
    for document in documents:
        for label in document.labels:
            found.setdefault(label.name, set()).add(label.value)
    return {name: tuple(sorted(values)) for name, values in sorted(found.items())}


def judged(
    transfer: Transfer, source: Language, plan: Plan
) -> Method[tuple[tuple[Finding, ...], Looked]]:
    """What the judge finds, and how many things it has judged, and has not."""
    way = judge(transfer, source, plan.target, plan.guidance, values=plan.label_values)
    if plan.judge and plan.judge.model:
        way = asking(way, plan.judge.model, {"temperature": 0})
    found = yield from way
    counts = {
        "judged texts": found.texts,
        "judged spans": found.spans,
        "judged labels": found.labels,
        "not judged": len(found.unjudged),
    }
    return found.findings, +Counter(counts)


def _as_task(method: Method[T], task: str) -> Method[T]:
    """The same method, whose requests are counted under another name."""
    try:
        requests = next(method)
        while True:
            responses = yield [replace(request, task=task) for request in requests]
            requests = method.send(responses)
    except StopIteration as done:
        value: T = done.value
        return value
