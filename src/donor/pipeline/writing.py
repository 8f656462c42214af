"""The transfers of a run, written as they come, and what can be said when all are there."""

from collections.abc import Generator, Iterable, Mapping
from contextlib import closing

from donor.data import Ledger, LedgerTally, Transfer
from donor.formats import Format, Options
from donor.pipeline.label_names import Names, renamed
from donor.pipeline.plan import Plan
from donor.records import RunFolder, uninterrupted
from donor.score.reference_free import ReferenceFreeTally
from donor.verify import Terms

__all__ = ["written"]


def written(
    driven: Iterable[Transfer],
    files: RunFolder,
    plan: Plan,
    out_format: Format,
    options: Options,
    names: Names,
) -> tuple[Ledger, Mapping[str, int], bool]:
    """The ledger of what was done and written, the losses, and whether Ctrl-C cut it short.

    What can be measured without a reference at no cost is written too. Terms that are rendered
    otherwise than nearly everywhere are found when all documents are written, and added to the
    findings of theirs.
    """
    tally, terms = LedgerTally(), Terms(plan.source or plan.target, plan.target)
    scores = ReferenceFreeTally(back=plan.back_translate)
    interrupted = False

    def done() -> Generator[Transfer, None, None]:
        nonlocal interrupted
        try:
            with closing(uninterrupted(driven)) as whole:
                for transfer in whole:
                    tally.add(transfer)
                    terms.add(transfer)
                    scores.add(transfer)
                    yield transfer
        except KeyboardInterrupt:
            interrupted = True

    with closing(done()) as transfers:
        losses = files.write_transfers(
            transfers,
            format=out_format.name,
            options=options,
            finished=lambda target: renamed(target, names, out_format),
        )
    files.write_scores({"reference_free": scores.as_json()})
    late = terms.findings()
    files.add_findings(late)
    for number, findings in late.items():
        tally.add_findings(number, findings)
    return tally.ledger, losses, interrupted
