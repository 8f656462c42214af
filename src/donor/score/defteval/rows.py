"""The rows of task files, counted as the official scorer counts them: labels, not spans."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import TypeVar

from donor.data.defteval import (
    SCORED_RELATIONS,
    SCORED_TAGS,
    SentenceRow,
    TaskRows,
    TokenRow,
)
from donor.errors import InputError
from donor.score.defteval.measures import (
    SENTENCE_CLASSES,
    SUBTASK_1,
    SUBTASK_2,
    SUBTASK_3,
    Subtasks,
    class_counts,
)
from donor.score.metric import Measurement, Row

__all__ = ["Triple", "relation_counts", "score_rows"]

R = TypeVar("R", SentenceRow, TokenRow)
Triple = tuple[str, str, str]
"""Root id, tag id and relation."""

_OUTSIDE = "O"
_NONE = "0"
_MARKER = re.compile(r"\s*\d+ \.(\s|$)")
_HINT = "predictions have the rows of gold, in its order"


def score_rows(predicted: TaskRows, gold: TaskRows) -> Subtasks:
    """The counts of the subtasks that gold has files of, and the prediction too.

    Raises:
        InputError: there is no such subtask, a file is missing, or a row is not gold's; names
            file and line.
    """
    notes: defaultdict[str, list[dict[str, str]]] = defaultdict(list)
    sentences = tokens = relations = pooled = None
    if predicted.sentences is not None and gold.sentences is not None:
        sentences = _sentences(_paired(predicted.sentences, gold.sentences, predicted, _words))
    if predicted.tokens is not None and gold.tokens is not None:
        pairs = list(_paired(predicted.tokens, gold.tokens, predicted, _token))
        notes["subtask_2"] += _unscored_tags(predicted.tokens)
        tokens = _tokens(pairs)
    if predicted.relations is not None and gold.relations is not None:
        files = _files(predicted, predicted.relations, gold.relations)
        notes["subtask_3"] += _unscored_relations(predicted.relations)
        relations, pooled = _relations(files)
    if not (sentences or tokens or relations):
        what = f"has no task in common with {gold.where}"
        raise InputError(predicted.where, what, "tasks are told by file names such as task_1.deft")
    windows = dict.fromkeys((SUBTASK_1.name, SUBTASK_2.name, SUBTASK_3.name), "window")
    return Subtasks(sentences, tokens, relations, pooled, windows, notes)


def _words(row: SentenceRow) -> str:
    return " ".join(row.text.split())


def _token(row: TokenRow) -> str:
    return row.token


def _paired(
    predicted: Sequence[R], gold: Sequence[R], within: TaskRows, said: Callable[[R], str]
) -> Iterator[tuple[R, R]]:
    """Each predicted row with gold's. Raises InputError at the first that is not gold's."""
    for number, (one, other) in enumerate(zip_longest(predicted, gold)):
        if one is None and other is not None:
            where = predicted[-1].where if predicted else within.where
            what = f"ends after {number} rows; gold goes on with {said(other)!r} at {other.where}"
            raise InputError(where, what, _HINT)
        if one is not None and other is None:
            raise InputError(one.where, f"gold has no such row, it ends after {number}", _HINT)
        if one is not None and other is not None:
            if said(one) != said(other):
                what = f"has {said(one)!r} where gold has {said(other)!r} at {other.where}"
                raise InputError(one.where, what, _HINT)
            yield one, other


def _sentences(pairs: Iterable[tuple[SentenceRow, SentenceRow]]) -> Measurement:
    """Rows of windows: a sentence that begins with a window's number begins one."""
    windows: list[Counter[tuple[str | None, str | None]]] = []
    numbered = False
    for one, other in pairs:
        marked = _MARKER.match(other.text) is not None
        numbered = numbered or marked
        if marked or not numbered:
            windows.append(Counter())
        windows[-1][one.label, other.label] += 1
    return SUBTASK_1.measured([class_counts(SENTENCE_CLASSES, own) for own in windows])


