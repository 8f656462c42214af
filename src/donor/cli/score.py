"""`donor score`: a dataset against gold."""

from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import click
import orjson

from donor.cli.options import as_json_option, console, print_json
from donor.cli.progress import progress_bar
from donor.cli.score_tables import print_scores, print_tests
from donor.data import Document
from donor.errors import InputError
from donor.formats import read_targets
from donor.score import RESAMPLES, SEED, Scored, compared, scored
from donor.score.embedding import sentence_embedder

__all__ = ["score"]

_FILE = click.Path(path_type=Path)
_DEFTEVAL = "defteval"


@click.command()
@click.argument("predicted", type=_FILE)
@click.argument("gold", type=_FILE)
@click.option("--format", "format", metavar="NAME", help="The format of all of them.")
@click.option(
    "--against",
    type=_FILE,
    metavar="OTHER",
    help="Another prediction: test each difference, PREDICTED less OTHER.",
)
@click.option(
    "--embed",
    metavar="NAME",
    help="A model of sentence-transformers, or its folder: the similarity of translations.",
)
@click.option(
    "--seed", type=int, default=SEED, show_default=True, metavar="N", help="Seed of all chance."
)
@click.option(
    "--resamples",
    type=click.IntRange(min=100),
    default=RESAMPLES,
    show_default=True,
    metavar="N",
    help="Draws of each bootstrap.",
)
@as_json_option
def score(
    predicted: Path,
    gold: Path,
    format: str | None,
    against: Path | None,
    embed: str | None,
    seed: int,
    resamples: int,
    as_json: bool,
) -> None:
    """Score PREDICTED against GOLD: spans, relations, text labels, answers, translations.

    A span is strictly right if label and offsets are; docs/score.md tells what each number
    means. Of pairs, the targets are scored. Documents match by id, else by text. Spans and
    relations of documents whose text differs from gold's are left out and counted; their
    translations are scored instead. Intervals and tests resample documents.

    \b
    Example:
      donor score runs/demo/dataset sample/gold
    """
    embedder = sentence_embedder(embed) if embed else None
    with progress_bar() as progress:
        wanted = list(_counted(read_targets(gold, format=format), partial(progress, "gold")))
        results: list[tuple[Scored, dict[str, Any]]] = []
        for path in [predicted, *([against] if against else [])]:
            documents = _counted(read_targets(path, format=format), partial(progress, path.name))
            one = scored(
                documents, wanted, embedder=embedder, deft=True if format == _DEFTEVAL else None
            )
            found = one.as_json(seed=seed, resamples=resamples)
            results.append((one, _with_projection_rate(found, path)))
        tests = (
            compared(results[0][0], results[1][0], seed=seed, resamples=resamples)
            if against
            else []
        )
    found = results[0][1]
    if embedder and not found["texts_differ"]:
        found["notes"].append("Every text is gold's: there is no translation to be scored.")
    if against:
        found |= {"against": results[1][1], "tests": tests}
    if as_json:
        print_json(found)
        return
    print_scores(found, console())
    if against:
        print_tests(tests, (predicted.name, against.name), results[1][1], console())


def _counted(documents: Iterable[Document], progress: Any) -> Iterator[Document]:
    for n, document in enumerate(documents, start=1):
        if n % 1_000 == 0:
            progress(n, None)
        yield document


def _with_projection_rate(found: dict[str, Any], path: Path) -> dict[str, Any]:
    """The scores, with the projection rate where the dataset lies in a run folder."""
    spans = found["spans"]
    ledger = _ledger_beside(path)
    if spans and ledger:
        source = ledger["spans"]["source"]
        spans["projection_rate"] = ledger["spans"]["placed"] / source if source else None
    return found


def _ledger_beside(path: Path) -> dict[str, Any] | None:
    """The ledger of the run whose `dataset/` this is, or lies in; None where there is none."""
    for folder in (path.absolute(), *path.absolute().parents):
        if folder.name == "dataset" and (folder.parent / "ledger.json").is_file():
            file = folder.parent / "ledger.json"
            try:
                ledger: dict[str, Any] = orjson.loads(file.read_bytes())
            except orjson.JSONDecodeError as error:
                raise InputError(str(file), f"is no ledger: {error}") from None
            return ledger
    return None
