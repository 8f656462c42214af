"""A run made anew out of the store, and how it differs from what lies there."""

import contextlib
import json
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from itertools import islice, zip_longest
from pathlib import Path
from typing import Any

from donor.errors import InputError, ReplayError, RunError
from donor.pipeline.installation import versions
from donor.pipeline.provenance import input_facts
from donor.pipeline.resources import DEFAULT_STORE, Outcome, Progress, Resources, no_progress
from donor.pipeline.run import run
from donor.pipeline.sample import Sample
from donor.prompts import PROMPTS, prompt
from donor.recipe import Recipe, read_recipe, recipe_of
from donor.records import RunFolder

__all__ = ["Difference", "Reproduction", "directory_of", "reproduce"]

_MOST = 1000
_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Difference:
    """A place where the replay is not what lies there.

    `document` is the document's id where one is concerned, else "".
    """

    file: str
    document: str
    what: str


@dataclass(frozen=True, slots=True)
class Reproduction:
    """How a replay compares with the run.

    Args:
        equal: whether all files that a replay must write again have the same bytes.
        documents: how many the run has.
        differences: at most 1,000 of them, in the order of the files.
        notes: what is no difference, but may explain one: other versions, other prompts.
    """

    equal: bool
    documents: int
    differences: tuple[Difference, ...] = ()
    notes: tuple[str, ...] = field(default=())

    def as_json(self) -> dict[str, Any]:
        """The shape of `donor reproduce --json`."""
        return asdict(self)


def reproduce(
    folder: Path, *, store: Path | None = None, progress: Progress = no_progress
) -> Reproduction:
    """Replays the run of a folder from its store into a temporary one, and compares the two.

    Args:
        folder: a finished run, or the valid prefix of one that was stopped.
        store: the response store; the one that the run's provenance names where None.
        progress: told what is done.

    Raises:
        RunError: the folder holds no finished run, or its recipe cannot be read back.
        InputError: an input file is not what it was.
        StoreError: there is no such store; ReplayError: it lacks an answer.
    """
    there = RunFolder(folder.absolute())
    ledger = there.summary()
    provenance = there.provenance() or {}
    notes = tuple(_notes(provenance))
    recipe = _recipe(there)
    with tempfile.TemporaryDirectory(prefix="donor-") as scratch:
        again = RunFolder(Path(scratch) / "run")
        partial = ledger["partial"]
        sample = provenance.get("sample")
        resources = Resources(
            store=_store(store, provenance),
            replay=True,
            force=True,
            limit=sum(1 for _ in there.read_documents()) if partial and not sample else None,
            sample=Sample(**sample) if sample else None,
            stop_after=ledger["documents"] if partial else None,
        )
        with directory_of(provenance):
            _check_inputs(recipe, provenance)
            _replay(recipe, again, resources, progress, notes)
        differences = tuple(islice(_differences(there, again), _MOST))
    return Reproduction(not differences, ledger["documents"], differences, notes)


def _recipe(there: RunFolder) -> Recipe:
    """The recipe of the run. Raises RunError where it is not the one that lies there."""
    recipe = recipe_of(read_recipe(there.recipe))
    if recipe.as_toml() != there.recipe.read_text(encoding="utf-8"):
        hint = "another version of Donor wrote it: use that one"
        raise RunError(str(there.recipe), "the recipe cannot be read back", hint)
    return recipe


def _store(store: Path | None, provenance: Mapping[str, Any]) -> Path:
    if store is not None:
        return store.absolute()
    return Path(provenance.get("store") or DEFAULT_STORE).absolute()


def directory_of(provenance: Mapping[str, Any]) -> contextlib.AbstractContextManager[None]:
    """The working directory of the run, where it is still there: its paths count from it."""
    recorded = provenance.get("directory")
    if recorded and Path(recorded).is_dir():
        return contextlib.chdir(recorded)
    return contextlib.nullcontext()


def _check_inputs(recipe: Recipe, provenance: Mapping[str, Any]) -> None:
    """Nothing. Raises InputError where an input file is missing, new, or not what it was."""
    if "inputs" not in provenance:
        return
    was = {file["name"]: file for file in provenance["inputs"]}
    now = {file["name"]: file for file in input_facts(recipe)}
    hint = "a run can only be reproduced from the files that it was made from"
    for name in [*was, *(name for name in now if name not in was)]:
        if name not in now:
            raise InputError(was[name]["path"], "was an input of the run and is gone", hint)
        if name not in was:
            raise InputError(now[name]["path"], "is new: the run did not have it", hint)
        keys = ("sha256", "revision")
        if any(now[name].get(key) != was[name].get(key) for key in keys):
            what = (
                f"has changed since the run: {was[name]['bytes']:,} bytes with sha256 "
                f"{was[name]['sha256'][:12]}… then, {now[name]['bytes']:,} with "
                f"{now[name]['sha256'][:12]}… now"
            )
            raise InputError(now[name]["path"], what, hint)


