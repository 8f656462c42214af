"""Answers with something around them, answers that are none, and answers to something else."""

import json
from collections.abc import Callable

from wrong.reply import (
    Asked,
    Fault,
    Reply,
    at_first,
    dumped,
    error,
    http,
    reply,
    right,
    said,
)

# Words around the answer.


def fenced(asked: Asked) -> Reply:
    return said(asked, f"```json\n{json.dumps(asked.right, indent=1)}\n```")


def prose_around(asked: Asked) -> Reply:
    return said(asked, f"Sure! Here it is {{as asked}}:\n\n{dumped(asked.right)}\n\nAnything else?")


def think(asked: Asked) -> Reply:
    return said(asked, f"<think>\nThe user wants …\n</think>\n\n{dumped(asked.right)}")


def think_braces(asked: Asked) -> Reply:
    draft = dumped(dict.fromkeys(asked.right, "?"))
    return said(asked, f"<think>Maybe {draft} or {{.</think>{dumped(asked.right)}")


def think_several(asked: Asked) -> Reply:
    text = f"<think>one</think>\nWell.\n<think>{{two</think>```json\n{dumped(asked.right)}\n```"
    return said(asked, text)


def think_opened_by_template(asked: Asked) -> Reply:
    return said(asked, f'The user wants {{"1": …}}.\n</think>\n{dumped(asked.right)}')


def think_unclosed(asked: Asked) -> Reply:
    return said(asked, f"<think>Perhaps {dumped(asked.right)}, but then")


def think_eats_budget(asked: Asked) -> Reply:
    return said(asked, "<think>The user wants a translation. A river is", "length")


def reasoning_beside(asked: Asked) -> Reply:
    thoughts = "The user wants {a} JSON object."
    name = "reasoning" if asked.times % 2 else "reasoning_content"
    return said(asked, {"content": dumped(asked.right), name: thoughts})


def reasoning_only(asked: Asked) -> Reply:
    return said(asked, {"content": None, "reasoning_content": f"It is {dumped(asked.right)}"})


def reasoning_eats_budget(asked: Asked) -> Reply:
    return said(asked, {"content": "", "reasoning": "The user wants"}, "length")


def reasoning_eats_small_budget(asked: Asked) -> Reply:
    if (asked.budget or 0) >= (asked.number or 4096):
        return right(asked)
    return said(asked, {"content": None, "reasoning_content": "The user wants"}, "length")


# Answers that are none, or not the one that was asked for.


def cut(asked: Asked) -> Reply:
    text = dumped(asked.right)
    return said(asked, text[: len(text) // 2], "length")


def cut_by_small_budget(asked: Asked) -> Reply:
    text, enough = dumped(asked.right), (asked.budget or 0) >= (asked.number or 4096)
    return said(asked, text if enough else text[: len(text) // 2], "stop" if enough else "length")


def refusal_field(asked: Asked) -> Reply:
    return said(asked, {"content": None, "refusal": "I'm sorry, I can't help with that."})


def refusal_prose(asked: Asked) -> Reply:
    return said(asked, "I’m sorry, but I can’t help with this text.")


def refusal_prose_russian(asked: Asked) -> Reply:
    return said(asked, "К сожалению, я не могу помочь с этим запросом.")


def filter_finish(asked: Asked) -> Reply:
    return said(asked, dumped(asked.right)[:5], "content_filter")


def filter_azure(asked: Asked) -> Reply:
    words = (
        "The response was filtered due to the prompt triggering Azure OpenAI's content "
        "management policy. Please modify your prompt and retry."
    )
    return error(400, words, code="content_filter", param="prompt")


def empty_content(asked: Asked) -> Reply:
    return said(asked, "")


def null_content(asked: Asked) -> Reply:
    return said(asked, {"content": None})


def empty_at_first(asked: Asked) -> Reply:
    return at_first(1, empty_content)(asked)


def no_choices(asked: Asked) -> Reply:
    return reply(http(b'{"object": "chat.completion", "model": "faults"}'))


def empty_choices(asked: Asked) -> Reply:
    return said(asked, "", choices=[])


def not_json(asked: Asked) -> Reply:
    return said(asked, "; ".join(map(str, asked.right.values())))


def broken_json(asked: Asked) -> Reply:
    return said(asked, dumped(asked.right).replace('"', "'").rstrip("}"))


def array_answer(asked: Asked) -> Reply:
    return said(asked, dumped(list(asked.right.values())))


def segment_missing(asked: Asked) -> Reply:
    return said(asked, dumped(dict(list(asked.right.items())[:-1])))


def segment_too_many(asked: Asked) -> Reply:
    return said(asked, dumped({**asked.right, "99": "лишнее"}))


def segments_merged(asked: Asked) -> Reply:
    values = [value if isinstance(value, str) else dumped(value) for value in asked.right.values()]
    return said(asked, dumped({next(iter(asked.right)): " ".join(values)}))


def segments_merged_when_many(asked: Asked) -> Reply:
    return segments_merged(asked) if len(asked.right) > 1 else right(asked)


def _with_texts(asked: Asked, change: Callable[[str], str]) -> Reply:
    """The right answer with other words for each segment."""
    segments = asked.data.get("source", asked.data)
    return said(asked, dumped({key: change(text) for key, text in segments.items()}))


def source_copied(asked: Asked) -> Reply:
    return _with_texts(asked, lambda text: text)


def other_language(asked: Asked) -> Reply:
    german = "Das ist ein Satz, der sich auf die Wand der Zelle bezieht und nicht bewegt wird."
    return _with_texts(asked, lambda text: german)


def context_cut(asked: Asked) -> Reply:
    """Ollama reads what fits its context, and says nothing."""
    usage = {"prompt_tokens": asked.number or 1024, "completion_tokens": 20}
    return said(asked, dumped(asked.right), usage=usage)


def context_overflow(asked: Asked) -> Reply:
    words = (
        "This model's maximum context length is 64 tokens. However, your request has "
        "912 input tokens. Please reduce the length of the input messages."
    )
    return error(400, words, type="BadRequestError", code=400)


FAULTS: dict[str, Fault] = {
    "fenced": fenced,
    "prose-around": prose_around,
    "think": think,
    "think-braces": think_braces,
    "think-several": think_several,
    "think-opened-by-template": think_opened_by_template,
    "think-unclosed": think_unclosed,
    "think-eats-budget": think_eats_budget,
    "reasoning-beside": reasoning_beside,
    "reasoning-only": reasoning_only,
    "reasoning-eats-budget": reasoning_eats_budget,
    "reasoning-eats-small-budget": reasoning_eats_small_budget,
    "cut": cut,
    "cut-by-small-budget": cut_by_small_budget,
    "refusal-field": refusal_field,
    "refusal-prose": refusal_prose,
    "refusal-prose-russian": refusal_prose_russian,
    "filter-finish": filter_finish,
    "filter-azure": filter_azure,
    "empty": empty_content,
    "null": null_content,
    "empty-at-first": empty_at_first,
    "no-choices": no_choices,
    "empty-choices": empty_choices,
    "not-json": not_json,
    "broken-json": broken_json,
    "array-answer": array_answer,
    "segment-missing": segment_missing,
    "segment-too-many": segment_too_many,
    "segments-merged": segments_merged,
    "segments-merged-when-many": segments_merged_when_many,
    "source-copied": source_copied,
    "other-language": other_language,
    "context-cut": context_cut,
    "context-overflow": context_overflow,
}
