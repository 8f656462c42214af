"""The worst documents are kept, and each other one has the same chance."""

from collections import Counter
from dataclasses import replace
from random import Random

from tests.report.cases import collisions, placed, span, transfer, untranslated

from donor.data import Check, Finding
from donor.report.facts.chosen import Chosen, Draw, Known, badness


def plain(name="a"):
    """A transfer without anything to look at."""
    rows = [(span("ion", "T1", "Term", "ion"), placed(span("ион", "T1", "Term", "ион")))]
    return transfer("ion", "ион", rows, id=name)


def test_a_document_that_went_well_weighs_nothing():
    assert badness(plain(), Known()) == 0


def test_what_is_to_be_looked_at_weighs():
    one = replace(plain(), findings=(Finding(Check.LENGTH, "short"),))
    assert badness(one, Known()) == 5
    assert badness(collisions(), Known()) == 10 + 5
    assert badness(untranslated(), Known()) > 1000


def test_doubt_weighs_but_not_where_gold_knows():
    assert badness(plain(), Known({"T1": 0.75})) == 2.5
    assert badness(plain(), Known({"T1": 0.75}, {"T1": True})) == 0
    assert badness(plain(), Known({"T1": 0.75}, {"T1": False})) == 10


def test_the_worst_come_first_and_the_first_of_two_alike():
    chosen = Chosen(2, 1, Random(0))
    for one in (plain("a"), collisions(), plain("b"), plain("c")):
        chosen.offer(one, Known())
    assert [one.transfer.source.id for one in chosen.worst] == ["physics:1", "a"]
    assert len(chosen.others) == 1


def test_all_documents_are_kept_where_there_is_room():
    chosen = Chosen(2, 2, Random(0))
    for name in "abcd":
        chosen.offer(plain(name), Known())
    ids = [one.transfer.source.id for one in (*chosen.worst, *chosen.others)]
    assert ids == ["a", "b", "c", "d"]


def test_each_has_the_same_chance():
    drawn = Counter()
    for seed in range(600):
        draw = Draw(2, Random(seed))
        for n in range(6):
            draw.offer(n)
        drawn.update(draw.drawn)
    assert all(150 < drawn[n] < 250 for n in range(6)), drawn
