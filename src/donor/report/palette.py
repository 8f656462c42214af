"""The colours of labels: told apart with any kind of colour vision, and named by captions too."""

from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["HUES", "UNRESOLVED", "Colour", "Dark", "label_colours"]


@dataclass(frozen=True, slots=True)
class Dark:
    """A hue on a dark page: behind words, as a line, as text on both (contrast over 4.5)."""

    fill: str
    line: str
    ink: str


@dataclass(frozen=True, slots=True)
class Colour:
    """A hue: behind words, as a line, as text on white (contrast over 4.5), in a terminal."""

    fill: str
    line: str
    ink: str
    terminal: str
    dark: Dark


# The hues of Okabe and Ito (2008), the yellow left out, which is not seen as a line on white;
# brown and indigo are from Paul Tol's muted scheme.
HUES = (
    Colour("#d3e8f7", "#0072b2", "#005a8e", "blue", Dark("#0f3349", "#1a80ba", "#80b9d9")),
    Colour("#fde7c2", "#e69f00", "#865600", "yellow", Dark("#544014", "#e69f00", "#f0c566")),
    Colour("#c8ecdf", "#009e73", "#006b4f", "green", Dark("#0f4036", "#009e73", "#75cbb3")),
    Colour("#f7dcea", "#cc79a7", "#96407a", "magenta", Dark("#4c3546", "#cc79a7", "#e2b4ce")),
    Colour("#fbdbcb", "#d55e00", "#a34600", "red", Dark("#4f2d14", "#d55e00", "#e8a875")),
    Colour("#d9f1fd", "#56b4e9", "#1a6b9c", "cyan", Dark("#284759", "#56b4e9", "#9ad2f2")),
    Colour("#dedaf1", "#4b3a9b", "#3d2f85", "bright_blue", Dark("#252242", "#7d71b7", "#a9a0cf")),
    Colour("#ecdfd3", "#8c6239", "#6f4a26", "bright_yellow", Dark("#392e25", "#98724d", "#c3ad98")),
)
UNRESOLVED = Colour(
    "#f1f3f5", "#868e96", "#5a626a", "bright_black", Dark("#2b2f35", "#868e96", "#bbc0c4")
)


def label_colours(labels: Iterable[str]) -> dict[str, Colour]:
    """A colour for each label, in the order in which they first come; the ninth is the first."""
    names = list(dict.fromkeys(labels))
    return {name: HUES[n % len(HUES)] for n, name in enumerate(names)}
