"""The links of a run: made by eflomal, kept and used again, or read from a file."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from tests.project.align.linked import document
from tests.waiting import wait_for

from donor.data import Document
from donor.errors import FormatError, InputError, MissingExtraError
from donor.languages import language
from donor.project.align import LEAST_PAIRS, align_corpus, given_alignment
from donor.project.align import eflomal as eflomal_room
from donor.project.align.links import DocumentLinks, parse_line

EN, ES = language("en"), language("es")
NOUNS = {"dog": "perro", "cat": "gato", "house": "casa", "tree": "árbol", "wine": "vino"}
SAID = {"big": "grande", "old": "viejo", "red": "rojo", "new": "nuevo"}
DONE = {"sleeps": "duerme", "burns": "arde", "falls": "cae", "grows": "crece"}

needs_eflomal = pytest.mark.skipif(
    eflomal_room.found() is None, reason="needs eflomal: pip install 'donor[align]'"
)


def corpus(count: int, seed: int = 0) -> list[tuple[str, Document, Document]]:
    """Noun phrases in which the adjective changes its side, two segments a document."""
    chance = random.Random(seed)
    pairs = []
    for n in range(count):
        sides = [], []
        for _ in range(2):
            noun, said, done = (chance.choice([*words]) for words in (NOUNS, SAID, DONE))
            sides[0].append(f"{said} {noun} {done}")
            sides[1].append(f"{NOUNS[noun]} {SAID[said]} {DONE[done]}")
        pairs.append(
            (f"d{n}", document(f"d{n}", "en", *sides[0]), document(f"d{n}", "es", *sides[1]))
        )
    return pairs


MANY, FEW = corpus(LEAST_PAIRS // 2), corpus(3)


def made(folder: Path, pairs: Sequence = MANY, **options: object):
    return align_corpus(pairs, source=EN, target=ES, folder=folder, **options)


@pytest.fixture(scope="module")
def artefact(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("alignment")
    made(folder)
    yield folder


@needs_eflomal
def test_words_that_change_places_are_linked(artefact: Path) -> None:
    found = made(artefact)(MANY[0][1], MANY[0][2])
    assert isinstance(found, DocumentLinks)
    for links in found.segments:
        likely = {(one.source, one.target) for one in links if one.forward + one.backward > 1}
        assert likely == {(0, 1), (1, 0), (2, 2)}


@needs_eflomal
def test_artefact_can_be_read(artefact: Path) -> None:
    assert {path.name for path in artefact.iterdir()} == {
        "alignment.json",
        "links.txt",
        "pairs.txt",
        "posteriors.txt",
    }
    lines = (artefact / "pairs.txt").read_text(encoding="utf-8").splitlines()
    first, _ = MANY[0][1].segment_texts()
    assert lines[0].partition(" ||| ")[0] == first
    assert len(lines) == 2 * len(MANY)
    plain = (artefact / "links.txt").read_text(encoding="ascii").splitlines()
    assert set(plain[0].split()) == {"0-1", "1-0", "2-2"}
    about = json.loads((artefact / "alignment.json").read_bytes())
    assert about["pairs"] == 2 * len(MANY)


@needs_eflomal
def test_two_runs_over_the_same_text_are_the_same_to_the_byte(
    artefact: Path, tmp_path: Path
) -> None:
    made(tmp_path)
    for name in ("links.txt", "posteriors.txt", "alignment.json"):
        assert (tmp_path / name).read_bytes() == (artefact / name).read_bytes()


@needs_eflomal
def test_the_same_text_is_not_trained_twice(artefact: Path) -> None:
    told: list[int] = []
    made(artefact, progress=lambda step, done, total: told.append(done))
    assert told == []


@needs_eflomal
@pytest.mark.parametrize("change", ["text", "parallel", "seed", "file"])
def test_what_has_changed_is_trained_anew(tmp_path: Path, change: str) -> None:
    made(tmp_path)
    told: list[int] = []
    options: dict = {"progress": lambda step, done, total: told.append(done)}
    pairs = MANY
    if change == "text":
        pairs = MANY + corpus(1, seed=5)
    elif change == "parallel":
        options["parallel"] = [("the dog", "el perro")]
    elif change == "seed":
        options["seed"] = 1
    else:
        (tmp_path / "posteriors.txt").unlink()
    made(tmp_path, pairs, **options)
    assert told[-1] == 8


@needs_eflomal
def test_too_few_pairs_decline_with_a_reason(tmp_path: Path) -> None:
    found = made(tmp_path, FEW)(*FEW[0][1:])
    assert found == (
        "there are 6 pairs of segments to learn from, too few below 300 "
        "(add some with --parallel, or use --force)"
    )


@needs_eflomal
@pytest.mark.parametrize("way", ["force", "parallel"])
def test_few_pairs_are_aligned_where_that_is_wished(tmp_path: Path, way: str) -> None:
    more = [
        pair
        for _, one, other in MANY
        for pair in zip(one.segment_texts(), other.segment_texts(), strict=True)
    ]
    options = {"force": True} if way == "force" else {"parallel": iter(more)}
    assert isinstance(made(tmp_path, FEW, **options)(*FEW[0][1:]), DocumentLinks)


@needs_eflomal
def test_empty_and_long_segments_have_no_links(tmp_path: Path) -> None:
    odd = [
        ("empty", document("empty", "en", ""), document("empty", "es", "")),
        ("half", document("half", "en", "dog"), document("half", "es", " ")),
        ("long", document("long", "en", "dog " * 2_000), document("long", "es", "perro " * 2_000)),
    ]
    pairs = [*MANY[:80], *odd, *MANY[80:]]
    found = made(tmp_path, pairs)
    assert [found(*pair[1:]) for pair in odd] == [DocumentLinks(((),))] * 3
    assert all(links for links in found(*MANY[-1][1:]).segments)


@needs_eflomal
def test_document_that_was_not_aligned_is_told(artefact: Path) -> None:
    other = document("d0", "es", "nada", "más")
    assert made(artefact)(MANY[0][1], other) == "its texts are not among those that were aligned"


@needs_eflomal
def test_program_that_cannot_be_changed_runs_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(eflomal_room, "_SYSTEM", b"no such bytes")
    assert isinstance(made(tmp_path)(*MANY[0][1:]), DocumentLinks)
    assert json.loads((tmp_path / "alignment.json").read_bytes())["seeded"] is False


def test_missing_eflomal_names_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(eflomal_room, "found", lambda: None)
    with pytest.raises(MissingExtraError, match=r"pip install 'donor\[align\]'"):
        made(tmp_path)


STOPPED = """
import sys
from pathlib import Path
from tests.project.align.test_corpus import corpus, made
print("begun", flush=True)
made(Path(sys.argv[1]), corpus(4_000), progress=lambda *done: print(*done, flush=True))
"""


@needs_eflomal
@pytest.mark.skipif(not Path("/proc").is_dir(), reason="needs /proc to see processes")
def test_ctrl_c_ends_the_aligner_and_leaves_nothing(tmp_path: Path) -> None:
    command = [sys.executable, "-c", STOPPED, str(tmp_path)]
    process = subprocess.Popen(
        command,
        cwd=Path(__file__).parents[3],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        text=True,
    )
    with process:
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith("align 0"):
                break
        wait_for(lambda: children_in(tmp_path))
        time.sleep(0.5)  # by now it is known to the process that began it
        os.kill(process.pid, signal.SIGINT)
        assert process.wait(timeout=60) != 0
    assert not children_in(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["pairs.txt"]


def children_in(folder: Path) -> list[str]:
    """The processes that work in a folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            cwd = str((process / "cwd").readlink())
        except OSError:
            continue
        if cwd.startswith(str(folder)):
            found.append(cwd)
    return found


