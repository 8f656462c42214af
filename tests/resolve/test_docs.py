"""The page about the resolver says what the resolver does."""

import re
from pathlib import Path

import pytest

PAGE = (Path(__file__).parents[2] / "docs/resolver.md").read_text(encoding="utf-8")


def test_the_example_of_the_page_prints_what_the_page_shows(capsys):
    pytest.importorskip("pymorphy3", reason="needs the extra lang")
    [example] = re.findall(r"^```python\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
    [printed] = re.findall(r"^```text\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
    exec(example, {})
    assert capsys.readouterr().out == printed
