"""Answers to questions, as the scripts of SQuAD 1.1 and 2.0 count them.

Answers are compared as strings, so that texts need not be equal. Both scripts take English
articles off an answer, in whatever language it is, and so is it here.
"""

import re
import string
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from donor.data import Document, Span
from donor.score.metric import Measurement, Metric, Row, added, share_of
from donor.score.resampling import RESAMPLES, SEED
from donor.score.told import told

__all__ = [
    "answer_scores",
    "normalised",
    "qa_as_json",
    "qa_measurements",
    "qa_rows",
    "questions_of",
]

_ARTICLES = re.compile(r"\b(a|an|the)\b")
_MARKS = dict.fromkeys(map(ord, string.punctuation))
_PARTS = ("", "_has_answer", "_no_answer")
_SQUAD = "squad-2.0|articles:en"


def normalised(answer: str) -> str:
    """An answer as the scripts compare it: lower case, no ASCII marks, no English articles.

    >>> normalised("The  Denver Broncos!")
    'denver broncos'
    """
    bare = answer.lower().translate(_MARKS)
    return " ".join(_ARTICLES.sub(" ", bare).split())


def answer_scores(predicted: str, answers: Iterable[str]) -> tuple[float, float]:
    """Exact match (0 or 1) and F1 of an answer, each with the gold answer that is best for it.

    No gold answer, or none but such as have no words, means that the text holds none: then the
    empty answer is right. Two answers without words are equal, as in 2.0 (1.1 has F1 0).

    >>> answer_scores("Broncos", ["Denver Broncos", "the Panthers"])
    (0.0, 0.6666666666666666)
    """
    found = normalised(predicted)
    wanted = [gold for gold in map(normalised, answers) if gold] or [""]
    return float(found in wanted), max(_f1(found.split(), gold.split()) for gold in wanted)


def _f1(found: Sequence[str], wanted: Sequence[str]) -> float:
    if not found or not wanted:
        return float(found == wanted)
    right = (Counter(found) & Counter(wanted)).total()
    return 2 * right / (len(found) + len(wanted))


def questions_of(document: Document) -> dict[str, list[str]] | None:
    """For each question of a document the texts of its answers; None where it asks nothing.

    Questions are the side texts that are so called in SQuAD's files and in datasets of Hugging
    Face; a question without an answer has none in the text.
    """
    names = [side.name for side in document.side_texts]
    squad = [name.partition(":")[2] for name in names if name.startswith("question:")]
    rows = [name.partition(" ")[2] for name in names if re.fullmatch(r"question \d+", name)]
    if squad:
        answers: dict[str, list[str]] = {name: [] for name in squad}
        for span in document.spans:
            question = span.attributes.get("question")
            if span.label == "answer" and question in answers:
                answers[question].append(_surface(span, document))
        return answers
    if rows:
        by_row: defaultdict[str, list[str]] = defaultdict(list)
        for span in document.spans:
            by_row[span.id.partition(".")[0][1:]].append(_surface(span, document))
        return {row: by_row[row] for row in rows}
    return None


def _surface(span: Span, document: Document) -> str:
    return " ".join(span.surfaces(document.text))


def qa_rows(predicted: Mapping[str, str], gold: Mapping[str, Sequence[str]]) -> list[Row]:
    """Exact, F1 and 1 for each question of gold: of all, of the answerable, of the others.

    A question that the prediction lacks is wrong in both; the last count is 1 for it.
    """
    rows: list[Row] = []
    none = (0, 0, 0)
    for question, answers in gold.items():
        said = predicted.get(question)
        exact, f1 = (0.0, 0.0) if said is None else answer_scores(said, answers)
        one = (exact, f1, 1)
        parts = (one, one, none) if answers else (one, none, one)
        rows.append((*parts[0], *parts[1], *parts[2], int(said is None)))
    return rows


def qa_measurements(
    pairs: Sequence[tuple[Document | None, Document]],
) -> dict[str, Measurement]:
    """Exact match and F1 of answers, of predicted documents or None beside gold's.

    The first answer of a predicted question is compared. Empty where gold asks nothing. Keys:
    `exact_match`, `f1`, and the same with `_has_answer` and `_no_answer` for the questions with
    an answer in gold and those without; `missing`, the share of those that the prediction lacks.
    """
    asked = [questions_of(gold) for _, gold in pairs]
    if not any(asked):
        return {}
    rows = [
        added(qa_rows(_first(predicted), questions or {}), 10)
        for (predicted, _), questions in zip(pairs, asked, strict=True)
    ]
    found = {}
    for n, part in enumerate(_PARTS):
        for column, name in enumerate(("exact_match", "f1")):
            which = f"|{part[1:]}" if part else ""
            metric = Metric(name + part, (name, "questions"), share_of, f"{name}|{_SQUAD}{which}")
            picked = [(row[3 * n + column], row[3 * n + 2]) for row in rows]
            found[name + part] = Measurement(metric, picked)
    missing = Metric("missing", ("missing", "questions"), share_of, f"missing|{_SQUAD}", best=-1)
    return found | {"missing": Measurement(missing, [(row[9], row[2]) for row in rows])}


def _first(document: Document | None) -> dict[str, str]:
    asked = questions_of(document) if document else None
    return {question: answers[0] if answers else "" for question, answers in (asked or {}).items()}


def qa_as_json(
    measured: Mapping[str, Measurement], *, seed: int = SEED, resamples: int = RESAMPLES
) -> dict[str, Any]:
    """The scores of answers as `donor score --json` has them: fractions of 1, not percent."""
    scores = told(measured, seed=seed, resamples=resamples)

    def part(name: str) -> dict[str, Any]:
        return {
            "exact_match": measured[f"exact_match{name}"].score,
            "f1": measured[f"f1{name}"].score,
            "questions": measured[f"f1{name}"].total[1],
        }

    return {
        **part(""),
        "intervals": {name: scores[name]["interval"] for name in ("exact_match", "f1")},
        "signature": scores["f1"]["signature"],
        "missing": measured["missing"].total[0],
        **{name[1:]: part(name) for name in _PARTS if name},
    }
