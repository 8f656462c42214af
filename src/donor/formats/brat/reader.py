"""A text and its .ann file become a document."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from donor.data import Document, Interval, Relation, Span
from donor.errors import DocumentError, FormatError
from donor.formats.brat.layout import segments_of
from donor.formats.brat.lines import Line, parse_line
from donor.formats.brat.offsets import Counting, agrees, countings, joined
from donor.formats.format import Warn

__all__ = ["ROLES", "modelled", "read_lines", "read_pair"]

ROLES = ("Arg1", "Arg2")
_MARK = "\ufeff"


def read_pair(name: str, text: str, annotations: str | None, warn: Warn) -> Document:
    """The document of `name`.txt and `name`.ann; None where there is no .ann.

    Raises:
        FormatError: names the line of the .ann that is none, or does not fit the text.
    """
    file = f"{name}.ann"
    mark = text.startswith(_MARK)
    text = text.removeprefix(_MARK)
    lines = read_lines(annotations.split("\n") if annotations is not None else (), file)
    _check_ids(lines, file, warn)
    counting = _counting(lines, text, mark)
    attributes = _attributes(lines)
    spans = tuple(
        _span(line, counting, attributes.get(line.id, {}), f"{file}:{number}")
        for number, line in enumerate(lines, start=1)
        if line.kind == "T"
    )
    brat: dict[str, Any] = (
        {"lines": [line.raw for line in lines]} if annotations is not None else {}
    )
    said = {"mark": mark, "mark_counts": counting.mark, "breaks_count_once": counting.breaks}
    brat |= {key: value for key, value in said.items() if value}
    try:
        return Document(
            id=name,
            language=None,
            text=text,
            segments=segments_of(text, [part for span in spans for part in span.fragments]),
            spans=spans,
            relations=tuple(_relations(lines)),
            metadata={"file": f"{name}.txt", "brat": brat},
        )
    except DocumentError as error:
        raise FormatError(file, error.what) from None


def read_lines(raws: Sequence[str], file: str) -> list[Line]:
    """What the lines say. Raises FormatError for the first that says nothing known."""
    return [parse_line(raw, f"{file}:{number}") for number, raw in enumerate(raws, start=1)]


def modelled(line: Line, spans: set[str]) -> bool:
    """Whether a line is a relation as Donor knows them: between two of these spans."""
    named = [said for _, said in line.arguments]
    return line.kind == "R" and len(named) == 2 and spans.issuperset(named)


def _check_ids(lines: Iterable[Line], file: str, warn: Warn) -> None:
    """Raises FormatError for an id used twice; an id that is nowhere goes to `warn`."""
    numbered = list(enumerate(lines, start=1))
    ids: set[str] = set()
    for number, line in numbered:
        if line.id and line.id in ids:
            raise FormatError(f"{file}:{number}", f"the id {line.id} is used twice")
        ids.add(line.id)
    for number, line in numbered:
        for _, named in line.arguments:
            if named not in ids:
                what = f"names {named}, which is not there: the line is kept as it stands"
                warn(f"{file}:{number}", what)


def _counting(lines: Iterable[Line], text: str, mark: bool) -> Counting:
    """The first way of counting under which all spans cover the text that they say."""
    bound = [line for line in lines if line.kind == "T"]
    for counting in countings(text, mark):
        if all(agrees(line.value, _intervals(line, counting), text) for line in bound):
            return counting
    return Counting(text)


def _intervals(line: Line, counting: Counting) -> tuple[Interval, ...]:
    """Where the line's annotation stands; ranges that are none are left out."""
    places = [(counting.inside(start), counting.inside(end)) for start, end in line.places]
    return tuple(sorted(Interval(start, end) for start, end in places if 0 <= start < end))


def _span(line: Line, counting: Counting, attributes: Mapping[str, Any], where: str) -> Span:
    found, text = _intervals(line, counting), counting.text
    if len(found) < len(line.places):
        raise FormatError(where, f"{line.id} covers no text", "an end is greater than its start")
    if found[-1].end > len(text):
        what = f"{line.id} ends at {line.places[-1][1]}, the text at {len(text)}"
        raise FormatError(where, what, "the .txt is not the one that was annotated")
    if not agrees(line.value, found, text):
        covered = " ".join(part.of(text) for part in found)
        what = f"{line.id} is {line.value!r}, but its offsets cover {covered!r}"
        raise FormatError(where, what, "the .txt is not the one that was annotated")
    try:
        return Span(line.id, line.label, joined(found, text), attributes)
    except ValueError as error:
        raise FormatError(where, str(error)) from None


def _attributes(lines: Iterable[Line]) -> dict[str, dict[str, Any]]:
    """What A and M lines say, by id and name: True, a value, or a list of several."""
    found: dict[str, dict[str, list[Any]]] = {}
    for line in lines:
        if line.kind == "A":
            of_one = found.setdefault(line.arguments[0][1], {})
            of_one.setdefault(line.label, []).append(True if line.value is None else line.value)
    return {
        named: {name: said if len(said) > 1 else said[0] for name, said in of_one.items()}
        for named, of_one in found.items()
    }


def _relations(lines: Sequence[Line]) -> Iterator[Relation]:
    spans = {line.id for line in lines if line.kind == "T"}
    for line in lines:
        if modelled(line, spans):
            (head_role, head), (tail_role, tail) = line.arguments
            roles = (head_role, tail_role)
            more = {"roles": list(roles)} if roles != ROLES else {}
            yield Relation(line.label, head, tail, {"id": line.id, **more})
