"""The oracle as a process: HTTP, many at once, what it counts and writes down."""

import http.client
import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from tests.oracle.asking import asked_of, conversation, gold_of, line
from tests.servers import oracle as script
from tests.servers.oracle import oracle, spoilt_counts

PAIRS = [line(f"An ion {n}.", f"Ион {n}.", ("ion", "Ион"), name=str(n)) for n in range(64)]


def body(n: int, attempt: int = 1) -> bytes:
    data = asked_of("tags", [f"An <s1>ion</s1> {n}."], [f"Ион {n}."])
    return json.dumps({"model": "oracle", "messages": conversation("tags", data, attempt)}).encode()


def asked(base_url: str, n: int, attempt: int = 1) -> str:
    url, headers = f"{base_url}/chat/completions", {"Content-Type": "application/json"}
    with urllib.request.urlopen(urllib.request.Request(url, body(n, attempt), headers)) as reply:
        choice: dict[str, Any] = json.load(reply)["choices"][0]
    assert choice["finish_reason"] == "stop"
    return str(choice["message"]["content"])


@pytest.fixture(scope="module")
def pairs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return gold_of(tmp_path_factory.mktemp("pairs"), *PAIRS)


@pytest.fixture(scope="module")
def clean(pairs: Path) -> Iterator[str]:
    with oracle(pairs) as base_url:
        yield base_url


def test_models_are_listed(clean: str) -> None:
    with urllib.request.urlopen(f"{clean}/models") as reply:
        assert [model["id"] for model in json.load(reply)["data"]] == ["oracle"]


def test_64_connections_are_answered_and_kept(clean: str) -> None:
    where = urlsplit(clean)

    def two(n: int) -> list[str]:
        connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=30)
        found = []
        for _ in range(2):
            connection.request("POST", f"{where.path}/chat/completions", body(n))
            found.append(json.load(connection.getresponse())["choices"][0]["message"]["content"])
            assert connection.sock, "the server closed the connection"
        connection.close()
        return found

    with ThreadPoolExecutor(64) as pool:
        answers = list(pool.map(two, range(64)))
    assert answers == [[f'{{"1": "<s1>Ион</s1> {n}."}}'] * 2 for n in range(64)]


def test_spoilt_answers_are_counted_and_logged(pairs: Path, tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    with oracle(pairs, "--spoil", 0.5, "--seed", 3, "--log", log) as base_url:
        first = [asked(base_url, n) for n in range(64)]
        second = [asked(base_url, n, attempt=2) for n in range(64)]
        counts = spoilt_counts(base_url)
    spoilt = [
        [text != f'{{"1": "<s1>Ион</s1> {n}."}}' for n, text in enumerate(texts)]
        for texts in (first, second)
    ]
    assert counts["spans"] == 128
    assert counts["spoilt"] == sum(map(sum, spoilt)) == sum(counts["by_kind"].values())
    assert counts["final"]["spans"] == 64
    assert counts["final"]["spoilt"] == sum(spoilt[1])
    assert counts["ever"] == sum(map(max, *spoilt))
    lines = [json.loads(text) for text in log.read_text(encoding="utf-8").splitlines()]
    assert len(lines) == counts["spoilt"]
    assert {entry["attempt"] for entry in lines} == {1, 2}
    assert all(entry["words"] == ["Ион"] and entry["task"] == "tags" for entry in lines)


def test_what_is_spoilt_hangs_on_the_seed_alone(pairs: Path) -> None:
    found = []
    for seed, order in ((1, range(64)), (1, range(63, -1, -1)), (2, range(64))):
        with oracle(pairs, "--spoil", 0.3, "--seed", seed) as base_url:
            found.append({n: asked(base_url, n) for n in order})
    assert found[0] == found[1] != found[2]


def test_any_file_and_port_and_nothing_of_donor(pairs: Path) -> None:
    """`-I` leaves out the environment's paths: what runs is the standard library alone."""
    code = "import runpy, sys; sys.path.insert(0, sys.argv[1].rsplit('/', 1)[0]);"
    code += "sys.argv = sys.argv[1:]; sys.modules['donor'] = None;"
    code += "runpy.run_path(sys.argv[0], run_name='__main__')"
    command = [sys.executable, "-I", "-S", "-c", code, str(script.__file__), str(pairs)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert asked(process.stdout.readline().strip(), 5) == '{"1": "<s1>Ион</s1> 5."}'
        finally:
            process.kill()


def test_an_unknown_kind_is_refused(pairs: Path) -> None:
    command = [sys.executable, str(script.__file__), str(pairs), "--kinds", "rude"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "lemma, case" in done.stderr
