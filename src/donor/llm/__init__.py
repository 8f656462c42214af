"""Asking a model: requests, the response store, the client, and what an answer holds.

A method that asks a model is a generator that yields requests and is sent responses; a `Client`
drives many of them at once against one server and one store.
"""

from donor.llm.answer import Invalid, read_json
from donor.llm.checked import Asked, ask_checked
from donor.llm.client import Client, Surroundings
from donor.llm.counts import AnswerCounts, Counts
from donor.llm.exchange import response_of
from donor.llm.pieces import Question, ask_in_chunks, chunks, together
from donor.llm.prices import Prices, Unpriced, known_prices, prices_of, read_prices
from donor.llm.providers import PROVIDERS, Endpoint, ModelName, split_model
from donor.llm.providers.openai_compatible import OpenAICompatible
from donor.llm.request import (
    Completion,
    Failure,
    FailureKind,
    Message,
    Method,
    Request,
    Response,
    Usage,
    answered,
    asking,
    key_of,
)
from donor.llm.store import ResponseStore
from donor.llm.stored import StoredAnswer

__all__ = [
    "PROVIDERS",
    "AnswerCounts",
    "Asked",
    "Client",
    "Completion",
    "Counts",
    "Endpoint",
    "Failure",
    "FailureKind",
    "Invalid",
    "Message",
    "Method",
    "ModelName",
    "OpenAICompatible",
    "Prices",
    "Question",
    "Request",
    "Response",
    "ResponseStore",
    "StoredAnswer",
    "Surroundings",
    "Unpriced",
    "Usage",
    "answered",
    "ask_checked",
    "ask_in_chunks",
    "asking",
    "chunks",
    "key_of",
    "known_prices",
    "prices_of",
    "read_json",
    "read_prices",
    "response_of",
    "split_model",
    "together",
]
