import pytest

from donor.verify.wording import _ORDER, _ORDER_SIGNS, reads_like_instruction


@pytest.mark.parametrize("form", ["{} translation", "{}s translation", "“{}…” translation"])
def test_the_quick_look_overlooks_no_order(form):
    orders = [stem for stem in _ORDER.split() if len(stem) > 3] if "{}s" in form else _ORDER.split()
    missed = [order for order in orders if not reads_like_instruction(form.format(order))]
    assert missed == []


def test_the_quick_look_overlooks_no_sign():
    signs = _ORDER_SIGNS.split()
    assert [sign for sign in signs if not reads_like_instruction(f"{sign}翻译")] == []
