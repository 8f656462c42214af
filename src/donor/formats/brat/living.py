"""What of a file's annotations still stands once spans and relations are gone."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from donor.data import Document
from donor.formats.brat.lines import Line
from donor.formats.brat.reader import modelled

__all__ = ["Living", "living"]

_NAMES = {
    "R": "relations",
    "E": "events",
    "A": "attributes",
    "N": "normalisations",
    "#": "notes",
    "*": "equivalences",
}


@dataclass(frozen=True, slots=True)
class Living:
    """The lines that still stand, as they now must be, and what is gone, counted by kind.

    A line is None where nothing is left of it.
    """

    lines: tuple[Line | None, ...]
    gone: Counter[str]


def living(lines: Sequence[Line], document: Document) -> Living:
    """The lines of an .ann file without what hangs on spans that the document has no more.

    As in brat itself, an event loses an argument that is gone, and goes with its last one or
    with its trigger; of an equivalence two must be left; everything else goes with what it names.
    """
    there = {line.id for line in lines if line.kind == "T"}
    spans = {span.id for span in document.spans} & there
    relations = {relation.attributes.get("id") for relation in document.relations}
    left: list[Line | None] = [
        None
        if (line.kind == "T" and line.id not in spans)
        or (modelled(line, there) and line.id not in relations)
        else line
        for line in lines
    ]
    # What was never in the file, as the .a1 that an .a2 names, cannot go from it.
    elsewhere = {named for line in lines for _, named in line.arguments}
    elsewhere -= {line.id for line in lines}
    changed = True
    while changed:
        ids = {line.id for line in left if line} | elsewhere
        now = [line and _without(line, ids) for line in left]
        changed, left = now != left, now
    return Living(tuple(left), _gone(lines, left))


def _without(line: Line, ids: Collection[str]) -> Line | None:
    """The line with only what is left of that which it names; None if it cannot stand so."""
    kept = tuple([argument for argument in line.arguments if argument[1] in ids])
    if kept == line.arguments:
        return line
    if line.kind == "E":
        stands = len(kept) > 1 and kept[0] == line.arguments[0]
    else:
        stands = line.kind == "*" and len(kept) > 1
    return replace(line, arguments=kept) if stands else None


def _gone(before: Sequence[Line], after: Sequence[Line | None]) -> Counter[str]:
    gone: Counter[str] = Counter()
    for line, left in zip(before, after, strict=True):
        if left is None and line.kind in _NAMES:
            gone[_NAMES[line.kind]] += 1
        elif left is not None and line.kind == "E":
            gone["event arguments"] += len(line.arguments) - len(left.arguments)
    return +gone
