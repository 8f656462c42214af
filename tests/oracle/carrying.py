"""`donor transfer` as users run it, with an oracle as its model, and what its summary must say."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.conftest import ROOT
from tests.oracle.parallel import Found

AT_LEAST = 0.95


@dataclass(frozen=True)
class Carried:
    """What a run wrote, and its summary."""

    dataset: Path
    summary: dict[str, Any]

    def file(self, name: str) -> Path:
        """A file of the dataset."""
        return self.dataset / name


def carried_by(
    base_url: str, folder: Path, source: Path, *flags: str, to: str, model: str = "vllm:oracle"
) -> Carried:
    """The run over a source, in a process of its own; its summary adds up."""
    command = [sys.executable, "-m", "donor", "transfer", str(source), "--from", "en"]
    command += ["--to", to, "-o", str(folder / "run"), "--json", *flags]
    command += ["--model", model, "--base-url", base_url]
    command += ["--store", str(folder / "store.sqlite")]
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src"), "HF_HUB_OFFLINE": "1"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout)
    assert_adds_up(summary)
    return Carried(folder / "run" / "dataset", summary)


def assert_adds_up(summary: dict[str, Any]) -> None:
    """Asserts the ledger's equations."""
    spans, relations, labels = (summary[name] for name in ("spans", "relations", "labels"))
    assert spans["source"] == spans["placed"] + spans["unresolved"]
    assert sum(spans["by_method"].values()) == spans["placed"]
    assert sum(spans["by_reason"].values()) == spans["unresolved"]
    assert relations["source"] == relations["placed"] + relations["lost"]
    assert labels["source"] == labels["carried"] + labels["lost"]


def assert_well_placed(carried: Carried) -> None:
    """Asserts that every document is there, with 95 % of its spans and with all labels."""
    spans = carried.summary["spans"]
    assert carried.summary["failed"] == []
    assert spans["placed"] >= AT_LEAST * spans["source"]
    assert carried.summary["labels"]["lost"] == 0


def assert_all_written(carried: Carried, found: Sequence[Found]) -> None:
    """Asserts that what the ledger calls placed stands in the output, all of it."""
    assert sum(len(document.places) for document in found) == carried.summary["spans"]["placed"]
    arcs = sum(len(document.arcs) for document in found)
    assert arcs == carried.summary["relations"]["placed"]
