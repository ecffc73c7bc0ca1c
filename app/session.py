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
from app.lesson import Lesson
from app.loading import Loading
from app.playback import DEFAULT_SPEED, Finish, Playback, Speed, advance
from app.sentences import finish_sentence
from nlcore.errors import LabError
from nlcore.history import History
from nlcore.records import Counters, FinishReason, FloatArray, StepUnit, TrainState
from nlcore.trainer import Trainer

FRAME_MS = 33
MOST_SEEDS = 2**53
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
    counters, head : Counters
        The three clocks at the cursor, and at the newest state.
    row : ndarray or None
        The measurements at the cursor, in the order of the model's columns.
    updates_per_second : float
        While running.
    message : str
        A sentence for the person; empty if there is nothing to say.
    progress : tuple of (int, int or None) or None
        How much of the data is loaded, and of how much if that is known; None if there is nothing to show.
    """

    activity: Activity
    counters: Counters = field(default_factory=Counters)
    head: Counters = field(default_factory=Counters)
    row: FloatArray | None = None
    updates_per_second: float = 0.0
    message: str = ""
    progress: tuple[int, int | None] | None = None


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
        self.cursor: TrainState | None = None
        self.speed: Speed = DEFAULT_SPEED
        self.selection = Selection()
        self.activity: Activity = "empty"
        self._track_name = ""
        self._loading = Loading()
        self._progress: tuple[int, int | None] | None = None
        self._playback: Playback | None = None
        self._reason: FinishReason | None = None
        self._message = ""
        self._timer = QTimer(self)
        self._timer.setInterval(FRAME_MS)
        self._timer.timeout.connect(self._on_timer_timeout)

    # --- opening -----------------------------------------------------------------------------------------------------

    def open(self, lesson: Lesson) -> None:
        """Open a lesson; its data load in the background, then the first frame comes."""
        self.pause()
        self.lesson, self.history, self.cursor = lesson, None, None
        self.lesson_changed.emit(lesson)
        self._track_name, experiment = lesson.tracks()[0]
        self._loading.start(experiment)
        self._progress = None
        self._set_activity("loading", "Loading the data …")
        self._timer.start(FRAME_MS)

    def cancel_loading(self) -> None:
        """Give the load of the data up; the lesson stays open without a run."""
        if self._loading.is_active:
            self._loading.cancel()
            self._timer.stop()
            self._progress = None
            self._set_activity("empty", "Loading was cancelled. Open the lesson again to load its data.")

    def reload(self, dataset: str) -> None:
        """Open the lesson again if it uses a data set that has arrived; any other run stays as it is."""
        if self.lesson is not None and self.lesson.experiment.dataset.name == dataset:
            self.open(self.lesson)

    def _finish_loading(self) -> None:
        self._timer.stop()
        self._progress = None
        try:
            history = self._loading.take()
        except Exception as error:  # also a fault in the program must leave the window usable
            sentence = str(error) if isinstance(error, LabError) else f"The data could not be loaded: {error!r}"
            self._set_activity("empty", sentence)
            self.problem_occurred.emit(sentence)
            return
        self.adopt(history)

    def adopt(self, history: History) -> None:
        """Show a run from its start."""
        self.selection = Selection()
        self._start(history)

    def _start(self, history: History) -> None:
        self.history, self.cursor = history, history.head
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

    def play(self, *, presentations: int | None = None, epochs: int | None = None) -> None:
        """Go on from the cursor at the chosen speed until paused or a stop rule holds.

        Parameters
        ----------
        presentations : int, optional
            End after so many more, whatever the stop rules say.
        epochs : int, optional
            End after the rest of the current epoch and so many whole ones, whatever the stop rules say.
        """
        self.pause()
        if self.history is None or self.cursor is None:
            return
        if epochs is not None:
            length = self.history.trainer.model.epoch_length
            presentations = -self.cursor.counters.position_in_epoch % length + epochs * length
        is_newest = self.cursor is self.history.head
        stops = presentations is None and not (is_newest and self._reason is FinishReason.STOP_RULE)
        if is_newest:
            reason = self.history.trainer.finish_reason(self.cursor, stops=stops)
            if reason is FinishReason.STOP_RULE:
                stops = False  # it held already when the person asked: go on beyond it
            elif reason is not None:
                self._finish(Finish(reason))
                return
            self._reason = None
        limit = None if presentations is None else self.cursor.counters.presentations + presentations
        self._playback = Playback(self.history, self.cursor, self.speed, stops=stops, limit=limit)
        self._set_activity("running", "")
        self._timer.start(FRAME_MS)

    def pause(self) -> None:
        """Stop where it is; takes some milliseconds at most."""
        if self._playback is None:
            return
        playback, self._playback = self._playback, None
        finish = playback.stop()
        self.cursor = playback.state
        self._timer.stop()
        if finish is not None:
            self._finish(finish)
        else:
            self._show_cursor()

    def step(self, unit: StepUnit, n: int = 1) -> None:
        """Go on by `n` presentations, updates or epochs, whatever the stop rules say."""
        self.pause()
        if self.history is None or self.cursor is None:
            return
        if n > 1 and unit == "epoch":  # the rest of the current epoch is the first step
            self.play(epochs=n - (self.cursor.counters.position_in_epoch > 0))
            return
        if n > 1 and unit == "presentation":
            self.play(presentations=n)
            return
        history = self.history
        for _ in range(min(max(1, n), MOST_STEPS)):
            trainer = history.trainer_at(self.cursor.counters.presentations)
            reason = trainer.finish_reason(self.cursor, stops=False)
            if reason is not None:
                self._finish(Finish(reason))
                return
            shown = history.presentations_to(self.cursor, unit)
            if (
                unit == "update"
                and history.advance_from(self.cursor, shown).counters.updates == self.cursor.counters.updates
            ):
                self._set_activity("paused", "No example changes the weights any more: there is no next update.")
                return
            target = self.cursor.counters.presentations + shown
            beyond = target - self.history.head.counters.presentations
            reason = None
            if beyond > 0:
                self._reason = None
                reason = advance(self.history, beyond, stops=False)
            self.cursor = self.history.state_at(target)
            if reason is not None:
                self._finish(Finish(reason))
                return
        self._show_cursor()

    def step_back(self, unit: StepUnit) -> None:
        """Go back by one presentation, update or epoch; nothing is forgotten."""
        self.pause()
        if self.history is not None and self.cursor is not None:
            self.seek(self.history.before(self.cursor, unit))

    def seek(self, presentations: int) -> None:
        """Show the state after so many presentations, between the start and the head."""
        self.pause()
        if self.history is not None:
            self.cursor = self.history.state_at(presentations)
            self._show_cursor()

    def seek_best(self) -> None:
        """Show the state with the lowest validation loss so far."""
        best = self.history.best_validation() if self.history is not None else None
        if best is not None:
            self.seek(best.presentations)

    def _show_cursor(self) -> None:
        self._set_activity("paused", "")
        self._emit_frame({"state", "curves"})

    def restart(self) -> None:
        """Go back to the same start weights and begin new curves."""
        if self.history is None:
            return
        self.pause()
        self._start(History(self.history.trainer))

    def new_weights(self) -> None:
        """Draw other start weights: the next seed."""
        if self.history is None:
            return
        self.pause()
        model = self.history.trainer.model
        before = self.history.start
        changed = model.experiment.replace({"seed": (model.experiment.seed + 1) % MOST_SEEDS})
        self._start(History(Trainer(changed, model.data, model.kernel)))
        if self.history.start.params.tobytes() == before.params.tobytes():
            self._set_activity(
                "paused", "This lesson's start weights do not depend on the seed: they are the same again."
            )

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
        self._loading.close()

    # --- time --------------------------------------------------------------------------------------------------------

    def _on_timer_timeout(self) -> None:
        if self._loading.is_active:
            progress, self._progress = self._progress, self._loading.progress
            if self._loading.is_done:
                self._finish_loading()
            elif progress != self._progress:
                self._emit_status()
            return
        if self._playback is None:
            self._timer.stop()
            return
        shown = self.cursor
        try:
            finish = self._playback.tick()
        except Exception as error:  # a fault in the program ends the run, not the window
            finish = Finish(FinishReason.ERRORED, f"{type(error).__name__}: {error}")
        self.cursor = self._playback.state
        if finish is not None:
            playback, self._playback = self._playback, None
            playback.stop()
            self._finish(finish)
            return
        if self.cursor is shown:
            return  # nothing new at a slow speed
        began = time.perf_counter()
        self._emit_frame({"state", "curves"})
        took_ms = 1000 * (time.perf_counter() - began)
        self._timer.setInterval(max(FRAME_MS, round(1.5 * took_ms)))  # leave the loop time for the person

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
        if self.history is None or self.cursor is None:
            self.status_changed.emit(Status(self.activity, message=self._message, progress=self._progress))
            return
        row = self.history.trainer_at(self.cursor.counters.presentations).measure(self.cursor)
        is_fast = self._playback is not None and not self._playback.is_slow
        rate = self._playback.updates_per_second if self._playback is not None and is_fast else 0.0
        head = self.history.head.counters
        self.status_changed.emit(Status(self.activity, self.cursor.counters, head, row, rate, self._message))

    def _emit_frame(self, changed: set[str]) -> None:
        if self.history is None or self.cursor is None:
            return
        reason = self._reason if self.cursor is self.history.head else None
        model = self.history.trainer_at(self.cursor.counters.presentations).model
        track = TrackFrame(self._track_name, model, self.cursor, self.history.curves, reason)
        is_fast = self._playback is not None and not self._playback.is_slow
        self.frame_changed.emit(Frame((track,), self.selection, frozenset(changed), is_running=is_fast))
        if self.activity == "running":
            self._emit_status()
