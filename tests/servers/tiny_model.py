"""A tiny random llama model in GGUF form, for tests that need a real model server.

The model says nonsense, but well-behaved nonsense: its text differs with the prompt, and it ends
its JSON strings, its arrays and its answers by itself, under greedy decoding too. Nothing is
trained. The weights are random numbers plus a few heads set by hand:

* every token's embedding carries a constant, which the output layer turns into one bias a token,
  so tokens that would break the output (bytes, controls, the backslash) are never chosen freely;
* three attention heads measure how far back the last quote, or the start of the answer, lies. A
  closing quote and the end of the answer are ruled out near to it and forced far from it.

Run as ``python tests/servers/tiny_model.py OUT.gguf``. Needs the packages gguf and numpy.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import gguf
import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]

CONTEXT = 131072
HIDDEN = 128
LAYERS = 2
HEADS = 4
HEAD = HIDDEN // HEADS
FEED = 256
# Rotary pair i of a head turns by 10 ** (-i / 2) radians a token: the first pairs tell near from
# nearer, and the last one does not turn over any context in use.
ROPE_BASE = 10.0 ** (HEAD / 4)
STILL_PAIR = HEAD // 2 - 1

# What the first channels of a token's vector hold; the rest is random.
CONSTANT = 0
IS_QUOTE, IS_START, IS_ANSWER, IS_OTHER = 1, 2, 3, 4
NEAR_QUOTE, NEARBY_QUOTE, NEAR_ANSWER = 5, 6, 7
FREE = 8
MARK = 4.0
# The length of the random part. With the constant and one flag it makes every embedding's mean
# square 1, so the first layer sees the marks as they are written here.
FREE_NORM = (HIDDEN - 2 * MARK**2) ** 0.5

UNKNOWN, START, END, ANSWER = "<unk>", "<s>", "</s>", "<|answer|>"
SPACE = "\u2581"
NEVER = -40.0
FORCED = 14.0

PAIRS = (
    "th he in er an re on at en nd st or te ed ou ha to it is ng "
    "ст но то на ен ов ни ра во ко не по пр ро ал ть ли ка ел го"
).split()
TRIPLES = "the and ing ent ion her tha ето ого про ост ени ать ова".split()
STARTS = "a t s w o b p th in на по пр в с и".split()
LETTERS = "АБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯабвгдеёжзийклмнопрстуфхцчшщъыьэюя"
SIGNS = "«»—"


@dataclass(frozen=True)
class Token:
    """One entry of the vocabulary: its text, kind and mark, and how readily it is chosen."""

    text: str
    kind: gguf.TokenType = gguf.TokenType.NORMAL
    bias: float = 0.0
    mark: int = IS_OTHER


def write_tiny_model(path: Path, seed: int = 0) -> None:
    """Nothing; writes the model to path. The same seed gives the same weights."""
    rng = np.random.default_rng(seed)
    vocabulary = list(_vocabulary())
    writer = gguf.GGUFWriter(path, "llama")
    _add_settings(writer)
    _add_vocabulary(writer, vocabulary)
    for name, tensor in _tensors(rng, vocabulary):
        writer.add_tensor(name, tensor)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _vocabulary() -> Iterator[Token]:
    """Every token. Text that no piece covers is read as byte tokens, so any prompt can be read."""
    yield Token(UNKNOWN, gguf.TokenType.UNKNOWN, NEVER)
    yield Token(START, gguf.TokenType.CONTROL, NEVER, IS_START)
    yield Token(END, gguf.TokenType.CONTROL, FORCED)
    yield Token(ANSWER, gguf.TokenType.CONTROL, NEVER, IS_ANSWER)
    for byte in range(256):
        yield Token(f"<0x{byte:02X}>", gguf.TokenType.BYTE, NEVER)
    # A piece is read only where its parts merge into it step by step: pairs before triples.
    for piece in (*PAIRS, *TRIPLES, *(SPACE + start for start in STARTS)):
        yield Token(piece, bias=1.0)
    for character in (SPACE, *map(chr, range(ord("!"), ord("~") + 1)), *LETTERS, *SIGNS):
        mark = IS_QUOTE if character == '"' else IS_OTHER
        yield Token(character, bias=_bias(character), mark=mark)


def _bias(character: str) -> float:
    """How readily a character is chosen: letters often, signs seldom, escapes never."""
    if character == "\\":
        # An escape may be half of a surrogate pair, which is no text at all.
        return NEVER
    if character == '"':
        return FORCED
    if character == SPACE:
        return 3.0
    if character.isalpha():
        return 0.5 if character.islower() else -1.5
    # An array or an object that may either go on or end must end sooner or later.
    return {",": -2.0, "]": -1.0, "}": -1.0}.get(character, -2.5)


def _add_settings(writer: gguf.GGUFWriter) -> None:
    """Nothing; adds the architecture's numbers and the chat template to writer."""
    writer.add_name("tiny-random")
    writer.add_file_type(gguf.LlamaFileType.ALL_F32)
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(HIDDEN)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(FEED)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(HEADS)
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_rope_dimension_count(HEAD)
    writer.add_rope_freq_base(ROPE_BASE)
    writer.add_chat_template(
        "{% for message in messages %}{{ message['role'] }}: {{ message['content'] }}  {% endfor %}"
        f"{ANSWER}"
    )


