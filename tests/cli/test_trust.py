"""`donor calibrate` and `donor accept` over a run whose errors can be told from its evidence."""

import json
import shutil
import xml.etree.ElementTree as ET
from pathlib import Path
from random import Random
from typing import Any

import pytest
from click.testing import CliRunner, Result
from tests.pipeline.small import contents

from donor.cli import cli
from donor.data import (
    Attempt,
    Document,
    Interval,
    Intervals,
    LostReason,
    Match,
    Reason,
    Relation,
    RelationRow,
    Span,
    SpanRow,
    Transfer,
    Translation,
)
from donor.errors import ConfigError, DonorError, InputError, RunError
from donor.formats import read, write
from donor.formats.pairs import paired
from donor.recipe import Recipe
from donor.records import RunFolder

SOURCE, TARGET = "The ion and the cell in number {}.", "Ион и клетка за номером {}."
DOCUMENTS = 160
PLACES = {"T1": (Interval(4, 7), Interval(0, 3)), "T2": (Interval(16, 20), Interval(6, 12))}


def side(n: int, *, target: bool = False, spans: tuple[Span, ...] | None = None) -> Document:
    text = (TARGET if target else SOURCE).format(n)
    if spans is None:
        spans = tuple(Span(name, "Term", (both[target],)) for name, both in PLACES.items())
    language = "ru" if target else "en"
    return Document(
        f"d{n}", language, text, (Interval(0, len(text)),), spans=spans,
        relations=() if target else (Relation("with", "T1", "T2"),),
        metadata={"file": "source.jsonl"},
    )  # fmt: skip


def transferred(n: int, chance: Random) -> Transfer:
    """Spans found as they are are right; of those found by other forms, half are wrong."""
    rows = []
    for name, (_, place) in PLACES.items():
        loose = chance.random() < 0.4
        if loose and chance.random() < 0.5:
            place = Interval(place.start, place.end + 2)
        match = Match.FUZZY if loose else Match.EXACT
        attempt = Attempt("tags", Intervals((place,)), match)
        rows.append(SpanRow(name, (attempt,), Span(name, "Term", (place,)), "tags", match))
    if n % 20 == 0:
        attempt = Attempt("tags", None, reason=Reason.NO_MATCH)
        rows[1] = SpanRow("T2", (attempt,), reason=Reason.NO_MATCH)
    translation = Translation("ru", (TARGET.format(n),), (), "given")
    lost = None if n % 20 else LostReason.TAIL_UNRESOLVED
    relation = RelationRow(Relation("with", "T1", "T2"), lost)
    return Transfer(side(n), translation, tuple(rows), (relation,), ())


def make_run(folder: Path, **more: Any) -> Path:
    """A run folder beside its input, with gold for all its documents."""
    recipe = Recipe((str(folder / "source.jsonl"),), "ru", "vllm:m", cascade=("tags",), **more)
    chance = Random(1)
    transfers = [transferred(n, chance) for n in range(DOCUMENTS)]
    write([one.source for one in transfers], folder / "source.jsonl", format="jsonl")
    gold = [side(n, target=True) for n in range(DOCUMENTS)]
    write(gold, folder / "gold.jsonl", format="jsonl")
    with RunFolder(folder / "run").opened(recipe.as_toml()) as files:
        files.write_read(one.source for one in transfers)
        files.write_transfers(transfers, format="jsonl")
        files.write_card("# Card\n")
        files.write_usage({})
        files.write_provenance({})
        files.write_ledger({"documents": DOCUMENTS})
    return folder


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_run(tmp_path_factory.mktemp("made"))


