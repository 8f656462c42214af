"""The documents that are compared: those that all runs and gold have."""

from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any, TypeVar

from donor.data import Document, Relation, Span, Transfer
from donor.errors import ConfigError, InputError
from donor.experiments.compare.runs import ComparedRun
from donor.languages.codes import primary

__all__ = ["Case", "Cases", "Sides", "matched", "under_source_names"]

T = TypeVar("T")

Sides = Iterable[tuple[Document | None, Document]]
"""Gold's target documents, each behind its source where both are a pair."""


@dataclass(frozen=True, slots=True)
class Case:
    """A document that all runs have.

    Args:
        source: as the first run has read it.
        gold: its target as it should be; None without gold. Its spans have the ids of the source
            where gold says what is whose counterpart.
        segmentwise: whether gold has the segments that the source has in all runs.
    """

    source: Document
    gold: Document | None = None
    segmentwise: bool = False


@dataclass(frozen=True, slots=True)
class Cases:
    """What is compared, and what is not.

    Args:
        cases: in the order of the first run.
        left_out: how many documents are not compared, by the reason.
    """

    cases: Sequence[Case]
    left_out: Mapping[str, int]
    _places: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    def transfers(self, run: ComparedRun) -> list[Transfer]:
        """The transfers of a run, one for each case, in their order."""
        places = self._places[run.name]
        found: list[Transfer | None] = [None] * len(self.cases)
        for transfer in run.folder.transfers():
            place = places.get(transfer.source.id)
            if place is not None:
                found[place] = transfer
        return [transfer for transfer in found if transfer is not None]


def matched(
    runs: Sequence[ComparedRun],
    gold: Sides | None,
    shown: Callable[[Document], bool],
    limit: int | None = None,
) -> Cases:
    """The documents of all runs and of gold, matched by id, else by source text.

    Args:
        runs: the first one gives the order.
        gold: None where there is none.
        shown: whether a document is shown to the methods as an example.
        limit: how many there are at most; the first ones.

    Raises:
        InputError: gold is empty, or no document is everywhere.
        ConfigError: gold is in another language.
    """
    read = [list(run.folder.read_documents()) for run in runs]
    partners = [_partners(read[0], map(_of_source, documents)) for documents in read]
    golds = None if gold is None else _golds(gold, runs[0].recipe.to)
    gold_of = None if golds is None else _partners(read[0], map(_of_gold, golds))
    left_out: Counter[str] = Counter()
    cases: list[Case] = []
    places: dict[str, dict[str, int]] = {run.name: {} for run in runs}
    for source in read[0]:
        everywhere = [found[source.id] for found in partners if source.id in found]
        why = _why_left_out(source, everywhere, len(runs), gold_of, shown)
        if why or len(cases) == limit:
            left_out[why or "beyond_the_limit"] += 1
            continue
        for run, one in zip(runs, everywhere, strict=True):
            places[run.name][one.id] = len(cases)
        case = Case(source) if gold_of is None else _case(source, *gold_of[source.id])
        cases.append(replace(case, segmentwise=_same_segments(case.gold, everywhere)))
    left_out["in_other_runs_alone"] = sum(
        len(documents) - len(found) for documents, found in zip(read, partners, strict=True)
    )
    if golds is not None:
        left_out["in_gold_alone"] = len(golds) - len(gold_of or ())
    if not cases:
        raise _nothing_common(runs, left_out)
    return Cases(cases, {name: n for name, n in left_out.items() if n > 0}, places)


def _why_left_out(
    source: Document,
    everywhere: Sequence[Document],
    runs: int,
    gold_of: Mapping[str, Any] | None,
    shown: Callable[[Document], bool],
) -> str:
    """Why a document is not compared; "" if it is."""
    if len(everywhere) < runs:
        return "not_in_all_runs"
    if any(_marks(one) != _marks(source) for one in everywhere):
        return "annotated_otherwise"
    if gold_of is not None and source.id not in gold_of:
        return "not_in_gold"
    return "shown_as_examples" if shown(source) else ""


