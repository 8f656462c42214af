"""Tokenizers of the kinds that encoders have, learnt from a few texts."""

from collections.abc import Sequence
from typing import Any

__all__ = ["byte_level", "pieces"]


def byte_level(texts: Sequence[str], *, trimmed: bool = True, size: int = 600) -> Any:
    """A byte-level BPE, as RoBERTa has it; `trimmed`: no token stands for white space too."""
    from tokenizers import Tokenizer
    from tokenizers.models import BPE
    from tokenizers.pre_tokenizers import ByteLevel
    from tokenizers.processors import RobertaProcessing
    from tokenizers.trainers import BpeTrainer

    tokenizer = Tokenizer(BPE(unk_token="<unk>"))
    tokenizer.pre_tokenizer = ByteLevel(add_prefix_space=False)
    trainer = BpeTrainer(
        vocab_size=size,
        special_tokens=list(_SPECIAL),
        initial_alphabet=ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.post_processor = RobertaProcessing(
        ("</s>", 2), ("<s>", 0), trim_offsets=trimmed, add_prefix_space=False
    )
    return _of_transformers(tokenizer)


def pieces(texts: Sequence[str]) -> Any:
    """Pieces of a Unigram model that hold the space before a word, as XLM-R has it."""
    from tokenizers import Tokenizer
    from tokenizers.models import Unigram
    from tokenizers.normalizers import NFKC
    from tokenizers.pre_tokenizers import Metaspace
    from tokenizers.processors import TemplateProcessing
    from tokenizers.trainers import UnigramTrainer

    tokenizer = Tokenizer(Unigram())
    tokenizer.normalizer = NFKC()
    tokenizer.pre_tokenizer = Metaspace()
    trainer = UnigramTrainer(
        vocab_size=200, special_tokens=list(_SPECIAL), unk_token="<unk>", show_progress=False
    )
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.post_processor = TemplateProcessing(
        single="<s> $A </s>",
        pair="<s> $A </s> </s> $B </s>",
        special_tokens=[("<s>", 0), ("</s>", 2)],
    )
    return _of_transformers(tokenizer)


_SPECIAL = ("<s>", "<pad>", "</s>", "<unk>")


def _of_transformers(tokenizer: Any) -> Any:
    from transformers import PreTrainedTokenizerFast

    first, filling, last, unknown = _SPECIAL
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        bos_token=first,
        eos_token=last,
        cls_token=first,
        sep_token=last,
        pad_token=filling,
        unk_token=unknown,
        model_max_length=512,
        model_input_names=["input_ids", "attention_mask"],
    )
