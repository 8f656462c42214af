"""One relation of one sentence a record: TACRED, Re-TACRED and what is laid out like them.

::

    {"id": "e7798fb926b9403cfcd2", "docid": "APW_ENG_20101103.0539", "relation": "per:title",
     "token": ["At", "the", "same", "time", ",", "Chief", "Financial", "Officer", "Douglas", …],
     "subj_start": 8, "subj_end": 9, "obj_start": 12, "obj_end": 12,
     "subj_type": "PERSON", "obj_type": "TITLE", "stanford_pos": [...], …}

The ends are the last tokens themselves. A record is a document of one segment; its spans are
`subject` and `object`, labelled by their types. The subject is the relation's head and the object
its tail, as in (head, relation, tail). `no_relation` is a relation like the others: that two names
stand in none is what a person has said of them.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any, ClassVar

from donor.data import Document, Relation, Span
from donor.formats.format import (
    DEFAULTS,
    Options,
    Refuse,
    Warn,
    ignore_warnings,
    raise_at_once,
)
from donor.formats.parts.json_values import (
    Record,
    documents_of_objects,
    first_object,
    integer,
    kept_layout,
    others,
    string,
)
from donor.formats.parts.token_json import (
    TokenText,
    Written,
    fresh,
    in_layout,
    kept_of,
    strings,
    token_losses,
    token_text,
    written,
)

__all__ = ["TACRED", "TacredFormat"]

_SIDES = {"subj": "subject", "obj": "object"}
_OWN = ("relation", "token", *(f"{s}_{k}" for s in _SIDES for k in ("start", "end", "type")))
_HINT = "a record has token, relation, subj_start, subj_end, obj_start and obj_end"


@dataclass(frozen=True, slots=True)
class TacredFormat:
    """Reads and writes records of TACRED's layout."""

    options: Options = DEFAULTS
    name: ClassVar[str] = "tacred"
    suffixes: ClassVar[tuple[str, ...]] = (".json", ".jsonl")
    language: ClassVar[None] = None
    parallel: ClassVar[bool] = False

    def configured(self, options: Options) -> "TacredFormat":
        """The same with flatten and snap as the user wants."""
        return replace(self, options=options)

    def sniff(self, head: str) -> bool:
        """Whether the first object has tokens and a subject."""
        value = first_object(head)
        return value is not None and {"token", "subj_start", "obj_start"} <= value.keys()

    def parse(
        self,
        lines: Iterable[str],
        *,
        file: str = "",
        warn: Warn = ignore_warnings,
        refuse: Refuse = raise_at_once,
    ) -> Iterator[Document]:
        """One document a record; its own id stays in the metadata."""
        return documents_of_objects(lines, _read, file=file, refuse=refuse, hint=_HINT)

    def serialize(self, documents: Iterable[Document]) -> Iterator[str]:
        """One record a relation, laid out as in the first document's file."""
        return in_layout(documents, self.name, self._records)

    def losses(self, document: Document) -> Counter[str]:
        """What of the document records of relations cannot say.

        Raises:
            FormatError: a span is in several pieces, and `flatten` is `error`.
        """
        kept = kept_of(document, self.name)
        result = written(document, kept, self.options)
        said = _writable(document, result)
        ends = {span_id for relation in said for span_id in (relation.head, relation.tail)}
        lost = token_losses(document, self.name, result, _ids(said, document))
        lost["side texts"] = len(document.side_texts)
        lost["segments"] = max(len(result.sentences) - 1, 0)
        lost["relations"] = len(document.relations) - len(said)
        lost["spans without a relation"] = sum(s.id not in ends for s in document.spans)
        lost["documents without a relation"] = int(not said)
        lost["documents in several records"] = int(len(said) > 1)
        lost["attributes"] = sum(bool(span.attributes) for span in document.spans)
        lost["attributes"] += sum(bool(relation.attributes) for relation in document.relations)
        if not fresh(kept, document):
            lost["token annotations"] = len(kept.get("of_tokens", ()))
        return +lost

    def _records(self, document: Document) -> Iterator[dict[str, Any]]:
        kept = kept_of(document, self.name)
        result = written(document, kept, self.options)
        more = dict(kept.get("record", {}))
        if not fresh(kept, document):
            more = others(more, kept.get("of_tokens", ()))
        said = _writable(document, result)
        for number, relation in enumerate(said, start=1):
            suffix = f"-{number}" if len(said) > 1 else ""
            own = {} if "record" in kept else {"id": document.id + suffix}
            if suffix and "id" in more:
                own = {"id": f"{more['id']}{suffix}"}
            yield {**more, **own, **_record(relation, result, kept)}


TACRED = TacredFormat()


def _ids(said: list[Relation], document: Document) -> Iterator[str]:
    """The ids that the spans of the document's first relation get when it is read again."""
    names = {said[0].head: "subject", said[0].tail: "object"} if said else {}
    return (names.get(span.id, span.id) for span in document.spans)


def _writable(document: Document, result: Written) -> list[Relation]:
    """The relations both of whose spans have tokens."""
    return [r for r in document.relations if {r.head, r.tail} <= result.runs.keys()]


def _record(relation: Relation, result: Written, kept: Mapping[str, Any]) -> dict[str, Any]:
    starts = [sum(map(len, result.words[:n])) for n in range(len(result.words))]
    value: dict[str, Any] = {
        "relation": relation.label,
        "token": list(chain.from_iterable(result.words)),
    }
    for side, span_id in (("subj", relation.head), ("obj", relation.tail)):
        run = result.runs[span_id]
        value[f"{side}_start"] = starts[run.sentence] + run.start
        value[f"{side}_end"] = starts[run.sentence] + run.end - 1
        if side not in kept.get("untyped", ()):
            value[f"{side}_type"] = run.span.label
    return value


def _read(record: Record, name: str, file: str) -> Document:
    value = record.value
    laid = token_text([strings(value["token"], "token")])
    spans = tuple(_span(value, side, laid) for side in _SIDES)
    relation = Relation(string(value["relation"], "relation"), "subject", "object")
    more = others(value, _OWN)
    kept: dict[str, Any] = {**kept_layout(record.layout, file), "record": more, **laid.kept(more)}
    if untyped := [side for side in _SIDES if f"{side}_type" not in value]:
        kept["untyped"] = untyped
    metadata = {"file": file, "tacred": kept} if file else {"tacred": kept}
    return Document(
        name, None, laid.text, laid.segments, laid.tokens, spans, (relation,), metadata=metadata
    )


def _span(value: Mapping[str, Any], side: str, laid: TokenText) -> Span:
    start, end = (integer(value[f"{side}_{key}"], f"{side}_{key}") for key in ("start", "end"))
    label = string(value.get(f"{side}_type", _SIDES[side]), f"{side}_type")
    return Span(_SIDES[side], label, (laid.interval(start, end + 1),))
