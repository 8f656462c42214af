"""The command line as a person meets it: real processes, real files, what they print."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.servers.transliterator import answer, transliterator

from donor.cli import VERBS, cli

ROW = "ion\t x\t 0\t 3\t B-Term\t T1\t 0\t 0\n"


def donor(*arguments: object, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "donor", *map(str, arguments)]
    source = {name: os.environ[name] for name in ("PYTHONPATH",) if name in os.environ}
    return subprocess.run(
        command, cwd=cwd, env={**environment, **source}, capture_output=True, text=True
    )


@pytest.fixture
def own(tmp_path: Path) -> Path:
    (tmp_path / "own.deft").write_text(ROW)
    return tmp_path


def test_labels_that_do_not_occur_are_told_beside_the_outcome(own: Path) -> None:
    (own / "r.toml").write_text('[labels]\nTrem = "a term"\n')
    flags = ("--to", "ru", "--model", "vllm:m", "--recipe", "r.toml", "--store", "s.sqlite")
    with transliterator() as base_url:
        done = donor(
            "transfer", "own.deft", *flags, "--base-url", base_url, "-o", "run", "--json", cwd=own
        )
    what = "the label 'Trem' does not occur in the data; did you mean 'Term'?"
    assert json.loads(done.stdout)["warnings"] == [{"where": "[labels]", "what": what}]
    assert done.stderr == f"warning: [labels]: {what}\n"


def test_force_is_printed_where_it_overrides(own: Path) -> None:
    flags = ("own.deft", "--to", "en", "--model", "vllm:m", "--store", "s.sqlite", "-o", "run")
    with transliterator() as base_url:
        refused = donor("transfer", *flags, "--base-url", base_url, cwd=own)
        forced = donor("transfer", *flags, "--base-url", base_url, "--force", cwd=own)
    assert (refused.returncode, forced.returncode) == (1, 0)
    assert "--force" in refused.stderr
    assert "warning: --force: 1 of the documents" in forced.stderr


def test_every_verb_has_an_example_in_its_help(tmp_path: Path) -> None:
    for verb in VERBS:
        command = cli.get_command(None, verb)  # type: ignore[arg-type]
        assert command is not None
        assert f"donor {verb}" in (command.help or ""), verb
        assert "Example:" in (command.help or ""), verb


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("own.deft", "--to", "xx", "--model", "vllm:m"), "'xx'"),
        (("own.deft", "--to", "Russian", "--model", "vllm:m"), "ru"),
        (("own.deft", "--to", "ru", "--model", "openai:gpt-4o-mini"), "OPENAI_API_KEY"),
        (("own.deft", "--to", "ru", "--model", "gpt-4o-mini"), "provider"),
        (("own.deft", "--to", "ru", "--model", "acme:gpt"), "known providers"),
        (("none.deft", "--to", "ru", "--model", "vllm:m"), "none.deft"),
        (("empty", "--to", "ru", "--model", "vllm:m"), "holds no file"),
        (("empty.deft", "--to", "ru", "--model", "vllm:m"), "empty.deft"),
        (("text.deft", "--to", "ru", "--model", "vllm:m"), "text.deft:1"),
        (("cut.deft", "--to", "ru", "--model", "vllm:m"), "cut.deft:2"),
        (("latin.deft", "--to", "ru", "--model", "vllm:m"), "latin.deft:2"),
        (("own.deft", "--to", "ru", "--model", "vllm:m", "--method", "guess"), "tags, quote"),
        (("own.deft", "--to", "ru", "--model", "vllm:m", "--recipe", "no.toml"), "no.toml"),
        (
            ("own.deft", "--to", "ru", "--model", "vllm:m", "--replay", "--store", "no.sqlite"),
            "no.sqlite",
        ),
    ],
)
def test_bad_input_is_one_line_and_exit_1(own: Path, arguments: tuple[str, ...], told: str) -> None:
    (own / "empty").mkdir()
    (own / "empty.deft").touch()
    (own / "text.deft").write_text("Dear reader,\n")
    (own / "cut.deft").write_text(ROW + "ion\t x\t 4\n")
    (own / "latin.deft").write_bytes(ROW.encode() + "café\t x\t 4\t 8".encode("latin-1"))
    done = donor("transfer", *arguments, "-o", "run", cwd=own)
    assert done.returncode == 1, done.stderr
    assert told in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert done.stdout == ""
    assert not (own / "run").exists()


def test_unreachable_server_is_named(own: Path) -> None:
    done = donor(
        "transfer", "own.deft", "--to", "ru", "--model", "vllm:m", "-o", "run",
        "--base-url", "http://127.0.0.1:9/v1", cwd=own,
    )  # fmt: skip
    assert done.returncode == 1
    assert "http://127.0.0.1:9/v1" in done.stderr
    assert not (own / "run").exists()


def test_unwritable_folder_is_named(own: Path) -> None:
    (own / "taken").write_text("a file")
    done = donor(
        "transfer", "own.deft", "--to", "ru", "--model", "vllm:m", "-o", "taken/run", cwd=own
    )
    assert done.returncode == 1
    assert "taken" in done.stderr
    assert "Traceback" not in done.stderr


def test_missing_option_is_wrong_usage(own: Path) -> None:
    done = donor("transfer", "own.deft", "-o", "run", cwd=own)
    assert done.returncode == 2
    assert "--to" in done.stderr


def test_error_as_json(own: Path) -> None:
    done = donor("inspect", "none.deft", "--json", cwd=own)
    assert done.returncode == 1
    error = json.loads(done.stderr)["error"]
    assert error["kind"] == "InputError"
    assert set(error) == {"kind", "where", "what", "hint"}


@pytest.mark.parametrize(
    ("arguments", "where", "what"),
    [
        (("transfer", "own.deft"), "donor transfer", "--to"),
        (("inspect", "own.deft", "--wrong"), "donor inspect", "--wrong"),
        (("translate",), "donor", "translate"),
    ],
)
def test_wrong_usage_as_json(own: Path, arguments: tuple[str, ...], where: str, what: str) -> None:
    done = donor(*arguments, "--json", cwd=own)
    assert done.returncode == 2
    error = json.loads(done.stderr)["error"]
    assert (error["kind"], error["where"]) == ("UsageError", where)
    assert what in error["what"]
    assert error["hint"] == f"{where} --help"


def test_own_file_goes_through(own: Path) -> None:
    with transliterator() as base_url:
        done = donor(
            "transfer", "own.deft", "--to", "ru", "--model", "vllm:m", "--base-url", base_url,
            "-o", "run", cwd=own,
        )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "ион\t" in (own / "run/dataset/own.deft").read_text()
    shown = donor("show", "run", "own:1", cwd=own)
    assert "ион" in shown.stdout
    assert donor("show", "run", cwd=own).returncode == 0


def test_translation_that_is_given_is_not_asked_for(own: Path) -> None:
    (own / "ru.jsonl").write_text('{"id": "own:1", "language": "ru", "text": "ион"}\n')
    with transliterator() as base_url:
        done = donor(
            "transfer", "own.deft", "--to", "ru", "--model", "vllm:m", "--base-url", base_url,
            "--translation", "ru.jsonl", "-o", "run", "--json", cwd=own,
        )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert (found["requests"]["sent"], found["spans"]["placed"]) == (1, 1)
    recipe = (own / "run/recipe.toml").read_text()
    assert 'translator = "given"' in recipe
    assert '"ru.jsonl" = "' in recipe


@pytest.mark.parametrize(("rate", "code"), [("0.99", 0), ("1.0", 1)])
def test_rate_below_the_wished_one_fails_after_writing(
    tmp_path: Path, sample: Path, rate: str, code: int
) -> None:
    done = donor(
        "transfer", sample / "source", "--to", "ru", "--model", "recorded:sample-a", "--replay",
        "--store", sample / "responses.sqlite", "-o", "run", "--fail-under", rate, cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == code
    assert (tmp_path / "run/dataset/physics.deft").exists()
    assert ("less than 1.0" in done.stderr) == bool(code)


def test_dry_run_writes_nothing(own: Path) -> None:
    done = donor(
        "transfer", "own.deft", "--to", "ru", "--model", "openai:gpt-4o-mini", "--dry-run",
        "--json", cwd=own,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    need = json.loads(done.stdout)
    assert (need["documents"], need["requests"]) == (1, 2)
    low, high = need["usd"]
    assert 0 < low < high < 0.01
    assert need["prices"]["source"].startswith("https://")
    assert sorted(path.name for path in own.iterdir()) == ["own.deft"]


@pytest.mark.parametrize(
    ("model", "told"),
    [
        ("openai:gpt-4o-mini", "prices of 2026-"),
        ("openai:none-such", "unknown: the table of 2026-"),
        ("ollama:llama3.1:8b", "unknown: a server of your own"),
    ],
)
def test_dry_run_says_whose_prices_these_are(own: Path, model: str, told: str) -> None:
    done = donor("transfer", "own.deft", "--to", "ru", "--model", model, "--dry-run", cwd=own)
    assert done.returncode == 0, done.stderr
    assert told in done.stdout


def test_own_prices_come_before_the_recipe_and_that_before_the_table(own: Path) -> None:
    asked = ("transfer", "own.deft", "--to", "ru", "--model", "openai:gpt-4o", "--dry-run")

    def source(*more: str) -> str:
        found = json.loads(donor(*asked, *more, "--json", cwd=own).stdout)
        return str(found["prices"]["source"])

    (own / "mine.toml").write_text('[openai.models]\n"gpt-4o" = { prompt = 1, completion = 2 }\n')
    (own / "recipe.toml").write_text(
        "[prices]\nprompt_usd_per_million = 1\ncompletion_usd_per_million = 2\n"
    )
    assert source().startswith("https://")
    assert source("--recipe", "recipe.toml") == "the recipe"
    assert source("--recipe", "recipe.toml", "--prices", "mine.toml") == "mine.toml"


def test_inspect_counts(own: Path) -> None:
    (own / "own.deft").write_text(
        "ion\t x\t 0\t 3\t B-Term\t T1\t 0\t 0\nit\t x\t 4\t 6\t B-Alias-Term\t T2\t T9\t AKA\n"
    )
    found = json.loads(donor("inspect", "own.deft", "--json", cwd=own).stdout)
    assert found["documents"] == found["sentences"] == 1
    assert found["spans"] == {"Term": 1, "Alias-Term": 1}
    assert found["relations"] == {"AKA": 1}
    assert found["dangling_heads"] == 1
    assert found["overlaps"] == {"nested": 0, "equal": 0, "crossing": 0}
    assert found["warnings"] == [{"where": "own:1", "what": "AKA of T2: no span T9 here"}]


def test_label_in_brackets_is_shown_as_it_is(own: Path) -> None:
    (own / "own.deft").write_text(ROW.replace("Term", "[/Term]"))
    done = donor("inspect", "own.deft", cwd=own)
    assert done.returncode == 0, done.stderr
    assert "[/Term]" in done.stdout


def test_output_that_cannot_say_cyrillic_gets_escapes(tmp_path: Path, sample: Path) -> None:
    replay = ("--replay", "--store", sample / "responses.sqlite", "--model", "recorded:sample-a")
    donor("transfer", sample / "source", "--to", "ru", *replay, "-o", "run", cwd=tmp_path)
    done = donor("show", "run", "biology:1", cwd=tmp_path, PYTHONIOENCODING="ascii")
    assert done.returncode == 0, done.stderr
    assert "\\u0414" in done.stdout


def test_convert_to_an_unknown_ending_is_an_error(own: Path) -> None:
    done = donor("convert", "own.deft", "own.docx", cwd=own)
    assert done.returncode == 1
    assert ".docx" in done.stderr


def test_show_needs_a_document_to_draw(own: Path) -> None:
    assert donor("show", "run", "--svg", "x.svg", cwd=own).returncode == 2


def test_folder_of_somebodys_files_is_left_alone(own: Path) -> None:
    (own / "dataset").mkdir()
    (own / "dataset/mine.deft").write_text(ROW)
    done = donor("transfer", "own.deft", "--to", "ru", "--model", "vllm:m", "-o", ".", cwd=own)
    assert done.returncode == 1
    assert (own / "dataset/mine.deft").read_text() == ROW


def test_languages_are_checked_before_anything_is_asked(own: Path) -> None:
    (own / "my.jsonl").write_text('{"text": "a", "language": "en"}\n{"text": "b"}\n')
    with transliterator() as base_url:
        done = donor(
            "transfer", "my.jsonl", "--to", "ru", "--model", "vllm:m", "--base-url", base_url,
            "-o", "run", cwd=own,
        )  # fmt: skip
    assert done.returncode == 1
    assert "my.jsonl: document my:2: its language is not known" in done.stderr
    stats = donor("store", "stats", "--json", cwd=own)
    assert json.loads(stats.stdout)["answers"] == 0


def test_convert_there_and_back(own: Path) -> None:
    assert donor("convert", "own.deft", "own.jsonl", cwd=own).returncode == 0
    assert donor("convert", "own.jsonl", "again.deft", cwd=own).returncode == 0
    assert (own / "again.deft").read_text() == (own / "own.deft").read_text()


def test_replay_names_the_request_that_is_missing(own: Path, sample: Path) -> None:
    done = donor(
        "transfer", "own.deft", "--to", "ru", "--model", "recorded:sample-a", "--replay",
        "--store", sample / "responses.sqlite", "-o", "run", cwd=own,
    )  # fmt: skip
    assert done.returncode == 1
    assert "own:1" in done.stderr
    assert "translate" in done.stderr
    assert not (own / "run").exists()


PAIR = {
    "source": {"lang": "en", "text": "An ion.", "spans": [{"start": 3, "end": 6, "label": "T"}]},
    "target": {"lang": "ru", "text": "Ан ион.", "spans": [{"start": 3, "end": 6, "label": "T"}]},
}


def test_bench_compares_methods(own: Path) -> None:
    (own / "gold.jsonl").write_text(json.dumps(PAIR))
    with transliterator() as base_url:
        command = ("bench", "gold.jsonl", "--model", "vllm:m", "--base-url", base_url)
        done = donor(*command, "--method", "tags,tags+quote", "--json", cwd=own)
        table = donor(*command, cwd=own)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["pairs"] == 1
    assert list(found["methods"]) == ["tags", "tags+quote"]
    shape = {
        "strict", "partial", "character", "projection_rate", "repeated", "tokens_per_span",
        "unresolved", "wrong", "out_of_range", "off_by_one",
    }  # fmt: skip
    assert shape <= set(found["methods"]["tags"])
    assert found["methods"]["tags"]["strict"]["interval"] is None  # of one pair
    assert [set(test) for test in found["tests"]] == [{"a", "b", "difference", "p"}]
    assert table.returncode == 0, table.stderr
    assert "tags       100.0    –" in table.stdout
    assert "quote against tags+quote: +0.00 points of F1, p = 1.0000" in table.stdout


def test_bench_in_batches_goes_on_with_what_was_imported(own: Path) -> None:
    (own / "gold.jsonl").write_text(json.dumps(PAIR))
    command = ("bench", "gold.jsonl", "--model", "vllm:m", "--method", "tags,quote", "--json")
    assert donor(*command, "--batch", "--replay", cwd=own).returncode == 2
    for again in (False, True):
        waiting = donor(*command[:-1], "--batch", cwd=own)
        assert waiting.returncode == 3, waiting.stderr
        assert ("the same as the last time" in waiting.stdout) == again
    waiting = donor(*command, "--batch", cwd=own)
    batch = json.loads(waiting.stdout)["batch"]
    assert (batch["files"], batch["requests"]) == (["donor-batch/requests-1.jsonl"], 2)
    lines = [json.loads(line) for line in (own / batch["files"][0]).read_text().splitlines()]
    results = []
    for line in lines:
        said = json.dumps(answer(json.loads(line["body"]["messages"][1]["content"])))
        choice = {"message": {"role": "assistant", "content": said}, "finish_reason": "stop"}
        body = {"choices": [choice], "usage": {"prompt_tokens": 9, "completion_tokens": 1}}
        reply = {"status_code": 200, "body": body}
        results.append(json.dumps({"custom_id": line["custom_id"], "response": reply}))
    (own / "results.jsonl").write_text("\n".join(results))
    assert donor("store", "import", "results.jsonl", cwd=own).returncode == 0
    done = donor(*command, "--batch", cwd=own)
    assert done.returncode == 0, done.stderr
    methods = json.loads(done.stdout)["methods"]
    assert [methods[name]["strict"]["f1"] for name in ("tags", "quote")] == [1.0, 1.0]
    assert methods["tags"]["tokens_per_span"] == 10
    assert not (own / "donor-batch").exists()


def test_bench_names_the_line_that_is_no_pair(own: Path) -> None:
    (own / "gold.jsonl").write_text(json.dumps(PAIR) + '\n{"text": "a"}\n')
    done = donor("bench", "gold.jsonl", "--model", "vllm:m", cwd=own)
    assert done.returncode == 1
    assert "gold.jsonl:2: key 'source' is missing" in done.stderr
    assert donor("bench", "--model", "vllm:m", cwd=own).returncode == 2
    assert donor("bench", "gold.jsonl", cwd=own).returncode == 2


def test_score_of_pairs_is_that_of_their_targets(own: Path) -> None:
    (own / "gold.jsonl").write_text(json.dumps({"id": "a"} | PAIR))
    moved = {**PAIR["target"], "spans": [{"start": 2, "end": 6, "label": "T"}]}
    (own / "run.jsonl").write_text(json.dumps({"id": "a"} | PAIR | {"target": moved}))
    found = json.loads(donor("score", "run.jsonl", "gold.jsonl", "--json", cwd=own).stdout)["spans"]
    assert (found["strict"]["f1"], found["partial"]["f1"]) == (0.0, 0.5)
    same = donor("score", "gold.jsonl", "gold.jsonl", cwd=own).stdout
    assert "strict         1.0000    –    1.0000 1.0000" in same


def test_convert_overwrites_nothing_unless_forced(own: Path) -> None:
    for name, what in (("out.jsonl", "the file exists"), ("out", "the folder is not empty")):
        convert = ("convert", "own.deft", name, "--out-format", "jsonl")
        assert donor(*convert, cwd=own).returncode == 0
        again = donor(*convert, cwd=own)
        assert again.returncode == 1
        assert what in again.stderr and "--force" in again.stderr
        forced = donor(*convert, "--force", cwd=own)
        assert (forced.returncode, what in forced.stderr) == (0, True)


@pytest.mark.parametrize("flags", [("--seed", "1"), ("--sample", "1", "--limit", "1")])
def test_flags_of_a_sample_that_contradict(own: Path, flags: tuple[str, ...]) -> None:
    done = donor("transfer", "own.deft", "--to", "ru", "--model", "vllm:m", *flags, cwd=own)
    assert done.returncode == 2


def test_sample_is_estimated(own: Path) -> None:
    done = donor(
        "transfer", "own.deft", "--to", "ru", "--model", "vllm:m", "--base-url", "http://x",
        "--sample", "1", "--seed", "4", "--dry-run", "--json", cwd=own,
    )  # fmt: skip
    assert json.loads(done.stdout)["documents"] == 1
