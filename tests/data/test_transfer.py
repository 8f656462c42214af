from donor.data import (
    Document,
    Interval,
    LabelRow,
    Ledger,
    LostReason,
    Reason,
    Relation,
    RelationRow,
    SideText,
    Span,
    SpanRow,
    TextLabel,
    Transfer,
    Translation,
)

SOURCE = Document(
    id="d",
    language="en",
    text="An ion.  It moves.",
    segments=(Interval(0, 7), Interval(9, 18)),
    spans=(Span("T1", "Term", (Interval(0, 6),)), Span("T2", "Term", (Interval(9, 11),))),
    relations=(Relation("Refers-To", "T1", "T2"),),
    labels=(TextLabel("kind", "physics"),),
    side_texts=(SideText("title", "Ions"),),
)
RUSSIAN = Translation("ru", ("Ион.", "Он движется."), ("Ионы",), "llm")
PLACED = Span("T1", "Term", (Interval(0, 3),))


def transferred(translation: Translation = RUSSIAN) -> Transfer:
    return Transfer(
        source=SOURCE,
        translation=translation,
        spans=(
            SpanRow("T1", (), PLACED, "tags"),
            SpanRow("T2", (), reason=Reason.NO_MATCH),
        ),
        relations=(RelationRow(SOURCE.relations[0], LostReason.TAIL_UNRESOLVED),),
        labels=(LabelRow(0),),
    )


def test_target_keeps_what_stands_between_segments() -> None:
    target = transferred().target
    assert target is not None
    assert target.text == "Ион.  Он движется."
    assert target.segment_texts() == ("Ион.", "Он движется.")
    assert target.side_texts == (SideText("title", "Ионы"),)


def test_target_holds_what_was_carried_over() -> None:
    target = transferred().target
    assert target is not None
    assert target.spans == (PLACED,)
    assert target.relations == ()
    assert target.labels == SOURCE.labels


def test_without_translation_there_is_no_target() -> None:
    failed = Translation("ru", (), (), "llm", problem="refused: no")
    assert transferred(failed).target is None


def test_ledger_counts_out_what_came_in() -> None:
    twice = Ledger.of(transferred()) + Ledger.of(transferred())
    counts = twice.as_json(partial=False)
    assert counts["documents"] == 2
    assert counts["spans"]["source"] == 4
    assert counts["spans"]["by_method"] == {"tags": 2}
    assert counts["spans"]["by_reason"] == {"no-match": 2}
    assert counts["relations"] == {
        "source": 2,
        "placed": 0,
        "lost": 2,
        "by_reason": {"tail-unresolved": 2},
    }
    assert counts["labels"] == {"source": 2, "carried": 2, "lost": 0}


def test_ledger_names_documents_without_translation() -> None:
    failed = Translation("ru", (), (), "llm", problem="refused: no")
    assert Ledger.of(transferred(failed)).failed == (("d", "refused: no"),)
