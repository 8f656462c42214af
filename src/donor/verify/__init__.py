"""VERIFY: pure checks on a transfer. A finding is a reason to look, never a verdict."""

from collections.abc import Callable, Iterable, Iterator

from donor.data import NO_GUIDANCE, Check, Finding, Guidance, Transfer
from donor.languages import Language
from donor.verify.case import Case
from donor.verify.form import added, form_changed
from donor.verify.instructions import instruction_obeyed
from donor.verify.kept import kept_changed
from donor.verify.languages import other_language, source_copied
from donor.verify.sizes import length, numbers_changed
from donor.verify.spans import span_astray, text_altered

__all__ = ["CHECKS", "OF_TRANSLATION", "verify"]

CHECKS: dict[Check, Callable[[Case], Iterator[Finding]]] = {
    Check.SOURCE_COPIED: source_copied,
    Check.OTHER_LANGUAGE: other_language,
    Check.LENGTH: length,
    Check.NUMBERS_CHANGED: numbers_changed,
    Check.FORM_CHANGED: form_changed,
    Check.ADDED: added,
    Check.KEPT_CHANGED: kept_changed,
    Check.TEXT_ALTERED: text_altered,
    Check.SPAN_ASTRAY: span_astray,
    Check.INSTRUCTION_OBEYED: instruction_obeyed,
}


OF_TRANSLATION = (
    Check.SOURCE_COPIED,
    Check.OTHER_LANGUAGE,
    Check.LENGTH,
    Check.NUMBERS_CHANGED,
    Check.FORM_CHANGED,
    Check.ADDED,
    Check.KEPT_CHANGED,
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
