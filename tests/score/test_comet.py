"""COMET through its command: a real program with the same command line stands for it."""

import shlex
import sys
from pathlib import Path

import pytest

from donor.errors import ConfigError
from donor.score.comet import comet_measurement

PROGRAM = Path(__file__).parent.parent / "servers/comet_score.py"
COMMAND = shlex.join([sys.executable, str(PROGRAM)])


def test_scores_of_segments_are_added_up_by_document() -> None:
    documents = [
        (["Eins.", "Zwei drei."], ["one", "two three"], ["one", "two four"]),
        (["Vier."], ["four"], ["five"]),
    ]
    measured = comet_measurement(COMMAND, documents)
    assert list(measured.rows) == [(1.5, 2), (0, 1)]
    assert measured.score == 0.5


def test_without_references_the_source_is_all_that_is_given() -> None:
    measured = comet_measurement(f"{COMMAND} --model kiwi", [(["a b"], ["a c"], None)])
    assert list(measured.rows) == [(0.5, 1)]


def test_signature_has_no_folders_of_the_machine() -> None:
    signature = comet_measurement(f"{COMMAND} --model Unbabel/wmt22-comet-da", []).metric.signature
    program = Path(sys.executable).name
    assert signature == (
        f"command:{program} comet_score.py --model Unbabel/wmt22-comet-da|unit:segment"
    )


@pytest.mark.parametrize(
    ("document", "row"),
    [
        ((["a\u2028b\n c"], ["a\r\nb c"], ["a b c"]), (1, 1)),
        ((["a", "b"], [], ["a", "b"]), (0, 2)),
        ((["a b"], ["a", "b"], ["a b"]), (1, 1)),
        ((["a", "b"], [], ["a b"]), (0, 1)),
        (([""], [""], [""]), (0, 0)),
        (([], [], []), (0, 0)),
    ],
)
def test_each_segment_is_one_line(
    document: tuple[list[str], list[str], list[str]], row: tuple[int, int]
) -> None:
    assert list(comet_measurement(COMMAND, [document]).rows) == [row]


@pytest.mark.parametrize(
    ("command", "what"),
    [
        ("no-such-comet-score", "cannot be run: No such file"),
        (f"{COMMAND} --model broken", "has failed with 1: no such model"),
        (f"{COMMAND} --model short", "has scored 0 segments of 1"),
        ("true", "has not written scores"),
    ],
)
def test_command_that_does_not_score_is_an_error(command: str, what: str) -> None:
    with pytest.raises(ConfigError, match=what):
        comet_measurement(command, [(["a"], ["a"], ["a"])])
