"""Several processes, as on several GPUs, learn what one does."""

import os
import subprocess
import sys
from pathlib import Path

import torch
from tests.train import together

_ROOT = Path(__file__).parents[3]


def test_two_processes_learn_what_one_does(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    for folder in (one, two):
        folder.mkdir()
    together.main(one)
    launch = "torch.distributed.run --standalone --nproc_per_node 2".split()
    done = subprocess.run(
        [sys.executable, "-m", *launch, "-m", "tests.train.together", str(two)],
        cwd=_ROOT,
        env=os.environ | {"ACCELERATE_USE_CPU": "true", "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert (two / "processes").read_text() == "2"
    for process in range(2):
        assert (two / f"scores-{process}").read_text() == "[1.0, 2.0, 3.0]"
    weights = [torch.load(folder / "weights.pt") for folder in (one, two)]
    for name, expected in weights[0].items():
        assert torch.allclose(weights[1][name], expected, atol=1e-4), name
    assert sorted(path.name for path in (two / "state").iterdir()) == ["best.safetensors", "state"]
