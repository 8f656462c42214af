from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.pipeline.small import transfer_small, write_small
from tests.servers.transliterator import transliterator


@pytest.fixture(scope="session")
def base_url() -> Iterator[str]:
    """A model whose answers are all right."""
    with transliterator() as url:
        yield url


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return write_small(tmp_path / "source")


@pytest.fixture
def done(tmp_path: Path, source: Path, base_url: str) -> Path:
    """A folder with a source, a store, and a finished run."""
    transfer_small(tmp_path, base_url)
    return tmp_path
