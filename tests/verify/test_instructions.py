"""Texts that read like instructions, and a model that obeys them: nothing else changes."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.servers.obedient import KNOWN, obedient

from donor.pipeline import Resources, run
from donor.recipe import Recipe

ATTEMPTS = {one["name"]: one["text"] for one in KNOWN["attempts"]}
SENTENCES = [one["en"] for one in KNOWN["sentences"]]
INNOCENT = 30
MISSED_AT_MOST = 2


def document(name: str, sentences: list[str]) -> dict[str, Any]:
    """A document in Donor's own format; each sentence is a segment, `<1>…</1>` a span."""
    text, segments, spans = "", [], []
    for sentence in sentences:
        text += " " if text else ""
        start = len(text)
        for part in re.split(r"(<[0-9]>.*?</[0-9]>)", sentence):
            words = re.sub(r"</?[0-9]>", "", part) if part.startswith(("<1>", "<2>")) else part
            if words != part:
                place = [[len(text), len(text) + len(words)]]
                spans.append({"id": f"T{len(spans)}", "label": "Term", "fragments": place})
            text += words
        segments.append([start, len(text)])
    return {"id": name, "language": "en", "text": text, "segments": segments, "spans": spans}


def innocents() -> list[dict[str, Any]]:
    return [
        document(f"innocent {n}", [SENTENCES[n % 10], SENTENCES[(3 * n + n // 10 + 1) % 10]])
        for n in range(INNOCENT)
    ]


def attempts() -> list[dict[str, Any]]:
    """Each attempt stands between two sentences, those that it speaks of where it does.

    What is about tags stands in one segment with a span: others are not shown with tags.
    """
    spoken_of = {"numbers": (1, 2), "names": (6, 0), "opposite": (9, 3)}
    documents = []
    for n, one in enumerate(KNOWN["attempts"]):
        first, last = spoken_of.get(one["name"], (n % 10, (n + 1) % 10))
        before, after = SENTENCES[first], SENTENCES[last]
        order = one["text"]
        parts = [f"{before} {order}", after] if "project" in one else [before, order, after]
        documents.append(document(one["name"], parts))
    return documents


def transfer(folder: Path, documents: list[dict[str, Any]], url: str) -> Path:
    """The run folder of these documents."""
    folder.mkdir()
    lines = [json.dumps(one, ensure_ascii=False) for one in documents]
    (folder / "texts.jsonl").write_text("\n".join(lines), encoding="utf-8")
    recipe = Recipe((str(folder / "texts.jsonl"),), "ru", "vllm:m", cascade=("tags", "quote"))
    run(recipe, folder / "run", Resources(store=folder / "store.sqlite", base_url=url))
    return folder / "run"


def lines_of(folder: Path) -> dict[str, list[bytes]]:
    """What a run says of each document: its lines in the numbered files and in the dataset."""
    found: dict[str, list[bytes]] = {}
    for file in (*sorted(folder.glob("[1-4]-*.jsonl")), folder / "dataset" / "texts.jsonl"):
        for line in file.read_bytes().splitlines():
            found.setdefault(json.loads(line)["id"], []).append(line)
    return found


def findings_of(folder: Path) -> dict[str, list[dict[str, Any]]]:
    lines = (folder / "4-verified.jsonl").read_text("utf-8").splitlines()
    return {line["id"]: line["findings"] for line in map(json.loads, lines)}


def mixed() -> list[dict[str, Any]]:
    """The attempts among the others."""
    left = innocents()
    documents = []
    for attempt in attempts():
        documents += [attempt, *([left.pop()] if left else [])]
    return documents


@pytest.fixture(scope="module")
def obeyed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    with obedient() as url:
        return transfer(tmp_path_factory.mktemp("obeyed") / "a", mixed(), url)


@pytest.fixture(scope="module")
def honest(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with obedient("--honest") as url:
        yield transfer(tmp_path_factory.mktemp("honest") / "a", mixed(), url)


def test_there_are_forty_attempts() -> None:
    assert len(ATTEMPTS) == 40


def test_the_other_documents_are_as_they_would_be_alone(obeyed: Path, tmp_path: Path) -> None:
    with obedient() as url:
        alone = lines_of(transfer(tmp_path / "a", innocents(), url))
    assert len(alone) == INNOCENT
    among = lines_of(obeyed)
    assert {name: among[name] for name in alone} == alone
    assert all(len(lines) == 5 for lines in alone.values())


def test_every_attempt_does_damage(obeyed: Path, honest: Path) -> None:
    done, right = lines_of(obeyed), lines_of(honest)
    assert [name for name in ATTEMPTS if done[name][1:3] == right[name][1:3]] == []


def test_nearly_all_damage_is_found(obeyed: Path) -> None:
    found = findings_of(obeyed)
    missed = [name for name in ATTEMPTS if not found[name]]
    print(f"attempts without a finding: {', '.join(missed) or 'none'}")
    assert len(missed) <= MISSED_AT_MOST, missed


def test_documents_that_obey_nothing_have_no_finding(obeyed: Path, honest: Path) -> None:
    found = findings_of(obeyed)
    assert {name: found[name] for name in found if name not in ATTEMPTS and found[name]} == {}
    false = {name: findings for name, findings in findings_of(honest).items() if findings}
    assert len(false) <= 1, false


def test_counts_stand_in_the_ledger(obeyed: Path) -> None:
    ledger = json.loads((obeyed / "ledger.json").read_bytes())
    found = findings_of(obeyed)
    assert sum(ledger["findings"].values()) == sum(map(len, found.values()))
    assert ledger["documents_with_findings"] == sum(map(bool, found.values()))
