"""What looks wrong about a run and does not stop it."""

import difflib
from collections import Counter
from collections.abc import Iterable, Iterator

from donor.data import Document, Guidance
from donor.formats import Format
from donor.pipeline.label_names import labels_of
from donor.pipeline.plan import Plan
from donor.recipe import Recipe

__all__ = ["Doubt", "doubts"]

Doubt = tuple[str, str]
"""Where and what."""


def doubts(
    recipe: Recipe, plan: Plan, documents: Iterable[Document], known: Format, *, whole: bool = True
) -> tuple[Doubt, ...]:
    """Labels that the user speaks of and the documents do not have; languages that are the target.

    Args:
        recipe: names the files that the user wrote.
        plan: what is done to the documents.
        documents: those of the run; they are only looked at if there is something to look for.
        known: the target dataset's format.
        whole: whether these are all documents of the input; where a part lacks a label, only one
            that looks misspelt is named.
    """
    guidance = plan.guidance
    if not (guidance.labels or guidance.examples or plan.same_language):
        return ()
    labels: set[str] = set()
    languages: Counter[str] = Counter()
    for document in documents:
        labels |= labels_of(document, known) | {one.label for one in document.relations}
        languages[plan.language_of(document).tag] += 1
    return (*_same(plan, languages), *_unknown(recipe, guidance, labels, whole=whole))


def _same(plan: Plan, languages: Counter[str]) -> Iterator[Doubt]:
    count = languages[plan.target.tag]
    if count:
        what = f"{count:,} of the documents are in {plan.target.name}, the target language"
        yield "--force", what


def _unknown(
    recipe: Recipe, guidance: Guidance, labels: set[str], *, whole: bool
) -> Iterator[Doubt]:
    shown = {span.label: None for example in guidance.examples for span in example.source.spans}
    told = [("[labels]", label) for label in guidance.labels]
    for where, label in [*told, *((str(recipe.examples), label) for label in shown)]:
        if label in labels:
            continue
        nearest = _nearest(label, labels)
        if whole or nearest:
            advice = f"; did you mean {nearest!r}?" if nearest else f"; it has {_listed(labels)}"
            yield where, f"the label {label!r} does not occur in the data{advice}"


def _nearest(label: str, labels: set[str]) -> str | None:
    """The label that was probably meant: by its letters, whatever their case."""
    folded = {one.casefold(): one for one in sorted(labels)}
    found = difflib.get_close_matches(label.casefold(), folded, n=1)
    return folded[found[0]] if found else None


def _listed(labels: set[str]) -> str:
    """The labels, or the first of many."""
    some = sorted(labels)[:8]
    return ", ".join(map(repr, some)) + (" …" if len(labels) > len(some) else "") or "none"
