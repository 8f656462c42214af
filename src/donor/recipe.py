"""A recipe: TOML whose sections stand in the order of the flow, and decide the result.

What only decides how fast or where it is done (concurrency, store, base URL, limit …) is no
part of it; a run folder belongs to one recipe.
"""

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

import orjson
import tomli_w

from donor.data import NO_GUIDANCE
from donor.errors import ConfigError
from donor.formats import Flatten, Options, Snap, fields_for_output

__all__ = [
    "DEFAULT_CASCADE",
    "DEFAULT_CHUNK_CHARACTERS",
    "KEEP",
    "SAME",
    "SKIP",
    "STOP",
    "TRANSLATE",
    "Recipe",
    "read_recipe",
    "recipe_of",
    "with_digests",
]

DEFAULT_CASCADE = ("tags", "quote")
DEFAULT_CHUNK_CHARACTERS = NO_GUIDANCE.chunk_characters
DEFAULT_SAMPLE_TEMPERATURE = 0.7
DEFAULT_REPAIR = 1

# The files that a recipe names beside its inputs; what stands in them decides the result too.
_FILES = (
    "translation",
    "parallel",
    "alignment",
    "glossary",
    "keep",
    "instructions",
    "examples",
)
# Sections whose keys are the user's.
_FREE = {"labels": "a label", "files": "a file"}

# What a request is made of; parameters stand beside these.
_OURS = {"messages", "model", "response_format", "stream"}

T = TypeVar("T")

STOP, SKIP = "stop", "skip"
KEEP, TRANSLATE = "keep", "translate"
SAME = "same"


class _Count(int):
    """A whole number from 0."""


_SECTIONS: dict[str, dict[str, type | tuple[str, ...]]] = {
    "read": {
        "inputs": list,
        "format": str,
        "language": str,
        "scheme": str,
        "on_error": (STOP, SKIP),
        "fields": Mapping,
    },
    "translate": {
        "to": str,
        "translator": str,
        "translation": str,
        "glossary": str,
        "keep": str,
    },
    "model": {"name": str, "chunk_characters": int, "repetition": _Count, "parameters": dict},
    "project": {
        "cascade": list,
        "alignment": str,
        "parallel": str,
        "few_pairs": bool,
        "instructions": str,
        "examples": str,
        "samples": int,
        "sample_temperature": float,
        "vote": bool,
    },
    "verify": {"repair": _Count, "back_translate": bool, "judge": str},
    "write": {
        "format": str,
        "license": str,
        "scheme": str,
        "flatten": tuple(map(str, Flatten)),
        "snap": tuple(map(str, Snap)),
        "label_names": (KEEP, TRANSLATE),
    },
    "prices": {
        "prompt_usd_per_million": float,
        "completion_usd_per_million": float,
        "cached_usd_per_million": float,
    },
}
_NEEDED_PRICES = {"prompt_usd_per_million", "completion_usd_per_million"}
_KINDS: dict[type | tuple[str, ...], str] = {
    str: "a string",
    Mapping: "a table of strings",
    list: "a list of strings",
    dict: "a table without " + ", ".join(sorted(_OURS)),
    float: "a number from 0",
    int: "a whole number from 1",
    _Count: "a whole number from 0",
    bool: "true or false",
}


