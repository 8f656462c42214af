"""What other packages bring: projectors, translators and formats, by their entry points.

The tables of Donor come first; a package cannot take one of their names. Nothing is imported
before its name is asked for.
"""

from collections.abc import Callable, Mapping
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from donor.errors import ConfigError

__all__ = ["names_of", "object_named", "package_of"]


def object_named(
    name: str, *, kind: str, known: Mapping[str, str], group: str, fits: Callable[[Any], bool]
) -> Any:
    """The object of that name: Donor's own, else that of an installed package.

    Args:
        name: as the user wrote it.
        kind: what it is, for errors.
        known: names and places (`module:attribute`) of Donor's own.
        group: the group of entry points in which packages name theirs.
        fits: whether an object that a package brings can be used at all.

    Raises:
        ConfigError: no such name (the error lists the known ones), two packages bring it, or the
            package that does is broken.
    """
    if name in known:
        module, attribute = known[name].split(":")
        return getattr(import_module(module), attribute)
    found = _entry_points(group).get(name, [])
    if not found:
        raise ConfigError(f"{kind} {name!r}", "not known", f"known: {names_of(known, group)}")
    if len(found) > 1:
        packages = " and ".join(sorted(map(package_of, found)))
        what = f"the packages {packages} both bring it"
        raise ConfigError(f"{kind} {name!r}", what, "uninstall one of them")
    return _loaded(found[0], kind, fits)


def names_of(known: Mapping[str, str], group: str) -> str:
    """All names of a kind, those of other packages with their package, for people."""
    others = {
        name: package_of(found[0])
        for name, found in sorted(_entry_points(group).items())
        if name not in known
    }
    return ", ".join([*known, *(f"{name} (of {package})" for name, package in others.items())])


def package_of(point: EntryPoint) -> str:
    """The name under which the package of an entry point is installed."""
    return point.dist.name if point.dist else point.module


def _entry_points(group: str) -> dict[str, list[EntryPoint]]:
    """The entry points of a group by name; a package that is found twice counts once."""
    found: dict[str, dict[tuple[str, str], EntryPoint]] = {}
    for point in entry_points(group=group):
        found.setdefault(point.name, {}).setdefault((package_of(point), point.value), point)
    return {name: list(points.values()) for name, points in found.items()}


def _loaded(point: EntryPoint, kind: str, fits: Callable[[Any], bool]) -> Any:
    where = f"{kind} {point.name!r} of the package {package_of(point)}"
    hint = f"repair or uninstall {package_of(point)}"
    try:
        loaded = point.load()
    except Exception as error:
        what = f"{point.value} cannot be loaded: {type(error).__name__}: {error}"
        raise ConfigError(where, what, hint) from error
    if not fits(loaded):
        raise ConfigError(where, f"{point.value} is no {kind}", hint)
    return loaded
