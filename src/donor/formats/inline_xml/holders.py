"""Where the documents of a file stand: the elements around them, and what lies between."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from donor.formats.inline_xml.names import Names
from donor.formats.parts.elements import Element, markup

__all__ = ["Held", "held_in"]


@dataclass(frozen=True, slots=True)
class Held:
    """A document's element; the elements around it, from the root; all XML right before it.

    Each of those around is a JSON object: `name`, `attributes`, `number` (its position in each
    element around it), `before` and `tail`: the XML before it and at its end, which belongs to no
    document, with its white space.
    """

    element: Element
    path: tuple[dict[str, Any], ...]
    before: str | None


def held_in(root: Element, names: Names) -> Iterator[Held]:
    """The documents of a file, in order; the root itself if no element in it is one.

    A root that holds nothing, and is no document by its name, is one around no documents.
    """
    holding: set[int] = set()
    if names.is_document(root.name) or not _mark(root, names, holding):
        if names.is_document(root.name) or any(map(_says_something, root.content)):
            yield Held(root, (), None)
        return
    yield from _held(root, (), None, [0], names, holding)


def _says_something(part: Element | str) -> bool:
    return isinstance(part, Element) or bool(part.strip())


def _mark(element: Element, names: Names, holding: set[int]) -> bool:
    """Whether a document is in the element; all elements that hold one are noted."""
    found = [names.is_document(c.name) or _mark(c, names, holding) for c in element.children]
    if any(found):
        holding.add(id(element))
    return any(found)


def _held(
    element: Element,
    path: tuple[dict[str, Any], ...],
    before: str | None,
    number: list[int],
    names: Names,
    holding: set[int],
) -> Iterator[Held]:
    positions = {id(child): n for n, child in enumerate(element.children)}
    inside: list[tuple[Element, str]] = []
    pending = ""
    for part in element.content:
        if isinstance(part, Element) and (names.is_document(part.name) or id(part) in holding):
            inside.append((part, pending))
            pending = ""
        else:
            pending += markup(part)
    own = {
        "name": element.name,
        "attributes": element.attributes,
        "number": number,
        "before": before,
        "tail": pending,
    }
    for child, above in inside:
        if id(child) in holding and not names.is_document(child.name):
            position = [*number, positions[id(child)]]
            yield from _held(child, (*path, own), above, position, names, holding)
        else:
            yield Held(child, (*path, own), above)
