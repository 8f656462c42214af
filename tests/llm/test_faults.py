"""Everything that a real server does wrong, in a process of its own, met by a small real run."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import pytest
from tests.llm.faulty_runs import HIT, Faulty, at_once, names, serving, transfer, write_source
from tests.pipeline.small import write_windows

import donor.llm.client
from donor.llm import ResponseStore

TRIES = 3
"""How often one request may run into its timeout."""


@dataclass(frozen=True)
class Expected:
    """How a run ends whose server goes wrong about one document.

    Attributes:
        words: what the rows of its spans say where they are not placed; empty where they are.
        at_projection: the same where only projection goes wrong; by default as `words`.
        reason: the reason of those rows, where only projection goes wrong.
        asked_again: whether a rerun asks again about what did not end well.
        parameters: what is sent along with the requests.
        sentences: how many the document has.
        timeout_s: for one exchange.
        everywhere: whether the server goes wrong about every document.
        stages: where the server goes wrong: in all it is asked, in translation, in projection;
            by default in all, and in projection alone where rows have something to say.
    """

    words: str = ""
    at_projection: str | None = None
    reason: str = "failed-request"
    asked_again: bool = False
    parameters: Mapping[str, Any] | None = None
    sentences: int = 2
    timeout_s: float = 20.0
    everywhere: bool = False
    stages: tuple[str, ...] = ()

    def words_at(self, stage: str) -> str:
        at_projection = self.words if self.at_projection is None else self.at_projection
        return at_projection if stage == "project" else self.words


def invalid(words: str, **more: Any) -> Expected:
    """The answers are kept, and none of them is of use."""
    return Expected(words, reason="invalid-answer", **more)


def refused(words: str, **more: Any) -> Expected:
    return Expected(words, reason="refused", **more)


def lost(words: str, **more: Any) -> Expected:
    """Nothing that is an answer came; a rerun tries again."""
    return Expected(words, asked_again=True, **more)


def hanging(words: str = "timeout: no answer in time") -> Expected:
    return lost(words, timeout_s=2.0, sentences=1)


CURED = Expected()
SEED = Expected(parameters={"temperature": 0, "seed": 1}, everywhere=True)
BUDGET = Expected(parameters={"temperature": 0, "max_tokens": 100_000}, everywhere=True)
FORM = Expected(everywhere=True)
TOO_LARGE = "malformed: the answer is larger than 32 MiB"
NOT_HTTP = "malformed: the answer is no HTTP: "
NO_COMPLETION = "malformed: not a chat completion: "
MERGED = '"s2" must be a list, not a string'
BROKEN = "connection: the connection broke in the middle of the answer"
CLOSED = "connection: the server closed the connection without an answer"

EXPECTED = {
    "fenced": CURED,
    "prose-around": CURED,
    "think": CURED,
    "think-braces": CURED,
    "think-several": CURED,
    "think-opened-by-template": CURED,
    "think-unclosed": invalid("the answer holds nothing but thoughts"),
    "think-eats-budget": invalid("the model's thoughts took all the tokens: raise max_tokens"),
    "reasoning-beside": CURED,
    "reasoning-only": lost("malformed: the answer is empty; the model thought and said nothing"),
    "reasoning-eats-budget": invalid("the model's thoughts took all the tokens"),
    "reasoning-eats-small-budget": CURED,
    "cut": invalid("the answer was cut off"),
    "cut-by-small-budget": CURED,
    "refusal-field": refused("I'm sorry, I can't help with that."),
    "refusal-prose": refused("I'm sorry, but I can't help with this text."),
    "refusal-prose-russian": refused("К сожалению, я не могу помочь с этим запросом."),
    "filter-finish": refused("stopped by the server's content filter"),
    "filter-azure": refused("content-filter: The response was filtered", asked_again=True),
    "empty": lost("malformed: the answer is empty"),
    "null": lost("malformed: the answer is empty"),
    "empty-at-first": CURED,
    "no-choices": lost(NO_COMPLETION),
    "empty-choices": lost(NO_COMPLETION),
    "not-json": invalid("the answer holds no JSON object"),
    "broken-json": invalid("the answer holds no JSON object"),
    "array-answer": invalid("the answer is a list, a JSON object is expected"),
    "segment-missing": invalid('key "1" is missing', at_projection='key "s2" is missing'),
    "segment-too-many": invalid('key "99" is not expected', at_projection=""),
    "segments-merged": invalid("", at_projection=MERGED, stages=("translate", "project")),
    "segments-merged-when-many": CURED,
    "source-copied": Expected("it is the source, copied", stages=("translate",), sentences=6),
    "other-language": Expected(
        "not in Russian: segment 1: it is written in", stages=("translate",)
    ),
    "context-cut": Expected(sentences=150, asked_again=True),
    "context-overflow": lost("context-overflow: This model's maximum context length is 64 tokens"),
    "no-temperature-openai": FORM,
    "no-temperature-anthropic": FORM,
    "no-max-tokens-openai": BUDGET,
    "no-seed-azure": SEED,
    "no-seed-mistral": SEED,
    "no-seed-vllm": SEED,
    "no-schema-azure": FORM,
    "no-form-deepseek": FORM,
    "no-schema-llamacpp": FORM,
    "budget-too-large-openai": BUDGET,
    "budget-too-large-vllm": BUDGET,
    "storm": CURED,
    "storm-retry-after": CURED,
    "storm-retry-after-date": CURED,
    "storm-ratelimit": CURED,
    "storm-forever": lost("overloaded: Rate limit reached for requests per day"),
    "storm-in-200": CURED,
    "error-500": CURED,
    "error-500-forever": lost("server-error: The server had an error"),
    "error-502-html": CURED,
    "error-503": CURED,
    "error-404-amid": Expected(stages=("project",)),
    "redirect": lost("moved to /elsewhere/v1/chat/completions", stages=("project",)),
    "slow": hanging(),
    "slow-at-first": Expected(timeout_s=4.0, sentences=1),
    "byte-by-byte": hanging(),
    "byte-by-byte-headers": hanging(),
    "byte-by-byte-quickly": CURED,
    "never-ending-headers": lost(NOT_HTTP),
    "drop-before": lost(CLOSED),
    "drop-in-headers": lost(CLOSED),
    "drop-in-body": lost(BROKEN),
    "drop-at-first": CURED,
    "endless-body": lost(TOO_LARGE, sentences=1),
    "endless-chunks": lost(TOO_LARGE, sentences=1),
    "gigabyte-length": lost(TOO_LARGE),
    "gzip-bomb": lost(TOO_LARGE, sentences=1),
    "gzip": CURED,
    "gzip-broken": lost("malformed: the answer is not compressed as its header says"),
    "deflate-broken": lost("malformed: the answer is not compressed as its header says"),
    "html-200": lost(NO_COMPLETION + "Welcome to nginx!"),
    "json-as-html": CURED,
    "event-stream": CURED,
    "event-stream-broken": lost(NO_COMPLETION + "it is a stream of events that broke off"),
    "json-array": lost(NO_COMPLETION),
    "invalid-utf-8": lost(NO_COMPLETION + "it is not UTF-8", at_projection=""),
    "bom": CURED,
    "length-too-long": lost(BROKEN),
    "length-too-long-and-silence": hanging(),
    "length-too-short": lost("malformed: "),
    "length-twice": lost(NOT_HTTP),
    "length-no-number": lost(NOT_HTTP),
    "chunks-broken": lost(NOT_HTTP),
    "headers-twice": CURED,
    "http-1.0": CURED,
    "no-http": lost(NOT_HTTP),
}
CASES = [
    (name, stage)
    for name, expected in EXPECTED.items()
    for stage in expected.stages or (("any", "project") if expected.words else ("any",))
]


@dataclass(frozen=True)
class Ended:
    """A run, and a second one over what the first has kept."""

    first: Faulty
    again: Faulty
    answers: int


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Faulty:
    """A run that nothing goes wrong in."""
    folder = tmp_path_factory.mktemp("clean")
    write_source(folder / "source", 2)
    with serving() as base:
        return transfer(folder, f"{base}/v1", {"temperature": 0}, 20.0)


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[tuple[str, str], Ended]]:
    """Every case, several of them at a time, as most of them wait most of the time."""
    root = tmp_path_factory.mktemp("faults")
    with (
        pytest.MonkeyPatch.context() as patch,
        serving("--only", HIT) as one,
        serving() as everywhere,
        ThreadPoolExecutor(12) as pool,
    ):
        patch.setattr(donor.llm.client, "Surroundings", at_once)

        def run(case: tuple[str, str]) -> Ended:
            name, stage = case
            expected, folder = EXPECTED[name], root / f"{name}-{stage}"
            write_source(folder / "source", expected.sentences)
            base = f"{everywhere if expected.everywhere else one}/{name}/{stage}/v1"
            how = (base, expected.parameters or {"temperature": 0}, expected.timeout_s)
            first = transfer(folder, *how)
            with ResponseStore.open(folder / "store.sqlite", read_only=True) as store:
                answers = store.stats()["answers"]
            again = first if expected.asked_again else transfer(folder, *how, "again")
            return Ended(first, again, answers)

        yield dict(zip(CASES, pool.map(run, CASES), strict=True))


def test_every_fault_of_the_server_is_expected() -> None:
    assert set(names()) == set(EXPECTED)


@pytest.mark.parametrize(("name", "stage"), CASES)
def test_a_fault_ends_in_a_cure_or_in_a_row_that_explains_it(
    ended: Mapping[tuple[str, str], Ended], clean: Faulty, name: str, stage: str
) -> None:
    run, expected = ended[name, stage], EXPECTED[name]
    words = expected.words_at(stage)
    assert run.first.error == ""
    spans = run.first.summary["spans"]
    assert spans["source"] == spans["placed"] + spans["unresolved"]
    assert run.first.others == clean.others
    rows = run.first.hit["spans"]
    assert len(rows) == min(expected.sentences, 2)
    unplaced = [row for row in rows if not row["placed"]]
    assert bool(unplaced) == bool(words)
    for row in unplaced:
        assert words in row["detail"], row
        assert row["reason"] == _reason(expected, stage, row), row


def _reason(expected: Expected, stage: str, row: Mapping[str, Any]) -> str:
    if row["reason"] == "no-match":
        return "no-match"
    return expected.reason if stage == "project" else "no-translation"


@pytest.mark.parametrize(("name", "stage"), CASES)
def test_nothing_hangs(ended: Mapping[tuple[str, str], Ended], name: str, stage: str) -> None:
    """A document is asked about in translation, or by two projectors, three times each."""
    expected = EXPECTED[name]
    slack = 20.0
    assert ended[name, stage].first.seconds < 2 * TRIES * expected.timeout_s + slack


@pytest.mark.parametrize(("name", "stage"), CASES)
def test_what_was_answered_is_kept_and_not_asked_again(
    ended: Mapping[tuple[str, str], Ended], name: str, stage: str
) -> None:
    run = ended[name, stage]
    requests = run.first.summary["requests"]
    assert run.answers == requests["schema_valid"] + requests["schema_invalid"]
    if EXPECTED[name].asked_again:
        assert run.answers < requests["sent"]
        return
    assert run.again.summary["requests"]["sent"] == 0
    assert run.again.lines == run.first.lines


MEASURED = """
import resource, runpy, sys
try:
    runpy.run_module("donor", run_name="__main__", alter_sys=True)
