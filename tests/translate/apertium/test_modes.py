"""Which mode translates between two languages, by the names that Debian's packages bring."""

from pathlib import Path

import pytest
from tests.translate.apertium.installed import install

from donor.errors import ConfigError
from donor.languages import language
from donor.translate.apertium.modes import engine, mode_for

MODES = """eng-spa spa-eng spa-eng_US eng-cat eng-cat_valencia cat-eng dan-nob nob-dan swe-nno
    swe-nob en-gl es-pt es-pt_BR pt-es cat-por_BR eng-hbs eng-hbs_HR eng-hbs_SR hbs-eng ind-zlm
    fr-es en-eo eo-en-compounds spa-ast-old eco-fr-es Cyrl-Latn""".split()


@pytest.mark.parametrize(
    ("source", "target", "mode"),
    [
        ("en", "es", "eng-spa"),
        ("en-GB", "es-MX", "eng-spa"),
        ("es", "en-US", "spa-eng_US"),
        ("en", "ca-valencia", "eng-cat_valencia"),
        ("en", "gl", "en-gl"),
        ("es", "pt-BR", "es-pt_BR"),
        ("es", "pt", "es-pt"),
        ("sv", "no", "swe-nob"),
        ("sv", "nn", "swe-nno"),
        ("en", "hr", "eng-hbs_HR"),
        ("en", "bs", "eng-hbs"),
        ("sr", "en", "hbs-eng"),
        ("id", "ms", "ind-zlm"),
        ("fr", "es", "fr-es"),
    ],
)
def test_mode_is_found_by_the_tags(source: str, target: str, mode: str) -> None:
    assert mode_for(language(source), language(target), MODES) == mode


@pytest.mark.parametrize(("source", "target"), [("eo", "en"), ("es", "ast"), ("en", "ru")])
def test_missing_pair_says_what_to_look_for(source: str, target: str) -> None:
    with pytest.raises(ConfigError) as raised:
        mode_for(language(source), language(target), MODES)
    assert raised.value.what.startswith("no installed mode translates from")


def test_missing_pair_lists_what_there_is() -> None:
    with pytest.raises(ConfigError) as raised:
        mode_for(language("en"), language("fr"), ["eng-spa", "fr-es", "por-cat"])
    assert raised.value.hint == (
        "installed with one of them: eng-spa, fr-es; Debian's package would be one of "
        "apertium-eng-fra, apertium-en-fr, apertium-fra-eng, apertium-fr-en"
    )


def test_missing_program_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ConfigError, match="apt install apertium apertium-eng-spa"):
        engine(language("en"), language("es"))


def test_named_mode_must_be_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path, monkeypatch)
    assert engine(language("en"), language("ru"), "spa-eng").mode == "spa-eng"
    with pytest.raises(ConfigError, match="installed: eng-spa, spa-eng"):
        engine(language("en"), language("ru"), "eng-rus")


def test_version_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path, monkeypatch)
    modes = tmp_path / "share" / "apertium" / "modes"
    modes.mkdir(parents=True)
    data = tmp_path / "eng-spa.bin"
    data.write_text("first")
    (modes / "eng-spa.mode").write_text(f"lt-proc '{data}'")
    found = engine(language("en"), language("es"))
    assert found.provenance()["apertium"] == "9.9.9"
    data.write_text("second")
    assert engine(language("en"), language("es")).identity != found.identity
