"""What a model's tokens cost: a dated table with its sources, or the user's own.

A price that is not known is `Unpriced`, with the reason; it is never 0.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from donor.errors import ConfigError
from donor.llm.providers import NO_PROVIDER, PROVIDERS, ModelName, split_model

__all__ = [
    "Prices",
    "Unpriced",
    "host_of",
    "known_prices",
    "prices_of",
    "read_prices",
    "table_date",
]

_MILLION = 1e6
_DATED = re.compile(r"-(\d{4}-\d{2}-\d{2}|\d{8})\Z")
_NUMBERS = {
    "prompt": "prompt_usd_per_million",
    "completion": "completion_usd_per_million",
    "cached": "cached_usd_per_million",
}
_FORM = 'write [openai.models], then "gpt-4o" = { prompt = 2.5, cached = 1.25, completion = 10 }'


@dataclass(frozen=True, slots=True)
class Prices:
    """What a model costs, in USD for a million tokens, and who says so.

    Args:
        prompt_usd_per_million: for what is sent.
        completion_usd_per_million: for what comes back.
        cached_usd_per_million: for the part of the prompt that the provider had cached; None
            where that is not known, and then it is priced like the rest.
        date: the day on which the source was read.
        source: the page, the file or the recipe that says so.
        note: what else the user should know, for example that a lower price holds for a time.
    """

    prompt_usd_per_million: float
    completion_usd_per_million: float
    cached_usd_per_million: float | None = None
    date: str | None = None
    source: str | None = None
    note: str = ""

    def usd(
        self, prompt_tokens: float, completion_tokens: float, cached_tokens: float = 0
    ) -> float:
        """The price of so many tokens; the cached ones are part of the prompt's.

        >>> Prices(2.0, 8.0, cached_usd_per_million=0.5).usd(1_000_000, 0, 400_000)
        1.4
        """
        cached = min(cached_tokens, prompt_tokens)
        cached_price = self.cached_usd_per_million
        if cached_price is None:
            cached_price = self.prompt_usd_per_million
        prompt = (prompt_tokens - cached) * self.prompt_usd_per_million + cached * cached_price
        return (prompt + completion_tokens * self.completion_usd_per_million) / _MILLION

    def as_json(self) -> dict[str, Any]:
        """The prices as they stand in `usage.json`."""
        return {name: value for name, value in asdict(self).items() if value not in (None, "")}

    def __str__(self) -> str:
        said = f"prices of {self.date}" if self.date else f"prices by {self.source}"
        return f"{said}; {self.note}" if self.note else said


@dataclass(frozen=True, slots=True)
class Unpriced:
    """Why the price of a model is not known."""

    reason: str


Table = Mapping[str, Prices]
"""The prices of models by their names, `provider:model`."""


def prices_of(
    model: str, *, own: Table | None = None, base_url: str | None = None
) -> Prices | Unpriced:
    """What a model costs, by the user's own table where that names it, else by Donor's.

    A dated name (`gpt-4o-mini-2024-07-18`) that is not in a table costs what the bare one does.
    Donor's table is about the providers' own addresses only.

    >>> prices_of("openai:gpt-4o-mini").prompt_usd_per_million
    0.15
    >>> prices_of("ollama:llama3.1:8b")
    Unpriced(reason='a server of your own: its tokens have no list price')

    Raises:
        ConfigError: the model's name has no provider, or one that is not known.
    """
    name = split_model(model)
    given = _found(name, own or {})
    if given is not None:
        return given
    reason = _beyond_the_table(name, base_url)
    if reason:
        return Unpriced(reason)
    known = _found(name, known_prices())
    if known is not None:
        return known
    return Unpriced(f"the table of {table_date()} does not hold {name.provider}:{name.name}")


def _found(name: ModelName, table: Table) -> Prices | None:
    """The prices of a model in a table, under its full name or without its date."""
    full = f"{name.provider}:{name.name}"
    return table.get(full) or table.get(_DATED.sub("", full))


def _beyond_the_table(name: ModelName, base_url: str | None) -> str:
    """Why a table of list prices says nothing about this model; "" if it may."""
    own_address = PROVIDERS[name.provider].base_url
    if name.provider == NO_PROVIDER:
        return "no model is asked"
    if name.provider == "recorded":
        return "recorded answers are not asked for again"
    if own_address is not None and host_of(own_address) == "localhost":
        return "a server of your own: its tokens have no list price"
    if (
        own_address is not None
        and base_url is not None
        and host_of(base_url) != host_of(own_address)
    ):
        return f"--base-url names another server than that of {name.provider}"
    return ""


def host_of(url: str) -> str:
    """The host of an address; "" where it has none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


@cache
def _raw_table() -> dict[str, Any]:
    text = files("donor.llm").joinpath("prices.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def known_prices() -> Table:
    """The table that comes with Donor."""
    return dict(_priced(_raw_table(), "prices.toml"))


def table_date() -> str:
    """The day of the newest price in the table that comes with Donor."""
    return str(_raw_table()["date"])


def read_prices(path: Path) -> Table:
    """The user's own table, in the form of Donor's.

    Raises:
        ConfigError: it cannot be read, is no TOML, or a price of it is incomplete.
    """
    try:
        value = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(str(path), f"cannot be read: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(str(path), f"not TOML: {error}") from None
    table = dict(_priced(value, str(path)))
    if not table:
        raise ConfigError(str(path), "holds no price", _FORM)
    return table


def _priced(value: Mapping[str, Any], where: str) -> Iterator[tuple[str, Prices]]:
    """The prices of a table's TOML. Raises ConfigError."""
    for provider, section in value.items():
        if provider == "date":
            continue
        if provider not in PROVIDERS:
            known = ", ".join(sorted(PROVIDERS))
            raise ConfigError(where, f"provider [{provider}] is not known", f"known: {known}")
        models = section.get("models") if isinstance(section, dict) else None
        if not isinstance(models, dict):
            raise ConfigError(where, f"[{provider}] has no table [{provider}.models]", _FORM)
        date = section.get("date", value.get("date"))
        about = {"date": None if date is None else str(date)}
        about["source"] = str(section.get("source", where))
        for model, row in models.items():
            yield f"{provider}:{model}", _row(row, about, f"{where}: {provider}:{model}")


def _row(row: Any, about: Mapping[str, Any], where: str) -> Prices:
    """One model's prices. Raises ConfigError."""
    if not isinstance(row, dict) or not {"prompt", "completion"} <= set(row):
        raise ConfigError(where, "a price needs prompt and completion", _FORM)
    unknown = sorted(set(row) - {*_NUMBERS, "note"})
    if unknown:
        raise ConfigError(where, f"key {unknown[0]!r} is not known", _FORM)
    for name in _NUMBERS:
        if name in row and not _is_price(row[name]):
            raise ConfigError(where, f"{name} must be a number from 0, in USD for a million tokens")
    numbers = {field: row[name] for name, field in _NUMBERS.items() if name in row}
    return Prices(**numbers, **about, note=str(row.get("note", "")))


def _is_price(value: object) -> bool:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and 0 <= float(value) < float("inf")  # type: ignore[arg-type]
