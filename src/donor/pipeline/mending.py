"""What fails a check is asked for again: segments before spans are placed, spans afterwards.

A finding is a reason to look. Here the model looks: it is told the finding, and that the check may
be wrong. What comes out of it, and what was there before, stands in the run's records.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from donor.data import Check, Finding, Repair, Transfer, Translation
from donor.llm import Method
from donor.pipeline.placing import Placing
from donor.pipeline.plan import Plan
from donor.translate import Translated, TranslationTask
from donor.verify import OF_TRANSLATION, verify

__all__ = ["Settled", "failing_spans", "mend_spans", "settled"]

Key = TypeVar("Key")

# A translator has asked again for copies and other languages itself.
_SEGMENT_FAILS = frozenset(
    {
        Check.LENGTH,
        Check.NUMBERS_CHANGED,
        Check.FORM_CHANGED,
        Check.ADDED,
        Check.KEPT_CHANGED,
    }
)
_SPAN_FAILS = frozenset({Check.SPAN_ASTRAY})


@dataclass(frozen=True, slots=True)
class Settled:
    """A translation that will not change any more, and what the checks find in it."""

    translated: Translated
    findings: tuple[Finding, ...] = ()


def settled(task: TranslationTask, translated: Translated, plan: Plan) -> Method[Settled]:
    """The translation, those of its segments that fail a check translated anew.

    A new translation is taken where it passes. A segment is asked for as often as the plan says.
    """
    translation = translated.translation
    findings = _findings(task, translation)
    failing = _failing_segments(findings)
    if not failing or not plan.translate_again:
        return Settled(translated, findings)
    for _ in range(plan.repair):
        wrong = {at: (translation.segments[at], what) for at, what in failing.items()}
        new = yield from plan.translate_again(task, wrong)
        tried = _with_segments(translation, new)
        still = _failing_segments(_findings(task, tried))
        repairs = [Repair(at, what, at in new and at not in still) for at, what in failing.items()]
        taken = {one.segment: new[one.segment] for one in repairs if one.mended}
        translation = replace(
            _with_segments(translation, taken), repairs=(*translation.repairs, *repairs)
        )
        failing = {at: what for at, what in failing.items() if at not in taken}
        if not failing:
            break
    return Settled(replace(translated, translation=translation), _findings(task, translation))


def failing_spans(findings: Iterable[Finding]) -> dict[str, str]:
    """What speaks against the place of a span, by its id."""
    return _told((one.span_id, one) for one in findings if one.span_id and one.check in _SPAN_FAILS)


def mend_spans(
    placing: Placing, failing: Mapping[str, str], look: Callable[[], Mapping[str, str]]
) -> Method[None]:
    """Nothing; spans that fail are asked for again, then go on to the next methods.

    Args:
        placing: the spans of the document.
        failing: what speaks against the places of some.
        look: the same for the places as they are then.
    """
    plan, steps = placing.plan, {step.name: step for step in placing.plan.cascade}
    worst = dict(failing)
    for _ in range(plan.repair):
        for name, step in steps.items():
            remarks = {one: what for one, what in worst.items() if placing.step_of(one) == name}
            if remarks and step.asks:
                yield from placing.ask_again(step, remarks)
        worst = _unmended(placing, worst, look())
    for step in plan.cascade:
        later = frozenset(one for one in worst if not placing.tried(one, step))
        if later:
            for one in later:
                placing.withdraw(one, worst[one])
            yield from placing.ask(step, later)
            worst = _unmended(placing, worst, look())
    for span_id in worst.keys() - placing.open:
        placing.withdraw(span_id, worst[span_id])


def _unmended(
    placing: Placing, before: Mapping[str, str], now: Mapping[str, str]
) -> dict[str, str]:
    """Those of the spans that fail still, or have no place any more."""
    return {
        span_id: now.get(span_id, what)
        for span_id, what in before.items()
        if span_id in now or span_id in placing.open
    }


def _findings(task: TranslationTask, translation: Translation) -> tuple[Finding, ...]:
    bare = Transfer(task.document, translation, (), (), ())
    return verify(
        bare,
        source=task.source,
        target=task.target,
        guidance=task.guidance,
        checks=OF_TRANSLATION,
    )


def _failing_segments(findings: Iterable[Finding]) -> dict[int, str]:
    return _told(
        (one.segment, one)
        for one in findings
        if one.segment is not None and one.check in _SEGMENT_FAILS
    )


def _told(found: Iterable[tuple[Key, Finding]]) -> dict[Key, str]:
    """The findings in words, by what they concern."""
    told: dict[Key, list[str]] = {}
    for key, finding in found:
        told.setdefault(key, []).append(f"{finding.check.meaning} ({finding.detail})")
    return {key: "; ".join(words) for key, words in told.items()}


def _with_segments(translation: Translation, new: Mapping[int, str]) -> Translation:
    segments = [new.get(at, text) for at, text in enumerate(translation.segments)]
    return replace(translation, segments=tuple(segments))
