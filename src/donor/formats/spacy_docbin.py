"""spaCy's binary training files: a `DocBin` of documents, read and written by spaCy itself.

A document whose text is the one that was read gets back all that was on its tokens; another
text gets the tokens of spaCy's blank pipeline of its language.
"""

from base64 import b64decode, b64encode
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, Any

from donor.data import Document, Interval, Span
from donor.errors import DocumentError, FormatError, MissingExtraError
from donor.formats.files.placing import ended
from donor.formats.format import (
    DEFAULTS,
    Options,
    Refuse,
    Source,
    Warn,
    ignore_warnings,
    raise_at_once,
)
from donor.formats.parts.json_values import as_read, extent, fingerprint, unsaid
from donor.formats.parts.tokens import token_run
from donor.formats.spacy_json import (
    ENTITIES,
    cats_of,
    document_of,
    flat_entities,
    group_of,
    label_losses,
)
from donor.languages import tokenize

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc, DocBin
    from spacy.tokens import Span as SpacySpan
    from spacy.vocab import Vocab

__all__ = ["SPACY", "SpacyFormat"]

_ENDING = ".spacy"
_ZLIB = b"\x78"
_IDS = ("kb_id", "id")


@dataclass(frozen=True, slots=True)
class SpacyFormat:
    """Reads and writes `.spacy` files."""

    name: str = "spacy"
    suffixes: tuple[str, ...] = (_ENDING,)
    language: str | None = None
    parallel: bool = False
    options: Options = DEFAULTS

    def configured(self, options: Options) -> "SpacyFormat":
        """The same format, with this choice of overlapping entities and of edges inside tokens."""
        return replace(self, options=options)

    def recognises(self, source: Source) -> bool:
        """Whether all the files are compressed and end in `.spacy`."""
        names = [name for name in source.files if name.lower().endswith(_ENDING)]
        for name in names[:3]:
            with source.files[name]() as stream:
                if stream.read(1) != _ZLIB:
                    return False
        return bool(names)

    def parse_source(
        self,
        source: Source,
        *,
        warn: Warn = ignore_warnings,
        refuse: Refuse = raise_at_once,
    ) -> Iterator[Document]:
        """The documents of each file, named by the file and their number in it.

        Raises MissingExtraError where spaCy is not installed.
        """
        for name, opened in source.files.items():
            if not name.lower().endswith(_ENDING):
                continue
            with opened() as stream:
                content = stream.read()
            try:
                packed = _doc_bin().from_bytes(content)
                docs = list(packed.get_docs(_vocabulary()))
            except (ValueError, KeyError, IndexError, TypeError) as error:
                refuse(FormatError(name, f"no DocBin of spaCy: {error}", "spacy convert makes one"))
                continue
            yield from _documents(docs, [int(attr) for attr in packed.attrs], name, refuse)

    def serialize_source(self, documents: Iterable[Document]) -> Iterator[tuple[str, bytes]]:
        """One DocBin for each file that the documents name. Raises MissingExtraError."""
        for name, group in groupby(documents, key=_file_of):
            some = list(group)
            attrs = next((a for d in some if (a := _kept_of(d).get("attrs"))), None)
            packed = _doc_bin(attrs)
            packed.store_user_data = any(_kept_of(d).get("user_data") is not None for d in some)
            for document in some:
                packed.add(self._doc(document, Counter()))
            yield name, packed.to_bytes()

    def losses(self, document: Document) -> Counter[str]:
        """What a spaCy document cannot say, and what was on the tokens of another text.

        Raises MissingExtraError, or FormatError where entities overlap and may not.
        """
        lost = unsaid(document, "spacy") + label_losses(document)
        del lost["tokens"], lost["segments"]
        kept = _kept_of(document)
        self._doc(document, lost)
        lost["attributes"] += sum(
            bool(span.attributes.keys() - {"group", *_IDS}) for span in document.spans
        )
        if kept and not as_read(kept, document):
            lost["annotated tokens"] += kept.get("annotated", 0)
            lost["user data on tokens"] += kept.get("placed_user_data", 0)
        return +lost

    def _doc(self, document: Document, lost: Counter[str]) -> "Doc":
        """The spaCy document; what it cannot say of spans and segments is counted in `lost`."""
        kept = _kept_of(document)
        spans = flat_entities(document, self.options, lost)
        if as_read(kept, document):
            doc = next(_doc_bin().from_bytes(b64decode(kept["doc"])).get_docs(_vocabulary()))
            if _says(doc, document):
                return doc
        else:
            doc = _blank(document)
            doc.user_data.update({_hashable(k): v for k, v in kept.get("user_data") or ()})
        self._annotate(doc, spans, lost)
        _segment(doc, document, bool(kept.get("sentences")), lost)
        doc.cats = cats_of(document, kept.get("cats", {}))
        return doc

    def _annotate(self, doc: "Doc", spans: Iterable[Span], lost: Counter[str]) -> None:
        """Puts the spans on whole tokens; entities that come to overlap by this are counted."""
        words = [token.i for token in doc if not token.is_space]
        places = [Interval(doc[i].idx, doc[i].idx + len(doc[i])) for i in words]
        groups: dict[str, list[SpacySpan]] = {key: [] for key in doc.spans}
        taken: set[int] = set()
        entities = groups.setdefault(ENTITIES, [])
        for span in spans:
            run = token_run(Interval(*extent(span)), places, self.options.snap, lost)
            if run is None:
                continue
            first, last = words[run[0]], words[run[1] - 1]
            group = group_of(span)
            if group == ENTITIES and taken & set(range(first, last + 1)):
                lost["overlapping entities"] += 1
                continue
            if group == ENTITIES:
                taken |= set(range(first, last + 1))
            groups.setdefault(group, []).append(_spacy_span(doc, first, last + 1, span))
        doc.set_ents(groups.pop(ENTITIES) if entities or doc.ents else [])
        for key, group_spans in groups.items():
            doc.spans[key] = group_spans


