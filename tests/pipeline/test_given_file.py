"""Translations out of a file: found by id or by source text, told where they are missing."""

import json
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.pipeline.small import contents, ledger_of, write_windows
from tests.servers.transliterator import transliterated

from donor.data import Document, Interval, SideText
from donor.errors import ConfigError, InputError
from donor.formats import Options, read
from donor.pipeline import Resources, estimate, run
from donor.pipeline.given_file import given_file
from donor.recipe import Recipe

TEXTS = {"a": "An ion moves.", "b": "A cell wall.", "c": "Water flows."}


def pair(name: str, text: str, **more: Any) -> dict[str, Any]:
    """A pair whose target is the transliterated source, its second word marked."""
    start = text.index(" ") + 1
    span = {"id": "x", "start": start, "end": len(text) - 1, "label": "Term"}
    source = {"lang": "en", "text": text, "spans": [span]}
    return {
        "id": name,
        "source": source,
        "target": {"lang": "ru", "text": transliterated(text)},
    } | more


def write_lines(path: Path, values: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(value) + "\n" for value in values))
    return path


@pytest.fixture
def pairs(tmp_path: Path) -> Path:
    return write_lines(tmp_path / "pairs.jsonl", [pair(*item) for item in TEXTS.items()])


def documents(path: Path) -> dict[str, Document]:
    return {document.id: document for document in read(path)}


def targets(path: Path) -> list[dict[str, Any]]:
    """The targets of the pairs, as a dataset of their own."""
    return [{"id": d.id, "text": d.metadata["target"]["text"]} for d in documents(path).values()]


def test_any_order_is_found_by_id(tmp_path: Path, pairs: Path) -> None:
    values = targets(pairs)
    random.Random(1).shuffle(values)
    find = given_file(write_lines(tmp_path / "ru.jsonl", values))
    for name, document in documents(pairs).items():
        assert find(document).text == transliterated(TEXTS[name])  # type: ignore[union-attr]


def test_pairs_are_found_by_source_text_where_the_id_is_another(pairs: Path) -> None:
    find = given_file(pairs)
    for document in documents(pairs).values():
        for name in ("other", "a"):
            found = find(replace(document, id=name))
            assert found.text == transliterated(document.text)  # type: ignore[union-attr]


def test_equal_source_texts_are_told_apart_by_id(tmp_path: Path) -> None:
    values = [pair("a", "An ion."), pair("b", "An ion.")]
    values[1]["target"]["text"] = "Ионы."
    find = given_file(write_lines(tmp_path / "pairs.jsonl", values))
    [a, b] = read(tmp_path / "pairs.jsonl")
    assert [find(a).text, find(b).text] == ["Ан ион.", "Ионы."]  # type: ignore[union-attr]


def test_id_of_another_source_text_is_told(pairs: Path) -> None:
    document = replace(documents(pairs)["a"], text="An ion stops.")
    assert "but of another source text" in str(given_file(pairs)(document))


def test_what_the_file_lacks_is_told(tmp_path: Path, pairs: Path) -> None:
    file = write_lines(tmp_path / "ru.jsonl", targets(pairs)[:2])
    assert given_file(file)(documents(pairs)["c"]) == f"{file} has no translation of c"


def test_pairs_beside_plain_documents_are_an_error(tmp_path: Path, pairs: Path) -> None:
    write_lines(tmp_path / "ru.jsonl", targets(pairs))
    with pytest.raises(InputError, match="several formats: jsonl, pairs"):
        given_file(tmp_path)


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        ([{"id": "a", "text": "x"}, {"id": "a", "text": "y"}], "used twice"),
        ([{"id": "a", "text": "x"}, {"id": "b"}], "'text' is missing"),
    ],
)
def test_bad_file_is_an_error_before_anything_is_looked_up(
    tmp_path: Path, lines: list[dict[str, Any]], problem: str
) -> None:
    with pytest.raises(InputError, match=problem):
        given_file(write_lines(tmp_path / "bad.jsonl", lines))


