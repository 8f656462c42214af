"""TRUST: from evidence to confidence, and from confidence to a promise.

`evidence` draws figures from a transfer, `Gold` says which of its spans are exact, `fit` makes a
`Calibrator` of both, `reliability` measures it on other documents, and `accept` finds the
threshold above which a wished precision can be promised. Without a calibrator there is no
confidence, only evidence.
"""

from donor.trust.acceptance import DOCUMENT, SPAN, UNITS, Acceptance, Placed, Step, accept
from donor.trust.calibrator import ISOTONIC, LOGISTIC, Calibrator, Feature, Fit, Made
from donor.trust.evidence import Figures, evidence
from donor.trust.fitting import AUTO, KINDS, fit
from donor.trust.gold import Gold, GoldDocument, Judged, digest, exact_spans
from donor.trust.judgement import Judgement, confidences, halves, judge, known
from donor.trust.reliability import Bin, Known, Reliability, brier, reliability

__all__ = [
    "AUTO",
    "DOCUMENT",
    "ISOTONIC",
    "KINDS",
    "LOGISTIC",
    "SPAN",
    "UNITS",
    "Acceptance",
    "Bin",
    "Calibrator",
    "Feature",
    "Figures",
    "Fit",
    "Gold",
    "GoldDocument",
    "Judged",
    "Judgement",
    "Known",
    "Made",
    "Placed",
    "Reliability",
    "Step",
    "accept",
    "brier",
    "confidences",
    "digest",
    "evidence",
    "exact_spans",
    "fit",
    "halves",
    "judge",
    "known",
    "reliability",
]
