"""What a run is sure of: documents that are all accepted, and how much examples count."""

import os
from pathlib import Path

import pytest
from tests.experiments.baselines.small import put_lines, put_run, transfer

from donor.errors import ConfigError
from donor.experiments.baselines.datasets import Kept
from donor.experiments.baselines.doubts import all_accepted, judged_by, weights_of
from donor.experiments.compare.runs import ComparedRun, opened
from donor.train.examples import Example


@pytest.fixture
def run(tmp_path: Path) -> ComparedRun:
    """Four documents; the definition of the last has no place."""
    put_run(tmp_path / "run", (transfer(n, placed=n < 3) for n in range(4)))
    return opened([tmp_path / "run"])[0]


def lines(**values: float) -> list[dict[str, object]]:
    """`d0_T1=0.5` is the confidence in span T1 of d0."""
    return [
        {"id": name.partition("_")[0], "span": name.partition("_")[2], "confidence": value}
        for name, value in values.items()
    ]


def kept(run: ComparedRun) -> list[Kept]:
    return [Kept(one.target) for one in run.folder.transfers() if one.target]


def test_only_documents_without_a_doubtful_span_are_accepted(run: ComparedRun) -> None:
    put_lines(
        run.folder.path / "accepted.jsonl",
        lines(d0_T1=0.9, d0_T2=0.9, d1_T1=0.9, d2_T1=0.9, d2_T2=0.9, d3_T1=0.9),
    )
    assert [one.document.id for one in all_accepted(run, kept(run))] == ["d0", "d2"]


def test_weight_is_the_share_of_spans_that_is_expected_to_be_exact(run: ComparedRun) -> None:
    put_lines(run.folder.path / "confidence.jsonl", lines(d1_T1=0.5, d1_T2=0.7, d3_T1=0.8))
    of_sentence = weights_of(run, by_sentence=True)
    assert of_sentence(Example("d1", 0, ())) == pytest.approx(0.6)
    assert of_sentence(Example("d1", 1, ())) == 1.0
    # The span without a place counts as wrong, in the sentence where its source has it.
    assert of_sentence(Example("d3", 1, ())) == pytest.approx(0.4)
    assert of_sentence(Example("d3", 0, ())) == 1.0
    of_document = weights_of(run, by_sentence=False)
    assert of_document(Example("d3", 0, ())) == pytest.approx(0.4)
    assert of_document(Example("unknown", 0, ())) == 1.0


@pytest.mark.parametrize("name", ["confidence.jsonl", "accepted.jsonl"])
def test_what_is_not_there_or_of_an_earlier_run_is_said(run: ComparedRun, name: str) -> None:
    def ask() -> object:
        if name.startswith("confidence"):
            return weights_of(run, by_sentence=True)
        return all_accepted(run, kept(run))

    with pytest.raises(ConfigError, match=f"the run has no {name}"):
        ask()
    put_lines(run.folder.path / name, lines(d0_T1=0.5))
    os.utime(run.folder.path / name, (1, 1))
    with pytest.raises(ConfigError, match="older than the run, which was made anew"):
        ask()
    (run.folder.path / name).write_text("{")
    with pytest.raises(ConfigError, match="is damaged"):
        ask()


def test_nothing_is_said_of_a_run_without_a_calibrator(run: ComparedRun) -> None:
    assert judged_by(run, kept(run)) == ""