def test_given_links_are_those_of_the_segments(tmp_path: Path) -> None:
    file = tmp_path / "mine.txt"
    file.write_text("0-0\n1-1\n0-0 1-2:0.5\n\n2?1\n2p2\n", encoding="ascii")
    found = given_alignment(file, FEW, folder=tmp_path / "run")
    assert found(*FEW[0][1:]) == DocumentLinks((parse_line("0-0"), parse_line("1-1")))
    assert found(*FEW[1][1:]) == DocumentLinks((parse_line("0-0 1-2:0.5"), ()))
    assert (tmp_path / "run" / "pairs.txt").read_text(encoding="utf-8").count("\n") == 6


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("0-0\n" * 5, r"mine.txt: 5 lines, but there are 6 pairs of segments \(line n holds"),
        ("0-0\n" * 7, r"mine.txt:7: more lines than the 6 pairs of segments"),
        ("0-0\n0-4\n" + "\n" * 4, r"mine.txt:2: 0-4 links a word that is not there"),
        ("0-0\n1-0\nno\n" + "\n" * 3, r"mine.txt:3: 'no' is no link \(0-0 1-2, as Pharaoh"),
        ("0-0:7\n" + "\n" * 5, r"mine.txt:1: '0-0:7' has a figure that is not between 0 and 1"),
        ("ж\n" + "\n" * 5, r"mine.txt:1: .* is no link"),
    ],
)
def test_file_that_does_not_fit_is_told(tmp_path: Path, content: str, message: str) -> None:
    file = tmp_path / "mine.txt"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(FormatError, match=message):
        given_alignment(file, FEW, folder=tmp_path / "run")


