"""What `donor doctor` found, as a table."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from donor.report.visible import visible

__all__ = ["checkup"]

_MODELS_SHOWN = 12
_Row = tuple[str, str, str]
"""A name, what is said of it, and a style: good, missing or plain."""

_STYLES = {"good": "green", "missing": "yellow", "bad": "red", "plain": ""}


def checkup(found: Mapping[str, Any]) -> RenderableType:
    """The findings by section. `found` has the shape of `donor doctor --json`."""
    sections = (
        ("donor", _versions(found["versions"])),
        ("API keys", _keys(found["keys"])),
        ("servers", _servers(found["servers"], found["looked_at"])),
        ("extras", _extras(found["extras"])),
        ("programs", _programs(found["programs"])),
        ("store", _store(found["store"])),
        ("prices", _prices(found["prices"])),
        ("live test", _live(found["live_test"])),
    )
    return Group(*(_section(title, rows) for title, rows in sections))


def _section(title: str, rows: Iterable[_Row]) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(style="bold", width=9, no_wrap=True)
    table.add_column(width=24, overflow="fold")
    table.add_column(overflow="fold")
    for n, (name, value, style) in enumerate(rows):
        said = Text(visible(value), style=_STYLES[style])
        table.add_row("" if n else title, Text(visible(name)), said)
    return table


def _versions(versions: Mapping[str, str]) -> Iterator[_Row]:
    told = f"Python {versions['python']}, {versions['platform']}"
    yield versions["donor"], told, "plain"


def _keys(keys: Sequence[Mapping[str, Any]]) -> Iterator[_Row]:
    for key in keys:
        if key["set"]:
            yield key["variable"], f"set, for {key['provider']}:", "good"
    missing = [key["variable"] for key in keys if not key["set"]]
    if missing:
        yield "not set", ", ".join(missing), "plain"


def _servers(servers: Iterable[Mapping[str, Any]], looked_at: Iterable[str]) -> Iterator[_Row]:
    at = set()
    for server in servers:
        at.add(server["base_url"])
        name = " ".join(part for part in (server["kind"], server["version"]) if part)
        yield name, server["base_url"], "good"
        if server["problem"]:
            yield "", server["problem"], "bad"
        for model in server["models"][:_MODELS_SHOWN]:
            yield "", _model(model), "plain"
        more = len(server["models"]) - _MODELS_SHOWN
        if more > 0:
            yield "", f"… and {more} more: --json lists them all", "plain"
        if not (server["models"] or server["problem"]):
            yield "", "no model yet", "missing"
    empty = [url for url in looked_at if url not in at]
    if empty:
        shown = [url.removeprefix("http://").removesuffix("/v1") for url in empty]
        yield "none at", ", ".join(shown), "plain"


def _model(model: Mapping[str, Any]) -> str:
    """A model in one line: name, quantisation, context."""
    context, trained = model["context"], model["trained_context"]
    said = [model["name"], model["quantisation"] or ""]
    if context and trained and trained != context:
        said.append(f"context {context:,} of {trained:,}")
    elif context:
        said.append(f"context {context:,}")
    elif trained:
        said.append(f"context up to {trained:,}")
    return ", ".join(part for part in said if part)


def _extras(libraries: Iterable[Mapping[str, Any]]) -> Iterator[_Row]:
    for library in libraries:
        if library["version"]:
            yield library["name"], f"{library['version']}  [{library['extra']}]", "good"
        else:
            yield library["name"], f"missing: {library['hint']}", "missing"


def _programs(programs: Iterable[Mapping[str, Any]]) -> Iterator[_Row]:
    for program in programs:
        if program["problem"]:
            yield program["name"], program["problem"], "bad"
        elif program["version"]:
            modes = ", ".join(program["modes"]) or "no pair of languages"
            yield program["name"], f"{program['version']}, {modes}", "good"
        else:
            yield program["name"], "missing: apt install apertium apertium-eng-spa", "missing"


def _store(store: Mapping[str, Any]) -> Iterator[_Row]:
    writable = "writable" if store["writable"] else "not writable"
    style = "plain" if store["writable"] else "bad"
    if store["problem"]:
        yield store["path"], store["problem"], "bad"
    elif store["exists"]:
        size = store["bytes"] / 1e6
        said = f"{store['answers']:,} answers, {size:,.1f} MB, {writable}"
        yield store["path"], said, "good" if store["writable"] else "bad"
    else:
        yield store["path"], f"not there yet; its folder is {writable}", style


def _prices(prices: Mapping[str, Any]) -> Iterator[_Row]:
    yield f"{prices['models']} models", f"list prices up to {prices['date']}", "plain"


def _live(test: Mapping[str, Any] | None) -> Iterator[_Row]:
    if test is None:
        return
    yield "source", test["source"], "plain"
    yield "translation", test["translation"], "good"
    tokens = "the server counts no tokens"
    if test["prompt_tokens"] is not None:
        tokens = f"{test['prompt_tokens']:,} prompt, {test['completion_tokens']:,} completion"
    yield "tokens", tokens, "plain"
    yield "time", f"{test['seconds']:.1f} s, {test['requests']} requests", "plain"
    price = "unknown" if test["usd"] is None else f"{test['usd']:.6f} USD"
    yield "price", f"{price} ({test['prices']})", "plain"
    taken = "taken" if test["schema_taken"] else f"not taken; sent as {test['wire']}"
    yield "JSON schema", taken, "good" if test["schema_taken"] else "missing"
    yield "finish reason", test["finish_reason"] or "not told", "plain"
    yield "served model", test["served_model"] or "not told", "plain"