def _replay(
    recipe: Recipe,
    again: RunFolder,
    resources: Resources,
    progress: Progress,
    notes: Iterable[str],
) -> Outcome:
    """The run, made anew. Raises ReplayError with what may be the cause."""
    try:
        outcome = run(recipe, again.path, resources, progress)
    except ReplayError as error:
        hint = "; ".join(["the store is not the run's, or lacks answers", *notes])
        raise ReplayError(error.where, error.what, hint) from None
    if outcome.interrupted:
        raise KeyboardInterrupt
    return outcome


def _notes(provenance: Mapping[str, Any]) -> Iterator[str]:
    """What is no difference, but may explain one."""
    if not provenance:
        yield "the run has no provenance.json: its input and versions cannot be compared"
        return
    then, now = provenance["versions"], versions()
    for name in sorted({*then, *now}):
        if then.get(name) != now.get(name):
            yield f"{name} {then.get(name) or 'not installed'} then, {now.get(name) or 'none'} now"
    for name in PROMPTS:
        if provenance["prompts"].get(name, prompt(name).sha256) != prompt(name).sha256:
            yield f"the prompt {name} is another one now"


def _differences(there: RunFolder, again: RunFolder) -> Iterator[Difference]:
    """Where the files that a replay must write again differ."""
    old, new = there.replayable(), again.replayable()
    for name in sorted({*old, *new}):
        if name not in new:
            yield Difference(name, "", "is not written by the replay")
        elif name not in old:
            yield Difference(name, "", "is written by the replay only")
        else:
            yield from _of_file(name, there.path / name, again.path / name)


def _of_file(name: str, old: Path, new: Path) -> Iterator[Difference]:
    """Where two files differ, line by line: both are read once, and neither is held."""
    tell = _DETAILS.get(name, _of_text)
    with old.open("rb") as before, new.open("rb") as after:
        for number, (one, other) in enumerate(zip_longest(before, after), start=1):
            if one != other:
                yield from tell(name, number, one, other)


def _of_text(name: str, number: int, old: bytes | None, new: bytes | None) -> Iterator[Difference]:
    """A line of any file, as it was and as it is."""
    yield Difference(name, "", f"line {number}: {_quoted(old)} → {_quoted(new)}")


def _of_line(name: str, number: int, old: bytes | None, new: bytes | None) -> Iterator[Difference]:
    """A document's line of a step: which of its parts changed, and how."""
    before, after = _parsed(old), _parsed(new)
    if before is None or after is None:
        document = str((before or after or {}).get("id", ""))
        yield Difference(name, document, f"line {number}: {_quoted(old)} → {_quoted(new)}")
        return
    document = str(after.get("id", ""))
    if before.get("id") != after.get("id"):
        yield Difference(name, document, f"line {number} was document {before.get('id')}")
        return
    for part in dict.fromkeys([*before, *after]):
        if before.get(part) != after.get(part):
            yield from _of_part(name, document, part, before.get(part), after.get(part))


def _of_part(name: str, document: str, part: str, old: Any, new: Any) -> Iterator[Difference]:
    """A part of a document's line; of a list, its members: rows, segments, findings."""
    if not (isinstance(old, list) and isinstance(new, list)):
        yield Difference(name, document, f"{part}: {_shown(old)} → {_shown(new)}")
        return
    for position, (one, other) in enumerate(zip_longest(old, new), start=1):
        if one != other:
            row = one if isinstance(one, dict) else other if isinstance(other, dict) else {}
            which = row.get("id", position)
            yield Difference(name, document, f"{part} {which}: {_shown(one)} → {_shown(other)}")


_DETAILS: dict[str, Callable[..., Iterator[Difference]]] = {
    "1-read.jsonl": _of_line,
    "2-translated.jsonl": _of_line,
    "3-placed.jsonl": _of_line,
    "4-verified.jsonl": _of_line,
}


def _parsed(line: bytes | None) -> dict[str, Any] | None:
    """The object of a line; None where the line is missing or holds none."""
    try:
        value = json.loads(line or b"")
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def _shown(value: Any) -> str:
    text = "nothing" if value is None else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def _quoted(line: bytes | None) -> str:
    if line is None:
        return "nothing"
    return _shown(line.decode(errors="replace").rstrip("\r\n"))
