import io
from typing import Any

import pytest
from rich.console import Console

from donor.report import checkup

KEYS = [
    {"provider": "openai", "variable": "OPENAI_API_KEY", "needed": True, "set": True},
    {"provider": "azure", "variable": "AZURE_OPENAI_API_KEY", "needed": True, "set": False},
]
MODEL = {"context": None, "trained_context": None, "quantisation": None, "digest": None}
SERVERS = [
    {
        "kind": "ollama",
        "base_url": "http://localhost:11434/v1",
        "version": "0.12.3",
        "problem": "",
        "models": [{"name": f"model-{n}:70b-instruct", **MODEL} for n in range(20)],
    },
    {
        "kind": "vllm",
        "base_url": "http://localhost:8000/v1",
        "version": None,
        "problem": "it wants an API key",
        "models": [],
    },
]
LIVE = {
    "source": "Every living cell is bounded by a thin membrane.",
    "translation": "Каждая живая клетка ограничена тонкой мембраной, [/] и \x1b[1m только ею.",
    "seconds": 0.84,
    "requests": 1,
    "prompt_tokens": 300,
    "completion_tokens": 20,
    "usd": 0.000123,
    "prices": "prices of 2026-10-14",
    "wire": "json_schema",
    "schema_taken": True,
    "finish_reason": "stop",
    "served_model": None,
    "fingerprint": None,
    "base_url": "http://localhost:11434/v1",
}

APERTIUM = {"name": "apertium", "version": "3.8.3", "modes": ["eng-spa"], "problem": ""}


def found(**more: Any) -> dict[str, Any]:
    return {
        "versions": {"donor": "0.1.0", "python": "3.11.7", "platform": "Linux x86_64"},
        "keys": KEYS,
        "looked_at": [server["base_url"] for server in SERVERS] + ["http://localhost:1234/v1"],
        "servers": SERVERS,
        "extras": [
            {"name": "razdel", "extra": "lang", "version": "0.5", "hint": ""},
            {"name": "lingua-language-detector", "extra": "lang", "version": None, "hint": "pip i"},
        ],
        "programs": [APERTIUM],
        "store": {
            "path": "donor-responses.sqlite",
            "exists": True,
            "writable": False,
            "bytes": 1_200_000,
            "answers": 1234,
            "problem": "",
        },
        "prices": {"date": "2026-11-04", "models": 113},
        "live_test": LIVE,
        **more,
    }


def printed(value: dict[str, Any], width: int = 80) -> list[str]:
    out = io.StringIO()
    Console(file=out, width=width, color_system=None, legacy_windows=False).print(checkup(value))
    return out.getvalue().splitlines()


@pytest.mark.parametrize("width", [60, 80, 120])
def test_no_line_is_too_long(width: int) -> None:
    assert max(map(len, printed(found(), width))) <= width


def test_every_finding_is_said() -> None:
    lines = [" ".join(line.split()) for line in printed(found(), 100)]
    for line in (
        "donor 0.1.0 Python 3.11.7, Linux x86_64",
        "API keys OPENAI_API_KEY set, for openai:",
        "not set AZURE_OPENAI_API_KEY",
        "servers ollama 0.12.3 http://localhost:11434/v1",
        "model-0:70b-instruct",
        "… and 8 more: --json lists them all",
        "it wants an API key",
        "none at localhost:1234",
        "extras razdel 0.5 [lang]",
        "lingua-language-detector missing: pip i",
        "programs apertium 3.8.3, eng-spa",
        "store donor-responses.sqlite 1,234 answers, 1.2 MB, not writable",
        "prices 113 models list prices up to 2026-11-04",
        "price 0.000123 USD (prices of 2026-10-14)",
        "JSON schema taken",
        "served model not told",
    ):
        assert line in lines
    assert any("[/] и ␛[1m только" in line for line in printed(found(), 140))


def test_without_a_live_test_there_is_no_word_of_it() -> None:
    assert not any("live test" in line for line in printed(found(live_test=None)))


def test_a_program_that_is_not_there_or_does_not_work() -> None:
    missing = found(programs=[{**APERTIUM, "version": None, "modes": []}])
    assert any("missing: apt install apertium" in line for line in printed(missing))
    broken = found(programs=[{**APERTIUM, "problem": "apertium -V fails"}])
    assert any("apertium -V fails" in line for line in printed(broken))


def test_a_store_that_is_not_there_or_broken() -> None:
    missing = {**found()["store"], "exists": False, "writable": True}
    assert any("not there yet" in line for line in printed(found(store=missing)))
    broken = {**found()["store"], "problem": "not a response store"}
    assert any("not a response store" in line for line in printed(found(store=broken)))
