"""Documents that were rows become rows again, in the columns of their dataset."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from donor.data import Document
from donor.data.tags import Scheme, TokenSpan, scheme_named, tags_of
from donor.formats.format import Options
from donor.formats.hf.features import Features, is_list
from donor.formats.hf.questions import question_rows, unanswered
from donor.formats.hf.roles import Roles
from donor.formats.hf.spans import span_losses, written_relations, written_spans
from donor.formats.parts.columns import tag_in
from donor.formats.parts.tokens import Sentence, flat_sentences, spacing_losses, unsaid_by_tokens

__all__ = ["row_losses", "rows_again", "tagged"]

Row = dict[str, Any]


def rows_again(document: Document, options: Options) -> Iterator[Row]:
    """The rows of a document that was read from rows; labels are names still.

    Raises:
        FormatError: spans overlap, and the options do not choose one.
    """
    said = document.metadata["hf"]
    roles, features = Roles.of_json(said["roles"]), said["features"]
    rows = question_rows(document, roles, features) if roles.answers else iter([_row(document)])
    for row in rows:
        if roles.tokens:
            row |= _of_tokens(document, roles, said, options)
        if roles.language and document.language not in (None, tag_in(row.get(roles.language))):
            row[roles.language] = document.language
        yield row


def _row(document: Document) -> Row:
    """The row but for its tokens: what is kept of it, and what the document says anew."""
    said = document.metadata["hf"]
    roles, features = Roles.of_json(said["roles"]), said["features"]
    row: Row = dict(said["row"])
    if roles.text:
        row[roles.text] = document.text
    texts = {side.name: side.text for side in document.side_texts}
    row |= {name: texts[name] for name in roles.sides if name in texts}
    row |= dict(_labels(document, roles, features))
    if roles.spans:
        row[roles.spans] = written_spans(document, features[roles.spans])
    if roles.relations:
        row[roles.relations] = written_relations(document)
    if roles.segments:
        row[roles.segments] = [{"start": s.start, "end": s.end} for s in document.segments]
    return row


def _labels(document: Document, roles: Roles, features: Features) -> Iterator[tuple[str, Any]]:
    """The columns of labels that the document has a label for, or has lost what it had."""
    kept = document.metadata["hf"]["row"]
    for name in roles.labels:
        values = [label.value for label in document.labels if label.name == name]
        if is_list(features[name]):
            if values or name not in kept:
                yield name, values
        elif values:
            yield name, values[0]
        elif name not in kept:
            yield name, None


def _of_tokens(document: Document, roles: Roles, said: Mapping[str, Any], options: Options) -> Row:
    """The columns that have an item for each token."""
    sentences, _ = flat_sentences(document, options)
    scheme = scheme_named(options.scheme or said.get("scheme", "BIO"))
    words, tags = tagged(document, sentences, scheme)
    row: Row = {roles.tokens or "": words}
    if roles.tags:
        row[roles.tags] = tags
    if _same_tokens(document):
        row |= said.get("aligned", {})
    return row


def tagged(
    document: Document, sentences: list[Sentence], scheme: Scheme
) -> tuple[list[str], list[str]]:
    """The tokens of some sentences in one list, and their tags."""
    words: list[str] = []
    spans: list[TokenSpan] = []
    for sentence in sentences:
        at = len(words)
        spans += [TokenSpan(at + s.start, at + s.end, s.label) for s in sentence.spans]
        words += sentence.words(document.text)
    return words, tags_of(spans, len(words), scheme)


def _same_tokens(document: Document) -> bool:
    """Whether the tokens are those that were read; a row may have none at all."""
    return bool(document.tokens) or not document.text


def row_losses(document: Document, options: Options) -> Counter[str]:
    """What of a document that was a row its columns cannot say."""
    said = document.metadata["hf"]
    roles, features = Roles.of_json(said["roles"]), said["features"]
    lost = Counter(
        {
            "text labels": sum(label.name not in roles.labels for label in document.labels),
            "segment labels": sum(label.segment is not None for label in document.labels),
            "relations": 0 if roles.relations else len(document.relations),
        }
    )
    if roles.answers:
        return +(lost + Counter({"questions that lost their answers": unanswered(document)}))
    lost["side texts"] = sum(side.name not in roles.sides for side in document.side_texts)
    if roles.tokens:
        sentences, flattened = flat_sentences(document, options)
        lost += flattened
        unsaid = unsaid_by_tokens(document, "hf")
        lost += Counter({name: unsaid[name] for name in ("attributes", "span ids")})
        lost["spaces between tokens"] = 0 if roles.text else spacing_losses(document, sentences)
        lost["columns of tokens"] = 0 if _same_tokens(document) else len(said.get("aligned", ()))
        lost["spans"] = 0 if roles.tags else len(document.spans)
    elif roles.spans:
        lost += span_losses(document, features[roles.spans])
    else:
        lost["spans"] = len(document.spans)
    return +lost
