"""The corpus half: what is sent, reused, found anew after a break, and killed."""

import os
import signal
import threading
from pathlib import Path

import orjson
import pytest
from tests.translate.apertium.installed import ENGLISH, SPANISH, document, install, translated
from tests.waiting import wait_for

from donor.data import NO_GUIDANCE, Candidate, Document, Guidance, Interval, SideText
from donor.errors import ConfigError, RunError
from donor.translate import Translator, translator_named
from donor.translate.apertium import apertium, corpus, program


@pytest.fixture
def calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return install(tmp_path, monkeypatch)


def gone_over(folder: Path, *documents: Document, guidance: Guidance = NO_GUIDANCE) -> Translator:
    return apertium(
        documents, source=ENGLISH, target=SPANISH, folder=folder / "run", guidance=guidance
    )


def lines(folder: Path) -> list[dict[str, object]]:
    content = (folder / "run" / "apertium.jsonl").read_bytes()
    return [orjson.loads(line) for line in content.splitlines()]


def test_document_finds_its_translation(tmp_path: Path, calls: Path) -> None:
    red = document("A red house.", "red house", "house")
    found = translated(gone_over(tmp_path, red), red)
    assert found.translation.segments == ("A red casa.",)
    assert found.translation.method == "apertium"
    places = [one.answer for one in found.candidates if isinstance(one, Candidate)]
    assert [[at.of("A red casa.") for at in answer.ranges] for answer in places] == [  # type: ignore
        ["red casa"],
        ["casa"],
    ]


def test_offsets_count_in_the_document(tmp_path: Path, calls: Path) -> None:
    text = "A red house here. \n A house."
    two = Document(
        "d",
        "en",
        text,
        (Interval(0, 17), Interval(20, 28)),
        spans=document(text, "A house").spans,
        side_texts=(SideText("title", " red house "), SideText("empty", " ")),
    )
    found = translated(gone_over(tmp_path, two), two)
    assert found.translation.segments == ("A red casa here.", "A casa.")
    assert found.translation.side_texts == (" red casa ", " ")
    [candidate] = found.candidates
    assert isinstance(candidate, Candidate)
    target = found.translation.document(two)
    assert [at.of(target.text) for at in candidate.answer.ranges] == ["A casa"]  # type: ignore


def test_span_over_two_segments_has_one_place(tmp_path: Path, calls: Path) -> None:
    text = "A red house. The house is"
    spans = document(text, "red house. The house").spans
    two = Document("d", "en", text, (Interval(0, 12), Interval(13, 25)), spans=spans)
    found = translated(gone_over(tmp_path, two), two)
    [candidate] = found.candidates
    assert isinstance(candidate, Candidate)
    target = found.translation.document(two)
    assert [at.of(target.text) for at in candidate.answer.ranges] == [  # type: ignore
        "red casa. The casa"
    ]


def test_artefact_has_a_line_for_each_document(tmp_path: Path, calls: Path) -> None:
    gone_over(tmp_path, document("a", id="1"), document(" ", id="2"), document("a", id="3"))
    first, second, third = lines(tmp_path)
    assert first == {"id": "1", "key": first["key"], "streams": ["[[t:s:0]]a[[/]]"]}
    assert second["streams"] == [""]
    assert third == first | {"id": "3"}


def test_same_texts_are_not_translated_again(tmp_path: Path, calls: Path) -> None:
    gone_over(tmp_path, document("a red house", id="1"))
    made = (tmp_path / "run" / "apertium.jsonl").read_bytes()
    before = calls.read_text()
    again = gone_over(tmp_path, document("a red house", id="1"))
    assert calls.read_text() == before
    assert (tmp_path / "run" / "apertium.jsonl").read_bytes() == made
    assert translated(again, document("a red house")).translation.segments == ("a red casa",)
    gone_over(tmp_path, document("a red house", id="1"), document("b", id="2"))
    assert len(calls.read_text().splitlines()) == 2
    assert [line["id"] for line in lines(tmp_path)] == ["1", "2"]


@pytest.mark.parametrize(
    ("text", "surfaces", "keep"),
    [("A house", (), ()), ("a house", ("house",), ()), ("a house", (), ("house",))],
)
def test_other_texts_spans_and_kept_words_are_others(
    tmp_path: Path, calls: Path, text: str, surfaces: tuple[str, ...], keep: tuple[str, ...]
) -> None:
    known = gone_over(tmp_path, document("a house"))
    found = translated(known, document(text, *surfaces), Guidance(keep=keep))
    assert found.translation.problem == "Apertium has not gone over this document"


