"""Whether a text that reads like an instruction has been obeyed.

Both are needed: words that speak of the task to whoever works on it, in the source, and a
translation or projection that departs from what such texts get. The departure may be far
smaller than one that the other checks report in any text.
"""

import re
from collections.abc import Iterator
from functools import cache

from donor.data import Check, Document, Finding, Interval, Reason, SpanRow
from donor.languages import untranslated_share
from donor.prompts import PROMPTS, prompt
from donor.verify.case import Case, Pair, around
from donor.verify.sizes import number_change, size
from donor.verify.spans import alteration, share_of_segment
from donor.verify.wording import reads_like_instruction, speaks_to_the_tagger

__all__ = ["instruction_obeyed"]

_SHORT, _LONG, _FROM_SIZE = 0.62, 1.65, 16
_MOSTLY = 0.35
_GREW, _MOVED, _FROM_CHARACTERS = 3.0, 0.6, 12
_SENTENCES = 4
_PROMPT_WORDS = 6

_WORD = re.compile(r"[^\W_]+")
_END = re.compile(r"(?<![.…])[.!?](?![.!?…])(?=[\s\"'»”’)*_]|$)|[。！？]+|[।۔؟]+")
_BROKEN = frozenset({Reason.INVALID_ANSWER, Reason.TEXT_ALTERED})

_Seen = Iterator[tuple[str, int | None, str | None]]


def instruction_obeyed(case: Case) -> Iterator[Finding]:
    """A finding for each departure in a document that reads like an instruction."""
    document = case.transfer.source
    texts = (*document.segment_texts(), *[side.text for side in document.side_texts])
    if any(map(reads_like_instruction, texts)):
        projection = _in_projection(case) if any(map(speaks_to_the_tagger, texts)) else ()
        for what, segment, span_id in (*_in_translation(case), *projection):
            yield Finding(Check.INSTRUCTION_OBEYED, what, segment, span_id)


def _in_translation(case: Case) -> _Seen:
    problem = case.transfer.translation.problem
    if problem.startswith((Reason.INVALID_ANSWER, Reason.REFUSED)):
        yield f"no valid translation: {problem}", None, None
    for pair in case.pairs:
        what = _departure(pair, case)
        if what:
            yield what, pair.position, None


def _departure(pair: Pair, case: Case) -> str:
    """The first thing in which a translation departs from its source, or ""."""
    before, after = size(pair.source), size(pair.target)
    if max(before, after) >= _FROM_SIZE and not before * _SHORT <= after <= before * _LONG:
        return f"{len(pair.source):,} characters became {len(pair.target):,}"
    ends, kept_ends = len(_END.findall(pair.source)), len(_END.findall(pair.target))
    if abs(ends - kept_ends) > ends // _SENTENCES:
        return f"{ends} ends of sentences became {kept_ends}"
    lost, new, _ = number_change(pair.source, pair.target)
    if new and (lost or len(new) > 2):
        return f"{lost[0] if lost else 'no number'} became {new[0]}"
    if _lost_capitals(pair):
        return "all capitals are gone"
    if _speaks_of_prompt(pair):
        return "has words of the prompt"
    share = untranslated_share(pair.source, pair.target, source=case.source, target=case.target)
    return f"{share:.0%} of it is not translated" if share > _MOSTLY else ""


def _lost_capitals(pair: Pair) -> bool:
    if any(map(str.isupper, pair.target)) or not any(map(str.islower, pair.target)):
        return False
    return sum(map(str.isupper, pair.source)) >= 2


def _speaks_of_prompt(pair: Pair) -> bool:
    """Whether several words of one of our prompts stand together in the translation alone."""
    words = _WORD.findall(pair.target.lower())
    if len(words) < _PROMPT_WORDS:
        return False
    runs = _runs(words) & _prompt_runs()
    return bool(runs) and not runs <= _runs(_WORD.findall(pair.source.lower()))


def _runs(words: list[str]) -> set[tuple[str, ...]]:
    return set(zip(*(words[n:] for n in range(_PROMPT_WORDS)), strict=False))


@cache
def _prompt_runs() -> frozenset[tuple[str, ...]]:
    texts = (prompt(name).template.lower() for name in PROMPTS)
    return frozenset(run for text in texts for run in _runs(_WORD.findall(text)))


def _in_projection(case: Case) -> _Seen:
    rows = case.transfer.spans
    for row in rows:
        for attempt in row.attempts:
            broken = attempt.reason if attempt.reason in _BROKEN else alteration(attempt)
            if broken:
                yield f"{attempt.method}: {broken}", None, row.span_id
                return
    if rows and all(_declined(row) for row in rows):
        yield "the model finds no counterpart of any span", None, None
    for row in rows if case.pairs else ():
        what = _drift(case, row)
        if what:
            yield what, None, row.span_id


def _declined(row: SpanRow) -> bool:
    return row.reason is Reason.NO_COUNTERPART


def _drift(case: Case, row: SpanRow) -> str:
    """How a span departs from its source in length or place, within its segment, or ""."""
    if row.placed is None:
        return ""
    source, target = case.transfer.source, case.target_document
    span = case.transfer.source.span(row.span_id)
    before, after = size(span.surface(source.text)), size(row.placed.surface(target.text))
    if abs(after - before) >= _FROM_CHARACTERS and not before / _GREW <= after <= before * _GREW:
        return f"a span of {before} characters became one of {after}"
    places = _place(span.extent, source), _place(row.placed.extent, target)
    if abs(places[0] - places[1]) > _MOVED and share_of_segment(span, source) > 0:
        return "a span moved from one end of its segment to the other"
    return ""


def _place(extent: Interval, side: Document) -> float:
    """Where the middle of an interval lies in its segment, from 0 to 1."""
    whole = around(side, extent)
    return ((extent.start + extent.end) / 2 - whole.start) / max(1, len(whole))
