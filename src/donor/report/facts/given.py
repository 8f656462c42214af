"""What other commands have found, and is to stand beside a run."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

__all__ = ["NOTHING", "Given"]


@dataclass(frozen=True, slots=True)
class Given:
    """Where it lies.

    Args:
        consistency: what `donor consistency` has written.
        compared: what `donor compare --json` has printed.
        baselines: what `donor baselines --json` has printed, or the folder that it wrote.
        trained: model folders of `donor train`, or the `scores.json` in them.
    """

    consistency: Path | None = None
    compared: Path | None = None
    baselines: Path | None = None
    trained: Sequence[Path] = ()


NOTHING = Given()
"""Nothing but the run itself."""
