from copy import copy
from dataclasses import FrozenInstanceError, dataclass, field, replace

import pytest

from donor.data.quick import quickly_made


@quickly_made
@dataclass(frozen=True, slots=True)
class Slotted:
    name: str
    numbers: list[int] = field(default_factory=list)
    missing: int | None = None


@quickly_made
@dataclass(frozen=True)
class Loose:
    name: str
    numbers: list[int] = field(default_factory=list)
    missing: int | None = None


BOTH = pytest.mark.parametrize("kind", [Slotted, Loose])


@BOTH
def test_it_is_the_dataclass_that_it_was(kind):
    one = kind("a", numbers=[1], missing=None)
    assert repr(one) == f"{kind.__name__}(name='a', numbers=[1], missing=None)"
    assert one == kind("a", [1]) == copy(one)
    assert replace(one, name="b") == kind("b", [1])
    with pytest.raises(FrozenInstanceError):
        one.name = "b"


@BOTH
def test_defaults_are_made_for_each(kind):
    one, other = kind("a"), kind("a")
    assert one.numbers == [] and one.numbers is not other.numbers


@BOTH
def test_what_is_missing_or_too_much_is_an_error(kind):
    with pytest.raises(TypeError, match="name"):
        kind()
    with pytest.raises(TypeError, match="other"):
        kind("a", other=1)


def test_a_class_that_looks_at_its_fields_writes_its_own():
    @dataclass(frozen=True)
    class Checked:
        name: str

        def __post_init__(self) -> None:
            raise ValueError

    with pytest.raises(TypeError, match="Checked"):
        quickly_made(Checked)
