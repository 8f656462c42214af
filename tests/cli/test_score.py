"""`donor score`: what is read, printed, and said in JSON."""

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from donor.cli import main
from donor.formats import Options, read, write

TEXT = "The ion moves."


def line(name: str, *spans: tuple[int, int, str], text: str = TEXT, **more: Any) -> dict[str, Any]:
    found = [{"start": start, "end": end, "label": label} for start, end, label in spans]
    return {"id": name, "text": text, "spans": found, **more}


GOLD = [line("a", (4, 7, "T")), line("b", (4, 7, "T"), (8, 13, "U"))]


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    """Runs the verb on lines of gold and of predictions; gives back what it prints."""

    def run(predicted: Any, gold: Any, *options: str, code: int = 0, name: str = "p") -> str:
        # Ids are made of the name of the file, so that both are called the same.
        paths = [str(tmp_path / side / "x.jsonl") for side in (name, "gold")]
        for path, lines in zip(paths, (predicted, gold), strict=True):
            Path(path).parent.mkdir(exist_ok=True)
            text = "".join(json.dumps(one) + "\n" for one in lines)
            Path(path).write_text(text, encoding="utf-8")
        with pytest.raises(SystemExit) as stopped:
            main(["score", *paths, *options])
        assert stopped.value.code == code
        out, err = capsys.readouterr()
        return err if code else out

    return run


def test_json_has_every_section(run: Any) -> None:
    found = json.loads(run(GOLD, GOLD, "--json"))
    assert set(found) == {
        "documents", "spans", "relations", "labels", "qa", "translation", "defteval",
        "texts_differ", "missing", "extra", "duplicates", "labels_only_predicted",
        "labels_only_gold", "notes",
    }  # fmt: skip
    assert found["spans"]["strict"]["f1"] == 1.0
    assert found["spans"]["projection_rate"] is None
    assert "n:1000,seed:2024" in found["spans"]["strict"]["signature"]


def test_table_has_each_way_and_each_label(run: Any) -> None:
    printed = run([line("a", (4, 7, "T")), line("b", (4, 8, "T"))], GOLD)
    for row in ("strict", "partial", "label only", "boundary only", "characters", "tokens"):
        assert any(one.startswith(row) for one in printed.splitlines()), row
    assert "placed: the projection rate is known of the whole dataset/" in printed
    assert "note: Only gold has the span labels U: all missed." in printed
    assert all(len(one) <= 80 for one in printed.splitlines() if "note" not in one)


def test_seed_and_resamples_are_in_the_signature(run: Any) -> None:
    printed = run(GOLD, GOLD, "--seed", "7", "--resamples", "200")
    assert "n:200,seed:7" in printed


def test_another_prediction_is_tested_against(run: Any, tmp_path: Path) -> None:
    run([line("a"), line("b")], GOLD, name="other")
    other = str(tmp_path / "other/x.jsonl")
    found = json.loads(run(GOLD, GOLD, "--against", other, "--json"))
    [strict] = [row for row in found["tests"] if row["metric"] == "strict"]
    assert (strict["a"], strict["b"], strict["difference"]) == (1.0, 0.0, 1.0)
    assert {"interval", "p", "p_holm", "p_bootstrap", "p_bootstrap_holm"} <= set(strict)
    assert found["against"]["spans"]["strict"]["f1"] == 0.0
    printed = run(GOLD, GOLD, "--against", other)
    assert "spans strict" in printed
    assert "corrected by Holm" in printed