@dataclass(frozen=True, slots=True)
class Recipe:
    """All that decides the target dataset.

    Args:
        inputs: files and folders, as the user gave them.
        to: the target language, a BCP 47 tag.
        model: `provider:model`.
        language: the language of the input where the input does not say it.
        format: the input's format; guessed where None.
        translator: a name from `TRANSLATORS`.
        translation: a dataset that is the translation; of any format, or pairs.
        parameters: what is sent to the model along with each request.
        repetition: which of several independent runs of the same recipe it is, from 0.
        cascade: the projectors, in the order in which they are tried.
        alignment: the file of word links that the projector `align` uses instead of its own.
        parallel: the file of sentence pairs that are aligned along.
        few_pairs: whether `align` may learn from fewer than 300 pairs.
        samples: how many answers to each question of a projector vote.
        sample_temperature: the temperature of all of them but the first.
        vote: whether all projectors are asked for all spans, and vote.
        repair: how often what fails a check is asked for again, at most.
        back_translate: whether translations are translated back and compared with the source.
        judge: the model that judges the results, or `same` for the one that made them.
        out_format: the target dataset's format; the input's where None.
        license: the licence of the source, for the dataset card.
        glossary: the file of terms and how they are rendered.
        keep: the file of what is not translated.
        instructions: the file of the project's guideline.
        examples: the file of pairs that were carried over by hand.
        labels: what each label means.
        chunk_characters: how much of a document goes into one request, at most.
        fields: the input's names of fields and columns, by Donor's; see `Options`.
        scheme: the tag scheme of the input; found out where None.
        on_error: `stop` at what cannot be read, or `skip` it.
        out_scheme: the tag scheme of the target dataset; the input's where None.
        flatten: which of overlapping spans is written where only one can be.
        snap: what happens to the edges of spans inside a token.
        label_names: `keep` the names of labels, or `translate` them too.
        files: the sha-256 of what the recipe names beside the input, by name; see `with_digests`.
    """

    inputs: tuple[str, ...]
    to: str
    model: str
    language: str | None = None
    format: str | None = None
    translator: str = "llm"
    translation: str | None = None
    parameters: Mapping[str, Any] = field(default_factory=lambda: {"temperature": 0})
    repetition: int = 0
    cascade: tuple[str, ...] = DEFAULT_CASCADE
    alignment: str | None = None
    parallel: str | None = None
    few_pairs: bool = False
    samples: int = 1
    sample_temperature: float = DEFAULT_SAMPLE_TEMPERATURE
    vote: bool = False
    repair: int = DEFAULT_REPAIR
    back_translate: bool = False
    judge: str | None = None
    out_format: str | None = None
    license: str | None = None
    glossary: str | None = None
    keep: str | None = None
    instructions: str | None = None
    examples: str | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    chunk_characters: int = DEFAULT_CHUNK_CHARACTERS
    fields: Mapping[str, str] = field(default_factory=dict)
    scheme: str | None = None
    on_error: str = STOP
    out_scheme: str | None = None
    flatten: str = Flatten.LONGEST
    snap: str = Snap.EXPAND
    label_names: str = KEEP
    files: Mapping[str, str] = field(default_factory=dict)

    @property
    def reading(self) -> Options:
        """How the input is read."""
        return Options(fields=self.fields, scheme=self.scheme)

    def writing(self, *, like_the_input: bool) -> Options:
        """How the target dataset is written; `like_the_input` if it is of the same format."""
        return Options(
            fields=fields_for_output(self.fields, like_the_input=like_the_input),
            scheme=self.out_scheme or self.scheme,
            flatten=Flatten(self.flatten),
            snap=Snap(self.snap),
            keep_names=like_the_input,
        )

    @property
    def first_sample(self) -> int:
        """The sample number of its plain requests; those of its further samples follow.

        >>> Recipe((), "ru", "m", repetition=2, samples=5).first_sample
        10
        """
        return self.repetition * self.samples

    @property
    def named_files(self) -> tuple[str, ...]:
        """The files that the recipe names beside its inputs."""
        paths = (getattr(self, name) for name in _FILES)
        return tuple(dict.fromkeys(path for path in paths if path))

    def as_toml(self) -> str:
        """The resolved recipe, as it stands in the run folder."""
        sections: dict[str, dict[str, Any]] = {
            "read": {
                "inputs": list(self.inputs),
                "format": self.format,
                "language": self.language,
                "scheme": self.scheme,
                "on_error": _unless(STOP, self.on_error),
                "fields": dict(self.fields) or None,
            },
            "translate": {
                "to": self.to,
                "translator": self.translator,
                "translation": self.translation,
                "glossary": self.glossary,
                "keep": self.keep,
            },
            "model": {
                "name": self.model,
                "chunk_characters": self.chunk_characters,
                "repetition": _unless(0, self.repetition),
                "parameters": dict(self.parameters),
            },
            "project": {
                "cascade": list(self.cascade),
                "alignment": self.alignment,
                "parallel": self.parallel,
                "few_pairs": self.few_pairs or None,
                "samples": _unless(1, self.samples),
                "sample_temperature": self.sample_temperature if self.samples > 1 else None,
                "vote": self.vote or None,
                "instructions": self.instructions,
                "examples": self.examples,
            },
            "labels": dict(self.labels),
            "verify": {
                "repair": _unless(DEFAULT_REPAIR, self.repair),
                "back_translate": self.back_translate or None,
                "judge": self.judge,
            },
            "write": {
                "format": self.out_format,
                "license": self.license,
                "scheme": self.out_scheme,
                "flatten": _unless(str(Flatten.LONGEST), str(self.flatten)),
                "snap": _unless(str(Snap.EXPAND), str(self.snap)),
                "label_names": _unless(KEEP, self.label_names),
            },
            "files": dict(self.files),
        }
        said = {
            name: {key: value for key, value in section.items() if value is not None}
            for name, section in sections.items()
        }
        return tomli_w.dumps({name: section for name, section in said.items() if section})

    @property
    def sha256(self) -> str:
        """The hash of what decides the result."""
        canonical = orjson.dumps(tomllib.loads(self.as_toml()), option=orjson.OPT_SORT_KEYS)
        return hashlib.sha256(canonical).hexdigest()


def _unless(default: T, said: T) -> T | None:
    """What was said, unless it is what counts anyway."""
    return None if said == default else said


