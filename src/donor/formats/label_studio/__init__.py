"""What Label Studio exports of texts: tasks with annotations, in full (JSON) or short (JSON-MIN).

::

    [{"id": 1, "data": {"text": "Ions move"}, "annotations": [{"result": [
       {"id": "a", "from_name": "label", "to_name": "text", "type": "labels",
        "value": {"start": 0, "end": 4, "text": "Ions", "labels": ["TERM"]}}]}], "predictions": []}]

Label Studio counts code points. Older versions counted UTF-16 units, as the words that the regions
quote then show (HumanSignal/label-studio#1347).
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from donor.data import Document, SideText
from donor.formats.format import (
    DEFAULTS,
    Options,
    Refuse,
    Warn,
    ignore_warnings,
    raise_at_once,
)
from donor.formats.label_studio.results import read_results, without_marks
from donor.formats.label_studio.short import from_short, to_short
from donor.formats.label_studio.writing import side_names, written_results
from donor.formats.parts.json_values import (
    Record,
    as_read,
    documents,
    fingerprint,
    first_object,
    kept_layout,
    laid_out,
    layout_of,
    mapping,
    objects,
    of_text,
    put_back,
    sequence,
    string,
    unsaid,
    whole,
)
from donor.formats.parts.units import CODE_POINTS

__all__ = ["LABEL_STUDIO", "LabelStudioFormat"]

_HINT = "docs/formats.md shows tasks of Label Studio; --text-field names the field of the text"
_ANNOTATIONS = ("annotations", "completions")
_STALE = {
    "annotations": "further annotations",
    "completions": "further annotations",
    "predictions": "predictions",
    "drafts": "drafts",
}
_ADDRESS = re.compile(r"(https?|s3|gs|azure-blob)://\S+|/data/\S+")
_NO_TEXT = ("created_at", "updated_at", "annotator", "id", "annotation_id")


@dataclass(frozen=True, slots=True)
class LabelStudioFormat:
    """Reads and writes tasks of Label Studio.

    Of the options it takes the fields `text` and `side` (of the task's data), and for JSON-MIN
    `label` (the fields of a single choice).
    """

    name: str = "label-studio"
    suffixes: tuple[str, ...] = (".json",)
    language: str | None = None
    parallel: bool = False
    options: Options = DEFAULTS

    def configured(self, options: Options) -> "LabelStudioFormat":
        """The same format with these fields."""
        return replace(self, options=options)

    def sniff(self, head: str) -> bool:
        """Whether the first object is a task, or one in short."""
        value = first_object(head)
        if value is None:
            return head.lstrip()[:1] in ("[", "{") and all(
                f'"{key}"' in head for key in ("data", "annotations", "result")
            )
        if isinstance(value.get("data"), dict):
            return any(isinstance(value.get(key), list) for key in _STALE)
        return {"annotation_id", "lead_time"} <= value.keys()

    def parse(
        self,
        lines: Iterable[str],
        *,
        file: str = "",
        warn: Warn = ignore_warnings,
        refuse: Refuse = raise_at_once,
    ) -> Iterator[Document]:
        """One document a task; an error names the line at which it begins."""

        def read(record: Record, name: str) -> Document:
            document = self._document(record, name, file, warn)
            if not addresses and _ADDRESS.fullmatch(document.text):
                addresses.append(record.where)
            return document

        addresses: list[str] = []
        records = objects(lines, file=file, refuse=refuse)
        yield from documents(records, read, file=file, refuse=refuse, hint=_HINT)
        for where in addresses:
            warn(where, "the text is the address of a file: is another field the text?")

    def serialize(self, documents: Iterable[Document]) -> Iterator[str]:
        """A list of tasks, or what the file of the first document was."""
        some = iter(documents)
        first = next(some, None)
        if first is None:
            return iter(("[]\n",))
        return laid_out(map(_written, chain((first,), some)), layout_of(first, _kept_of(first)))

    def losses(self, document: Document) -> Counter[str]:
        """What Label Studio cannot say, and what people and models said of another text."""
        kept = _kept_of(document)
        ids = {span.id for span in document.spans}
        items = kept.get("items", ())
        sides = side_names(items) | set(kept.get("sides", ()))
        marks = [span.attributes for span in document.spans]
        marks += [relation.attributes for relation in document.relations]
        lost = unsaid(document, "label-studio") + Counter(
            {
                "attributes": sum(bool(without_marks(some)) for some in marks)
                + sum(bool(label.attributes) for label in of_text(document)),
                "dangling relations": sum(r.head not in ids for r in document.relations),
                "relations": len(document.relations) if kept.get("short") else 0,
                "side texts": sum(side.name not in sides for side in document.side_texts),
            }
        )
        if kept and not as_read(kept, document):
            for key, kind in _STALE.items():
                lost[kind] += len(_others_of(kept, key))
            lost["notes on regions"] += sum(_has_note(item) for item in items)
        return +lost

    def _document(self, record: Record, name: str, file: str, warn: Warn) -> Document:
        value, fields = record.value, self.options.fields
        short = not isinstance(value.get("data"), dict)
        data = value if short else value["data"]
        key = _text_key(data, fields.get("text"))
        text = string(data[key], key)
        chosen = None if short else _chosen(value)
        if short:
            results = from_short(value, key, _names(fields.get("label")))
        else:
            results = _results(value, chosen)
        found = read_results(results, text, lambda what: warn(record.where, what))
        sides = [side for side in _names(fields.get("side")) if isinstance(data.get(side), str)]
        hidden = put_back(data, dict.fromkeys((key, *sides)))
        shell = hidden if short else put_back(value, {"data": hidden})
        kept = {
            "record": shell if chosen is None else _with_results(shell, chosen, None),
            "text": fingerprint(text),
            "text_key": key,
            "short": short,
            "chosen": chosen,
            "items": found.items,
            "unit": found.unit,
            "sides": sides,
            **kept_layout(record.layout, file),
        }
        return Document(
            id=name,
            language=None,
            text=text,
            segments=whole(text),
            spans=tuple(found.spans),
            relations=tuple(found.relations),
            labels=tuple(found.labels),
            side_texts=(*(SideText(side, data[side]) for side in sides), *found.sides),
            metadata=({"file": file} if file else {}) | {"label-studio": kept},
        )


LABEL_STUDIO = LabelStudioFormat()


def _names(said: str | None) -> list[str]:
    return [name.strip().removeprefix("data.") for name in (said or "").split(",") if name.strip()]


def _text_key(data: Mapping[str, Any], said: str | None) -> str:
    """The field of the text. Raises ValueError where it cannot be told."""
    names = _names(said)
    if names:
        if names[0] not in data:
            raise ValueError(f"no field {names[0]!r}; there are {', '.join(data)}")
        return names[0]
    if isinstance(data.get("text"), str):
        return "text"
    strings = [key for key in data if isinstance(data[key], str) and key not in _NO_TEXT]
    if len(strings) != 1:
        several = (
            f"which of {', '.join(strings)} is the text?" if strings else "the task has no text"
        )
        raise ValueError(several)
    return strings[0]


def _chosen(task: Mapping[str, Any]) -> list[Any] | None:
    """Key and position of the annotation that counts.

    It is the first that is marked as ground truth, else the first; one that was cancelled never
    counts. The first prediction counts where there is no annotation.
    """
    for key in (*_ANNOTATIONS, "predictions"):
        some = sequence(task.get(key), key)
        valid = [
            (not one.get("ground_truth"), position)
            for position, one in enumerate(some)
            if isinstance(one, dict) and not one.get("was_cancelled")
        ]
        if valid:
            return [key, min(valid)[1]]
        if some and key in _ANNOTATIONS:
            return None
    return None


def _results(task: Mapping[str, Any], chosen: list[Any] | None) -> list[Any]:
    if chosen is None:
        return []
    key, position = chosen
    return sequence(mapping(task[key][position], key).get("result"), "result")


def _with_results(
    task: Mapping[str, Any], chosen: list[Any], results: list[Any] | None
) -> dict[str, Any]:
    """The task with these results in the annotation that counts."""
    key, position = chosen
    some = list(task[key])
    some[position] = put_back(some[position], {"result": results})
    return put_back(task, {key: some})


def _kept_of(document: Document) -> Mapping[str, Any]:
    kept = document.metadata.get("label-studio")
    return kept if isinstance(kept, Mapping) and "record" in kept else {}


def _others_of(kept: Mapping[str, Any], key: str) -> list[Any]:
    """The annotations under this key beside the one that counts."""
    if kept.get("short"):
        return []
    some = kept["record"].get(key)
    chosen = kept.get("chosen") or (None, None)
    some = some if isinstance(some, list) else []
    return [one for n, one in enumerate(some) if (key, n) != tuple(chosen)]


def _has_note(kept: Mapping[str, Any]) -> bool:
    return kept.get("about") == "region" and kept["item"].get("type") == "textarea"


def _written(document: Document) -> dict[str, Any]:
    kept = _kept_of(document)
    if not kept:
        task = {"data": {"text": document.text}, "annotations": [{}]}
        return _with_results(task, ["annotations", 0], written_results(document, (), same=False))
    same = as_read(kept, document)
    results = written_results(
        document, kept["items"], unit=kept.get("unit", CODE_POINTS), same=same
    )
    there = {side.name: side.text for side in document.side_texts}
    made = {kept["text_key"]: document.text}
    made |= {name: there[name] for name in kept["sides"] if name in there}
    record = kept["record"]
    if kept["short"]:
        return to_short(put_back(record, made), results, kept["items"])
    task = put_back(record, {"data": put_back(record["data"], made)})
    chosen = kept["chosen"]
    if chosen is None and results:
        some = task.get("annotations") or []
        task, chosen = put_back(task, {"annotations": [*some, {}]}), ["annotations", len(some)]
    if chosen is not None:
        task = _with_results(task, chosen, results)
    return task if same else _without_others(task, chosen)


def _without_others(task: dict[str, Any], chosen: list[Any] | None) -> dict[str, Any]:
    """The task without annotations, predictions and drafts that speak of another text."""
    for key in _STALE:
        if isinstance(task.get(key), list):
            own = [task[key][chosen[1]]] if chosen and chosen[0] == key else []
            task = put_back(task, {key: own})
    return task
