"""The source side of gold, written by hand in the true layout of each format."""

import csv
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from tests.oracle.parallel import Mark, Pair, Side

Group = Sequence[Pair]


def tokens_of(side: Side) -> list[tuple[int, int]]:
    """Words and marks of punctuation, cut at the edges of marks."""
    edges = {edge for mark in side.marks for edge in (mark.start, mark.end)}
    found = []
    for match in re.finditer(r"\w+|[^\w\s]", side.text):
        cuts = [match.start(), *sorted(e for e in edges if match.start() < e < match.end())]
        found += list(zip(cuts, [*cuts[1:], match.end()], strict=True))
    return found


def words_of(side: Side) -> list[str]:
    """The tokens as strings."""
    return [side.text[start:end] for start, end in tokens_of(side)]


def tags_of(side: Side) -> list[str]:
    """A BIO tag for each token."""
    tags = []
    for start, _ in tokens_of(side):
        mark = next((m for m in side.marks if m.start <= start < m.end), None)
        tags.append("O" if mark is None else f"{'BI'[start > mark.start]}-{mark.label}")
    return tags


def token_range(side: Side, mark: Mark) -> tuple[int, int]:
    """The numbers of the first token of a mark and of its last."""
    inside = [n for n, t in enumerate(tokens_of(side)) if mark.start <= t[0] < mark.end]
    return inside[0], inside[-1]


def joined(group: Group, between: str = "\n") -> Side:
    """The source of several texts as one; the names of marks begin with their text's number."""
    text, marks = "", []
    for n, pair in enumerate(group):
        start = len(text) + (len(between) if n else 0)
        text += (between if n else "") + pair.source.text
        marks += [
            Mark(m.start + start, m.end + start, m.label, f"{n}-{m.name}")
            for m in pair.source.marks
        ]
    return Side(text, tuple(marks))


def neighbours(side: Side) -> Iterator[tuple[int, int]]:
    """A relation from each mark to the next one: the numbers of both."""
    yield from zip(range(len(side.marks)), range(1, len(side.marks)), strict=False)