SPACY = SpacyFormat()


def _doc_bin(attrs: Sequence[int] | None = None) -> "DocBin":
    try:
        from spacy.tokens import DocBin
    except ImportError:
        raise _missing() from None
    packed = DocBin()
    if attrs:
        packed.attrs = list(attrs)  # type: ignore[arg-type,unused-ignore]
    return packed


def _missing() -> MissingExtraError:
    return MissingExtraError("the format spacy", "spaCy", "spacy")


@lru_cache(maxsize=1)
def _vocabulary() -> "Vocab":
    import spacy

    return spacy.blank("xx").vocab


def _kept_of(document: Document) -> Mapping[str, Any]:
    kept = document.metadata.get("spacy")
    return kept if isinstance(kept, Mapping) and "doc" in kept else {}


def _file_of(document: Document) -> str:
    said = str(document.metadata.get("file") or "documents")
    if said.lower().endswith(_ENDING):
        return said
    return ended(said, _ENDING)


def _documents(
    docs: Iterable["Doc"], attrs: list[int], name: str, refuse: Refuse
) -> Iterator[Document]:
    for number, doc in enumerate(docs, start=1):
        where = f"{name}: document {number}"
        try:
            document = _document(doc, attrs, f"{name[: -len(_ENDING)]}:{number}", name)
        except DocumentError as error:
            refuse(FormatError(where, error.what))
        except (TypeError, ValueError) as error:
            refuse(FormatError(where, str(error)))
        else:
            yield document


