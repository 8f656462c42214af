"""A response store made from a readable file of answers."""

from pathlib import Path

import pytest
from tests.pipeline.small import ledger_of, transfer_small, write_windows

from donor.errors import ConfigError, StoreError
from donor.llm import ResponseStore
from donor.pipeline import rebuild, stale

HEAD = """
[answers]
model = "vllm:m"
recorded = 2026-11-22
inputs = ["source"]
to = "ru"
cascades = [["tags", "quote"]]
"""
ANSWERS = """
["a:1".translate]
1 = "Ион движется."
["a:1".tags]
1 = "<s1></s1>Ион движется."
["a:1".quote]
s1 = "Ион"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one window to transfer."""
    write_windows(tmp_path / "source" / "a.deft", [["An/T1 ion/T1 moves ."]])
    return tmp_path


def rebuilt(folder: Path, content: str = HEAD + ANSWERS) -> int:
    (folder / "answers.toml").write_text(content)
    return rebuild([folder / "answers.toml"], folder / "store.sqlite")


def test_store_answers_a_replay(folder: Path) -> None:
    assert rebuilt(folder) == 3
    transfer_small(folder, None, replay=True)
    assert ledger_of(folder)["spans"]["by_method"] == {"quote": 1}


def test_store_is_whole_and_stands_alone(folder: Path) -> None:
    rebuilt(folder)
    assert sorted(path.name for path in folder.iterdir()) == [
        "answers.toml",
        "source",
        "store.sqlite",
    ]
    with ResponseStore.open(folder / "store.sqlite", read_only=True) as store:
        assert store.verify() == []
        assert {row.started_at for row in store.rows()} == {"2026-11-22"}


def test_one_table_serves_several_cascades(folder: Path) -> None:
    assert rebuilt(folder, HEAD.replace("]]", '], ["quote"]]') + ANSWERS) == 3


@pytest.mark.parametrize(
    ("answers", "problem"),
    [
        ("", 'there is no answer ["a:1".translate]'),
        (ANSWERS.replace("quote", "quotes"), 'there is no answer ["a:1".quote]'),
        (ANSWERS.replace("a:1", "a:2"), 'there is no answer ["a:1".translate]'),
        (ANSWERS.replace('движется."\n["a:1".q', '"\n["a:1".q'), '["a:1".tags-retry]'),
        (ANSWERS + 's9 = "x"\n', 'no request asks for ["a:1".quote] s9'),
        (ANSWERS + '["a:2".tags]\n1 = "x"\n', 'no request asks for ["a:2".tags]'),
        (ANSWERS.replace("<s1></s1>Ион", "<s1>Ион</s1>"), 'no request asks for ["a:1".quote]'),
    ],
)
def test_answers_and_requests_must_agree(folder: Path, answers: str, problem: str) -> None:
    rebuilt(folder)
    before = (folder / "store.sqlite").read_bytes()
    with pytest.raises(StoreError) as caught:
        rebuilt(folder, HEAD + answers)
    assert problem in caught.value.what
    assert caught.value.where == str(folder / "answers.toml")
    assert (folder / "store.sqlite").read_bytes() == before
    assert not list(folder.glob("*.partial*"))


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        ('refusal = "I will not"', "refused"),
        ('raw = "no JSON"\n["a:1".quote-retry]\nraw = "nor this"', "invalid-answer"),
        ("s1 = []", "no-counterpart"),
        ('s1 = ["Ион", 2]', None),
        ('s1 = [["Ион", 1], "движется"]', None),
        ('s1 = ["Ион", "движется"]', None),
        ('s1 = ["Ион"]', None),
    ],
)
def test_answer_may_be_written_in_several_ways(
    folder: Path, table: str, reason: str | None
) -> None:
    rebuilt(folder, HEAD + ANSWERS.replace('s1 = "Ион"', table))
    transfer_small(folder, None, replay=True)
    assert ledger_of(folder)["spans"]["by_reason"] == ({reason: 1} if reason else {})


def test_runs_of_words_are_written_short_on_a_given_translation(folder: Path) -> None:
    """What the head's translation says is frozen, and asked for is the projection alone."""
    write_windows(folder / "gold" / "a.deft", [["Ион/T1 движется ."]])
    head = HEAD.replace(
        'cascades = [["tags", "quote"]]', 'translation = "gold"\ncascades = [["index"]]'
    )
    assert head != HEAD
    assert rebuilt(folder, head + '["a:1".index-words]\ns1 = [1, 1, 1]\n') == 1


def test_several_files_make_one_store(folder: Path) -> None:
    (folder / "one.toml").write_text(HEAD + ANSWERS)
    (folder / "other.toml").write_text((HEAD + ANSWERS).replace("vllm:m", "vllm:n"))
    assert rebuild([folder / "one.toml", folder / "other.toml"], folder / "s.sqlite") == 6


class TestStale:
    def test_fresh_store_is_not(self, folder: Path) -> None:
        rebuilt(folder)
        assert stale([folder / "answers.toml"], folder / "store.sqlite", folder) is False

    @pytest.mark.parametrize(
        ("old", "new"), [("движется", "идёт"), ("vllm:m", "vllm:n"), ('to = "ru"', 'to = "uk"')]
    )
    def test_changed_answer_or_request_is(self, folder: Path, old: str, new: str) -> None:
        rebuilt(folder)
        (folder / "answers.toml").write_text((HEAD + ANSWERS).replace(old, new))
        assert stale([folder / "answers.toml"], folder / "store.sqlite", folder) is True

    def test_changed_input_is(self, folder: Path) -> None:
        rebuilt(folder)
        write_windows(folder / "source" / "a.deft", [["An/T1 ion/T1 stops ."]])
        assert stale([folder / "answers.toml"], folder / "store.sqlite", folder) is True

    def test_committed_sample_is_not(self, sample: Path, tmp_path: Path) -> None:
        answers = sorted((sample / "answers").glob("*.toml"))
        assert stale(answers, sample / "responses.sqlite", tmp_path) is False


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (ANSWERS, r"section \[answers\] is missing"),
        ("[answers", "not TOML"),
        ('[answers]\nmodel = "vllm:m"\n', r"\[answers\] lacks cascades, inputs, to"),
        (HEAD.replace('"tags"', '"guess"') + ANSWERS, "known: tags, quote"),
    ],
)
def test_file_that_cannot_be_used_is_told(folder: Path, content: str, problem: str) -> None:
    with pytest.raises((StoreError, ConfigError), match=problem):
        rebuilt(folder, content)
    assert not (folder / "store.sqlite").exists()


def test_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be read"):
        rebuild([tmp_path / "none.toml"], tmp_path / "store.sqlite")
