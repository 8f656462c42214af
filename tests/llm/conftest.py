from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.llm.model_server import ModelServer


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with ModelServer() as running:
        yield running


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "donor-responses.sqlite"