def test_kept_words_stay_and_have_a_place(tmp_path: Path, calls: Path) -> None:
    guidance = Guidance(keep=("house", "red"))
    red = document("A red house.", "house")
    found = translated(gone_over(tmp_path, red, guidance=guidance), red, guidance)
    assert found.translation.segments == ("A red house.",)
    assert [one.answer.ranges for one in found.candidates] == [(Interval(6, 11),)]  # type: ignore


def test_broken_segment_is_a_problem_and_spoils_no_other(tmp_path: Path, calls: Path) -> None:
    texts = ["one", "it is broken", "two", "swallowed", "three", "[4] is text", "four"]
    documents = [document(text, id=str(n)) for n, text in enumerate(texts)]
    translator = gone_over(tmp_path, *documents)
    problems = [translated(translator, one).translation.problem for one in documents]
    unusable = "Apertium brings nothing usable for segment 1"
    assert problems == ["", unusable, "", unusable, "", "", ""]
    tried = len(_processes(calls))
    gone_over(tmp_path, *documents)
    assert len(_processes(calls)) > tried, "what brought nothing is tried again"


def test_text_that_comes_back_empty_is_a_problem(tmp_path: Path, calls: Path) -> None:
    documents = document("gone", id="1"), document("…", id="2")
    translator = gone_over(tmp_path, *documents)
    problem, none = (translated(translator, one).translation.problem for one in documents)
    assert (problem, none) == ("Apertium leaves nothing of segment 1", "")


def test_program_that_never_works_is_an_error(
    tmp_path: Path, calls: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "bin" / "apertium"
    broken.write_text(broken.read_text().replace("source, target", "sys.exit('no gawk') #"))
    with pytest.raises(ConfigError, match=r"the mode eng-spa of .* brings nothing: no gawk"):
        gone_over(tmp_path, document("a"))


def test_batches_keep_the_order(
    tmp_path: Path, calls: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(corpus, "_BATCH_CHARACTERS", 100)
    done: list[int] = []
    documents = [document(f"the house {n}", id=str(n)) for n in range(20)]
    apertium(
        iter(documents),
        source=ENGLISH,
        target=SPANISH,
        folder=tmp_path / "run",
        progress=done.append,
    )
    assert len(calls.read_text().splitlines()) > 4
    assert done == sorted(done)
    assert done[-1] == 20
    found = [line["streams"] for line in lines(tmp_path)]
    assert found == [[f"[[t:s:0]]the casa {n}[[/]]"] for n in range(20)]


def test_what_takes_too_long_is_killed(
    tmp_path: Path, calls: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(program, "_TIMEOUT_S", 5)
    documents = document("sleep", id="1"), document("a", id="2")
    translator = gone_over(tmp_path, *documents)
    assert [bool(translated(translator, one).translation.problem) for one in documents] == [
        True,
        False,
    ]
    assert not any(map(_lives, _processes(calls)))


def test_interrupted_step_kills_its_processes_and_goes_on_later(
    tmp_path: Path, calls: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(corpus, "_BATCH_CHARACTERS", 1)
    unfinished = tmp_path / "run" / "apertium.jsonl.unfinished"

    def interrupt() -> None:
        """As soon as the second document is under way, and the first one is kept."""
        wait_for(lambda: calls.exists() and len(_processes(calls)) == 2)
        wait_for(lambda: unfinished.stat().st_size)
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=interrupt).start()
    with pytest.raises(KeyboardInterrupt):
        gone_over(tmp_path, document("a", id="1"), document("sleep", id="2"))
    assert len(_processes(calls)) == 2
    assert not any(map(_lives, _processes(calls)))
    assert list((tmp_path / "run").iterdir()) == [unfinished]
    with unfinished.open("ab") as out:
        out.write(b'{"key":"cut o')
    gone_over(tmp_path, document("a", id="1"), document("b", id="3"))
    assert len(_processes(calls)) == 3
    assert [line["id"] for line in lines(tmp_path)] == ["1", "3"]
    assert sorted(file.name for file in (tmp_path / "run").iterdir()) == ["apertium.jsonl"]


def _processes(calls: Path) -> list[int]:
    return [int(line.split()[0]) for line in calls.read_text().splitlines()]


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def test_spoilt_artefact_is_an_error(tmp_path: Path, calls: Path) -> None:
    gone_over(tmp_path, document("a"))
    (tmp_path / "run" / "apertium.jsonl").write_text('{"id": "1"}\n')
    with pytest.raises(RunError, match=r"apertium\.jsonl:1: .* \(remove the file\)"):
        gone_over(tmp_path, document("a"))


def test_without_the_corpus_step_there_is_no_translator() -> None:
    with pytest.raises(ConfigError, match="has to go over the whole corpus"):
        translated(translator_named("apertium"), document("a"))
