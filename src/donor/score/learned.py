"""What trained models say of translations: embeddings, BERTScore, COMET, each only if asked for."""

from collections.abc import Callable, Sequence
from functools import partial

from donor.errors import ConfigError
from donor.score.bertscore import bertscore_measurement
from donor.score.comet import comet_measurement
from donor.score.embedding import sentence_embedder, similarity_measurement
from donor.score.metric import Measurement
from donor.score.translation import Texts

__all__ = ["DEFAULT", "learned_measurements"]

DEFAULT = "default"
"""In place of a model of BERTScore: that of the language."""


def learned_measurements(
    pairs: Sequence[tuple[Texts, Texts]],
    language: str,
    *,
    embed: str = "",
    bertscore: str = "",
    comet: str = "",
    sources: Sequence[Texts] = (),
) -> tuple[dict[str, Measurement], list[str]]:
    """What was asked for, by name, and a line for each that could not be measured.

    Nothing is loaded or run that is not named.

    Args:
        pairs: as in `translation_measurements`.
        language: that of the reference.
        embed: a model of sentence-transformers, by its name or folder.
        bertscore: a model, with ":LAYER" after it if the package knows none, or `DEFAULT`.
        comet: the command `comet-score`, with what it is to be told.
        sources: of each document the segments of its source; COMET needs them.
    """
    asked: dict[str, Callable[[], Measurement]] = {}
    if embed:
        asked["similarity"] = lambda: similarity_measurement(sentence_embedder(embed), pairs)
    if bertscore:
        model, layer = _layered(bertscore)
        asked["bertscore"] = partial(
            bertscore_measurement, pairs, language, model=model, layer=layer
        )
    if comet:
        asked["comet"] = partial(_comet, comet, pairs, sources)
    found, notes = {}, []
    for name, measure in asked.items():
        try:
            found[name] = measure()
        except ConfigError as error:
            notes.append(f"no {name}: {error}")
    return found, notes


def _comet(
    command: str, pairs: Sequence[tuple[Texts, Texts]], sources: Sequence[Texts]
) -> Measurement:
    if not sources:
        hint = "give gold with its sources: pairs, or a run"
        raise ConfigError("COMET", "needs the source of each translation", hint)
    documents = [(source, *pair) for source, pair in zip(sources, pairs, strict=True)]
    return comet_measurement(command, documents)


def _layered(name: str) -> tuple[str, int]:
    """The model and the layer: "folder:6" is the sixth of that folder, DEFAULT is none."""
    if name == DEFAULT:
        return "", 0
    model, _, layer = name.rpartition(":")
    return (model, int(layer)) if model and layer.isdecimal() else (name, 0)