class TestLines:
    """Two columns: an id or a source text, and the target text."""

    def find(self, tmp_path: Path, content: str, document: Document) -> Any:
        (tmp_path / "ru.tsv").write_text(content, encoding="utf-8")
        return given_file(tmp_path / "ru.tsv")(document)

    @pytest.mark.parametrize(
        "content",
        [
            "b\tКлетка.\na\tИон.\n",
            "id\ttext\na\tИон.\n",
            "\ufeffa\tИон.\r\n",
            "An ion moves.\tИон.\nA cell wall.\tКлетка.\n",
            "source\ttarget\nAn ion moves.\tИон.",
        ],
    )
    def test_found_by_id_or_source(self, content: str, tmp_path: Path, pairs: Path) -> None:
        found = self.find(tmp_path, content, documents(pairs)["a"])
        assert (found.text, found.segments) == ("Ион.", ("Ион.",))

    def test_lines_of_one_id_are_its_segments(self, tmp_path: Path) -> None:
        two = Document("d", "en", "An ion. It moves.", (Interval(0, 7), Interval(8, 17)))
        for content in ("d\tИон.\nd\tОн движется.\n", "It moves.\tОн движется.\nAn ion.\tИон.\n"):
            assert self.find(tmp_path, content, two).segments == ("Ион.", "Он движется.")

    def test_side_texts_are_lines_too(self, tmp_path: Path) -> None:
        document = Document(
            "d", "en", "An ion.", (Interval(0, 7),), side_texts=(SideText("title", "Ions"),)
        )
        found = self.find(tmp_path, "An ion.\tИон.\nIons\tИоны\n", document)
        assert (found.text, found.side_texts) == ("Ион.", (("title", "Ионы"),))

    def test_line_with_more_columns_is_named(self, tmp_path: Path, pairs: Path) -> None:
        with pytest.raises(InputError, match=r"ru\.tsv:2: 3 columns, expected 2"):
            self.find(tmp_path, "a\tИон.\nb\tx\ty\n", documents(pairs)["a"])

    def test_table_of_a_dataset_is_read_as_one(self, tmp_path: Path) -> None:
        (tmp_path / "ru.tsv").write_text("text\tlabel\nИон.\t1\n", encoding="utf-8")
        (tmp_path / "en.tsv").write_text("text\tlabel\nAn ion.\t1\n", encoding="utf-8")
        [source] = read(tmp_path / "en.tsv")
        found = given_file(tmp_path / "ru.tsv")(source)
        assert found.text == "Ион."  # type: ignore[union-attr]


