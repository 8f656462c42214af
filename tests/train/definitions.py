"""Documents of two sentences, one of which holds a definition: learnt in a few steps."""

from donor.data import Document, Interval, Span

THINGS = "ion cell wave atom gene lens tide acid salt star root seed bone nerve crust orbit".split()


def document(number: int) -> Document:
    """A document whose first or second sentence defines a thing."""
    thing = THINGS[number % len(THINGS)]
    defining = f"{thing.capitalize()} {number} is a small part of matter."
    plain = f"Look at {thing} {number} in the next picture."
    first, second = (defining, plain) if number % 3 else (plain, defining)
    text = f"{first} {second}"
    sentences = (Interval(0, len(first)), Interval(len(first) + 1, len(text)))
    at = text.index(defining)
    start = at + defining.index(" is ") + 4
    spans = (
        Span("t", "Term", (Interval(at, at + len(thing)),)),
        Span("d", "Definition", (Interval(start, at + len(defining) - 1),)),
    )
    return Document(f"d{number}", "en", text, sentences, spans=spans)


def documents(start: int, end: int) -> tuple[Document, ...]:
    """Those of these numbers."""
    return tuple(document(number) for number in range(start, end))
