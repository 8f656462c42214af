"""`bench` over made-up pairs, against a server whose Russian is transliterated English."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from tests.llm.model_server import Asked, ModelServer, completion
from tests.servers.transliterator import answer, transliterated, transliterator

from donor.data import Example, Guidance
from donor.errors import ConfigError, DonorError, FormatError, ReplayError
from donor.experiments import bench as measure
from donor.experiments.bench import cascades
from donor.formats import read
from donor.formats.pairs import target_of
from donor.llm import NO_MODEL
from donor.pipeline import Resources

METHODS = ["tags", "quote", "tags+quote"]


def pair(name: str, text: str, *words: str, ids: bool = False, shift: int = 0) -> dict[str, Any]:
    """A pair whose target is the transliterated source; gold is moved by `shift`."""
    spans = []
    for n, word in enumerate(words):
        start = text.index(word)
        own = {"id": f"x{n}"} if ids else {}
        spans.append({"start": start, "end": start + len(word), "label": "T"} | own)
    moved = [s | {"start": s["start"] + shift, "end": s["end"] + shift} for s in spans]
    return {
        "id": name,
        "source": {"lang": "en", "text": text, "spans": spans},
        "target": {"lang": "ru", "text": transliterated(text), "spans": moved},
    }


PAIRS = [
    pair("a", "An ion moves.", "ion"),
    pair("b", "A cell has a wall.", "cell", "wall", ids=True),
    pair("c", "Water flows down.", "flows", shift=1),
    pair("d", "Nothing here."),
]


@pytest.fixture(scope="module")
def base_url() -> Iterator[str]:
    with transliterator() as url:
        yield url


@pytest.fixture
def resources(tmp_path: Path, base_url: str) -> Resources:
    return Resources(store=tmp_path / "store.sqlite", base_url=base_url)


def write(path: Path, values: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(value) + "\n" for value in values))
    return path


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    return write(tmp_path / "gold.jsonl", PAIRS)


def bench(files: list[Path], methods: list[str], **how: Any) -> dict[str, Any]:
    found = measure(files, methods, model="vllm:m", **how)
    assert isinstance(found, dict)
    return found


def test_scores_are_those_of_the_hand(gold: Path, resources: Resources) -> None:
    found = bench([gold], METHODS, resources=resources)
    assert (found["pairs"], list(found["methods"])) == (4, METHODS)
    for method in METHODS:
        scores = found["methods"][method]
        strict = scores["strict"]
        assert (strict["precision"], strict["recall"], strict["f1"]) == (0.75, 0.75, 0.75)
        low, high = strict["interval"]
        assert low < 0.75 < high
        assert scores["partial"]["f1"] == 0.875
        assert scores["character"]["f1"] == pytest.approx(15 / 16)
        assert (scores["projection_rate"], scores["spans"], scores["placed"]) == (1.0, 4, 4)
        assert (scores["wrong"], scores["unresolved"], scores["off_by_one"]) == (1, {}, 1)
        assert scores["repeated"]["f1"] is None
    assert [(t["a"], t["b"], t["difference"], t["p"]) for t in found["tests"]] == [
        ("tags", "quote", 0.0, 1.0),
        ("tags", "tags+quote", 0.0, 1.0),
        ("quote", "tags+quote", 0.0, 1.0),
    ]


def test_equal_requests_are_asked_once_and_counted_for_each(
    gold: Path, resources: Resources
) -> None:
    found = bench([gold], METHODS, resources=resources)
    assert found["requests"]["sent"] == 6
    tokens = {name: scores["tokens_per_span"] for name, scores in found["methods"].items()}
    assert tokens["tags"] == tokens["tags+quote"] > 0
    again = bench([gold], METHODS, resources=resources)
    assert again["requests"]["sent"] == 0
    assert again["methods"] == found["methods"]


def test_limit_takes_the_first_pairs_of_all_files(
    gold: Path, tmp_path: Path, resources: Resources
) -> None:
    more = write(tmp_path / "more.jsonl", PAIRS[:2])
    limited = Resources(store=resources.store, base_url=resources.base_url, limit=5)
    found = bench([gold, more], ["tags"], resources=limited)
    assert found["pairs"] == 5
    assert found["methods"]["tags"]["spans"] == 5


def test_repeated_words_are_scored_apart(tmp_path: Path, resources: Resources) -> None:
    value = pair("a", "An ion, a cell, an ion.", "ion", "cell")
    value["target"]["spans"][0] |= {"start": 19, "end": 22}
    found = bench([write(tmp_path / "p.jsonl", [value])], ["tags"], resources=resources)
    scores = found["methods"]["tags"]
    assert (scores["strict"]["f1"], scores["repeated"]["f1"]) == (0.5, 0.0)


def test_several_target_languages_may_stand_in_one_file(
    tmp_path: Path, resources: Resources
) -> None:
    other = pair("b", "A cell.", "cell")
    other["target"]["lang"] = "uk"
    file = write(tmp_path / "p.jsonl", [PAIRS[0], other])
    assert bench([file], ["tags"], resources=resources)["requests"]["sent"] == 2


@pytest.mark.parametrize(
    ("value", "methods", "error", "problem"),
    [
        (PAIRS[0], ["tags", "guess"], ConfigError, "'guess'"),
        (PAIRS[0], ["tags", "tags"], ConfigError, "stands there twice"),
        (PAIRS[0], ["tags+"], ConfigError, "lacks a name"),
        (PAIRS[0], [""], ConfigError, "lacks a name"),
        ({"source": {"text": "a"}}, ["tags"], FormatError, "gold.jsonl:1: key 'target'"),
        (
            {"id": "a", "source": {"text": "a"}, "target": {"text": "b", "lang": "ru"}},
            ["tags"],
            ConfigError,
            "gold.jsonl: pair a: the language of its source is not known",
        ),
        (
            PAIRS[0] | {"target": {"text": "b", "lang": "xx"}},
            ["tags"],
            ConfigError,
            "'xx'",
        ),
    ],
)
def test_what_is_not_fit_is_told_before_anything_is_asked(
    tmp_path: Path, value: dict[str, Any], methods: list[str], error: type[DonorError], problem: str
) -> None:
    file = write(tmp_path / "gold.jsonl", [value])
    store = tmp_path / "store.sqlite"
    nowhere = Resources(store=store, base_url="http://127.0.0.1:9/v1")
    with pytest.raises(error, match=problem):
        bench([file], methods, resources=nowhere)
    assert not store.exists()


def test_bad_line_behind_good_ones_is_told_first(tmp_path: Path) -> None:
    file = write(tmp_path / "gold.jsonl", [*PAIRS, {"source": {}}])
    nowhere = Resources(store=tmp_path / "store.sqlite", base_url="http://127.0.0.1:9/v1")
    with pytest.raises(FormatError, match=r"gold\.jsonl:5"):
        bench([file], ["tags"], resources=nowhere)


def test_replay_asks_nothing(gold: Path, resources: Resources) -> None:
    bench([gold], ["tags"], resources=resources)
    replay = Resources(store=resources.store, replay=True)
    assert bench([gold], ["tags"], resources=replay)["requests"]["sent"] == 0
    with pytest.raises(ReplayError):
        bench([gold], ["quote"], resources=replay)


@pytest.mark.parametrize(
    ("usage", "tokens"),
    [
        ({"prompt_tokens": 10, "completion_tokens": 2}, 12 * 3 / 4),
        ({"prompt_tokens": 10}, None),
        (None, None),
    ],
)
def test_tokens_are_told_only_where_the_server_told_them(
    gold: Path, tmp_path: Path, usage: dict[str, int] | None, tokens: float | None
) -> None:
    async def without_thought(asked: Asked) -> web.StreamResponse:
        data = json.loads(asked.body["messages"][1]["content"])
        return completion(json.dumps(answer(data)), usage=usage)

    with ModelServer(answer=without_thought) as server:
        own = Resources(store=tmp_path / "store.sqlite", base_url=server.base_url)
        found = bench([gold], ["tags"], resources=own)
    assert found["methods"]["tags"]["tokens_per_span"] == tokens


def test_answers_that_cannot_be_used_go_to_the_next_method(gold: Path, tmp_path: Path) -> None:
    async def only_quotes(asked: Asked) -> web.StreamResponse:
        data = json.loads(asked.body["messages"][1]["content"])
        return completion(json.dumps(answer(data)) if "spans" in data else "Three words here.")

    with ModelServer(answer=only_quotes) as server:
        own = Resources(store=tmp_path / "store.sqlite", base_url=server.base_url)
        found = bench([gold], METHODS, resources=own)
    tags, quote, both = (found["methods"][name] for name in METHODS)
    assert (tags["projection_rate"], tags["unresolved"]) == (0.0, {"invalid-answer": 4})
    assert (tags["strict"]["precision"], tags["strict"]["f1"]) == (None, 0.0)
    assert quote["strict"] == both["strict"]
    assert [test["difference"] for test in found["tests"]] == [-0.75, -0.75, 0.0]


def test_names_stay_as_they_were_typed() -> None:
    assert cascades(["tags + quote", " quote"]) == {
        "tags + quote": ("tags", "quote"),
        " quote": ("quote",),
    }


def test_joint_cannot_be_measured() -> None:
    with pytest.raises(ConfigError, match="joint makes a translation of its own"):
        cascades(["joint"])


def test_too_few_pairs_to_align_are_an_error(gold: Path, tmp_path: Path) -> None:
    pytest.importorskip("eflomal", reason="needs the extra align")
    with pytest.raises(ConfigError, match="too few below 300") as caught:
        measure([gold], ["align"], model=NO_MODEL, resources=Resources(store=tmp_path / "s"))
    assert "--parallel" in caught.value.hint


def test_pairs_that_are_shown_are_not_measured(gold: Path, resources: Resources) -> None:
    [pair, *_] = read([gold], format="pairs")
    guidance = Guidance(examples=(Example(pair, target_of(pair)),))
    found = bench([gold], ["quote"], resources=resources, guidance=guidance)
    assert (found["pairs"], found["left_out"]) == (3, 1)
