"""What memory does not hold is told; any other error stays what it is."""

import pytest

from donor.errors import ConfigError
from donor.train.fitting.memory import memory_explained

torch = pytest.importorskip("torch")


@pytest.mark.parametrize(
    ("error", "at_once", "told"),
    [
        (
            torch.OutOfMemoryError("CUDA out of memory.\nSee …"),
            4,
            "here: 4 examples at once do not fit into memory: CUDA out of memory. (fewer)",
        ),
        (
            RuntimeError("DefaultCPUAllocator: can't allocate memory"),
            1,
            "here: a single example does not fit into memory: DefaultCPUAllocator: can't allocate"
            " memory (one)",
        ),
    ],
)
def test_what_memory_does_not_hold_is_explained(
    error: RuntimeError, at_once: int, told: str
) -> None:
    with (
        pytest.raises(ConfigError) as found,
        memory_explained("here", at_once, fewer="fewer", one="one"),
    ):
        raise error
    assert str(found.value) == told


def test_other_errors_keep_their_traceback() -> None:
    with (
        pytest.raises(RuntimeError, match="a defect"),
        memory_explained("here", 4, fewer="fewer", one="one"),
    ):
        raise RuntimeError("a defect")
