"""Recipes: TOML there and back, what tells two apart, and what a file may not say."""

import hashlib
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from donor.errors import ConfigError
from donor.recipe import Recipe, read_recipe, with_digests

RECIPE = Recipe(("data/train", "data/dev"), "ru", "openai:gpt-4o-mini")
OTHERS = [
    {"inputs": ("data/dev", "data/train")},
    {"to": "pt-BR"},
    {"model": "ollama:llama3.1:8b"},
    {"language": "en"},
    {"format": "deft"},
    {"translator": "joint"},
    {"parameters": {}},
    {"parameters": {"temperature": 1}},
    {"cascade": ("quote",)},
    {"cascade": ("quote", "tags")},
    {"out_format": "jsonl"},
    {"license": "CC-BY-4.0"},
    {"translation": "ru.jsonl"},
    {"fields": {"text": "review"}},
    {"scheme": "IOB1"},
    {"out_scheme": "BILOU"},
    {"on_error": "skip"},
    {"flatten": "first"},
    {"snap": "strict"},
    {"files": {"ru.jsonl": "00"}},
]

NAMES = st.text(min_size=1)
RECIPES = st.builds(
    Recipe,
    inputs=st.lists(NAMES, max_size=2).map(tuple),
    to=NAMES,
    model=NAMES,
    language=st.none() | NAMES,
    format=st.none() | NAMES,
    translator=NAMES,
    parameters=st.dictionaries(NAMES, st.integers() | st.booleans() | NAMES, max_size=2),
    cascade=st.lists(NAMES, max_size=2).map(tuple),
    out_format=st.none() | NAMES,
    license=st.none() | NAMES,
    translation=st.none() | NAMES,
    fields=st.dictionaries(NAMES, NAMES, max_size=2),
    scheme=st.none() | NAMES,
    out_scheme=st.none() | NAMES,
    on_error=st.sampled_from(["stop", "skip"]),
    flatten=st.sampled_from(["longest", "first", "error"]),
    snap=st.sampled_from(["expand", "strict", "contract"]),
    files=st.dictionaries(NAMES, NAMES, max_size=2),
)


def recipe_of(toml: str) -> Recipe:
    """The recipe that a resolved one says, as a person would read it."""
    says = tomllib.loads(toml)
    read, write = says["read"], says.get("write", {})
    return Recipe(
        inputs=tuple(read["inputs"]),
        to=says["translate"]["to"],
        model=says["model"]["name"],
        language=read.get("language"),
        format=read.get("format"),
        translator=says["translate"]["translator"],
        parameters=says["model"]["parameters"],
        cascade=tuple(says["project"]["cascade"]),
        out_format=write.get("format"),
        license=write.get("license"),
        translation=says["translate"].get("translation"),
        fields=read.get("fields", {}),
        scheme=read.get("scheme"),
        out_scheme=write.get("scheme"),
        on_error=read.get("on_error", "stop"),
        flatten=write.get("flatten", "longest"),
        snap=write.get("snap", "expand"),
        files=says.get("files", {}),
    )


@given(RECIPES)
def test_toml_says_the_whole_recipe(recipe: Recipe) -> None:
    assert recipe_of(recipe.as_toml()) == recipe


def test_sections_stand_in_the_order_of_the_flow() -> None:
    toml = replace(RECIPE, license="MIT").as_toml()
    assert list(tomllib.loads(toml)) == ["read", "translate", "model", "project", "write"]


def test_resolved_recipe_is_a_recipe_file(tmp_path: Path) -> None:
    file = tmp_path / "recipe.toml"
    file.write_text(RECIPE.as_toml())
    assert read_recipe(file) == tomllib.loads(RECIPE.as_toml())


