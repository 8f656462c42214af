"""What the page shows of one document: rows of segments side by side, badges, named relations."""

from collections.abc import Iterator, Mapping
from typing import Any

from donor.report.page.numbers import counted
from donor.report.page.pieces import Piece, pieces
from donor.report.page.plain import shortened

__all__ = ["document_parts", "surface_of"]

_LABELS, _LETTERS = 3, 40

Facts = Mapping[str, Any]


def document_parts(document: Facts) -> dict[str, Any]:
    """The parts for the template of a document.

    Args:
        document: one of `run_facts`' documents.
    """
    return {
        "rows": list(_rows(document)),
        "badges": list(_badges(document)),
        "relations": _relations(document),
        "sure": any(span["confidence"] is not None for span in document["spans"]),
    }


def surface_of(span: Facts, text: Facts, side: str) -> str:
    """The words that a span covers on a side of its document."""
    return " … ".join(text["text"][start:end] for start, end in span[side] or ())


def _rows(document: Facts) -> Iterator[dict[str, Any]]:
    """Segment by segment, then the side texts."""
    source, target = document["source"], document["target"]
    spans = document["spans"]
    for number, segment in enumerate(source["segments"]):
        there: list[Piece] | None = None if target is None else []
        if target is not None and number < len(target["segments"]):
            there = list(pieces(target["text"], target["segments"][number], spans, "target"))
        here = list(pieces(source["text"], segment, spans, "source"))
        yield {"name": "", "here": here, "there": there}
    for side in document["side_texts"]:
        there = None if side["target"] is None else [Piece(side["target"], ())]
        yield {"name": side["name"], "here": [Piece(side["source"], ())], "there": there}


def _badges(document: Facts) -> Iterator[str]:
    """What is wrong with a document, else how much is on it."""
    spans = document["spans"]
    unresolved = sum(span["reason"] is not None for span in spans)
    wrong = sum(span["exact"] is False for span in spans)
    if unresolved:
        yield f"{unresolved:,} unresolved"
    if wrong:
        yield f"{wrong:,} not as in gold"
    for key, noun in (("relations", "relation"), ("labels", "text label")):
        lost = sum(row["lost"] is not None for row in document[key])
        if lost:
            yield f"{counted(lost, noun)} lost"
    if document["findings"]:
        yield counted(len(document["findings"]), "finding")
    sure = [span["confidence"] for span in spans if span["confidence"] is not None]
    if sure:
        yield f"least confidence {min(sure):.2f}"
    for one in document["labels"][:_LABELS]:
        if one["segment"] is None:
            yield f"{shortened(one['name'], _LETTERS)}: {shortened(one['value'], _LETTERS)}"
    every = len(spans) + document["spans_cut"]
    if every or not document["labels"]:
        yield counted(every, "span")


def _relations(document: Facts) -> list[dict[str, Any]]:
    """The relations, each end with its number and in words."""
    spans = {span["id"]: span for span in document["spans"]}

    def end(span_id: str) -> dict[str, Any]:
        span = spans.get(span_id)
        if span is None:
            return {"number": "", "told": f"{span_id} (not shown)"}
        surface = surface_of(span, document["source"], "source")
        short = surface if len(surface) <= 60 else surface[:59] + "…"
        return {"number": span["number"], "told": f"{span['number']} “{short}”"}

    return [
        {**row, "tail": end(row["tail"]), "head": end(row["head"])} for row in document["relations"]
    ]
