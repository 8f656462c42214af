"""VERIFY: checks on a transfer. A finding is a reason to look, never a verdict.

`verify` is what every document goes through. Three more see what it cannot: `Terms` looks at all
documents of a corpus, `compared` at a translation back, and `judge` asks a model.
"""

from collections.abc import Callable, Iterable, Iterator

from donor.data import NO_GUIDANCE, Check, Finding, Guidance, Transfer
from donor.languages import Language
from donor.verify.back_translation import Compared, compared, to_translate_back
from donor.verify.case import Case
from donor.verify.form import added, form_changed
from donor.verify.formulas import formula_changed
from donor.verify.glossary import glossary_missed
from donor.verify.instructions import instruction_obeyed
from donor.verify.judge import judge
from donor.verify.judged import Judged, Unjudged
from donor.verify.kept import kept_changed
from donor.verify.languages import other_language, source_copied
from donor.verify.sizes import length, numbers_changed
from donor.verify.spans import span_astray, text_altered
from donor.verify.structure import (
    other_sentence,
    overlap_changed,
    relation_collapsed,
    spans_unplaced,
)
from donor.verify.terms import Rendered, Terms

__all__ = [
    "CHECKS",
    "OF_TRANSLATION",
    "Compared",
    "Judged",
    "Rendered",
    "Terms",
    "Unjudged",
    "compared",
    "judge",
    "to_translate_back",
    "verify",
]

CHECKS: dict[Check, Callable[[Case], Iterator[Finding]]] = {
    Check.SOURCE_COPIED: source_copied,
    Check.OTHER_LANGUAGE: other_language,
    Check.LENGTH: length,
    Check.NUMBERS_CHANGED: numbers_changed,
    Check.FORMULA_CHANGED: formula_changed,
    Check.FORM_CHANGED: form_changed,
    Check.ADDED: added,
    Check.KEPT_CHANGED: kept_changed,
    Check.GLOSSARY_MISSED: glossary_missed,
    Check.TEXT_ALTERED: text_altered,
    Check.SPAN_ASTRAY: span_astray,
    Check.OTHER_SENTENCE: other_sentence,
    Check.OVERLAP_CHANGED: overlap_changed,
    Check.RELATION_COLLAPSED: relation_collapsed,
    Check.SPANS_UNPLACED: spans_unplaced,
    Check.INSTRUCTION_OBEYED: instruction_obeyed,
}


OF_TRANSLATION = (
    Check.SOURCE_COPIED,
    Check.OTHER_LANGUAGE,
    Check.LENGTH,
    Check.NUMBERS_CHANGED,
    Check.FORMULA_CHANGED,
    Check.FORM_CHANGED,
    Check.ADDED,
    Check.KEPT_CHANGED,
    Check.GLOSSARY_MISSED,
)
"""The checks that look at the texts alone, before any span has a place."""


def verify(
    transfer: Transfer,
    *,
    source: Language,
    target: Language,
    guidance: Guidance = NO_GUIDANCE,
    checks: Iterable[Check] = tuple(CHECKS),
) -> tuple[Finding, ...]:
    """What the checks see in a transfer, in their order.

    The findings that the transfer carries already play no part.
    """
    case = Case(transfer, source, target, guidance)
    findings: list[Finding] = []
    for check in checks:
        findings.extend(CHECKS[check](case))
    return tuple(findings)
