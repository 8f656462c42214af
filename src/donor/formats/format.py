"""What a format is: two pure functions between lines, or named byte streams, and documents."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import BinaryIO, NoReturn, Protocol, Self

from donor.data import Document
from donor.errors import FormatError

__all__ = [
    "DEFAULTS",
    "Configurable",
    "Flatten",
    "Format",
    "Options",
    "Refuse",
    "Snap",
    "Source",
    "SourceFormat",
    "TextFormat",
    "Warn",
    "fields_for_output",
    "ignore_warnings",
    "raise_at_once",
]

Warn = Callable[[str, str], None]
"""Takes where and what of something odd that reading got past."""

Refuse = Callable[[FormatError], None]
"""Takes what cannot be read: raises it, or keeps it so that reading goes on behind it."""


def ignore_warnings(where: str, what: str) -> None:
    """Nothing: the caller does not want to hear of oddities."""


def raise_at_once(error: FormatError) -> NoReturn:
    """Raises the error: the caller wants all or nothing."""
    raise error


class Flatten(StrEnum):
    """Which of several overlapping spans a format keeps that cannot say overlap."""

    LONGEST = "longest"
    FIRST = "first"
    ERROR = "error"


class Snap(StrEnum):
    """What happens to a span whose edge lies inside a token, in a format of tokens."""

    EXPAND = "expand"
    CONTRACT = "contract"
    STRICT = "strict"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the user says of how a format is read and written; each format takes what concerns it.

    Args:
        fields: the user's name for a field or column, by Donor's name for it: `text`, `spans`,
            `label`, `id` and so on.
        scheme: the tag scheme (`IOB1`, `BIO`, `BILOU`); None is found out.
        flatten: which of overlapping spans is written where only one can be.
        snap: what happens to the edges of spans inside a token.
        keep_names: whether files are written under the names that they were read by, whatever
            their ending, because they are of the same format.
    """

    fields: Mapping[str, str] = field(default_factory=dict)
    scheme: str | None = None
    flatten: Flatten = Flatten.LONGEST
    snap: Snap = Snap.EXPAND
    keep_names: bool = False


DEFAULTS = Options()

_OF_INPUT = {"text", "spans", "label", "id", "side", "language"}


def fields_for_output(fields: Mapping[str, str], *, like_the_input: bool) -> dict[str, str]:
    """The fields as they count for the output: in another format not the names in the input.

    >>> fields_for_output({"text": "review", "tokens": "words"}, like_the_input=False)
    {'tokens': 'words'}
    """
    return {key: name for key, name in fields.items() if like_the_input or key not in _OF_INPUT}


@dataclass(frozen=True, slots=True)
class Source:
    """The named byte streams of one input: of a file, or of a folder and all below it.

    Args:
        name: of the input, for ids and errors.
        files: what opens each file, by its path below the folder with forward slashes, in order.
    """

    name: str
    files: Mapping[str, Callable[[], BinaryIO]]


class TextFormat(Protocol):
    """Reads and writes one format of lines. The law: `parse(serialize(documents)) == documents`.

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
        self,
        lines: Iterable[str],
        *,
        file: str = "",
        warn: Warn = ignore_warnings,
        refuse: Refuse = raise_at_once,
    ) -> Iterator[Document]:
        """The documents in `lines`; `file` is the name for ids and errors.

        An error goes to `refuse`; where that returns, parsing goes on with the next document.
        """

    def serialize(self, documents: Iterable[Document]) -> Iterator[str]:
        """The lines of one file, each with its line end."""

    def losses(self, document: Document) -> Counter[str]:
        """What of the document the format cannot say, counted by kind.

        Raises FormatError for what it cannot write at all.
        """


class SourceFormat(Protocol):
    """Reads and writes one format of bytes, or of several files that belong together.

    Attributes: as of a `TextFormat`.
    """

    name: str
    suffixes: tuple[str, ...]
    language: str | None
    parallel: bool

    def recognises(self, source: Source) -> bool:
        """Whether these files look like this format; a few bytes of a few of them decide."""

    def parse_source(
        self,
        source: Source,
        *,
        warn: Warn = ignore_warnings,
        refuse: Refuse = raise_at_once,
    ) -> Iterator[Document]:
        """The documents in these files; "file" in their metadata is the path of theirs."""

    def serialize_source(self, documents: Iterable[Document]) -> Iterator[tuple[str, bytes]]:
        """The files by their paths, in pieces: those of one path, joined, are its bytes."""

    def losses(self, document: Document) -> Counter[str]:
        """What of the document the format cannot say, counted by kind.

        Raises FormatError for what it cannot write at all.
        """


Format = TextFormat | SourceFormat


class Configurable(Protocol):
    """A format that the user's options change."""

    def configured(self, options: Options) -> Self:
        """The same format, read and written as the options say. Raises ConfigError."""
