"""The public DEFT corpus against the counts that were measured on its files."""

from collections import Counter
from itertools import combinations
from pathlib import Path

import pytest

from donor.data import Document
from donor.formats import find_files, read
from donor.formats.deft import DEFT

# Train has 684 distinct Alias-Term ids and 5,987 distinct Definition ids in its raw rows; the
# published table of facts has one more of each, see docs/decisions/0003.
EXPECTED = {
    "dev": {
        "windows": 308,
        "sentences": 859,
        "spans": {
            "Term": 310, "Definition": 295, "Alias-Term": 25, "Secondary-Definition": 17,
            "Qualifier": 5, "Referential-Definition": 4, "Referential-Term": 4,
            "Ordered-Term": 1, "Ordered-Definition": 1,
        },
        "relations": {
            "Direct-Defines": 289, "AKA": 26, "Supplements": 22, "Refers-To": 8,
            "Indirect-Defines": 7,
        },
        "fragments": 1,
        "overlaps": {"nested": 13},
        "dangling": 0,
    },
    "train": {
        "windows": 6388,
        "sentences": 17488,
        "spans": {
            "Term": 6296, "Definition": 5987, "Alias-Term": 684, "Secondary-Definition": 465,
            "Referential-Definition": 157, "Referential-Term": 134, "Qualifier": 143,
            "Ordered-Term": 5, "Ordered-Definition": 5,
        },
        "relations": {
            "Direct-Defines": 5726, "AKA": 690, "Supplements": 607, "Refers-To": 288,
            "Indirect-Defines": 261,
        },
        "fragments": 93,
        "overlaps": {"nested": 303, "equal": 4, "crossing": 2},
        "dangling": 4,
    },
}  # fmt: skip


@pytest.mark.parametrize("split", ["dev", "train"])
def test_counts_come_out_exactly(deft: Path, split: str) -> None:
    documents = list(read(deft / split))
    spans = [span for document in documents for span in document.spans]
    found = {
        "windows": len(documents),
        "sentences": sum(len(document.segments) for document in documents),
        "spans": dict(Counter(span.label for span in spans)),
        "relations": dict(Counter(r.label for d in documents for r in d.relations)),
        "fragments": sum(len(span.fragments) - 1 for span in spans),
        "overlaps": dict(sum((overlaps(document) for document in documents), Counter())),
        "dangling": sum(len(document.dangling()) for document in documents),
    }
    assert found == EXPECTED[split]


def overlaps(document: Document) -> Counter[str]:
    kinds: Counter[str] = Counter()
    for one, other in combinations(document.spans, 2):
        if any(a.overlaps(b) for a in one.fragments for b in other.fragments):
            a, b = one.extent, other.extent
            kinds[
                "equal" if a == b else "nested" if a.contains(b) or b.contains(a) else "crossing"
            ] += 1
    return kinds


@pytest.mark.parametrize("split", ["dev", "train"])
def test_writing_and_reading_again_changes_nothing(deft: Path, split: str) -> None:
    files = find_files([deft / split])
    assert files
    for file in files:
        with file.path.open(encoding="utf-8") as lines:
            documents = list(DEFT.parse(lines, file=file.name))
        assert list(DEFT.parse(DEFT.serialize(documents), file=file.name)) == documents, file.name


def test_the_dev_files_are_written_byte_for_byte(deft: Path) -> None:
    for file in find_files([deft / "dev"]):
        said = file.path.read_text(encoding="utf-8")
        again = "".join(DEFT.serialize(DEFT.parse(said.splitlines(keepends=True))))
        assert again.rstrip("\n") == said.rstrip("\n"), file.name
