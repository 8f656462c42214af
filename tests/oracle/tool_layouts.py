"""The source side of gold as annotation tools, trainers and Hugging Face datasets lay it out."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.oracle.layouts import (
    Group,
    joined,
    neighbours,
    question_of,
    tags_of,
    token_range,
    tokens_of,
    words_of,
    write_jsonl,
    write_text,
)
from tests.oracle.parallel import Pair, Side


def doccano(path: Path, pairs: Sequence[Pair]) -> Path:
    """Entities and relations as objects; offsets count UTF-16 units, equal where no emoji is."""
    records = []
    for n, pair in enumerate(pairs):
        at = 100 * n
        entities = [
            {"id": at + k, "label": m.label, "start_offset": m.start, "end_offset": m.end}
            for k, m in enumerate(pair.source.marks)
        ]
        relations = [
            {"id": at + a, "from_id": at + a, "to_id": at + b, "type": "next"}
            for a, b in neighbours(pair.source)
        ]
        lists = {"entities": entities, "relations": relations, "Comments": [f"read {n}"]}
        records.append({"id": n, "text": pair.source.text, **lists})
    return write_jsonl(path, records)


def prodigy(path: Path, pairs: Sequence[Pair]) -> Path:
    """Tasks with tokens, spans and relations between the last tokens of spans."""
    return write_jsonl(path, (_prodigy_task(pair.source) for pair in pairs))


def _prodigy_task(side: Side) -> dict[str, Any]:
    tokens = [
        {
            "text": side.text[start:end],
            "start": start,
            "end": end,
            "id": n,
            "ws": side.text[end : end + 1] == " ",
        }
        for n, (start, end) in enumerate(tokens_of(side))
    ]
    spans = []
    for mark in side.marks:
        first, last = token_range(side, mark)
        place = {"start": mark.start, "end": mark.end, "token_start": first, "token_end": last}
        spans.append({**place, "label": mark.label})
    relations = [
        {
            "head": spans[a]["token_end"],
            "child": spans[b]["token_end"],
            "head_span": spans[a],
            "child_span": spans[b],
            "label": "NEXT",
        }
        for a, b in neighbours(side)
    ]
    hashes = {"_input_hash": 1, "_task_hash": 2}
    task = {"text": side.text, "tokens": tokens, "spans": spans, "relations": relations}
    return task | hashes | {"answer": "accept", "meta": {"pattern": "7"}}


def label_studio(path: Path, pairs: Sequence[Pair]) -> Path:
    """Full JSON: regions, relations, and a choice for the whole text."""
    tasks = [_studio_task(n, pair.source) for n, pair in enumerate(pairs, start=1)]
    return write_text(path, [json.dumps(tasks, ensure_ascii=False)])


def _studio_task(number: int, side: Side) -> dict[str, Any]:
    regions = [
        {
            "id": f"r{k}",
            "type": "labels",
            "from_name": "label",
            "to_name": "text",
            "value": {
                "start": mark.start,
                "end": mark.end,
                "text": side.text[mark.start : mark.end],
                "labels": [mark.label],
            },
        }
        for k, mark in enumerate(side.marks)
    ]
    arcs = [
        {"type": "relation", "from_id": f"r{a}", "to_id": f"r{b}", "labels": ["next"]}
        for a, b in neighbours(side)
    ]
    choice = {
        "id": "c",
        "type": "choices",
        "from_name": "tone",
        "to_name": "text",
        "value": {"choices": ["warm"]},
    }
    annotation = {"id": number, "result": [*regions, *arcs, choice], "completed_by": 1}
    return {
        "id": number,
        "data": {"text": side.text},
        "annotations": [annotation],
        "predictions": [],
    }


def argilla(path: Path, pairs: Sequence[Pair]) -> Path:
    """Records with a suggestion for a span question and one for a label question."""
    records = [
        {
            "id": f"rec-{n}",
            "status": "pending",
            "fields": {"text": pair.source.text},
            "metadata": {"split": "train"},
            "vectors": {},
            "responses": {},
            "suggestions": {
                "span": {
                    "value": [
                        {"start": m.start, "end": m.end, "label": m.label}
                        for m in pair.source.marks
                    ],
                    "score": None,
                    "agent": None,
                },
                "tone": {"value": "warm", "score": 0.5, "agent": "m"},
            },
        }
        for n, pair in enumerate(pairs)
    ]
    return write_text(path, [json.dumps(records, ensure_ascii=False)])


def spacy_json(path: Path, pairs: Sequence[Pair]) -> Path:
    """What `Doc.to_json()` gives for a blank pipeline."""
    return write_jsonl(path, (_spacy_doc(pair.source).to_json() for pair in pairs))


def docbin(path: Path, pairs: Sequence[Pair]) -> Path:
    """A `.spacy` file as spaCy writes it."""
    from spacy.tokens import DocBin

    path.parent.mkdir(parents=True, exist_ok=True)
    DocBin(docs=[_spacy_doc(pair.source) for pair in pairs]).to_disk(path)
    return path


def _spacy_doc(side: Side) -> Any:
    from spacy.tokens import Doc
    from spacy.vocab import Vocab

    places = tokens_of(side)
    # spaCy has a token for white space beyond one space; gold has none there.
    spaces = [side.text[end : end + 1] == " " for _, end in places]
    doc = Doc(Vocab(), words=words_of(side), spaces=spaces)
    assert doc.text == side.text
    spans = [doc.char_span(mark.start, mark.end, label=mark.label) for mark in side.marks]
    doc.set_ents(spans)
    doc.cats = {"warm": 1.0, "cold": 0.0}
    return doc


def hf_ner(folder: Path, pairs: Sequence[Pair]) -> Path:
    """`tokens` and `ner_tags` with named classes, two splits, as `save_to_disk` writes them."""
    from datasets import ClassLabel, Dataset, DatasetDict, Features, List, Value

    names = sorted({tag for pair in pairs for tag in tags_of(pair.source)} - {"O"})
    classes = ClassLabel(names=["O", *names])
    features = Features(
        {"id": Value("string"), "tokens": List(Value("string")), "ner_tags": List(classes)}
    )
    rows = [
        {
            "id": str(n),
            "tokens": words_of(pair.source),
            "ner_tags": [classes.str2int(tag) for tag in tags_of(pair.source)],
        }
        for n, pair in enumerate(pairs)
    ]
    splits = {
        "train": Dataset.from_list(rows[:-10], features=features),
        "validation": Dataset.from_list(rows[-10:], features=features),
    }
    DatasetDict(splits).save_to_disk(folder)
    return folder


def hf_labels(folder: Path, pairs: Sequence[Pair]) -> Path:
    """`text` with a named class, in a Parquet file."""
    from datasets import ClassLabel, Dataset, Features, Value

    label = ClassLabel(names=["bad", "good"])
    features = Features({"text": Value("string"), "label": label})
    rows = [{"text": pair.source.text, "label": n % 2} for n, pair in enumerate(pairs)]
    (folder / "data").mkdir(parents=True)
    file = folder / "data" / "train-00000-of-00001.parquet"
    Dataset.from_list(rows, features=features).to_parquet(str(file))
    return folder


def hf_squad(folder: Path, pairs: Sequence[Pair]) -> Path:
    """A row a question: context, question, answers."""
    from datasets import Dataset

    rows = [
        {
            "id": mark.name,
            "title": "An_article",
            "context": pair.source.text,
            "question": question_of(mark)[0],
            "answers": {
                "text": [pair.source.text[mark.start : mark.end]],
                "answer_start": [mark.start],
            },
        }
        for pair in pairs
        for mark in pair.source.marks
    ]
    (folder / "data").mkdir(parents=True)
    file = folder / "data" / "validation-00000-of-00001.parquet"
    Dataset.from_list(rows).to_parquet(str(file))
    return folder


def tacred(path: Path, pairs: Sequence[Pair]) -> Path:
    """A record for the first two marks of a text: subject and object, last tokens included."""
    records = []
    for n, pair in enumerate(pairs):
        side = pair.source
        subject, object_ = (token_range(side, mark) for mark in side.marks[:2])
        records.append(
            {
                "id": f"t{n}",
                "docid": "d",
                "relation": ("org:members", "no_relation")[n % 2],
                "token": words_of(side),
                "subj_start": subject[0],
                "subj_end": subject[1],
                "obj_start": object_[0],
                "obj_end": object_[1],
                "subj_type": side.marks[0].label,
                "obj_type": side.marks[1].label,
                "stanford_pos": ["NN"] * len(tokens_of(side)),
            }
        )
    return write_text(path, [json.dumps(records, ensure_ascii=False)])


def spert(path: Path, pairs: Sequence[Pair]) -> Path:
    """Entities by token, ends excluded, and relations by the numbers of entities."""
    records = []
    for n, pair in enumerate(pairs):
        side = pair.source
        ranges = [token_range(side, mark) for mark in side.marks]
        entities = [
            {"type": mark.label, "start": first, "end": last + 1}
            for mark, (first, last) in zip(side.marks, ranges, strict=True)
        ]
        relations = [{"type": "Next", "head": a, "tail": b} for a, b in neighbours(side)]
        lists = {"tokens": words_of(side), "entities": entities, "relations": relations}
        records.append({**lists, "orig_id": n})
    return write_text(path, [json.dumps(records, ensure_ascii=False)])


def docred(path: Path, groups: Sequence[Group]) -> Path:
    """Documents of sentences; an entity for each mark, a relation from each to the next."""
    records = []
    for n, group in enumerate(groups):
        mentions = [
            {
                "name": pair.source.text[mark.start : mark.end],
                "sent_id": k,
                "pos": [first, last + 1],
                "type": mark.label,
            }
            for k, pair in enumerate(group)
            for mark in pair.source.marks
            for first, last in [token_range(pair.source, mark)]
        ]
        labels = [
            {"r": "P17", "h": a, "t": b, "evidence": [mentions[a]["sent_id"]]}
            for a, b in neighbours(joined(group))
        ]
        lists = {"sents": [words_of(pair.source) for pair in group], "labels": labels}
        vertices = [[mention] for mention in mentions]
        records.append({"title": title_of(n)[0], "vertexSet": vertices, **lists})
    return write_text(path, [json.dumps(records, ensure_ascii=False)])


def title_of(number: int) -> tuple[str, str]:
    """The title of a document in both languages."""
    return f"Page number {number}", f"Página número {number}"


def mapped(path: Path, pairs: Sequence[Pair]) -> Path:
    """Lines of a shape of one's own."""
    return write_jsonl(
        path,
        (
            {
                "data": {"body": pair.source.text, "source": "web"},
                "ner": [
                    {
                        "from": m.start,
                        "to": m.end,
                        "type": m.label,
                        "word": pair.source.text[m.start : m.end],
                    }
                    for m in pair.source.marks
                ],
                "topic": ["food"],
                "n": n,
            }
            for n, pair in enumerate(pairs)
        ),
    )