def _document(doc: "Doc", attrs: list[int], name: str, file: str) -> Document:
    value = {
        "text": doc.text,
        "ents": [_said(span) for span in doc.ents],
        "spans": {key: [_said(span) for span in group] for key, group in doc.spans.items()},
        "tokens": [{"start": token.idx, "end": token.idx + len(token)} for token in doc],
        "cats": doc.cats,
    }
    sentences = doc.has_annotation("SENT_START")
    if sentences:
        value["sents"] = [{"start": s.start_char, "end": s.end_char} for s in doc.sents]
    packed = _doc_bin(attrs)
    packed.store_user_data = bool(doc.user_data)
    packed.add(doc)
    user_data = [[_listed(key), part] for key, part in doc.user_data.items() if not _placed(key)]
    kept = {
        "text": fingerprint(doc.text),
        "attrs": attrs,
        "doc": b64encode(packed.to_bytes()).decode(),
        "cats": dict(doc.cats),
        "sentences": sentences,
        "user_data": [pair for pair in user_data if _plain(pair)] if doc.user_data else None,
        "annotated": len(doc)
        if any(map(doc.has_annotation, ("TAG", "POS", "LEMMA", "DEP")))
        else 0,
        "placed_user_data": len(doc.user_data) - sum(map(_plain, user_data)),
    }
    return document_of(value, name, file, ("spacy", kept))


def _said(span: "SpacySpan") -> dict[str, Any]:
    ids = {key: part for key, part in (("kb_id", span.kb_id_), ("id", span.id_)) if part}
    return {"start": span.start_char, "end": span.end_char, "label": span.label_, **ids}


def _placed(key: object) -> bool:
    """Whether user data stand at a place of the text, as extensions of tokens and spans do."""
    return isinstance(key, tuple) and len(key) >= 4 and key[2] is not None


def _plain(value: object) -> bool:
    """Whether a value is one of JSON."""
    if isinstance(value, dict):
        return all(isinstance(key, str) and _plain(part) for key, part in value.items())
    if isinstance(value, list | tuple):
        return all(map(_plain, value))
    return value is None or isinstance(value, str | int | float | bool)


def _listed(key: object) -> object:
    return list(key) if isinstance(key, tuple) else key


def _hashable(key: Any) -> Any:
    return tuple(key) if isinstance(key, list) else key


def _says(doc: "Doc", document: Document) -> bool:
    """Whether the document that was read still holds the annotation of this one."""
    again = _document(doc, [], "", "")
    return (
        again.spans == document.spans
        and again.segments == document.segments
        and again.labels == tuple(label for label in document.labels if label.segment is None)
    )


def _blank(document: Document) -> "Doc":
    """The text in its own tokens, or in those of spaCy's blank pipeline of its language."""
    try:
        from spacy.tokens import Doc
        from spacy.util import get_words_and_spaces
    except ImportError:
        raise _missing() from None
    tag = (document.language or "xx").partition("-")[0]
    if not document.tokens and (doc := _tokenized(document.text, tag)) is not None:
        return doc
    tokens = document.tokens or tokenize(document.text, document.language or "und")
    words, spaces = get_words_and_spaces([t.of(document.text) for t in tokens], document.text)
    return Doc(_vocabulary(), words=words, spaces=spaces)


def _tokenized(text: str, tag: str) -> "Doc | None":
    """The text in spaCy's tokens; None where it does not know the language, or lacks a library."""
    pipeline = _pipeline(tag)
    doc = pipeline.make_doc(text) if pipeline else None
    return doc if doc is not None and doc.text == text else None


@lru_cache(maxsize=16)
def _pipeline(tag: str) -> "Language | None":
    import spacy

    try:
        return spacy.blank(tag)
    except ImportError:
        return None


def _segment(doc: "Doc", document: Document, said: bool, lost: Counter[str]) -> None:
    """Marks where sentences start; those that start inside a token are counted."""
    if len(document.segments) < 2 and not said:
        return
    starts = {segment.start for segment in document.segments[1:]}
    for token in doc:
        token.is_sent_start = token.i == 0 or token.idx in starts
    lost["segments"] += len(starts - {token.idx for token in doc})


def _spacy_span(doc: "Doc", first: int, end: int, span: Span) -> "SpacySpan":
    from spacy.tokens import Span as SpacySpan

    kb_id, span_id = (str(span.attributes.get(key, "")) for key in _IDS)
    return SpacySpan(doc, first, end, label=span.label, kb_id=kb_id, span_id=span_id)
