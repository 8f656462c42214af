"""A BERT without pre-training, for machines without a hub: its vocabulary, and its size.

The vocabulary is a WordPiece (Schuster and Nakajima 2012; the training of the tokenizers
library, which joins pairs by their number) of the training text. It is the same each time.
"""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from donor.errors import ConfigError

__all__ = ["SIZES", "VOCABULARY", "Size", "bert_config", "wordpiece"]

VOCABULARY = 8_000
POSITIONS = 512
_PAD, _UNKNOWN, _FIRST, _LAST, _MASK = _SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
_AT_LEAST = 2
_ALPHABET = 3_000
# Vowels that are written before their consonant begin a syllable, in Thai and in Lao, which
# write no spaces between words.
_LEADING = "\u0e40-\u0e44\u0ec0-\u0ec4"
# A longer word would be unknown as a whole, and a slow one to look up.
_PIECES = rf"[{_LEADING}]{{0,2}}[^{_LEADING}]{{1,24}}|[{_LEADING}]+"


@dataclass(frozen=True, slots=True)
class Size:
    """How large a BERT is."""

    layers: int
    hidden: int
    heads: int

    def __str__(self) -> str:
        return f"{self.layers}×{self.hidden}"


SIZES = {"tiny": Size(2, 64, 2), "small": Size(2, 128, 2)}


def wordpiece(texts: Iterable[str], *, markers: Sequence[str] = ()) -> Any:
    """The tokenizer of these texts, of at most `VOCABULARY` tokens, the markers included.

    Case is folded, accents stay; offsets are those of the text as it is.

    Raises:
        ConfigError: the texts are empty.
    """
    from transformers import PreTrainedTokenizerFast

    room = VOCABULARY - len(markers)
    vocabulary = _vocabulary(list(texts), room)
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=_bert(vocabulary),
        pad_token=_PAD,
        unk_token=_UNKNOWN,
        cls_token=_FIRST,
        sep_token=_LAST,
        mask_token=_MASK,
        model_max_length=POSITIONS,
        model_input_names=["input_ids", "token_type_ids", "attention_mask"],
        clean_up_tokenization_spaces=False,
    )
    tokenizer.add_tokens(list(markers), special_tokens=True)
    return tokenizer


def bert_config(size: Size, tokenizer: Any, **settings: Any) -> Any:
    """The config of a BERT of that size with the tokenizer's vocabulary.

    Attention drops nothing: so small a model learns as well, and faster on a CPU.
    """
    from transformers import BertConfig

    return BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=size.hidden,
        num_hidden_layers=size.layers,
        num_attention_heads=size.heads,
        intermediate_size=4 * size.hidden,
        max_position_embeddings=POSITIONS,
        attention_probs_dropout_prob=0.0,
        pad_token_id=tokenizer.pad_token_id,
        **settings,
    )


def _vocabulary(texts: Sequence[str], room: int) -> list[str]:
    """The tokens of the texts, at most so many.

    The library numbers the letters inside words in the order in which it meets them, which
    differs from run to run, and breaks ties by number: so they are given to it beforehand.
    """
    from tokenizers.trainers import WordPieceTrainer

    learning = _bert([])
    letters: Counter[str] = Counter()
    for text in texts:
        letters.update("".join(learning.normalizer.normalize_str(text).split()))
    if not letters:
        raise ConfigError("the training text", "there is no word in it", "give texts to learn from")
    alphabet = sorted(sorted(letters, key=lambda one: (-letters[one], one))[:_ALPHABET])
    inside = [f"##{letter}" for letter in alphabet if not _stands_alone(letter)]
    trainer = WordPieceTrainer(
        vocab_size=room,
        min_frequency=_AT_LEAST,
        special_tokens=[*_SPECIAL, *inside],
        initial_alphabet=alphabet,
        limit_alphabet=len(alphabet),
        show_progress=False,
    )
    learning.train_from_iterator(texts, trainer)
    found = learning.get_vocab()
    return sorted(found, key=lambda token: found[token])


def _bert(vocabulary: Sequence[str]) -> Any:
    """A tokenizer that works as BERT's does, but for words without spaces between them."""
    from tokenizers import Regex, Tokenizer
    from tokenizers.models import WordPiece
    from tokenizers.normalizers import BertNormalizer
    from tokenizers.pre_tokenizers import BertPreTokenizer, Split
    from tokenizers.pre_tokenizers import Sequence as Cuts
    from tokenizers.processors import TemplateProcessing

    numbers = {token: n for n, token in enumerate(vocabulary)}
    tokenizer = Tokenizer(WordPiece(numbers, unk_token=_UNKNOWN))
    tokenizer.normalizer = BertNormalizer(lowercase=True, strip_accents=False)
    tokenizer.pre_tokenizer = Cuts([BertPreTokenizer(), Split(Regex(_PIECES), "isolated")])
    if vocabulary:
        tokenizer.post_processor = TemplateProcessing(
            single=f"{_FIRST} $A {_LAST}",
            pair=f"{_FIRST} $A {_LAST} $B:1 {_LAST}:1",
            special_tokens=[(name, numbers[name]) for name in (_FIRST, _LAST)],
        )
    return tokenizer


def _stands_alone(letter: str) -> bool:
    """Whether BERT makes a word of each such letter: the ideographs."""
    return unicodedata.name(letter, "").startswith("CJK ")
