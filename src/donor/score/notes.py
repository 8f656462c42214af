"""What somebody who reads scores has to know: sentences, and the labels of one side alone."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from donor.data import Document
from donor.score.labels import MOST_VALUES, LabelSides
from donor.score.matched import Matched
from donor.score.spans import MOST_LABELS

__all__ = ["notes_of", "one_sided"]

Names = dict[str, list[str]]

_SHOWN = 5
# With fewer documents than this an interval holds the truth clearly less often than it says.
_FEW = 10


def one_sided(found: Matched) -> tuple[Names, Names]:
    """The labels that only the prediction has, and those that only gold has, by kind.

    A text label is told by its name, and by `name=value` where both sides have the name. Labels
    of spans and relations are those of documents that can be compared.
    """
    if not found.pairs:
        return {}, {}
    here, there = (_labels(side) for side in zip(*found.pairs, strict=True))
    over = (_labels(side) for side in zip(*(pair for _, pair in found.over_gold), strict=True))
    for side, own in zip((here, there), over, strict=False):
        side |= {kind: own[kind] for kind in ("spans", "relations")}
    if not found.over_gold:
        for side in (here, there):
            side |= {"spans": set(), "relations": set()}
    only = (
        {kind: sorted(one[kind] - other[kind]) for kind in one}
        for one, other in ((here, there), (there, here))
    )
    first, second = ({kind: _named(own) for kind, own in one.items() if own} for one in only)
    return first, second


def _labels(documents: Iterable[Document | None]) -> dict[str, set[tuple[str, ...]]]:
    found: dict[str, set[tuple[str, ...]]] = {"spans": set(), "relations": set(), "labels": set()}
    for document in documents:
        if document is None:
            continue
        found["spans"].update((span.label,) for span in document.spans)
        found["relations"].update((relation.label,) for relation in document.relations)
        for label in document.labels:
            found["labels"].update(((label.name,), (label.name, label.value)))
    return found


def _named(labels: Sequence[tuple[str, ...]]) -> list[str]:
    alone = {label for label in labels if len(label) == 1}
    return ["=".join(label) for label in labels if len(label) == 1 or label[:1] not in alone]


def notes_of(
    found: Matched, only: tuple[Names, Names], labels: Mapping[str, LabelSides]
) -> list[str]:
    """One sentence for each thing that moves the scores and cannot be seen in them."""
    notes = [*_of_documents(found), *_of_spans(found)]
    if found.texts_differ:
        notes += [*_of_languages(found), *_of_joined(found)]
    predicted = (label.name for one, _ in found.pairs if one is not None for label in one.labels)
    unasked = set(predicted) - labels.keys()
    for kind, names in only[0].items():
        apart = [name in unasked and kind == "labels" for name in names]
        for without, what in ((False, "all wrong"), (True, "gold lacks these names: not scored")):
            if some := [name for name, own in zip(names, apart, strict=True) if own is without]:
                notes.append(f"Only the prediction has the {_KINDS[kind]} {_listed(some)}: {what}.")
    for kind, names in only[1].items():
        notes.append(f"Only gold has the {_KINDS[kind]} {_listed(names)}: all missed.")
    return [*notes, *_of_labels(found, labels), *_of_rare(found, labels)]


_KINDS = {"spans": "span labels", "relations": "relation labels", "labels": "text labels"}


def _of_documents(found: Matched) -> Iterable[str]:
    documents = len(found.pairs)
    if found.missing:
        what = "what gold has in them counts as missed"
        yield f"{len(found.missing)} of {documents} documents are not in the prediction: {what}."
    if found.extra:
        yield f"{len(found.extra)} predicted documents are not in gold: they are not scored."
    for side, ids in found.duplicates.items():
        if ids:
            what = "the first goes with the first of that id, and so on"
            yield f"{len(ids)} ids occur several times in {_SIDES[side]} ({_listed(ids)}): {what}."
    if found.texts_differ:
        what = "their spans and relations are left out, since offsets cannot be compared"
        yield f"{found.texts_differ} of {documents} documents have another text than gold: {what}."


_SIDES = {"predicted": "the prediction", "gold": "gold"}


def _of_spans(found: Matched) -> Iterable[str]:
    pairs = [pair for _, pair in found.over_gold]
    wanted = sum(len(gold.spans) for _, gold in pairs)
    guessed = sum(len(one.spans) for one, _ in pairs if one is not None)
    if guessed and not wanted:
        yield f"Gold has no span: each of the {guessed} predicted ones is wrong."
    if wanted and not guessed:
        where = " in the documents that can be compared" if found.texts_differ else ""
        yield f"The prediction has no span{where}: each of gold's {wanted} is missed."
    labels = {span.label for pair in pairs for one in pair if one is not None for span in one.spans}
    if len(labels) > MOST_LABELS:
        what = "there are no intervals of each, nor of the means over them"
        yield f"There are {len(labels)} span labels: {what}."


def _of_languages(found: Matched) -> Iterable[str]:
    """By whose words translations are scored, where gold does not say it clearly."""
    predicted, gold = found.languages
    if len(gold) > 1:
        said = f"gold is in {_listed(sorted(gold))}"
        yield f"Translations are scored by the words of {found.language}, but {said}."
    if not gold and predicted:
        what = f"translations are scored by the words of {found.language}, as the prediction says"
        yield f"Gold names no language: {what}."
    if not gold and not predicted:
        what = "translations are scored by words between spaces"
        yield f"Neither the prediction nor gold names its language: {what}."


def _of_joined(found: Matched) -> Iterable[str]:
    joined = sum(
        one is not None and len(one.segments) != len(gold.segments) for one, gold in found.pairs
    )
    if joined:
        what = "each side's are scored as one text, which moves the scores of translations"
        yield f"{joined} of {len(found.pairs)} documents have more or fewer segments: {what}."


def _of_labels(found: Matched, labels: Mapping[str, LabelSides]) -> Iterable[str]:
    for name, sides in labels.items():
        for side, what in enumerate(("without a predicted value: wrong", "that gold gives none")):
            if n := sides.without(side):
                yield f"{name}: {n} of {sum(map(len, sides.units))} texts are {what}."
        if len(sides.values) > MOST_VALUES:
            yield f"{name} has {len(sides.values)} values: only accuracy and micro F1 are given."
        if sides.several:
            yield f"{name} gives some texts several values: it has no MCC, and all must be right."
    cut = sum(
        one is not None
        and len(one.segments) != len(gold.segments)
        and any(label.segment is not None for label in gold.labels)
        for one, gold in found.pairs
    )
    if cut:
        what = "the labels of their segments count as missed"
        yield f"{cut} documents are cut into other segments than gold: {what}."


def _of_rare(found: Matched, labels: Mapping[str, LabelSides]) -> Iterable[str]:
    """The labels whose intervals, and those of means over labels, promise too much."""
    often: dict[str, Counter[tuple[str, ...]]] = {kind: Counter() for kind in _KINDS}
    for _, gold in found.pairs:
        for kind, names in _labels([gold]).items():
            often[kind].update(names)
    for kind, counts in often.items():
        rare = sorted(
            label for label, n in counts.items() if n < _FEW and _measured(label, kind, labels)
        )
        if rare:
            named = f"{_KINDS[kind]} {_listed(['='.join(label) for label in rare])}"
            what = f"95 % says too much of the intervals of their F1{_MEANS[kind]}"
            yield f"Fewer than {_FEW} of gold's documents have the {named}: {what}."


_MEANS = {
    "spans": " and of the means over labels",
    "relations": "",
    "labels": ", of macro F1 and MCC",
}


def _measured(label: tuple[str, ...], kind: str, labels: Mapping[str, LabelSides]) -> bool:
    """Whether the label has an F1 of its own."""
    return kind != "labels" or (len(label) == 2 and len(labels[label[0]].values) <= MOST_VALUES)


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more
