"""A document translated segment by segment: what is asked, taken, and asked for anew."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from donor.data import Document, Reason, Translation
from donor.languages import Language, copied, foreign
from donor.llm import Asked, Method, Question, Request, ask_in_chunks, chunks
from donor.translate.task import TranslationTask

__all__ = ["Reader", "schema_of", "texts_of", "tidy", "translation_of"]

Reader = Callable[[str, str], tuple[str, str]]
"""Takes the key of a segment and its answer; returns the translation and a doubt about it."""


def texts_of(document: Document) -> list[str]:
    """What is translated of a document: its segments, then its side texts."""
    return [*document.segment_texts(), *(side.text for side in document.side_texts)]


def schema_of(keys: Mapping[str, str]) -> dict[str, Any]:
    """The JSON schema of an answer: a string for each segment."""
    return {
        "type": "object",
        "properties": {key: {"type": "string"} for key in keys},
        "required": list(keys),
        "additionalProperties": False,
    }


def tidy(answer: str, source: str) -> str:
    """The answer between the white space of the source's edges; on one line if the source is."""
    words = source.strip()
    before, _, after = source.partition(words)
    return before + (answer.strip() if "\n" in words else " ".join(answer.split())) + after


def translation_of(
    task: TranslationTask,
    method: str,
    ask: Callable[[Mapping[str, str]], Request],
    read: Reader | None = None,
) -> Method[Translation]:
    """The translation of a document, its side texts behind its segments.

    A document goes into one request unless it is too long. After a wrong answer follows one
    corrective retry, then each of its segments is asked for alone. Segments of white space stay
    as they are.

    Args:
        task: what is to be translated.
        method: the name of the translator.
        ask: the request for some segments, given by their numbers from 1.
        read: what an answer holds beyond the bare translation.
    """
    texts = texts_of(task.document)
    wanted = {str(n): text for n, text in enumerate(texts, start=1) if text.strip()}
    answers = _Answers(task, wanted, read or _bare)
    sizes: dict[str, int] = {}
    questions = 0

    def question(keys: Sequence[str]) -> Question:
        nonlocal questions
        questions += 1
        sizes.update(dict.fromkeys(keys, len(keys)))
        return ask({key: wanted[key] for key in keys}), answers.check

    parts = chunks(wanted, lambda key: len(wanted[key]), task.guidance.chunk_characters)
    asked = yield from ask_in_chunks(parts, question)
    alone = [[key] for key in answers.open(asked) if sizes[key] > 1]
    more = yield from ask_in_chunks(alone, question)
    ended = {id(one): one for one in (*asked.values(), *more.values())}.values()
    retries = questions - len(parts) + sum(one.retries for one in ended)
    whole = Translation(task.target.tag, (), (), method, retries=retries)
    problem = answers.problem({**asked, **more})
    if problem:
        return replace(whole, problem=problem)
    found = [answers.found.get(str(n), text) for n, text in enumerate(texts, start=1)]
    cut = len(task.document.segments)
    return replace(whole, segments=tuple(found[:cut]), side_texts=tuple(found[cut:]))


def _bare(key: str, answer: str) -> tuple[str, str]:
    return answer, ""


@dataclass
class _Answers:
    """The translations that are good enough, by the keys of their segments.

    A translation with a doubt is taken if asking again brings none better; but a document of
    which more than half stays in another language has none.
    """

    task: TranslationTask
    wanted: Mapping[str, str]
    read: Reader
    found: dict[str, str] = field(default_factory=dict)
    doubts: dict[str, str] = field(default_factory=dict)
    untranslated: dict[str, str] = field(default_factory=dict)

    def check(self, answer: dict[str, Any]) -> str:
        """What is wrong with an answer, or ""; what is right of it is kept."""
        pairs = {key: self.read(key, text) for key, text in answer.items()}
        texts = {key: tidy(text, self.wanted[key]) for key, (text, _) in pairs.items()}
        empty = [key for key, text in texts.items() if not text.strip()]
        if empty:
            # Its words may stand in a neighbour, so that none of the others can be trusted.
            for key in texts:
                self.found.pop(key, None)
            return f'the translation of segment "{empty[0]}" is empty'
        self.found.update(texts)
        for key, text in texts.items():
            self.doubts[key] = next(self._doubts(key, text), "") or pairs[key][1]
        return "; ".join(
            f'segment "{key}": {self.doubts[key]}' for key in texts if self.doubts[key]
        )

    def open(self, asked: Mapping[str, Asked]) -> list[str]:
        """The segments that may be asked for alone: without a translation, or with a doubt."""
        return [
            key
            for key, one in asked.items()
            if one.problem is Reason.INVALID_ANSWER and (key not in self.found or self.doubts[key])
        ]

    def problem(self, asked: Mapping[str, Asked]) -> str:
        """Why there is no valid translation, or ""."""
        for key, one in asked.items():
            if key not in self.found:
                return f"{one.problem}: {_where(key, asked)}{one.detail}"
        foreign = {key: what for key, what in self.untranslated.items() if what}
        if foreign and 2 * self._letters(foreign) > self._letters(self.wanted):
            key, what = next(iter(foreign.items()))
            return f"not in {self.task.target.name}: {_where(key, asked)}{what}"
        return ""

    def _doubts(self, key: str, text: str) -> Iterator[str]:
        source, languages = self.wanted[key], (self.task.source, self.task.target)
        self.untranslated[key] = _untranslated(source, text, *languages)
        if self.untranslated[key]:
            yield f"{self.untranslated[key]}, {languages[1].name} is expected"
        for words in self.task.guidance.kept_in(source):
            if words not in text:
                yield f"{words!r} must stand there as it is"

    def _letters(self, keys: Iterable[str]) -> int:
        return sum(sum(map(str.isalpha, self.wanted[key])) for key in keys)


def _untranslated(before: str, after: str, source: Language, target: Language) -> str:
    copy = copied(before, after, source=source, target=target)
    return copy or foreign(after, source=source, target=target)


def _where(key: str, asked: Mapping[str, Asked]) -> str:
    return f"segment {key}: " if len(asked) > 1 else ""
