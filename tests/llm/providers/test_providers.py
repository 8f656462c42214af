import pytest

from donor.errors import ConfigError
from donor.llm.providers import PROVIDERS, ModelName, split_model


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("openai:gpt-4o-mini", ModelName("openai", "gpt-4o-mini")),
        ("openai:gpt-4o-mini@rev", ModelName("openai", "gpt-4o-mini", "rev")),
        ("ollama:llama3.1:8b", ModelName("ollama", "llama3.1:8b")),
        ("ollama:llama3.1:8b@a1b2", ModelName("ollama", "llama3.1:8b", "a1b2")),
        ("openrouter:meta/llama-3:free", ModelName("openrouter", "meta/llama-3:free")),
        ("vllm:@cf/meta/llama", ModelName("vllm", "@cf/meta/llama")),
    ],
)
def test_names_of_models(text, name):
    assert split_model(text) == name


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("gpt-4o", "no provider"),
        ("", "no provider"),
        ("llama3.1:8b", "unknown provider 'llama3.1'"),
        ("openai:", "no name of a model"),
    ],
)
def test_a_bad_name_says_what_is_known(text, what):
    with pytest.raises(ConfigError) as raised:
        split_model(text)
    assert raised.value.what == what
    assert "openai" in raised.value.hint


def test_endpoints_have_an_address_unless_the_user_gives_it():
    without = {name for name, endpoint in PROVIDERS.items() if endpoint.base_url is None}
    assert without == {"azure", "recorded", "none"}
    for name, endpoint in PROVIDERS.items():
        assert endpoint.base_url is None or endpoint.base_url.startswith("http"), name
        assert not (endpoint.base_url or "").endswith("/"), name
        assert not endpoint.needs_key or endpoint.key_variable, name
