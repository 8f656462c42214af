"""What must not be translated, and whether it was."""

import re
from dataclasses import replace

from donor.data import Check, Document, Guidance, Interval, Transfer, Translation
from donor.languages import language
from donor.verify import verify

DONE = Transfer(
    Document("d", "en", "Call run() twice.", (Interval(0, 17),)),
    Translation("ru", ("Вызовите беги() дважды.",), (), "llm"),
    (),
    (),
    (),
)
GUIDANCE = Guidance(keep=(re.compile("run[(][)]"),))


def kept(done: Transfer) -> list[str]:
    found = verify(done, source=language("en"), target=language("ru"), guidance=GUIDANCE)
    return [finding.detail for finding in found if finding.check is Check.KEPT_CHANGED]


def test_what_was_to_be_kept_and_is_gone_is_a_finding() -> None:
    assert kept(DONE) == ["'run()' is not in the translation"]


def test_what_was_kept_is_none() -> None:
    translation = replace(DONE.translation, segments=("Вызовите run() дважды.",))
    assert kept(replace(DONE, translation=translation)) == []
