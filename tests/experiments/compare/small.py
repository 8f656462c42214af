"""A few pairs whose Russian is transliterated English, and runs over them."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.servers.transliterator import transliterated

from donor.experiments.compare import Comparison, compare
from donor.experiments.compare.cases import Sides
from donor.formats import read_sides
from donor.pipeline import Resources, run
from donor.recipe import Recipe

TEXTS = {
    "a": ("An ion moves here.", ["ion"]),
    "b": ("A cell has a wall around it.", ["cell", "wall"]),
    "c": ("Water flows down the hill.", ["Water"]),
    "d": ("Nothing at all is marked.", []),
}


def pair(name: str, text: str, words: Sequence[str], **more: Any) -> dict[str, Any]:
    """A pair, its spans under the same ids on both sides."""
    spans = [
        {"id": f"{name}{n}", "start": text.index(word), "end": text.index(word) + len(word),
         "label": "T"}
        for n, word in enumerate(words)
    ]  # fmt: skip
    return {
        "id": name,
        "source": {"lang": "en", "text": text, "spans": spans},
        "target": {"lang": "ru", "text": transliterated(text), "spans": spans},
        **more,
    }


def pairs(names: str = "abcd") -> list[dict[str, Any]]:
    return [pair(name, *TEXTS[name]) for name in names]


def write(path: Path, values: Sequence[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(value) + "\n" for value in values))
    return path


def make_run(
    folder: Path,
    base_url: str,
    name: str = "one",
    *,
    input: Path | None = None,
    model: str | None = None,
    recipe: dict[str, Any] | None = None,
    **more: Any,
) -> Path:
    """The folder of a run, whose model has its name; all share a store."""
    file = input or write(folder / "pairs.jsonl", pairs())
    wanted = {"to": "ru", "model": f"vllm:{model or name}", **(recipe or {})}
    store = folder / "store.sqlite"
    run(
        Recipe((str(file),), **wanted),
        folder / name,
        Resources(store=store, base_url=base_url, **more),
    )
    return folder / name


def compared(*runs: Path, gold: Path | None = None, **more: Any) -> dict[str, Any]:
    """The comparison, without a server unless `base_url` is given."""
    base_url = more.pop("base_url", "http://127.0.0.1:9/v1")
    store = more.pop("store", runs[0].parent / "store.sqlite")
    resources = Resources(store=store, base_url=base_url)

    def sides(to: str) -> Sides:
        assert gold is not None
        return read_sides(gold, language=to)

    asked = Comparison(runs, lambda run: resources, gold=gold and sides, **more)
    return compare(asked)
