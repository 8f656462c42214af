"""Names of labels: one request for all, one for one, distinct, and in a shape that formats take."""

import json
from collections.abc import Sequence
from typing import Any

import pytest

from donor.data import NO_GUIDANCE, Guidance
from donor.languages import language
from donor.llm import Completion, Request, answered
from donor.translate.label_names import translate_names


def asked(names: Sequence[str], *answers: dict[str, str], **guidance: Any) -> Any:
    """What the method returns to these answers, and what it asked."""
    requests: list[Request] = []
    left = list(answers)

    def answer(request: Request) -> Completion:
        requests.append(request)
        return Completion(json.dumps(left.pop(0)))

    told = Guidance(**guidance) if guidance else NO_GUIDANCE
    method = translate_names(names, language("en"), language("ru"), told)
    return answered(method, answer), requests


def test_all_names_go_into_one_request() -> None:
    found, [request] = asked(["negative", "positive"], {"1": "негативный", "2": "позитивный"})
    assert found == {"negative": "негативный", "positive": "позитивный"}
    assert json.loads(request.messages[1].content) == {"1": "negative", "2": "positive"}
    assert request.schema is not None
    assert request.schema["required"] == ["1", "2"]


@pytest.mark.parametrize(
    ("name", "answer", "expected"),
    [
        ("Direct-Defines", "Прямо определяет", "Прямо-определяет"),
        ("food_quality", "качество еды", "качество_еды"),
        ("Term", " ключевой\nтермин ", "ключевой_термин"),
        ("very good", "очень  хорошо", "очень хорошо"),
    ],
)
def test_a_name_without_white_space_gets_none(name: str, answer: str, expected: str) -> None:
    assert asked([name], {"1": answer})[0] == {name: expected}


def test_names_that_become_the_same_are_asked_for_again() -> None:
    wrong, right = {"1": "Хорошо", "2": "хорошо"}, {"1": "отлично", "2": "хорошо"}
    found, requests = asked(["great", "good"], wrong, right)
    assert found == {"great": "отлично", "good": "хорошо"}
    assert "'great', 'good' become the same" in requests[1].messages[-1].content


def test_names_that_stay_the_same_are_a_problem_in_words() -> None:
    wrong = {"1": "хорошо", "2": "хорошо"}
    found, _ = asked(["great", "good"], wrong, wrong)
    assert "become the same" in found


def test_empty_name_is_asked_for_again() -> None:
    assert asked(["good"], {"1": " "}, {"1": "хорошо"})[0] == {"good": "хорошо"}


def test_what_labels_mean_is_told() -> None:
    _, [request] = asked(["ORG"], {"1": "ОРГ"}, labels={"ORG": "a company", "PER": "a person"})
    assert "ORG: a company" in request.messages[0].content
    assert "PER" not in request.messages[0].content
