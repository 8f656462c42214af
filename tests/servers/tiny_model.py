"""A tiny random llama model in GGUF form, for tests that need a real model server.

The model says nonsense, but well-behaved nonsense: its text differs with the prompt, and it ends
its JSON strings, its arrays and its answers by itself, under greedy decoding too. Nothing is
trained. The weights are random numbers plus a few heads set by hand:

* every token's embedding carries a constant, which the output layer turns into one bias a token,
  so tokens that would break the output (bytes, controls, the backslash) are never chosen freely;
* three attention heads measure how far back the last quote, or the start of the answer, lies: a
  closing quote and the end of the answer are ruled out near to it and forced far from it;
* one attention head recalls the latest tokens, which makes them less likely, so no loop lasts.

Run as ``python tests/servers/tiny_model.py OUT.gguf``. Needs the packages gguf and numpy.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterator, Sequence
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
FAST_ROWS = 10

# What the first channels of a token's vector hold; the rest is random.
CONSTANT = 0
IS_QUOTE, IS_START, IS_ANSWER, IS_OTHER = 1, 2, 3, 4
NEAR_QUOTE, NEARBY_QUOTE, NEAR_ANSWER = 5, 6, 7
RECENT = slice(8, 8 + HEAD)
FREE = RECENT.stop
MARK = 4.0
# The length of the random part. With the constant and one flag it makes every embedding's mean
# square 1, so the first layer sees the marks as they are written here.
FREE_NORM = (HIDDEN - 2 * MARK**2) ** 0.5

UNKNOWN, START, END, ANSWER = "<unk>", "<s>", "</s>", "<|answer|>"
SPACE = "\u2581"
NEVER = -40.0
FORCED = 14.0
STALE = -15.0
# An array starts with an item more often than not, and sooner or later it ends. A lone space is
# rare, since between "[" and "]" it rules the items out: most words start with a piece of STARTS.
# Digits are rarer than whatever may follow a number, so numbers are short. A backtick would open
# a Markdown fence, which the server allows round the JSON.
STRUCTURE = {SPACE: -4.0, ",": -12.0, "]": -3.0, "}": 0.0, "{": -1.0, "-": -9.0, "`": -20.0}
STRUCTURE |= dict.fromkeys("0123456789", -6.0)
# What a comma gains near the start of the answer.
COMMA = 9.0

PAIRS = (
    "th he in er an re on at en nd st or te ed ou ha to it is ng "
    "ст но то на ен ов ни ра во ко не по пр ро ал ть ли ка ел го"
).split()
TRIPLES = "the and ing ent ion her tha ето ого про ост ени ать ова".split()
STARTS = "a t s w o b p c m th in и в с о к д з на по пр не ко".split()
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
    for piece in (*PAIRS, *TRIPLES):
        yield Token(piece, bias=0.5)
    for start in STARTS:
        yield Token(SPACE + start, bias=4.0)
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
    if character.isalpha():
        return 0.5 if character.islower() else -1.5
    return STRUCTURE.get(character, -2.5)


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


def _tensors(rng: np.random.Generator, vocabulary: Sequence[Token]) -> Iterator[tuple[str, Array]]:
    """Every weight of the model with its name."""
    embedding = _embedding(rng, vocabulary)
    # What of a token's vector is remembered, to make the token less likely for a while.
    trace = _from_free(_normal(rng, HEAD, HIDDEN, 1 / (FREE_NORM * HEAD**0.5)))
    yield "token_embd.weight", embedding
    for layer in range(LAYERS):
        block = f"blk.{layer}"
        yield f"{block}.attn_norm.weight", np.ones(HIDDEN, np.float32)
        attention = _attention(rng)
        if layer == 0:
            _measure_distances(attention)
            _recall(attention, trace)
        for name, tensor in attention.items():
            yield f"{block}.attn_{name}.weight", tensor
        yield f"{block}.ffn_norm.weight", np.ones(HIDDEN, np.float32)
        yield f"{block}.ffn_gate.weight", _from_free(_normal(rng, FEED, HIDDEN, 0.15))
        yield f"{block}.ffn_up.weight", _from_free(_normal(rng, FEED, HIDDEN, 0.15))
        yield f"{block}.ffn_down.weight", _into_free(_normal(rng, HIDDEN, FEED, 0.1))
    yield "output_norm.weight", np.ones(HIDDEN, np.float32)
    yield "output.weight", _output(rng, vocabulary, embedding @ trace.T)


def _normal(rng: np.random.Generator, rows: int, columns: int, scale: float) -> Array:
    """A random matrix whose entries have this standard deviation."""
    return (rng.standard_normal((rows, columns)) * scale).astype(np.float32)


def _into_free(matrix: Array) -> Array:
    """The matrix, writing to the free channels only, so that the marked ones keep their values."""
    matrix[:FREE] = 0.0
    return matrix


def _from_free(matrix: Array) -> Array:
    """The matrix, reading the free channels only: the marks would shift every score alike."""
    matrix[:, :FREE] = 0.0
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
    """Random attention, sharp enough to pick single tokens out of the prompt.

    It looks with the fast rotary pairs only, so it picks others at every step.
    """
    query, key = (_normal(rng, HIDDEN, HIDDEN, 0.25) for _ in "qk")
    for matrix in (query, key):
        matrix.reshape(HEADS, HEAD, HIDDEN)[:, FAST_ROWS:] = 0.0
    value = _from_free(_normal(rng, HIDDEN, HIDDEN, 0.15))
    return {
        "q": query,
        "k": key,
        "v": value,
        "output": _into_free(_normal(rng, HIDDEN, HIDDEN, 0.15)),
    }


def _measure_distances(attention: dict[str, Array]) -> None:
    """Nothing; gives three heads of attention over to the distances.

    A head's channel is 1 right after the last token with its mark, a half at middle tokens from
    it, and 0 far off: it weighs that token against the first one of the context, which it looks
    for with the pair that stands still.
    """
    for head, mark, first_pair, middle, into in (
        (0, IS_QUOTE, 1, 6, NEAR_QUOTE),
        (1, IS_QUOTE, 3, 32, NEARBY_QUOTE),
        (2, IS_ANSWER, 4, 200, NEAR_ANSWER),
    ):
        rows = _empty_head(attention, head)
        score = _look_back(attention, rows, mark, first_pair, 10.0)
        unit = (score(middle) * HEAD**0.5) ** 0.5 / MARK
        attention["q"][rows][2 * STILL_PAIR, CONSTANT] = unit
        attention["k"][rows][2 * STILL_PAIR, IS_START] = unit
        attention["v"][rows][0, mark] = 1 / MARK
        attention["output"][into, rows.start] = MARK


def _recall(attention: dict[str, Array], trace: Array) -> None:
    """Nothing; gives the last head of attention over to the traces of the latest tokens."""
    rows = _empty_head(attention, HEADS - 1)
    _look_back(attention, rows, CONSTANT, 2, 3.0)
    attention["v"][rows] = trace
    attention["output"][RECENT, rows] = MARK * np.eye(HEAD)


def _empty_head(attention: dict[str, Array], head: int) -> slice:
    """The rows of a head of attention, whose weights are cleared."""
    rows = slice(head * HEAD, (head + 1) * HEAD)
    for name in "qkv":
        attention[name][rows] = 0.0
    attention["output"][:, rows] = 0.0
    return rows


def _look_back(
    attention: dict[str, Array], rows: slice, channel: int, first_pair: int, sharpness: float
) -> Callable[[float], float]:
    """The head's score for a token that has the channel, as a function of the distance.

    It falls with the distance, at first as fast as the first pair turns. The slower pairs weigh
    more, so that it does not come back to its height when the faster ones have turned round.
    """
    weights = {first_pair + step: sharpness * 2.0**step for step in range(5)}
    for pair, weight in weights.items():
        unit = (weight * HEAD**0.5) ** 0.5 / MARK
        attention["q"][rows][2 * pair, CONSTANT] = unit
        attention["k"][rows][2 * pair, channel] = unit
    return lambda distance: sum(
        weight * math.cos(distance * 10 ** (-pair / 2)) for pair, weight in weights.items()
    )


def _output(rng: np.random.Generator, vocabulary: Sequence[Token], traces: Array) -> Array:
    """The weights from the last vector to each token's score."""
    output = _from_free(_normal(rng, len(vocabulary), HIDDEN, 0.15))
    output[:, RECENT] = STALE / MARK * traces
    for number, token in enumerate(vocabulary):
        output[number, CONSTANT] = token.bias / MARK
        if token.text in STRUCTURE:
            output[number, RECENT] = 0.0
            output[number, FREE:] /= 2
        if token.mark == IS_QUOTE:
            output[number, NEAR_QUOTE] = -2 * FORCED / MARK
            output[number, NEARBY_QUOTE] = -0.75 * FORCED / MARK
        if token.text == END:
            output[number, NEAR_ANSWER] = -2 * FORCED / MARK
        if token.text == ",":
            # Far from the start of the answer no array goes on, so that none goes on for ever.
            output[number, NEAR_ANSWER] = COMMA / MARK
    return output


if __name__ == "__main__":
    write_tiny_model(Path(sys.argv[1]))
