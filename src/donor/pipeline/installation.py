"""What is installed here: Donor, Python, and the libraries that its extras bring."""

import platform
import re
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from typing import Any

__all__ = ["Library", "extra_libraries", "versions"]

_REQUIREMENT = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)")
_EXTRA = re.compile(r"""extra\s*==\s*["']([A-Za-z0-9._-]+)["']""")


@dataclass(frozen=True, slots=True)
class Library:
    """A library that one of Donor's extras brings, and its version if it is here."""

    name: str
    extra: str
    version: str | None

    @property
    def hint(self) -> str:
        """How to install it; "" where it is."""
        return "" if self.version else f"pip install 'donor[{self.extra}]'"

    def as_json(self) -> dict[str, Any]:
        """The fields as a JSON object."""
        return asdict(self) | {"hint": self.hint}


def extra_libraries() -> tuple[Library, ...]:
    """The libraries of all extras, in the order in which Donor's own metadata name them."""
    found = []
    for requirement in requires("donor") or ():
        name, extra = _REQUIREMENT.match(requirement), _EXTRA.search(requirement)
        if name and extra:
            found.append(Library(name[1], extra[1], _version(name[1])))
    return tuple(found)


def versions() -> dict[str, str]:
    """The versions that may decide what a run makes: Donor's, Python's, the extras' libraries'."""
    core = {"donor": version("donor"), "python": platform.python_version()}
    return core | {one.name: one.version for one in extra_libraries() if one.version}


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
