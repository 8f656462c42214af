"""A document becomes a text and the lines of its .ann file."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

import orjson

from donor.data import Document, Interval, Relation, Span
from donor.errors import FormatError
from donor.formats.brat.lines import Line
from donor.formats.brat.living import Living, living
from donor.formats.brat.offsets import Counting, agrees, joined, pieces
from donor.formats.brat.reader import ROLES, read_lines

__all__ = [
    "annotations_of",
    "check_writable",
    "has_own_id",
    "living_of",
    "text_of",
    "written_fragments",
]

_SPAN_ID = re.compile(r"T\d+\S*")
_RELATION_ID = re.compile(r"R\d+\S*")
_WORD = re.compile(r"\S+")


def text_of(document: Document) -> str:
    """The content of the .txt."""
    return "\ufeff" * bool(_said(document).get("mark")) + document.text


def annotations_of(document: Document) -> str | None:
    """The content of the .ann; None where there was none and nothing is to be said."""
    check_writable(document)
    said = _said(document)
    new = [*_rewritten(document)]
    if "lines" not in said:
        nothing = "brat" in document.metadata and not new
        return None if nothing else "".join(line + "\n" for line in new)
    return "\n".join(new)


def living_of(document: Document) -> Living:
    """What still stands of the lines with which the document came."""
    raws = _said(document).get("lines", ())
    return living(read_lines(raws, f"document {document.id}"), document)


def written_fragments(span: Span, text: str) -> Span | None:
    """The span as it will be read again; None where there is nothing to write of it."""
    parts = joined(pieces(span.fragments, text), text)
    return Span(span.id, span.label, parts, span.attributes) if parts else None


def check_writable(document: Document) -> None:
    """Raises FormatError for a label or a role that brat would read as something else."""
    words = [("label", span.label) for span in document.spans]
    words += [("label", relation.label) for relation in document.relations]
    words += [("attribute", name) for span in document.spans for name in span.attributes]
    words += [("role", role) for relation in document.relations for role in _roles(relation)]
    for kind, word in words:
        if not _WORD.fullmatch(word) or (kind == "role" and ":" in word):
            what = f"brat cannot hold the {kind} {word!r}"
            raise FormatError(f"document {document.id}", what, "rename it, without white space")


def _said(document: Document) -> Mapping[str, Any]:
    said = document.metadata.get("brat")
    return said if isinstance(said, Mapping) else {}


def _rewritten(document: Document) -> Iterator[str]:
    """The lines: those that were there in their order, then what is new."""
    said = _said(document)
    lines = [line for line in living_of(document).lines if line]
    counting = Counting(
        document.text, bool(said.get("mark_counts")), bool(said.get("breaks_count_once"))
    )
    labels = {line.id: line.label for line in lines if line.kind == "T"}
    taken = {line.id for line in lines} | {named for line in lines for _, named in line.arguments}
    file = _File(document, counting, taken, labels)
    ends = lines and not lines[-1].raw.strip()
    for line in lines[:-1] if ends else lines:
        if (raw := file.again(line)) is not None:
            yield raw + "\r" * line.raw.endswith("\r")
    yield from file.more("\r" * any(line.raw.endswith("\r") for line in lines))
    if ends:
        yield lines[-1].raw


@dataclass
class _File:
    """The .ann file that is being written: what it has said so far.

    Args:
        document: what is to be said.
        counting: how the file counts the text.
        taken: the ids in use.
        labels: those that the spans came with, by their ids.
    """

    document: Document
    counting: Counting
    taken: set[str]
    labels: Mapping[str, str]
    names: dict[str, str] = field(default_factory=dict)
    said: Counter[tuple[str, str]] = field(default_factory=Counter)
    related: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.spans = {span.id: span for span in self.document.spans}
        self.relations = {
            str(relation.attributes["id"]): relation
            for relation in self.document.relations
            if "id" in relation.attributes
        }

    def again(self, line: Line) -> str | None:
        """A line that was there, as it is now; None if the document does not say it any more."""
        if line.kind == "T":
            self.names[line.id] = line.id
            return self._text_bound(self.spans[line.id], line)
        if line.kind == "R" and line.id in self.relations:
            self.related.add(line.id)
            return self._relation(self.relations[line.id], line)
        if line.kind == "A" and line.arguments[0][1] in self.spans:
            return self._attribute(line)
        return _as_left(self._of_type(line))

    def _of_type(self, line: Line) -> Line:
        """An event whose trigger has a new label has it too: to brat they are one type."""
        trigger = self.spans.get(line.arguments[0][1]) if line.kind == "E" else None
        if trigger is None or self.labels[trigger.id] != line.label:
            return line
        first, *others = line.arguments
        return replace(line, arguments=((trigger.label, first[1]), *others))

    def more(self, end: str) -> Iterator[str]:
        """What the document says beyond the lines that were there."""
        new = [span for span in self.document.spans if span.id not in self.names]
        for span in new:
            if pieces(span.fragments, self.counting.text):
                self.names[span.id] = self._free("T", span.id if has_own_id(span) else "")
                yield self._text_bound(span) + end
        for relation in self.document.relations:
            if str(relation.attributes.get("id", "")) not in self.related and (
                {relation.head, relation.tail} <= self.names.keys()
            ):
                yield self._relation(relation) + end
        for span in self.document.spans:
            if span.id in self.names:
                yield from (line + end for line in self._more_attributes(span))

    def _free(self, letter: str, wished: str = "") -> str:
        wanted = (f"{letter}{n}" for n in count(1))
        name = wished if wished and wished not in self.taken else ""
        name = name or next(found for found in wanted if self._is_free(found))
        self.taken.add(name)
        return name

    def _is_free(self, name: str) -> bool:
        return name not in self.taken and name not in self.spans

    def _text_bound(self, span: Span, line: Line | None = None) -> str:
        text = self.counting.text
        parts = pieces(span.fragments, text) or span.fragments
        if line and _unchanged(line, span, self.counting):
            return line.raw.removesuffix("\r")
        outside = self.counting.outside
        places = ";".join(f"{outside(part.start)} {outside(part.end)}" for part in parts)
        surface = " ".join(part.of(text) for part in parts).replace("\n", " ")
        return f"{self.names[span.id]}\t{span.label} {places}\t{surface}"

    def _relation(self, relation: Relation, line: Line | None = None) -> str:
        head_role, tail_role = _roles(relation)
        head, tail = self.names.get(relation.head), self.names.get(relation.tail)
        arguments = ((head_role, head or relation.head), (tail_role, tail or relation.tail))
        if line and (line.label, line.arguments) == (relation.label, arguments):
            return line.raw.removesuffix("\r")
        said = str(relation.attributes.get("id", ""))
        name = line.id if line else self._free("R", said if _RELATION_ID.fullmatch(said) else "")
        both = " ".join(f"{role}:{named}" for role, named in arguments)
        return f"{name}\t{relation.label} {both}{line.tail if line else ''}"

    def _attribute(self, line: Line) -> str | None:
        named = line.arguments[0][1]
        values = _values(self.spans[named].attributes.get(line.label))
        position = self.said[named, line.label]
        self.said[named, line.label] += 1
        if position >= len(values):
            return None
        value = values[position]
        if value == line.value:
            return line.raw.removesuffix("\r")
        return _attribute_line(line.id, line.label, named, value)

    def _more_attributes(self, span: Span) -> Iterator[str]:
        for name, said in span.attributes.items():
            for value in _values(said)[self.said[span.id, name] :]:
                yield _attribute_line(self._free("A"), name, self.names[span.id], value)


def has_own_id(span: Span) -> bool:
    """Whether the span's id is one that brat gives: `T` and a number."""
    return _SPAN_ID.fullmatch(span.id) is not None