def write_text(path: Path, parts: Iterable[str]) -> Path:
    """The file of these parts."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(parts), encoding="utf-8")
    return path


def write_jsonl(path: Path, values: Iterable[Any]) -> Path:
    """The file of these lines."""
    return write_text(path, (json.dumps(value, ensure_ascii=False) + "\n" for value in values))


def iob1(tags: Sequence[str]) -> list[str]:
    """The BIO tags as the shared task had them: B- only right behind a span of the same label."""
    before = ["O", *tags]
    return [
        tag if tag[0] != "B" or last[2:] == tag[2:] else f"I-{tag[2:]}"
        for last, tag in zip(before, tags, strict=False)
    ]


def conll_2003(
    path: Path, groups: Sequence[Group], *, annotated: bool = True, scheme: str = "BIO"
) -> Path:
    """Four columns: word, part of speech, chunk, tag; each document behind its -DOCSTART-."""
    lines = []
    for group in groups:
        lines.append("-DOCSTART- -X- -X- O\n\n")
        for pair in group:
            side = pair.source if annotated else Side(pair.target.text)
            tags = iob1(tags_of(side)) if scheme == "IOB1" else tags_of(side)
            rows = zip(words_of(side), tags, strict=True)
            lines += [f"{word} NN I-NP {tag}\n" for word, tag in rows]
            lines.append("\n")
    return write_text(path, lines)


def conllu(path: Path, groups: Sequence[Group]) -> Path:
    """Ten columns, names under NE in the last; comments for documents, sentences and texts."""
    lines = []
    for n, group in enumerate(groups):
        lines.append(f"# newdoc id = doc{n}\n")
        for k, pair in enumerate(group):
            side = pair.source
            lines.append(f"# sent_id = doc{n}-s{k}\n# text = {side.text.strip()}\n")
            places = tokens_of(side)
            for row, ((start, end), tag) in enumerate(
                zip(places, tags_of(side), strict=True), start=1
            ):
                misc = f"NE={tag}"
                if row < len(places) and places[row][0] == end:
                    misc += "|SpaceAfter=No"
                cells = [row, side.text[start:end], "_", "NOUN", "_", "_", row - 1, "dep", "_"]
                lines.append("\t".join(map(str, [*cells, misc])) + "\n")
            lines.append("\n")
    return write_text(path, lines)


def brat(folder: Path, groups: Sequence[Group], *, annotated: bool = True) -> Path:
    """A text and its annotation for each document: spans, relations, attributes, notes."""
    for n, group in enumerate(groups):
        if not annotated:
            write_text(folder / f"d{n:02}.txt", ["\n".join(p.target.text for p in group) + "\n"])
            continue
        side = joined(group)
        write_text(folder / f"d{n:02}.txt", [side.text, "\n"])
        lines = [
            f"T{k}\t{m.label} {m.start} {m.end}\t{side.text[m.start : m.end]}\n"
            for k, m in enumerate(side.marks, start=1)
        ]
        lines += [f"R{a + 1}\tNext Arg1:T{a + 1} Arg2:T{b + 1}\n" for a, b in neighbours(side)]
        lines += [f"A{k}\tSure T{k}\n" for k in range(1, len(side.marks) + 1)]
        lines += ["#1\tAnnotatorNotes T1\tseen twice\n"] if side.marks else []
        write_text(folder / f"d{n:02}.ann", lines)
    return folder


def question_of(mark: Mark) -> tuple[str, str]:
    """A question that a mark answers, in both languages."""
    return f"What answers question {mark.name}?", f"Что отвечает на вопрос {mark.name}?"


def squad(path: Path, pairs: Sequence[Pair]) -> Path:
    """Two paragraphs an article, a question for each mark, the last one in each impossible."""
    articles = []
    for n in range(0, len(pairs), 2):
        paragraphs = [
            {
                "context": pair.source.text,
                "qas": [
                    {
                        "id": mark.name,
                        "question": question_of(mark)[0],
                        "answers": [_answer(pair.source, mark)],
                        "is_impossible": False,
                    }
                    for mark in pair.source.marks
                ],
            }
            for pair in pairs[n : n + 2]
        ]
        articles.append({"title": f"Article_{n}", "paragraphs": paragraphs})
    return write_text(path, [json.dumps({"version": "v2.0", "data": articles})])


def _answer(side: Side, mark: Mark) -> dict[str, Any]:
    return {"text": side.text[mark.start : mark.end], "answer_start": mark.start}


def absa_2016(path: Path, groups: Sequence[Group]) -> Path:
    """A review for each document, a sentence for each text, an opinion for each mark."""
    parts = ['<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Reviews>\n']
    for n, group in enumerate(groups):
        parts.append(f'<Review rid="{n}">\n<sentences>\n')
        for k, pair in enumerate(group):
            parts.append(f'<sentence id="{n}:{k}">\n<text>{escape(pair.source.text)}</text>\n')
            opinions = [
                f"<Opinion target={quoteattr(pair.source.text[m.start : m.end])}"
                f' category="{m.label}" polarity="positive" from="{m.start}" to="{m.end}"/>\n'
                for m in pair.source.marks
            ]
            empty = '<Opinion target="NULL" category="SERVICE" polarity="neutral" from="0" to="0"/>'
            parts += ["<Opinions>\n", *opinions, empty, "\n</Opinions>\n</sentence>\n"]
        parts.append("</sentences>\n</Review>\n")
    return write_text(path, [*parts, "</Reviews>\n"])


def absa_2014(path: Path, pairs: Sequence[Pair]) -> Path:
    """A sentence for each text, an aspect term for each mark."""
    parts = ['<?xml version="1.0" encoding="UTF-8"?>\n<sentences>\n']
    for n, pair in enumerate(pairs):
        terms = [
            f"<aspectTerm term={quoteattr(pair.source.text[m.start : m.end])}"
            f' polarity="negative" from="{m.start}" to="{m.end}"/>\n'
            for m in pair.source.marks
        ]
        parts.append(f'<sentence id="{n}">\n<text>{escape(pair.source.text)}</text>\n')
        parts += ["<aspectTerms>\n", *terms, "</aspectTerms>\n"] if terms else []
        parts.append('<aspectCategories><aspectCategory category="food" polarity="negative"/>')
        parts.append("</aspectCategories>\n</sentence>\n")
    return write_text(path, [*parts, "</sentences>\n"])


def inline_xml(path: Path, groups: Sequence[Group]) -> Path:
    """Documents of `s`, the marks as elements of their labels."""
    parts = ["<corpus>\n"]
    for n, group in enumerate(groups):
        parts.append(f'<doc n="{n}">\n')
        for pair in group:
            parts += ["<s>", *_tagged(pair.source), "</s>\n"]
        parts.append("</doc>\n")
    return write_text(path, [*parts, "</corpus>\n"])


def _tagged(side: Side) -> Iterator[str]:
    at = 0
    for mark in side.marks:
        yield escape(side.text[at : mark.start])
        yield f'<{mark.label} sure="yes">{escape(side.text[mark.start : mark.end])}</{mark.label}>'
        at = mark.end
    yield escape(side.text[at:])


def sentence_pairs(path: Path, groups: Sequence[Group], delimiter: str) -> Path:
    """A header, and rows of two texts and a label."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, delimiter=delimiter, lineterminator="\n")
        rows.writerow(["uid", "premise", "hypothesis", "label", "genre"])
        for n, (first, second) in enumerate(groups):
            label = ("entailment", "neutral", "contradiction")[n % 3]
            rows.writerow([f"u{n}", first.source.text, second.source.text, label, "food"])
    return path
