"""Whether what must not be translated was left alone."""

from collections.abc import Iterator

from donor.data import Check, Finding
from donor.verify.case import Case

__all__ = ["kept_changed"]


def kept_changed(case: Case) -> Iterator[Finding]:
    """A finding for everything of the keep-list that a translation lacks."""
    if not case.guidance.keep:
        return
    for pair in case.pairs:
        for words in case.guidance.kept_in(pair.source):
            if words not in pair.target:
                what = f"{words!r} is not in the translation"
                yield Finding(Check.KEPT_CHANGED, what, pair.position)
