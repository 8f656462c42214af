"""How near two texts are in meaning: the cosine of their embeddings, by sentence-transformers.

It compares a translation with a reference, or, by a multilingual model such as LaBSE (Feng et al.
2022), with its source. Only this room imports sentence-transformers (extra `embed`).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any, Protocol

from donor.errors import ConfigError, MissingExtraError
from donor.score.metric import Measurement, Metric, Row, share_of
from donor.score.translation import Texts, paired
from donor.score.weights import quietly, weights

__all__ = [
    "LABSE",
    "Embedder",
    "Similarities",
    "embedder_or_note",
    "sentence_embedder",
    "similarity_measurement",
]

LABSE = "sentence-transformers/LaBSE"
"""The default: one space of meaning for 109 languages."""

# Texts are embedded so many at a time, and so many vectors kept, for texts that come again.
_AT_ONCE, _KEPT = 2_048, 16_384


class Embedder(Protocol):
    """Gives texts a place in a space of meaning.

    Attributes:
        name: the model with each setting that moves its numbers, as a signature writes them.
    """

    @property
    def name(self) -> str: ...  # noqa: D102

    def embed(self, texts: Sequence[str]) -> Sequence[Sequence[float]]:
        """A vector for each text."""


@dataclass(frozen=True, slots=True)
class _Sentences:
    """A model of sentence-transformers."""

    name: str
    model: Any

    def embed(self, texts: Sequence[str]) -> Sequence[Sequence[float]]:
        found: Sequence[Sequence[float]] = self.model.encode(
            list(texts), normalize_embeddings=True, show_progress_bar=False
        )
        return found


def sentence_embedder(name: str = LABSE) -> Embedder:
    """The model of that name on the Hugging Face hub, or in that folder.

    Nothing is downloaded: a model of the hub must be on this machine already.

    Raises:
        ConfigError: the extra `embed` is missing, or the model, or it is no such model.
    """
    found = weights(name, "embed", "sentence-transformers")
    try:
        from sentence_transformers import SentenceTransformer
    except ImportError:
        raise MissingExtraError(f"model {name}", "sentence-transformers", "embed") from None
    try:
        with quietly():
            model = SentenceTransformer(str(found.folder), local_files_only=True)
    except (OSError, ValueError) as error:
        what = f"cannot be loaded: {str(error).splitlines()[0]}"
        raise ConfigError(f"model {name}", what, f"a model such as {LABSE}") from error
    library = f"sentence-transformers:{version('sentence-transformers')}"
    return _Sentences(f"{found.called}|tokens:{model.max_seq_length}|{library}", model)


def embedder_or_note(name: str = LABSE) -> tuple[Embedder | None, str]:
    """The model, or else why there is none, in one line; the other scores go on without it."""
    try:
        return sentence_embedder(name), ""
    except ConfigError as error:
        return None, f"no embedding similarity: {error}"


def similarity_measurement(
    embedder: Embedder,
    pairs: Iterable[tuple[Texts, Texts]],
    progress: Callable[[int], None] = lambda documents: None,
) -> Measurement:
    """The mean cosine of the segments of documents, from -1 to 1; documents weigh by segments.

    Segments pair as in `translation_measurements`: where they differ in number each side is one
    text. A missing translation has a similarity of 0; two empty texts are not compared.

    Args:
        embedder: the model.
        pairs: of each document the segments of one side and of the other, in order.
        progress: is told how many documents are done.
    """
    similarities = Similarities(embedder)
    for one, other in pairs:
        if similarities.add(one, other):
            progress(len(similarities.rows))
    measured = similarities.measurement()
    progress(len(measured.rows))
    return measured


class Similarities:
    """Cosines of one document after the other, embedded many at a time."""

    def __init__(self, embedder: Embedder) -> None:
        self.rows: list[Row] = []
        self._embedder = embedder
        self._waiting: list[list[tuple[str, str]]] = []
        self._texts: dict[str, None] = {}
        self._vectors: dict[str, Any] = {}

    def add(self, texts: Texts, others: Texts) -> bool:
        """Whether rows have been made; else the document waits for others."""
        pairs = list(zip(*paired(texts, others), strict=True))
        self._waiting.append(pairs)
        self._texts.update((text, None) for pair in pairs for text in pair if text.strip())
        if len(self._texts) < _AT_ONCE:
            return False
        self._embed()
        return True

    def measurement(self, signature: str = "") -> Measurement:
        """The mean cosine over all documents that were added; more may be said in its signature."""
        self._embed()
        metric = Metric(
            "similarity",
            ("cosine", "segments"),
            share_of,
            f"{signature}model:{self._embedder.name}",
        )
        return Measurement(metric, self.rows)

    def _embed(self) -> None:
        new = [text for text in self._texts if text not in self._vectors]
        if new:
            self._vectors.update(zip(new, self._embedder.embed(new), strict=True))
        self.rows += (self._row(pairs) for pairs in self._waiting)
        self._waiting, self._texts = [], {}
        if len(self._vectors) > _KEPT:
            self._vectors = {}

    def _row(self, pairs: Sequence[tuple[str, str]]) -> Row:
        found = list(self._cosines(pairs))
        return sum(found), len(found)

    def _cosines(self, pairs: Sequence[tuple[str, str]]) -> Iterator[float]:
        for one, other in pairs:
            if one.strip() and other.strip():
                yield _cosine(self._vectors[one], self._vectors[other])
            elif one.strip() or other.strip():
                yield 0.0


def _cosine(one: Sequence[float], other: Sequence[float]) -> float:
    import numpy as np

    a, b = np.asarray(one, dtype=float), np.asarray(other, dtype=float)
    size = float(np.linalg.norm(a) * np.linalg.norm(b))
    return float(a @ b) / size if size else 0.0
