"""A small dataset in two languages, a run that carried it, and gold for some of it."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from donor.data import (
    Attempt,
    Document,
    Interval,
    Intervals,
    Match,
    Reason,
    Span,
    SpanRow,
    TextLabel,
    Transfer,
    Translation,
)
from donor.formats import write
from donor.recipe import Recipe
from donor.records import RunFolder

SENTENCES = {
    "en": ("Ion {} is a charged particle.", "Look at picture {} on the next page."),
    "ru": ("Ион {} — это заряженная частица.", "Смотрите рисунок {} на другой странице."),
}


def document(n: int, language: str = "ru", **more: Any) -> Document:
    """Two sentences, of which one defines: the first, of each third document the second."""
    parts = [sentence.format(n) for sentence in SENTENCES[language]]
    first, second = parts if n % 3 else parts[::-1]
    text = f"{first} {second}"
    at = text.index(parts[0])
    term = Interval(at, at + 3)
    definition = Interval(at + 4, at + len(parts[0]) - 1)
    segments = (Interval(0, len(first)), Interval(len(first) + 1, len(text)))
    spans = (Span("T1", "Term", (term,)), Span("T2", "Definition", (definition,)))
    metadata = {"file": "all.jsonl"} | more.pop("metadata", {})
    return Document(f"d{n}", language, text, segments, spans=spans, metadata=metadata, **more)


def transfer(n: int, language: str = "ru", *, placed: bool = True, **more: Any) -> Transfer:
    """A document carried over into a language; its definition has a place or none."""
    source = document(n, "en" if language == "ru" else "ru", **more)
    target = document(n, language)
    rows = []
    for span in target.spans:
        if placed or span.id == "T1":
            attempt = Attempt("tags", Intervals(span.fragments), Match.EXACT)
            rows.append(SpanRow(span.id, (attempt,), span, "tags", Match.EXACT))
        else:
            attempt = Attempt("tags", None, reason=Reason.NO_MATCH)
            rows.append(SpanRow(span.id, (attempt,), reason=Reason.NO_MATCH))
    translation = Translation(language, target.segment_texts(), (), "given")
    return Transfer(source, translation, tuple(rows), (), ())


def put_run(folder: Path, transfers: Iterable[Transfer], to: str = "ru") -> Path:
    """The folder of a finished run with these transfers."""
    transfers = list(transfers)
    recipe = Recipe(("all.jsonl",), to, "vllm:m", cascade=("tags",))
    with RunFolder(folder).opened(recipe.as_toml()) as files:
        files.write_read(one.source for one in transfers)
        files.write_transfers(transfers, format="jsonl")
        files.write_card("# Card\n")
        files.write_usage({})
        files.write_provenance({})
        files.write_ledger({"documents": len(transfers)})
    return folder


def put_lines(file: Path, lines: Iterable[Mapping[str, Any]]) -> None:
    """What `donor calibrate` or `donor accept` would have written beside a run."""
    file.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")


def put(file: Path, documents: Iterable[Document]) -> Path:
    """The documents as a dataset."""
    write(documents, file, format="jsonl")
    return file


def says(test: tuple[Document, ...], *, wrong: set[str] = frozenset()) -> list[Document]:  # type: ignore[assignment]
    """Documents that a model has labelled: rightly but for those."""
    found = []
    for one in test:
        defines = [int(n == (0 if int(one.id[1:]) % 3 else 1)) for n in range(2)]
        if one.id in wrong:
            defines = [1 - yes for yes in defines]
        labels = tuple(TextLabel("definition", str(yes), n) for n, yes in enumerate(defines))
        found.append(replace(one, spans=(), labels=labels))
    return found
