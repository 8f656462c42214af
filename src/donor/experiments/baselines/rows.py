"""The rows of a task: what each is learnt from, stopped by and asked; or why it cannot be."""

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from donor.data import Document
from donor.errors import DonorError
from donor.experiments.baselines.datasets import Datasets, Kept
from donor.experiments.baselines.dividing import Divided, Sides, documents_of, nested
from donor.experiments.baselines.doubts import Weights, all_accepted, judged_by, weights_of
from donor.experiments.baselines.recipe import (
    ACCEPTED_ONLY,
    CONFIDENCE_WEIGHTED,
    GOLD_SILVER,
    GOLD_TRAIN,
    LINEAR,
    TRANSLATE_TEST,
    TRANSLATE_TRAIN,
    ZERO_SHOT,
    BaselinesRecipe,
)
from donor.train.encoders import EncoderChoice, encoder_named
from donor.train.tasks.task import Task
from donor.trust import digest

__all__ = ["NotRun", "Row", "curve_rows", "rows_of"]

# What is named for all rows, and suits any language.
_ANY_LANGUAGE = ("scratch:", "default:")
# Tasks whose examples get a label each, which needs no place in the text.
_LABELLED = ("definition", "labels")


@dataclass(frozen=True, slots=True)
class Row:
    """A baseline as it is to be trained.

    Args:
        name: what it is called.
        what: a sentence that says what it is.
        kind: of what it learns from: gold, silver, gold+silver, source.
        inputs: what these data are called.
        train: what it learns from.
        dev: what training is stopped by; nothing for a linear model.
        asked: the documents that the model is asked about, one for each of the test set.
        encoder: what is begun with; None for a linear model.
        weights: how much examples count; None where all count alike.
        notes: what is to be known of it.
    """

    name: str
    what: str
    kind: str
    inputs: tuple[str, ...]
    train: tuple[Document, ...]
    dev: tuple[Document, ...]
    asked: tuple[Document, ...]
    encoder: EncoderChoice | None
    weights: Weights | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NotRun:
    """A baseline that cannot be had, and why."""

    name: str
    why: str


@dataclass(frozen=True, slots=True)
class _Data:
    """What rows are made of."""

    task: Task
    recipe: BaselinesRecipe
    datasets: Datasets
    divided: Divided

    @property
    def test(self) -> tuple[Document, ...]:
        return documents_of(self.divided.gold.test)

    @property
    def gold_names(self) -> tuple[str, ...]:
        return tuple(pool.name for pool in self.datasets.gold.values())

    def encoder(self, name: str, language: str | None) -> EncoderChoice:
        """The encoder of a row: its own, else that of all, else the default for the language.

        A model that is named for all rows knows the target language; rows that learn from the
        source language have their own, unless it is none that a language decides on.
        """
        own = self.recipe.encoders.get(name)
        every = self.recipe.encoder
        of_source = name in (ZERO_SHOT, TRANSLATE_TEST)
        if own is None and every and (not of_source or every.startswith(_ANY_LANGUAGE)):
            own = every
        return encoder_named(own, language)

    def on_target(self, name: str, what: str, kind: str, sides: Sides, **more: Any) -> Row:
        """A row that learns from data in the target language, and is asked about gold's test."""
        inputs = (self.datasets.silver.name,) if kind == "silver" else self.gold_names
        row = Row(
            name=name,
            what=what,
            kind=kind,
            inputs=inputs,
            train=documents_of(sides.train),
            dev=documents_of(sides.dev),
            asked=self.test,
            encoder=self.encoder(name, self.datasets.language),
            notes=sides.notes,
        )
        return replace(row, **more)


def rows_of(
    task: Task, recipe: BaselinesRecipe, datasets: Datasets, divided: Divided
) -> tuple[list[Row], list[NotRun]]:
    """The rows that the recipe names, in its order, and those that cannot be had, with why.

    Raises ConfigError where an encoder or a language is none.
    """
    data = _Data(task, recipe, datasets, divided)
    found: list[Row] = []
    not_run: list[NotRun] = []
    for name in recipe.names:
        for own, make in _named(name):
            try:
                row = _fitted(task, make(data))
                _check_whole(row)
                found.append(row)
            except _LackingError as lacking:
                not_run.append(NotRun(own, str(lacking)))
    return found, not_run


def curve_rows(
    task: Task, row: Row, gold: Sequence[Kept], sizes: Sequence[int], seed: int
) -> list[Row]:
    """A row that learns from gold with less of it: with each wished number of sentences.

    What is learnt from less is within what is learnt from more.
    """
    parts = zip(sorted(sizes), nested(gold, sizes, seed), strict=False)
    return [
        _fitted(task, replace(row, name=f"{row.name}:{size}", train=documents_of(kept)))
        for size, kept in parts
    ]