def _add_vocabulary(writer: gguf.GGUFWriter, vocabulary: Sequence[Token]) -> None:
    """Nothing; adds the tokenizer to writer. An earlier token is merged before a later one."""
    ids = {token.text: number for number, token in enumerate(vocabulary)}
    writer.add_vocab_size(len(vocabulary))
    writer.add_tokenizer_model("llama")
    writer.add_token_list([token.text for token in vocabulary])
    writer.add_token_scores([-float(number) for number in range(len(vocabulary))])
    writer.add_token_types([token.kind for token in vocabulary])
    writer.add_unk_token_id(ids[UNKNOWN])
    writer.add_bos_token_id(ids[START])
    writer.add_eos_token_id(ids[END])
    writer.add_add_bos_token(True)
    writer.add_add_space_prefix(False)


def _tensors(
    rng: np.random.Generator, vocabulary: Sequence[Token]
) -> Iterator[tuple[str, Array]]:
    """Every weight of the model with its name."""
    yield "token_embd.weight", _embedding(rng, vocabulary)
    for layer in range(LAYERS):
        block = f"blk.{layer}"
        yield f"{block}.attn_norm.weight", np.ones(HIDDEN, np.float32)
        attention = _attention(rng)
        if layer == 0:
            _measure_distances(attention)
        for name, tensor in attention.items():
            yield f"{block}.attn_{name}.weight", tensor
        yield f"{block}.ffn_norm.weight", np.ones(HIDDEN, np.float32)
        yield f"{block}.ffn_gate.weight", _normal(rng, FEED, HIDDEN, 0.12)
        yield f"{block}.ffn_up.weight", _normal(rng, FEED, HIDDEN, 0.12)
        yield f"{block}.ffn_down.weight", _into_free(_normal(rng, HIDDEN, FEED, 0.1))
    yield "output_norm.weight", np.ones(HIDDEN, np.float32)
    yield "output.weight", _output(rng, vocabulary)


def _normal(rng: np.random.Generator, rows: int, columns: int, scale: float) -> Array:
    """A random matrix whose entries have this standard deviation."""
    return (rng.standard_normal((rows, columns)) * scale).astype(np.float32)


def _into_free(matrix: Array) -> Array:
    """The matrix, writing to the free channels only, so that the marked ones keep their values."""
    matrix[:FREE] = 0.0
    return matrix


def _embedding(rng: np.random.Generator, vocabulary: Sequence[Token]) -> Array:
    """A vector for each token: the constant, its mark, and a random direction."""
    embedding = _normal(rng, len(vocabulary), HIDDEN, 1.0)
    embedding *= FREE_NORM / np.linalg.norm(embedding[:, FREE:], axis=1, keepdims=True)
    embedding[:, :FREE] = 0.0
    embedding[:, CONSTANT] = MARK
    for number, token in enumerate(vocabulary):
        embedding[number, token.mark] = MARK
    return embedding


def _attention(rng: np.random.Generator) -> dict[str, Array]:
    """Random attention, sharp enough to pick single tokens out of the prompt."""
    return {
        "q": _normal(rng, HIDDEN, HIDDEN, 0.07),
        "k": _normal(rng, HIDDEN, HIDDEN, 0.07),
        "v": _normal(rng, HIDDEN, HIDDEN, 0.1),
        "output": _into_free(_normal(rng, HIDDEN, HIDDEN, 0.1)),
    }


def _measure_distances(attention: dict[str, Array]) -> None:
    """Nothing; gives the first heads of attention over to the distances."""
    _measure(attention, 0, IS_QUOTE, range(1, 4), 6, NEAR_QUOTE)
    _measure(attention, 1, IS_QUOTE, range(3, 7), 60, NEARBY_QUOTE)
    _measure(attention, 2, IS_ANSWER, range(4, 8), 200, NEAR_ANSWER)


def _measure(
    attention: dict[str, Array], head: int, mark: int, pairs: Sequence[int], middle: int, into: int
) -> None:
    """Nothing; makes head write into a channel how near the last token with this mark is.

    The channel is 1 right after such a token, a half at middle tokens from it, and 0 far off.
    The head looks for the mark with rotary pairs that drift apart with the distance, and weighs
    it against the first token of the context, looked for with the pair that stands still.
    """
    rows = slice(head * HEAD, (head + 1) * HEAD)
    query, key, value = (attention[name][rows] for name in "qkv")
    out = attention["output"][:, rows]
    for matrix in (query, key, value, out):
        matrix[:] = 0.0
    sharpness = 10.0
    unit = (sharpness * HEAD**0.5) ** 0.5 / MARK
    for pair in pairs:
        query[2 * pair, CONSTANT] = key[2 * pair, mark] = unit
    query[2 * STILL_PAIR, CONSTANT] = unit
    key[2 * STILL_PAIR, IS_START] = unit * sum(np.cos(middle * 10 ** (-pair / 2)) for pair in pairs)
    value[0, mark] = 1 / MARK
    out[into, 0] = MARK


def _output(rng: np.random.Generator, vocabulary: Sequence[Token]) -> Array:
    """The weights from the last vector to each token's score."""
    output = _normal(rng, len(vocabulary), HIDDEN, 0.15)
    output[:, :FREE] = 0.0
    for number, token in enumerate(vocabulary):
        output[number, CONSTANT] = token.bias / MARK
        if token.mark == IS_QUOTE:
            output[number, NEAR_QUOTE] = -2 * FORCED / MARK
            output[number, NEARBY_QUOTE] = -FORCED / MARK
        if token.text == END:
            output[number, NEAR_ANSWER] = -2 * FORCED / MARK
    return output


if __name__ == "__main__":
    write_tiny_model(Path(sys.argv[1]))
