"""Ids that were seen are known again, whatever they look like."""

import random
import tracemalloc

from hypothesis import given
from hypothesis import strategies as st

from donor.formats.files.seen import SeenIds

NAMES = st.builds(
    "".join, st.tuples(st.sampled_from(["a:", "b", "", "é"]), st.text("0123", max_size=3))
)


@given(st.lists(NAMES, max_size=60))
def test_an_id_is_new_once(names: list[str]) -> None:
    seen = SeenIds()
    known: set[str] = set()
    for name in names:
        assert seen.add(name) == (name not in known)
        known.add(name)


def test_many_ids_of_every_kind_are_told_apart() -> None:
    names = [f"d:{n}" for n in range(20_000)] + [f"{n:06}" for n in range(20_000)]
    names += [random.Random(n).randbytes(8).hex() for n in range(20_000)]
    random.Random(1).shuffle(names)
    seen = SeenIds()
    assert all(seen.add(name) for name in names)
    assert not any(seen.add(name) for name in names)


def test_many_stems_are_not_all_runs() -> None:
    seen = SeenIds()
    assert all(seen.add(f"s{n}:1") for n in range(10_000))
    assert not any(seen.add(f"s{n}:1") for n in range(10_000))
    assert all(seen.add(f"s{n}:2") for n in range(10_000))
    assert len(seen._runs) == 4096


def test_counted_ids_take_no_memory() -> None:
    tracemalloc.start()
    seen = SeenIds()
    for n in range(50_000):
        seen.add(f"d:{n}")
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size < 100_000
