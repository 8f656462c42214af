"""Whether confidence is true where it was not learnt: calibrators across sets of gold.

    python benchmarks/trust.py PAIRS.jsonl… [--method align] [--model NAME]

Each file of parallel gold is carried over with its translation given (`donor transfer
--translator given`), by default by a method that asks no model. A calibrator is fitted on half of
each set and measured on all texts of each set that it has not seen. It prints a table for
docs/trust.md and, in its last line, one JSON object.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from donor.formats import read_sides
from donor.records import RunFolder
from donor.trust import Gold, Judged, Made, Reliability, fit, halves, judge, known, reliability

_MADE = Made((), "", "", "")
_COLUMNS = ("fitted on", "measured on", "spans", "exact", "Brier", "base rate", "ECE", "by chance")


@dataclass(frozen=True)
class Set:
    """A set of gold, and the judged spans of a run over it."""

    name: str
    rows: Sequence[Judged]


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pairs", nargs="+", type=Path, metavar="PAIRS")
    parser.add_argument("--method", default="align")
    parser.add_argument("--model", default="none:none", help="asked by methods that ask one")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        sets = [carried(pairs, given.method, given.model, Path(folder)) for pairs in given.pairs]
    print_table(sets)


def carried(pairs: Path, method: str, model: str, folder: Path) -> Set:
    """The judged spans of a run over a file of pairs."""
    gold = list(read_sides(pairs))
    run = folder / pairs.stem
    command = [
        sys.executable, "-m", "donor", "transfer", str(pairs), "--to", str(gold[0][1].language),
        "--translator", "given", "--method", method, "--model", model, "--force",
        "--store", str(folder / "store.sqlite"), "-o", str(run), "--json",
    ]  # fmt: skip
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return Set(pairs.stem, judge(RunFolder(run).transfers(), Gold.of(gold)).rows)


def across(sets: Sequence[Set]) -> Iterator[tuple[Set, Set, Reliability]]:
    """How a calibrator of half of each set does on the texts of each that it has not seen."""
    for one in sets:
        calibrator = fit(halves(one.rows)[0], _MADE)
        for other in sets:
            yield one, other, reliability(known(other.rows, calibrator))


def print_table(sets: Sequence[Set]) -> None:
    """Prints that as a table, and as JSON."""
    print("| " + " | ".join(_COLUMNS) + " |")
    print("|---|---|" + "---:|" * (len(_COLUMNS) - 2))
    found = []
    for one, other, measured in across(sets):
        print(_line(one, other, measured))
        found.append({"fitted_on": one.name, "measured_on": other.name} | measured.as_json())
    print(json.dumps({"measured": found}))


def _line(one: Set, other: Set, found: Reliability) -> str:
    name = "its other half" if one is other else other.name
    cells = (
        one.name,
        name,
        f"{found.spans:,}",
        f"{100 * found.base_rate:.1f} %",
        f"{found.brier:.4f}",
        f"{found.brier_base:.4f}",
        f"{found.ece:.4f}",
        f"{found.ece_by_chance:.4f}",
    )
    return "| " + " | ".join(cells) + " |"


if __name__ == "__main__":
    main()