class _LackingError(Exception):
    """A row cannot be had; the words are why."""


def _named(name: str) -> list[tuple[str, Callable[[_Data], Row]]]:
    """What makes the rows of a name, each with its own name."""
    if name == LINEAR:
        return [
            (f"{LINEAR}:{one}", partial(_linear, name=one)) for one in (TRANSLATE_TRAIN, GOLD_TRAIN)
        ]
    return [(name, _MAKERS[name])]


def _zero_shot(data: _Data) -> Row:
    sides = _source(data)
    row = _on_source(data, ZERO_SHOT, sides, data.test)
    row = replace(
        row,
        what="learnt from the source language alone, and asked in the target language",
        encoder=data.encoder(ZERO_SHOT, None),
    )
    assert row.encoder is not None, "it was given"
    if row.encoder.scratch:
        note = (
            "its encoder is not pre-trained and its vocabulary is the source language's alone:"
            " such a row says what chance and equal names do, not what a multilingual encoder does"
        )
        row = replace(row, notes=(*row.notes, note))
    return row


def _translate_test(data: _Data) -> Row:
    if data.task.name not in _LABELLED:
        raise _LackingError(
            "what the model says stands in the translated text, and would have to be projected"
            " back into the test set: only labels of sentences and texts need no place"
        )
    if data.datasets.translated is None:
        hint = "translated_test = a run that carried the test set into the source language"
        raise _LackingError(f"there is no translation of the test set ([data] {hint})")
    sides = _source(data)
    asked, notes = _translated(data)
    row = _on_source(data, TRANSLATE_TEST, sides, asked)
    return replace(row, notes=(*row.notes, *notes))


def _on_source(data: _Data, name: str, sides: Sides, asked: tuple[Document, ...]) -> Row:
    assert data.datasets.source is not None, "it was looked at"
    return Row(
        name=name,
        what="learnt from the source language, and asked about the test set translated into it",
        kind="source",
        inputs=(data.datasets.source.name,),
        train=documents_of(sides.train),
        dev=documents_of(sides.dev),
        asked=asked,
        encoder=data.encoder(name, data.datasets.source_language),
        notes=sides.notes,
    )


def _source(data: _Data) -> Sides:
    if data.divided.source is None:
        raise _LackingError("there is no data in the source language ([data] source = a dataset)")
    return data.divided.source


def _translated(data: _Data) -> tuple[tuple[Document, ...], list[str]]:
    """The test set in the source language, each document with gold's labels.

    One without a translation, or with another number of sentences, is empty: of it the model
    says nothing, which counts as wrong.
    """
    by_id, by_text = {}, {}
    for transfer in data.datasets.translated or ():
        if transfer.target is not None:
            by_id[transfer.source.id] = transfer.target
            by_text[digest(transfer.source.text)] = transfer.target
    asked, without = [], 0
    for gold in data.test:
        found = by_text.get(digest(gold.text)) or by_id.get(gold.id)
        if found is None or len(found.segments) != len(gold.segments):
            without += 1
            asked.append(replace(_empty(gold), labels=()))
        else:
            asked.append(replace(found, id=gold.id, labels=gold.labels))
    if without == len(asked):
        raise _LackingError(
            "the run in translated_test holds none of the documents of the test set"
        )
    lack = "documents of the test set have no translation: the model says nothing of them"
    return tuple(asked), [f"{without:,} of {len(asked):,} {lack}"] if without else []


def _empty(gold: Document) -> Document:
    return Document(gold.id, gold.language, "", ())


def _translate_train(data: _Data) -> Row:
    what = "learnt from the transferred data"
    return data.on_target(TRANSLATE_TRAIN, what, "silver", data.divided.silver)


def _gold_train(data: _Data) -> Row:
    gold = data.divided.gold
    if not gold.train:
        raise _LackingError("gold has no documents to learn from: its test set is all there is")
    return data.on_target(GOLD_TRAIN, "learnt from gold", "gold", gold)


def _gold_silver(data: _Data) -> Row:
    """Gold, and the silver documents that gold has not; stopped by gold's dev."""
    gold, silver = data.divided.gold, data.divided.silver
    if not gold.train:
        raise _LackingError("gold has no documents to learn from: its test set is all there is")
    names = frozenset(name for one in gold.train for name in one.names)
    more = [one for one in silver.train if not one.names & names]
    if not more:
        raise _LackingError("gold has every document of the silver data that is learnt from")
    note = (
        f"{len(gold.train):,} documents are gold's, {len(more):,} silver;"
        f" {len(silver.train) - len(more):,} silver documents that gold has too are left out"
    )
    both = replace(gold, train=(*gold.train, *more), notes=(*gold.notes, *silver.notes, note))
    what = "learnt from gold and from the transferred data that gold lacks"
    inputs = (*data.gold_names, data.datasets.silver.name)
    return data.on_target(GOLD_SILVER, what, GOLD_SILVER, both, inputs=inputs)


