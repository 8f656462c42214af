"""The colours of labels: told apart with any kind of colour vision, and named by captions too."""

from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["UNRESOLVED", "Colour", "label_colours"]


@dataclass(frozen=True, slots=True)
class Colour:
    """A hue: behind words, as a line, as text on white (contrast over 4.5), in a terminal."""

    fill: str
    line: str
    ink: str
    terminal: str


# The hues of Okabe and Ito (2008), the yellow left out, which is not seen as a line on white;
# brown and indigo are from Paul Tol's muted scheme.
_HUES = (
    Colour("#d3e8f7", "#0072b2", "#005a8e", "blue"),
    Colour("#fde7c2", "#e69f00", "#865600", "yellow"),
    Colour("#c8ecdf", "#009e73", "#006b4f", "green"),
    Colour("#f7dcea", "#cc79a7", "#96407a", "magenta"),
    Colour("#fbdbcb", "#d55e00", "#a34600", "red"),
    Colour("#d9f1fd", "#56b4e9", "#1a6b9c", "cyan"),
    Colour("#dedaf1", "#4b3a9b", "#3d2f85", "bright_blue"),
    Colour("#ecdfd3", "#8c6239", "#6f4a26", "bright_yellow"),
)
UNRESOLVED = Colour("#f1f3f5", "#868e96", "#5a626a", "bright_black")


def label_colours(labels: Iterable[str]) -> dict[str, Colour]:
    """A colour for each label, in the order in which they first come; the ninth is the first."""
    names = list(dict.fromkeys(labels))
    return {name: _HUES[n % len(_HUES)] for n, name in enumerate(names)}