def recipe_of(sections: Mapping[str, Mapping[str, Any]]) -> Recipe:
    """The recipe that a resolved `recipe.toml` holds; see `read_recipe`.

    >>> recipe = Recipe(("in.deft",), "ru", "ollama:m", keep="keep.txt", license="MIT")
    >>> recipe_of(tomllib.loads(recipe.as_toml())) == recipe
    True
    """
    parts = {name: dict(sections.get(name, {})) for name in (*_SECTIONS, *_FREE)}
    model, write = parts["model"], parts["write"]
    said = {
        **parts["read"],
        **parts["translate"],
        **parts["project"],
        **parts["verify"],
        **model,
        "model": model.pop("name", ""),
        "out_format": write.pop("format", None),
        "out_scheme": write.pop("scheme", None),
        **write,
        **{name: parts[name] for name in _FREE},
    }
    del said["name"]
    lists = {name: tuple(said.get(name, ())) for name in ("inputs", "cascade")}
    return Recipe(**{**said, **lists})


def with_digests(recipe: Recipe) -> Recipe:
    """The recipe with the digests of the files that it names, so that its hash covers them.

    Raises:
        ConfigError: a file cannot be read, or is not what it was when the recipe was written.
    """
    digests = {name: _digest(Path(name)) for name in recipe.named_files}
    for name, digest in digests.items():
        if recipe.files.get(name, digest) != digest:
            hint = "its line in section [files] says what it was"
            raise ConfigError(name, "has changed since the recipe was written", hint)
    return replace(recipe, files=digests)


def _digest(path: Path) -> str:
    """The sha-256 of a file; of a folder, that of its files' names and digests."""
    try:
        if path.is_dir():
            files = sorted(file for file in path.rglob("*") if file.is_file())
            lines = [f"{_digest(file)}  {file.relative_to(path).as_posix()}\n" for file in files]
            return hashlib.sha256("".join(lines).encode()).hexdigest()
        with path.open("rb") as content:
            return hashlib.file_digest(content, "sha256").hexdigest()
    except OSError as error:
        raise ConfigError(str(path), f"cannot be read: {error.strerror}") from None


def read_recipe(path: Path) -> dict[str, dict[str, Any]]:
    """The sections of a recipe file, their names, keys and kinds of values checked.

    Raises:
        ConfigError: the file cannot be read, is no TOML, has a key that no step knows or a
            value of the wrong kind, or says only one of the two prices.
    """
    try:
        sections = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(str(path), f"cannot be read: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(str(path), f"not TOML: {error}") from None
    for name, section in sections.items():
        if name in _FREE and isinstance(section, dict):
            _check_strings(path, name, section)
            continue
        if name not in _SECTIONS or not isinstance(section, dict):
            raise ConfigError(
                str(path), f"section [{name}] is not known", _known(_SECTIONS | _FREE)
            )
        for key, value in section.items():
            if key not in _SECTIONS[name]:
                what = f"key {key!r} in [{name}] is not known"
                raise ConfigError(str(path), what, _known(_SECTIONS[name]))
            if not _fits(value, _SECTIONS[name][key]):
                what = f"key {key!r} in [{name}] must be {_kind(_SECTIONS[name][key])}"
                raise ConfigError(str(path), what)
    if "prices" in sections and _NEEDED_PRICES - set(sections["prices"]):
        needed = ", ".join(sorted(_NEEDED_PRICES))
        raise ConfigError(str(path), "section [prices] is incomplete", f"it needs {needed}")
    return sections


def _check_strings(path: Path, name: str, section: Mapping[str, Any]) -> None:
    """Raises ConfigError for a section of the user's own keys whose values are no strings."""
    for key, value in section.items():
        if not isinstance(value, str):
            raise ConfigError(str(path), f"{_FREE[name]} in [{name}], {key!r}, must be a string")


def _kind(kind: type | tuple[str, ...]) -> str:
    return " or ".join(kind) if isinstance(kind, tuple) else _KINDS[kind]


def _fits(value: object, kind: type | tuple[str, ...]) -> bool:
    if isinstance(kind, tuple):
        return value in kind
    if kind is Mapping:
        return isinstance(value, dict) and all(isinstance(part, str) for part in value.values())
    if kind is list:
        return isinstance(value, list) and all(isinstance(part, str) for part in value)
    if kind is float:
        return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0
    if kind is int:
        return isinstance(value, int) and not isinstance(value, bool) and value >= 1
    if kind is _Count:
        return isinstance(value, int) and not isinstance(value, bool) and value >= 0
    if kind is bool:
        return isinstance(value, bool)
    return isinstance(value, kind) and not (isinstance(value, dict) and _OURS & set(value))


def _known(names: Any) -> str:
    return "known: " + ", ".join(sorted(names))
