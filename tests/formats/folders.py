"""Formats of several files for tests: the simplest that can be, and one as it was in the past."""

from collections import Counter
from collections.abc import Iterable, Iterator

from donor.data import Document, Interval
from donor.errors import FormatError
from donor.formats.format import Refuse, Source, Warn, ignore_warnings, raise_at_once


def plain(name: str, text: str, file: str) -> Document:
    return Document(name, None, text, (Interval(0, len(text)),), metadata={"file": file})


class Halves:
    """A text in two files, `x.head` and `x.tail`; a tail that is not there is an error."""

    name = "halves"
    suffixes = (".head", ".tail")
    language = None
    parallel = False

    def recognises(self, source: Source) -> bool:
        return any(name.endswith(".head") for name in source.files)

    def parse_source(
        self, source: Source, *, warn: Warn = ignore_warnings, refuse: Refuse = raise_at_once
    ) -> Iterator[Document]:
        for name, opener in source.files.items():
            if not name.endswith(".head"):
                continue
            stem = name.removesuffix(".head")
            if f"{stem}.tail" not in source.files:
                refuse(FormatError(name, "no tail", f"put {stem}.tail beside it"))
                continue
            with opener() as head, source.files[f"{stem}.tail"]() as tail:
                yield plain(stem, (head.read() + tail.read()).decode(), name)

    def serialize_source(self, documents: Iterable[Document]) -> Iterator[tuple[str, bytes]]:
        for document in documents:
            stem = str(document.metadata["file"]).rpartition(".")[0]
            half = len(document.text) // 2
            # The pieces take turns.
            yield f"{stem}.head", document.text[: half // 2].encode()
            yield f"{stem}.tail", document.text[half:].encode()
            yield f"{stem}.head", document.text[half // 2 : half].encode()

    def losses(self, document: Document) -> Counter[str]:
        return Counter()


class Old:
    """A text format that was written before `refuse`: a word a line, none may be "bad"."""

    name = "old"
    suffixes = (".old",)
    language = None
    parallel = False

    def sniff(self, head: str) -> bool:
        return False

    def parse(
        self, lines: Iterable[str], *, file: str = "", warn: Warn = ignore_warnings
    ) -> Iterator[Document]:
        for number, line in enumerate(lines, start=1):
            if line.strip() == "bad":
                raise FormatError(f"{file}:{number}", "a bad word")
            yield plain(f"{file}:{number}", line.strip(), file)

    def serialize(self, documents: Iterable[Document]) -> Iterator[str]:
        for document in documents:
            yield document.text + "\n"

    def losses(self, document: Document) -> Counter[str]:
        return Counter()


HALVES, OLD = Halves(), Old()
