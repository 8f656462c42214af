"""What the measures of translations are called where people read them."""

__all__ = ["TITLES", "title_of"]

TITLES = {
    "bleu": "BLEU",
    "chrf2": "chrF2",
    "ter": "TER (less is better)",
    "similarity": "embedding similarity",
    "bertscore": "BERTScore",
    "comet": "COMET",
    "length_ratio": "length, target ÷ source",
    "copied": "texts that are the source's own",
    "other_language": "texts in another language",
    "length_outside": "texts of an unlikely length",
    "in_target_language": "texts in the target language",
    "back_bleu": "BLEU of the translation back",
    "back_chrf2": "chrF2 of the translation back",
}


def title_of(name: str) -> str:
    """The title of a measure; its name where it has none.

    >>> title_of("chrf2"), title_of("some_other")
    ('chrF2', 'some other')
    """
    return TITLES.get(name, name.replace("_", " "))
