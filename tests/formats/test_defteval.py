"""The task files of DeftEval: derived as the organisers did, read as documents, found by name."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from donor.data import Document, Interval, Relation, Span, TextLabel
from donor.errors import ConfigError, FormatError, InputError
from donor.formats import Options, find_files, format_named, read, write

PREDICTED = Options(fields={"rows": "predicted"})
ION = Document(
    "x:1",
    "en",
    'An "ion" is an atom. It moves.',
    (Interval(0, 20), Interval(21, 30)),
    spans=(
        Span("T1", "Term", (Interval(4, 7),)),
        Span("T2", "Definition", (Interval(12, 14), Interval(24, 29))),
        Span("T3", "Secondary-Definition", (Interval(15, 19),)),
    ),
    relations=(Relation("Direct-Defines", head="T1", tail="T2"),),
    metadata={"file": "x.conll"},
)


def written(folder: Path, *documents: Document, **fields: str) -> dict[str, str]:
    write(documents, folder, format="defteval", options=Options(fields=fields))
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.iterdir())}


def files(folder: Path, **contents: str) -> Path:
    for name, content in contents.items():
        (folder / f"{name}.deft").write_text(content, encoding="utf-8")
    return folder


def test_a_document_becomes_the_rows_of_three_tasks(tmp_path: Path) -> None:
    found = written(tmp_path, ION)
    assert list(found) == ["task_1.deft", "task_2.deft", "task_3_x.deft"]
    assert found["task_1.deft"] == ('" An "" ion "" is an atom ."\t"1"\n" It moves ."\t"0"\n')
    tags = [line.split("\t ")[-1] for line in found["task_2.deft"].splitlines()]
    assert tags[2] == "B-Term"
    assert tags[5:7] == ["B-Definition", "B-Secondary-Definition"]
    assert tags[10] == "B-Definition-frag"
    assert found["task_3_x.deft"].splitlines()[10] == (
        "moves\t x.conll\t 25\t 30\t B-Definition-frag\t T2-frag\t T2\t fragment"
    )


def test_predicted_rows_hold_only_what_is_scored(tmp_path: Path) -> None:
    found = written(tmp_path, ION, rows="predicted")
    assert found["task_2.deft"].splitlines()[6] == "atom\tx.conll\t16\t20\tO"
    assert found["task_3_x.deft"].splitlines()[10] == (
        "moves\tx.conll\t25\t30\tB-Definition-frag\tT2-frag\t0\t0"
    )
    assert format_named("defteval", PREDICTED).losses(ION) == {
        "unscored spans": 1,
        "unscored fragments": 1,
    }


def test_label_of_a_sentence_is_its_row_in_task_1(tmp_path: Path) -> None:
    labels = (TextLabel("definition", "0", 0), TextLabel("definition", "1", 1))
    labelled = replace(ION, labels=(*labels, TextLabel("topic", "x")))
    found = written(tmp_path, labelled)["task_1.deft"]
    assert [line[-2] for line in found.splitlines()] == ["0", "1"]
    assert format_named("defteval").losses(labelled) == {
        "text labels": 1,
        "sentence labels that only task 1 has": 2,
    }


def test_only_one_task_is_written_and_what_it_lacks_is_counted(tmp_path: Path) -> None:
    out = tmp_path / "task_1.deft"
    lost = write([ION], out, format="defteval", options=Options(fields={"task": "1"}))
    assert lost == {"spans": 3, "relations": 1, "fragments": 1}
    assert [path.name for path in tmp_path.iterdir()] == ["task_1.deft"]
    with pytest.raises(InputError, match="give a folder"):
        write([ION], out, format="defteval")


def test_splits_keep_their_folders(tmp_path: Path) -> None:
    two = [replace(ION, id=f"{s}/x:1", metadata={"file": f"{s}/x.deft"}) for s in ("dev", "train")]
    write(two, tmp_path, format="defteval")
    names = ("task_1.deft", "task_2.deft", "task_3_x.deft")
    assert {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.deft")} == {
        f"{split}/{name}" for split in ("dev", "train") for name in names
    }
    assert [document.id for document in read(tmp_path)] == ["dev/x:1", "train/x:1"]


def test_the_highest_task_is_read_or_the_one_asked_for(tmp_path: Path) -> None:
    written(tmp_path, ION)
    [found] = read(tmp_path)
    assert (found.id, found.text, found.spans) == (ION.id, ION.text, ION.spans)
    two = list(read(tmp_path, options=Options(fields={"task": "2"})))
    assert [span.label for span in two[0].spans] == [
        "Term", "Definition", "Secondary-Definition", "Definition-frag",
    ]  # fmt: skip
    one = list(read(tmp_path, options=Options(fields={"task": "1"})))
    assert [(d.text, d.labels[0].value) for d in one] == [
        ('An "ion" is an atom.', "1"),
        ("It moves.", "0"),
    ]


def test_copies_of_a_sentence_in_task_2_are_one(tmp_path: Path) -> None:
    nested = replace(ION, spans=(*ION.spans, Span("T4", "Qualifier", (Interval(0, 19),))))
    written(tmp_path, nested)
    [found] = read(tmp_path / "task_2.deft")
    assert len(found.segments) == 2
    assert len(found.spans) == 5


def test_tags_that_break_their_scheme_begin_spans(tmp_path: Path) -> None:
    rows = "an\tx\t0\t2\tI-Term\nion\tx\t3\t6\tI-Definition\n\ny\tx\t7\t8\tI-Definition\n"
    [found] = read(files(tmp_path, task_2=rows))
    assert found.id == "x:1"
    assert [span.surface(found.text) for span in found.spans] == ["an", "ion", "y"]


def test_marker_of_a_sentence_is_set_apart_and_written_back(tmp_path: Path) -> None:
    line = '" 38 . The forest is an ecosystem ."\t"0"\n'
    [found] = read(files(tmp_path, task_1=line))
    assert (found.id, found.text) == ("task_1:1", "The forest is an ecosystem.")
    out = tmp_path / "out"
    write([found], out / "task_1.deft", format="defteval", options=Options(fields={"task": "1"}))
    assert (out / "task_1.deft").read_text(encoding="utf-8") == line


@pytest.mark.parametrize(
    ("name", "content", "where", "what"),
    [
        ("task_1", '" An ion ."\t"2"\n', "task_1.deft:1", "the label '2'"),
        ("task_1", '"a"\t"1"\n"b"\n', "task_1.deft:2", "1 column, expected 2"),
        ("task_1", '"a\t1\n', "task_1.deft:1", "quotes that are not closed"),
        ("task_1", '"" \t1\n', "task_1.deft:1", "quotes that are not closed"),
        ("task_2", "an\tx\t0\t2\tO\nb\tx\n", "task_2.deft:2", "2 columns, expected 5"),
        ("task_2", "an\tx\t0\t2\tQ\n", "task_2.deft:1", "tag 'Q'"),
        ("task_3_x", "an\tx\t0\t2\tO\n", "task_3_x.deft:1", "5 columns, expected 8"),
    ],
)
def test_a_row_that_is_none_is_named(
    tmp_path: Path, name: str, content: str, where: str, what: str
) -> None:
    with pytest.raises(FormatError) as error:
        list(read(files(tmp_path, **{name: content})))
    assert error.value.where == str(tmp_path / where)
    assert error.value.what.startswith(what)


def test_bytes_that_are_no_utf8_are_named(tmp_path: Path) -> None:
    (tmp_path / "task_1.deft").write_bytes('"ион"\t"1"\n'.encode("cp1251"))
    with pytest.raises(FormatError, match=r"task_1\.deft:1: not UTF-8"):
        list(read(tmp_path))


def test_what_stays_unread_is_told(tmp_path: Path) -> None:
    told: list[str] = []
    other = replace(ION, id="y:1", metadata={"file": "y.conll"})
    written(tmp_path, ION, other)
    (tmp_path / "task_3_y.deft").rename(tmp_path / "y.deft")
    assert len(list(read(tmp_path, warn=lambda where, what: told.append(what)))) == 1
    assert told == [
        "its name is not that of a task's file: not read",
        "task 2 has 22 tokens, task 3, which is read, 11: --field task=2 reads task 2",
    ]


def test_a_wish_that_no_task_has_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="use 1, 2 or 3"):
        format_named("defteval", Options(fields={"task": "4"}))
    with pytest.raises(ConfigError, match="use gold or predicted"):
        format_named("defteval", Options(fields={"rows": "silver"}))
    with pytest.raises(FormatError, match=r"holds no file named task_3\.deft"):
        list(read(files(tmp_path, task_1='"a"\t1\n'), options=Options(fields={"task": "3"})))


@pytest.mark.parametrize(
    ("name", "format"),
    [
        ("task_1.deft", "defteval"),
        ("task_1_t1_biology_0_0.deft", "defteval"),
        ("task_2.deft", "defteval"),
        ("task_3_x.deft", "deft"),
        ("other.deft", "deft"),
    ],
)
def test_files_are_told_by_name_and_rows(tmp_path: Path, name: str, format: str) -> None:
    rows = written(tmp_path / "out", ION)
    task = name[:6] if name.startswith("task") else "task_3"
    own = next(content for path, content in rows.items() if path.startswith(task))
    (tmp_path / name).write_text(own, encoding="utf-8")
    [found] = find_files([tmp_path / name])
    assert found.format == format


def test_a_file_of_deft_with_the_columns_of_a_task_says_how_to_read_it(tmp_path: Path) -> None:
    (tmp_path / "x.deft").write_text("an\tx\t0\t2\tO\n", encoding="utf-8")
    with pytest.raises(FormatError, match="--format defteval"):
        list(read(tmp_path / "x.deft"))


# The corpus.


@pytest.fixture(scope="module")
def official() -> Path:
    folder = Path(__file__).parents[2].parent / "shared/scorers/defteval"
    if not folder.is_dir():
        pytest.skip("needs the task files of DeftEval in ../shared/scorers/defteval")
    return folder


def _without_column_2(path: Path, separator: str) -> Iterator[list[str]]:
    for line in path.read_text(encoding="utf-8").split("\n"):
        cells = line.split(separator)
        yield [cells[0], *cells[2:]] if len(cells) > 2 else cells


@pytest.mark.parametrize(
    ("rows", "reference", "separator"),
    [("gold", "gold", "\t "), ("predicted", "identical", "\t")],
)
def test_dev_becomes_the_reference_files(
    deft: Path, official: Path, tmp_path: Path, rows: str, reference: str, separator: str
) -> None:
    options = Options(fields={"rows": rows})
    write(read(deft / "dev"), tmp_path, format="defteval", options=options)
    names = sorted(path.name for path in (official / reference).iterdir())
    assert len(names) == 14
    for name in names:
        found = list(_without_column_2(tmp_path / name, separator))
        assert found == list(_without_column_2(official / reference / name, separator)), name


def test_dev_comes_back_from_its_task_files(deft: Path, tmp_path: Path) -> None:
    dev = list(read(deft / "dev"))
    assert write(dev, tmp_path, format="defteval") == {}
    assert list(read(tmp_path)) == dev


@pytest.mark.parametrize("name", ["gold", "identical", "noise10", "noise40"])
def test_official_files_are_read(official: Path, name: str) -> None:
    assert len(list(read(official / name))) == 63
    for task, documents in (("1", 872), ("2", 308)):
        options = Options(fields={"task": task})
        assert len(list(read(official / name, options=options))) == documents
