"""Foreign JSON lines, whose fields the user names: `--text-field sentence --spans-field ner`.

::

    {"sentence": "Ions move", "ner": [{"from": 0, "to": 4, "type": "TERM"}], "source": "book"}

What else a record says stays in its place. Offsets are half-open and count code points.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

from donor.data import Document, Interval, SideText, Span, TextLabel
from donor.errors import ConfigError
from donor.formats.format import Options, Refuse, Warn, ignore_warnings, raise_at_once
from donor.formats.parts.json_values import (
    Layout,
    Record,
    documents,
    extent,
    first_object,
    integer,
    laid_out,
    objects,
    of_text,
    others,
    sequence,
    string,
    unsaid,
    whole,
)

__all__ = ["MAPPED", "MappedJsonlFormat", "is_span"]

MAPPED = ("text", "spans", "label", "id", "side", "language")
"""The fields that make a record a foreign one where the user names them."""

_HINT = "name the fields of your records: --text-field, --spans-field, --label-field"
_STARTS = (
    "start", "begin", "from", "start_offset", "startOffset", "start_char", "startChar", "start_pos",
    "begin_offset", "beginOffset", "BeginOffset", "start_index", "startIndex", "char_start",
)  # fmt: skip
_ENDS = (
    "end", "stop", "to", "end_offset", "endOffset", "end_char", "endChar", "end_pos", "EndOffset",
    "end_index", "endIndex", "char_end",
)  # fmt: skip
_LABELS = (
    "label", "type", "tag", "entity_group", "class", "category", "entity_type", "entityType",
    "Type", "entity", "name",
)  # fmt: skip
_PLAIN = {"start": "start", "end": "end", "label": "label"}


@dataclass(frozen=True, slots=True)
class MappedJsonlFormat:
    """Reads and writes JSON lines by the fields that the options name.

    `text`, `spans`, `label`, `side`, `id` and `language` are keys, or paths with dots, such as
    `data.text`; of labels and side texts several may be named, with commas between them.
    """

    options: Options
    name: str = "jsonl"
    suffixes: tuple[str, ...] = (".jsonl",)
    language: str | None = None
    parallel: bool = False

    def __post_init__(self) -> None:
        paths = list(chain.from_iterable(self._paths(name) for name in MAPPED))
        repeated = [path for path, n in Counter(paths).items() if n > 1]
        if repeated:
            raise ConfigError(f"field {repeated[0]!r}", "named for two things")
        for name in ("text", "spans", "id", "language"):
            if len(self._paths(name)) > 1:
                raise ConfigError(f"fields for {name}", "several are named", "name one")
        if not self._paths("text"):
            raise ConfigError("field for text", "is empty", "name the field that holds the text")

    def _paths(self, name: str) -> tuple[str, ...]:
        said = self.options.fields.get(name, "text" if name == "text" else "")
        return tuple(part.strip() for part in said.split(",") if part.strip())

    @property
    def text_path(self) -> str:
        """The path of the text."""
        return self._paths("text")[0]

    def sniff(self, head: str) -> bool:
        """Whether the first record has the text."""
        value = first_object(head)
        return value is not None and isinstance(_at(value, self.text_path, None), str)

    def parse(
        self,
        lines: Iterable[str],
        *,
        file: str = "",
        warn: Warn = ignore_warnings,
        refuse: Refuse = raise_at_once,
    ) -> Iterator[Document]:
        """One document a line; an error names the line."""

        missing = {path for name in MAPPED[1:] for path in self._paths(name)}

        def read(record: Record, name: str) -> Document:
            missing.difference_update(
                [path for path in missing if _at(record.value, path, _ABSENT) is not _ABSENT]
            )
            return self.document(record.value, name, file)

        records = objects(lines, file=file, refuse=refuse)
        yield from documents(records, read, file=file, refuse=refuse, hint=_HINT)
        for path in sorted(missing):
            warn(file, f"no record has a field {path!r}")

    def serialize(self, documents: Iterable[Document]) -> Iterator[str]:
        """One line a document."""
        return laid_out(map(self.written, documents), Layout.LINES)

    def losses(self, document: Document) -> Counter[str]:
        """What the named fields cannot say."""
        spans, labels, sides = map(self._paths, ("spans", "label", "side"))
        return +(
            unsaid(document, "jsonl")
            + Counter(
                {
                    "spans": 0 if spans else len(document.spans),
                    "relations": len(document.relations),
                    "text labels": sum(label.name not in labels for label in of_text(document)),
                    "side texts": sum(side.name not in sides for side in document.side_texts),
                    "attributes": sum(bool(label.attributes) for label in document.labels),
                    "span ids": sum(
                        span.id != f"s{n}" for n, span in enumerate(document.spans, start=1)
                    )
                    * bool(spans),
                }
            )
        )

    def document(self, value: dict[str, Any], name: str, file: str) -> Document:
        """The document that a record holds. Raises TypeError, ValueError, DocumentError."""
        text = string(_at(value, self.text_path), self.text_path)
        items = [
            _Item.of(item, n, text)
            for path in self._paths("spans")
            for n, item in enumerate(sequence(_at(value, path, None), path), start=1)
        ]
        labels = [
            TextLabel(path, _said(label, path))
            for path in self._paths("label")
            for label in _several(_at(value, path, None))
        ]
        sides = [
            SideText(path, string(side, path))
            for path in self._paths("side")
            if (side := _at(value, path, None)) is not None
        ]
        language = next((_at(value, path, None) for path in self._paths("language")), None)
        kept = {"record": self._hidden(value), "items": {item.id: item.kept for item in items}}
        return Document(
            id=next((_said(_at(value, path), path) for path in self._paths("id")), name),
            language=None if language is None else string(language, "language"),
            text=text,
            segments=whole(text),
            spans=tuple(item.span for item in items),
            labels=tuple(labels),
            side_texts=tuple(sides),
            metadata=({"file": file} if file else {}) | {"jsonl": kept},
        )

    def _hidden(self, value: dict[str, Any]) -> dict[str, Any]:
        """The record without its texts and spans; labels stay, to tell how they are written."""
        for name in ("text", "spans", "side"):
            for path in self._paths(name):
                if _at(value, path, None) not in (None, []):
                    value = _with(value, path, None)
        return value

    def written(self, document: Document) -> dict[str, Any]:
        """The record of a document; what it said beyond comes back."""
        kept = document.metadata.get("jsonl")
        kept = kept if isinstance(kept, Mapping) and "record" in kept else {}
        value = _with(kept.get("record", {}), self.text_path, document.text)
        for path in self._paths("id"):
            if _at(value, path, None) is None:
                value = _with(value, path, document.id)
        for path in self._paths("spans"):
            written = list(_written_spans(document, kept.get("items", {})))
            if written or not kept or kept["items"]:
                value = _with(value, path, written)
        for path in self._paths("label"):
            value = _relabelled(value, path, document)
        for side in document.side_texts:
            if side.name in self._paths("side"):
                value = _with(value, side.name, side.text)
        return self._with_language(value, document, bool(kept))

    def _with_language(
        self, value: dict[str, Any], document: Document, known: bool
    ) -> dict[str, Any]:
        for path in self._paths("language"):
            if document.language is not None and (not known or _at(value, path, None)):
                value = _with(value, path, document.language)
        return value


@dataclass(frozen=True, slots=True)
class _Item:
    """A span as a record says it."""

    span: Span
    kept: dict[str, Any]

    @property
    def id(self) -> str:
        return self.span.id

    @classmethod
    def of(cls, item: object, number: int, text: str) -> "_Item":
        """The span in an object or a list. Raises TypeError, ValueError."""
        if isinstance(item, list):
            if len(item) < 3:
                raise ValueError(f"span {number} is not [start, end, label]")
            start, end, label, *rest = item
            kept: dict[str, Any] = {"list": True}
            more: dict[str, Any] = {"rest": rest} if rest else {}
        elif isinstance(item, dict):
            names = {"start": _STARTS, "end": _ENDS, "label": _LABELS}
            keys = {part: _key(item, known, number, part) for part, known in names.items()}
            start, end, label = (item[key] for key in keys.values())
            more = others(item, keys.values())
            kept = {"keys": keys, "order": list(item)}
        else:
            raise TypeError(f"span {number} is neither an object nor a list")
        place = Interval(integer(start), integer(end))
        surfaces = [key for key, part in more.items() if part == place.of(text)]
        if surfaces:
            kept["surfaces"] = surfaces
        span = Span(
            f"s{number}", string(label, f"label of span {number}"), (place,), others(more, surfaces)
        )
        return cls(span, kept)


def _key(item: Mapping[str, Any], known: Iterable[str], number: int, part: str) -> str:
    for key in known:
        if key in item:
            return key
    raise ValueError(f"span {number} has no {part}: none of {', '.join(known)}")


def _written_spans(document: Document, items: Mapping[str, Any]) -> Iterator[Any]:
    """The spans, each as it was; a new one as the others are."""
    usual: Mapping[str, Any] = next(iter(items.values()), {"keys": _PLAIN})
    for span in document.spans:
        kept = items.get(span.id, {key: usual[key] for key in usual if key in ("list", "keys")})
        start, end = extent(span)
        if kept.get("list"):
            yield [start, end, span.label, *span.attributes.get("rest", ())]
            continue
        keys = kept["keys"]
        made: dict[str, Any] = {keys["start"]: start, keys["end"]: end, keys["label"]: span.label}
        made |= others(span.attributes, made)
        made |= dict.fromkeys(kept.get("surfaces", ()), document.text[start:end])
        yield {key: made[key] for key in kept.get("order", ()) if key in made} | made


def _relabelled(value: dict[str, Any], path: str, document: Document) -> dict[str, Any]:
    """The record with the document's labels; as it is where they are the same."""
    labels = [label.value for label in of_text(document) if label.name == path]
    said = _at(value, path, None)
    if labels == [_said(label, path) for label in _several(said)]:
        return value
    if _is_scored(said):
        return _with(value, path, _scores(said, labels))
    alone = len(labels) == 1 and not isinstance(said, list)
    return _with(value, path, labels[0] if alone else labels)


