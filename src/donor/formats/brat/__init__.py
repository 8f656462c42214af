"""brat's standoff: each text in a `.txt`, what is annotated on it in the `.ann` of the same name.

Text-bound annotations are spans, those of their attributes included; relations between two of
them are relations. Events, equivalences, normalisations, notes and the rest stay in the metadata
as the lines that they are, and are written back as far as what they name is still there.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from donor.data import Document
from donor.errors import FormatError
from donor.formats.brat.layout import segments_of
from donor.formats.brat.reader import read_pair
from donor.formats.brat.writer import (
    annotations_of,
    check_writable,
    has_own_id,
    living_of,
    text_of,
    written_fragments,
)
from donor.formats.files.encodings import likely_encoding
from donor.formats.format import Refuse, Source, Warn, ignore_warnings, raise_at_once
from donor.formats.parts.further import further_values

__all__ = ["BRAT", "BratFormat"]

_ENDINGS = (".ann", ".txt")
# Lie beside a corpus and are none of its texts, unless they are annotated.
_BESIDE = ("readme", "license", "licence", "changelog", "citation")
_UNFIT = re.compile(r'[\x00-\x1f<>:"|?*\\]')


class BratFormat:
    """Reads and writes folders of `.txt` and `.ann`."""

    name = "brat"
    suffixes = _ENDINGS
    language = None
    parallel = False

    def recognises(self, source: Source) -> bool:
        """Whether an `.ann` lies beside a `.txt` of its name."""
        return any(
            name.endswith(".ann") and name.removesuffix(".ann") + ".txt" in source.files
            for name in source.files
        )

    def parse_source(
        self,
        source: Source,
        *,
        warn: Warn = ignore_warnings,
        refuse: Refuse = raise_at_once,
    ) -> Iterator[Document]:
        """One document for each text; its id is the file's path without its ending."""
        for stem in _stems(source):
            try:
                document = _read(stem, source, warn)
            except FormatError as error:
                refuse(error)
            else:
                yield document

    def serialize_source(self, documents: Iterable[Document]) -> Iterator[tuple[str, bytes]]:
        """For each document its `.txt`, then its `.ann`."""
        taken: set[str] = set()
        for document in documents:
            stem = _free(_stem(document), taken)
            taken.add(stem)
            yield f"{stem}.txt", text_of(document).encode()
            annotations = annotations_of(document)
            if annotations is not None:
                yield f"{stem}.ann", annotations.encode()

    def losses(self, document: Document) -> Counter[str]:
        """What brat cannot say of the document, and what hung on spans that are gone.

        Raises FormatError for a label that brat would read as something else.
        """
        check_writable(document)
        written = [(span, written_fragments(span, document.text)) for span in document.spans]
        kept = [again for _, again in written if again]
        parts = [part for span in kept for part in span.fragments]
        said = [value for span in document.spans for value in span.attributes.values()]
        more = [relation.attributes.keys() - {"id", "roles"} for relation in document.relations]
        own = Counter(
            {
                "document ids": int(_stem(document) != document.id),
                "segments": int(document.segments != segments_of(document.text, parts)),
                "tokens": len(document.tokens),
                "text labels": len(document.labels),
                "side texts": len(document.side_texts),
                "spans of white space": len(written) - len(kept),
                "edges of fragments": sum(
                    again is not None and again.fragments != span.fragments
                    for span, again in written
                ),
                "span ids": sum(not has_own_id(span) for span in kept),
                "types of attributes": sum(not _is_said(value) for value in said),
                "attributes of relations": sum(map(bool, more)),
                "relations without a head": len(document.dangling()),
                "metadata": further_values(document, self.name),
            }
        )
        return +(own + living_of(document).gone)


BRAT = BratFormat()


def _stems(source: Source) -> Iterator[str]:
    """The paths without their endings of all texts and annotations, in the order of the files."""
    stems = dict.fromkeys(name[:-4] for name in source.files if name.endswith(_ENDINGS))
    for stem in stems:
        name = PurePosixPath(stem).name.lower()
        beside = name.startswith(_BESIDE) and f"{stem}.ann" not in source.files
        if not name.startswith(".") and not beside:
            yield stem


def _read(stem: str, source: Source, warn: Warn) -> Document:
    text, annotations = f"{stem}.txt", f"{stem}.ann"
    if text not in source.files:
        what = "there is no text beside the annotations"
        raise FormatError(annotations, what, f"put {PurePosixPath(text).name} in the same folder")
    said = _decoded(source, annotations) if annotations in source.files else None
    if said and said.startswith(_MARK):
        warn(annotations, "the byte order mark is left out")
        said = said.removeprefix(_MARK)
    return read_pair(stem, _decoded(source, text), said, warn)


_MARK = "\ufeff"


def _decoded(source: Source, name: str) -> str:
    r"""The file's text with its line ends as they are: `\r\n` are two characters to brat."""
    with source.files[name]() as file:
        raw = file.read()
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        likely = likely_encoding(raw)
        hint = f"it looks like {likely}: iconv -f {likely} -t UTF-8" if likely else "is it text?"
        raise FormatError(f"{name}:{line}", "not UTF-8", hint) from None


def _stem(document: Document) -> str:
    """The path without an ending below which the document is written."""
    file = str(document.metadata.get("file") or "")
    said = file[:-4] if file.endswith(_ENDINGS) else document.id
    parts = (_UNFIT.sub("-", part).strip().lstrip(".") for part in said.split("/"))
    return "/".join(part for part in parts if part) or "document"


def _free(stem: str, taken: set[str]) -> str:
    name, n = stem, 1
    while name in taken:
        n += 1
        name = f"{stem}-{n}"
    return name


def _is_said(value: object) -> bool:
    """Whether an attribute is read again as it is: true, or a word or more of them."""
    if isinstance(value, list):
        return len(value) > 1 and all(_is_said(one) and not isinstance(one, list) for one in value)
    if isinstance(value, str):
        return value != "" and value == " ".join(value.split())
    return value is True
