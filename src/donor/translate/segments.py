"""A document translated segment by segment: what is asked, taken, and asked for anew."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import orjson

from donor.data import Document, Reason, Translation
from donor.data.markup import Untagged
from donor.languages import Language, copied, foreign
from donor.llm import (
    Asked,
    Message,
    Method,
    Question,
    Request,
    ask_checked,
    ask_in_chunks,
    chunks,
    together,
)
from donor.translate.task import TranslationTask

# A shorter document may well be a title, a name or a line of code.
_NO_TRANSLATION_LETTERS = 20

__all__ = ["Reader", "Reading", "again", "texts_of", "tidy", "translation_of"]

_REMARK = (
    "A check of that translation found: {finding}. The check may be wrong. Translate the segment "
    "again, with the same again only where that is right."
)


@dataclass(frozen=True, slots=True)
class Reading:
    """What an answer holds for one segment.

    Args:
        text: the bare translation.
        doubt: why it is asked for again, or "".
        foreign: why it is no translation into the target language, or "".
        untagged: the tags that came with it.
    """

    text: str
    doubt: str = ""
    foreign: str = ""
    untagged: Untagged | None = None


Reader = Callable[[str, str], Reading]
"""Takes the key of a segment and its answer."""


def texts_of(document: Document) -> list[str]:
    """What is translated of a document: its segments, then its side texts."""
    return [*document.segment_texts(), *(side.text for side in document.side_texts)]


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
    taken: dict[str, Reading] | None = None,
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
        taken: gets the readings that make the translation, by the numbers of their segments.
    """
    texts = texts_of(task.document)
    wanted = {str(n): text for n, text in enumerate(texts, start=1) if text.strip()}
    answers = _Answers(task, wanted, read or _bare, {} if taken is None else taken)
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
    empty = {str(n): Reading(text) for n, text in enumerate(texts, start=1)}
    found = [reading.text for reading in (empty | answers.taken).values()]
    cut = len(task.document.segments)
    return replace(whole, segments=tuple(found[:cut]), side_texts=tuple(found[cut:]))


def again(
    task: TranslationTask,
    ask: Callable[[Mapping[str, str]], Request],
    wrong: Mapping[int, tuple[str, str]],
) -> Method[dict[int, str]]:
    """New translations of single segments, by their positions; none where no answer is sound.

    Args:
        task: of which document.
        ask: the request for some segments, given by their numbers from 1.
        wrong: the translation that each segment has, and what a check found in it.
    """
    texts = texts_of(task.document)
    answers = _Answers(task, {str(at + 1): texts[at] for at in wrong}, _bare, {})

    def asked(at: int) -> Method[Asked]:
        key, (before, finding) = str(at + 1), wrong[at]
        request = ask({key: texts[at]})
        said = Message("assistant", orjson.dumps({key: before}).decode())
        remark = Message("user", _REMARK.format(finding=finding))
        messages = (*request.messages, said, remark)
        return ask_checked(replace(request, messages=messages), answers.check)

    yield from together(asked(at) for at in wrong)
    return {int(key) - 1: one.text for key, one in answers.taken.items() if not one.doubt}


def _bare(key: str, answer: str) -> Reading:
    return Reading(answer)


@dataclass
class _Answers:
    """The translations that are good enough, by the keys of their segments.

    A translation with a doubt is taken if asking again brings none better; but a document of
    which more than half stays in another language has none.
    """

    task: TranslationTask
    wanted: Mapping[str, str]
    read: Reader
    taken: dict[str, Reading]

    def check(self, answer: dict[str, Any]) -> str:
        """What is wrong with an answer, or ""; what is right of it is kept."""
        readings = {key: self._read(key, text) for key, text in answer.items()}
        empty = [key for key, reading in readings.items() if not reading.text.strip()]
        if empty:
            # Its words may stand in a neighbour, so that none of the others can be trusted.
            return f'the translation of segment "{empty[0]}" is empty'
        for key, reading in readings.items():
            if key not in self.taken or self.taken[key].doubt:
                self.taken[key] = reading
        doubts = {key: self.taken[key].doubt for key in readings if self.taken[key].doubt}
        return "; ".join(f'segment "{key}": {doubt}' for key, doubt in doubts.items())

    def _read(self, key: str, answer: str) -> Reading:
        """The reading of an answer, its white space put in order, with the first doubt about it."""
        source, languages = self.wanted[key], (self.task.source, self.task.target)
        reading = self.read(key, answer)
        text = tidy(reading.text, source)
        foreign = _untranslated(source, text, *languages) if text.strip() else ""
        doubt = f"{foreign}, {languages[1].name} is expected" if foreign else reading.doubt
        lost = (words for words in self.task.guidance.kept_in(source) if words not in text)
        for words in lost:
            doubt = doubt or f"{words!r} must stand there as it is"
        return replace(reading, text=text, doubt=doubt, foreign=foreign)

    def open(self, asked: Mapping[str, Asked]) -> list[str]:
        """The segments that may be asked for alone: without a translation, or with a doubt."""
        return [
            key
            for key, one in asked.items()
            if one.problem is Reason.INVALID_ANSWER
            and (key not in self.taken or self.taken[key].doubt)
        ]

    def problem(self, asked: Mapping[str, Asked]) -> str:
        """Why there is no valid translation, or ""."""
        for key, one in asked.items():
            if key not in self.taken:
                return f"{one.problem}: {_where(key, asked)}{one.detail}"
        foreign = {key: one.foreign for key, one in self.taken.items() if one.foreign}
        letters = self._letters(foreign)
        if letters >= _NO_TRANSLATION_LETTERS and 2 * letters > self._letters(self.wanted):
            key, what = next(iter(foreign.items()))
            return f"not in {self.task.target.name}: {_where(key, asked)}{what}"
        return ""

    def _letters(self, keys: Iterable[str]) -> int:
        return sum(sum(map(str.isalpha, self.wanted[key])) for key in keys)


def _untranslated(before: str, after: str, source: Language, target: Language) -> str:
    copy = copied(before, after, source=source, target=target)
    return copy or foreign(after, source=source, target=target)


def _where(key: str, asked: Mapping[str, Asked]) -> str:
    return f"segment {key}: " if len(asked) > 1 else ""
