"""The spans of a document on their way to a place: the cascade, and votes where there are several.

Every answer becomes an attempt, whatever becomes of it.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from donor.data import (
    Attempt,
    Candidate,
    Declined,
    Document,
    Intervals,
    Reason,
    Span,
    SpanRow,
)
from donor.languages import Language
from donor.llm import Method, sampled, together
from donor.pipeline.origins import origins
from donor.pipeline.plan import Plan, Step
from donor.project import Projection
from donor.resolve import Resolution, resolve

__all__ = ["Placing", "Try"]

Answers = tuple[Candidate | Declined, ...]

# The names of evidence: which share of the samples, of the methods, says the same place.
_VOTES, _METHODS = "votes", "methods"


@dataclass(slots=True)
class Try:
    """An attempt at a span, its place if it has found one, and the step that made it."""

    attempt: Attempt
    span: Span | None
    step: str = ""


@dataclass
class Placing:
    """The spans of one document: what was tried, and which place counts.

    Args:
        source: the source document.
        target: its bare translation.
        language: of the source.
        plan: what is done to the document.
    """

    source: Document
    target: Document
    language: Language
    plan: Plan
    _attempts: dict[str, list[Attempt]] = field(init=False)
    _placed: dict[str, Try] = field(init=False, default_factory=dict)
    _verdicts: dict[str, tuple[Reason, str]] = field(init=False, default_factory=dict)
    _asked: list[tuple[str, frozenset[str]]] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        self._attempts = {span.id: [] for span in self.source.spans}

    @property
    def open(self) -> frozenset[str]:
        """The ids of the spans without a place."""
        return frozenset(self._attempts) - frozenset(self._placed)

    def tried(self, span_id: str, step: Step) -> bool:
        """Whether a step was asked for a span."""
        return any(name == step.name and span_id in asked for name, asked in self._asked)

    def step_of(self, span_id: str) -> str | None:
        """The name of the step by which a span has its place; "" for its translator."""
        found = self._placed.get(span_id)
        return found.step if found else None

    def rows(self) -> tuple[SpanRow, ...]:
        """The ledger's row of each span, in the order of the source."""
        return tuple([self._row(span.id) for span in self.source.spans])

    def settle(self, answers: Answers) -> None:
        """Nothing; takes the answers of a translator that marks spans too."""
        for span_id, found in self._tries(answers):
            self._note(span_id, [found], found)

    def cascade(self) -> Method[None]:
        """Nothing; asks one method after the other for what the ones before left open.

        With a vote all are asked for all spans, and a place is the one that most of them say.
        """
        if self.plan.vote:
            yield from self._vote()
            return
        for step in self.plan.cascade:
            left = self.open
            if not left:
                break
            yield from self.ask(step, left)

    def ask(self, step: Step, span_ids: frozenset[str]) -> Method[None]:
        """Nothing; one method is asked for these spans, and its samples vote."""
        if self.plan.samples == 1 or not step.asks:
            answers = yield from step.projector(self._task(step, span_ids))
            for span_id, found in self._tries(answers, step):
                self._note(span_id, (found,), found)
            return
        for span_id, tries in (yield from self._polled(step, span_ids)).items():
            self._note(span_id, tries, _elected(tries, _VOTES))

    def ask_again(self, step: Step, remarks: Mapping[str, str]) -> Method[None]:
        """Nothing; a method is asked again for spans whose place something speaks against.

        A span that gets no place by it has none afterwards.
        """
        for span_id in remarks:
            self._placed.pop(span_id, None)
        task = replace(self._task(step, frozenset(remarks)), remarks=remarks)
        for span_id, found in self._tries((yield from step.projector(task)), step):
            found.attempt = replace(found.attempt, repairs=remarks[span_id])
            self._note(span_id, [found], found)

    def ask_witness(self, step: Step) -> Method[None]:
        """Nothing; a method that costs no request says its place of spans that have one already."""
        asked = frozenset(one for one in self._placed if not self.tried(one, step))
        if asked:
            answers = yield from step.projector(self._task(step, asked))
            for span_id, found in self._tries(answers, step):
                if found.attempt.answer is not None:
                    self._attempts[span_id].append(found.attempt)

    @property
    def places(self) -> Mapping[str, Try]:
        """The tries by which spans have their places."""
        return dict(self._placed)

    def restore(self, span_id: str, place: Try) -> None:
        """Nothing; a span has the place again that it had."""
        self._placed[span_id] = place

    def withdraw(self, span_id: str, finding: str) -> None:
        """Nothing; a span has no place any more, for what a check found."""
        self._placed.pop(span_id, None)
        self._verdicts[span_id] = (Reason.DOUBTFUL, finding)

    def _row(self, span_id: str) -> SpanRow:
        attempts, found = tuple(self._attempts[span_id]), self._placed.get(span_id)
        if found:
            how = found.attempt
            winner = -1 if attempts[-1] is how else attempts.index(how)
            return SpanRow(span_id, attempts, found.span, how.method, how.match, winner=winner)
        last = attempts[-1]
        reason, detail = self._verdicts.get(span_id, (last.reason, last.detail))
        return SpanRow(span_id, attempts, reason=reason, detail=detail)

    def _task(self, step: Step, span_ids: frozenset[str]) -> Projection:
        self._asked.append((step.name, span_ids))
        plan = self.plan
        return Projection(
            self.source, self.target, span_ids, self.language, plan.target, plan.guidance
        )

    def _vote(self) -> Method[None]:
        everything = frozenset(self._attempts)
        ballots: dict[str, list[list[Try]]] = {span_id: [] for span_id in everything}
        for step in self.plan.cascade:
            for span_id, tries in (yield from self._polled(step, everything)).items():
                ballots[span_id].append(tries)
        for span in self.source.spans:
            ballot = ballots[span.id]
            heads = [_elected(tries, _VOTES) for tries in ballot]
            marked = self._placed.get(span.id)
            voters = [head for head in (marked, *heads) if head]
            winner = _elected(voters, _METHODS, ranked=True)
            if marked and winner is marked:
                self._attempts[span.id] = [marked.attempt]  # with what the vote adds to it
            self._note(span.id, [one for tries in ballot for one in tries], winner)

    def _polled(self, step: Step, span_ids: frozenset[str]) -> Method[dict[str, list[Try]]]:
        """What each sample of a method's answers says of each span."""
        task, samples = self._task(step, span_ids), self.plan.samples if step.asks else 1
        asked = (
            sampled(step.projector(task), number, self.plan.sample_parameters)
            for number in range(samples)
        )
        found: dict[str, list[Try]] = {}
        for number, answers in enumerate((yield from together(asked))):
            for span_id, one in self._tries(answers, step):
                if number:
                    one.attempt = replace(one.attempt, sample=number)
                found.setdefault(span_id, []).append(one)
        return found

    def _note(self, span_id: str, tries: Sequence[Try], winner: Try | None) -> None:
        """Nothing; keeps what was tried, and the place of the winner; None says that none won."""
        attempts = self._attempts[span_id]
        for one in tries:
            attempts.append(one.attempt)
        if self._verdicts:
            self._verdicts.pop(span_id, None)
        if winner is None:
            places = len({one.span.fragments for one in tries if one.span})
            what = f"{len(tries)} answers name {places} places, none of them more often than others"
            self._verdicts[span_id] = (Reason.AMBIGUOUS, what)
        elif winner.span:
            self._placed[span_id] = winner

    def _tries(self, answers: Answers, step: Step | None = None) -> Iterator[tuple[str, Try]]:
        """The span of each answer, with what the resolver makes of it."""
        name = step.name if step else ""
        candidates = [answer for answer in answers if isinstance(answer, Candidate)]
        if not all(isinstance(candidate.answer, Intervals) for candidate in candidates):
            # What tells of a quote's place: where its span stands, and what was placed earlier.
            asked = {answer.span_id for answer in answers}
            others = [one.span for name, one in self._placed.items() if name not in asked]
            candidates += [Candidate(s.id, "", Intervals(s.fragments)) for s in others if s]
            where = origins(self.source)
            candidates = [replace(one, origin=where[one.span_id]) for one in candidates]
        found = resolve(self.target.text, candidates, language=self.plan.target.tag)
        resolutions = {resolution.span_id: resolution for resolution in found}
        for answer in answers:
            if isinstance(answer, Declined):
                how = Attempt(answer.method, None, reason=answer.reason, detail=answer.detail)
                yield answer.span_id, Try(how, None, name)
            else:
                resolution = resolutions[answer.span_id]
                how = _attempt(answer, resolution)
                yield answer.span_id, Try(how, self._span(resolution), name)

    def _span(self, resolution: Resolution) -> Span | None:
        if resolution.fragments is None:
            return None
        span = self.source.span(resolution.span_id)
        return Span(span.id, span.label, resolution.fragments, span.attributes)


def _attempt(candidate: Candidate, resolution: Resolution) -> Attempt:
    return Attempt(
        method=candidate.method,
        answer=candidate.answer,
        match=resolution.match,
        reason=resolution.reason,
        detail=resolution.detail,
        evidence=candidate.evidence,
    )


def _elected(tries: Sequence[Try], evidence: str, *, ranked: bool = False) -> Try | None:
    """The try whose place most of them say, or one without a place if none has any.

    Between places that equally many say, the first try decides if it says one of them; if the
    tries are ranked, the first that says one does; else None. How many agree is evidence.
    """
    places = Counter(one.span.fragments for one in tries if one.span)
    if len(tries) == 1 or not places:
        return tries[-1] if tries else None
    most = max(places.values())
    best = {place for place, votes in places.items() if votes == most}
    those = [one for one in tries if one.span and one.span.fragments in best]
    if len(best) > 1 and not ranked and those[0] is not tries[0]:
        return None
    winner = those[0]
    known = {**dict(winner.attempt.evidence), evidence: most / len(tries)}
    winner.attempt = replace(winner.attempt, evidence=tuple(sorted(known.items())))
    return winner
