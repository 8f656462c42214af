"""The licence of a source dataset: as the user gives it, or as its folder says it for sure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from donor.recipe import Recipe

__all__ = ["Licence", "hub_names", "licence_given", "licence_of"]

# The names that the Hugging Face hub knows; it takes any other as `other` with a name.
_NAMES = (
    "afl-3.0 agpl-3.0 apache-2.0 artistic-2.0 bsd bsd-2-clause bsd-3-clause bsd-3-clause-clear"
    " bsl-1.0 c-uda cc cc-by-2.0 cc-by-2.5 cc-by-3.0 cc-by-4.0 cc-by-nc-2.0 cc-by-nc-3.0"
    " cc-by-nc-4.0 cc-by-nc-nd-3.0 cc-by-nc-nd-4.0 cc-by-nc-sa-2.0 cc-by-nc-sa-3.0"
    " cc-by-nc-sa-4.0 cc-by-nd-4.0 cc-by-sa-3.0 cc-by-sa-4.0 cc0-1.0 cdla-permissive-1.0"
    " cdla-permissive-2.0 cdla-sharing-1.0 ecl-2.0 epl-1.0 epl-2.0 etalab-2.0 eupl-1.1 eupl-1.2"
    " gfdl gpl gpl-2.0 gpl-3.0 isc lgpl lgpl-2.1 lgpl-3.0 lgpl-lr lppl-1.3c mit mpl-2.0 ms-pl"
    " ncsa odbl odc-by ofl-1.1 openrail osl-3.0 other pddl postgresql unknown unlicense wtfpl"
    " zlib"
)
_KNOWN = frozenset(_NAMES.split())
_HEAD = re.compile(r"\A---[ \t]*\r?\n(.*?)^---[ \t]*$", re.DOTALL | re.MULTILINE)
_FILES = ("LICENSE", "LICENSE.txt", "LICENSE.md", "LICENCE", "LICENCE.txt", "COPYING")
# The titles of licence texts, the longer before those that they contain.
_TITLES = (
    (r"Attribution-NonCommercial-ShareAlike 4\.0 International", "cc-by-nc-sa-4.0"),
    (r"Attribution-NonCommercial-NoDerivatives 4\.0 International", "cc-by-nc-nd-4.0"),
    (r"Attribution-NonCommercial 4\.0 International", "cc-by-nc-4.0"),
    (r"Attribution-NoDerivatives 4\.0 International", "cc-by-nd-4.0"),
    (r"Attribution-ShareAlike 4\.0 International", "cc-by-sa-4.0"),
    (r"Attribution-ShareAlike 3\.0 Unported", "cc-by-sa-3.0"),
    (r"Attribution 4\.0 International", "cc-by-4.0"),
    (r"CC0 1\.0 Universal", "cc0-1.0"),
    (r"Apache License\s+Version 2\.0", "apache-2.0"),
    (r"GNU AFFERO GENERAL PUBLIC LICENSE\s+Version 3", "agpl-3.0"),
    (r"GNU LESSER GENERAL PUBLIC LICENSE\s+Version 3", "lgpl-3.0"),
    (r"GNU GENERAL PUBLIC LICENSE\s+Version 3", "gpl-3.0"),
    (r"GNU GENERAL PUBLIC LICENSE\s+Version 2", "gpl-2.0"),
    (r"Mozilla Public License Version 2\.0", "mpl-2.0"),
    (r"Open Data Commons Open Database License", "odbl"),
    (r"MIT License", "mit"),
)
_TITLE_CHARACTERS = 400


@dataclass(frozen=True, slots=True)
class Licence:
    """The licence of a source.

    Attributes:
        names: what it is called, one or several; none where nothing says it.
        said_in: where it was found: a file's path, or "" for the user's own word.
    """

    names: tuple[str, ...] = ()
    said_in: str = ""


def licence_of(recipe: Recipe) -> Licence:
    """The licence that the recipe gives, or that all inputs say of themselves alike."""
    return licence_given(recipe.license, recipe.inputs)


def licence_given(given: str | None, inputs: Sequence[str]) -> Licence:
    """The licence that the user gives, or that all inputs say of themselves alike.

    The head of a `README.md` beside an input says it; a file `LICENSE` in an input folder only
    if it begins with the title of a licence that is known.
    """
    if given:
        return Licence((given,))
    found = [_said_by(Path(path)) for path in inputs]
    if not found or len({one.names for one in found}) > 1:
        return Licence()
    return found[0]


def hub_names(licence: Licence) -> tuple[tuple[str, ...], str]:
    """The names that the hub knows for the licence, and the own name of one that it does not.

    >>> hub_names(Licence(("CC BY-NC-SA 4.0",)))
    (('cc-by-nc-sa-4.0',), '')
    >>> hub_names(Licence(("Our own terms",)))
    (('other',), 'Our own terms')
    """
    if not licence.names:
        return ("unknown",), ""
    names = [re.sub(r"[\s_]+", "-", name.strip().casefold()) for name in licence.names]
    if all(name in _KNOWN for name in names):
        return tuple(dict.fromkeys(names)), ""
    return ("other",), ", ".join(licence.names)


def _said_by(path: Path) -> Licence:
    folder = path if path.is_dir() else path.parent
    card = folder / "README.md"
    names = tuple(_in_head(_text(card)))
    if names:
        return Licence(names, str(card))
    # A licence beside a single file may be that of the project around it.
    texts = ((file, _text(file)) for name in _FILES if (file := folder / name).is_file())
    known = [Licence((name,), str(file)) for file, text in texts if (name := _title(text))]
    return known[0] if path.is_dir() and len({one.names for one in known}) == 1 else Licence()


def _in_head(card: str) -> Iterator[str]:
    """The names under `license` in the head of a card."""
    head = _HEAD.search(card)
    lines = iter(head[1].splitlines() if head else ())
    for line in lines:
        if line.startswith("license:"):
            value = line.removeprefix("license:").split(" #")[0].strip()
            if value:
                yield from filter(None, map(_plain, value.strip("[]").split(",")))
                return
            break
    for line in lines:
        if not line.lstrip().startswith("- "):
            return
        yield _plain(line.lstrip().removeprefix("- "))


def _plain(value: str) -> str:
    return value.strip().strip("'\"")


def _title(text: str) -> str | None:
    head = text[:_TITLE_CHARACTERS]
    return next((name for title, name in _TITLES if re.search(title, head)), None)


def _text(path: Path) -> str:
    """The text of a file; "" where there is none that can be read."""
    try:
        return path.read_text(encoding="utf-8-sig", errors="replace")
    except OSError:
        return ""
