"""Labels are called what the names say; what has none keeps its own."""

from donor.data import Document, Interval, Relation, Span, TextLabel, with_label_names

ONE = Document(
    "a",
    "ru",
    "ион",
    (Interval(0, 3),),
    spans=(Span("T1", "Term", (Interval(0, 3),)), Span("T2", "Other", (Interval(0, 2),))),
    relations=(Relation("Term", "T1", "T2"),),
    labels=(TextLabel("Term", "good"), TextLabel("tone", "Term", 0)),
)


def test_spans_and_values_of_text_labels_are_renamed_and_nothing_else():
    found = with_label_names(ONE, {"Term": "термин", "good": "хорошо"})
    assert [span.label for span in found.spans] == ["термин", "Other"]
    assert [(one.name, one.value) for one in found.labels] == [
        ("Term", "хорошо"),
        ("tone", "термин"),
    ]
    assert found.relations == ONE.relations


def test_no_names_leave_the_document():
    assert with_label_names(ONE, {}) is ONE
