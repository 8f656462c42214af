"""`joint`: one request translates a document and carries its tags along.

The translation is then frozen and the tags are candidates, which stand before the cascade.
What is not rightly tagged, though it was asked for again, keeps its translation and goes to
the cascade.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import orjson

from donor.data import Candidate, Declined, Example, Interval, Intervals, Reason, Translation
from donor.data.copied import offsets_in
from donor.data.markup import (
    Piece,
    Untagged,
    free_letter,
    insert_tags,
    miscounted,
    pieces_of,
    remove_tags,
    sound_numbers,
)
from donor.data.once import made_once
from donor.llm import Message, Method, Request, strings_schema
from donor.prompts import guided, prompt
from donor.translate.glossary import occurring
from donor.translate.segments import Reading, texts_of, translation_of
from donor.translate.task import Translated, TranslationTask

__all__ = ["translate"]

METHOD = "joint"


def translate(task: TranslationTask) -> Method[Translated]:
    """The translation of a document, and a candidate for each span that is rightly tagged."""
    tagged = _Tagged(task)
    translation = yield from translation_of(
        task, METHOD, lambda part: _request(task, part, tagged), tagged.read, tagged.taken
    )
    if translation.problem:
        return Translated(translation)
    return Translated(translation, tuple(tagged.answers(translation)))


@dataclass
class _Tagged:
    """The tags of a document, and what of them its answers brought.

    Attributes:
        taken: the readings that make the translation, by the numbers of their segments.
    """

    task: TranslationTask
    taken: dict[str, Reading] = field(default_factory=dict)

    @made_once
    def pieces(self) -> dict[int, list[Piece]]:
        """The pieces of all spans by segment."""
        spans = enumerate(self.task.document.spans, start=1)
        return pieces_of({number: span.fragments for number, span in spans}, self.task.document)

    @made_once
    def letter(self) -> str:
        """The first letter of the tag names."""
        return free_letter("\n".join(texts_of(self.task.document)))

    def read(self, key: str, answer: str) -> Reading:
        """The translation in an answer, its tags, and what is wrong with them."""
        untagged = remove_tags(answer, self.letter)
        return Reading(untagged.text, self._miscounted(int(key) - 1, untagged), untagged=untagged)

    def _miscounted(self, position: int, untagged: Untagged) -> str:
        wanted = self.pieces.get(position, ())
        return untagged.problem or miscounted(untagged.enclosed, wanted, self.letter)

    def _untagged(self, position: int) -> Untagged:
        found = self.taken[str(position + 1)].untagged
        assert found is not None, "every answer is read with its tags"
        return found

    def answers(self, translation: Translation) -> Iterator[Candidate | Declined]:
        """What the answers say of each span."""
        target = translation.document(self.task.document).segments
        positions: dict[int, list[int]] = {}
        for position, pieces in self.pieces.items():
            for number in dict.fromkeys(piece.number for piece in pieces):
                positions.setdefault(number, []).append(position)
        for number, span in enumerate(self.task.document.spans, start=1):
            own = positions.get(number, [])
            if not own:
                what = "the span lies between the segments"
                yield Declined(span.id, METHOD, Reason.NO_COUNTERPART, what)
                continue
            problem = next(filter(None, (self._problem(at, number) for at in own)), "")
            if problem:
                yield Declined(span.id, METHOD, Reason.INVALID_ANSWER, problem)
                continue
            places = [
                place.shifted(target[position].start)
                for position in own
                for place in self._places(position, number, translation.segments[position])
            ]
            if places:
                yield Candidate(span.id, METHOD, Intervals(tuple(sorted(places))))
            else:
                what = "the model put empty tags: no counterpart"
                yield Declined(span.id, METHOD, Reason.NO_COUNTERPART, what)

    def _problem(self, position: int, number: int) -> str:
        """What is wrong with the tags of a segment, if it is this number's too."""
        untagged = self._untagged(position)
        sound = sound_numbers(untagged, self.pieces[position])
        return "" if number in sound else self._miscounted(position, untagged)

    def _places(self, position: int, number: int, segment: str) -> Iterator[Interval]:
        """Where the tags of a number stand in a segment, whose white space was put in order."""
        untagged = self._untagged(position)
        offsets = offsets_in(segment, untagged.text)
        for place in untagged.enclosed.get(number, ()):
            if offsets is not None and offsets[place.start] < offsets[place.end]:
                yield Interval(offsets[place.start], offsets[place.end])


def _request(task: TranslationTask, part: Mapping[str, str], tagged: _Tagged) -> Request:
    text = "\n".join(part.values())
    guidance = task.guidance
    system = guided(
        prompt(METHOD).filled(source=task.source.name, target=task.target.name),
        instructions=guidance.instructions,
        labels=guidance.labels,
        examples=[_shown(example) for example in guidance.examples],
        terms=occurring(guidance.glossary, text, task.source.tag),
        kept=guidance.kept_in(text),
    )
    source = {
        key: insert_tags(words, tagged.pieces.get(int(key) - 1, ()), tagged.letter)
        for key, words in part.items()
    }
    return Request(
        messages=(
            Message("system", system),
            Message("user", orjson.dumps({"source": source}).decode()),
        ),
        schema=strings_schema(part),
        task=METHOD,
        document=task.document.id,
    )


def _shown(example: Example) -> tuple[str, str]:
    """An example's message and answer: both sides with the tags of the spans that both have."""
    letter = free_letter(example.source.text + example.target.text)
    places = {span.id: span.fragments for span in example.target.spans}
    both = [span for span in example.source.spans if span.id in places]
    sides = (
        (example.source, {n: span.fragments for n, span in enumerate(both, start=1)}),
        (example.target, {n: places[span.id] for n, span in enumerate(both, start=1)}),
    )
    message, answer = (
        {
            str(n + 1): insert_tags(text, pieces_of(fragments, side).get(n, ()), letter)
            for n, text in enumerate(texts_of(side))
        }
        for side, fragments in sides
    )
    return orjson.dumps({"source": message}).decode(), orjson.dumps(answer).decode()
