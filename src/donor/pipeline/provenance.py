"""What a run was made with and from: versions, hashes, the served model, its server, the store.

Nothing of it decides the result, and a replay may differ in it; so it is a file of its own, and
only what every replay says too stands in the dataset card.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from donor.errors import InputError
from donor.formats import find_files, format_named, format_of
from donor.llm import Counts, Place, ask_server, host_of, split_model
from donor.pipeline.installation import versions
from donor.prompts import PROMPTS, prompt
from donor.recipe import Recipe

__all__ = ["Provenance", "file_facts", "input_facts", "server_asked"]

_LOCAL = ("ollama", "vllm", "llamacpp", "lmstudio")
_LOOPBACK = ("localhost", "127.0.0.1", "::1")

Facts = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Provenance:
    """What is known of a run when it begins.

    Args:
        started_at: ISO 8601, in UTC.
        inputs: path, sha-256 and size of each input file.
        directory: the working directory, against which relative paths count.
    """

    started_at: str
    inputs: tuple[Facts, ...]
    directory: str

    @classmethod
    def begun(cls, recipe: Recipe) -> "Provenance":
        """The provenance of a run that begins now. Raises InputError."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        return cls(now, tuple(input_facts(recipe)), str(Path.cwd()))

    def ended(
        self, recipe: Recipe, counts: Counts, *, server: Facts, how: Mapping[str, Any]
    ) -> Facts:
        """The content of `provenance.json`.

        Args:
            recipe: the resolved recipe.
            counts: of the client, when everything was asked.
            server: what `server_asked` found.
            how: store, replay, limit, documents and the like.
        """
        return {
            "started_at": self.started_at,
            "ended_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "versions": versions(),
            "recipe": recipe.sha256,
            "prompts": {name: prompt(name).sha256 for name in PROMPTS},
            "directory": self.directory,
            "inputs": list(self.inputs),
            "files": dict(recipe.files),
            "model": recipe.model,
            "parameters": dict(recipe.parameters),
            "seed": recipe.parameters.get("seed"),
            "served": _served(counts),
            "server": server,
            **how,
        }


def input_facts(recipe: Recipe) -> Iterable[Facts]:
    """Path, sha-256 and size of each input file. Raises InputError."""
    inputs = [Path(path) for path in recipe.inputs]
    for file in find_files(inputs, format=recipe.format, options=recipe.reading):
        known = format_named(format_of(file, recipe.format), recipe.reading)
        if not file.path.exists() and hasattr(known, "revision"):
            revision = known.revision(file.name)
            said = {"sha256": None, "bytes": None, "revision": revision}
            yield {"name": file.name, "path": file.name, **said}
            continue
        for name, path in file.files():
            yield {"name": name, **file_facts(path)}


def file_facts(path: Path) -> Facts:
    """The path, sha-256 and size of a file. Raises InputError where it cannot be read."""
    try:
        with path.open("rb") as content:
            digest = hashlib.file_digest(content, "sha256").hexdigest()
        return {"path": str(path), "sha256": digest, "bytes": path.stat().st_size}
    except OSError as error:
        raise InputError(str(path), f"cannot be read: {error.strerror}") from None


def _served(counts: Counts) -> Facts:
    """How many answers came from which model and which fingerprint."""
    models: Counter[str] = Counter()
    fingerprints: Counter[str] = Counter()
    for (model, fingerprint), answers in counts.served.items():
        models[model or "not told"] += answers
        fingerprints[fingerprint or "not told"] += answers
    return {"models": dict(models.most_common()), "fingerprints": dict(fingerprints.most_common())}


@contextmanager
def server_asked(
    model: str, base_url: str | None, api_key: str | None, *, replay: bool
) -> Iterator[Callable[[], Facts]]:
    """A function that returns what the server told of itself and the model.

    It is asked meanwhile, in a thread of its own, so that a run does not wait for it. What cannot
    be learnt is `{"unknown": why}`, and never an error.
    """
    why = _not_asked(model, base_url, replay)
    if why:
        yield lambda: {"unknown": why}
        return
    name = split_model(model)
    place = Place(base_url or name.endpoint.base_url or "", api_key)
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(_described, place, name.name)
        yield lambda: asked.result()


def _not_asked(model: str, base_url: str | None, replay: bool) -> str:
    """Why the server is not asked about itself; "" if it is."""
    if replay:
        return "a replay asks no server"
    name = split_model(model)
    host = host_of(base_url or "")
    if name.provider in _LOCAL or host in _LOOPBACK:
        return ""
    return f"{name.provider} is a service, which tells nothing but the served model"


def _described(place: Place, model: str) -> Facts:
    """What a server tells; the address without credentials is told elsewhere."""
    server = ask_server(place, model)
    if server is None:
        return {"unknown": "the server does not tell what it is"}
    found = server.model(model)
    about = {"kind": server.kind, "version": server.version}
    if found is None:
        return about | {"unknown": f"the server lists no model {model}"}
    return about | found.as_json()
