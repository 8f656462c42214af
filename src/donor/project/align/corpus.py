"""The links of a whole run: by eflomal over its own segments, or from a file of another tool."""

import json
import shutil
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from donor.languages import Language
from donor.project.align.eflomal import program
from donor.project.align.learning import Learning
from donor.project.align.links import Alignments, line_of
from donor.project.align.pairs_file import DocumentPair, LinksFile, written_pairs

__all__ = ["LEAST_PAIRS", "align_corpus", "given_alignment"]

LEAST_PAIRS = 300
"""With fewer pairs too many links are wrong."""

LINKS, POSTERIORS, ABOUT = "links.txt", "posteriors.txt", "alignment.json"
TRAINING = "training-"

LIKELY = 0.5

Progress = Callable[[str, int, int | None], None]


def _no_progress(step: str, done: int, total: int | None) -> None:
    """Nothing: nobody watches."""


def align_corpus(
    pairs: Iterable[DocumentPair],
    *,
    source: Language,
    target: Language,
    folder: Path,
    parallel: Iterable[tuple[str, str]] = (),
    force: bool = False,
    seed: int = 0,
    progress: Progress = _no_progress,
    declines: Callable[[str], None] = lambda why: None,
) -> Alignments:
    """The links of each document of a run, by eflomal, from all its segments.

    Several models are trained, with words made alike in several ways; a link is as sure as there
    are models that have it. The folder then holds `pairs.txt` (the words), `links.txt` (the links
    that most models have), `posteriors.txt` (all links, with how sure they are) and
    `alignment.json` (what they were made of). Where all of that is the same, they are used again.

    Args:
        pairs: the documents and their translations, which have as many segments.
        source: the language of the documents.
        target: the language of the translations.
        folder: where the files are written.
        parallel: other pairs of sentences to learn from.
        force: whether the links of too few pairs are taken.
        seed: what the chance of the training is made of.
        progress: told how many models are trained.
        declines: told why all links are declined, if they are.

    Raises:
        MissingExtraError: eflomal is not installed.
    """
    written = written_pairs(pairs, folder)
    for left in folder.glob(f"{TRAINING}*"):  # of a run that was killed
        shutil.rmtree(left)
    with TemporaryDirectory(prefix=TRAINING, dir=folder) as name:
        work = Path(name)
        learning = Learning(program(work), written, work, (source.tag, target.tag), seed)
        learning.add(parallel)
        count = learning.count()
        if count < LEAST_PAIRS and not force:
            what = f"there are {count} pairs of segments to learn from, too few below {LEAST_PAIRS}"
            declines(f"{what}: add some with --parallel, or use --force")
            return lambda source, target: f"{what} (add some with --parallel, or use --force)"
        about = learning.about() | {"pairs": count}
        if _about(folder) != about:
            (folder / ABOUT).unlink(missing_ok=True)
            learning.train(progress)
            _write(learning, folder)
            (folder / ABOUT).write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
    return LinksFile(folder / POSTERIORS, written, check=False)


def given_alignment(file: Path, pairs: Iterable[DocumentPair], *, folder: Path) -> Alignments:
    """The links of each document of a run, from a file of any aligner in Pharaoh's notation.

    Line n holds the links of segment n of the run, between the words of line n of `pairs.txt`,
    which is written into the folder.

    Raises:
        FormatError: the file has more or fewer lines, or one of them is not links of its words.
        InputError: the file cannot be read.
    """
    written = written_pairs(pairs, folder)
    return LinksFile(file, written, check=True)


def _about(folder: Path) -> Mapping[str, Any] | None:
    """What the links in a folder were made of; None where there are none."""
    try:
        found = json.loads((folder / ABOUT).read_bytes())
    except (OSError, ValueError):
        return None
    whole = all((folder / name).is_file() for name in (LINKS, POSTERIORS))
    return found if whole and isinstance(found, dict) else None


def _write(learning: Learning, folder: Path) -> None:
    with (
        (folder / LINKS).open("w", encoding="ascii", newline="\n") as plain,
        (folder / POSTERIORS).open("w", encoding="ascii", newline="\n") as whole,
    ):
        for links in learning.links():
            likely = [one for one in links if one.forward + one.backward >= 2 * LIKELY]
            plain.write(" ".join(f"{one.source}-{one.target}" for one in likely) + "\n")
            whole.write(line_of(links) + "\n")
