"""BERTScore: how well the words of a translation match those of a reference, by embeddings.

After Zhang et al. 2020, counted by their package bert-score; only this room imports it (extra
`bertscore`).
"""

from collections.abc import Iterable, Iterator, Sequence
from importlib.metadata import version
from itertools import islice
from typing import Any

from donor.errors import ConfigError, MissingExtraError
from donor.languages.codes import primary
from donor.score.metric import Measurement, Metric, Row, share_of
from donor.score.translation import Texts, paired
from donor.score.weights import quietly, weights

__all__ = ["bertscore_measurement"]

_DOCUMENTS_AT_ONCE = 512
_COLUMNS = ("precision", "recall", "f1", "segments")


def bertscore_measurement(
    pairs: Iterable[tuple[Texts, Texts]], language: str, *, model: str = "", layer: int = 0
) -> Measurement:
    """The mean F1 of BERTScore over the segments of documents, without rescaling.

    Segments pair as in `translation_measurements`. An empty text beside one that is not has an
    F1 of 0; two empty texts are not compared.

    Args:
        pairs: of each document the segments of the translation and of the reference, in order.
        language: that of the reference, as a BCP 47 tag: it decides the model.
        model: another one, by its name or its folder.
        layer: whose embeddings are taken, where the package knows none for the model.

    Raises:
        ConfigError: the extra `bertscore` is missing, or the model, or its layer is not known.
    """
    try:
        from bert_score.utils import lang2model, model2layers
    except ImportError:
        raise MissingExtraError("BERTScore", "bert-score", "bertscore") from None
    name = model or lang2model[primary(language)]
    layer = layer or model2layers.get(name, 0)
    if not layer:
        raise ConfigError(f"model {name}", "no layer is known that is best", "name one")
    found = weights(name, "bertscore", "bert-score")
    libraries = (f"{one}:{version(one)}" for one in ("bert-score", "transformers"))
    signature = f"model:{found.called}|layer:{layer}|idf:no|rescaled:no|{'|'.join(libraries)}"
    scorer = _scorer(name, str(found.folder), layer)
    rows: list[Row] = []
    documents = (list(zip(*paired(*pair), strict=True)) for pair in pairs)
    while some := list(islice(documents, _DOCUMENTS_AT_ONCE)):
        rows += _rows(scorer, some)
    return Measurement(Metric("bertscore", _COLUMNS, _mean, signature), rows)


def _scorer(name: str, folder: str, layer: int) -> Any:
    from bert_score import BERTScorer

    try:
        with quietly():
            return BERTScorer(model_type=folder, num_layers=layer)
    except (OSError, ValueError, AssertionError) as error:
        what = f"cannot be loaded: {str(error).splitlines()[0]}"
        raise ConfigError(
            f"model {name}", what, "a model of words, such as xlm-roberta-large"
        ) from error


def _rows(scorer: Any, documents: Sequence[Sequence[tuple[str, str]]]) -> Iterator[Row]:
    pairs = [pair for document in documents for pair in document if all(map(str.strip, pair))]
    found: Iterator[list[float]] = iter(())
    if pairs:
        # It cannot say anything of an empty text.
        texts, references = zip(*pairs, strict=True)
        columns = scorer.score(list(texts), list(references))
        found = iter(list(row) for row in zip(*(c.tolist() for c in columns), strict=True))
    for document in documents:
        scored = [next(found) for pair in document if all(map(str.strip, pair))]
        compared = sum(any(map(str.strip, pair)) for pair in document)
        sums = [sum(column) for column in zip(*scored, strict=True)] or [0.0] * 3
        yield *sums, compared


def _mean(counts: Sequence[float]) -> float | None:
    return share_of(counts[-2:])