def _unchanged(line: Line, span: Span, counting: Counting) -> bool:
    """Whether the line still says where the span is, and what it covers."""
    places = sorted((counting.inside(start), counting.inside(end)) for start, end in line.places)
    text = counting.text
    if line.label != span.label or not all(0 <= a < b <= len(text) for a, b in places):
        return False
    found = [Interval(start, end) for start, end in places]
    return joined(found, text) == span.fragments and agrees(line.value, found, text)


def _as_left(line: Line) -> str:
    """An event or an equivalence with what it still names; any other line as it was."""
    if line.kind not in ("E", "*"):
        return line.raw.removesuffix("\r")
    named = [f"{role}:{one}" if role else one for role, one in line.arguments]
    words = " ".join(named if line.kind == "E" else [line.label, *named])
    again = f"{line.id or '*'}\t{words}{line.tail}"
    before = line.raw.removesuffix("\r")
    return before if again.split() == before.split() else again


def _values(said: Any) -> list[str | None]:
    """The values of an attribute as brat writes them; None is an attribute without one."""
    several = said if isinstance(said, list) and len(said) > 1 else [said]
    return [_value(one) for one in several if one is not None]


def _value(said: Any) -> str | None:
    if said is True:
        return None
    plain = said if isinstance(said, str) else orjson.dumps(said).decode()
    return " ".join(plain.split())


def _attribute_line(name: str, label: str, named: str, value: str | None) -> str:
    return f"{name}\t{label} {named}" + ("" if value is None else f" {value}")


def _roles(relation: Relation) -> Sequence[str]:
    said = relation.attributes.get("roles")
    fits = isinstance(said, Sequence) and len(said) == 2 and all(isinstance(r, str) for r in said)
    return [str(role) for role in said] if fits and said else ROLES
