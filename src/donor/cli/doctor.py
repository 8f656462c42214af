"""`donor doctor`: what is here, what is missing, and whether a model answers."""

import os
import platform
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click

from donor.cli.options import as_json_option, console, print_json, store_option
from donor.errors import ConfigError, DonorError, StoreError
from donor.languages import language
from donor.llm import (
    LOCAL_PLACES,
    PROVIDERS,
    Place,
    ResponseStore,
    find_servers,
    known_prices,
    prices_of,
    read_prices,
    split_model,
    without_credentials,
)
from donor.llm.prices import table_date
from donor.pipeline import (
    DEFAULT_STORE,
    LiveTest,
    Resources,
    extra_libraries,
    live_test,
    versions,
)
from donor.report import checkup
from donor.translate.apertium.modes import installed

__all__ = ["doctor"]

_OLLAMA_PORT = 11434


@click.command()
@click.option("--model", metavar="NAME", help="Ask provider:model to translate one sentence.")
@click.option("--base-url", metavar="URL", help="An OpenAI-compatible server, up to /v1.")
@click.option(
    "--to", metavar="LANG", default="ru", show_default=True, help="Language of the sentence."
)
@click.option(
    "--timeout",
    "timeout_s",
    type=click.FloatRange(min=0, min_open=True),
    default=60.0,
    show_default=True,
    metavar="SECONDS",
    help="For the model's answer.",
)
@click.option(
    "--prices", type=click.Path(path_type=Path), metavar="FILE", help="Your own table of prices."
)
@store_option(default=Path(DEFAULT_STORE), show_default=True)
@as_json_option
def doctor(
    model: str | None,
    base_url: str | None,
    to: str,
    timeout_s: float,
    prices: Path | None,
    store: Path,
    as_json: bool,
) -> None:
    """Look at keys, local model servers, extras and the store; ask a model if one is named.

    Keys are never printed, only whether they are set. Ollama, vLLM, llama.cpp and LM Studio are
    looked for at their usual ports, at $OLLAMA_HOST, and at --base-url. With --model, one
    sentence is translated over the way that a run takes; exit 1 if that fails.

    \b
    Example:
      donor doctor
      donor doctor --model ollama:llama3.1:8b
    """
    api_key = _key_of(model) if model else None
    found = _found(store, _places(os.environ, base_url, api_key))
    failure: DonorError | None = None
    if model is not None:
        tag, own = language(to).tag, read_prices(prices) if prices else None
        resources = Resources(
            base_url=base_url,
            api_key=api_key,
            timeout_s=timeout_s,
            prices=prices_of(model, own=own, base_url=base_url),
        )
        answer = _tested(model, resources, tag)
        failure = answer if isinstance(answer, DonorError) else None
        found["live_test"] = None if isinstance(answer, DonorError) else answer.as_json()
    if as_json:
        print_json(found)
    else:
        console().print(checkup(found))
    if failure is not None:
        raise failure


def _tested(model: str, resources: Resources, to: str) -> LiveTest | DonorError:
    """What the live test found, or why it failed; the rest is shown in any case."""
    try:
        return live_test(model, resources, to=to)
    except DonorError as error:
        return error


def _found(store: Path, places: tuple[Place, ...]) -> dict[str, Any]:
    """The shape of `donor doctor --json`."""
    servers = find_servers(places)
    return {
        "versions": versions() | {"platform": f"{platform.system()} {platform.machine()}"},
        "keys": [
            {
                "provider": provider,
                "variable": endpoint.key_variable,
                "needed": endpoint.needs_key,
                "set": bool(os.environ.get(endpoint.key_variable)),
            }
            for provider, endpoint in PROVIDERS.items()
            if endpoint.key_variable
        ],
        "looked_at": [without_credentials(place.base_url) for place in places],
        "servers": [server.as_json() for server in servers],
        "extras": [library.as_json() for library in extra_libraries()],
        "programs": [_apertium()],
        "store": _store(store),
        "prices": {"date": table_date(), "models": len(known_prices())},
        "live_test": None,
    }


def _apertium() -> dict[str, Any]:
    """Which Apertium is here, and what it translates."""
    found: dict[str, Any] = {"name": "apertium", "version": None, "modes": [], "problem": ""}
    try:
        here = installed()
    except ConfigError as error:
        return found | {"problem": error.what}
    return found if here is None else found | {"version": here[0], "modes": here[1]}


def _places(
    environment: Mapping[str, str], base_url: str | None, api_key: str | None
) -> tuple[Place, ...]:
    """Where servers are looked for; a key goes only to where its provider is expected."""
    wanted = [(base_url.rstrip("/"), api_key)] if base_url else []
    if environment.get("OLLAMA_HOST"):
        wanted.append((_ollama_address(environment["OLLAMA_HOST"]), None))
    for place in LOCAL_PLACES:
        [endpoint] = [e for e in PROVIDERS.values() if e.base_url == place.base_url]
        variable = endpoint.key_variable
        wanted.append((place.base_url, environment.get(variable) if variable else None))
    places: dict[str, Place] = {}
    for address, key in wanted:
        known = places.get(address)
        places[address] = Place(address, (known and known.api_key) or key)
    return tuple(places.values())


def _ollama_address(host: str) -> str:
    """The base URL that `OLLAMA_HOST` means, read as Ollama reads it.

    >>> _ollama_address("0.0.0.0")
    'http://localhost:11434/v1'
    >>> _ollama_address("gpu:8080"), _ollama_address("https://ollama.example.org/")
    ('http://gpu:8080/v1', 'https://ollama.example.org:443/v1')
    """
    scheme, mark, rest = host.strip().partition("://")
    if not mark:
        scheme, rest = "http", host.strip()
        port = _OLLAMA_PORT
    else:
        port = {"http": 80, "https": 443}.get(scheme, _OLLAMA_PORT)
    try:
        parts = urlsplit(f"//{rest}")
        name, port = parts.hostname or "localhost", parts.port or port
    except ValueError:
        name = "localhost"
    # A server that listens everywhere is asked here.
    name = {"0.0.0.0": "localhost", "127.0.0.1": "localhost", "::": "[::1]"}.get(name, name)
    return f"{scheme}://{name}:{port}/v1"


def _key_of(model: str) -> str | None:
    variable = split_model(model).endpoint.key_variable
    return os.environ.get(variable) if variable else None


def _store(path: Path) -> dict[str, Any]:
    """The response store in the working directory: whether it is there, and how it is."""
    folder = path.absolute().parent
    found: dict[str, Any] = {
        "path": str(path),
        "exists": path.exists(),
        "writable": os.access(path if path.exists() else folder, os.W_OK),
        "bytes": None,
        "answers": None,
        "problem": "",
    }
    if not path.exists():
        return found
    try:
        with ResponseStore.open(path, read_only=True) as answers:
            return found | {"bytes": path.stat().st_size, "answers": answers.count()}
    except StoreError as error:
        return found | {"problem": f"{error.what} ({error.hint})" if error.hint else error.what}
