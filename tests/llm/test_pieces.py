"""Several questions at once, and large ones in halves."""

from tests.canned import REFUSAL, answered

from donor.llm import Completion, Message, Method, Request, ask_in_chunks, chunks, together


def asking(*texts: str) -> Method[list[str]]:
    """Asks for each text in a round of its own."""
    answers = []
    for text in texts:
        [response] = yield [Request((Message("user", text),))]
        assert isinstance(response, Completion)
        answers.append(response.text)
    return answers


def test_requests_of_a_round_are_asked_for_at_once() -> None:
    rounds = []

    def watched() -> Method[list[list[str]]]:
        method = together([asking("a", "b"), asking(), asking("c")])
        requests = next(method)
        try:
            while True:
                rounds.append([request.messages[0].content for request in requests])
                requests = method.send((yield requests))
        except StopIteration as done:
            value: list[list[str]] = done.value
            return value

    values, _ = answered(watched(), "1", "2", "3")
    assert rounds == [["a", "c"], ["b"]]
    assert values == [["1", "3"], [], ["2"]]


def test_nothing_to_ask_is_no_round() -> None:
    assert answered(together([])) == ([], [])


def test_larger_than_the_limit_stands_alone() -> None:
    assert chunks([3, 9, 1, 1], lambda size: size, 4) == [[3], [9], [1, 1]]
    assert chunks([], len, 4) == []


def test_trouble_ends_with_the_key_that_brings_it() -> None:
    def question(keys):
        request = Request((Message("user", ",".join(keys)),), {"type": "object"})
        return request, lambda answer: ""

    found, requests = answered(
        ask_in_chunks([list("abcd")], question), REFUSAL, "{}", REFUSAL, REFUSAL, "{}"
    )
    assert [request.messages[0].content for request in requests] == [
        "a,b,c,d",
        "a,b",
        "c,d",
        "c",
        "d",
    ]
    assert {key for key, asked in found.items() if asked.problem} == {"c"}