class TestDigests:
    def test_content_of_a_named_file_is_part_of_the_recipe(self, tmp_path: Path) -> None:
        file = tmp_path / "ru.jsonl"
        recipe = replace(RECIPE, translation=str(file))
        file.write_text("one")
        one = with_digests(recipe)
        assert one.files == {str(file): hashlib.sha256(b"one").hexdigest()}
        file.write_text("two")
        assert with_digests(recipe).sha256 != one.sha256
        with pytest.raises(ConfigError, match="has changed") as caught:
            with_digests(one)
        assert caught.value.where == str(file)

    def test_folder_stands_for_its_files_and_their_names(self, tmp_path: Path) -> None:
        recipe = replace(RECIPE, translation=str(tmp_path))
        (tmp_path / "a").write_text("one")
        digests = [with_digests(recipe).files]
        (tmp_path / "a").rename(tmp_path / "b")
        digests.append(with_digests(recipe).files)
        assert digests[0] != digests[1]

    def test_file_that_is_no_longer_named_is_forgotten(self) -> None:
        assert with_digests(replace(RECIPE, files={"old.jsonl": "00"})) == RECIPE

    def test_missing_file_is_named(self) -> None:
        with pytest.raises(ConfigError, match=r"none\.jsonl: cannot be read"):
            with_digests(replace(RECIPE, translation="none.jsonl"))


@pytest.mark.parametrize("change", OTHERS)
def test_everything_in_a_recipe_tells_it_from_others(change: dict) -> None:
    other = replace(RECIPE, **change)
    assert other.sha256 != RECIPE.sha256
    assert other.as_toml() != RECIPE.as_toml()


def test_equal_recipes_have_one_hash() -> None:
    assert replace(RECIPE, parameters={"temperature": 0}).sha256 == RECIPE.sha256


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("[cascade]\n", "section [cascade] is not known (known: files, labels, model, prices,"),
        ("project = 1\n", "section [project] is not known"),
        ("[read]\ninput = 'x'\n", "key 'input' in [read] is not known (known: fields, format,"),
        ("[project]\ncascade = 'tags,quote'\n", "key 'cascade' in [project] must be a list"),
        ("[project]\ncascade = [1]\n", "key 'cascade' in [project] must be a list of strings"),
        ("[read]\ninputs = 'data'\n", "key 'inputs' in [read] must be a list of strings"),
        ("[translate]\nto = 1\n", "key 'to' in [translate] must be a string"),
        ("[model]\nparameters = 0\n", "key 'parameters' in [model] must be a table"),
        ("[prices]\nprompt_usd_per_million = '1'\n", "must be a number"),
        ("[prices]\nprompt_usd_per_million = true\n", "must be a number"),
        ("[labels]\nTerm = 1\n", "a label in [labels], 'Term', must be a string"),
        ("[model]\nchunk_characters = 0\n", "must be a whole number from 1"),
        ("[model]\nchunk_characters = true\n", "must be a whole number from 1"),
        ("[read]\non_error = 'pass'\n", "key 'on_error' in [read] must be stop or skip"),
        ("[read]\nfields = 'text'\n", "key 'fields' in [read] must be a table of strings"),
        ("[read.fields]\ntext = 1\n", "key 'fields' in [read] must be a table of strings"),
        ("[write]\nflatten = 'all'\n", "must be longest or first or error"),
        ("[prices]\nprompt_usd_per_million = 1\n", "section [prices] is incomplete"),
        ("[files]\na = 1\n", "a file in [files], 'a', must be a string"),
        ("to = \n", "not TOML"),
    ],
)
def test_what_no_step_knows_is_an_error(tmp_path: Path, content: str, problem: str) -> None:
    file = tmp_path / "recipe.toml"
    file.write_text(content)
    with pytest.raises(ConfigError) as caught:
        read_recipe(file)
    assert problem in str(caught.value)
    assert caught.value.where == str(file)


@pytest.mark.parametrize("content", [None, b"\xff"])
def test_file_that_cannot_be_read_is_named(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "recipe.toml"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(ConfigError) as caught:
        read_recipe(file)
    assert caught.value.where == str(file)


def test_prices_may_be_whole_numbers(tmp_path: Path) -> None:
    file = tmp_path / "recipe.toml"
    file.write_text("[prices]\nprompt_usd_per_million = 1\ncompletion_usd_per_million = 2.5\n")
    assert read_recipe(file)["prices"]["prompt_usd_per_million"] == 1
