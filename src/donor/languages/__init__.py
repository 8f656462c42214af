"""What differs by language: names, tokens, lemmas, identification.

The only room that imports pymorphy3, simplemma, snowballstemmer, razdel and lingua (extra `lang`),
each on first use.
"""

from donor.languages.codes import Language, language
from donor.languages.foreign import copied, foreign, untranslated_share
from donor.languages.identify import identify, in_language
from donor.languages.lemmas import Lemmatizer, lemmatizer, missing_lemmatizer
from donor.languages.lengths import filler_words, letters_per_english_letter
from donor.languages.tokens import split_at, tokenize

__all__ = [
    "Language",
    "Lemmatizer",
    "copied",
    "filler_words",
    "foreign",
    "identify",
    "in_language",
    "language",
    "lemmatizer",
    "letters_per_english_letter",
    "missing_lemmatizer",
    "split_at",
    "tokenize",
    "untranslated_share",
]
