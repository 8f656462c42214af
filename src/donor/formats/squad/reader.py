"""The paragraphs of a SQuAD file become documents."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from donor.data import Document, Interval, SideText, Span
from donor.errors import DocumentError, FormatError
from donor.formats.format import Refuse, Warn
from donor.formats.parts.json_values import integer, mapping, sequence, string, whole
from donor.formats.parts.units import CODE_POINTS, UTF_16, Units
from donor.formats.squad.layout import EMPTY, LABELS, QUESTION, but

__all__ = ["read_paragraphs"]

_HINT = "data > paragraphs > context, qas > id, question, answers > text, answer_start"


def read_paragraphs(text: str, file: str, warn: Warn, refuse: Refuse) -> Iterator[Document]:
    """The documents of a file, numbered in its order; those with an error go to `refuse`."""
    try:
        articles, top = _articles(text, file)
    except FormatError as error:
        refuse(error)
        return
    stem = file.rpartition(".")[0] or file
    number = 0
    for position, article in enumerate(articles):
        paragraphs = article.get("paragraphs")
        if not isinstance(paragraphs, list):
            refuse(FormatError(file, f"data[{position}] has no list of paragraphs", _HINT))
            continue
        if not paragraphs:
            warn(file, f"data[{position}] has no paragraph, and is left out")
        kept = {"top": top, "article": position, "of_article": but(article, "paragraphs")}
        for paragraph in paragraphs:
            number += 1
            name = f"{stem}:{number}" if stem else str(number)
            reading = _Paragraph(text, file, f"data[{position}], paragraph {number}", warn)
            try:
                document = reading.document(paragraph, name, kept)
            except FormatError as error:
                refuse(error)
            else:
                yield document


def _articles(text: str, file: str) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The articles, and what the file says beside them."""
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        where = f"{file}:{error.lineno}:{error.colno}"
        raise FormatError(where, f"not JSON: {error.msg}") from None
    data = value.get("data") if isinstance(value, dict) else None
    if not isinstance(data, list) or not all(isinstance(article, dict) for article in data):
        raise FormatError(file, "not an object with a list of articles in data", _HINT)
    return data, but(value, "data")


