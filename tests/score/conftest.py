"""Inputs and outputs of other people's scorers, beside the checkout."""

from pathlib import Path

import pytest

SCORERS = Path(__file__).parents[3] / "shared/scorers"


@pytest.fixture(scope="session")
def scorers() -> Path:
    """Files that other scorers have counted, and what they found."""
    if not SCORERS.is_dir():
        pytest.skip("needs the outputs of other scorers in ../shared/scorers")
    return SCORERS
