"""An LLM as a check: whether a translation is adequate, spans exact, and labels still right.

A judge errs as any model does: what it says is a finding, never gold.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import orjson

from donor.data import (
    NO_GUIDANCE,
    Check,
    Document,
    Example,
    Finding,
    Guidance,
    Interval,
    Span,
    Transfer,
)
from donor.data.markup import Piece, free_letter, insert_tags, pieces_of
from donor.data.once import made_once
from donor.languages import Language
from donor.languages.tokens import plain_spans
from donor.llm import (
    Asked,
    Message,
    Method,
    Question,
    Request,
    ask_in_chunks,
    chunks,
    object_schema,
    together,
)
from donor.prompts import guided, prompt
from donor.verify.judge_labels import judge_labels
from donor.verify.judged import Judged, Unjudged, in_words

__all__ = ["judge"]

TASK = "judge"

_VERDICT = object_schema({"right": {"type": "boolean"}, "why": {"type": "string"}})
_RIGHT = {"right": True, "why": ""}

Part = tuple[int, ...]
"""The positions of the texts that one request is about: segments, then side texts."""


def judge(
    transfer: Transfer,
    source: Language,
    target: Language,
    guidance: Guidance = NO_GUIDANCE,
    *,
    values: Mapping[str, Sequence[str]] | None = None,
) -> Method[Judged]:
    """What a model finds wrong with a transfer, in one request unless it is too long for one.

    It is asked of each text whether its translation is adequate, and of each placed span whether
    it covers what its source covers. Text labels are asked for in a second request of the same
    round, which shows the target text alone.

    Args:
        transfer: with a translation; without one nothing is asked, and nothing judged.
        source: the language of the source.
        target: the language of the translation.
        guidance: what the judge is told beyond the document.
        values: the values that each name of a text label has in the dataset; labels of other
            names are not judged.
    """
    if transfer.target is None:
        return Judged()
    ways = [_judge_places(_Sides(transfer.source, transfer.target), source, target, guidance)]
    if any(row.lost is None for row in transfer.labels):
        ways.append(judge_labels(transfer, source, target, guidance, values or {}))
    return sum((yield from together(ways)), Judged())


@dataclass(frozen=True)
class _Sides:
    """Two documents; a span of the target is that of the source with the same id.

    Spans go by their number in the source, from 1; texts by their position, from 0.
    """

    source: Document
    target: Document

    @made_once
    def texts(self) -> list[tuple[str, str]]:
        """The segments, then the side texts, of both."""
        sides = [
            [*side.segment_texts(), *(other.text for other in side.side_texts)]
            for side in (self.source, self.target)
        ]
        return list(zip(*sides, strict=True))

    @made_once
    def spans(self) -> dict[int, tuple[Span, Span]]:
        """The spans that both sides have."""
        placed = {span.id: span for span in self.target.spans}
        numbered = enumerate(self.source.spans, start=1)
        return {n: (span, placed[span.id]) for n, span in numbered if span.id in placed}

    @made_once
    def pieces(self) -> tuple[dict[int, list[Piece]], dict[int, list[Piece]]]:
        """The pieces of the spans by segment, of both sides."""
        ours = {number: span.fragments for number, (span, _) in self.spans.items()}
        theirs = {number: span.fragments for number, (_, span) in self.spans.items()}
        return pieces_of(ours, self.source), pieces_of(theirs, self.target)

    @made_once
    def home(self) -> dict[int, int]:
        """The position of the first segment in which a span has a piece, by its number."""
        found: dict[int, int] = {}
        for position, pieces in self.pieces[0].items():
            for piece in pieces:
                found.setdefault(piece.number, position)
        return found

    @made_once
    def letter(self) -> str:
        """The first letter of the tag names: one that no text already uses in this way."""
        return free_letter("".join(f"{before}{after}" for before, after in self.texts))


@dataclass
class _Said:
    """The verdicts so far, by the key of a text or span."""

    verdicts: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    def check(self, answer: Mapping[str, Any]) -> str:
        """Nothing is wrong with an answer that satisfies its schema."""
        self.verdicts.update(answer)
        return ""


def _judge_places(
    sides: _Sides, source: Language, target: Language, guidance: Guidance
) -> Method[Judged]:
    said = _Said()
    system = _system(source, target, guidance)

    def question(positions: Sequence[int]) -> Question:
        return _request(sides, tuple(positions), system), said.check, said.check

    wanted = [n for n, (before, _) in enumerate(sides.texts) if before.strip()]
    limit = 2 * guidance.chunk_characters
    parts = chunks(wanted, lambda n: sum(map(len, sides.texts[n])), limit)
    asked = yield from ask_in_chunks(parts, question)
    return _of_texts(sides, wanted, said, asked) + _of_spans(sides, said, asked)


def _request(sides: _Sides, part: Part, system: Message) -> Request:
    data = _data(sides, part)
    return Request(
        messages=(system, Message("user", orjson.dumps(data).decode())),
        schema=object_schema(dict.fromkeys([*data["source"], *data["spans"]], _VERDICT)),
        task=TASK,
        document=sides.source.id,
    )


@lru_cache(maxsize=64)  # the same for all documents of a run
def _system(source: Language, target: Language, guidance: Guidance) -> Message:
    system = guided(
        prompt(TASK).filled(source=source.name, target=target.name),
        instructions=guidance.instructions,
        labels=guidance.labels,
        examples=[_shown(example) for example in guidance.examples],
    )
    return Message("system", system)


def _data(sides: _Sides, part: Part) -> dict[str, dict[str, Any]]:
    ours, theirs = sides.pieces
    return {
        "source": {_key(n): _tagged(sides.texts[n][0], ours.get(n, ()), sides) for n in part},
        "translation": {
            _key(n): _tagged(sides.texts[n][1], theirs.get(n, ()), sides) for n in part
        },
        "spans": {
            _name(number, sides): {
                "label": span.label,
                "source": span.surface(sides.source.text),
                "translation": placed.surface(sides.target.text),
            }
            for number, (span, placed) in sides.spans.items()
            if sides.home.get(number) in part
        },
    }


def _key(position: int) -> str:
    return str(position + 1)


def _name(number: int, sides: _Sides) -> str:
    return f"{sides.letter}{number}"


def _tagged(text: str, pieces: Iterable[Piece], sides: _Sides) -> str:
    return insert_tags(text, pieces, sides.letter)


def _of_texts(
    sides: _Sides, wanted: Sequence[int], said: _Said, asked: Mapping[int, Asked]
) -> Judged:
    segments = len(sides.source.segments)
    findings: list[Finding] = []
    unjudged: list[Unjudged] = []
    for n in wanted:
        inside = n < segments
        what = f"segment {n + 1}" if inside else _side_text(sides, n - segments)
        verdict = said.verdicts.get(_key(n))
        if verdict is None:
            unjudged.append(Unjudged(what, _why_not(asked[n])))
        elif not verdict["right"]:
            why = in_words(verdict["why"])
            detail, segment = (why, n) if inside else (f"{what}: {why}", None)
            findings.append(Finding(Check.JUDGED_TRANSLATION, detail, segment))
    return Judged(tuple(findings), texts=len(wanted) - len(unjudged), unjudged=tuple(unjudged))


def _side_text(sides: _Sides, place: int) -> str:
    return f"side text {sides.source.side_texts[place].name}"


def _of_spans(sides: _Sides, said: _Said, asked: Mapping[int, Asked]) -> Judged:
    findings: list[Finding] = []
    unjudged: list[Unjudged] = []
    for number, (span, _) in sides.spans.items():
        verdict = said.verdicts.get(_name(number, sides))
        if verdict is None:
            home = sides.home.get(number)
            why = "it lies between the segments" if home is None else _why_not(asked[home])
            unjudged.append(Unjudged(f"span {span.id}", why))
        elif not verdict["right"]:
            why = in_words(verdict["why"])
            findings.append(Finding(Check.JUDGED_SPAN, why, sides.home[number], span.id))
    judged = len(sides.spans) - len(unjudged)
    return Judged(tuple(findings), spans=judged, unjudged=tuple(unjudged))


def _why_not(asked: Asked) -> str:
    return f"{asked.problem}: {asked.detail}"


def _shown(example: Example) -> tuple[str, str]:
    """An example's message and its right answer.

    Every second span takes in a word too many, so that the judge sees what is wrong as well.
    """
    spans, wrong = [], {}
    for n, span in enumerate(example.target.spans):
        wider = _widened(span, example.target) if n % 2 else None
        spans.append(wider or span)
        if wider:
            added = Interval(span.fragments[-1].end, wider.fragments[-1].end)
            wrong[span.id] = added.of(example.target.text).strip()
    sides = _Sides(example.source, _with_spans(example.target, tuple(spans)))
    data = _data(sides, tuple(range(len(sides.texts))))
    answer: dict[str, Any] = dict.fromkeys([*data["source"], *data["spans"]], _RIGHT)
    for number, (span, _) in sides.spans.items():
        if span.id in wrong:
            why = f"{wrong[span.id]!r} does not belong to it."
            answer[_name(number, sides)] = {"right": False, "why": why}
    return orjson.dumps(data).decode(), orjson.dumps(answer).decode()


def _widened(span: Span, side: Document) -> Span | None:
    """The span with the next word of its segment; None where no other word follows."""
    last = span.fragments[-1]
    segment = next((one for one in side.segments if one.contains(last)), last)
    for start, end in plain_spans(side.text[last.end : segment.end]):
        if side.text[last.end + start].isalnum():
            longer = Interval(last.start, last.end + end)
            return Span(span.id, span.label, (*span.fragments[:-1], longer), span.attributes)
    return None


def _with_spans(side: Document, spans: tuple[Span, ...]) -> Document:
    return Document(
        side.id, side.language, side.text, side.segments, spans=spans, side_texts=side.side_texts
    )
