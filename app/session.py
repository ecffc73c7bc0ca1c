"""The session: which lesson is open, where its training stands, and what the person just asked for.

It turns intents (play, pause, step) into states and frames. One timer drives everything that takes time; at each tick
one frame goes to everybody, as often as drawing it permits.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Literal

from PySide6.QtCore import QObject, QTimer, Signal

from app.frame import Frame, Selection, TrackFrame
from app.job import Job
from app.lesson import Lesson
from app.playback import DEFAULT_SPEED, Finish, Playback, Speed, advance
from app.sentences import finish_sentence
from nlcore import kernels
from nlcore.datasets import Data
from nlcore.errors import LabError
from nlcore.experiment import Experiment
from nlcore.history import History
from nlcore.records import Counters, FinishReason, FloatArray, StepUnit
from nlcore.trainer import NOT_LOADED, Trainer

FRAME_MS = 33
MOST_STEPS = 1000
"""Updates that one request may step through at once."""
Activity = Literal["empty", "loading", "paused", "running"]


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
    counters: Counters = field(default_factory=Counters)
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
    engine_changed : str
        What to say about the engine; empty when it is ready.
    problem_occurred : str
        One sentence about what could not be done.
    """

    lesson_changed = Signal(object)
    frame_changed = Signal(object)
    status_changed = Signal(object)
    engine_changed = Signal(str)
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
        self._playback: Playback | None = None
        self._reason: FinishReason | None = None
        self._message = ""
        self._engine: Job[bool] | None = None
        self._engine_timer = QTimer(self)
        self._engine_timer.setInterval(100)
        self._engine_timer.timeout.connect(self._on_engine_timer_timeout)
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
        self._reason = None
        self._set_activity("paused", "")
        self._emit_frame({"lesson", "state", "curves", "selection"})

    def show_finished(self, lesson: Lesson, history: History, reason: FinishReason | None) -> None:
        """Show a run that was trained elsewhere."""
        self.lesson, self._track_name = lesson, lesson.tracks()[0][0]
        self.adopt(history)
        if reason is not None:
            self._finish(Finish(reason))

    # --- intents -----------------------------------------------------------------------------------------------------

    def play(self, presentations: int | None = None) -> None:
        """Train at the chosen speed until paused, a stop rule holds, or so many more presentations are done."""
        if self.history is None:
            return
        self.pause()
        head = self.history.head
        stops = self._reason is not FinishReason.STOP_RULE and presentations is None
        reason = self.history.trainer.finish_reason(head, stops=stops)
        if reason is FinishReason.STOP_RULE:
            stops = False  # it held already when the person asked: go on beyond it
        elif reason is not None:
            self._finish(Finish(reason))
            return
        limit = None if presentations is None else head.counters.presentations + presentations
        self._reason = None
        self._playback = Playback(self.history, self.speed, stops=stops, limit=limit)
        self._set_activity("running", "")
        self._timer.start(FRAME_MS)

    def play_epochs(self, n: int) -> None:
        """Train for `n` whole epochs and the rest of the current one, at the chosen speed."""
        if self.history is not None:
            trainer, head = self.history.trainer, self.history.head
            rest = -head.counters.position_in_epoch % trainer.model.epoch_length
            self.play(rest + n * trainer.model.epoch_length)

    def pause(self) -> None:
        """Stop training where it is; takes some milliseconds at most."""
        if self._playback is None:
            return
        playback, self._playback = self._playback, None
        finish = playback.stop()
        self._timer.stop()
        if finish is not None:
            self._finish(finish)
        else:
            self._set_activity("paused", "")
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
        if n > 1 and unit == "epoch":
            self.play_epochs(n)
            return
        if n > 1 and unit == "presentation":
            self.play(n)
            return
        for _ in range(min(max(1, n), MOST_STEPS)):
            reason = trainer.finish_reason(self.history.head, stops=False)
            if reason is not None:
                self._finish(Finish(reason))
                return
            shown = trainer.presentations_to(self.history.head, unit)
            before = self.history.head.counters.updates
            if unit == "update" and trainer.advance(self.history.head, shown).counters.updates == before:
                self._set_activity("paused", "No example changes the weights any more: there is no next update.")
                return
            self._reason = None
            advance(self.history, shown, stops=False)
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
        if self._playback is not None:
            self._playback.set_speed(speed)

    def select(self, selection: Selection) -> None:
        """Point at an example or a unit in all panes."""
        self.selection = selection
        self._emit_frame({"selection"})

    def close(self) -> None:
        """End all threads; the session is of no use afterwards."""
        self.pause()
        self._timer.stop()
        self._engine_timer.stop()
        for job in (self._job, self._engine):
            if job is not None:
                job.cancel()
                job.wait()
        self._job = self._engine = None

    def prepare_engine(self) -> None:
        """Get the compiled kernel ready in a thread; training goes on in the reference loop meanwhile."""
        if kernels.has_compiler() and not kernels.is_ready() and self._engine is None:
            self._engine = Job(lambda _: kernels.prepare(), "nllab-engine")
            self.engine_changed.emit("preparing the fast engine …")
            self._engine_timer.start()

    # --- time --------------------------------------------------------------------------------------------------------

    def _on_timer_timeout(self) -> None:
        if self._job is not None:
            if self._job.is_done:
                self._finish_loading(self._job)
            return
        if self._playback is None:
            self._timer.stop()
            return
        finish = self._playback.tick()
        if finish is not None:
            self._playback.stop()
            self._playback = None
            self._finish(finish)
            return
        began = time.perf_counter()
        self._emit_frame({"state", "curves"})
        took_ms = 1000 * (time.perf_counter() - began)
        self._timer.setInterval(max(FRAME_MS, round(1.5 * took_ms)))  # leave the loop time for the person

    def _on_engine_timer_timeout(self) -> None:
        if self._engine is None or not self._engine.is_done:
            return
        self._engine_timer.stop()
        self._engine = None
        self.engine_changed.emit("" if kernels.is_ready() else "no fast engine on this machine")

    def _finish(self, finish: Finish) -> None:
        assert self.history is not None
        self._reason = finish.reason
        self._timer.stop()
        sentence = finish_sentence(finish.reason, self.history.trainer, self.history.head, finish.message)
        self._set_activity("paused", sentence)
        self._emit_frame({"state", "curves"})
        if finish.reason is FinishReason.ERRORED:
            self.problem_occurred.emit(sentence)

    # --- telling -----------------------------------------------------------------------------------------------------

    def _set_activity(self, activity: Activity, message: str) -> None:
        self.activity, self._message = activity, message
        self._emit_status()

    def _emit_status(self) -> None:
        if self.history is None:
            self.status_changed.emit(Status(self.activity, message=self._message))
            return
        head = self.history.head
        row = self.history.trainer.measure(head)
        rate = self._playback.updates_per_second if self._playback is not None else 0.0
        self.status_changed.emit(Status(self.activity, head.counters, row, rate, self._message))

    def _emit_frame(self, changed: set[str]) -> None:
        if self.history is None:
            return
        trainer = self.history.trainer
        track = TrackFrame(self._track_name, trainer.model, self.history.head, self.history.curves, self._reason)
        running = self.activity == "running"
        self.frame_changed.emit(Frame((track,), self.selection, frozenset(changed), is_running=running))
        if running:
            self._emit_status()
