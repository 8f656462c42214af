"""How good confidences are, in the terminal: scores, coverage, the reliability diagram."""

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from donor.trust import Bin, Calibrator, Reliability

__all__ = ["calibrator_lines", "reliability_table"]

_WIDTH = 40
_HEAVIEST = 6


def reliability_table(found: Reliability) -> RenderableType:
    """The scores, the precision of the most confident spans, and the diagram.

    In the diagram a bar is as long as the share of exact spans, and `|` stands where it would end
    if the confidences of the bin were right.
    """
    return Group(_scores(found), Text(), _coverage(found), Text(), _diagram(found))


def calibrator_lines(calibrator: Calibrator) -> Iterator[str]:
    """What a calibrator was fitted on, and what weighs most in it."""
    fit = calibrator.fit
    yield (
        f"{calibrator.kind} calibrator of {','.join(calibrator.made.methods)}, "
        f"{calibrator.made.source} to {calibrator.made.target}: fitted on {fit.spans:,} placed "
        f"spans of {fit.documents:,} documents, {_percent(fit.base_rate)} exact"
    )
    heaviest = sorted(calibrator.features, key=lambda one: -abs(one.weight))[:_HEAVIEST]
    said = (f"{'+' if one.weight > 0 else '−'} {one.name}" for one in heaviest if one.weight)
    yield "weighs most: " + (", ".join(said) or "nothing")


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def _scores(found: Reliability) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(style="bold")
    table.add_column(justify="right")
    table.add_column()
    low, high = found.brier_interval
    base = f"{low:.4f} to {high:.4f}; the base rate alone {found.brier_base:.4f}"
    table.add_row("Brier score", f"{found.brier:.4f}", base)
    low, high = found.ece_interval
    chance = f"{low:.4f} to {high:.4f}; true confidences would have {found.ece_by_chance:.4f}"
    table.add_row("calibration error", f"{found.ece:.4f}", chance)
    return table


def _coverage(found: Reliability) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0))
    for column in ("most confident", "from", "exact"):
        table.add_column(column, justify="right", no_wrap=True)
    for coverage, threshold, precision in found.precision_at:
        table.add_row(_percent(coverage), f"{threshold:.4f}", _percent(precision))
    return table


def _diagram(found: Reliability) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0))
    for column in ("confidence", "mean", "exact", "spans"):
        table.add_column(column, justify="right", no_wrap=True)
    table.add_column("0 " + "·" * (_WIDTH - 2) + " 1", no_wrap=True)
    for one in found.bins:
        table.add_row(
            f"{one.low:.3f}–{one.high:.3f}",
            f"{one.confidence:.3f}",
            f"{one.exact:.3f}",
            f"{one.spans:,}",
            _bar(one),
        )
    return table


def _bar(one: Bin) -> Text:
    filled, wanted = round(one.exact * _WIDTH), round(one.confidence * _WIDTH)
    bar = "█" * filled + " " * (_WIDTH + 1 - filled)
    return Text(bar[:wanted] + "|" + bar[wanted + 1 :])
