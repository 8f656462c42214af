import subprocess
import sys

import pytest

from donor.errors import ConfigError
from donor.languages import Language, language


@pytest.mark.parametrize(
    ("tag", "standard", "name"),
    [
        ("ru", "ru", "Russian"),
        ("RU", "ru", "Russian"),
        ("rus", "ru", "Russian"),
        ("en_US", "en-US", "American English"),
        ("pt-br", "pt-BR", "Brazilian Portuguese"),
        ("zh-hant", "zh-Hant", "Traditional Chinese"),
        ("iw", "he", "Hebrew"),
        ("sr-Latn", "sr-Latn", "Serbian (Latin)"),
    ],
)
def test_a_tag_is_standardised_and_named(tag, standard, name):
    assert language(tag) == Language(standard, name)


@pytest.mark.parametrize(
    ("tag", "hint"),
    [
        ("russian", "use the tag ru"),
        ("Russian", "use the tag ru"),
        ("русский", "use the tag ru"),
        ("deutsch", "use the tag de"),
        ("rusian", "use the tag ru"),
        ("xx", "use a BCP 47 tag such as en, ru or pt-BR"),
        ("und", "use a BCP 47 tag such as en, ru or pt-BR"),
        ("und-RU", "use a BCP 47 tag such as en, ru or pt-BR"),
        ("mul", "use a BCP 47 tag such as en, ru or pt-BR"),
        ("x-klingon", "use a BCP 47 tag such as en, ru or pt-BR"),
        ("qaa", "use a BCP 47 tag such as en, ru or pt-BR"),
        ("ru-XX", "use a BCP 47 tag such as en, ru or pt-BR"),
        ("", "use a BCP 47 tag such as en, ru or pt-BR"),
        (" ", "use a BCP 47 tag such as en, ru or pt-BR"),
        ("ru\udc80", "use a BCP 47 tag such as en, ru or pt-BR"),
    ],
)
def test_what_is_no_language_is_refused_with_advice(tag, hint):
    with pytest.raises(ConfigError) as caught:
        language(tag)
    assert caught.value.where == f"language {tag!r}"
    assert caught.value.what == "not a known language"
    assert caught.value.hint == hint


def test_importing_the_room_loads_no_library():
    loaded = "import sys, donor.languages, donor.resolve; print(*sys.modules)"
    modules = subprocess.run(
        [sys.executable, "-c", loaded], capture_output=True, text=True, check=True
    ).stdout.split()
    assert not {"langcodes", "pymorphy3", "razdel", "lingua"} & set(modules)
