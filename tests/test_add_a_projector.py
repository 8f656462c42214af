"""The page "add a projector", followed word for word by somebody with a package of their own."""

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from tests.servers.transliterator import transliterated, transliterator

from donor.formats import read
from donor.records import RunFolder

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "add-a-projector.md").read_text(encoding="utf-8")
BLOCKS = dict(re.findall(r"```(\w+)\n(.*?)```", PAGE, re.DOTALL))


def install(site: Path, project: str, **modules: str) -> None:
    """Does what pip does with a package of modules: the files, and its metadata beside them."""
    described = tomllib.loads(project)["project"]
    folder = site / f"{described['name'].replace('-', '_')}-{described['version']}.dist-info"
    folder.mkdir(parents=True)
    about = f"Metadata-Version: 2.1\nName: {described['name']}\nVersion: {described['version']}\n"
    (folder / "METADATA").write_text(about)
    groups = described["entry-points"].items()
    lines = [
        f"[{group}]\n{name} = {value}\n"
        for group, points in groups
        for name, value in points.items()
    ]
    (folder / "entry_points.txt").write_text("\n".join(lines))
    for name, text in modules.items():
        (site / f"{name}.py").write_text(text)


def donor(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """A command in the folder, with the packages of `folder/site` installed."""
    path = os.pathsep.join([str(folder / "site"), str(ROOT / "src")])
    return subprocess.run(
        [sys.executable, "-m", "donor", *arguments],
        cwd=folder, env={"PYTHONPATH": path}, capture_output=True, text=True,
    )  # fmt: skip


@pytest.fixture
def reader(tmp_path: Path) -> Path:
    """The folder of somebody who has done what the page says."""
    install(tmp_path / "site", BLOCKS["toml"], donor_verbatim=BLOCKS["python"])
    (tmp_path / "notes.jsonl").write_text(BLOCKS["json"])
    return tmp_path


def test_the_page_adds_a_projector_in_some_25_lines(reader: Path) -> None:
    program, *command = BLOCKS["sh"].split()
    assert program == "donor"
    with transliterator("--log", str(reader / "log")) as base_url:
        done = donor(*command, "--base-url", base_url, "--json", folder=reader)
        asked = len((reader / "log").read_text().splitlines())
    assert (done.returncode, done.stderr) == (0, "")
    summary = json.loads(done.stdout)
    assert summary["spans"]["by_method"] == {"verbatim": 3, "tags": 1}
    # Two translations, and the one span that was not found by its words.
    assert asked == summary["requests"]["sent"] == 3
    found = list(read(reader / "runs" / "verbatim" / "dataset"))
    for document, source in zip(found, read(reader / "notes.jsonl"), strict=True):
        assert document.spans == source.spans
        assert document.text == transliterated(source.text)
    rows = [row for one in RunFolder(reader / "runs/verbatim").transfers() for row in one.spans]
    assert [row.method for row in rows] == ["verbatim", "verbatim", "verbatim", "tags"]
    assert len([line for line in BLOCKS["python"].splitlines() if line.strip()]) <= 27


def test_dry_run_and_errors_know_it(reader: Path) -> None:
    command = BLOCKS["sh"].split()[1:]
    need = donor(*command, "--dry-run", "--json", folder=reader)
    assert need.returncode == 0, need.stderr
    wrong = [word.replace("verbatim,tags", "verbatm") for word in command]
    done = donor(*wrong, folder=reader)
    assert done.returncode == 1
    assert "known: tags, quote" in done.stderr
    assert "verbatim (of donor-verbatim)" in done.stderr


PROJECT = """
[project]
name = "acme-donor"
version = "1"
[project.entry-points."donor.{group}"]
acme = "acme_donor:{attribute}"
"""
BROKEN = [
    ("projectors", "project", "import nothing_of_the_kind\n", "ModuleNotFoundError: No module"),
    ("projectors", "project", "1 / 0\n", "ZeroDivisionError"),
    ("projectors", "project", "", "AttributeError"),
    ("projectors", "project", "project = 7\n", "is no projection method"),
    ("translators", "translate", "translate = None\n", "is no translator"),
    ("formats", "ACME", "ACME = object()\n", "is no format"),
]
FLAGS = {"projectors": "--method", "translators": "--translator", "formats": "--out-format"}


@pytest.mark.parametrize(("group", "attribute", "module", "told"), BROKEN)
def test_a_broken_package_is_named(
    tmp_path: Path, group: str, attribute: str, module: str, told: str
) -> None:
    project = PROJECT.format(group=group, attribute=attribute)
    install(tmp_path / "site", project, acme_donor=module)
    (tmp_path / "notes.jsonl").write_text(BLOCKS["json"])
    done = donor(
        "transfer", "notes.jsonl", "--to", "ru", "--model", "vllm:m", "-o", "run",
        FLAGS[group], "acme", folder=tmp_path,
    )  # fmt: skip
    assert done.returncode == 1
    assert told in done.stderr
    assert "'acme' of the package acme-donor" in done.stderr
    assert "repair or uninstall acme-donor" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert not (tmp_path / "run").exists()


PROMISES = [
    ("return ()", "no answer for T1, T2"),
    ("return None", "NoneType, not a tuple"),
    ("return ('x',)", "str as an answer"),
    ("return tuple(d(s) for s in [*task.span_ids, 'T9'])", "an answer too many for T9"),
]


@pytest.mark.parametrize(("ending", "told"), PROMISES)
def test_a_broken_promise_is_told_with_its_document(tmp_path: Path, ending: str, told: str) -> None:
    module = (
        "from donor.data import Declined, Reason\n"
        "d = lambda span_id: Declined(span_id, 'acme', Reason.NO_MATCH)\n"
        f"def project(task):\n    yield from ()\n    {ending}\n"
    )
    project = PROJECT.format(group="projectors", attribute="project")
    install(tmp_path / "site", project, acme_donor=module)
    (tmp_path / "notes.jsonl").write_text(BLOCKS["json"])
    with transliterator() as base_url:
        done = donor(
            "transfer", "notes.jsonl", "--to", "ru", "--model", "vllm:m", "-o", "run",
            "--method", "acme", "--base-url", base_url, folder=tmp_path,
        )  # fmt: skip
    assert done.returncode == 1
    assert "projection method 'acme': document n1: it returned " + told in done.stderr


def test_a_format_of_another_package_is_read_and_written(tmp_path: Path) -> None:
    module = "from donor.formats.jsonl import JSONL as ACME\n"
    project = PROJECT.format(group="formats", attribute="ACME")
    install(tmp_path / "site", project, acme_donor=module)
    (tmp_path / "notes.jsonl").write_text(BLOCKS["json"])
    done = donor(
        "convert", "notes.jsonl", "out", "--format", "acme", "--out-format", "acme", folder=tmp_path
    )
    assert done.returncode == 0, done.stderr
    assert list(read(tmp_path / "out")) == list(read(tmp_path / "notes.jsonl"))


def test_two_packages_of_one_name_are_told(tmp_path: Path) -> None:
    project = PROJECT.format(group="projectors", attribute="project")
    for name in ("acme-donor", "other-donor"):
        install(tmp_path / "site", project.replace("acme-donor", name))
    (tmp_path / "notes.jsonl").write_text(BLOCKS["json"])
    done = donor(
        "transfer",
        "notes.jsonl",
        "--to",
        "ru",
        "--model",
        "vllm:m",
        "-o",
        "run",
        "--method",
        "acme",
        folder=tmp_path,
    )
    assert done.returncode == 1
    assert "the packages acme-donor and other-donor both bring it" in done.stderr
