"""`donor score`: a dataset against gold."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import click

from donor.cli.options import as_json_option, console, print_json
from donor.cli.progress import progress_bar
from donor.cli.runs import language_of, run_of
from donor.cli.score_tables import print_scores, print_tests
from donor.data import Document
from donor.experiments.defteval import measure_files
from donor.formats import read_sides
from donor.pipeline import Progress
from donor.records import RunFolder
from donor.score import RESAMPLES, SEED, Scored, compared, scored
from donor.score.dataset import Learned
from donor.score.learned import learned_measurements
from donor.score.matched import Pair
from donor.score.metric import Measurement
from donor.score.translation import Texts, translation_pairs

__all__ = ["score"]

T = TypeVar("T")

_FILE = click.Path(path_type=Path)
_DEFTEVAL = "defteval"


@click.command()
@click.argument("predicted", type=_FILE)
@click.argument("gold", type=_FILE)
@click.option("--format", "format", metavar="NAME", help="The format of all of them.")
@click.option(
    "--language",
    metavar="LANG",
    help="Of the texts, where they do not say theirs. [that of the run of PREDICTED]",
)
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
    "--bertscore",
    metavar="NAME",
    help="BERTScore of translations by this model (FOLDER:LAYER), or default.",
)
@click.option(
    "--comet",
    metavar="COMMAND",
    help="COMET of translations by this command, such as comet-score.",
)
@click.option(
    "--seed",
    type=click.IntRange(min=0),
    default=SEED,
    show_default=True,
    metavar="N",
    help="Seed of all chance.",
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
def score(predicted: Path, gold: Path, against: Path | None, **flags: Any) -> None:
    """Score PREDICTED against GOLD: spans, relations, text labels, answers, translations.

    A span is strictly right if label and offsets are; docs/score.md tells what each number
    means. Of pairs, the targets are scored. Documents match by id, else by text. Spans and
    relations of documents whose text differs from gold's are left out and counted; their
    translations are scored instead. Intervals and tests resample documents.

    \b
    Example:
      donor score runs/demo/dataset sample/gold
    """
    chance = {name: flags[name] for name in ("seed", "resamples")}
    paths = [predicted, *([against] if against else [])]
    with progress_bar() as progress:
        if flags["format"] == _DEFTEVAL:
            results = [Scored.of_subtasks(measure_files(path, gold)) for path in paths]
        else:
            results = _scored(paths, gold, flags, progress)
        told = [
            _with_projection_rate(one.as_json(**chance), path)
            for one, path in zip(results, paths, strict=True)
        ]
        tests = compared(results[0], results[1], **chance) if against else []
    found = told[0]
    for name, section in (found["defteval"] or {}).items():
        if section is None and flags["format"] == _DEFTEVAL:
            found["notes"].append(f"{name}: one side has no file of it, so it is not scored.")
    if against:
        found |= {"against": told[1], "tests": tests}
    if flags["as_json"]:
        print_json(found)
        return
    print_scores(found, console())
    if against:
        print_tests(tests, (str(predicted), str(against)), told[1], console())


def _scored(
    paths: Sequence[Path], gold: Path, flags: dict[str, Any], progress: Progress
) -> list[Scored]:
    """The scores of one prediction or two, as documents."""
    format, to = flags["format"], language_of(flags["language"], paths[0])
    read = partial(read_sides, format=format, language=to)
    sides = list(_counted(read(gold), partial(progress, "gold")))
    wanted = [target for _, target in sides]
    learned = _learned(flags, _sources(sides, paths[0]) if flags["comet"] else {})
    found = []
    for path in paths:
        documents = (target for _, target in read(path))
        own = scored(_counted(documents, partial(progress, path.name)), wanted, learned=learned)
        if learned and not own.matched.texts_differ:
            note = "Every text is gold's: there is no translation to be scored."
            own = replace(own, unscored=[*own.unscored, note])
        found.append(own)
    return found


def _sources(
    sides: Iterable[tuple[Document | None, Document]], predicted: Path
) -> dict[str, Document]:
    """The sources by the ids of gold's documents: those of pairs, and of the prediction's run."""
    of_pairs = {target.id: source for source, target in sides if source}
    run = run_of(predicted)
    of_run = {} if run is None else {one.id: one for one in RunFolder(run).read_documents()}
    return of_run | of_pairs


def _learned(flags: dict[str, Any], sources: Mapping[str, Document]) -> Learned | None:
    """What scores translations by trained models; None where no flag names one."""
    asked = {name: flags[name] or "" for name in ("embed", "bertscore", "comet")}
    if not any(asked.values()):
        return None

    def learned(
        pairs: Sequence[Pair], texts: Sequence[tuple[Texts, Texts]], language: str
    ) -> tuple[dict[str, Measurement], list[str]]:
        known = [(_source(sources, *pair), pair[1]) for pair in pairs]
        whole = all(source is not None for source, _ in known)
        own = [texts for texts, _ in translation_pairs(known)] if whole else ()
        return learned_measurements(texts, language, **asked, sources=own)

    return learned


def _source(
    sources: Mapping[str, Document], predicted: Document | None, gold: Document
) -> Document | None:
    return sources.get(gold.id) or (sources.get(predicted.id) if predicted else None)


def _counted(documents: Iterable[T], progress: Any) -> Iterator[T]:
    for n, document in enumerate(documents, start=1):
        if n % 1_000 == 0:
            progress(n, None)
        yield document


def _with_projection_rate(found: dict[str, Any], path: Path) -> dict[str, Any]:
    """The scores, with the projection rate where they are of all that a run has written."""
    spans, run = found["spans"], run_of(path)
    if spans and run:
        dataset = run / "dataset"
        files = sum(one.is_file() for one in dataset.rglob("*"))
        if path.absolute() == dataset or files == 1:
            counts = RunFolder(run).ledger()["spans"]
            source = counts["source"]
            spans["projection_rate"] = counts["placed"] / source if source else None
        else:
            what = f"a rate of one of its {files} files is not known"
            found["notes"].append(f"The projection rate is that of a whole run: {what}.")
    return found
