"""Who serves models: the known endpoints, and the names of models.

All of them speak one wire protocol, OpenAI-compatible chat completions; where a provider has its
own protocol too, the address here is that of its compatible endpoint.
"""

import re
from dataclasses import dataclass

from donor.errors import ConfigError

__all__ = [
    "NO_MODEL",
    "NO_PROVIDER",
    "PROVIDERS",
    "Endpoint",
    "ModelName",
    "split_model",
    "without_credentials",
]


_CREDENTIALS = re.compile(r"^(\w+://)?.*@")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a provider is reached.

    Args:
        base_url: its address, or None where the user must give it (or there is none).
        key_variable: the environment variable that holds the API key, or None for no key.
        needs_key: whether nothing is answered without a key.
        key_header: the HTTP header that carries the key.
    """

    base_url: str | None
    key_variable: str | None = None
    needs_key: bool = False
    key_header: str = "Authorization"


PROVIDERS = {
    "openai": Endpoint("https://api.openai.com/v1", "OPENAI_API_KEY", True),
    "azure": Endpoint(None, "AZURE_OPENAI_API_KEY", True, "api-key"),
    "openrouter": Endpoint("https://openrouter.ai/api/v1", "OPENROUTER_API_KEY", True),
    "ollama": Endpoint("http://localhost:11434/v1"),
    "vllm": Endpoint("http://localhost:8000/v1", "VLLM_API_KEY"),
    "llamacpp": Endpoint("http://localhost:8080/v1", "LLAMA_API_KEY"),
    "lmstudio": Endpoint("http://localhost:1234/v1"),
    "mistral": Endpoint("https://api.mistral.ai/v1", "MISTRAL_API_KEY", True),
    "deepseek": Endpoint("https://api.deepseek.com/v1", "DEEPSEEK_API_KEY", True),
    "groq": Endpoint("https://api.groq.com/openai/v1", "GROQ_API_KEY", True),
    "together": Endpoint("https://api.together.xyz/v1", "TOGETHER_API_KEY", True),
    "gemini": Endpoint(
        "https://generativelanguage.googleapis.com/v1beta/openai", "GEMINI_API_KEY", True
    ),
    "anthropic": Endpoint("https://api.anthropic.com/v1", "ANTHROPIC_API_KEY", True),
    # Answers that stand in a store and are never asked for again.
    "recorded": Endpoint(None),
    # No model: whatever asks one is an error.
    "none": Endpoint(None),
}

NO_PROVIDER = "none"

NO_MODEL = f"{NO_PROVIDER}:none"
"""The model of a run that asks none."""


@dataclass(frozen=True, slots=True)
class ModelName:
    """The parts of `provider:model[@revision]`; the revision is never sent to the server."""

    provider: str
    name: str
    revision: str | None = None

    @property
    def endpoint(self) -> Endpoint:
        """Where its provider is reached."""
        return PROVIDERS[self.provider]


def split_model(model: str) -> ModelName:
    """The parts of a model's name.

    >>> split_model("ollama:llama3.1:8b")
    ModelName(provider='ollama', name='llama3.1:8b', revision=None)
    >>> split_model("vllm:Qwen/Qwen3-8B@9c925d6")
    ModelName(provider='vllm', name='Qwen/Qwen3-8B', revision='9c925d6')

    Raises:
        ConfigError: the provider is missing or unknown, or the name is empty.
    """
    provider, _, rest = model.partition(":")
    known = ", ".join(sorted(PROVIDERS))
    where = f"model {model!r}"
    if provider not in PROVIDERS:
        problem = f"unknown provider {provider!r}" if rest else "no provider"
        raise ConfigError(where, problem, f"write provider:model; known providers: {known}")
    before, at, after = rest.rpartition("@")
    # A name may itself begin with an "@".
    name, revision = (before, after) if before and at and after else (rest, None)
    if not name:
        raise ConfigError(where, "no name of a model", f"write {provider}:NAME")
    return ModelName(provider, name, revision)


def without_credentials(url: str) -> str:
    """The address, or what was meant as one, without name, password and query.

    >>> without_credentials("http://me:secret@gpu:8000/v1?key=x")
    'http://gpu:8000/v1'
    """
    # A password may hold any sign, also those that end it in a well-formed address.
    return _CREDENTIALS.sub(r"\1", url).partition("?")[0]
