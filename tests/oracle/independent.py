"""Output files as plain json, csv, xml, conllu, datasets and spaCy read them; nothing of donor's.

Every reader asserts that the words a file names stand where it says, and returns what it found.
"""

import json
import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from seqeval.metrics.sequence_labeling import get_entities
from tests.oracle.parallel import Found, Place


def lines_in(path: Path) -> list[Any]:
    """The values of a file of JSON lines."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def of_sentences(sentences: Sequence[tuple[Sequence[str], Sequence[str]]]) -> Found:
    """Words and tags of a document's sentences, with a space between all words."""
    words = [word for sentence, _ in sentences for word in sentence]
    starts = _starts(words)
    places: list[Place] = []
    at = 0
    for sentence, tags in sentences:
        assert len(sentence) == len(tags) > 0
        for label, first, last in get_entities(list(tags)):
            places.append((starts[at + first], _end(words, starts, at + last), label))
        at += len(sentence)
    return Found(" ".join(words), places)


def _starts(words: Sequence[str]) -> list[int]:
    starts = [0]
    for word in words:
        assert word
        assert not re.search(r"\s", word)
        starts.append(starts[-1] + len(word) + 1)
    return starts


def _end(words: Sequence[str], starts: Sequence[int], last: int) -> int:
    return starts[last] + len(words[last])


def conll(text: str, columns: int) -> list[Found]:
    """The documents between -DOCSTART- lines; the tag is the last column."""
    documents: list[list[tuple[list[str], list[str]]]] = []
    for block in re.split(r"\n\n+", text.strip("\n")):
        rows = [line.split() for line in block.split("\n")]
        assert {len(row) for row in rows} == {columns}
        if rows[0][0] == "-DOCSTART-":
            assert len(rows) == 1
            documents.append([])
        else:
            documents[-1].append(([row[0] for row in rows], [row[-1] for row in rows]))
    return [of_sentences(document) for document in documents]


def conllu(text: str) -> list[Found]:
    """The documents behind `# newdoc`; names stand under NE; `# text` is what the rows say."""
    import conllu as library

    documents: list[list[tuple[list[str], list[str]]]] = []
    for sentence in library.parse(text):
        if "newdoc id" in sentence.metadata:
            documents.append([])
        assert [token["id"] for token in sentence] == list(range(1, len(sentence) + 1))
        words = [token["form"] for token in sentence]
        gaps = ["" if (t["misc"] or {}).get("SpaceAfter") == "No" else " " for t in sentence]
        said = "".join(w + gap for w, gap in zip(words, gaps, strict=True))
        assert said.strip() == " ".join(sentence.metadata["text"].split())
        documents[-1].append((words, [(t["misc"] or {}).get("NE", "O") for t in sentence]))
    return [of_sentences(document) for document in documents]


def brat(folder: Path) -> list[Found]:
    """The texts with their `T` and `R`; every other line hangs on what is there."""
    found = []
    for path in sorted(folder.rglob("*.txt")):
        text = path.read_text(encoding="utf-8")
        numbers: dict[str, int] = {}
        document = Found(text)
        for line in path.with_suffix(".ann").read_text(encoding="utf-8").splitlines():
            name, said, *words = line.split("\t")
            parts = said.split()
            if name.startswith("T"):
                start, end = int(parts[1]), int(parts[2])
                assert text[start:end] == words[0]
                numbers[name] = len(document.places)
                document.places.append((start, end, parts[0]))
            elif name.startswith("R"):
                ends = [numbers[part.split(":")[1]] for part in parts[1:]]
                document.arcs.append((parts[0], ends[0], ends[1]))
            else:
                assert parts[1] in numbers
        found.append(document)
    return found


def squad(path: Path) -> list[dict[str, Any]]:
    """The paragraphs, every answer of which is right."""
    value = json.loads(path.read_text(encoding="utf-8"))
    assert value["version"] == "v2.0"
    paragraphs = [paragraph for article in value["data"] for paragraph in article["paragraphs"]]
    for paragraph in paragraphs:
        for question in paragraph["qas"]:
            for answer in question["answers"]:
                start, text = answer["answer_start"], answer["text"]
                assert paragraph["context"][start : start + len(text)] == text != ""
    return paragraphs


def questions_of(context: str, answers: Sequence[tuple[str, int]]) -> Found:
    """A context with its answers."""
    places = [(start, start + len(text), "answer") for text, start in answers]
    return Found(context, places)


def absa(path: Path, holder: str, mark: str, words: str) -> list[Found]:
    """The documents, or sentences, with their targets; labels are the categories."""
    found = []
    for element in ElementTree.parse(path).iter(holder):
        document = Found("")
        text = ""
        for sentence in [element] if holder == "sentence" else element.iter("sentence"):
            start = len(text)
            own = sentence.findtext("text") or ""
            text += own + "\n"
            for one in sentence.iter(mark):
                if one.get(words) == "NULL":
                    continue
                begin, end = int(one.get("from", "")), int(one.get("to", ""))
                assert own[begin:end] == one.get(words)
                label = one.get("category") or mark
                document.places.append((start + begin, start + end, label))
        found.append(Found(text, document.places))
    return found


def inline_xml(path: Path, labels: set[str]) -> list[Found]:
    """The `doc` elements; elements of the labels are marks."""
    found = []
    for element in ElementTree.parse(path).iter("doc"):
        places: list[Place] = []
        text = "".join(_text_of(element, 0, labels, places))
        found.append(Found(text, places))
    return found