def _several(value: Any) -> list[Any]:
    if value is None:
        return []
    if _is_scored(value):
        return [name for name, score in value.items() if score >= _APPLIES]
    return value if isinstance(value, list) else [value]


def _is_scored(value: object) -> bool:
    """Whether it is categories, each with its score: `{"PHYSICS": 1.0, "SPORT": 0.0}`."""
    return (
        isinstance(value, dict)
        and bool(value)
        and all(isinstance(score, int | float) for score in value.values())
    )


def _scores(said: Mapping[str, float], labels: Iterable[str]) -> dict[str, float]:
    """The scores that make the labels hold, and no others; those that do so stay."""
    wanted = dict.fromkeys(labels)
    stay = {name: score for name, score in said.items() if (score >= _APPLIES) == (name in wanted)}
    return {name: stay.get(name, float(name in wanted)) for name in {**said, **wanted}}


def _said(value: object, path: str) -> str:
    """A label or an id, which may be a number, as text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str | int | float):
        raise TypeError(f"{path} is neither a string, a number, nor a list of them")
    return str(value)


def is_span(item: object) -> bool:
    """Whether it says where it begins and ends, and what it is."""
    if isinstance(item, list):
        return len(item) >= 3 and type(item[0]) is type(item[1]) is int and isinstance(item[2], str)
    if not isinstance(item, dict):
        return False
    found = (next((item[key] for key in keys if key in item), None) for keys in (_STARTS, _ENDS))
    return all(type(offset) is int for offset in found) and any(key in item for key in _LABELS)


_RAISE, _ABSENT = object(), object()
_APPLIES = 0.5
"""From this score on a category is a label."""


def _at(value: Mapping[str, Any], path: str, default: Any = _RAISE) -> Any:
    """What stands at the path. Raises ValueError where nothing does and there is no default."""
    if path in value:
        return value[path]
    key, dot, rest = path.partition(".")
    if dot and isinstance(value.get(key), dict):
        return _at(value[key], rest, default)
    if default is _RAISE:
        raise ValueError(f"no field {path!r}; there are {', '.join(value) or 'none'}")
    return default


def _with(value: Mapping[str, Any], path: str, part: Any) -> dict[str, Any]:
    """The object with this at the path; keys that are there keep their place."""
    key, dot, rest = path.partition(".")
    if not dot or path in value:
        return {**value, path: part}
    inside = value.get(key)
    return {**value, key: _with(inside if isinstance(inside, dict) else {}, rest, part)}
