"""The linear baseline: scikit-learn's numbers, one label, several, pairs, and refusals."""

import builtins
from pathlib import Path

import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score

from donor.errors import ConfigError, MissingExtraError
from donor.formats import read
from donor.score import F1, Measurement, interval
from donor.train import linear
from donor.train.examples import Example
from donor.train.linear import Setting, train_linear

TEXTS = [
    f"{word} {n} is a {thing} ." for n in range(9) for word, thing in (("An", "x"), ("The", "y"))
]


def examples(texts, targets) -> list[Example]:
    return [
        Example("d", n, text if isinstance(text, tuple) else (text,), target)
        for n, (text, target) in enumerate(zip(texts, targets, strict=True))
    ]


def test_answers_are_those_of_scikit_learn():
    targets = ["x" if n % 5 else "y" for n in range(len(TEXTS))]
    model = train_linear(examples(TEXTS, targets), class_weights=True)
    words = TfidfVectorizer(
        ngram_range=(1, 2),
        sublinear_tf=True,
        token_pattern=r"\w+|[^\w\s]",
        lowercase=not model.setting.cased,
    )
    theirs = LogisticRegression(
        C=model.setting.c, class_weight="balanced", solver="liblinear", random_state=0
    ).fit(words.fit_transform(TEXTS), targets)
    new = ["An 3 is a y .", "x"]
    assert model.predict(examples(new, [None] * 2)) == list(theirs.predict(words.transform(new)))


def test_three_labels_are_told_apart():
    texts = [f"{word} {n}" for n in range(6) for word in ("red", "green", "blue")]
    model = train_linear(examples(texts, [text.split()[0] for text in texts]))
    assert model.labels == ("blue", "green", "red")
    assert model.predict(examples(["a green one", "blue"], [None] * 2)) == ["green", "blue"]
    assert model.predict([]) == []


def test_each_of_several_labels_is_learnt_alone():
    texts = [f"{a} {b} {n}" for n in range(5) for a in ("red", "—") for b in ("big", "—")]
    targets = [
        ("all", *(word for word in text.split() if word in ("red", "big"))) for text in texts
    ]
    model = train_linear(examples(texts, targets), multi=True)
    new = ["red big", "— red", "—"]
    assert model.predict(examples(new, [None] * 3)) == [
        ("all", "big", "red"),
        ("all", "red"),
        ("all",),
    ]


def test_both_texts_of_a_pair_are_seen():
    pairs = [(f"text {n}", word) for n in range(8) for word in ("good", "bad")]
    model = train_linear(examples(pairs, [pair[1] for pair in pairs]))
    assert model.predict(examples([("new", "bad"), ("new", "good")], [None] * 2)) == ["bad", "good"]


def test_the_setting_is_the_best_of_those_that_were_tried():
    texts = [f"{word} {n}" for n in range(9) for word in ("Ion", "ion")]
    model = train_linear(examples(texts, [text.split()[0] for text in texts]))
    assert model.setting.cased
    assert len(model.tried) == 6
    assert model.tried[model.setting] == max(model.tried.values()) == 1.0


def test_equal_texts_stand_in_one_fold():
    folds = linear._folds(["An ion", "b", "an  ION", "c", "d", "e", "f", "g"])
    assert folds[0] == folds[2]
    assert set(folds) == {0, 1, 2}


def test_few_examples_get_the_first_setting():
    model = train_linear(examples(["a b", "c d"], ["x", "y"]))
    assert (model.setting, model.tried) == (Setting(4.0, False), {})
    assert model.predict(examples(["b", "d"], [None] * 2)) == ["x", "y"]


def test_macro_f1_is_that_of_scikit_learn():
    gold, found = list("aabbcca"), list("abbbcac")
    ours = linear._macro_f1([(one,) for one in found], [(one,) for one in gold])
    assert ours == pytest.approx(f1_score(gold, found, average="macro"))


def test_weights_count():
    rows = [Example("d", n, ("same",), label) for n, label in enumerate("xyy")]
    assert train_linear(rows).predict(rows) == ["y"] * 3
    heavy = [Example("d", 0, ("same",), "x", weight=9.0), *rows[1:]]
    assert train_linear(heavy).predict(rows) == ["x"] * 3


@pytest.mark.parametrize(
    ("targets", "says"),
    [
        ([None, None], "none of 2 examples has a label"),
        (["x", None], "1 of 2 examples have no label"),
        (["x", "x"], "all 2 examples have the same label, 'x'"),
    ],
)
def test_nothing_to_learn_is_explained(targets: list[str | None], says: str):
    with pytest.raises(ConfigError, match=says):
        train_linear(examples(["a", "b"], targets))


def test_no_word_at_all_is_explained():
    with pytest.raises(ConfigError, match="no text has a word in it"):
        train_linear(examples([" ", ""], ["x", "y"]))


def test_without_scikit_learn_the_extra_is_named(monkeypatch: pytest.MonkeyPatch):
    real = builtins.__import__

    def without(name: str, *rest: object, **more: object) -> object:
        if name.startswith("sklearn"):
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(MissingExtraError, match=r"needs scikit-learn \(pip install 'donor\[train"):
        train_linear(examples(["a", "b"], ["x", "y"]))


def definitions(folder: Path) -> list[Example]:
    found = []
    for document in read(folder):
        for number, segment in enumerate(document.segments):
            has = any(
                span.label == "Definition" and span.fragments[0].overlaps(segment)
                for span in document.spans
            )
            text = segment.of(document.text)
            found.append(Example(document.id, number, (text,), "yes" if has else "no"))
    return found


@pytest.mark.long
def test_definitions_of_the_deft_corpus(deft: Path):
    train, dev = (definitions(deft / split) for split in ("train", "dev"))
    answers = train_linear(train, class_weights=True).predict(dev)
    rows = [
        (given == one.target == "yes", given == "yes" != one.target, one.target == "yes" != given)
        for given, one in zip(answers, dev, strict=True)
    ]
    measured = Measurement(F1, rows)
    assert measured.score == pytest.approx(0.70, abs=0.015)
    low, high = interval(measured)
    assert low < measured.score < high
    assert high - low == pytest.approx(0.087, abs=0.02)
