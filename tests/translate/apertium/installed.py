"""An Apertium of its own for a test, and documents to translate."""

import os
import sys
from pathlib import Path

from donor.data import NO_GUIDANCE, Document, Guidance, Interval, Span
from donor.languages import language
from donor.llm import answered
from donor.translate import Translated, TranslationTask, Translator

ENGLISH, SPANISH = language("en"), language("es")

_PROGRAM = r"""#!{python}
import os, sys, time
from pathlib import Path

arguments = sys.argv[1:]
if arguments == ["-l"]:
    print("  eng-spa\n  spa-eng")
elif arguments == ["-V"]:
    print("Apertium 9.9.9")
else:
    source, target = map(Path, arguments[-2:])
    calls = Path({calls!r})
    with calls.open("a") as out:
        out.write(f"{{os.getpid()}} {{source.stat().st_size}}\n")
    with target.open("w", encoding="utf-8") as out:
        for record in source.read_text("utf-8").split("\0"):
            if "broken" in record:
                sys.exit("Malformed input stream.")
            if "sleep" in record:
                time.sleep(60)
            if "swallowed" in record:
                continue
            out.write(record.replace("gone", "").replace("house", "casa") + "\0")
"""


def install(folder: Path, monkeypatch: object) -> Path:
    """A program that says `casa` for `house`; the file of its calls, by process and bytes.

    It ends at a segment with `broken`, leaves out one with `swallowed`, and drops `gone`.
    """
    calls = folder / "calls"
    program = folder / "bin" / "apertium"
    program.parent.mkdir()
    program.write_text(_PROGRAM.format(python=sys.executable, calls=str(calls)))
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")  # type: ignore[attr-defined]
    return calls


def document(text: str, *surfaces: str, id: str = "d") -> Document:
    """A document of one segment, a span on the first occurrence of each surface."""
    places = [Interval(at, at + len(words)) for words in surfaces for at in [text.index(words)]]
    spans = [Span(f"T{n}", "Term", (place,)) for n, place in enumerate(places, start=1)]
    return Document(id, "en", text, (Interval(0, len(text)),), spans=tuple(spans))


def translated(
    translator: Translator, source: Document, guidance: Guidance = NO_GUIDANCE
) -> Translated:
    """What the translator makes of a document; it asks nothing."""
    return answered(translator(TranslationTask(source, ENGLISH, SPANISH, guidance)), _nothing)


def _nothing(request: object) -> None:  # type: ignore[return]
    raise AssertionError("Apertium is no model")