def test_projection_rate_is_that_of_the_run_around_the_dataset(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "run/dataset"
    folder.mkdir(parents=True)
    text = "".join(json.dumps(one) + "\n" for one in GOLD)
    (folder / "a.jsonl").write_text(text, encoding="utf-8")
    ledger = {"documents": 2, "spans": {"source": 4, "placed": 3}}
    (folder.parent / "ledger.json").write_text(json.dumps(ledger), encoding="utf-8")
    for path in (folder, folder / "a.jsonl"):
        with pytest.raises(SystemExit):
            main(["score", str(path), str(folder / "a.jsonl"), "--json"])
        found = json.loads(capsys.readouterr().out)
        assert found["spans"]["projection_rate"] == 0.75
    # Of one file among several the run keeps no rate.
    more = json.dumps(line("c", (0, 3, "T"), text="Ions move."))
    (folder / "b.jsonl").write_text(more, encoding="utf-8")
    for path, rate in ((folder, 0.75), (folder / "a.jsonl", None)):
        with pytest.raises(SystemExit):
            main(["score", str(path), str(folder / "a.jsonl"), "--json"])
        found = json.loads(capsys.readouterr().out)
        assert found["spans"]["projection_rate"] == rate
        assert (rate is None) is any("of one of its 2 files" in note for note in found["notes"])


def test_empty_gold_is_an_error(run: Any) -> None:
    assert "holds no document" in run(GOLD, [], "--format", "jsonl", code=1)


def test_labels_and_translations_are_printed(run: Any) -> None:
    gold = [line(name, text=f"The ion {name} moves on.", label="good") for name in "ab"]
    predicted = [line(name, text=f"An ion {name} moves on.", label="good") for name in "ab"]
    options = "--format", "jsonl"
    printed = run(predicted, gold, *options)
    assert "accuracy" in printed
    assert "chrf2" in printed
    assert "note: 2 of 2 documents have another text than gold" in printed


@pytest.mark.parametrize(
    ("option", "said"), [("--embed", "no similarity"), ("--bertscore", "no bertscore")]
)
def test_model_that_is_not_there_is_told_and_the_rest_is_scored(
    run: Any, option: str, said: str
) -> None:
    gold = [line(name, text=f"The ion {name} moves on.") for name in "ab"]
    printed = run([line(name) for name in "ab"], gold, option, "./no-such-model")
    assert "chrf2" in printed
    assert f"note: {said}" in printed


def test_comet_takes_the_sources_of_gold(run: Any) -> None:
    """A program stands for COMET: its score is the share of words that the two have in common."""
    program = Path(__file__).parent.parent / "servers" / "comet_score.py"
    gold = [
        {"id": name, "source": line(name), "target": line(name, text=f"Ион {name} тут.")}
        for name in "ab"
    ]
    predicted = [line(name, text=f"Ион {name} там.") for name in "ab"]
    options = "--comet", f"{sys.executable} {program}", "--json"
    found = json.loads(run(predicted, gold, *options))
    assert found["translation"]["comet"]["score"] is not None
    assert "no comet" in " ".join(
        json.loads(run(predicted, [line("a"), line("b")], *options))["notes"]
    )


def test_deftevals_files_are_scored_alone_and_tested(
    sample: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each task has rows of its own: sentences, windows, files."""
    documents = list(read(sample / "gold"))
    wrong = [
        replace(one, spans=tuple(replace(span, label="Qualifier") for span in one.spans))
        for one in documents
    ]
    rows = Options(fields={"rows": "predicted"})
    for name, some in (("gold", documents), ("good", documents), ("bad", wrong)):
        write(some, tmp_path / name, format="defteval", options=rows)
    (tmp_path / "bad" / "task_1.deft").unlink()
    folders = [str(tmp_path / name) for name in ("good", "gold", "bad")]
    with pytest.raises(SystemExit):
        main(["score", *folders[:2], "--format", "defteval", "--against", folders[2], "--json"])
    found = json.loads(capsys.readouterr().out)
    assert found["documents"] == 0 and found["spans"] is None
    assert (
        found["defteval"]["subtask_2"]["score"] > found["against"]["defteval"]["subtask_2"]["score"]
    )
    assert found["against"]["defteval"]["subtask_1"] is None
    assert {row["section"] for row in found["tests"]} == {
        "defteval subtask_2",
        "defteval subtask_3_corrected",
    }
    with pytest.raises(SystemExit):
        main(["score", folders[2], folders[1], "--format", "defteval"])
    assert "subtask_1: one side has no file of it" in capsys.readouterr().out


def test_language_of_texts_that_do_not_say_theirs_can_be_named(run: Any) -> None:
    gold, predicted = [line("a", text="我喜欢猫和狗。")], [line("a", text="我喜欢猫和狗们。")]
    plain = json.loads(run(predicted, gold, "--json"))["translation"]["bleu"]
    named = json.loads(run(predicted, gold, "--json", "--language", "zh"))["translation"]["bleu"]
    assert "tok:13a" in plain["signature"] and "tok:zh" in named["signature"]
    assert named["score"] > plain["score"]


def test_labels_of_documents_that_cannot_be_compared_are_not_called_missed(run: Any) -> None:
    gold = [line("a", (4, 7, "T")), line("b", (4, 7, "Only"), text="The ion rests.")]
    found = json.loads(run([line("a", (4, 7, "T")), line("b")], gold, "--json"))
    assert found["labels_only_gold"] == {}
    assert not any("missed" in note for note in found["notes"])


@pytest.mark.parametrize("wrong", [("--seed", "-1"), ("--comet", "cat 'x")])
def test_wrong_values_are_no_tracebacks(run: Any, wrong: tuple[str, str]) -> None:
    gold = [{"id": "a", "source": line("a"), "target": line("a", text="Ион тут.")}]
    predicted = [line("a", text="Ион там.")]
    if wrong[0] == "--seed":
        assert "not in the range" in run(predicted, gold, *wrong, code=2)
    else:
        assert "is no command" in run(predicted, gold, *wrong)
