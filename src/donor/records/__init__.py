"""The files of a run; and how any file is written whole, and one process works in a folder."""

from donor.records.alone import LOCK, alone_in
from donor.records.folder import RunFolder
from donor.records.interrupts import interrupts_held, uninterrupted
from donor.records.lines import encode_findings, encode_rows, encode_translation
from donor.records.whole_file import write_whole

__all__ = [
    "LOCK",
    "RunFolder",
    "alone_in",
    "encode_findings",
    "encode_rows",
    "encode_translation",
    "interrupts_held",
    "uninterrupted",
    "write_whole",
]