def _tokens(pairs: Iterable[tuple[TokenRow, TokenRow]]) -> Measurement:
    windows: defaultdict[int, Counter[tuple[str | None, str | None]]] = defaultdict(Counter)
    for one, other in pairs:
        windows[other.window][one.tag, other.tag] += 1
    return SUBTASK_2.measured([class_counts(SCORED_TAGS, own) for own in windows.values()])


def _files(
    within: TaskRows,
    predicted: Mapping[str, Sequence[TokenRow]],
    gold: Mapping[str, Sequence[TokenRow]],
) -> list[list[tuple[TokenRow, TokenRow]]]:
    """The rows of each file of task 3. Raises InputError for a file that one side lacks."""
    for name in gold.keys() - predicted.keys():
        what = f"holds no file of task 3 for {name}, which gold has"
        raise InputError(within.where, what, "write one for each of gold, even without relations")
    for name in predicted.keys() - gold.keys():
        what = f"holds a file of task 3 for {name}, which gold has not"
        raise InputError(within.where, what, "score it against the gold that has it")
    return [list(_paired(predicted[name], gold[name], within, _token)) for name in gold]


def _relations(
    files: Iterable[Sequence[tuple[TokenRow, TokenRow]]],
) -> tuple[Measurement, Row]:
    """The counts of each window with files kept apart; and of all files as one set."""
    rows: list[Row] = []
    all_found: set[Triple] = set()
    all_wanted: set[Triple] = set()
    for pairs in files:
        found: dict[Triple, int] = {}
        wanted: dict[Triple, int] = {}
        for one, other in pairs:
            for row, triples in ((one, found), (other, wanted)):
                if (triple := _triple(row)) is not None:
                    triples.setdefault(triple, other.window)
        all_found |= found.keys()
        all_wanted |= wanted.keys()
        # A triple counts once in its file: in the window where gold has it first.
        windows: dict[int, set[Triple]] = {other.window: set() for _, other in pairs}
        for triple, window in (found | wanted).items():
            windows[window].add(triple)
        for here in windows.values():
            rows.append(relation_counts(here & found.keys(), here & wanted.keys()))
    return SUBTASK_3.measured(rows), relation_counts(all_found, all_wanted)


def relation_counts(found: set[Triple], wanted: set[Triple]) -> Row:
    """The counts of each relation, of the triples that were found and of those of gold.

    >>> relation_counts({("T1", "T2", "AKA")}, set())[6:9]
    (0, 1, 0)
    """
    row: list[float] = []
    for name in SCORED_RELATIONS:
        one, other = ({t for t in triples if t[2] == name} for triples in (found, wanted))
        row += [len(one & other), len(one - other), len(other - one)]
    return tuple(row)


def _triple(row: TokenRow) -> Triple | None:
    """What the row says of a relation that is scored; only under tags that are scored too."""
    if row.relation not in SCORED_RELATIONS or row.tag not in SCORED_TAGS:
        return None
    return row.root_id, row.tag_id, row.relation


def _unscored_tags(rows: Iterable[TokenRow]) -> Iterator[dict[str, str]]:
    odd = [row for row in rows if row.tag not in SCORED_TAGS and row.tag != _OUTSIDE]
    return _told("tag", "O", [(row.where, row.tag) for row in odd])


def _unscored_relations(files: Mapping[str, Sequence[TokenRow]]) -> Iterator[dict[str, str]]:
    odd = [
        (row.where, row.relation)
        for rows in files.values()
        for row in rows
        if row.relation not in (*SCORED_RELATIONS, _NONE)
    ]
    return _told("relation", "none", odd)


def _told(kind: str, read_as: str, odd: Sequence[tuple[str, str]]) -> Iterator[dict[str, str]]:
    """A note for each name that is not scored: the first place, and how often."""
    often = Counter(name for _, name in odd)
    first = {name: where for where, name in reversed(odd)}
    for name, n in often.items():
        what = f"the {kind} {name} is not scored and counts as {read_as}, in {n} rows"
        hint = "the official scorer stops at it: --field rows=predicted writes it so"
        yield {"where": first[name], "what": f"{what} ({hint})"}
