"""What fails a check is asked for again: segments before spans are placed, spans afterwards.

A finding is a reason to look. Here the model looks: it is told the finding, and that the check may
be wrong. What comes out of it, and what was there before, stands in the run's records.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

from donor.data import Check, Finding, Repair, Transfer, Translation
from donor.data.quick import quickly_made
from donor.llm import Method
from donor.pipeline.looking import Looked, translated_back
from donor.pipeline.placing import Placing
from donor.pipeline.plan import Plan
from donor.translate import Translated, TranslationTask
from donor.verify import OF_TRANSLATION, verify

__all__ = ["Settled", "failing_segments", "failing_spans", "mend_spans", "settled"]

Key = TypeVar("Key")

# A translator has asked again for copies and other languages itself.
_SEGMENT_FAILS = frozenset(
    {
        Check.LENGTH,
        Check.NUMBERS_CHANGED,
        Check.FORMULA_CHANGED,
        Check.FORM_CHANGED,
        Check.ADDED,
        Check.KEPT_CHANGED,
        Check.GLOSSARY_MISSED,
        Check.BACK_TRANSLATION,
        Check.JUDGED_TRANSLATION,
    }
)
# No right place has these findings; the others a right one may have, or a judge's mistake.
_SPAN_FAILS = frozenset({Check.SPAN_ASTRAY})
_SPAN_MAY_FAIL = frozenset({Check.OTHER_SENTENCE, Check.OVERLAP_CHANGED, Check.JUDGED_SPAN})


@quickly_made
@dataclass(frozen=True, slots=True)
class Settled:
    """A translation that will not change any more, and what the checks find in it.

    `findings` is None where nobody has looked, since nothing could be mended. `back` holds its
    texts, translated back, where that was asked for and came out.
    """

    translated: Translated
    findings: tuple[Finding, ...] | None = None
    looked: Looked = field(default_factory=dict)
    back: tuple[str, ...] = ()


def settled(
    task: TranslationTask,
    translated: Translated,
    plan: Plan,
    known: Mapping[int, str] | None = None,
) -> Method[Settled]:
    """The translation, those of its segments that fail a check translated anew.

    A new translation is taken where it passes. A segment is asked for as often as the plan says.

    Args:
        task: of which document.
        translated: its translation.
        plan: what is done to the document.
        known: what a judge has found in segments. It does not look again here, so that any sound
            new translation is taken, once.
    """
    again = plan.translate_again
    if not plan.back_translate and (again is None or not (plan.repair or known)):
        return Settled(translated)
    seen = yield from _seen(task, translated.translation, plan)
    if again is None or translated.translation.problem:
        return Settled(translated, *seen)
    translation, (findings, looked, back) = translated.translation, seen
    for _ in range(1 if known else plan.repair):
        failing = known or failing_segments(findings)
        if not failing:
            break
        wrong = {at: (translation.segments[at], what) for at, what in failing.items()}
        new = yield from again(task, wrong)
        tried = _with_segments(translation, new)
        found, more, new_back = yield from _seen(task, tried, plan)
        still = failing_segments(found)
        better = {
            at: text
            for at, text in new.items()
            if at not in still and text != translation.segments[at]
        }
        repairs = [Repair(at, what, at in better) for at, what in failing.items()]
        mended = _with_segments(translation, better)
        kept = [one for one in findings if one.segment not in better]
        findings = (*kept, *(one for one in found if one.segment in better))
        looked = Counter(looked) + Counter(more)
        back = _back(back, new_back, better)
        translation = replace(mended, repairs=(*translation.repairs, *repairs))
    return Settled(replace(translated, translation=translation), findings, looked, back)


def failing_segments(findings: Iterable[Finding]) -> dict[int, str]:
    """What speaks against the translation of a segment, by its position."""
    return _told(
        (one.segment, one)
        for one in findings
        if one.segment is not None and one.check in _SEGMENT_FAILS
    )


def failing_spans(findings: Iterable[Finding]) -> dict[str, str]:
    """What speaks against the place of a span, by its id."""
    checks = _SPAN_FAILS | _SPAN_MAY_FAIL
    return _told((one.span_id, one) for one in findings if one.span_id and one.check in checks)


def mend_spans(
    placing: Placing,
    findings: Iterable[Finding],
    look: Callable[[], tuple[Finding, ...]],
) -> Method[None]:
    """Nothing; spans that fail are asked for again.

    Those of a finding that a right place may have keep their place if no other comes out that
    passes. Those of a finding that none has go on to the next methods, and have no place in the
    end if none finds another.

    Args:
        placing: the spans of the document.
        findings: what was found in their places.
        look: finds the same in the places as they are then.
    """
    findings = tuple(findings)
    worst = _certain(findings)
    maybe = {one: what for one, what in failing_spans(findings).items() if one not in worst}
    for _ in range(placing.plan.repair):
        before = placing.places
        yield from _ask_again(placing, {**worst, **maybe})
        now = look()
        worst, still = _unmended(placing, worst, _certain(now)), failing_spans(now)
        for one in [one for one in maybe if one in placing.open or one in still]:
            placing.restore(one, before[one])
        if not worst:
            break
        maybe = {}
    for step in placing.plan.cascade:
        later = frozenset(one for one in worst if not placing.tried(one, step))
        if later:
            for one in later:
                placing.withdraw(one, worst[one])
            yield from placing.ask(step, later)
            worst = _unmended(placing, worst, _certain(look()))
    for one in worst.keys() - placing.open:
        placing.withdraw(one, worst[one])


def _ask_again(placing: Placing, failing: Mapping[str, str]) -> Method[None]:
    """Nothing; each step is asked again for the spans that it has placed."""
    for step in placing.plan.cascade:
        remarks = {one: what for one, what in failing.items() if placing.step_of(one) == step.name}
        if remarks and step.asks:
            yield from placing.ask_again(step, remarks)


def _certain(findings: Iterable[Finding]) -> dict[str, str]:
    return failing_spans(one for one in findings if one.check in _SPAN_FAILS)


def _unmended(
    placing: Placing, before: Mapping[str, str], now: Mapping[str, str]
) -> dict[str, str]:
    """Those of the spans that fail still, or have no place any more."""
    return {
        span_id: now.get(span_id, what)
        for span_id, what in before.items()
        if span_id in now or span_id in placing.open
    }


def _seen(
    task: TranslationTask, translation: Translation, plan: Plan
) -> Method[tuple[tuple[Finding, ...], Looked, tuple[str, ...]]]:
    """What the checks find in a translation, what was looked at by asking, and the texts back."""
    bare = Transfer(task.document, translation, (), (), ())
    findings = verify(
        bare,
        source=task.source,
        target=task.target,
        guidance=task.guidance,
        checks=OF_TRANSLATION,
    )
    if not plan.back_translate:
        return findings, {}, ()
    more, looked, back = yield from translated_back(bare, task.source, plan)
    return (*findings, *more), looked, back


def _told(found: Iterable[tuple[Key, Finding]]) -> dict[Key, str]:
    """The findings in words, by what they concern."""
    told: dict[Key, list[str]] = {}
    for key, finding in found:
        told.setdefault(key, []).append(f"{finding.check.meaning} ({finding.detail})")
    return {key: "; ".join(words) for key, words in told.items()}


def _back(texts: tuple[str, ...], new: tuple[str, ...], better: Collection[int]) -> tuple[str, ...]:
    """The texts translated back, the better segments anew; none where one is not known."""
    if texts and new:
        return tuple(new[at] if at in better else text for at, text in enumerate(texts))
    return () if better else texts


def _with_segments(translation: Translation, new: Mapping[int, str]) -> Translation:
    segments = [new.get(at, text) for at, text in enumerate(translation.segments)]
    return replace(translation, segments=tuple(segments))
