"""Two predictions against one gold: what differs, and whether by more than chance."""

from collections.abc import Iterator, Mapping
from typing import Any

from donor.score.dataset import Scored, Section
from donor.score.metric import Measurement, over_columns
from donor.score.resampling import (
    RESAMPLES,
    SEED,
    TRIALS,
    differ,
    holm,
    paired_bootstraps,
    randomisation,
)

__all__ = ["compared"]

_PARTS = ("label:", "length:", "value:")


def compared(
    a: Scored, b: Scored, *, seed: int = SEED, resamples: int = RESAMPLES, trials: int = TRIALS
) -> list[dict[str, Any]]:
    """A row for each metric that both have, over the documents that both are scored on.

    `difference` is a's score less b's, with its bootstrap interval. `p` is by approximate
    randomisation, `p_bootstrap` by the paired bootstrap; `p_holm` and `p_bootstrap_holm` are
    corrected for the number of rows in which any document differs (`holm`). Single labels,
    values and lengths have no row: each would make the tests of all others blunter. Where one
    of the two has another text than gold, the translations of both are compared.
    """
    if any("translation" in one.sections for one in (a, b)):
        languages = (one.matched.language for one in (a, b))
        language = next((own for own in languages if own != "und"), "und")
        a, b = a.with_translation(language), b.with_translation(language)
    rows: list[dict[str, Any]] = []
    differing: list[bool] = []
    for name, section in a.sections.items():
        if name in b.sections:
            pairs = _common(section, b.sections[name])
            differing += [differ(*pair) for pair in pairs.values()]
            rows += _tested(name, pairs, seed, resamples, trials)
    for p in ("p", "p_bootstrap"):
        corrected = holm([row[p] for row in rows], differing)
        for row, own in zip(rows, corrected, strict=True):
            row[f"{p}_holm"] = own
    return rows


def _tested(
    name: str,
    pairs: Mapping[str, tuple[Measurement, Measurement]],
    seed: int,
    resamples: int,
    trials: int,
) -> Iterator[dict[str, Any]]:
    settings = f"bootstrap:n:{resamples}|randomisation:n:{trials}|seed:{seed}"
    bootstrapped = paired_bootstraps(pairs, seed=seed, resamples=resamples)
    for metric, (one, other) in pairs.items():
        boot = bootstrapped[metric]
        yield {
            "section": name,
            "metric": metric,
            "documents": len(one.rows),
            "a": one.score,
            "b": other.score,
            "difference": boot and boot.difference,
            "interval": boot and list(boot.interval),
            "p": randomisation(one, other, seed=seed, trials=trials),
            "p_bootstrap": boot and boot.p,
            "signature": f"{one.metric.signature}|{settings}",
        }


def _common(a: Section, b: Section) -> dict[str, tuple[Measurement, Measurement]]:
    """The measurements of both, over the same documents and columns."""
    shared = set(a.documents) & set(b.documents)
    found = {}
    for name, one in a.measured.items():
        other = b.measured.get(name)
        if other is None or name.startswith(_PARTS) or not shared:
            continue
        columns = dict.fromkeys((*one.metric.columns, *other.metric.columns))
        found[name] = (
            over_columns(_of(one, a, shared), tuple(columns)),
            over_columns(_of(other, b, shared), tuple(columns)),
        )
    return found


def _of(measured: Measurement, section: Section, shared: set[int]) -> Measurement:
    if len(shared) == len(section.documents):
        return measured
    rows = [row for n, row in zip(section.documents, measured.rows, strict=True) if n in shared]
    return Measurement(measured.metric, rows)