@pytest.fixture
def folder(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The run and its gold, where commands may write."""
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="module")
def calibrated(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same, calibrated."""
    there = tmp_path_factory.mktemp("calibrated")
    shutil.copytree(made, there, dirs_exist_ok=True)
    done = donor("calibrate", there / "run", "--gold", there / "gold.jsonl")
    assert done.exit_code == 0, done.output
    return there


def donor(*arguments: object) -> Result:
    return CliRunner().invoke(cli, [str(argument) for argument in arguments])


def refused(*arguments: object) -> DonorError:
    """The error that the command line prints."""
    done = donor(*arguments)
    assert isinstance(done.exception, DonorError), done.output
    return done.exception


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_every_placed_span_gets_a_confidence_that_tells(folder: Path) -> None:
    before = contents(folder / "run")
    done = donor("calibrate", "run", "--gold", "gold.jsonl", "--json")
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    rows = lines(folder / "run" / "confidence.jsonl")
    assert len(rows) == 2 * DOCUMENTS - DOCUMENTS // 20
    assert set(rows[0]) == {"id", "span", "confidence"}
    assert all(0 < row["confidence"] < 1 for row in rows)
    measured = found["reliability"]
    assert measured["brier"] < 0.8 * measured["brier_base"]
    assert found["fit"]["documents"] + measured["documents"] == DOCUMENTS
    documents = {"gold": DOCUMENTS, "matched": DOCUMENTS, "texts_differ": 0}
    assert found["documents"].items() >= documents.items()
    after = contents(folder / "run")
    assert {name: after[name] for name in before} == before


def test_show_tells_the_confidence(calibrated: Path) -> None:
    shown = donor("show", calibrated / "run", "d1")
    assert shown.exit_code == 0, shown.output
    assert "% sure" in shown.output


def test_calibrate_prints_its_measures_and_draws_them(folder: Path) -> None:
    done = donor("calibrate", "run", "--gold", "gold.jsonl", "--svg", "r.svg")
    assert done.exit_code == 0, done.output
    for told in ("Brier score", "base rate", "calibration error", "most confident", "match fuzzy"):
        assert told in done.output
    root = ET.fromstring((folder / "r.svg").read_text(encoding="utf-8"))
    assert "confidence" in [element.text for element in root.iter() if element.text]


def test_the_same_gold_gives_the_same_bytes(calibrated: Path, folder: Path) -> None:
    donor("calibrate", "run", "--gold", "gold.jsonl")
    for name in ("calibrator.json", "confidence.jsonl"):
        assert (folder / "run" / name).read_bytes() == (calibrated / "run" / name).read_bytes()


def test_pairs_are_gold_too(folder: Path) -> None:
    pairs = [paired(side(n), side(n, target=True)) for n in range(DOCUMENTS)]
    write(pairs, "pairs.jsonl", format="pairs")
    assert donor("calibrate", "run", "--gold", "pairs.jsonl").exit_code == 0


def test_accept_parts_the_spans_and_promises(calibrated: Path, tmp_path: Path) -> None:
    shutil.copytree(calibrated, tmp_path, dirs_exist_ok=True)
    flags = ("--precision", 0.9, "--confidence", 0.9, "--gold", tmp_path / "gold.jsonl")
    done = donor("accept", tmp_path / "run", *flags)
    assert done.exit_code == 0, done.output
    assert done.output.startswith("With 90 % confidence at least 90 % of the ")
    assert "more accepted spans stand in documents that taught the calibrator" in done.output
    accepted = lines(tmp_path / "run" / "accepted.jsonl")
    to_review = lines(tmp_path / "run" / "to-review.jsonl")
    assert len(accepted) + len(to_review) == 2 * DOCUMENTS
    assert sum("reason" in row for row in to_review) == DOCUMENTS // 20
    threshold = json.loads((tmp_path / "run" / "acceptance.json").read_text())["threshold"]
    assert min(row["confidence"] for row in accepted) >= threshold
    assert all(row["confidence"] < threshold for row in to_review if "surface" in row)
    right = [row["surface"] in ("Ион", "клетка") for row in accepted]
    assert sum(right) >= 0.9 * len(right)


def test_accepted_dataset_holds_the_accepted_spans_alone(calibrated: Path, tmp_path: Path) -> None:
    shutil.copytree(calibrated, tmp_path, dirs_exist_ok=True)
    run = tmp_path / "run"
    gold = tmp_path / "gold.jsonl"
    donor("accept", run, "--precision", 0.9, "--confidence", 0.9, "--gold", gold)
    accepted = {(row["id"], row["span"]) for row in lines(run / "accepted.jsonl")}
    documents = list(read(run / "accepted"))
    assert {(d.id, span.id) for d in documents for span in d.spans} == accepted
    assert len(documents) == DOCUMENTS
    assert all(len(d.spans) == 2 for d in documents if d.relations)
    assert any(d.relations for d in documents)


def test_a_wish_that_gold_cannot_bear_accepts_nothing(calibrated: Path, tmp_path: Path) -> None:
    shutil.copytree(calibrated, tmp_path, dirs_exist_ok=True)
    run, gold = tmp_path / "run", tmp_path / "gold.jsonl"
    wish = ("--gold", gold, "--confidence", 0.95, "--precision")
    donor("accept", run, *wish, 0.8)
    before = contents(run)
    assert "accepted.jsonl" in before
    arguments = [str(argument) for argument in ("accept", run, *wish, 0.999, "--json")]
    done = CliRunner().invoke(cli, arguments, standalone_mode=False)
    assert done.return_value == 1
    found = json.loads(done.stdout)
    assert (found["threshold"], found["counts"]["accepted"]) == (None, 0)
    assert "cannot be promised" in found["statement"]
    assert found["enough_without_errors"] == 2995
    assert found["kept"]
    assert contents(run) == before


def test_gold_is_remembered_and_must_not_change(folder: Path) -> None:
    donor("calibrate", "run", "--gold", "gold.jsonl")
    wish = ("accept", "run", "--precision", 0.9, "--confidence", 0.9)
    assert donor(*wish).exit_code == 0
    write([side(n, target=True) for n in range(80)], "gold.jsonl", format="jsonl")
    error = refused(*wish)
    assert "has changed since donor calibrate" in str(error)
    assert donor(*wish, "--gold", "gold.jsonl").exit_code in (0, 1)


def test_a_calibrator_serves_another_run(calibrated: Path, folder: Path) -> None:
    calibrator = calibrated / "run" / "calibrator.json"
    done = donor("calibrate", "run", "--calibrator", calibrator)
    assert done.exit_code == 0, done.output
    assert "not measured" in done.output
    ours, theirs = (one / "run" / "confidence.jsonl" for one in (folder, calibrated))
    assert ours.read_bytes() == theirs.read_bytes()
    measured = donor(
        "calibrate", "run", "--calibrator", calibrator, "--gold", "gold.jsonl", "--json"
    )
    found = json.loads(measured.stdout)
    assert found["reliability"]["documents"] == DOCUMENTS - found["fit"]["documents"]


def test_a_calibrator_of_other_spans_is_refused_unless_forced(
    calibrated: Path, folder: Path
) -> None:
    value = json.loads((calibrated / "run" / "calibrator.json").read_text())
    Path("other.json").write_text(json.dumps(value | {"methods": ["align"], "model": "none:x"}))
    error = refused("calibrate", "run", "--calibrator", "other.json")
    assert isinstance(error, ConfigError)
    assert "fitted on methods align, the run has tags" in error.what
    assert not (folder / "run" / "calibrator.json").exists()
    forced = donor("calibrate", "run", "--calibrator", "other.json", "--force")
    assert forced.exit_code == 0
    assert "warning: --force: it was fitted on methods align" in forced.stderr
    Path("other.json").write_text(json.dumps(value | {"model": "none:x"}))
    told = donor("calibrate", "run", "--calibrator", "other.json")
    assert "warning: the calibrator was fitted on the model none:x" in told.stderr


def test_what_cannot_be_done_is_told(folder: Path) -> None:
    wish = ("--precision", 0.9, "--confidence", 0.9)
    assert "has no calibrator" in refused("accept", "run", *wish).what
    assert isinstance(refused("calibrate", "none", "--gold", "gold.jsonl"), RunError)
    assert isinstance(refused("calibrate", "run", "--gold", "none.jsonl"), InputError)
    assert donor("calibrate", "run").exit_code == 2
    write([side(n + 1000, target=True) for n in range(3)], "strange.jsonl", format="jsonl")
    error = refused("calibrate", "run", "--gold", "strange.jsonl")
    assert "the run has d0, d1, d2 …, gold d1000, d1001, d1002 …" in error.what


def test_gold_of_one_kind_teaches_nothing(folder: Path) -> None:
    gold = [side(n, target=True, spans=()) for n in range(DOCUMENTS)]
    write(gold, "empty.jsonl", format="jsonl")
    error = refused("calibrate", "run", "--gold", "empty.jsonl")
    assert "placed spans to learn from are wrong" in error.what
    assert not (folder / "run" / "calibrator.json").exists()
