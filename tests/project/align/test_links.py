"""Links in Pharaoh's notation."""

import pytest

from donor.project.align.links import Link, line_of, parse_line


def test_plain_links_are_certain() -> None:
    assert parse_line("1-2 0-0") == (Link(0, 0, 1, 1), Link(1, 2, 1, 1))


def test_blank_line_has_no_links() -> None:
    assert parse_line(" \r\n") == ()


@pytest.mark.parametrize("written", ["0?1", "0p1", "0-1:0.5"])
def test_link_that_is_only_possible_counts_half(written: str) -> None:
    assert parse_line(written) == (Link(0, 1, 0.5, 0.5),)


def test_two_figures_say_it_for_either_way() -> None:
    assert parse_line("0-1:0.5:0.25") == (Link(0, 1, 0.5, 0.25),)


def test_links_of_one_word_share_it() -> None:
    assert parse_line("0-0 0-1") == (Link(0, 0, 1, 0.5), Link(0, 1, 1, 0.5))


def test_link_that_stands_twice_counts_once() -> None:
    assert parse_line("0-0 0-0") == (Link(0, 0, 1, 1),)


def test_line_is_read_as_it_was_written() -> None:
    found = (Link(0, 0, 0.125, 1), Link(0, 3, 0.5, 0))
    assert parse_line(line_of(found)) == found


@pytest.mark.parametrize("written", ["0", "a-b", "0--1", "1-2:x", "1-2:2", "1-2:-1", "0-0:0.1:nan"])
def test_what_is_no_link_is_told(written: str) -> None:
    with pytest.raises(ValueError, match=r"is no link|between 0 and 1"):
        parse_line(written)
