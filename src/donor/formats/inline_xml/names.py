"""Which elements are documents, which divide a text, and which annotate it: by their names."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

__all__ = ["Names"]

_DOCUMENTS = "doc document article text"
_STRUCTURE = (
    "body front back head header title headline p para paragraph s sent sentence seg segment"
    " sec section div l lg line list item li lb br hr u utterance turn"
)


@dataclass(frozen=True, slots=True)
class Names:
    """Names in small letters, without the prefix of a namespace.

    Args:
        documents: each outermost element of these names is a document; if there is none, the
            root is. Further inside they divide it.
        structure: elements that divide a text.
    """

    documents: frozenset[str] = frozenset(_DOCUMENTS.split())
    structure: frozenset[str] = frozenset(_STRUCTURE.split())

    @classmethod
    def said(cls, fields: Mapping[str, str]) -> Self:
        """The names that the user gives, with commas between, in place of those that are usual."""
        usual = cls()
        documents, structure = fields.get("document"), fields.get("segment")
        return cls(
            _split(documents) if documents else usual.documents,
            _split(structure) if structure else usual.structure,
        )

    def is_document(self, name: str) -> bool:
        """Whether an element of this name is a document."""
        return _local(name) in self.documents

    def divides(self, name: str) -> bool:
        """Whether an element of this name divides its document; any other annotates it."""
        return _local(name) in self.structure or _local(name) in self.documents


def _local(name: str) -> str:
    return name.rpartition(":")[2].lower()


def _split(names: str) -> frozenset[str]:
    return frozenset(_local(name.strip()) for name in names.split(",") if name.strip())
