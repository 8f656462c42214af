"""The few SVG elements that a picture is made of, as strings."""

from xml.sax.saxutils import escape, quoteattr

from donor.report.visible import cells, visible

__all__ = ["MONO", "SANS", "box", "element", "label", "path", "prose", "titled"]

MONO = "ui-monospace, 'SF Mono', 'DejaVu Sans Mono', Menlo, Consolas, monospace"
SANS = "system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', Helvetica, Arial, sans-serif"


def element(name: str, *children: str, **attributes: str | float | None) -> str:
    """An element; `_` in an attribute's name stands for `-`, and None leaves it out."""
    written = "".join(
        f" {key.rstrip('_').replace('_', '-')}={quoteattr(_value(value))}"
        for key, value in attributes.items()
        if value is not None
    )
    inside = "".join(children)
    return f"<{name}{written}>{inside}</{name}>" if inside else f"<{name}{written}/>"


def _number(value: float) -> str:
    """A coordinate, with one decimal at most.

    >>> _number(3.04)
    '3'
    """
    return f"{value:.1f}".removesuffix(".0")


def _value(value: str | float) -> str:
    return visible(value) if isinstance(value, str) else _number(value)


def prose(text: str, **attributes: str | float | None) -> str:
    """A text element."""
    return element("text", escape(visible(text)), **attributes)


def label(text: str, x: float, y: float, cell: float, **attributes: str | float | None) -> str:
    """Monospace text that takes the same width with every font: `cell` pixels a cell."""
    width = cells(text) * cell
    adjust = "spacingAndGlyphs" if width else None
    return prose(text, x=x, y=y, textLength=width or None, lengthAdjust=adjust, **attributes)


def box(x: float, y: float, width: float, height: float, **attributes: str | float | None) -> str:
    """A rectangle."""
    return element("rect", x=x, y=y, width=width, height=height, **attributes)


def path(*steps: str | float, **attributes: str | float | None) -> str:
    """A line of steps: letters and numbers as in the `d` attribute."""
    described = " ".join(step if isinstance(step, str) else _number(step) for step in steps)
    return element("path", d=described, **attributes)


def titled(text: str) -> str:
    """What a viewer shows when the mouse rests on the element that this is put into."""
    return element("title", escape(visible(text)))
