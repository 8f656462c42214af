"""How often the checks are wrong of right transfers: the figures of docs/findings.md hold."""

import json
import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT


def test_false_findings_are_rare(gold: Path) -> None:
    command = [sys.executable, ROOT / "benchmarks" / "findings.py", *sorted(gold.glob("*.jsonl"))]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    rates = json.loads(done.stdout.splitlines()[-1])["false"]
    for check in ("source-copied", "other-language", "instruction-obeyed", "added"):
        assert rates[check] < 0.003, (check, done.stdout)
    assert max(rates.values()) < 0.01, done.stdout
