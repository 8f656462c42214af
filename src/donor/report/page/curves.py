"""Training as it went: the score on dev and the loss by epoch, a line for each seed."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from donor.report.page.axes import Field, Scale, even_scale
from donor.report.page.drawing import GOOD, MUTED, SECOND, Canvas
from donor.report.page.numbers import share

__all__ = ["History", "best_of", "curves_picture", "scales_of"]

History = Sequence[Mapping[str, Any]]
"""What a training tells of each epoch."""

_WIDTH, _HEIGHT, _TOP, _BOTTOM = 350.0, 190.0, 34.0, 152.0
_FIELDS = ((36.0, 162.0), (214.0, 340.0))


def best_of(history: History) -> Mapping[str, Any]:
    """The epoch with the highest score on dev, of equal ones the first; of nothing, the last."""
    scores = [one["score"] or 0.0 for one in history]
    most = max(scores)
    return history[scores.index(most) if most > 0 else -1]


def scales_of(histories: Iterable[History]) -> tuple[Scale, Scale]:
    """The scales of score and loss on which all of these lie, so that pictures can be compared."""
    every = [one for history in histories for one in history]
    scores = [one["score"] for one in every if one["score"] is not None]
    losses = [one["loss"] for one in every if one["loss"] is not None]
    return even_scale(scores, steps=4, most=1.0), even_scale([0.0, *losses], steps=4)


def curves_picture(
    name: str, histories: Sequence[History], scales: tuple[Scale, Scale], *, key: str
) -> str:
    """A narrow picture with two fields.

    Args:
        name: of what was trained.
        histories: of each seed.
        scales: of the scores, and of the losses.
        key: what the ids in it begin with.
    """
    canvas = Canvas.of(_WIDTH, _HEIGHT)
    numbers = sorted({one["epoch"] for history in histories for one in history})
    first, last = numbers[0], numbers[-1]
    epochs = Scale(first, max(last, first + 1), tuple(numbers))
    for (left, right), scale, what, words in zip(
        _FIELDS, scales, ("score", "loss"), ("score on dev, %", "loss"), strict=True
    ):
        field = Field(canvas, left, right, _TOP, _BOTTOM, epochs, scale)
        canvas.text(words, left - 30, 12, size=11.5, ink=MUTED)
        field.grid(_percent if what == "score" else _number, _number)
        for history in histories:
            _line(field, history, what)
        canvas.text("epoch", (left + right) / 2, _BOTTOM + 29, size=11, ink=MUTED, at="center")
    return canvas.svg(f"Training of {name}", _told(histories), key=key)


def _number(value: float) -> str:
    return f"{value:.3g}"


def _percent(value: float) -> str:
    return f"{100 * value:.3g}"


def _line(field: Field, history: History, what: str) -> None:
    """One seed, with a dot at the epoch that was kept."""
    known = [one for one in history if one[what] is not None]
    points = [field.at(one["epoch"], one[what]) for one in known]
    if not points:
        return
    field.canvas.line(points, ink=SECOND, width=1.4)
    best = best_of(history)
    if best[what] is not None:
        field.canvas.dot(*field.at(best["epoch"], best[what]), ink=GOOD, size=5)


def _told(histories: Sequence[History]) -> str:
    parts = []
    for number, history in enumerate(histories, start=1):
        best = best_of(history)
        said = f"Seed {number}: score on dev {share(best['score'])} in epoch {best['epoch']}"
        parts.append(f"{said}, the best of {len(history)}.")
    return " ".join(parts)
