"""What tokens cost: the table, the user's own, and models that have no price."""

import tomllib
from importlib.resources import files
from pathlib import Path

import pytest

from donor.errors import ConfigError
from donor.llm import PROVIDERS, Prices, Unpriced, known_prices, prices_of, read_prices
from donor.llm.prices import table_date


def own_table(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


class TestTable:
    raw = tomllib.loads(files("donor.llm").joinpath("prices.toml").read_text("utf-8"))

    def test_every_section_says_where_and_when_it_was_read(self) -> None:
        sections = {name: section for name, section in self.raw.items() if name != "date"}
        assert set(sections) <= set(PROVIDERS)
        for section in sections.values():
            assert section["source"].startswith("https://")
            assert "2026-01-01" <= section["date"] <= self.raw["date"]
        assert max(section["date"] for section in sections.values()) == table_date()

    def test_dozens_of_models_have_a_price_above_nothing(self) -> None:
        table = known_prices()
        assert len(table) > 80
        for name, prices in table.items():
            assert 0 < prices.prompt_usd_per_million <= prices.completion_usd_per_million, name
            cached = prices.cached_usd_per_million
            assert cached is None or 0 < cached < prices.prompt_usd_per_million, name
            assert prices.date and prices.source, name

    @pytest.mark.parametrize(
        ("model", "prompt", "cached", "completion"),
        [
            # developers.openai.com/api/docs/pricing, platform.claude.com, ai.google.dev
            ("openai:gpt-4o-mini", 0.15, 0.075, 0.6),
            ("openai:gpt-4o-mini-2024-07-18", 0.15, 0.075, 0.6),
            ("openai:gpt-4o-2024-05-13", 5.0, None, 15.0),
            ("openai:gpt-4.1", 2.0, 0.5, 8.0),
            ("anthropic:claude-sonnet-4-5-20250929", 3.0, 0.3, 15.0),
            ("gemini:gemini-2.5-flash", 0.3, 0.03, 2.5),
            ("groq:llama-3.3-70b-versatile", 0.59, None, 0.79),
            ("openai:gpt-4o-mini@frozen", 0.15, 0.075, 0.6),
        ],
    )
    def test_known_models(
        self, model: str, prompt: float, cached: float | None, completion: float
    ) -> None:
        found = prices_of(model)
        assert isinstance(found, Prices)
        numbers = (
            found.prompt_usd_per_million,
            found.cached_usd_per_million,
            found.completion_usd_per_million,
        )
        assert numbers == (prompt, cached, completion)


class TestUnknown:
    @pytest.mark.parametrize(
        ("model", "base_url", "told"),
        [
            ("openai:gpt-99", None, "does not hold openai:gpt-99"),
            ("openai:gpt-4o-mini-instruct", None, "does not hold"),
            ("openrouter:openai/gpt-4o-mini", None, "does not hold"),
            ("azure:gpt-4o-mini", "https://me.openai.azure.com/openai/v1", "does not hold"),
            ("openai:gpt-4o-mini", "http://localhost:8000/v1", "names another server"),
            ("openai:gpt-4o-mini", "not an address", "names another server"),
            ("ollama:gpt-4o-mini", None, "of your own"),
            ("vllm:m", "http://10.0.0.1:8000/v1", "of your own"),
            ("llamacpp:m", None, "of your own"),
            ("lmstudio:m", None, "of your own"),
            ("recorded:sample-a", None, "recorded"),
        ],
    )
    def test_there_is_a_reason_and_no_zero(
        self, model: str, base_url: str | None, told: str
    ) -> None:
        found = prices_of(model, base_url=base_url)
        assert isinstance(found, Unpriced)
        assert told in found.reason

    def test_the_providers_own_address_is_no_other_server(self) -> None:
        found = prices_of("openai:gpt-4o-mini", base_url="https://api.openai.com/v1/")
        assert isinstance(found, Prices)


class TestOwnTable:
    def test_it_comes_first_and_may_price_what_has_no_list_price(self, tmp_path: Path) -> None:
        table = read_prices(
            own_table(
                tmp_path / "mine.toml",
                'date = 2026-05-01\n[openai.models]\n"gpt-4o" = { prompt = 1, completion = 2 }\n'
                '[ollama]\nsource = "the electricity bill"\n[ollama.models]\n'
                '"llama3.1:8b" = { prompt = 0.01, cached = 0, completion = 0.02 }\n',
            )
        )
        theirs = prices_of("openai:gpt-4o", own=table, base_url="http://localhost:1/v1")
        assert isinstance(theirs, Prices)
        assert (theirs.prompt_usd_per_million, theirs.date) == (1, "2026-05-01")
        assert theirs.source == str(tmp_path / "mine.toml")
        local = prices_of("ollama:llama3.1:8b", own=table)
        assert isinstance(local, Prices)
        assert (local.cached_usd_per_million, local.source) == (0, "the electricity bill")

    def test_what_it_does_not_name_is_looked_up_in_donors(self, tmp_path: Path) -> None:
        table = read_prices(
            own_table(tmp_path / "t", '[openai.models]\n"x" = {prompt = 1, completion = 1}')
        )
        assert prices_of("openai:gpt-4o", own=table) == known_prices()["openai:gpt-4o"]

    @pytest.mark.parametrize(
        ("text", "told"),
        [
            ("", "holds no price"),
            ("x", "not TOML"),
            ("[acme.models]\n", "provider [acme] is not known"),
            ("openai = 1\n", "has no table [openai.models]"),
            ("[openai]\n", "has no table [openai.models]"),
            ('[openai.models]\n"m" = 1\n', "needs prompt and completion"),
            ('[openai.models]\n"m" = { prompt = 1 }\n', "needs prompt and completion"),
            ('[openai.models]\n"m" = { prompt = 1, completion = -1 }\n', "completion must be"),
            ('[openai.models]\n"m" = { prompt = inf, completion = 1 }\n', "prompt must be"),
            ('[openai.models]\n"m" = { prompt = true, completion = 1 }\n', "prompt must be"),
            ('[openai.models]\n"m" = { prompt = 1, completion = 1, x = 1 }\n', "key 'x'"),
        ],
    )
    def test_mistakes_are_told_with_their_place(self, tmp_path: Path, text: str, told: str) -> None:
        with pytest.raises(ConfigError) as caught:
            read_prices(own_table(tmp_path / "mine.toml", text))
        assert told in str(caught.value)
        assert str(tmp_path / "mine.toml") in str(caught.value)

    def test_a_missing_file_is_told(self, tmp_path: Path) -> None:
        with pytest.raises(ConfigError, match="cannot be read"):
            read_prices(tmp_path / "none.toml")


class TestUsd:
    def test_cached_tokens_are_part_of_the_prompt(self) -> None:
        prices = Prices(10, 20, cached_usd_per_million=1)
        assert prices.usd(1_000_000, 0) == 10
        assert prices.usd(1_000_000, 0, 1_000_000) == 1
        assert prices.usd(0, 1_000_000) == 20

    def test_without_a_cached_price_they_cost_what_the_others_do(self) -> None:
        assert Prices(10, 20).usd(1_000_000, 0, 500_000) == 10

    def test_a_server_that_counts_more_cached_than_sent_is_not_believed(self) -> None:
        assert Prices(10, 20, cached_usd_per_million=1).usd(1_000_000, 0, 5_000_000) == 1
