"""The session: which lesson is open, where its training stands, and what the person just asked for.

It turns intents (play, pause, step) into states and frames. Watching single examples is done by a timer in this thread;
full speed by the runner's thread when the compiled kernel is ready, else by short slices. One frame at a time goes to
everybody, as often as drawing it permits.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QObject, QTimer, Signal

from app.frame import Frame, Selection, TrackFrame
from app.job import Job
from app.lesson import Lesson
from nlcore import kernels
from nlcore.datasets import Data
from nlcore.errors import LabError
from nlcore.experiment import Experiment
from nlcore.history import History
from nlcore.records import Counters, FinishReason, FloatArray, RunnerState, StepUnit, TrainState
from nlcore.runner import Chunk, Runner
from nlcore.trainer import NOT_LOADED, Trainer

FRAME_MS = 33
SLICE_SECONDS = 0.008
Activity = Literal["empty", "loading", "paused", "running"]


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


@dataclass(frozen=True, slots=True, eq=False)
class Status:
    """What the status line says.

    Attributes
    ----------
    activity : str
        "empty", "loading", "paused" or "running".
    counters : Counters
        The three clocks at the cursor.
    row : ndarray or None
        The measurements at the cursor, in the order of the model's columns.
    updates_per_second : float
        While running.
    message : str
        A sentence for the person; empty if there is nothing to say.
    """

    activity: Activity
    counters: Counters = Counters()
    row: FloatArray | None = None
    updates_per_second: float = 0.0
    message: str = ""


class Session(QObject):
    """One open lesson and its run.

    Signals
    -------
    lesson_changed : Lesson
        Another lesson was opened; its run may still be loading.
    frame_changed : Frame
        There is something new to draw.
    status_changed : Status
        Counters, measurements or activity changed.
    problem_occurred : str
        One sentence about what could not be done.
    """

    lesson_changed = Signal(object)
    frame_changed = Signal(object)
    status_changed = Signal(object)
    problem_occurred = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.lesson: Lesson | None = None
        self.history: History | None = None
        self.speed: Speed = DEFAULT_SPEED
        self.selection = Selection()
        self.activity: Activity = "empty"
        self._track_name = ""
        self._job: Job[History] | None = None
        self._runner: Runner | None = None
        self._reason: FinishReason | None = None
        self._message = ""
        self._stops = True
        self._limit: int | None = None
        self._debt = 0.0
        self._chunk = Chunk(SLICE_SECONDS)
        self._mark = (0.0, 0)
        self._rate = 0.0
        self._last_tick = 0.0
        self._timer = QTimer(self)
        self._timer.setInterval(FRAME_MS)
        self._timer.timeout.connect(self._on_timer_timeout)

    # --- opening -----------------------------------------------------------------------------------------------------

    def open(self, lesson: Lesson) -> None:
        """Open a lesson; its data load in the background, then the first frame comes."""
        self.pause()
        self.lesson, self.history = lesson, None
        self.lesson_changed.emit(lesson)
        self._track_name, experiment = lesson.tracks()[0]
        self._load(experiment, NOT_LOADED)

    def reload(self) -> None:
        """Open the lesson again, for example after its data have arrived."""
        if self.lesson is not None:
            self.open(self.lesson)

    def _load(self, experiment: Experiment, data: Data | object | None) -> None:
        self.pause()
        if self._job is not None:
            self._job.cancel()  # its result is never looked at
        self._job = Job(lambda _: History(Trainer(experiment, data)), "nllab-load")
        self._set_activity("loading", "Loading the data …")
        self._timer.start()

    def _finish_loading(self, job: Job[History]) -> None:
        self._job = None
        self._timer.stop()
        try:
            history = job.result()
        except LabError as error:
            self._set_activity("empty", str(error))
            self.problem_occurred.emit(str(error))
            return
        self.adopt(history)

    def adopt(self, history: History) -> None:
        """Show a run from its start."""
        self.history = history
        self.selection = Selection()
        self._start_over()

    def _start_over(self) -> None:
        self._reason, self._stops, self._rate = None, True, 0.0
        self._set_activity("paused", "")
        self._emit_frame({"lesson", "state", "curves", "selection"})

    # --- intents -----------------------------------------------------------------------------------------------------

    def play(self, epochs: int | None = None) -> None:
        """Train at the chosen speed until paused, a stop rule holds, or some epochs have passed."""
        if self.history is None:
            return
        self.pause()
        head = self.history.head
        self._stops = self._reason is not FinishReason.STOP_RULE and epochs is None
        reason = self.history.trainer.finish_reason(head, stops=self._stops)
        if reason is not None:
            self._finish(reason)
            if reason is not FinishReason.STOP_RULE:
                return
            self._stops = False  # the person asks again: go on beyond the stop rule
        length = self.history.trainer.model.epoch_length
        self._limit = None if epochs is None else head.counters.presentations + epochs * length
        self._reason, self._debt, self._chunk = None, 0.0, Chunk(SLICE_SECONDS)
        self._last_tick = time.perf_counter()
        self._mark = (self._last_tick, head.counters.updates)
        self._set_activity("running", "")
        self._timer.start(FRAME_MS)
        self._use_thread_if_possible()

    def pause(self) -> None:
        """Stop training where it is; takes a few milliseconds at most."""
        if self._runner is not None:
            self._runner.pause()
            self._drain(self._runner)
            self._runner = None
        if self.activity == "running":
            self._timer.stop()
            self._set_activity("paused", self._message)
            self._emit_frame({"state", "curves"})

    def toggle(self) -> None:
        """Pause if running, else play."""
        if self.activity == "running":
            self.pause()
        else:
            self.play()

    def step(self, unit: StepUnit, n: int = 1) -> None:
        """Train for `n` presentations, updates or epochs, whatever the stop rules say."""
        if self.history is None:
            return
        self.pause()
        trainer = self.history.trainer
        for _ in range(max(1, n)):
            reason = trainer.finish_reason(self.history.head, stops=False)
            if reason is not None:
                self._finish(reason)
                return
            shown = trainer.presentations_to(self.history.head, unit)
            before = self.history.head.counters.updates
            if unit == "update" and trainer.advance(self.history.head, shown).counters.updates == before:
                self._set_activity("paused", "No example changes the weights any more: there is no next update.")
                return
            self._reason = None
            self._advance(shown, stops=False)
        self._set_activity("paused", "")
        self._emit_frame({"state", "curves"})

    def restart(self) -> None:
        """Go back to the same start weights and begin new curves."""
        if self.history is None:
            return
        self.pause()
        self.history = History(self.history.trainer)
        self._start_over()

    def new_weights(self) -> None:
        """Draw other start weights: the next seed."""
        if self.history is None:
            return
        self.pause()
        model = self.history.trainer.model
        changed = model.experiment.replace({"seed": model.experiment.seed + 1})
        self.history = History(Trainer(changed, model.data, model.kernel))
        self._start_over()

    def set_speed(self, speed: Speed) -> None:
        """Change the playback speed, also while running."""
        self.speed = speed
        self._debt = 0.0
        if self.activity != "running":
            return
        if self._runner is not None and speed.per_second is not None:
            self._runner.pause()
            self._drain(self._runner)
            self._runner = None
        self._use_thread_if_possible()

    def select(self, selection: Selection) -> None:
        """Point at an example or a unit in all panes."""
        self.selection = selection
        self._emit_frame({"selection"})

    def close(self) -> None:
        """End all threads; the session is of no use afterwards."""
        self.pause()
        self._timer.stop()
        if self._job is not None:
            self._job.cancel()
            self._job.wait()
            self._job = None

    # --- training ----------------------------------------------------------------------------------------------------

    def _use_thread_if_possible(self) -> None:
        if self.history is None or self._runner is not None or self.activity != "running":
            return
        is_fast = kernels.is_ready() and self.history.trainer.model.kernel == kernels.STRICT
        if self.speed.per_second is None and is_fast:
            self._runner = Runner(self.history.trainer)
            self._runner.start(self.history.head, stops=self._stops, limit=self._limit)

    def _on_timer_timeout(self) -> None:
        if self._job is not None:
            if self._job.is_done:
                self._finish_loading(self._job)
            return
        if self.history is None or self.activity != "running":
            self._timer.stop()
            return
        self._use_thread_if_possible()
        if self._runner is not None:
            self._drain(self._runner)
        else:
            self._train_slice()
        began = time.perf_counter()
        self._note_rate(began)
        if self.activity == "running":
            self._emit_frame({"state", "curves"})
            took_ms = 1000 * (time.perf_counter() - began)
            self._timer.setInterval(max(FRAME_MS, round(1.5 * took_ms)))  # leave the loop time for the person

    def _drain(self, runner: Runner) -> None:
        report = runner.take()
        if report is None or self.history is None:
            return
        self.history.curves.append(report.clock, report.values)
        self.history.record(report.state)
        if report.status.state is RunnerState.FINISHED and report.status.reason is not None:
            self._runner = None
            self._finish(report.status.reason, report.status.message)

    def _train_slice(self) -> None:
        """Train in this thread, for a few milliseconds or as far as the speed wants."""
        began = last = time.perf_counter()
        budget: float = 1 << 30
        if self.speed.per_second is not None:
            self._debt = min(self._debt + (began - self._last_tick) * self.speed.per_second, self.speed.per_second)
            budget = int(self._debt)
        self._last_tick = began
        while self.activity == "running" and budget > 0 and last - began < SLICE_SECONDS:
            n = int(min(self._chunk.n, budget))
            if self._limit is not None and self.history is not None:
                n = min(n, self._limit - self.history.head.counters.presentations)
            if n <= 0:
                self._finish(FinishReason.LIMIT)
                return
            reason = self._advance(n, stops=self._stops)
            now = time.perf_counter()
            self._chunk.note(n, now - last)
            last, budget = now, budget - n
            if self.speed.per_second is not None:
                self._debt -= n
            if reason is not None:
                self._finish(reason)

    def _advance(self, n: int, *, stops: bool) -> FinishReason | None:
        assert self.history is not None
        after = self.history.trainer.measured_advance(self.history.head, n, stops=stops)
        self.history.curves.append(after.clock, after.values)
        self.history.record(after.state)
        return after.reason

    def _finish(self, reason: FinishReason, message: str = "") -> None:
        assert self.history is not None
        self._reason = reason
        self._timer.stop()
        sentence = finish_sentence(reason, self.history.trainer, self.history.head, message)
        self._set_activity("paused", sentence)
        self._emit_frame({"state", "curves"})
        if reason is FinishReason.ERRORED:
            self.problem_occurred.emit(sentence)

    def _note_rate(self, now: float) -> None:
        if self.history is None:
            return
        since, updates = self._mark
        if now - since >= 0.5:
            done = self.history.head.counters.updates
            self._rate = (done - updates) / (now - since)
            self._mark = (now, done)

    # --- telling -----------------------------------------------------------------------------------------------------

    def _set_activity(self, activity: Activity, message: str) -> None:
        self.activity, self._message = activity, message
        if activity != "running":
            self._rate = 0.0
        self._emit_status()

    def _emit_status(self) -> None:
        if self.history is None:
            self.status_changed.emit(Status(self.activity, message=self._message))
            return
        head = self.history.head
        row = self.history.trainer.measure(head)
        self.status_changed.emit(Status(self.activity, head.counters, row, self._rate, self._message))

    def _emit_frame(self, changed: set[str]) -> None:
        if self.history is None:
            return
        trainer = self.history.trainer
        track = TrackFrame(self._track_name, trainer.model, self.history.head, self.history.curves, self._reason)
        running = self.activity == "running"
        self.frame_changed.emit(Frame((track,), self.selection, frozenset(changed), is_running=running))
        if running:
            self._emit_status()


def finish_sentence(reason: FinishReason, trainer: Trainer, state: TrainState, message: str = "") -> str:
    """Say in a sentence why a run ended."""
    counters = state.counters
    if reason is FinishReason.DIVERGED:
        rate = trainer.experiment.training.learning_rate
        return (
            f"Diverged: the weights left the range of numbers by update {counters.updates} "
            f"(learning rate {rate:g}). Restart with a smaller learning rate."
        )
    if reason is FinishReason.STOP_RULE:
        return f"Stopped: {stop_sentence(trainer, state)}. Run again to go on beyond it."
    if reason is FinishReason.NOTHING_TO_TRAIN:
        return "Nothing to train: the weights of this network are set by hand."
    if reason is FinishReason.ERRORED:
        return f"Training ended because of a fault in the program: {message}"
    return ""


def stop_sentence(trainer: Trainer, state: TrainState) -> str:
    """Say which stop rule holds at a state."""
    stop, counters = trainer.experiment.training.stop, state.counters
    metrics = trainer.evaluate(state)["training"]
    if stop.no_update and counters.position_in_epoch == 0 and int(state.extra.get("updates_in_epoch", 1)) == 0:
        return "a whole epoch went by without a weight update"
    if stop.all_correct and metrics is not None and metrics.error_rate == 0.0:
        return "every training example is classified right"
    if stop.loss_below is not None and metrics is not None and metrics.loss < stop.loss_below:
        return f"the training loss is below {stop.loss_below:g}"
    if stop.epochs is not None and counters.epochs >= stop.epochs:
        return f"{stop.epochs} epochs are done"
    return f"{stop.updates} updates are done"
