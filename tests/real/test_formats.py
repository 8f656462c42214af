"""CoNLL, SQuAD and brat against a real server: whatever a random model says is accounted for.

The same command and the same readers as with the oracle. What the ledger calls placed stands in
the files, at offsets that are right; what does not stand there is unresolved, lost, or failed.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.oracle import independent, layouts
from tests.oracle.carrying import Carried, carried_by
from tests.oracle.parallel import Found, Pair, gold_pairs, grouped, some

pytestmark = pytest.mark.server

MODEL = "llamacpp:tiny-random"
FLAGS = ("--concurrency", "4")

Tell = Callable[[str], None]


def carried(source: Path, folder: Path, server: str, tell: Tell) -> Carried:
    """The run, whose answers are those of a server that works."""
    found = carried_by(server, folder, source, *FLAGS, to="ru", model=MODEL)
    requests = found.summary["requests"]
    tell(f"\n{source.name}: {found.summary['spans']} {found.summary['losses']} {requests}")
    assert requests["statuses"].get("200", 0) >= 0.95 * requests["sent"] > 0, requests
    assert requests["schema_valid"] >= 0.95 * requests["sent"], requests
    return found


def marks_in(pairs: list[Pair]) -> int:
    """How many spans the sources have."""
    return sum(len(pair.source.marks) for pair in pairs)


def lost(summary: dict[str, Any], *kinds: str) -> int:
    """How many were left out of the file for these reasons, as the summary says."""
    return sum(summary["losses"].get(kind, 0) for kind in kinds)


def places_in(found: list[Found]) -> int:
    """How many spans stand in the files."""
    return sum(len(document.places) for document in found)


def test_conll(server: str, gold: Path, tmp_path: Path, tell: Tell) -> None:
    pairs = some(gold_pairs(gold / "europarl-en-es.jsonl"), 24)
    groups = grouped(pairs, 4)
    source = layouts.conll_2003(tmp_path / "eng.train", groups)
    run = carried(source, tmp_path, server, tell)
    assert run.summary["spans"]["source"] == marks_in(pairs)
    assert run.summary["documents"] == len(groups)
    found = []
    if run.file("eng.train").exists():
        found = independent.conll(run.file("eng.train").read_text(encoding="utf-8"), columns=4)
    assert len(found) + len(run.summary["failed"]) == len(groups)
    left_out = lost(
        run.summary, "overlapping spans", "spans without a token", "spans that cut a token"
    )
    assert places_in(found) + left_out == run.summary["spans"]["placed"]


def test_squad(server: str, gold: Path, tmp_path: Path, tell: Tell) -> None:
    pairs = gold_pairs(gold / "xquad-en-ru.jsonl", flat=False)[:8]
    run = carried(layouts.squad(tmp_path / "dev.json", pairs), tmp_path, server, tell)
    assert run.summary["spans"]["source"] == marks_in(pairs)
    paragraphs = independent.squad(run.file("dev.json")) if run.file("dev.json").exists() else []
    assert len(paragraphs) + len(run.summary["failed"]) == len(pairs)
    answers = [a for p in paragraphs for q in p["qas"] for a in q["answers"]]
    assert len(answers) == run.summary["spans"]["placed"]
    questions = {m.name for pair in pairs for m in pair.source.marks}
    assert {q["id"] for p in paragraphs for q in p["qas"]} <= questions


def test_brat(server: str, gold: Path, tmp_path: Path, tell: Tell) -> None:
    pairs = some(gold_pairs(gold / "absa-en-ru.jsonl"), 24)
    groups = grouped(pairs)
    run = carried(layouts.brat(tmp_path / "brat", groups), tmp_path, server, tell)
    assert run.summary["spans"]["source"] == marks_in(pairs)
    found = independent.brat(run.dataset)
    assert len(found) + len(run.summary["failed"]) == len(groups)
    assert places_in(found) == run.summary["spans"]["placed"]
    arcs = sum(len(document.arcs) for document in found)
    assert arcs == run.summary["relations"]["placed"]
