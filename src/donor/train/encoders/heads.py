"""The heads that a model can have, and the classes of transformers that have them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from donor.errors import MissingExtraError

__all__ = ["ANSWERS", "HEADS", "TOKENS", "Head", "check_libraries"]

ANSWERS, TOKENS = "answers", "tokens"


@dataclass(frozen=True, slots=True)
class Head:
    """What a model says of its input.

    Args:
        auto: the class of transformers that finds the class of the model.
        problem: what transformers calls it where a class of models has several.
        outputs: the names of what comes out.
        labelled: whether it says labels.
    """

    auto: str
    problem: str | None = None
    outputs: tuple[str, ...] = ("logits",)
    labelled: bool = True

    @property
    def model_class(self) -> Any:
        """The class of transformers."""
        import transformers

        return getattr(transformers, self.auto)

    def settings(self, labels: Sequence[str]) -> Mapping[str, Any]:
        """What the config of a model with this head says of its labels."""
        if not self.labelled:
            return {}
        by_number = dict(enumerate(labels))
        found = {"id2label": by_number, "label2id": {name: n for n, name in by_number.items()}}
        return found | ({"problem_type": self.problem} if self.problem else {})


_ONE = Head("AutoModelForSequenceClassification", "single_label_classification")
HEADS: Mapping[str, Head] = {
    "labels": _ONE,
    "multi-labels": Head("AutoModelForSequenceClassification", "multi_label_classification"),
    TOKENS: Head("AutoModelForTokenClassification"),
    "relations": _ONE,
    ANSWERS: Head(
        "AutoModelForQuestionAnswering", outputs=("start_logits", "end_logits"), labelled=False
    ),
}


def check_libraries(what: str, *names: str) -> None:
    """Nothing. Raises MissingExtraError where one of the libraries is not installed.

    Where none are named, they are those that training needs.
    """
    from importlib.util import find_spec

    for name in names or ("torch", "transformers", "accelerate"):
        if find_spec(name) is None:
            raise MissingExtraError(what, name, "train")
