"""Elements over a text, each inside the next greater one; what would cross another is refused."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from donor.formats.parts.elements import markup, start_tag

__all__ = ["Node", "render"]


@dataclass(slots=True)
class Node:
    """An element over a stretch of text.

    Args:
        start: where it begins.
        end: where it ends.
        name: of the element.
        attributes: of the element.
        span: the id of the span that it is, if it is one.
        inside: the ids of spans that hold it even where they are no longer than it.
        children: the elements in it, in the order of the text.
    """

    start: int
    end: int
    name: str
    attributes: Mapping[str, str]
    span: str = ""
    inside: frozenset[str] = frozenset()
    children: list["Node"] = field(default_factory=list)

    def borders(self) -> set[int]:
        """Where it and all elements in it begin and end."""
        return {self.start, self.end}.union(*(child.borders() for child in self.children))

    def holds(self, other: "Node") -> bool:
        """Whether the other is to stand inside; of two as long, the one that was there first."""
        if not (self.start <= other.start and other.end <= self.end and self.start < self.end):
            return False
        as_long = (self.start, self.end) == (other.start, other.end)
        return not (as_long and other.span in self.inside)

    def is_edge(self, of: "Node", at: int) -> bool:
        """Whether it is empty, and was the first or the last thing in that element."""
        return self.start == self.end == at and of.span in self.inside

    def takes(self, new: "Node") -> bool:
        """Whether there is a place for it inside, without crossing; if so, it stands there now."""
        first = bisect_right(self.children, new.start, key=lambda child: child.end)
        behind = bisect_left(self.children, new.end, lo=first, key=lambda child: child.start)
        # An element without text at an edge stands inside only where it says so.
        while first and self.children[first - 1].is_edge(new, new.start):
            first -= 1
        while behind < len(self.children) and self.children[behind].is_edge(new, new.end):
            behind += 1
        between = self.children[first:behind]
        if len(between) == 1 and between[0].holds(new):
            return between[0].takes(new)
        if any(child.start < new.start or new.end < child.end for child in between):
            return False
        new.children = between
        self.children[first:behind] = [new]
        return True


def render(node: Node, text: str) -> str:
    """The element with its text and all that is in it."""
    inside = "".join(_inside(node.children, node.start, node.end, text))
    if not inside:
        return start_tag(node.name, node.attributes, empty=True)
    return f"{start_tag(node.name, node.attributes)}{inside}</{node.name}>"


def _inside(children: Iterable[Node], start: int, end: int, text: str) -> Iterator[str]:
    for child in children:
        yield markup(text[start : child.start])
        yield render(child, text)
        start = child.end
    yield markup(text[start:end])