def _text_of(
    element: ElementTree.Element, start: int, labels: set[str], places: list[Place]
) -> Iterator[str]:
    text = element.text or ""
    for child in element:
        text += "".join(_text_of(child, start + len(text), labels, places)) + (child.tail or "")
    if element.tag in labels:
        places.append((start, start + len(text), element.tag))
    yield text


def doccano(record: dict[str, Any]) -> Found:
    """Offsets count UTF-16 units."""
    units = record["text"].encode("utf-16-le")
    places, numbers = [], {}
    for entity in record["entities"]:
        start, end = (
            len(units[: 2 * entity[key]].decode("utf-16-le"))
            for key in ("start_offset", "end_offset")
        )
        numbers[entity["id"]] = len(places)
        places.append((start, end, entity["label"]))
    arcs = [
        (arc["type"], numbers[arc["from_id"]], numbers[arc["to_id"]]) for arc in record["relations"]
    ]
    return Found(record["text"], places, arcs)


def prodigy(task: dict[str, Any]) -> Found:
    """Tokens cut the text, spans stand on tokens, relations end at the last tokens of spans."""
    text, tokens = task["text"], task["tokens"]
    assert all(text[t["start"] : t["end"]] == t["text"] for t in tokens)
    assert [t["id"] for t in tokens] == list(range(len(tokens)))
    for span in task["spans"]:
        assert tokens[span["token_start"]]["start"] == span["start"]
        assert tokens[span["token_end"]]["end"] == span["end"]
    places = [(s["start"], s["end"], s["label"]) for s in task["spans"]]
    number = {(start, end): n for n, (start, end, _) in enumerate(places)}
    arcs = []
    for arc in task["relations"]:
        ends = []
        for side in ("head", "child"):
            span = arc[f"{side}_span"]
            assert tokens[arc[side]]["end"] == span["end"]
            ends.append(number[span["start"], span["end"]])
        arcs.append((arc["label"], *ends))
    return Found(text, places, arcs)


def label_studio(task: dict[str, Any]) -> Found:
    """The regions and relations of the one annotation."""
    [annotation] = task["annotations"]
    text = task["data"]["text"]
    places, numbers, arcs = [], {}, []
    for result in annotation["result"]:
        value = result.get("value", {})
        if result["type"] == "labels":
            assert text[value["start"] : value["end"]] == value["text"]
            numbers[result["id"]] = len(places)
            places.append((value["start"], value["end"], value["labels"][0]))
        elif result["type"] == "relation":
            ends = numbers[result["from_id"]], numbers[result["to_id"]]
            arcs.append((result["labels"][0], *ends))
        else:
            assert value == {"choices": ["warm"]}
    return Found(text, places, arcs)


def spacy_doc(doc: Any) -> Found:
    """A `Doc` of spaCy's."""
    assert doc.cats == {"warm": 1.0, "cold": 0.0}
    return Found(doc.text, [(e.start_char, e.end_char, e.label_) for e in doc.ents])


def of_words(
    words: Sequence[str], ranges: Sequence[tuple[int, int, str]], arcs: list[tuple[str, int, int]]
) -> Found:
    """Words with a space between them; ranges are of words, the last one included."""
    starts = _starts(words)
    places = [(starts[first], _end(words, starts, last), label) for first, last, label in ranges]
    return Found(" ".join(words), places, arcs)


def tacred(record: dict[str, Any]) -> Found:
    """Subject and object, and the relation from one to the other."""
    ranges = [
        (record[f"{side}_start"], record[f"{side}_end"], record[f"{side}_type"])
        for side in ("subj", "obj")
    ]
    return of_words(record["token"], ranges, [(record["relation"], 0, 1)])


def spert(record: dict[str, Any]) -> Found:
    """Entities and relations."""
    ranges = [(e["start"], e["end"] - 1, e["type"]) for e in record["entities"]]
    arcs = [(r["type"], r["head"], r["tail"]) for r in record["relations"]]
    return of_words(record["tokens"], ranges, arcs)


def docred(record: dict[str, Any]) -> Found:
    """Mentions with the names that they have, and relations between entities of one mention."""
    words = [word for sentence in record["sents"] for word in sentence]
    before = [sum(map(len, record["sents"][:n])) for n in range(len(record["sents"]))]
    ranges = []
    for [mention] in record["vertexSet"]:
        first, end = mention["pos"]
        own = record["sents"][mention["sent_id"]][first:end]
        assert "".join(own) == "".join(mention["name"].split())
        at = before[mention["sent_id"]]
        ranges.append((at + first, at + end - 1, mention["type"]))
    for arc in record["labels"]:
        assert set(arc["evidence"]) <= set(range(len(record["sents"])))
    return of_words(words, ranges, [(arc["r"], arc["h"], arc["t"]) for arc in record["labels"]])


def hf_rows(folder: Path) -> dict[str, list[dict[str, Any]]]:
    """The rows of each split, as `load_dataset` opens the folder."""
    from datasets import load_dataset

    loaded = load_dataset(str(folder), cache_dir=str(folder.parent / "cache"))
    return {name: split.to_list() for name, split in loaded.items()}


def hf_contexts(rows: Sequence[dict[str, Any]]) -> list[Found]:
    """The contexts of rows of questions that stand together."""
    found = []
    for context, group in groupby(rows, key=lambda row: str(row["context"])):
        answers = []
        for row in group:
            texts, starts = row["answers"]["text"], row["answers"]["answer_start"]
            assert all(
                context[at : at + len(text)] == text for text, at in zip(texts, starts, strict=True)
            )
            answers += list(zip(texts, starts, strict=True))
        found.append(questions_of(context, answers))
    return found
