"""PROJECT by word alignment: no model is asked, the links of the run's own text tell the places.

The corpus half makes or reads links (`align_corpus`, `given_alignment`); the half of a document is
pure: links, to the stretch of target words, to its edges, to a candidate.
"""

from donor.project.align.corpus import LEAST_PAIRS, align_corpus, given_alignment
from donor.project.align.links import Alignments, DocumentLinks, Link
from donor.project.align.pairs_file import PAIRS
from donor.project.align.projector import align, unbound

__all__ = [
    "LEAST_PAIRS",
    "PAIRS",
    "Alignments",
    "DocumentLinks",
    "Link",
    "align",
    "align_corpus",
    "given_alignment",
    "unbound",
]
