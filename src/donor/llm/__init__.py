"""Asking a model: requests, the response store, the client, and what an answer holds.

A method that asks a model is a generator that yields requests and is sent responses; a `Client`
drives many of them at once against one server and one store.
"""

from donor.llm.answer import Invalid, read_json
from donor.llm.batch import BatchRound
from donor.llm.checked import Asked, ask_checked
from donor.llm.client import IMPATIENT, Client, Surroundings
from donor.llm.counts import AnswerCounts, Counts
from donor.llm.exchange import response_of
from donor.llm.local_servers import (
    LOCAL_PLACES,
    LocalServer,
    Place,
    ServedModel,
    ask_server,
    find_servers,
)
from donor.llm.pace import Rates
from donor.llm.pieces import Question, ask_in_chunks, chunks, together
from donor.llm.prices import Prices, Unpriced, host_of, known_prices, prices_of, read_prices
from donor.llm.providers import (
    NO_MODEL,
    NO_PROVIDER,
    PROVIDERS,
    Endpoint,
    ModelName,
    split_model,
    without_credentials,
)
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
    sampled,
)
from donor.llm.results import Fate, Imported, import_file
from donor.llm.schema import object_schema, strings_schema
from donor.llm.seen import Guess, Seen, guess_of, seen_of
from donor.llm.store import ResponseStore
from donor.llm.stored import StoredAnswer
from donor.llm.unasked import Unasked

__all__ = [
    "IMPATIENT",
    "LOCAL_PLACES",
    "NO_MODEL",
    "NO_PROVIDER",
    "PROVIDERS",
    "AnswerCounts",
    "Asked",
    "BatchRound",
    "Client",
    "Completion",
    "Counts",
    "Endpoint",
    "Failure",
    "FailureKind",
    "Fate",
    "Guess",
    "Imported",
    "Invalid",
    "LocalServer",
    "Message",
    "Method",
    "ModelName",
    "OpenAICompatible",
    "Place",
    "Prices",
    "Question",
    "Rates",
    "Request",
    "Response",
    "ResponseStore",
    "Seen",
    "ServedModel",
    "StoredAnswer",
    "Surroundings",
    "Unasked",
    "Unpriced",
    "Usage",
    "answered",
    "ask_checked",
    "ask_in_chunks",
    "ask_server",
    "asking",
    "chunks",
    "find_servers",
    "guess_of",
    "host_of",
    "import_file",
    "key_of",
    "known_prices",
    "object_schema",
    "prices_of",
    "read_json",
    "read_prices",
    "response_of",
    "sampled",
    "seen_of",
    "split_model",
    "strings_schema",
    "together",
    "without_credentials",
]