@dataclass(frozen=True, slots=True)
class _Paragraph:
    """Where a paragraph is read from.

    Args:
        raw: the whole file, in which ids are looked up for errors.
        file: its name.
        place: where in the file the paragraph stands.
        warn: takes oddities.
    """

    raw: str
    file: str
    place: str
    warn: Warn

    def document(self, value: Any, name: str, kept: Mapping[str, Any]) -> Document:
        """The document of a paragraph. Raises FormatError."""
        try:
            paragraph = mapping(value, "the paragraph")
            context = string(paragraph.get("context"), "context")
            questions = [mapping(q, "a question") for q in sequence(paragraph.get("qas"), "qas")]
        except TypeError as error:
            raise FormatError(self.file, f"{self.place}: {error}", _HINT) from None
        ids = self._ids(questions, name)
        unit = self._unit(context, questions)
        pairs = [*zip(ids, questions, strict=True)]
        squad = dict(kept) | {"of_paragraph": but(paragraph, "context", "qas")}
        squad["qas"] = [_kept(question_id, question) for question_id, question in pairs]
        squad |= {"unit": unit} if unit != CODE_POINTS else {}
        try:
            return Document(
                id=name,
                language=None,
                text=context,
                segments=whole(context),
                spans=tuple(
                    span
                    for question_id, question in pairs
                    for span in self._answers(question, question_id, context, Units(context, unit))
                ),
                side_texts=tuple(self._asked(*pair) for pair in pairs),
                metadata={"file": self.file, "squad": squad},
            )
        except DocumentError as error:
            raise FormatError(self.file, f"{self.place}: {error.what}") from None

    def _ids(self, questions: Sequence[Mapping[str, Any]], name: str) -> list[str]:
        """The ids of the questions; one without gets the document's with its number."""
        ids = [str(question.get("id", f"{name}:{n}")) for n, question in enumerate(questions, 1)]
        twice = [one for one, n in Counter(ids).items() if n > 1]
        if twice:
            raise self._error(twice[0], "the id is used twice")
        return ids

    def _asked(self, question_id: str, question: Mapping[str, Any]) -> SideText:
        try:
            asked = string(question.get(QUESTION), "its question")
        except TypeError as error:
            raise self._error(question_id, str(error)) from None
        return SideText(f"{QUESTION}:{question_id}", asked)

    def _unit(self, context: str, questions: Iterable[Mapping[str, Any]]) -> str:
        """UTF-16 if all answers fit the context when counted so, and not in code points."""
        if context.isascii() or max(context) <= "\uffff":
            return CODE_POINTS
        answers = [
            answer
            for question in questions
            for key in LABELS
            for answer in question.get(key) or ()
            if isinstance(answer, dict) and answer.get("text")
        ]
        fitting = (
            unit
            for unit in (CODE_POINTS, UTF_16)
            if all(_fits(answer, context, Units(context, unit)) for answer in answers)
        )
        return next(fitting, CODE_POINTS)

    def _answers(
        self, question: Mapping[str, Any], question_id: str, context: str, units: Units
    ) -> Iterator[Span]:
        """The spans of a question's answers; an empty one, as some sets say "none", is no span."""
        try:
            for key, label in LABELS.items():
                letter = "p" if key == "plausible_answers" else ""
                for n, value in enumerate(sequence(question.get(key), key), start=1):
                    answer = mapping(value, f"{label} {n}")
                    if string(answer.get("text"), f"the text of {label} {n}"):
                        place = self._place(answer, context, units, question_id)
                        more = but(answer, "text", "answer_start") | {QUESTION: question_id}
                        yield Span(f"{question_id}:{letter}{n}", label, (place,), more)
        except (TypeError, ValueError) as error:
            raise self._error(question_id, str(error)) from None

    def _place(
        self, answer: Mapping[str, Any], context: str, units: Units, question_id: str
    ) -> Interval:
        """Where the answer stands. Raises ValueError."""
        said, given = answer["text"], answer.get("answer_start")
        if _fits(answer, context, units):
            start = units.read(integer(given))
            return Interval(start, start + len(said))
        start = context.find(said)
        if start < 0 or context.find(said, start + 1) >= 0:
            often = "nowhere" if start < 0 else "several times"
            raise ValueError(
                f"the answer {said!r} is not at {given}, and stands {often} in the context"
            )
        self._tell(question_id, f"the answer {said!r} is not at {given} but at {start}")
        return Interval(start, start + len(said))

    def _tell(self, question_id: str, what: str) -> None:
        self.warn(self._where(question_id), f"question {question_id}: {what}")

    def _error(self, question_id: str, what: str) -> FormatError:
        return FormatError(self._where(question_id), f"question {question_id}: {what}", _HINT)

    def _where(self, question_id: str) -> str:
        """File, line and column of the question's id, if it is there."""
        at = self.raw.find(f'"{question_id}"')
        if at < 0:
            return self.file
        line = self.raw.count("\n", 0, at) + 1
        return f"{self.file}:{line}:{at - self.raw.rfind(chr(10), 0, at)}"


def _fits(answer: Mapping[str, Any], context: str, units: Units) -> bool:
    start, said = answer.get("answer_start"), answer.get("text")
    if type(start) is not int or start < 0 or not isinstance(said, str):
        return False
    try:
        return context.startswith(said, units.read(start))
    except ValueError:
        return False


def _kept(question_id: str, question: Mapping[str, Any]) -> dict[str, Any]:
    """What the metadata keep of a question: all but the texts, and how many answers it had.

    Empty answers are kept as they are, with their position.
    """
    lists = {key: question[key] for key in LABELS if isinstance(question.get(key), list)}
    blank = {
        key: [[n, answer] for n, answer in enumerate(own) if _is_empty(answer)]
        for key, own in lists.items()
    }
    counts = {key: len(own) - len(blank[key]) for key, own in lists.items()}
    made = {} if "id" in question else {"id": question_id, "made": True}
    empty = {EMPTY: {key: own for key, own in blank.items() if own}} if any(blank.values()) else {}
    return {**but(question, QUESTION, *LABELS), **made, **counts, **empty}


def _is_empty(answer: Any) -> bool:
    return isinstance(answer, dict) and answer.get("text") == ""
