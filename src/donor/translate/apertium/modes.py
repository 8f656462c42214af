"""Which of Apertium's modes translates between two languages, and which version it has."""

import hashlib
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from donor.errors import ConfigError
from donor.languages import Language
from donor.languages.codes import primary

__all__ = ["WHERE", "Engine", "engine", "mode_for"]

WHERE = 'translator "apertium"'

_INSTALL = "on Debian or Ubuntu: apt install apertium apertium-eng-spa"
_TIMEOUT_S = 60
# Languages that Apertium's modes call otherwise than ISO 639 does.
_NAMES: Mapping[str, tuple[str, ...]] = {
    "bs": ("hbs_BS", "hbs"),
    "hr": ("hbs_HR", "hbs"),
    "ms": ("zlm", "zsm"),
    "no": ("nob", "nno"),
    "sh": ("hbs",),
    "sr": ("hbs_SR", "hbs"),
}
_DATA_FILE = re.compile(r"'(/[^']+)'|(?<!\S)(/\S+)")


@dataclass(frozen=True, slots=True)
class Engine:
    """An installed Apertium and one of its modes.

    Args:
        program: the path of `apertium`.
        mode: as `eng-spa`.
        version: of the program.
        package: name and version of the Debian package that brings the mode, or "".
        data: a digest of the mode's files.
    """

    program: str
    mode: str
    version: str
    package: str
    data: str

    @property
    def identity(self) -> str:
        """What has to be equal for the same text to be translated in the same way."""
        return f"{self.version} {self.mode} {self.data}"

    def provenance(self) -> dict[str, str]:
        """What a run says of it."""
        return {
            "apertium": self.version,
            "mode": self.mode,
            "package": self.package,
            "data": self.data,
        }


def engine(source: Language, target: Language, mode: str | None = None) -> Engine:
    """The installed Apertium with the mode for these languages, or with the one that is named.

    Raises:
        ConfigError: Apertium is not installed, does not work, or has no such mode.
    """
    program, here = shutil.which("apertium"), installed()
    if program is None or here is None:
        raise ConfigError(WHERE, "the program apertium is not installed", _INSTALL)
    version, modes = here
    if mode is None:
        mode = mode_for(source, target, modes)
    elif mode not in modes:
        what = f"there is no mode {mode!r}"
        raise ConfigError(WHERE, what, f"installed: {', '.join(modes) or 'none'}")
    file = Path(program).resolve().parent.parent / "share" / "apertium" / "modes" / f"{mode}.mode"
    return Engine(program, mode, version, _package(file), _digest(file))


def installed() -> tuple[str, list[str]] | None:
    """The version of the installed Apertium, and its modes; None without it.

    Raises ConfigError where it does not work.
    """
    program = shutil.which("apertium")
    if program is None:
        return None
    version = _said(program, "-V").strip().removeprefix("Apertium ")
    return version, _said(program, "-l").split()


def mode_for(source: Language, target: Language, modes: Sequence[str]) -> str:
    """The mode that translates from one language into the other.

    Modes are called by ISO 639-3 or, the older ones, by ISO 639-1, some with a variant of the
    language: that of the tag is taken if there is one.

    >>> from donor.languages import language
    >>> mode_for(language("es"), language("en-US"), ["eng-spa", "spa-eng", "spa-eng_US"])
    'spa-eng_US'

    Raises:
        ConfigError: there is none; the error says what is installed, and what to look for.
    """
    pairs = {tuple(mode.split("-")): mode for mode in modes if mode.count("-") == 1}
    for target_name in _names(target):
        for source_name in _names(source):
            if (source_name, target_name) in pairs:
                return pairs[source_name, target_name]
    what = f"no installed mode translates from {source.name} into {target.name}"
    raise ConfigError(WHERE, what, _looking_for(source, target, pairs))


def _names(language: Language) -> list[str]:
    """What a language may be called in a mode, the best first."""
    import langcodes

    tag = langcodes.Language.get(language.tag)
    short = primary(language.tag)
    plain = [*_NAMES.get(short, ()), tag.to_alpha3(), short]
    variants = [*(tag.variants or ()), *([tag.territory] if tag.territory else ())]
    names = [f"{name}_{variant}" for name in plain for variant in variants]
    return list(dict.fromkeys([*names, *plain]))


def _looking_for(source: Language, target: Language, pairs: Mapping[tuple[str, ...], str]) -> str:
    sides = {name.partition("_")[0] for one in (source, target) for name in _names(one)}
    near = [mode for pair, mode in pairs.items() if {one.partition("_")[0] for one in pair} & sides]
    first, second = ([name for name in _names(one) if "_" not in name] for one in (source, target))
    packages = [
        f"apertium-{one}-{other}"
        for left, right in ((first, second), (second, first))
        for one in left
        for other in right
        if len(one) == len(other)
    ]
    installed = f"installed with one of them: {', '.join(sorted(near)) or 'none'}"
    return f"{installed}; Debian's package would be one of {', '.join(packages)}"


def _said(program: str, flag: str) -> str:
    try:
        ended = subprocess.run(
            [program, flag], capture_output=True, text=True, timeout=_TIMEOUT_S, check=True
        )
    except (OSError, subprocess.SubprocessError) as error:
        reason = getattr(error, "stderr", None) or error
        raise ConfigError(WHERE, f"{program} {flag} fails: {reason}", _INSTALL) from error
    return ended.stdout


def _package(file: Path) -> str:
    """Name and version of the Debian package that a file is of; "" where that is not known."""
    found = _asked("dpkg-query", "--search", str(file)).partition(":")[0]
    if not found:
        return ""
    version = _asked("dpkg-query", "--show", "--showformat=${Version}", found)
    return f"{found} {version}".strip()


def _asked(*command: str) -> str:
    try:
        ended = subprocess.run(command, capture_output=True, text=True, timeout=_TIMEOUT_S)
    except (OSError, subprocess.SubprocessError):
        # A system without Debian's tools.
        return ""
    return ended.stdout.strip() if ended.returncode == 0 else ""


def _digest(mode: Path) -> str:
    """A digest of the mode and of all files that it names; "" where the mode is elsewhere."""
    try:
        text = mode.read_text(encoding="utf-8")
    except OSError:
        return ""
    # Wherever the files are installed.
    digest = hashlib.sha256(_DATA_FILE.sub(lambda match: Path(_named(match)).name, text).encode())
    for file in sorted({Path(_named(match)) for match in _DATA_FILE.finditer(text)}):
        if file.is_file():
            digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:16]


def _named(match: re.Match[str]) -> str:
    return match[1] or match[2]
