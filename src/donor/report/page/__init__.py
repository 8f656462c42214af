"""The report as one page of HTML that needs nothing from elsewhere.

Jinja escapes whatever comes from data; ids, classes and addresses are the page's own. The page's
own script adds a search, the arcs of relations and the theme switch, and a policy in the page
lets no other script run.
"""

import base64
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from importlib.resources import files
from typing import Any

from donor.errors import ConfigError, MissingExtraError
from donor.languages import language
from donor.report.page import numbers
from donor.report.page.documents import document_parts, surface_of
from donor.report.page.plain import plain, shortened
from donor.report.page.sections import page_parts
from donor.report.palette import HUES

__all__ = ["html_page"]

_MOST_BYTES = 3_600_000
_OPENED = 3
_PARTS = (
    "report.html.j2", "scores.html.j2", "compared.html.j2", "baselines.html.j2",
    "document.html.j2", "style.css.j2",
)  # fmt: skip

Facts = Mapping[str, Any]


def html_page(facts: Facts, *, beside: str = "report.json") -> str:
    """The page that tells the facts of `run_facts`.

    The documents on it are as many of those in the facts, in their order, as make some 3.6 MB.

    Args:
        facts: what it tells.
        beside: the name of the file in which the same facts stand as JSON.

    Raises:
        MissingExtraError: the extra `report` is not installed.
    """
    environment = _environment()
    from markupsafe import Markup

    labels = [row["name"] for row in facts["by_label"]]
    order = {name: n for n, name in enumerate(labels)}
    hue = {name: n % len(HUES) for name, n in order.items()}
    shared = {"hue": hue, "order": order}
    documents = _documents(environment, facts, shared)
    style = environment.get_template("style.css.j2").render(hues=HUES)
    script = _file("script.js")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    parts = page_parts(facts, shown=len(documents), beside=beside)
    pictures = ("flow", "confidence_picture")
    parts |= {name: Markup(parts[name]) for name in pictures}
    for one in _drawn(parts):
        one["picture"] = Markup(one["picture"])
    page: str = environment.get_template("report.html.j2").render(
        **parts,
        **shared,
        beside=beside,
        documents=list(map(Markup, documents)),
        anchors={
            one["id"]: one["position"] for one in facts["documents"]["listed"][: len(documents)]
        },
        style=Markup(style),
        script=Markup(script),
        script_hash=f"sha256-{digest}",
    )
    return page


def _drawn(parts: Facts) -> Iterator[dict[str, Any]]:
    """The parts that hold a picture of the page's own."""
    yield from parts["kinds"]
    if compared := parts["compared"]:
        yield from (compared, compared["plot"])
    for task in (parts["baselines"] or {"tasks": ()})["tasks"]:
        yield from (task, *filter(None, [task["learning"]]))
    for group in (parts["curves"] or {"groups": ()})["groups"]:
        yield from group["pictures"]


def _file(name: str) -> str:
    return files(__name__).joinpath(name).read_text(encoding="utf-8")


def _environment() -> Any:
    try:
        from jinja2 import DictLoader, Environment, StrictUndefined
    except ImportError:
        raise MissingExtraError("donor report", "jinja2", "report") from None
    environment = Environment(
        loader=DictLoader({name: _file(name) for name in _PARTS}),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=False,
    )
    environment.filters.update(
        plain=plain,
        shortened=shortened,
        plain_lines=lambda text: "\n".join(map(plain, text.split("\n"))),
        language=_language,
        surface=surface_of,
        **{name: getattr(numbers, name) for name in numbers.__all__},
    )
    return environment


def _language(tag: str | None) -> str:
    try:
        return language(tag).name if tag else "Source"
    except ConfigError:
        return plain(tag)


def _documents(environment: Any, facts: Facts, shared: Mapping[str, Any]) -> list[str]:
    """The documents as HTML, as many as there is room for."""
    template = environment.get_template("document.html.j2")
    listed: Iterable[Facts] = facts["documents"]["listed"]
    found: list[str] = []
    size = 0
    for number, one in enumerate(listed):
        parts = document_parts(one)
        opened = number < _OPENED
        written = template.render(doc=one, opened=opened, **parts, **shared)
        size += len(written.encode(errors="surrogatepass"))
        if size > _MOST_BYTES:
            break
        found.append(written)
    return found
