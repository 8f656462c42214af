"""The oracle: reads a request, knows the truth, spoils some of it, counts."""

import json
import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from .asked import Asked, Segment, readings
from .judging import judgement, with_lies
from .pairs import read_pairs
from .said import Said, true_answer, written
from .spoiling import KINDS, chance_of, shown, spoilt
from .translated import translations
from .truth import Gold, Truth


@dataclass(frozen=True)
class Habits:
    """How the oracle answers: how often it spoils a span, by which kinds, how it counts; and
    how often it judges against the truth."""

    spoil: float = 0.0
    seed: int = 0
    kinds: tuple[str, ...] = tuple(KINDS)
    occurrences: str = "words"
    judge_lies: float = 0.0


@dataclass(frozen=True)
class Answered:
    """An answer's text, what it is an answer to, and how each span was spoilt ("" if not).

    Of a judgement `lies` says for each verdict whether it is the opposite of the truth.
    """

    text: str
    asked: Asked | None
    said: tuple[tuple[Said, str], ...] = ()
    lies: tuple[bool, ...] = ()


class Mind:
    """The gold, how it is answered from, and what has been answered; for many threads."""

    def __init__(self, pairs: Sequence[Path], habits: Habits, log: Path | None = None) -> None:
        self.gold = Gold(read_pairs(pairs))
        self.habits = habits
        self.tally = Tally()
        self._log = log.open("a", encoding="utf-8") if log else None

    def answered(self, messages: Sequence[dict[str, Any]]) -> str:
        """The answer's text, which is counted and logged."""
        found = answer(self.gold, messages, self.habits)
        self.tally.count(found)
        if self._log:
            self._log.write("".join(line + "\n" for line in log_lines(found)))
            self._log.flush()
        return found.text


def answer(gold: Gold, messages: Sequence[dict[str, Any]], habits: Habits) -> Answered:
    """The answer to a conversation; words that are no JSON where the gold lacks its texts."""
    asked_for = tuple(readings(messages))
    if asked_for[0].task.startswith("judge"):
        return _judgement(gold, asked_for, habits)
    best: tuple[Asked, Truth] | None = None
    for reading in asked_for:
        asked, truth = _with_truth(gold, reading)
        if truth and (best is None or truth.matched > best[1].matched):
            best = asked, truth
    if best is None:
        return Answered("I do not know this text.", None)
    asked, truth = best
    if asked.task == "translate":
        texts = {segment.key: segment.text for segment in asked.segments}
        return Answered(json.dumps(texts, ensure_ascii=False), asked)
    said = [
        _perhaps_spoilt(asked, one, habits)
        for one in true_answer(asked, truth, occurrences=habits.occurrences)
    ]
    return Answered(written(asked, [one for one, _ in said]), asked, tuple(said))


def _judgement(gold: Gold, asked_for: Sequence[Asked], habits: Habits) -> Answered:
    """The verdicts that are asked for, some of them lies."""
    judged = judgement(gold, asked_for)
    if judged is None:
        return Answered("I do not know this text.", None)
    asked, truth = judged
    said, lies = with_lies(asked, truth, habits.seed, habits.judge_lies)
    return Answered(json.dumps(said, ensure_ascii=False), asked, lies=lies)


def _with_truth(gold: Gold, asked: Asked) -> tuple[Asked, Truth | None]:
    """The truth of a reading; where a translation is asked for too, with that put in."""
    if asked.task in ("translate", "joint"):
        texts = translations(gold, asked)
        if texts is None and asked.task == "translate":
            # Back into the language of the source.
            texts, gold = translations(gold.swapped, asked), gold.swapped
        if texts is None:
            return asked, None
        segments: list[Segment] = [replace(s, text=texts[s.key]) for s in asked.segments]
        asked = replace(asked, segments=tuple(segments))
    return asked, gold.truth(asked)


def _perhaps_spoilt(asked: Asked, said: Said, habits: Habits) -> tuple[Said, str]:
    chance = chance_of(habits.seed, asked, said)
    if chance.random() >= habits.spoil:
        return said, ""
    return spoilt(asked, said, chance, habits.occurrences, habits.kinds)


class Tally:
    """Counts of what was answered: of all answers, and of the last one about each span."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._all: dict[str, Counter[str]] = {}
        self._last: dict[tuple[str, ...], str] = {}
        self._ever: set[tuple[str, ...]] = set()
        self._unknown = 0
        self._lies: Counter[bool] = Counter()

    def count(self, answered: Answered) -> None:
        """Counts an answer."""
        asked = answered.asked
        with self._lock:
            if asked is None:
                self._unknown += 1
                return
            self._lies.update(answered.lies)
            texts = "\n".join(f"{s.key} {s.source} {s.target}" for s in asked.segments)
            kinds = self._all.setdefault(asked.task, Counter())
            for said, kind in answered.said:
                span = (asked.task, texts, said.name)
                kinds[kind] += 1
                self._last[span] = kind
                if kind:
                    self._ever.add(span)

    def counts(self) -> dict[str, Any]:
        """All answers; by task; the last answers; the spans that were ever spoilt."""
        with self._lock:
            return {
                **_summary(sum(self._all.values(), Counter())),
                "by_task": {task: _summary(kinds) for task, kinds in sorted(self._all.items())},
                "final": _summary(Counter(self._last.values())),
                "ever": len(self._ever),
                "unknown": self._unknown,
                "verdicts": self._lies.total(),
                "lies": self._lies[True],
            }


def _summary(kinds: Counter[str]) -> dict[str, Any]:
    by_kind = {kind: n for kind, n in sorted(kinds.items()) if kind}
    return {"spans": kinds.total(), "spoilt": sum(by_kind.values()), "by_kind": by_kind}


def log_lines(answered: Answered) -> list[str]:
    """One JSON line for each spoilt span."""
    asked = answered.asked
    if asked is None:
        return []
    return [
        json.dumps(
            {
                "task": asked.task,
                "attempt": asked.attempt,
                "kind": kind,
                "span": said.name,
                "words": [_words(segment, place) for segment, place in said.where],
                "translation": [_all_words(segment) for segment, _ in said.where],
                "answered": shown(asked, said),
            },
            ensure_ascii=False,
        )
        for said, kind in answered.said
        if kind
    ]


def _words(segment: Segment, place: tuple[int, int]) -> str:
    if segment.words:
        return " ".join(segment.words[place[0] - 1 : place[1]])
    return (segment.text or "")[slice(*place)]


def _all_words(segment: Segment) -> str:
    return " ".join(segment.words) if segment.words else segment.text or ""
