"""Documents become the articles and paragraphs of a SQuAD file."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, groupby
from typing import Any

import orjson

from donor.data import Document, Span
from donor.formats.parts.further import further_values
from donor.formats.parts.json_values import whole
from donor.formats.parts.units import CODE_POINTS, Units
from donor.formats.squad.layout import EMPTY, LABELS, QUESTION, but

__all__ = ["unwritten", "write_file"]

_VERSION = {"version": "1.1"}
_OWN = ("text", "answer_start")


def write_file(documents: Iterable[Document]) -> Iterator[str]:
    """The lines of one file; what stands beside the articles is that of the first document."""
    rest = iter(documents)
    first = next(rest, None)
    top = _said(first).get("top", _VERSION) if first else _VERSION
    said = orjson.dumps(top).decode().removesuffix("}")
    yield f'{said}{"," * bool(top)}"data":['
    before = "\n"
    for _, article in groupby(chain([first] if first else [], rest), key=_article):
        yield before + orjson.dumps(_written_article(article)).decode()
        before = ",\n"
    yield "\n]}\n"


def unwritten(document: Document) -> Counter[str]:
    """What the file cannot say of the document, by kind."""
    questions, unasked = _questions(document)
    answers = [span for question in questions for span in question.answers]
    return +Counter(
        {
            "questions without an answer": sum(question.is_left_out for question in questions),
            "spans without a question": len(unasked),
            "labels of spans": sum(span.label not in LABELS.values() for span in answers),
            "span ids": sum(not _is_made(q, span) for q in questions for span in q.answers),
            "gaps inside spans": sum(len(span.fragments) - 1 for span in answers),
            "attributes": sum(key in span.attributes for span in answers for key in _OWN),
            "segments": int(document.segments != whole(document.text)),
            "tokens": len(document.tokens),
            "relations": len(document.relations),
            "text labels": len(document.labels),
            "side texts": len(document.side_texts) - len(questions),
            "metadata": further_values(document, "squad"),
        }
    )


@dataclass(frozen=True, slots=True)
class _Question:
    """A question of a document: its id, its text, what the metadata keep of it, its answers."""

    id: str
    text: str
    kept: Mapping[str, Any]
    answers: list[Span] = field(default_factory=list)

    @property
    def is_left_out(self) -> bool:
        """Whether it had answers, or may have had, and has none: it would look unanswerable."""
        had = self.kept.get("answers", 0) if self.kept else 1
        return bool(had) and not any(_key(span) == "answers" for span in self.answers)


def _questions(document: Document) -> tuple[list[_Question], list[Span]]:
    """The questions among the side texts with their answers; the spans that answer none."""
    kept = {str(one["id"]): one for one in _said(document).get("qas", ())}
    questions: dict[str, _Question] = {}
    for side in document.side_texts:
        name, colon, said = side.name.partition(":")
        question_id = said if colon else document.id
        if name == QUESTION and question_id not in questions:
            of_it = kept.get(question_id, {})
            questions[question_id] = _Question(question_id, side.text, of_it)
    unasked = []
    for span in document.spans:
        answered = _answered(span, questions)
        if answered is None:
            unasked.append(span)
        else:
            answered.answers.append(span)
    return [*questions.values()], unasked


def _answered(span: Span, questions: Mapping[str, _Question]) -> _Question | None:
    """The question that the span answers: it says so, its id does, or there is only one."""
    only = next(iter(questions.values())) if len(questions) == 1 else None
    said = (span.attributes.get(QUESTION), span.id, span.id.rpartition(":")[0])
    named = (questions[one] for one in said if isinstance(one, str) and one in questions)
    return next(named, only)


def _key(span: Span) -> str:
    """The list in which the answer stands."""
    return "plausible_answers" if span.label == LABELS["plausible_answers"] else "answers"


def _is_made(question: _Question, span: Span) -> bool:
    """Whether the id is one that reading gives to an answer of this question."""
    number = span.id.removeprefix(f"{question.id}:").removeprefix("p")
    return span.id.startswith(f"{question.id}:") and number.isdecimal()


def _said(document: Document) -> Mapping[str, Any]:
    said = document.metadata.get("squad")
    return said if isinstance(said, Mapping) else {}


def _article(document: Document) -> int | str:
    """What the documents of one article have in common."""
    article = _said(document).get("article")
    return article if isinstance(article, int) else f"document {document.id}"


def _written_article(documents: Iterable[Document]) -> dict[str, Any]:
    some = list(documents)
    more = _said(some[0]).get("of_article", {"title": some[0].id})
    return {**more, "paragraphs": [_written_paragraph(document) for document in some]}


def _written_paragraph(document: Document) -> dict[str, Any]:
    said = _said(document)
    units = Units(document.text, said.get("unit", CODE_POINTS))
    questions, _ = _questions(document)
    asked = [_written_question(q, document.text, units) for q in questions if not q.is_left_out]
    return {**said.get("of_paragraph", {}), "context": document.text, "qas": asked}


def _written_question(question: _Question, text: str, units: Units) -> dict[str, Any]:
    lists: dict[str, list[Any]] = {key: [] for key in LABELS if key in question.kept}
    lists.setdefault("answers", [])
    for span in question.answers:
        lists.setdefault(_key(span), []).append(_written_answer(span, text, units))
    for key, empty in question.kept.get(EMPTY, {}).items():
        for position, answer in empty:
            lists[key].insert(position, answer)
    if not question.kept:
        more: dict[str, Any] = {"id": question.id}
    else:
        own = ("id", "made") if "made" in question.kept else ()
        more = but(question.kept, EMPTY, *LABELS, *own)
    return {QUESTION: question.text, **more, **lists}


def _written_answer(span: Span, text: str, units: Units) -> dict[str, Any]:
    more = but(span.attributes, QUESTION, *_OWN)
    start = units.written(span.extent.start)
    return {**more, "text": span.extent.of(text), "answer_start": start}
