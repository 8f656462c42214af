"""The lines of an .ann file: what each says, and which other annotations it names."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from donor.errors import FormatError

__all__ = ["Line", "parse_line"]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an .ann file.

    Args:
        raw: the line as it stands, without its line feed.
        kind: `T`, `R`, `E`, `A` (also for `M`), `N`, `#`, `*`; empty for a line that names nothing.
        id: its own id; empty where it has none.
        label: the type of the annotation.
        arguments: role and id of what it names, in order; the first of an event is its trigger.
        places: for `T`, where it stands, as the file counts.
        value: for `T` its text, for `A` its value; None where the line has none.
        tail: what follows the part that is understood, with the tab before it.
    """

    raw: str
    kind: str = ""
    id: str = ""
    label: str = ""
    arguments: tuple[tuple[str, str], ...] = ()
    places: tuple[tuple[int, int], ...] = ()
    value: str | None = None
    tail: str = ""


_TEXT_BOUND = re.compile(r"(\S+) +(\d+ \d+(?:;\d+ \d+)*)\s*(?:\t(.*))?")
_RELATION = re.compile(r"(\S+)((?: +\S+:\S+)+)\s*(\t.*)?")
_EVENT = re.compile(r"(\S+):(\S+)((?: +\S+:\S+)*)\s*(\t.*)?")
_ATTRIBUTE = re.compile(r"(\S+)[ \t]+(\S+)(?:[ \t]+(.*?))?\s*")
_REFERENCE = re.compile(r"(\S+) +(?:Annotation:)?(\S+) +(?:Referent:)?(\S+)\s*(\t.*)?")
_REFERENT_FIRST = re.compile(r"(\S+) +Referent:(\S+) +Annotation:(\S+)\s*(\t.*)?")
_NOTE = re.compile(r"(\S+) +([A-Za-z#]+\d\S*)\s*(\t.*)?")
_EQUIVALENCE = re.compile(r"(\S+)((?: +\S+)+)\s*")


def parse_line(raw: str, where: str) -> Line:
    """The line with its parts. Raises FormatError."""
    line_id, tab, rest = raw.rstrip("\r").partition("\t")
    kind = "A" if line_id[:1] == "M" else line_id[:1]
    if not raw.strip():
        return Line(raw)
    found = _KINDS[kind](raw, line_id, rest) if kind in _KINDS and tab else None
    if found is None and kind == "#":
        return Line(raw)
    if found is None:
        shape = _SHAPES.get(kind, "T, R, E, A, M, N, # or * and a number begin a line")
        raise FormatError(where, f"not a brat annotation: {raw.strip()[:60]!r}", shape)
    return found


def _text_bound(raw: str, line_id: str, rest: str) -> Line | None:
    match = _TEXT_BOUND.fullmatch(rest)
    if match is None:
        return None
    pairs = [place.split(" ") for place in match[2].split(";")]
    places = tuple([(int(start), int(end)) for start, end in pairs])
    return Line(raw, "T", line_id, match[1], places=places, value=match[3])


def _relation(raw: str, line_id: str, rest: str) -> Line | None:
    match = _RELATION.fullmatch(rest)
    if match is None:
        return None
    return Line(raw, "R", line_id, match[1], _arguments(match[2]), tail=match[3] or "")


def _event(raw: str, line_id: str, rest: str) -> Line | None:
    match = _EVENT.fullmatch(rest)
    if match is None:
        return None
    arguments = ((match[1], match[2]), *_arguments(match[3]))
    return Line(raw, "E", line_id, match[1], arguments, tail=match[4] or "")


def _attribute(raw: str, line_id: str, rest: str) -> Line | None:
    match = _ATTRIBUTE.fullmatch(rest)
    return match and Line(raw, "A", line_id, match[1], (("", match[2]),), value=match[3] or None)


def _normalisation(raw: str, line_id: str, rest: str) -> Line | None:
    if match := _REFERENT_FIRST.fullmatch(rest):
        return Line(raw, "N", line_id, match[1], (("", match[3]),))
    match = _REFERENCE.fullmatch(rest)
    return match and Line(raw, "N", line_id, match[1], (("", match[2]),))


def _note(raw: str, line_id: str, rest: str) -> Line | None:
    match = _NOTE.fullmatch(rest)
    return match and Line(raw, "#", line_id, match[1], (("", match[2]),))


def _equivalence(raw: str, line_id: str, rest: str) -> Line | None:
    match = _EQUIVALENCE.fullmatch(rest)
    if match is None:
        return None
    return Line(raw, "*", "", match[1], tuple([("", member) for member in match[2].split()]))


def _arguments(text: str) -> tuple[tuple[str, str], ...]:
    """Role and id of each `Role:Id`."""
    parts = [argument.rpartition(":") for argument in text.split()]
    return tuple([(role, named) for role, _, named in parts])


_KINDS: dict[str, Callable[[str, str, str], Line | None]] = {
    "T": _text_bound,
    "R": _relation,
    "E": _event,
    "A": _attribute,
    "N": _normalisation,
    "#": _note,
    "*": _equivalence,
}

_SHAPES = {
    "T": "tabs between id, label with offsets, and text: T1<tab>Person 0 4<tab>Anna",
    "R": "R1<tab>Located Arg1:T1 Arg2:T2",
    "E": "E1<tab>Attack:T1 Target:T2",
    "A": "A1<tab>Negation E1, or with a value behind it",
    "N": "N1<tab>Reference T1 Wikipedia:534366<tab>text",
    "*": "*<tab>Equiv T1 T2",
}
