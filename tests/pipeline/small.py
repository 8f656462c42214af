"""A small dataset in DEFT, and runs over it."""

import json
from pathlib import Path
from typing import Any

from aiohttp import web
from tests.llm.model_server import Asked, completion
from tests.servers.transliterator import answer

from donor.pipeline import Outcome, Resources, run
from donor.recipe import Recipe

FILES = {
    "a.deft": [["An/T1 ion/T1 moves .", "It/T2 stops ."], ["A cell/T3 wall ."]],
    "more/b.deft": [["Water/T1 flows ."]],
}
REQUESTS = 6
"""Each of the three windows is translated, and its tags are asked for."""


def window(sentences: list[str], start: int) -> str:
    """The rows of a window; a word is `word`, or `word/id` where a span covers it."""
    lines, before = [], "-1"
    for sentence in sentences:
        for word in sentence.split():
            token, _, tag_id = word.partition("/")
            prefix = "I" if tag_id == before else "B"
            cells = (f"{prefix}-Term", tag_id, "0", "0") if tag_id else ("O", "-1", "-1", "0")
            row = (token, "data/x.deft", str(start), str(start + len(token)), *cells)
            lines.append("\t ".join(row))
            start, before = start + len(token) + 1, tag_id
        lines.append("")
    return "\n".join(lines) + "\n"


def write_small(folder: Path) -> Path:
    """The folder, with the files in it."""
    for name, windows in FILES.items():
        write_windows(folder / name, windows)
    return folder


def write_windows(path: Path, windows: list[list[str]]) -> None:
    """Writes a DEFT file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = [window(sentences, 100 * n) for n, sentences in enumerate(windows)]
    path.write_text("\n".join(rows), encoding="utf-8")


def recipe_for(folder: Path, **more: Any) -> Recipe:
    return Recipe((str(folder),), "ru", "vllm:m", **more)


def transfer_small(tmp_path: Path, base_url: str | None, name: str = "run", **more: Any) -> Outcome:
    """Runs over `tmp_path/source` into the folder `name`, with one store for all runs."""
    store = tmp_path / more.pop("store", "store.sqlite")
    recipe = recipe_for(tmp_path / "source", **more.pop("recipe", {}))
    return run(recipe, tmp_path / name, Resources(store=store, base_url=base_url, **more))


def contents(folder: Path) -> dict[str, bytes]:
    """The files whose bytes a replay must write anew."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name not in ("usage.json", "provenance.json", ".lock")
    }


def ledger_of(tmp_path: Path, name: str = "run") -> dict[str, Any]:
    value: dict[str, Any] = json.loads((tmp_path / name / "ledger.json").read_text())
    return value


async def right(asked: Asked) -> web.StreamResponse:
    """The transliterator's answer, for a server in this process."""
    data = json.loads(asked.body["messages"][1]["content"])
    return completion(json.dumps(answer(data)))
