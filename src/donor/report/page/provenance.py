"""What a run was made with, as the page lists it."""

from collections.abc import Iterator, Mapping
from typing import Any

from donor.report.page.numbers import whole

__all__ = ["provenance_parts"]

_HASH, _MOST_INPUTS = 16, 40

Facts = Mapping[str, Any]


def provenance_parts(found: Facts, beside: str) -> dict[str, Any]:
    """The parts for the template: single facts, tables of hashes and versions, the recipe.

    Args:
        found: the facts.
        beside: the name of the file with all of them.
    """
    tables = [
        {"name": "Inputs (sha-256)", "rows": list(_inputs(found, beside))},
        {"name": "Prompts (sha-256)", "rows": list(_hashes(found.get("prompts")))},
        {"name": "Versions", "rows": list((found.get("versions") or {}).items())},
        {"name": "Files of the recipe (sha-256)", "rows": list(_hashes(found.get("files")))},
    ]
    return {
        "provenance": list(_facts(found)),
        "tables": tables,
        "recipe": found["recipe_toml"],
        "version": (found.get("versions") or {}).get("donor"),
    }


def _facts(found: Facts) -> Iterator[tuple[str, str]]:
    if found.get("started_at"):
        yield "Time", f"{found['started_at']} to {found.get('ended_at')}"
    yield "Recipe", f"sha-256 {found['recipe_sha256']}"
    yield "Model", str(found.get("model"))
    if found.get("parameters"):
        yield "Parameters", _listed(found["parameters"])
    served = found.get("served") or {}
    if served.get("models"):
        yield "Served models", _listed(served["models"])
        yield "Fingerprints", _listed(served.get("fingerprints") or {})
    server = found.get("server") or {}
    if server:
        yield "Server", str(server.get("unknown") or _listed(server))
    if found.get("base_url"):
        yield "Address", str(found["base_url"])
    if found.get("store"):
        yield "Store", f"{found['store']}{', replayed' if found.get('replay') else ''}"


def _listed(values: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in values.items())


def _inputs(found: Facts, beside: str) -> Iterator[tuple[str, str]]:
    inputs = found.get("inputs") or ()
    for one in inputs[:_MOST_INPUTS]:
        digest, size = one.get("sha256"), one.get("bytes")
        said = str(digest)[:_HASH] if digest else f"revision {one.get('revision')}"
        yield str(one.get("name")), said + (f"  {whole(size)} bytes" if size else "")
    if len(inputs) > _MOST_INPUTS:
        yield f"and {whole(len(inputs) - _MOST_INPUTS)} more", f"all in {beside}"


def _hashes(values: Mapping[str, Any] | None) -> Iterator[tuple[str, str]]:
    for name, value in (values or {}).items():
        yield name, str(value)[:_HASH]
