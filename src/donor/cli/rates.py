"""What an hour costs, read from a file of rates: of a GPU, and of a person."""

import tomllib
from pathlib import Path
from typing import Any

from donor.errors import ConfigError

__all__ = ["read_rates"]

_NEEDED = {"usd_hour", "source", "date"}
_SECTIONS = {"gpu": _NEEDED | {"name"}, "human": _NEEDED}


def read_rates(path: Path) -> dict[str, float]:
    """USD for an hour, by `gpu` and `human`; what the file does not say is not there.

    Raises:
        ConfigError: the file cannot be read, is no TOML, or a rate is none, lacks its source or
            its date, or belongs to neither of the two.
    """
    try:
        sections: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(str(path), f"cannot be read: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(str(path), f"not TOML: {error}") from None
    return {name: _rate(path, name, section) for name, section in sections.items()}


def _rate(path: Path, name: str, section: Any) -> float:
    if name not in _SECTIONS or not isinstance(section, dict):
        known = "known: " + ", ".join(_SECTIONS)
        raise ConfigError(str(path), f"section [{name}] is not known", known)
    missing = sorted(_SECTIONS[name] - set(section))
    if missing:
        raise ConfigError(str(path), f"section [{name}] lacks {', '.join(missing)}")
    unknown = sorted(set(section) - _SECTIONS[name])
    if unknown:
        known = "known: " + ", ".join(sorted(_SECTIONS[name]))
        raise ConfigError(str(path), f"key {unknown[0]!r} in [{name}] is not known", known)
    rate = section["usd_hour"]
    if not isinstance(rate, int | float) or isinstance(rate, bool) or not 0 <= rate < float("inf"):
        raise ConfigError(str(path), f"key 'usd_hour' in [{name}] must be a number from 0")
    return float(rate)