def test_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none.txt: No such file"):
        given_alignment(tmp_path / "none.txt", FEW, folder=tmp_path / "run")


def test_other_documents_change_nothing_about_given_links(tmp_path: Path) -> None:
    lines = ["0-1 1-0 2-2", "0-1:0.5 1-0", "", "2-2", "0-0", "1-1"]
    one, all_ = tmp_path / "one.txt", tmp_path / "all.txt"
    one.write_text("\n".join(lines[2:4]) + "\n", encoding="ascii")
    all_.write_text("\n".join(lines) + "\n", encoding="ascii")
    alone = given_alignment(one, FEW[1:2], folder=tmp_path / "a")
    among = given_alignment(all_, FEW, folder=tmp_path / "b")
    assert alone(*FEW[1][1:]) == among(*FEW[1][1:]) == DocumentLinks(((), parse_line("2-2")))


@needs_eflomal
def test_what_a_killed_run_left_is_removed(artefact: Path) -> None:
    (artefact / "training-x").mkdir()
    made(artefact)
    assert not (artefact / "training-x").exists()


def test_many_documents_are_found(tmp_path: Path) -> None:
    pairs = [
        (f"d{n}", document(f"d{n}", "en", f"dog {n}"), document(f"d{n}", "es", f"perro {n}"))
        for n in range(10_050)
    ]
    file = tmp_path / "mine.txt"
    file.write_text("".join(f"0-0:0.{n:05}\n" for n in range(len(pairs))), encoding="ascii")
    found = given_alignment(file, pairs, folder=tmp_path / "run")
    for n in (0, 9_999, 10_000, 10_049):
        assert found(*pairs[n][1:]).segments[0][0].forward == float(f"0.{n:05}")


def test_documents_of_one_text_have_their_own_links(tmp_path: Path) -> None:
    pairs = [(name, document(name, "en", "dog"), document(name, "es", "perro")) for name in "ab"]
    file = tmp_path / "mine.txt"
    file.write_text("\n0-0\n", encoding="ascii")
    found = given_alignment(file, pairs, folder=tmp_path / "run")
    assert [found(*pair[1:]).segments for pair in pairs] == [((),), (parse_line("0-0"),)]
