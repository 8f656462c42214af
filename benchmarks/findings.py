"""How often the checks are wrong of right transfers, and what they cost.

    python benchmarks/findings.py PAIRS.jsonl… [-v]

Each file holds parallel texts with the spans of both sides, checked by people: what a check
finds in one of them is a false finding, or a slip of the people.

Three are measured in their own way. `other-sentence`: on the texts that have as many sentences,
more than one, on both sides, cut there. `glossary-missed`: on those that render a term in another
form than most do, with that one as the glossary. `term-varies`: over all documents of a file. And
of translations back that are none, or spoilt, how many have a chrF below the threshold.
"""

import json
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from donor.data import (
    Attempt,
    Check,
    Document,
    Finding,
    Glossary,
    Guidance,
    Interval,
    Intervals,
    Match,
    Span,
    SpanRow,
    Term,
    Transfer,
    Translation,
)
from donor.languages import Language, language
from donor.verify import CHECKS, verify
from donor.verify.back_translation import THRESHOLD, chrf
from donor.verify.case import Case
from donor.verify.terms import Terms

# An end of a sentence: a mark, what closes with it, and white space before a capital.
_END = re.compile(r"(?<=[.!?…])[\"'»”’)\]]*\s+(?=[\"'«“‘(\[]*[A-ZА-ЯЁ¿¡ÁÉÍÓÚ0-9])")
_SHORTEST = 20
_SHARES = (0.1, 0.2, 0.3, 0.5, 0.7)


def main() -> None:
    """Prints what each check finds in right transfers, how often, and at what cost."""
    files = [Path(name) for name in sys.argv[1:] if name != "-v"]
    if not files:
        sys.exit(__doc__)
    totals: Counter[str] = Counter()
    of_documents: Counter[str] = Counter()
    seconds: Counter[str] = Counter()
    texts: list[str] = []
    for file in files:
        lines = file.read_text("utf-8").splitlines()
        rows = [json.loads(line) for line in lines]
        source, target = (language(rows[0][side]["lang"]) for side in ("source", "target"))
        transfers = [transfer_of(row) for row in rows]
        verify(transfers[0], source=source, target=target)
        found = [verify(transfer, source=source, target=target) for transfer in transfers]
        for check, function in CHECKS.items():
            start = time.process_time()
            for transfer in transfers:
                tuple(function(Case(transfer, source, target)))
            seconds[check] += time.process_time() - start
        of_documents.update(dict.fromkeys(CHECKS, len(rows)))
        for one in (*found, *apart(transfers, source, target, of_documents, seconds)):
            totals.update({finding.check for finding in one})
        texts += [transfer.source.text for transfer in transfers]
        print(f"{file.name}: {len(rows):,} documents, {sum(map(bool, found))} with findings")
        if "-v" in sys.argv:
            show(transfers, found)
    report(totals, of_documents, seconds, len(texts), below_threshold(texts))


def report(
    totals: Counter[str],
    of_documents: Counter[str],
    seconds: Counter[str],
    documents: int,
    below: dict[str, float],
) -> None:
    """Prints the tables, and the figures on the last line."""
    print("\n                      documents    false findings   microseconds a document")
    for check, n in of_documents.items():
        share, cost = totals[check] / max(1, n), 1e6 * seconds[check] / documents
        print(f"{check:20}{n:9,}{totals[check]:9,}  {100 * share:6.2f} %{cost:12.1f}")
    print(f"\nchrF below {THRESHOLD} of a text with")
    for name, share in below.items():
        print(f"  {name:16}{share:9.2%}")
    figures = {
        "documents": documents,
        "false": {str(check): totals[check] / max(1, n) for check, n in of_documents.items()},
        "us_per_document": round(1e6 * sum(seconds[check] for check in CHECKS) / documents, 1),
        "below_threshold": below,
    }
    print(json.dumps(figures))


def apart(
    transfers: Sequence[Transfer],
    source: Language,
    target: Language,
    of_documents: Counter[str],
    seconds: Counter[str],
) -> Iterator[tuple[Finding, ...]]:
    """The findings of the three checks that are measured in their own way; counts the documents."""
    cut = [one for one in map(in_sentences, transfers) if one]
    of_documents[Check.OTHER_SENTENCE] += len(cut) - len(transfers)
    for transfer in cut:
        yield tuple(CHECKS[Check.OTHER_SENTENCE](Case(transfer, source, target)))
    told = list(with_glossaries(transfers))
    of_documents[Check.GLOSSARY_MISSED] += len(told) - len(transfers)
    for transfer, guidance in told:
        yield tuple(CHECKS[Check.GLOSSARY_MISSED](Case(transfer, source, target, guidance)))
    terms = Terms(source, target)
    of_documents[Check.TERM_VARIES] += len(transfers)
    start = time.process_time()
    for transfer in transfers:
        terms.add(transfer)
    found = terms.findings()
    seconds[Check.TERM_VARIES] += time.process_time() - start
    yield from found.values()


