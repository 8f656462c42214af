"""What the elements of the SemEval files are called."""

__all__ = ["CONTAINERS", "NO_TARGET", "PLACE", "REVIEWS", "ROOTS", "SENTENCES", "SURFACE"]

SENTENCES, REVIEWS = ROOTS = ("sentences", "Reviews")

CONTAINERS = {
    "aspectTerms": "aspectTerm",
    "aspectCategories": "aspectCategory",
    "Opinions": "Opinion",
}
"""What stands in which container."""

SURFACE = {"aspectTerm": "term", "Opinion": "target"}
"""The attribute in which an element repeats the text that it covers."""

PLACE = ("from", "to")
NO_TARGET = "NULL"
