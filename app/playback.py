"""Playing a run: slowly, example by example, or as fast as the machine can.

From a moment in the past the known part is gone through first, then training goes on: the same future, to the last bit.

Watching single examples is done here and now, in short slices. At full speed the runner's thread trains, if the
compiled kernel is ready; until then, or without it, slices do. Either way the states are the same to the last bit.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from nlcore.history import History
from nlcore.records import FinishReason, RunnerState, StepUnit, TrainState
from nlcore.runner import Chunk, Report, Runner
from nlcore.trainer import STEP_LIMIT, Trainer

WATCHABLE = 30
"""Examples a second that an eye can follow one by one."""
SLICE_SECONDS = 0.008
"""How long training may hold up the window at a time."""
NO_UPDATE = "No example changes the weights any more: there is no next update."
IGNORED: dict[str, object] = {
    "epochs": None,
    "updates": None,
    "all_correct": False,
    "loss_below": None,
    "no_update": False,
    "patience": 2**53,
}
"""What makes a stop rule silent. Patience stays, without an end: what early stopping remembers is part of the state."""


@dataclass(frozen=True, slots=True)
class Speed:
    """A playback speed: presentations a second, or None for as fast as possible."""

    label: str
    per_second: float | None


SPEEDS = (
    Speed("1 example/s", 1),
    Speed("3 examples/s", 3),
    Speed("10 examples/s", 10),
    Speed("30 examples/s", 30),
    Speed("100 examples/s", 100),
    Speed("1 000 examples/s", 1_000),
    Speed("10 000 examples/s", 10_000),
    Speed("full speed", None),
)
DEFAULT_SPEED = SPEEDS[5]


@dataclass(frozen=True, slots=True)
class Finish:
    """Why playing ended, and what to say besides."""

    reason: FinishReason
    message: str = ""


@dataclass(frozen=True, slots=True)
class Goal:
    """How far to play.

    Attributes
    ----------
    stops : bool
        Whether the experiment's stop rules hold, but for those that hold already at the beginning.
    presentations, updates : int or None
        Where to end, counted from the start of training.
    """

    stops: bool = True
    presentations: int | None = None
    updates: int | None = None


class Playback:
    """Trains a history onwards, a little at every tick.

    Parameters
    ----------
    history : History
        Grows as training goes on.
    state : TrainState
        Where to begin: the history's head or a state before it.
    speed : Speed
        How fast.
    goal : Goal
        How far.
    """

    def __init__(self, history: History, state: TrainState, speed: Speed, goal: Goal) -> None:
        self.history = history
        self.state = state
        self.goal = goal
        is_newest = state is history.head
        self._trainer = beyond(history.trainer, state) if goal.stops and is_newest else history.trainer
        self._speed = speed
        self._updated_at = state.counters
        self._runner: Runner | None = None
        self._finish: Finish | None = None
        self._chunk = Chunk(SLICE_SECONDS)
        self._debt = 1.0  # the first example comes at once, also at one a second
        self._last_tick = time.perf_counter()
        self._mark = (self._last_tick, state.counters.updates)
        self.updates_per_second = 0.0

    @property
    def is_slow(self) -> bool:
        """Whether single examples can be watched."""
        return self._speed.per_second is not None and self._speed.per_second <= WATCHABLE

    def set_speed(self, speed: Speed) -> None:
        """Go on at another speed."""
        if speed.per_second is not None:
            self._finish = self.stop()  # the thread may just have come to an end of its own: told at the next tick
        self._speed, self._debt, self._last_tick = speed, 0.0, time.perf_counter()

    def tick(self) -> Finish | None:
        """Train a little or collect what the thread has done; return why it ended, if it did."""
        if self._finish is not None:
            return self._finish
        if self._runner is None and self._may_use_thread():
            self._runner = Runner(self._trainer)
            self._runner.start(self.history.head, stops=self.goal.stops, limit=self.goal.presentations)
        finish = self._collect(self._runner.take()) if self._runner is not None else self._train_slice()
        self._note_rate()
        return finish

    def stop(self) -> Finish | None:
        """End the thread, if there is one, and collect the last it did; takes some milliseconds at most."""
        if self._runner is None:
            return None
        runner, self._runner = self._runner, None
        runner.pause()
        return self._collect(runner.take())

    def _may_use_thread(self) -> bool:
        is_wanted = self._speed.per_second is None and self.goal.updates is None
        return is_wanted and self.history.trainer.model.is_fast and self.state is self.history.head

    def _collect(self, report: Report | None) -> Finish | None:
        if report is None:
            return None
        self.history.curves.append(report.clock, report.values)
        self.history.record(report.state)
        self.state = report.state
        if report.status.state is RunnerState.FINISHED and report.status.reason is not None:
            return Finish(report.status.reason, report.status.message)
        return None

    def _train_slice(self) -> Finish | None:
        began = last = time.perf_counter()
        per_second = self._speed.per_second
        if per_second is not None:
            self._debt = min(self._debt + (began - self._last_tick) * per_second, max(1.0, per_second))
        self._last_tick = began
        while last - began < SLICE_SECONDS:
            n = self._chunk.n if per_second is None else min(self._chunk.n, int(self._debt))
            left = self._left()
            if isinstance(left, Finish):
                return left
            n = n if left is None else min(n, left)
            if n <= 0:
                return None
            reason = self._forward(n)
            now = time.perf_counter()
            self._chunk.note(n, now - last)
            last, self._debt = now, self._debt - n
            if reason is not None:
                return Finish(reason)
        return None

    def _left(self) -> int | Finish | None:
        """Return how many presentations are allowed at once, or the end; None if there is no limit."""
        counters, goal, model = self.state.counters, self.goal, self.history.trainer.model
        if goal.presentations is None and goal.updates is None:
            return None
        found = []
        if goal.presentations is not None:
            found.append(goal.presentations - counters.presentations)
        if goal.updates is not None:
            if counters.updates > self._updated_at.updates:
                self._updated_at = counters
            found.append(goal.updates - counters.updates)  # a presentation writes the weights once at most
            search = min(2 * model.epoch_length, STEP_LIMIT)
            if counters.presentations - self._updated_at.presentations >= search and found[-1] > 0:
                return Finish(FinishReason.LIMIT, NO_UPDATE)
        if min(found) <= 0:
            return Finish(self.history.trainer.finish_reason(self.state, stops=False) or FinishReason.LIMIT)
        return min(found)

    def _forward(self, n: int) -> FinishReason | None:
        """Go `n` presentations on: through what is known, or beyond it."""
        if self.state is self.history.head:
            reason = advance(self.history, n, stops=self.goal.stops, trainer=self._trainer)
            self.state = self.history.head
            return reason
        left = self.history.head.counters.presentations - self.state.counters.presentations
        if n < left:
            self.state = self.history.advance_from(self.state, n)
            return None
        self.state = self.history.head
        return self.history.trainer.finish_reason(self.state, stops=self.goal.stops)

    def _note_rate(self) -> None:
        now, updates = time.perf_counter(), self.state.counters.updates
        if now - self._mark[0] >= 0.5:
            self.updates_per_second = (updates - self._mark[1]) / (now - self._mark[0])
            self._mark = (now, updates)


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