def in_sentences(transfer: Transfer) -> Transfer | None:
    """The transfer with sentences as segments, if both sides have as many, and more than one."""
    [text], source = transfer.translation.segments, transfer.source
    ours, theirs = sentences(source.text), sentences(text)
    if not 1 < len(ours) == len(theirs):
        return None
    document = Document(source.id, source.language, source.text, ours, spans=source.spans)
    parts = tuple(sentence.of(text) for sentence in theirs)
    translation = Translation(transfer.translation.language, parts, (), "given")
    same = translation.document(document).text == text
    return Transfer(document, translation, transfer.spans, (), ()) if same else None


def sentences(text: str) -> tuple[Interval, ...]:
    """The sentences of a text, without the white space between them."""
    found, start = [], 0
    for end in _END.finditer(text):
        found.append(Interval(start, end.start() + len(end[0].rstrip())))
        start = end.end()
    return (*found, Interval(start, len(text)))


def with_glossaries(transfers: Sequence[Transfer]) -> Iterator[tuple[Transfer, Guidance]]:
    """Transfers that render a term in another form than most do, with that as the glossary.

    Two renderings are forms of the same words if these begin with the same three letters.
    """
    renderings: dict[str, Counter[str]] = {}
    for transfer in transfers:
        for source, target in surfaces(transfer):
            renderings.setdefault(source, Counter())[target] += 1
    for transfer in transfers:
        terms = []
        for source, target in surfaces(transfer):
            usual = renderings[source].most_common(1)[0][0]
            ours, theirs = ([word[:3] for word in text.split()] for text in (target, usual))
            if target != usual and ours == theirs:
                terms.append(Term(source, usual))
        if terms:
            yield transfer, Guidance(glossary=Glossary(tuple(terms)))


def surfaces(transfer: Transfer) -> Iterator[tuple[str, str]]:
    """The words of each span on both sides, in lower case."""
    [text] = transfer.translation.segments
    for span, row in zip(transfer.source.spans, transfer.spans, strict=True):
        if row.placed:
            before, after = span.surface(transfer.source.text), row.placed.surface(text)
            yield before.casefold(), after.casefold()


def below_threshold(texts: Sequence[str]) -> dict[str, float]:
    """How many texts have a chrF below the threshold of the back-translation, with what.

    With another text, and with themselves after a share of their words became words of others.
    """
    chance = random.Random(0)
    long = [text for text in dict.fromkeys(texts) if len(text) >= _SHORTEST]
    words = [word for text in long for word in text.split()]
    back = {
        "another text": [
            chance.choice([one for one in chance.sample(long, 2) if one != text]) for text in long
        ]
    }
    for share in _SHARES:
        back[f"{share:.0%} other words"] = [
            " ".join(chance.choice(words) if chance.random() < share else w for w in text.split())
            for text in long
        ]
    return {
        name: sum(chrf(one, text) < THRESHOLD for one, text in zip(found, long, strict=True))
        / len(long)
        for name, found in back.items()
    }


def transfer_of(row: dict[str, Any]) -> Transfer:
    """The line as a transfer in which everything is right; spans without a counterpart left out."""
    source, target = row["source"], row["target"]
    whole = Interval(0, len(source["text"]))
    numbered = list(enumerate(source["spans"]))
    found = {n: place for n, span in numbered if (place := _counterpart(span, row))}
    spans = [_span(n, span) for n, span in numbered if n in found]
    rows = [_row(span, place) for span, place in zip(spans, found.values(), strict=True)]
    document = Document(row["id"], source["lang"], source["text"], (whole,), spans=tuple(spans))
    translation = Translation(target["lang"], (target["text"],), (), "given")
    return Transfer(document, translation, tuple(rows), (), ())


def _span(number: int, span: dict[str, Any]) -> Span:
    return Span(f"T{number}", span["label"], (Interval(span["start"], span["end"]),))


def _counterpart(span: dict[str, Any], row: dict[str, Any]) -> Interval | None:
    """By id where there are ids, else by label and order where the counts are equal."""
    targets = row["target"]["spans"]
    if "id" in span:
        same = [one for one in targets if one.get("id") == span["id"]]
    else:
        own = [one for one in row["source"]["spans"] if one["label"] == span["label"]]
        theirs = [one for one in targets if one["label"] == span["label"]]
        same = [theirs[own.index(span)]] if len(own) == len(theirs) else []
    return Interval(same[0]["start"], same[0]["end"]) if same else None


def _row(span: Span, place: Interval) -> SpanRow:
    attempt = Attempt("given", Intervals((place,)), Match.INTERVALS)
    placed = Span(span.id, span.label, (place,))
    return SpanRow(span.id, (attempt,), placed, "given", Match.INTERVALS)


def show(transfers: list[Transfer], found: list[tuple[Finding, ...]]) -> None:
    """Prints each finding with the texts."""
    for transfer, findings in zip(transfers, found, strict=True):
        for finding in findings:
            print(f"  {transfer.source.id} {finding.check}: {finding.detail}")
            print(f"    {transfer.source.text[:110]}\n    {transfer.translation.segments[0][:110]}")


if __name__ == "__main__":
    main()