finally:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, file=sys.stderr)
"""


def test_commands_end_in_their_time_with_flat_memory(tmp_path: Path) -> None:
    """With real pauses: three tries for the one document, and then it says why."""
    cases = [("endless-body", "20", TOO_LARGE), ("byte-by-byte", "0.5", "timeout: no answer")]
    write_windows(tmp_path / "source" / "a.deft", [["A cell/T3 wall ."]])
    with serving() as base:
        begun = [
            subprocess.Popen(
                [sys.executable, "-c", MEASURED, "transfer", "source", "--to", "ru", "--model",
                 "vllm:m", "--base-url", f"{base}/{fault}/any/v1", "-o", fault, "--timeout", limit,
                 "--store", f"{fault}.sqlite", "--json"],
                cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            )
            for fault, limit, _ in cases
        ]  # fmt: skip
        ended = [process.communicate(timeout=300) for process in begun]
    peaks_mib = [int(errors.split()[-1]) for _, errors in ended]
    assert peaks_mib[0] < peaks_mib[1] + 100
    for process, (output, _), (_, _, words) in zip(begun, ended, cases, strict=True):
        summary = orjson.loads(output)
        assert process.returncode == 0
        assert summary["spans"]["unresolved"] == summary["spans"]["source"] == 1
        assert words in summary["failed"][0]["problem"]
