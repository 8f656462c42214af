"""How fast translations are counted, beside sacrebleu's own `corpus_score`, in one run.

    python benchmarks/translation.py [--documents 2000] [--rounds 3]

Documents of one to four invented sentences, each translation a spoilt reference; both count the
same strings, by turns, with sacrebleu's memory of tokenized lines emptied in between. The last
line is one JSON object: per metric the median of our seconds ÷ sacrebleu's, and that of all
three, where ours includes making the rows of each document; `equal` says whether the scores are.
"""

import argparse
import json
import random
import statistics
import time
from collections.abc import Callable
from typing import Any

from sacrebleu.metrics import BLEU, CHRF, TER
from sacrebleu.tokenizers.tokenizer_13a import Tokenizer13a
from sacrebleu.tokenizers.tokenizer_re import TokenizerRegexp
from sacrebleu.tokenizers.tokenizer_ter import TercomTokenizer

from donor.score import translation

Pairs = list[tuple[list[str], list[str]]]


def main() -> None:
    """Prints the seconds of CPU of both, and the ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    pairs = made(given.documents, random.Random(1))
    ratios: dict[str, list[float]] = {"bleu": [], "chrf2": [], "ter": [], "all": []}
    equal = True
    for _ in range(given.rounds):
        ours_s, ours = timed(lambda: translation.translation_measurements(pairs, "ru"))
        theirs_s = 0.0
        for name, metric in {"bleu": BLEU(force=True), "chrf2": CHRF(), "ter": TER()}.items():
            seconds, score = timed(lambda metric=metric: sacrebleus(metric, pairs))
            own_s, _ = timed(lambda metric=metric: rows_alone(metric, pairs))
            theirs_s += seconds
            equal = equal and score == ours[name].score
            ratios[name].append(own_s / seconds)
            print(f"{name}: {own_s:.2f} s, sacrebleu {seconds:.2f} s")
        ratios["all"].append(ours_s / theirs_s)
        print(f"all: {ours_s:.2f} s, sacrebleu {theirs_s:.2f} s")
    medians = {name: round(statistics.median(values), 3) for name, values in ratios.items()}
    print(json.dumps({"documents": given.documents, "equal": equal, "ratio": medians}))


def made(documents: int, chance: random.Random) -> Pairs:
    """Translations and references."""
    words = [
        "".join(chance.choices("аеиомнтсрлквдпу", k=chance.randint(1, 9))) for _ in range(5000)
    ]
    pairs = []
    for _ in range(documents):
        references = [
            " ".join(chance.choices(words, k=chance.randint(8, 25))) + "."
            for _ in range(chance.randint(1, 4))
        ]
        pairs.append(([spoilt(text, chance) for text in references], references))
    return pairs


def spoilt(text: str, chance: random.Random) -> str:
    """The text, some of its words gone and some exchanged."""
    words = [word for word in text.split() if chance.random() > 0.15]
    for at in range(1, len(words)):
        if chance.random() < 0.15:
            words[at - 1], words[at] = words[at], words[at - 1]
    return " ".join(words)


def timed(call: Callable[[], Any]) -> tuple[float, Any]:
    """The seconds of CPU that a call takes, and what it returns."""
    for tokenizer in (Tokenizer13a, TokenizerRegexp, TercomTokenizer):
        tokenizer.__call__.cache_clear()
    begun = time.process_time()
    value = call()
    return time.process_time() - begun, value


def sacrebleus(metric: Any, pairs: Pairs) -> float:
    """sacrebleu's score of all segments."""
    translations = [text for one, _ in pairs for text in one]
    references = [text for _, one in pairs for text in one]
    return float(metric.corpus_score(translations, [references]).score)


def rows_alone(metric: Any, pairs: Pairs) -> None:
    """Nothing; one metric's row of each document, as `translation_measurements` makes it."""
    for texts, references in pairs:
        translation._row(metric, texts, references, 0)


if __name__ == "__main__":
    main()
