"""Checks of the language of a translation."""

from collections.abc import Iterator

from donor.data import Check, Finding
from donor.languages import copied, foreign
from donor.verify.case import Case

__all__ = ["other_language", "source_copied"]


def source_copied(case: Case) -> Iterator[Finding]:
    """A finding for each segment whose translation is the source, or nearly."""
    for pair in case.pairs:
        what = copied(pair.source, pair.target, source=case.source, target=case.target)
        if what:
            yield Finding(Check.SOURCE_COPIED, what, pair.position)


def other_language(case: Case) -> Iterator[Finding]:
    """A finding for each segment whose translation is hardly in the target language."""
    for pair in case.pairs:
        what = foreign(pair.target, source=case.source, target=case.target)
        if what:
            yield Finding(Check.OTHER_LANGUAGE, what, pair.position)
