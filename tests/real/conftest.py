"""A real llama-server with a tiny random model, for all tests of this folder."""

from collections.abc import Callable, Iterator

import pytest
from tests.servers.llama import find_llama_server, llama_server

SLOTS = 4


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if find_llama_server() is None:
        pytest.skip("llama-server is not built: .ci/build-llama-server")
    from tests.servers.tiny_model import write_tiny_model

    model = tmp_path_factory.mktemp("model") / "tiny.gguf"
    write_tiny_model(model)
    with llama_server(model, slots=SLOTS) as base_url:
        yield base_url


@pytest.fixture
def tell(capsys: pytest.CaptureFixture[str]) -> Callable[[str], None]:
    """Prints figures where whoever runs the tests sees them."""

    def told(text: str) -> None:
        with capsys.disabled():
            print(text, flush=True)

    return told