def _accepted_only(data: _Data) -> Row:
    if data.task.name == "labels":
        raise _LackingError("spans are accepted, and labels of texts are not")
    run, sides = _run(data), data.divided.silver
    try:
        train = all_accepted(run, sides.train)
    except DonorError as error:
        raise _LackingError(str(error)) from None
    note = (
        f"{len(train):,} of {len(sides.train):,} documents: a document is left out if one of its"
        " spans has no place or is not accepted, since without the span it would teach that there"
        " is none"
    )
    accepted = replace(sides, train=tuple(train), notes=(*sides.notes, note, *_judged(data)))
    what = "learnt from the transferred documents whose spans are all accepted"
    return data.on_target(ACCEPTED_ONLY, what, "silver", accepted)


def _confidence_weighted(data: _Data) -> Row:
    if data.task.name == "labels":
        raise _LackingError("spans have a confidence, and labels of texts have none")
    run, sides = _run(data), data.divided.silver
    by_sentence = data.task.name == "definition"
    try:
        weights = weights_of(run, by_sentence=by_sentence)
    except DonorError as error:
        raise _LackingError(str(error)) from None
    unit = "sentence" if by_sentence else "document"
    note = (
        f"the loss of a {unit} counts by the share of its spans that is expected to be exact,"
        " one without a place as none; without spans it counts whole"
    )
    what = "learnt from the transferred data, the loss weighted by the confidence of the spans"
    weighted = replace(sides, notes=(*sides.notes, note, *_judged(data)))
    return data.on_target(CONFIDENCE_WEIGHTED, what, "silver", weighted, weights=weights)


def _run(data: _Data) -> Any:
    if data.datasets.run is None:
        raise _LackingError("the silver data are a file: confidences and acceptance are a run's")
    return data.datasets.run


def _judged(data: _Data) -> tuple[str, ...]:
    note = judged_by(_run(data), data.divided.gold.test)
    return (note,) if note else ()


def _linear(data: _Data, name: str) -> Row:
    if data.task.name not in _LABELLED:
        raise _LackingError("TF-IDF and logistic regression label texts, and have no spans to say")
    row = {TRANSLATE_TRAIN: _translate_train, GOLD_TRAIN: _gold_train}[name](data)
    what = f"TF-IDF and logistic regression, {row.what}"
    return replace(row, name=f"{LINEAR}:{name}", what=what, dev=(), encoder=None)


_MAKERS: Mapping[str, Callable[[_Data], Row]] = {
    ZERO_SHOT: _zero_shot,
    TRANSLATE_TRAIN: _translate_train,
    TRANSLATE_TEST: _translate_test,
    GOLD_TRAIN: _gold_train,
    ACCEPTED_ONLY: _accepted_only,
    CONFIDENCE_WEIGHTED: _confidence_weighted,
    GOLD_SILVER: _gold_silver,
}


def _check_whole(row: Row) -> None:
    """Nothing. Raises where there is nothing to learn from or to stop by."""
    if not row.train:
        raise _LackingError("no document is left to learn from" + _because(row.notes))
    if not row.dev and row.encoder is not None:
        raise _LackingError("no document is left that tells when to stop" + _because(row.notes))


def _because(notes: Sequence[str]) -> str:
    return f" ({'; '.join(notes)})" if notes else ""


def _fitted(task: Task, row: Row) -> Row:
    """The row with a dev that holds nothing which train cannot teach: it only tells when to stop.

    Rare labels are often in the one part alone; the test set keeps them all.
    """
    try:
        labels = task.labels(row.train)
        unknown = task.unknown(row.dev, labels)
    except DonorError:
        # There is nothing to learn at all: training says so.
        return row
    if not unknown:
        return row
    known = (_known(task, one, unknown) for one in row.dev)
    # Of texts and sentences that are labelled, a document goes with its label.
    dev = tuple(one for one in known if not task.unknown([one], labels))
    note = (
        f"in dev {', '.join(sorted(unknown))} does not count, which train does not have: dev only"
        " tells when to stop"
    )
    return replace(row, dev=dev, notes=(*row.notes, note))


def _known(task: Task, one: Document, unknown: Container[str]) -> Document:
    """The document without the spans and relations that are unknown."""
    if task.name == "spans":
        return replace(
            one,
            spans=tuple(span for span in one.spans if span.label not in unknown),
            relations=(),
        )
    if task.name == "relations":
        arcs = tuple(relation for relation in one.relations if relation.label not in unknown)
        return replace(one, relations=arcs)
    return one
