"""What `donor compare` prints: tables whose columns are the runs, as many as the terminal holds."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from donor.report.compared_words import (
    LABELS,
    factor_of,
    free_title_of,
    left_out,
    remarks,
    unit_of,
)
from donor.report.visible import visible
from donor.score.titles import title_of

__all__ = ["compared_tables"]

_NAMES, _COLUMN = 27, 17
# From here on nobody looks at what stands behind the point.
_MANY = 10_000

Told = Callable[[Mapping[str, Any]], str]
"""What is told of a run."""

Row = tuple[str, Told]
"""What stands in front, and what is told of each run behind it."""


def compared_tables(found: Mapping[str, Any], width: int) -> Iterator[RenderableType]:
    """The parts of what is printed, in their order.

    Args:
        found: the shape of `donor compare --json`.
        width: how many columns the terminal has.
    """
    without = left_out(found)
    yield Text(f"{found['documents']:,} documents" + (f"; {without}" if without else ""))
    rows = [*_about(found), *_quality(found), *_reference_free(found), *_costs(found)]
    names = list(found["runs"])
    each = min(len(names), max(1, (width - _NAMES) // _COLUMN))
    for first in range(0, len(names), each):
        yield ""
        room = (width - _NAMES) // each - 1
        yield _side_by_side(found, rows, names[first : first + each], room)
    yield from _methods(found)
    tests = found["tests"]
    if found["reference_free"] is not None:
        yield ""
        yield Text(f"reference-free: {found['reference_free']['what']}")
        yield from map(Text, _agreement(found["reference_free"]["agreement"]))
        tests = found["reference_free"]["tests"]
    yield from _tests(tests)
    yield from map(Text, _remarks(found))


def _side_by_side(
    found: Mapping[str, Any], rows: Sequence[Row], runs: Sequence[str], room: int
) -> Table:
    """Some of the runs, each in a column of so much room."""
    table = Table(box=None, padding=(0, 1, 0, 0))
    table.add_column("", no_wrap=True, overflow="ellipsis", max_width=_NAMES)
    for name in runs:
        table.add_column(Text(visible(name)), justify="right", overflow="fold", max_width=room)
    for title, told in rows:
        table.add_row(title, *(Text(visible(told(found["runs"][name]))) for name in runs))
    return table


def _about(found: Mapping[str, Any]) -> Iterator[Row]:
    yield "model", lambda run: run["model"]
    if any(run["spans"] for run in found["runs"].values()):
        yield "method", lambda run: run["method"]


def _quality(found: Mapping[str, Any]) -> Iterator[Row]:
    """Spans, relations, labels, translation; with gold."""
    runs = found["runs"].values()
    for kind in ("spans", "relations"):
        if any(run[kind] for run in runs):
            yield f"{kind}: strict F1, %", _at(kind, "strict", "f1", factor=100)
            yield "  95 %", _between(kind, "strict", "interval")
        if kind == "spans" and any(run[kind] for run in runs):
            yield "  partial F1, %", _at(kind, "partial", "f1", factor=100)
            yield "  placed, %", _at(kind, "projection_rate", factor=100)
    labels = [run["labels"]["by_name"] or {} for run in runs]
    for name in dict.fromkeys(name for own in labels for name in own):
        for measure, title in LABELS.items():
            yield f"{name}: {title}", _at("labels", "by_name", name, measure, "score", digits=3)
    if any(run["labels"]["source"] for run in runs):
        yield "labels carried", _at("labels", "carried", digits=0)
        yield "  of them doubtful", _at("labels", "doubtful", digits=0)
    for metric in dict.fromkeys(name for run in runs for name in run["translation"] or ()):
        score = _at("translation", metric, "score", factor=factor_of(metric))
        yield f"{title_of(metric)}{unit_of(metric)}", score
    if any(run["texts_differ"] is not None for run in runs):
        yield "texts that are not gold's", _at("texts_differ", digits=0)


def _reference_free(found: Mapping[str, Any]) -> Iterator[Row]:
    """What can be said without gold."""
    if found["reference_free"] is None:
        return
    by_folder = {
        found["runs"][name]["folder"]: measured
        for name, measured in found["reference_free"]["runs"].items()
    }
    for metric in dict.fromkeys(metric for measured in by_folder.values() for metric in measured):
        factor = factor_of(metric)
        yield free_title_of(metric), _measured(by_folder, metric, factor)


def _measured(by_folder: Mapping[str, Any], metric: str, factor: float) -> Told:
    return lambda run: _number(_of(by_folder[run["folder"]], metric, "score"), 2, factor)


def _costs(found: Mapping[str, Any]) -> Iterator[Row]:
    """Money, time and tokens for each document; and of the whole corpus."""
    runs = found["runs"].values()
    yield "USD for 1,000 documents", _money("cost", "per_document", "usd", factor=1_000)
    yield "USD for 1,000 placed spans", _money("cost", "per_placed_span", "usd", factor=1_000)
    yield "seconds per document", _at("cost", "per_document", "seconds", digits=3)
    yield "requests per document", _at("cost", "per_document", "requests", digits=2)
    for name in ("prompt", "cached", "completion"):
        tokens = _at("cost", "per_document", f"{name}_tokens", digits=0)
        yield f"{name} tokens/document", tokens
    if any(run["cost"]["people"] for run in runs):
        yield "people cost so many times", _at("cost", "people", "ratio", digits=1)
    corpus = next((run["cost"]["corpus"] for run in runs if "corpus" in run["cost"]), None)
    if corpus:
        yield f"USD for {corpus['documents']:,}", _money("cost", "corpus", "usd", "estimate")
        yield "  at least", _money("cost", "corpus", "usd", "low")
        yield "  at most", _money("cost", "corpus", "usd", "high")


def _at(*keys: str, digits: int = 1, factor: float = 1) -> Told:
    """Tells the number under the keys."""
    return lambda run: _number(_of(run, *keys), digits, factor)


def _money(*keys: str, factor: float = 1) -> Told:
    """Tells the amount under the keys."""
    return lambda run: _amount(_of(run, *keys), factor)


def _between(*keys: str) -> Told:
    """Tells the two edges under the keys, in per cent."""
    return lambda run: _edges(_of(run, *keys))


def _methods(found: Mapping[str, Any]) -> Iterator[RenderableType]:
    """Models × methods, where several methods were asked for."""
    runs = {name: run["methods"] for name, run in found["runs"].items() if run["methods"]}
    if not runs:
        return
    table = Table(box=None, padding=(0, 1, 0, 0))
    table.add_column("run", no_wrap=True, overflow="ellipsis", max_width=_NAMES)
    table.add_column("method", no_wrap=True)
    for column in ("F1", "95 %", "partial", "placed", "wrong", "no place", "tokens"):
        table.add_column(column, justify="right", no_wrap=True)
    for name, methods in runs.items():
        for method, one in methods.items():
            spans = one["spans"]
            table.add_row(
                visible(name),
                method,
                _percent(spans["strict"]["f1"]),
                _edges(spans["strict"]["interval"]),
                _percent(spans["partial"]["f1"]),
                _percent(spans["projection_rate"]),
                f"{spans['wrong']:,}",
                f"{sum(spans['unresolved'].values()):,}",
                _number(spans["tokens_per_span"], 0),
            )
    yield ""
    yield table


def _tests(tests: Sequence[Mapping[str, Any]]) -> Iterator[RenderableType]:
    """The differences that there are, the surest first; how many are none."""
    told = [test for test in tests if test["difference"]]
    judged = any("better" in test for test in tests)
    yield from [""] if tests else []
    if told:
        table = Table(box=None, padding=(0, 1, 0, 0))
        for column in ("metric", "a", "b"):
            table.add_column(column, no_wrap=True, overflow="ellipsis", max_width=24)
        for column in ("a − b", "95 %", "p (Holm)", *(["better"] if judged else [])):
            table.add_column(column, no_wrap=True, justify="right")
        for test in sorted(told, key=lambda test: test["p_holm"]):
            table.add_row(*_test(test))
        yield table
    if len(told) < len(tests):
        equal = len(tests) - len(told)
        yield Text(f"{equal:,} other tests: no difference" if told else "no difference anywhere")


def _test(test: Mapping[str, Any]) -> list[str]:
    name = test["metric"]
    factor = factor_of(name)
    edges = (_number(edge, 1, factor, sign=True) for edge in test["interval"])
    sides = {test["a"]: "a", test["b"]: "b"}
    return [
        *(visible(test[key]) for key in ("metric", "a", "b")),
        _number(test["difference"], 2, factor, sign=True),
        " … ".join(edges),
        _p(test["p_holm"]),
        *([sides.get(test["better"], "–")] if "better" in test else []),
    ]


def _agreement(pairs: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """How alike each two are, one line each."""
    for pair in pairs:
        texts = ", ".join(
            f"{title_of(name)} {_number(one['score'], 1)}"
            for name, one in pair["translation"].items()
        )
        spans = f"spans that both placed {_percent(pair['both_placed'])} %"
        if pair["equal_texts"]:
            places = _percent(pair["spans"]["f1"])
            spans += f", F1 of places {places} over {pair['equal_texts']:,} equal texts"
        if pair["untranslated"]:
            spans += f"; {pair['untranslated']:,} documents lack a translation in one of them"
        yield f"agreement of {pair['a']} and {pair['b']}: {texts}; {spans}"


def _remarks(found: Mapping[str, Any]) -> Iterator[str]:
    """Break-even sizes, what no run beats, and what is not known."""
    yield ""
    yield from remarks(found)
    if any(run["cost"]["total"]["usd"] is None for run in found["runs"].values()):
        yield "--prices FILE prices tokens, --gpu-hour-usd X the seconds of a server of your own"


def _of(value: Any, *keys: str) -> Any:
    """What stands under the keys; None where one of them leads nowhere."""
    for key in keys:
        if value is None:
            return None
        value = value.get(key)
    return value


def _edges(interval: Sequence[float] | None) -> str:
    return "–" if interval is None else "–".join(map(_percent, interval))


def _percent(share: float | None) -> str:
    return _number(share, 1, 100)


def _amount(usd: float | None, factor: float) -> str:
    """An amount of money, with digits enough to be told from nothing."""
    if usd is None:
        return "–"
    amount = factor * usd
    return f"{amount:,.2f}" if amount >= 1 or not amount else f"{amount:.2g}"


def _number(value: float | None, digits: int, factor: float = 1, *, sign: bool = False) -> str:
    if value is None:
        return "–"
    value *= factor
    digits = 0 if abs(value) >= _MANY else digits
    return f"{value:+,.{digits}f}" if sign else f"{value:,.{digits}f}"


def _p(value: float | None) -> str:
    if value is None:
        return "–"
    return "< 0.001" if value < 0.001 else f"{value:.3f}"
