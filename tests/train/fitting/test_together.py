"""Several processes, as on several GPUs, learn what one does."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from tests.train import together

_ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    ("examples", "at_once"),
    [(60, None), (59, 1), (57, None)],
    ids=["even", "three in the last batch", "one in the last batch"],
)
def test_two_processes_learn_what_one_does(
    examples: int, at_once: int | None, tmp_path: Path
) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    for folder in (one, two):
        folder.mkdir()
    together.main(one, examples, at_once)
    launch = "torch.distributed.run --standalone --nproc_per_node 2".split()
    given = [str(two), str(examples), str(at_once or 0)]
    done = subprocess.run(
        [sys.executable, "-m", *launch, "-m", "tests.train.together", *given],
        cwd=_ROOT,
        env=os.environ | {"ACCELERATE_USE_CPU": "true", "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert (two / "processes").read_text() == "2"
    expected = json.loads((one / "told-0.json").read_text())
    assert [score for score, _ in expected] == [1.0, 2.0, 3.0]
    for process in range(2):
        told = json.loads((two / f"told-{process}.json").read_text())
        assert told == [[score, pytest.approx(loss, abs=1e-4)] for score, loss in expected]
    weights = [torch.load(folder / "weights.pt") for folder in (one, two)]
    for name, there in weights[0].items():
        assert torch.allclose(weights[1][name], there, atol=1e-4), name
    assert sorted(path.name for path in (two / "state").iterdir()) == ["best.safetensors", "state"]