class TestSameFormat:
    """A translation in the input's format, without annotation."""

    def test_files_of_other_names_are_matched_by_number(self, tmp_path: Path) -> None:
        (tmp_path / "en.csv").write_text("text,label\nAn ion.,x\nA cell.,y\n")
        (tmp_path / "ru.csv").write_text("text\nИон.\nКлетка.\n", encoding="utf-8")
        find = given_file(tmp_path / "ru.csv")
        assert [find(d).text for d in read(tmp_path / "en.csv")] == [  # type: ignore[union-attr]
            "Ион.",
            "Клетка.",
        ]
        assert find.by_number

    def test_an_ending_that_is_part_of_the_ids_is_no_hindrance(self, tmp_path: Path) -> None:
        rows = "-DOCSTART- -X- O\n\n{} NN B-X\n\n"
        (tmp_path / "eng.train").write_text(rows.format("Ions"))
        (tmp_path / "rus.train").write_text(rows.format("Ионы"), encoding="utf-8")
        [source] = read(tmp_path / "eng.train")
        assert given_file(tmp_path / "rus.train")(source).text == "Ионы"  # type: ignore[union-attr]

    def test_other_spacing_of_the_source_text_is_no_hindrance(self, tmp_path: Path) -> None:
        (tmp_path / "en.conll").write_text("do\tO\nn't\tO\n.\tO\n\n")
        (tmp_path / "ru.tsv").write_text("do n't .\tНе надо.\n", encoding="utf-8")
        [source] = read(tmp_path / "en.conll")
        assert source.text == "don't."
        found = given_file(tmp_path / "ru.tsv")(source)
        assert found.text == "Не надо."  # type: ignore[union-attr]

    def test_ids_of_columns_go_before_numbers(self, tmp_path: Path) -> None:
        options = Options(fields={"id": "key", "label": "label"})
        (tmp_path / "en.csv").write_text("key,text,label\na,An ion.,x\nb,A cell.,y\n")
        (tmp_path / "ru.csv").write_text("key,text\nb,Клетка.\na,Ион.\n", encoding="utf-8")
        find = given_file(tmp_path / "ru.csv", options=options)
        found = [find(d) for d in read(tmp_path / "en.csv", options=options)]
        assert [one.text for one in found] == ["Ион.", "Клетка."]  # type: ignore[union-attr]
        assert not find.by_number

    def test_numbers_of_two_input_files_are_not_mixed(self, tmp_path: Path) -> None:
        for name in ("a", "b"):
            (tmp_path / f"{name}.csv").write_text("text,label\nAn ion.,x\n")
        (tmp_path / "ru.csv").write_text("text\nИон.\n", encoding="utf-8")
        find = given_file(tmp_path / "ru.csv")
        first, second = (next(read(tmp_path / f"{name}.csv")) for name in ("a", "b"))
        assert find(first).text == "Ион."  # type: ignore[union-attr]
        assert "has no translation of b:1" in str(find(second))