def _nothing_common(runs: Sequence[ComparedRun], left_out: Mapping[str, int]) -> InputError:
    """The error that says why nothing can be compared."""
    hint = "documents match by id, else by source text"
    names = ", ".join(run.name for run in runs)
    if left_out["not_in_gold"]:
        return InputError("--gold", "no document of it is in all runs", hint)
    if left_out["shown_as_examples"]:
        return InputError(names, "all their documents are shown to the methods as examples")
    if left_out["annotated_otherwise"]:
        return InputError(names, "the same texts have other spans in each run", "use one input")
    return InputError(names, "the runs have no document in common", hint)


_Known = tuple[str, bytes | None, T]
"""A document's id, its source text's digest where that is known, and what it stands for."""


def _partners(ours: Sequence[Document], theirs: Iterable[_Known[T]]) -> dict[str, T]:
    """What belongs to each of our documents, by its id: of the same id, else of the same text."""
    known = list(theirs)
    by_id = {name: (digest, thing) for name, digest, thing in known}
    digests = {document.id: _digest(document.text) for document in ours}
    found = {
        name: by_id[name][1]
        for name, digest in digests.items()
        if name in by_id and by_id[name][0] in (None, digest)
    }
    left: defaultdict[bytes, deque[T]] = defaultdict(deque)
    for name, digest, thing in known:
        if digest is not None and name not in found:
            left[digest].append(thing)
    for name, digest in digests.items():
        if name not in found and left[digest]:
            found[name] = left[digest].popleft()
    return found


_Pair = tuple[Document | None, Document]


def _of_source(document: Document) -> _Known[Document]:
    return document.id, _digest(document.text), document


def _of_gold(pair: _Pair) -> _Known[_Pair]:
    source, target = pair
    return target.id, None if source is None else _digest(source.text), pair


def _golds(gold: Sides, to: str) -> list[_Pair]:
    """Gold's documents. Raises InputError, ConfigError where there are none, or not of `to`."""
    found = list(gold)
    if not found:
        raise InputError("--gold", "holds no document", "name a dataset or pairs")
    for _, target in found:
        if target.language and primary(target.language) != primary(to):
            what = f"document {target.id} is in {target.language}, and the runs go into {to}"
            raise ConfigError("--gold", what, "name gold in the target language")
    return found


def _case(source: Document, there: Document | None, target: Document) -> Case:
    """The case of a source, with gold's target, and gold's source where it gives one."""
    shared = {span.id for span in (there.spans if there else ())} & {s.id for s in target.spans}
    if shared and shared <= {span.id for span in source.spans}:
        return Case(source, target)
    # Ids may be made, or equal by chance: they say nothing of the source's spans.
    return Case(source, _with_own_ids(target))


def _same_segments(gold: Document | None, sources: Iterable[Document]) -> bool:
    return gold is not None and {len(one.segments) for one in sources} == {len(gold.segments)}


def _with_own_ids(document: Document) -> Document:
    """The document, its spans under ids that no source has."""
    names = {span.id: f"gold {span.id}" for span in document.spans}
    return replace(
        document,
        spans=tuple(replace(span, id=names[span.id]) for span in document.spans),
        relations=tuple(
            replace(one, head=names.get(one.head, one.head), tail=names[one.tail])
            for one in document.relations
        ),
    )


def under_source_names(document: Document, names: Mapping[str, str]) -> Document:
    """A target document, its labels called what they are in the source.

    Args:
        document: whose labels may have been renamed.
        names: what each label of the source is called in the target.
    """
    back = {there: here for here, there in names.items()}
    if not back:
        return document

    def named(one: Any, key: str = "label") -> Any:
        return replace(one, **{key: back.get(getattr(one, key), getattr(one, key))})

    spans: Iterator[Span] = map(named, document.spans)
    relations: Iterator[Relation] = map(named, document.relations)
    return replace(
        document,
        spans=tuple(spans),
        relations=tuple(relations),
        labels=tuple(named(label, "value") for label in document.labels),
    )


def _marks(document: Document) -> Counter[Any]:
    """The spans of a document, as far as they are the same under other ids."""
    return Counter((span.label, span.fragments) for span in document.spans)


def _digest(text: str) -> bytes:
    """What a text is known by, however its words are spaced."""
    return sha256("".join(text.split()).encode(errors="surrogatepass")).digest()[:16]
