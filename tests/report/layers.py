"""Runs with gold of layers that are no spans alone: text labels, answers, DeftEval."""

from dataclasses import replace

from tests.report.cases import placed, span, transfer
from tests.report.runs import run_of

from donor.data import SideText, TextLabel
from donor.formats import write

TONES = ("good", "bad", "mixed")


def with_gold(path, transfers, change, **more):
    """A run of the transfers, and the file of gold: the targets as `change` makes them."""
    folder = run_of(path / "run", transfers, **more)
    gold = path / "gold.jsonl"
    targets = [one.target for one in folder.transfers() if one.target]
    write([change(n, one) for n, one in enumerate(targets)], gold, format="jsonl")
    return folder, gold


def reviews(path, number=9):
    """Text labels and no span; every third value is another one in gold, as one text is."""

    def one(n):
        tone = TextLabel("tone", TONES[n % 3])
        words = f"The staff was nice, the room was not, day {n}."
        there = f"Персонал был мил, а номер нет, день {n}."
        return transfer(words, there, [], id=f"review:{n}", labels=(tone,))

    def change(n, target):
        value = TONES[(n + (n % 3 == 2 and n % 2)) % 3]
        return replace(target, labels=(TextLabel("tone", value),))

    return with_gold(path, [one(n) for n in range(number)], change)


def questions(path, number=6):
    """Questions, each with its answer; half of the answers are longer in gold, one has none."""

    def one(n):
        words, there = f"The pump moved {n} litres a day.", f"Насос качал {n} литров в день."
        answer = replace(span(words, "a", "answer", f"{n} litres"), attributes={"question": "q"})
        other = replace(span(there, "a", "answer", f"{n} литров"), attributes={"question": "q"})
        side = SideText("question:q", "How much did it move?")
        rows = [(answer, placed(other, "quote"))]
        return transfer(words, there, rows, id=f"pump:{n}", sides=[(side, "Сколько он качал?")])

    def change(n, target):
        (answer,) = target.spans
        if n == 0:
            return replace(target, spans=())
        if n % 2:
            longer = span(target.text, "a", "answer", f"{n} литров в день")
            return replace(target, spans=(replace(longer, attributes=answer.attributes),))
        return target

    return with_gold(path, [one(n) for n in range(number)], change)
