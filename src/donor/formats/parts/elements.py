"""XML as a tree of elements that know where they stand; nothing is fetched, nothing expanded.

A file that declares entities is refused: that is how a small file becomes a huge one, or reads
another. The five entities of XML and character references are resolved.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NoReturn
from xml.parsers import expat

from donor.errors import FormatError

__all__ = [
    "Element",
    "Tree",
    "element_names",
    "is_name",
    "is_writable",
    "markup",
    "parse_xml",
    "start_tag",
    "text_of",
]

_DEEPEST = 200
_ONE_ROOT = "all text stands in one element: put <doc> before it and </doc> behind"
_NAME = re.compile(r"[^\W\d][\w.\-·]*(:[^\W\d][\w.\-·]*)?")
_FORBIDDEN = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TEXT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
_VALUE = _TEXT | str.maketrans({'"': "&quot;", "\n": "&#10;", "\t": "&#9;"})
_MISC = re.compile(r"<\?.*?\?>|<!--.*?-->|<![^>]*>", re.DOTALL)
_TAG = re.compile(r"<([^\s/>!?]+)")


@dataclass(slots=True)
class Element:
    """An element with its content in order: text, and elements.

    Line and column, from 1, are those of its start tag.
    """

    name: str
    attributes: dict[str, str]
    line: int = 0
    column: int = 0
    content: list["Element | str"] = field(default_factory=list)

    @property
    def children(self) -> Iterator["Element"]:
        """The elements in it."""
        return (part for part in self.content if isinstance(part, Element))


@dataclass(frozen=True, slots=True)
class Tree:
    """A file: what stands before its root, the root, and the lines of what was left out.

    Attributes:
        head: the XML declaration and the document type, each as one line to write.
        root: the root element.
        skipped: the lines of comments and processing instructions.
    """

    head: tuple[str, ...]
    root: Element
    skipped: tuple[int, ...]


def parse_xml(lines: Iterable[str], file: str) -> Tree:
    """The tree of a file. Raises FormatError with line and column."""
    building = _Building(file)
    parser = building.parser
    try:
        for line in lines:
            parser.Parse(line, False)
        parser.Parse("", True)
    except expat.ExpatError as error:
        where = f"{file}:{error.lineno}:{error.offset + 1}"
        what = f"not XML: {expat.ErrorString(error.code)}"
        hint = _ONE_ROOT if building.is_outside_root else "nothing behind this can be read"
        raise FormatError(where, what, hint) from None
    assert building.root is not None, "expat raises where there is no element"
    return Tree(tuple(building.head), building.root, tuple(building.skipped))


class _Building:
    """The tree as far as it has been read, and the parser that reads it."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.root: Element | None = None
        self.head: list[str] = []
        self.skipped: list[int] = []
        self._open: list[Element] = []
        # A decoded text counts, whatever encoding the declaration says that it once had.
        self.parser = parser = expat.ParserCreate("utf-8")
        parser.buffer_text = True
        parser.XmlDeclHandler = self._declaration
        parser.StartDoctypeDeclHandler = self._document_type
        parser.EntityDeclHandler = self._entity
        parser.SkippedEntityHandler = self._unknown_entity
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.CommentHandler = self._skip
        parser.ProcessingInstructionHandler = self._skip

    @property
    def is_outside_root(self) -> bool:
        """Whether what is read now stands before the root or behind it."""
        return not self._open

    def _declaration(self, version: str, _encoding: str | None, standalone: int) -> None:
        more = {1: ' standalone="yes"', 0: ' standalone="no"'}.get(standalone, "")
        self.head.append(f'<?xml version="{version}" encoding="UTF-8"{more}?>')

    def _document_type(
        self, name: str, system: str | None, public: str | None, _subset: bool
    ) -> None:
        outside = f' SYSTEM "{system}"' if system else ""
        if public:
            outside = f' PUBLIC "{public}" "{system or ""}"'
        self.head.append(f"<!DOCTYPE {name}{outside}>")

    def _entity(self, name: str, *_: object) -> None:
        self._refuse(f"declares the entity {name}", "Donor reads no file that declares entities")

    def _unknown_entity(self, name: str, _is_parameter: bool) -> None:
        self._refuse(f"the entity &{name}; is not known", "put the character itself in its place")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        column = self.parser.CurrentColumnNumber + 1
        element = Element(name, attributes, self.parser.CurrentLineNumber, column)
        if self._open:
            self._open[-1].content.append(element)
        else:
            self.root = element
        self._open.append(element)
        if len(self._open) > _DEEPEST:
            self._refuse(f"elements are nested more than {_DEEPEST} deep", "flatten the file")

    def _end(self, _name: str) -> None:
        self._open.pop()

    def _text(self, text: str) -> None:
        content = self._open[-1].content
        if content and isinstance(content[-1], str):
            content[-1] += text
        else:
            content.append(text)

    def _skip(self, *_: object) -> None:
        self.skipped.append(self.parser.CurrentLineNumber)

    def _refuse(self, what: str, hint: str) -> NoReturn:
        line, column = self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber
        raise FormatError(f"{self.file}:{line}:{column + 1}", what, hint)


def text_of(element: Element) -> str:
    """All text in the element and in those inside it."""
    return "".join(part if isinstance(part, str) else text_of(part) for part in element.content)


def markup(part: Element | str) -> str:
    """The element or the text as XML."""
    if isinstance(part, str):
        return part.translate(_TEXT)
    inside = "".join(map(markup, part.content))
    if not inside:
        return start_tag(part.name, part.attributes, empty=True)
    return f"{start_tag(part.name, part.attributes)}{inside}</{part.name}>"


def start_tag(name: str, attributes: Mapping[str, str], *, empty: bool = False) -> str:
    """The start tag, or the tag of an element without content."""
    said = "".join(f' {key}="{value.translate(_VALUE)}"' for key, value in attributes.items())
    return f"<{name}{said}{'/' * empty}>"


def is_name(name: str) -> bool:
    """Whether an element or an attribute may be called so."""
    return _NAME.fullmatch(name) is not None


def is_writable(text: str) -> bool:
    """Whether XML can hold the text: most control characters it cannot, not even escaped."""
    return _FORBIDDEN.search(text) is None


def element_names(head: str) -> Iterator[str]:
    """The names of the elements with which a file begins, in order."""
    return (match[1] for match in _TAG.finditer(_MISC.sub("", head)))
