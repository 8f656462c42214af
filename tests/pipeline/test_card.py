"""The dataset card: its head is what the hub reads, its text says how the dataset was made."""

import json
from pathlib import Path
from typing import Any

import pytest

from donor.pipeline import Resources, run
from donor.pipeline.card import dataset_card
from donor.pipeline.licence import Licence, licence_of
from donor.recipe import Recipe

COUNTS: dict[str, Any] = {
    "documents": 3,
    "partial": False,
    "spans": {
        "source": 4,
        "placed": 3,
        "by_method": {"quote": 1, "tags": 2},
        "by_reason": {"no-match": 1},
    },
    "relations": {"source": 2, "placed": 1},
    "labels": {"source": 3, "carried": 3},
    "findings": {"lengths": 2},
    "documents_with_findings": 1,
    "failed": [],
}
PROVENANCE: dict[str, Any] = {
    "served": {"models": {"m-1": 3}, "fingerprints": {"fp": 3}},
    "inputs": [{"name": "train.conll", "bytes": 7, "sha256": "abc"}],
}
WRITTEN = (
    "---\nconfigs:\n- config_name: default\n  data_files:\n  - split: gold\n    path:\n"
    "    - data/gold.parquet\ndataset_info:\n- config_name: default\n  features:\n"
    "  - name: text\n    dtype: string\n---\n"
)


def head_of(card: str) -> dict[str, Any]:
    hub = pytest.importorskip("huggingface_hub", reason="needs the extra hf")
    found: dict[str, Any] = hub.DatasetCard(card).data.to_dict()
    return found


def card(to: str = "ru", licence: Licence = Licence(("mit",)), **more: Any) -> str:  # noqa: B008
    recipe = Recipe(("data/train.conll",), to, "openai:m")
    counts = COUNTS | more.pop("counts", {})
    return dataset_card(recipe, counts, PROVENANCE, licence=licence, **more)


def test_head_is_what_the_hub_reads() -> None:
    head = head_of(card(written=WRITTEN))
    assert head == {
        "language": ["ru"],
        "license": "mit",
        "pretty_name": "train in Russian",
        "task_categories": ["token-classification", "text-classification"],
        "source_datasets": ["extended|other-train.conll"],
        "multilinguality": ["translation"],
        "language_creators": ["machine-generated"],
        "annotations_creators": ["machine-generated"],
        "size_categories": ["n<1K"],
        "tags": ["donor", "annotation-projection", "cross-lingual-transfer", "synthetic"],
        "configs": [
            {
                "config_name": "default",
                "data_files": [{"split": "gold", "path": ["data/gold.parquet"]}],
            }
        ],
        "dataset_info": head["dataset_info"],
    }


@pytest.mark.parametrize(
    ("to", "language", "full"), [("no", ["no"], None), ("pt-BR", ["pt"], ["pt-BR"])]
)
def test_language_is_a_string_whatever_yaml_thinks(
    to: str, language: list[str], full: list[str] | None
) -> None:
    head = head_of(card(to))
    assert (head["language"], head.get("language_bcp47")) == (language, full)


@pytest.mark.parametrize(
    ("names", "license_", "own"),
    [
        (("CC-BY-4.0",), "cc-by-4.0", None),
        (("mit", "apache-2.0"), ["mit", "apache-2.0"], None),
        (("LDC: for members only",), "other", "LDC: for members only"),
        ((), "unknown", None),
    ],
)
def test_licence_is_one_that_the_hub_knows(
    names: tuple[str, ...], license_: str | list[str], own: str | None
) -> None:
    head = head_of(card(licence=Licence(names)))
    assert (head["license"], head.get("license_name")) == (license_, own)


def test_text_says_how_much_was_carried_over_and_how() -> None:
    text = card()
    for said in (
        "| spans | 4 | 3 |",
        "Projection rate: 0.7500",
        "Spans placed by method: quote: 1, tags: 2",
        "Spans without a place: no-match: 1",
        "- lengths: 2",
        "- model: openai:m",
        "- served as: m-1",
        "- prompt `tags`: sha256 ",
        "- `train.conll`: 7 bytes, sha256 abc",
    ):
        assert said in text


def test_dataset_of_questions_says_so() -> None:
    written = WRITTEN.replace("name: text", "name: answer_start")
    assert head_of(card(written=written))["task_categories"][0] == "question-answering"


