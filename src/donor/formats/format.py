"""What a format is: two pure functions between lines and documents."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

from donor.data import Document

__all__ = ["Format", "Warn", "ignore_warnings"]

Warn = Callable[[str, str], None]
"""Takes where and what of something odd that reading got past."""


def ignore_warnings(where: str, what: str) -> None:
    """Nothing: the caller does not want to hear of oddities."""


class Format(Protocol):
    """Reads and writes one format. The law: `parse(serialize(documents)) == documents`.

    Attributes:
        name: its key in `FORMATS`.
        suffixes: file name endings that suggest it, with the dot.
        language: the language of its texts where nothing else says it, or None.
        parallel: whether a document of it stands beside its translation.
    """

    name: str
    suffixes: tuple[str, ...]
    language: str | None
    parallel: bool

    def sniff(self, head: str) -> bool:
        """Whether a file that begins with `head` looks like this format."""

    def parse(
        self, lines: Iterable[str], *, file: str = "", warn: Warn = ignore_warnings
    ) -> Iterator[Document]:
        """The documents in `lines`; `file` is the name for ids and errors."""

    def serialize(self, documents: Iterable[Document]) -> Iterator[str]:
        """The lines of one file, each with its line end."""

    def losses(self, document: Document) -> Counter[str]:
        """What of the document the format cannot say, counted by kind.

        Raises FormatError for what it cannot write at all.
        """