class TestRuns:
    @pytest.fixture
    def resources(self, tmp_path: Path, base_url: str) -> Iterator[Resources]:
        return Resources(store=tmp_path / "store.sqlite", base_url=base_url)

    def recipe(self, path: Path, **more: Any) -> Recipe:
        return Recipe((str(path),), "ru", "vllm:m", translator="given", **more)

    def test_texts_alone_are_read_as_the_format_of_the_input(
        self, tmp_path: Path, resources: Resources
    ) -> None:
        for name, text in (("en", "Ada ran."), ("ru", "Ада бежала.")):
            (tmp_path / name).mkdir()
            (tmp_path / name / "a.txt").write_text(text, encoding="utf-8")
        (tmp_path / "en" / "a.ann").write_text("")
        recipe = self.recipe(tmp_path / "en", translation=str(tmp_path / "ru"), language="en")
        run(recipe, tmp_path / "run", resources)
        assert (tmp_path / "run/dataset/a.txt").read_text(encoding="utf-8") == "Ада бежала."

    def test_run_over_pairs_makes_pairs_of_its_own(
        self, tmp_path: Path, pairs: Path, resources: Resources
    ) -> None:
        outcome = run(self.recipe(pairs), tmp_path / "run", resources)
        assert outcome.summary["spans"]["placed"] == outcome.summary["requests"]["sent"] == 3
        lines = (tmp_path / "run/dataset/pairs.jsonl").read_text().splitlines()
        for line, (name, text) in zip(lines, TEXTS.items(), strict=True):
            value, given = json.loads(line), pair(name, text)
            spans = given["source"]["spans"]
            assert value == given | {"target": value["target"], "file": "pairs.jsonl"}
            assert value["target"] == given["target"] | {"spans": spans}

    def test_file_and_brought_targets_give_the_same(
        self, tmp_path: Path, pairs: Path, resources: Resources
    ) -> None:
        file = write_lines(tmp_path / "ru.jsonl", targets(pairs)[::-1])
        run(self.recipe(pairs), tmp_path / "one", resources)
        run(self.recipe(pairs, translation=str(file)), tmp_path / "two", resources)
        one, two = contents(tmp_path / "one"), contents(tmp_path / "two")
        differing = {name for name in one if one[name] != two[name]}
        assert differing == {"recipe.toml", "dataset/README.md"}

    def test_missing_translation_is_an_explained_row(
        self, tmp_path: Path, pairs: Path, resources: Resources
    ) -> None:
        file = write_lines(tmp_path / "ru.jsonl", targets(pairs)[1:])
        run(self.recipe(pairs, translation=str(file)), tmp_path / "run", resources)
        ledger = ledger_of(tmp_path)
        assert ledger["spans"]["by_reason"] == {"no-translation": 1}
        assert ledger["failed"] == [{"document": "a", "problem": f"{file} has no translation of a"}]

    def test_translation_of_nothing_is_an_error_that_shows_both_ids(
        self, tmp_path: Path, pairs: Path, resources: Resources
    ) -> None:
        file = write_lines(tmp_path / "ru.jsonl", [{"id": "x", "text": "Ион."}])
        with pytest.raises(ConfigError, match=r"any document of the input: a, b, c .*: x"):
            run(self.recipe(pairs, translation=str(file)), tmp_path / "run", resources)
        assert not (tmp_path / "run").exists()

    def test_another_number_of_rows_is_an_error(self, tmp_path: Path, resources: Resources) -> None:
        (tmp_path / "en.csv").write_text("text,label\nAn ion.,x\nA cell.,y\n")
        (tmp_path / "ru.csv").write_text("text\nИон.\n", encoding="utf-8")
        recipe = self.recipe(
            tmp_path / "en.csv", translation=str(tmp_path / "ru.csv"), language="en"
        )
        with pytest.raises(ConfigError, match="holds 1 documents, the input 2"):
            run(recipe, tmp_path / "run", resources)

    def test_plain_dataset_becomes_pairs_where_asked(
        self, tmp_path: Path, pairs: Path, resources: Resources
    ) -> None:
        plain = write_lines(tmp_path / "en.jsonl", [
            {"id": "a", "language": "en", "text": "An ion.",
             "spans": [{"start": 3, "end": 6, "label": "Term"}]}
        ])  # fmt: skip
        run(Recipe((str(plain),), "ru", "vllm:m", out_format="pairs"), tmp_path / "run", resources)
        [document] = read(tmp_path / "run/dataset", format="pairs")
        assert document.text == "An ion."
        assert document.metadata["target"] == {
            "lang": "ru",
            "text": "Ан ион.",
            "spans": [{"id": "s1", "start": 3, "end": 6, "label": "Term"}],
        }

    def test_another_content_of_the_file_is_another_recipe(
        self, tmp_path: Path, pairs: Path, resources: Resources
    ) -> None:
        file = write_lines(tmp_path / "ru.jsonl", targets(pairs))
        run(self.recipe(pairs, translation=str(file)), tmp_path / "run", resources)
        write_lines(file, targets(pairs)[::-1])
        with pytest.raises(Exception, match=r"another recipe:\n- \"?.*ru\.jsonl"):
            run(self.recipe(pairs, translation=str(file)), tmp_path / "run", resources)

    def test_other_translator_with_a_file_is_an_error(
        self, tmp_path: Path, pairs: Path, resources: Resources
    ) -> None:
        recipe = replace(self.recipe(pairs, translation=str(pairs)), translator="llm")
        with pytest.raises(ConfigError, match="'llm' does not use"):
            run(recipe, tmp_path / "run", resources)

    def test_estimate_counts_no_request_for_a_given_translation(
        self, pairs: Path, tmp_path: Path
    ) -> None:
        need = estimate(self.recipe(pairs), Resources(store=tmp_path / "none.sqlite"))
        assert (need["documents"], need["requests"]) == (3, 3)


def test_language_of_texts_that_do_not_say_it_is_the_one_that_is_wanted(tmp_path: Path) -> None:
    """A format that is English unless told, as DEFT, says nothing of a translation."""
    write_windows(tmp_path / "ru.deft", [["Ион/T1 движется ."]])
    document = next(read(tmp_path / "ru.deft"))
    found = given_file(tmp_path / "ru.deft", language="ru")(document)
    assert not isinstance(found, str)
    assert found.language == "ru"
