"""One run being played: its history, where it is, what trains it on, and why it ended.

Here stand the moves of a single run: through what is known or beyond it, a step of one unit, and past a stop rule that
holds already.
"""

from __future__ import annotations

from dataclasses import dataclass

from nlcore.history import History
from nlcore.records import FinishReason, RunnerState, StepUnit, TrainState
from nlcore.runner import Report
from nlcore.trainer import STEP_LIMIT, Trainer

NO_UPDATE = "No example changes the weights any more: there is no next update."
IGNORED: dict[str, object] = {
    "epochs": None,
    "updates": None,
    "all_correct": False,
    "loss_below": None,
    "gradient_below": None,
    "no_update": False,
    "patience": 2**53,
}
"""What makes a stop rule silent. Patience stays, without an end: what early stopping remembers is part of the state."""


@dataclass(frozen=True, slots=True)
class Finish:
    """Why playing ended, and what to say besides."""

    reason: FinishReason
    message: str = ""


class Lane:
    """A run that is played together with others.

    Parameters
    ----------
    history : History
        Grows as training goes on.
    state : TrainState
        Where to begin: the history's head or a state before it.
    stops : bool
        Whether the experiment's stop rules hold, but for those that hold already at the beginning.

    Attributes
    ----------
    state : TrainState
        Where it is.
    finish : Finish or None
        Why it ended, if it did.
    """

    def __init__(self, history: History, state: TrainState, *, stops: bool) -> None:
        self.history = history
        self.state = state
        self.finish: Finish | None = None
        self._stops = stops
        self.trainer = beyond(history.trainer, state) if stops and self.is_at_head else history.trainer

    @property
    def is_at_head(self) -> bool:
        """Whether nothing that follows is known yet."""
        return self.state is self.history.head

    @property
    def done(self) -> int:
        """Presentations so far."""
        return self.state.counters.presentations

    def forward(self, until: int) -> None:
        """Go on up to so many presentations, through what is known or beyond it; it may end on the way."""
        n, left = until - self.done, self.history.head.counters.presentations - self.done
        if n < left:
            self.state = self.history.advance_from(self.state, n)
            return
        if self.is_at_head:
            reason = advance(self.history, n, stops=self._stops, trainer=self.trainer)
        else:
            reason = self.history.trainer.finish_reason(self.history.head, stops=self._stops)
        self.state = self.history.head
        if reason is not None:
            self.finish = Finish(reason)

    def collect(self, report: Report) -> None:
        """Take over what a thread has done."""
        self.history.curves.append(report.clock, report.values)
        self.history.record(report.state)
        self.state = report.state
        if report.status.state is RunnerState.FINISHED and report.status.reason is not None:
            self.finish = Finish(report.status.reason, report.status.message)

    def end_here(self, message: str = "") -> None:
        """Let it have reached its goal, unless there is another reason why nothing follows."""
        reason = self.history.trainer_at(self.done).finish_reason(self.state, stops=False)
        self.finish = Finish(reason or FinishReason.LIMIT, message)


def advance(history: History, n: int, *, stops: bool, trainer: Trainer | None = None) -> FinishReason | None:
    """Train a history's head onwards by `n` presentations; return why it ended early, if it did.

    Parameters
    ----------
    history : History
        Gets the new head and the measurements on the way.
    n : int
        Presentations, at most.
    stops : bool
        Whether the stop rules hold.
    trainer : Trainer, optional
        In place of the history's; it may differ in the stop rules only.
    """
    after = (trainer or history.trainer).measured_advance(history.head, n, stops=stops)
    history.curves.append(after.clock, after.values)
    history.record(after.state)
    return after.reason


def step(history: History, state: TrainState, unit: StepUnit) -> tuple[TrainState, Finish | None]:
    """Go one step on from a state of a run, through what is known or beyond it.

    Returns
    -------
    state : TrainState
        Where the step leads; the same state if no step is possible.
    finish : Finish or None
        Why nothing follows, if so.
    """
    done = state.counters
    reason = history.trainer_at(done.presentations).finish_reason(state, stops=False)
    if reason is not None:
        return state, Finish(reason)
    if unit == "update" and done.updates == history.head.counters.updates:
        reason = _advance_to_update(history)
        if reason is None and history.head.counters.updates == done.updates:
            return state, Finish(FinishReason.LIMIT, NO_UPDATE)
        return history.head, None if reason is None else Finish(reason)
    target = done.presentations + history.presentations_to(state, unit)
    missing = target - history.head.counters.presentations
    reason = advance(history, missing, stops=False) if missing > 0 else None
    return history.state_at(target), None if reason is None else Finish(reason)


def _advance_to_update(history: History) -> FinishReason | None:
    """Train up to the next update; if none is in sight, nothing is recorded.

    Where updates are rare, steps are doubled until one comes, and halved to find it.
    """
    trainer, state, updates = history.trainer, history.head, history.head.counters.updates
    left, n, grows = min(2 * trainer.model.epoch_length, STEP_LIMIT), 1, True
    measured, reason = [], None
    while left > 0 and reason is None and state.counters.updates == updates:
        n = min(n, left)
        after = trainer.measured_advance(state, n, stops=False)
        if after.state.counters.updates > updates and n > 1:
            n, grows = n // 2, False
            continue
        if len(after.values):
            measured.append(after)
        state, reason, left = after.state, after.reason, left - n
        n = 2 * n if grows else max(1, n // 2)
    if reason is not None or state.counters.updates > updates:
        for part in measured:
            history.curves.append(part.clock, part.values)
        history.record(state)
    return reason


def beyond(trainer: Trainer, state: TrainState) -> Trainer:
    """Return a trainer without the stop rules that hold at a state already; the others still end the run.

    It trains the very same way. While none of the rules holds it is the given one.
    """
    experiment, name = trainer.experiment, "training.stop."
    if trainer.finish_reason(state, stops=True) is not FinishReason.STOP_RULE:
        return trainer
    rules = experiment.training.stop
    in_use = {rule: getattr(rules, rule) for rule in IGNORED}
    in_use = {rule: value for rule, value in in_use.items() if value is not None and value is not False}
    silent: dict[str, object] = {name + rule: IGNORED[rule] for rule in in_use}
    kept = dict(silent)
    for rule, value in in_use.items():
        only = experiment.replace({**silent, name + rule: value})
        alone = Trainer(only, trainer.model.data, trainer.model.kernel)
        if alone.finish_reason(state, stops=True) is None:
            kept[name + rule] = value
    return Trainer(experiment.replace(kept), trainer.model.data, trainer.model.kernel)
