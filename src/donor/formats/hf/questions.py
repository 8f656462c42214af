"""Questions on a text and their answers in it, a row each: rows of one text are one document.

A document's side texts are the questions, its spans the answers; so the text is translated once,
and the same for all its questions.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from donor.data import Document, Interval, SideText, Span
from donor.errors import DocumentError, FormatError
from donor.formats.format import Refuse
from donor.formats.hf.features import Features, is_list, item_of
from donor.formats.hf.files import DataFile
from donor.formats.hf.roles import Roles
from donor.formats.parts.columns import tag_in

__all__ = ["ANSWER", "grouped", "question_rows", "unanswered"]

ANSWER = "answer"
_TOGETHER = 50
_OWN = ("text", "answer_start")

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Question:
    """A row, and where it stands in its file."""

    number: int
    row: Row
    answers: list[Mapping[str, Any]]


def grouped(
    rows: Iterable[Row],
    file: DataFile,
    roles: Roles,
    features: Features,
    shared: Mapping[str, Any],
    refuse: Refuse,
) -> Iterator[Document]:
    """One document for the rows with the same text that stand together, at most fifty of them."""
    text, answers = roles.text or "", roles.answers or ""
    listed = is_list(features[answers])
    together: list[_Question] = []
    for number, row in enumerate(rows, start=1):
        try:
            question = _Question(number, row, _answers(row, text, answers, listed))
        except (ValueError, TypeError) as error:
            refuse(FormatError(f"{file.path}: row {number}", str(error)))
            continue
        if together and (together[0].row[text] != row[text] or len(together) >= _TOGETHER):
            yield from _document(together, file, roles, shared, refuse)
            together = []
        together.append(question)
    yield from _document(together, file, roles, shared, refuse)


def _answers(row: Row, text: str, answers: str, listed: bool) -> list[Mapping[str, Any]]:
    """The answers of a row, each with its text and start. Raises ValueError, TypeError."""
    said: Any = row[answers] or ({} if not listed else [])
    if not isinstance(row[text], str) or not isinstance(row.get("question"), str):
        raise TypeError("the text or the question is no string")
    found: list[Mapping[str, Any]] = said if listed else _one_by_one(said)
    for one in found:
        start, words = one["answer_start"], one["text"]
        if not words or row[text][start : start + len(words)] != words:
            raise ValueError(f"the answer {words!r} does not stand at {start}")
    return list(found)


def _one_by_one(said: Mapping[str, Sequence[Any]]) -> list[Mapping[str, Any]]:
    """The answers whose texts and starts stand in a list each."""
    return [dict(zip(said, one, strict=True)) for one in zip(*said.values(), strict=True)]


def _document(
    together: Sequence[_Question],
    file: DataFile,
    roles: Roles,
    shared: Mapping[str, Any],
    refuse: Refuse,
) -> Iterator[Document]:
    if not together:
        return
    first = together[0]
    text = first.row[roles.text or ""]
    stem = file.path.rpartition(".")[0]
    rows = [
        {
            "row": {k: v for k, v in q.row.items() if k not in roles.made},
            "answers": [_more(one) for one in q.answers],
        }
        for q in together
    ]
    start, end = len(text) - len(text.lstrip()), len(text.rstrip())
    try:
        yield Document(
            id=f"{stem}:{first.number}",
            language=tag_in(first.row[roles.language]) if roles.language else None,
            text=text,
            segments=(Interval(start, end),) if start < end else (),
            spans=tuple(_spans(together)),
            side_texts=tuple(
                SideText(_name(n), q.row["question"]) for n, q in enumerate(together, start=1)
            ),
            metadata={"file": file.path, "hf": {**shared, "rows": rows}},
        )
    except DocumentError as error:
        refuse(FormatError(f"{file.path}: row {first.number}", error.what, error.hint))


def _name(number: int) -> str:
    return f"question {number}"


def _more(answer: Mapping[str, Any]) -> dict[str, Any]:
    return {key: part for key, part in answer.items() if key not in _OWN}


def _spans(together: Sequence[_Question]) -> Iterator[Span]:
    for n, question in enumerate(together, start=1):
        for m, one in enumerate(question.answers, start=1):
            start = one["answer_start"]
            place = Interval(start, start + len(one["text"]))
            yield Span(f"q{n}.a{m}", ANSWER, (place,))


def question_rows(document: Document, roles: Roles, features: Features) -> Iterator[Row]:
    """The rows of a document's questions; none for one that has lost all its answers.

    Without an answer a row would say that there is none in the text.
    """
    texts = {side.name: side.text for side in document.side_texts}
    spans = {span.id: span for span in document.spans}
    answers = roles.answers or ""
    feature = features[answers]
    keys = item_of(feature) if is_list(feature) else feature
    for n, said in enumerate(document.metadata["hf"]["rows"], start=1):
        found = []
        for m, more in enumerate(said["answers"], start=1):
            span = spans.get(f"q{n}.a{m}")
            if span:
                start, words = span.extent.start, span.extent.of(document.text)
                found.append({**more, "text": words, "answer_start": start})
        if said["answers"] and not found:
            continue
        columns = found if is_list(feature) else {key: [o.get(key) for o in found] for key in keys}
        row = {**said["row"], answers: columns, roles.text or "": document.text}
        yield row | {"question": texts.get(_name(n), "")}


def unanswered(document: Document) -> int:
    """How many questions have lost all their answers."""
    there = {span.id.partition(".")[0] for span in document.spans}
    rows = document.metadata["hf"]["rows"]
    return sum(bool(said["answers"]) and f"q{n}" not in there for n, said in enumerate(rows, 1))
