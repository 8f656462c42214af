"""The files that a recipe names beside its inputs: read, checked, and part of what it is."""

import json
from pathlib import Path

import pytest
from tests.pipeline.small import recipe_for

from donor.data import Guidance
from donor.errors import ConfigError, FormatError
from donor.pipeline import guidance_of
from donor.recipe import with_digests


def guidance(folder: Path, **texts: str) -> Guidance:
    """The guidance of a recipe whose files hold these texts."""
    named = {name: str(folder / name) for name in texts}
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return guidance_of(recipe_for(folder, **named))


def pair(text: str, *starts: int, ids: bool = True, target: int | None = None) -> str:
    """A pair with one-letter spans."""
    spans = [{"start": at, "end": at + 1, "label": "X"} for at in starts]
    named = [span | ({"id": f"a{n}"} if ids else {}) for n, span in enumerate(spans)]
    other = named[:target] if target is not None else named
    source = {"lang": "en", "text": text, "spans": named}
    return json.dumps({"source": source, "target": {"lang": "ru", "text": text, "spans": other}})


def test_glossary_has_a_term_a_line(tmp_path: Path) -> None:
    found = guidance(tmp_path, glossary="# terms\n\ncell wall\tклеточная стенка\nion\tион\tnote\n")
    assert [(term.source, term.target) for term in found.glossary.terms] == [
        ("cell wall", "клеточная стенка"),
        ("ion", "ион"),
    ]


@pytest.mark.parametrize("line", ["ion", "ion\t", "\tион", "ion ион"])
def test_line_without_two_terms_is_named(tmp_path: Path, line: str) -> None:
    with pytest.raises(FormatError, match=r"glossary:2: not a term .*TAB"):
        guidance(tmp_path, glossary=f"ion\tион\n{line}\n")


def test_kept_words_stand_by_themselves_and_expressions_as_they_say(tmp_path: Path) -> None:
    found = guidance(tmp_path, keep="C++\nion\n/[a-z]+[(][)]/\n")
    assert found.kept_in("C++ and ions: run() the ion, run()") == ("C++", "run()", "ion")


def test_broken_expression_is_named(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=r"keep:1: not a regular expression"):
        guidance(tmp_path, keep="/(/\n")


def test_examples_are_pairs_whose_spans_have_counterparts(tmp_path: Path) -> None:
    lines = [
        pair("none"),
        pair("fewer", 0, 1, target=1),
        pair("ids", 0, 1),
        pair("order", 2, 0, ids=False),
        pair("third", 0),
        pair("fourth", 0),
    ]
    found = guidance(tmp_path, examples="\n".join(lines))
    assert [example.source.text for example in found.examples] == ["ids", "order", "third"]
    for example in found.examples:
        assert [span.id for span in example.source.spans] == [s.id for s in example.target.spans]


def test_examples_without_spans_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="holds no pair whose spans"):
        guidance(tmp_path, examples=pair("none"))


def test_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"gone\.tsv: cannot be read: No such file"):
        guidance_of(recipe_for(tmp_path, glossary="gone.tsv"))


def test_recipe_is_another_when_a_file_is(tmp_path: Path) -> None:
    file = tmp_path / "terms.tsv"
    file.write_text("ion\tион\n")
    recipe = recipe_for(tmp_path, glossary=str(file))
    first = with_digests(recipe)
    assert str(file) in first.as_toml()
    file.write_text("ion\tанион\n")
    assert with_digests(recipe).sha256 != first.sha256
    with pytest.raises(ConfigError, match="has changed since the recipe was written"):
        with_digests(first)
