import pytest

from donor.languages.characters import edges


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        ("", "|"),
        ("ion", "|ion|"),
        ("Li-ion", "|Li|-|ion|"),
        ("3,5", "|3,5|"),
        ("3,", "|3|,|"),
        ("CO2", "|CO2|"),
        ("e\u0301-", "|e\u0301|-|"),
        ("ак\u00adку", "|ак\u00adку|"),
        ("DNA検査", "|DNA|検|査|"),
        ("🇷🇺🇩🇪", "|🇷🇺|🇩🇪|"),
        ("👩\u200d🔬🔬", "|👩\u200d🔬|🔬|"),
        ("1\ufe0f\u20e3 a", "|1\ufe0f\u20e3| |a|"),
        ("\u1112\u1161\u11ab한", "|\u1112\u1161\u11ab|한|"),
        ("ខ្មែរ", "|ខ្មែ|រ|"),
        ("ｶﾞｶ", "|ｶﾞ|ｶ|"),
    ],
)
def test_words_and_clusters_have_no_edges_inside(text, allowed):
    marked = "".join("|" * here + sign for here, sign in zip(edges(text), [*text, ""], strict=True))
    assert marked == allowed
