"""All scores of a prediction against gold, and what has to be known to read them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from donor.data import Document
from donor.score.defteval import Subtasks, score_pairs
from donor.score.labels import LabelSides, label_sides, labels_as_json, measured_labels
from donor.score.matched import Matched, Pair, matched
from donor.score.metric import Measurement
from donor.score.notes import notes_of, one_sided
from donor.score.questions import qa_as_json, qa_measurements
from donor.score.relations import (
    RelationScores,
    measured_relations,
    relation_scores,
    relations_as_json,
)
from donor.score.resampling import RESAMPLES, SEED
from donor.score.span_counts import SpanScores, span_scores
from donor.score.spans import measured_spans, spans_as_json
from donor.score.told import told
from donor.score.translation import Texts, translation_measurements, translation_pairs

__all__ = ["Learned", "Scored", "Section", "scored"]

Learned = Callable[
    [Sequence[Pair], Sequence[tuple[Texts, Texts]], str], tuple[dict[str, Measurement], list[str]]
]
"""What trained models say of translations: told the documents, their texts, and the language."""


@dataclass(frozen=True, slots=True)
class Section:
    """Measurements of the same documents.

    Args:
        documents: the positions of these in gold, one for each row.
        measured: by name.
    """

    documents: Sequence[int]
    measured: Mapping[str, Measurement]


@dataclass(frozen=True, slots=True)
class Scored:
    """The scores of a prediction, document by document.

    Args:
        matched: the documents.
        sections: `spans`, `relations`, `qa`, `translation`, `defteval`, and `labels NAME` for
            each label; only those that apply.
        spans: the counts that `sections["spans"]` is made of.
        relations: those of `sections["relations"]`.
        labels: what both sides say under each label name.
        defteval: the counts of DeftEval's subtasks, where they apply.
        unscored: what could not be scored, and why.
        learned: what scores translations by trained models.
    """

    matched: Matched
    sections: Mapping[str, Section]
    spans: Sequence[SpanScores]
    relations: Sequence[RelationScores]
    labels: Mapping[str, LabelSides]
    defteval: Subtasks | None
    unscored: Sequence[str] = ()
    learned: Learned | None = None

    def as_json(self, *, seed: int = SEED, resamples: int = RESAMPLES) -> dict[str, Any]:
        """The shape of `donor score --json`."""
        found = self.matched
        only = one_sided(found)
        return {
            "documents": len(found.pairs),
            "spans": self._spans(seed, resamples),
            "relations": self._relations(seed, resamples),
            "labels": self._labels(seed, resamples),
            "qa": self._of("qa", qa_as_json, seed, resamples),
            "translation": self._of("translation", told, seed, resamples),
            "defteval": self.defteval and self.defteval.as_json(seed=seed, resamples=resamples),
            "texts_differ": found.texts_differ,
            "missing": list(found.missing),
            "extra": list(found.extra),
            "duplicates": found.duplicates,
            "labels_only_predicted": only[0],
            "labels_only_gold": only[1],
            "notes": [*notes_of(found, only, self.labels), *self.unscored],
        }

    @classmethod
    def of_subtasks(cls, defteval: Subtasks) -> "Scored":
        """The scores of DeftEval's own files, of which each task has rows of its own."""
        sections = {
            f"defteval {name}": Section(range(len(one.rows)), {"score": one})
            for name, one in defteval.measurements().items()
        }
        nothing = Matched([], [], (), (), {"predicted": [], "gold": []})
        return cls(nothing, sections, [], [], {}, defteval)

    def with_translation(self, language: str) -> "Scored":
        """The same with scores of the texts by the words of a language, even if all are gold's."""
        if "translation" in self.sections and language == self.matched.language:
            return self
        measured, unscored = _translation(self.matched.pairs, language, self.learned)
        section = Section(range(len(self.matched.pairs)), measured)
        return replace(self, sections={**self.sections, "translation": section}, unscored=unscored)

    def _of(self, name: str, tell: Callable[..., Any], seed: int, resamples: int) -> Any:
        section = self.sections.get(name)
        return section and tell(section.measured, seed=seed, resamples=resamples)

    def _spans(self, seed: int, resamples: int) -> dict[str, Any] | None:
        if "spans" not in self.sections:
            return None
        own = self.sections["spans"].measured
        # What is not known from two datasets alone is None.
        return {
            **spans_as_json(self.spans, own, seed=seed, resamples=resamples),
            "projection_rate": None,
            "tokens_per_span": None,
        }

    def _relations(self, seed: int, resamples: int) -> dict[str, Any] | None:
        if "relations" not in self.sections:
            return None
        own = self.sections["relations"].measured
        return relations_as_json(self.relations, own, seed=seed, resamples=resamples)

    def _labels(self, seed: int, resamples: int) -> dict[str, Any] | None:
        own = {name: self.sections[f"labels {name}"].measured for name in self.labels}
        return labels_as_json(self.labels, own, seed=seed, resamples=resamples) or None


def scored(
    predicted: Iterable[Document],
    gold: Iterable[Document],
    *,
    learned: Learned | None = None,
    deft: bool | None = None,
) -> Scored:
    """The scores of predicted documents against gold's.

    A predicted span is right if gold has one with the same label over the same offsets. Gold
    documents that are missing from the prediction count as if nothing was found in them. Texts
    that differ only in the white space at their edges are the same text.

    Args:
        predicted: documents in the target language.
        gold: the right ones.
        learned: scores translations by trained models; None leaves that out.
        deft: whether DeftEval's subtasks are scored; None: where all of gold are DEFT documents.

    Raises:
        InputError: gold is empty, or no document is in both.
    """
    found = matched(predicted, gold)
    positions = [n for n, _ in found.over_gold]
    comparable = [pair for _, pair in found.over_gold]
    everywhere = range(len(found.pairs))
    sections: dict[str, Section] = {}
    spans: list[SpanScores] = []
    relations: list[RelationScores] = []
    if _any(comparable, lambda document: document.spans):
        spans = [span_scores(*pair) for pair in comparable]
        sections["spans"] = Section(positions, measured_spans(spans))
    if _any(comparable, lambda document: document.relations):
        relations = [relation_scores(*pair) for pair in comparable]
        sections["relations"] = Section(positions, measured_relations(relations))
    labels = label_sides(found.pairs)
    for name, sides in labels.items():
        sections[f"labels {name}"] = Section(everywhere, measured_labels(sides))
    if questions := qa_measurements(found.pairs):
        sections["qa"] = Section(everywhere, questions)
    unscored: list[str] = []
    if found.texts_differ:
        translation, unscored = _translation(found.pairs, found.language, learned)
        sections["translation"] = Section(everywhere, translation)
    subtasks = None
    if deft is None:
        deft = bool(comparable) and all("deft" in gold.metadata for _, gold in found.pairs)
    if deft:
        subtasks = score_pairs(comparable)
        sections["defteval"] = Section(positions, subtasks.measurements())
    return Scored(found, sections, spans, relations, labels, subtasks, unscored, learned)


def _any(pairs: Iterable[Pair], what: Callable[[Document], Any]) -> bool:
    return any(what(one) for pair in pairs for one in pair if one is not None)


def _translation(
    pairs: Sequence[Pair], language: str, learned: Learned | None
) -> tuple[dict[str, Measurement], list[str]]:
    """The scores of the texts, and what could not be scored."""
    texts = list(translation_pairs(pairs))
    found = translation_measurements(texts, language)
    more, unscored = learned(pairs, texts, language) if learned else ({}, [])
    return found | more, unscored