class TestLicence:
    def of(self, *paths: Path, license: str | None = None) -> Licence:
        return licence_of(Recipe(tuple(map(str, paths)), "ru", "m:m", license=license))

    def test_word_of_the_user_counts(self, tmp_path: Path) -> None:
        (tmp_path / "README.md").write_text("---\nlicense: mit\n---\n")
        assert self.of(tmp_path, license="odbl") == Licence(("odbl",))

    @pytest.mark.parametrize(
        ("head", "names"),
        [
            ("license: cc-by-4.0", ("cc-by-4.0",)),
            ("license:\n- mit\n- 'apache-2.0'\ntags:\n- x", ("mit", "apache-2.0")),
            ("license: [mit, apache-2.0]", ("mit", "apache-2.0")),
            ('license: "mit"  # as the authors say', ("mit",)),
            ("tags:\n- license: mit", ()),
        ],
    )
    def test_card_of_the_source_says_it(
        self, head: str, names: tuple[str, ...], tmp_path: Path
    ) -> None:
        (tmp_path / "README.md").write_text(f"---\n{head}\n---\n# A dataset\n")
        (tmp_path / "train.conll").write_text("")
        for path in (tmp_path, tmp_path / "train.conll"):
            assert self.of(path).names == names

    @pytest.mark.parametrize(
        ("text", "names"),
        [
            ("MIT License\n\nCopyright", ("mit",)),
            (
                "                 Apache License\n           Version 2.0, January 2004",
                ("apache-2.0",),
            ),
            ("Creative Commons Attribution-ShareAlike 4.0 International", ("cc-by-sa-4.0",)),
            ("You may not.\n" * 60 + "MIT License", ()),
        ],
    )
    def test_licence_file_counts_where_it_is_sure(
        self, text: str, names: tuple[str, ...], tmp_path: Path
    ) -> None:
        (tmp_path / "LICENSE").write_text(text)
        (tmp_path / "train.conll").write_text("")
        assert self.of(tmp_path).names == names
        assert self.of(tmp_path / "train.conll").names == ()

    def test_inputs_of_several_licences_have_none(self, tmp_path: Path) -> None:
        for name in ("mit", "odbl"):
            (tmp_path / name).mkdir()
            (tmp_path / name / "README.md").write_text(f"---\nlicense: {name}\n---\n")
        assert self.of(tmp_path / "mit", tmp_path / "odbl") == Licence()
        assert self.of(tmp_path / "mit").names == ("mit",)


def test_head_is_plain_json_strings_where_they_are_odd() -> None:
    recipe = Recipe(('we "quote": x',), "ru", "m:m")
    text = dataset_card(recipe, COUNTS, PROVENANCE, licence=Licence())
    title = next(line for line in text.splitlines() if line.startswith("pretty_name: "))
    assert json.loads(title.removeprefix("pretty_name: ")) == 'we "quote": x in Russian'


def test_run_over_a_hub_dataset_is_loaded_again(
    tmp_path: Path, base_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    datasets = pytest.importorskip("datasets", reason="needs the extra hf")
    monkeypatch.setattr(datasets.config, "HF_HUB_OFFLINE", True)
    names = datasets.ClassLabel(names=["O", "B-THING"])
    features = datasets.Features(
        {"tokens": datasets.List(datasets.Value("string")), "ner_tags": datasets.List(names)}
    )
    rows = {"tokens": [["An", "ion", "moves", "."]], "ner_tags": [[0, 1, 0, 0]]}
    source = tmp_path / "ions"
    for split in ("train", "test"):
        path = source / f"data/{split}-00000-of-00001.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        datasets.Dataset.from_dict(rows, features=features).to_parquet(path)
    (source / "README.md").write_text("---\nlicense: cc-by-4.0\n---\n")
    recipe = Recipe((str(source),), "ru", "vllm:m", language="en")
    run(recipe, tmp_path / "run", Resources(store=tmp_path / "s.sqlite", base_url=base_url))
    dataset = tmp_path / "run/dataset"
    head = head_of((dataset / "README.md").read_text())
    assert (head["license"], head["language"]) == ("cc-by-4.0", ["ru"])
    loaded = datasets.load_dataset(str(dataset), cache_dir=str(tmp_path / "cache"))
    assert set(loaded) == {"train", "test"}
    for part in loaded.values():
        assert part.features == features
        [row] = part
        assert row == {"tokens": ["Ан", "ион", "мовес", "."], "ner_tags": [0, 1, 0, 0]}
