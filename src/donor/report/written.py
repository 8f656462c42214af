"""The report of a run as two files: a page for people, and its facts as JSON."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from donor.errors import InputError
from donor.records import RunFolder, write_whole
from donor.report.facts import run_facts
from donor.report.facts.given import NOTHING, Given
from donor.report.page import html_page

__all__ = ["Written", "write_report"]

_PAGE = "report.html"
_BEGINS = b"<!doctype html>"
_KEYS = {"first", "made", "summary", "documents", "provenance"}
_HINT = "give the page another name with -o"
_JSON = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE


@dataclass(frozen=True, slots=True)
class Written:
    """The two files of a report, and the facts in them."""

    page: Path
    json: Path
    facts: dict[str, Any]


def write_report(
    folder: RunFolder,
    out: Path | None = None,
    *,
    gold: Path | None = None,
    format: str | None = None,
    given: Given = NOTHING,
) -> Written:
    """The report of a finished run, after both of its files are written.

    Args:
        folder: of the run.
        out: the page; without it, `report.html` in the folder. The JSON stands beside it, under
            the same name.
        gold: a dataset, or pairs, to score the run against.
        format: of gold.
        given: what other commands have found.

    Raises:
        RunError: the folder holds no finished run.
        InputError: something cannot be read or written, or a file that is no report is in the
            place of the page or of its JSON.
        MissingExtraError: the extra `report` is not installed.
    """
    page = out or folder.path / _PAGE
    json = page.with_suffix(".json")
    if json == page:
        raise InputError(str(page), "the report's facts go there", _HINT)
    for file, is_ours in ((page, _is_page), (json, _is_facts)):
        if file.is_file() and not is_ours(_content(file)):
            raise InputError(str(file), "is no report, and a report would replace it", _HINT)
    facts = run_facts(folder, gold=gold, format=format, given=given)
    write_whole(page, [html_page(facts, beside=json.name).encode(errors="replace")])
    write_whole(json, [orjson.dumps(facts, option=_JSON)])
    return Written(page, json, facts)


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise InputError(str(file), f"cannot be read: {error.strerror}", _HINT) from None


def _is_page(content: bytes) -> bool:
    return content.startswith(_BEGINS)


def _is_facts(content: bytes) -> bool:
    try:
        found = orjson.loads(content)
    except orjson.JSONDecodeError:
        return False
    return isinstance(found, dict) and set(found) >= _KEYS
