"""What measures are called where people read them."""

__all__ = ["TITLES", "title_of"]

TITLES = {
    "f1": "F1",
    "f1_macro": "macro F1",
    "f1_micro": "micro F1",
    "mcc": "MCC",
    "strict": "strict F1",
    "partial": "partial F1",
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
    """The title of a measure, of a label too; its name where it has none.

    >>> title_of("chrf2"), title_of("f1:Term"), title_of("some_other")
    ('chrF2', 'F1 Term', 'some other')
    """
    measure, _, label = name.partition(":")
    title = TITLES.get(measure, measure.replace("_", " "))
    return f"{title} {label}" if label else title
