"""The session: which lesson is open, where its training stands, and what the person just asked for.

It turns intents (play, pause, step) into states and frames. One timer drives everything that takes time; at each tick
one frame goes to everybody, as often as drawing it permits.
"""

from __future__ import annotations

import time

import numpy as np
from PySide6.QtCore import QObject, Qt, QTimer, Signal

from app.changes import Changes
from app.frame import Frame, Selection, TrackFrame
from app.lesson import Lesson
from app.loading import Loading
from app.playback import DEFAULT_SPEED, Finish, Goal, Playback, Speed, step
from app.sentences import finish_sentence
from app.status import Activity, Status
from nlcore.errors import LabError
from nlcore.experiment import Experiment
from nlcore.history import History
from nlcore.records import FinishReason, FloatArray, StepUnit, TrainState
from nlcore.run_tree import RunTree
from nlcore.trainer import Trainer

FRAME_MS = 33
BREATH = 0.5
"""Share of the time that making a frame took which the event loop gets before the next, however late that is."""
MOST_SEEDS = 2**53
SAME_WEIGHTS = "This lesson's start weights do not depend on the seed: they are the same again."


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
        self.tree: RunTree | None = None
        self.cursor: TrainState | None = None
        self.changes = Changes(self)
        self.speed: Speed = DEFAULT_SPEED
        self.selection = Selection()
        self.activity: Activity = "empty"
        self._track_name = ""
        self._loading = Loading()
        self._progress: tuple[int, int | None] | None = None
        self._playback: Playback | None = None
        self._reason: FinishReason | None = None
        self._message = ""
        self._row: tuple[TrainState | None, FloatArray | None] = (None, None)
        self._due = 0.0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(FRAME_MS)
        self._timer.timeout.connect(self._on_timer_timeout)

    @property
    def history(self) -> History | None:
        """The course that is shown; None until the data are loaded."""
        return self.tree.current.history if self.tree is not None else None

    # --- opening -----------------------------------------------------------------------------------------------------

    def open(self, lesson: Lesson) -> None:
        """Open a lesson; its data load in the background, then the first frame comes."""
        self.pause()
        self.lesson, self.tree, self.cursor = lesson, None, None
        self.changes.begin(None)
        self.selection = Selection()
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
            if self.tree is None:
                self._set_activity("empty", "Loading was cancelled. Open the lesson again to load its data.")
            else:
                self._set_activity("paused", "Loading was cancelled; the run is as it was.")

    def begin(self, experiment: Experiment, message: str) -> None:
        """Begin a run with another experiment; the one that is there stays until the new one is ready.

        Raises
        ------
        LabError
            If the parts of the experiment do not fit; nothing has happened then. What is wrong with another data set
            is found while it is loaded, and told then.
        """
        self.pause()
        model = self.history.trainer.model if self.history is not None else None
        if model is not None and model.experiment.dataset == experiment.dataset:
            self.adopt(History(Trainer(experiment, model.data)), message)
            return
        self._loading.start(experiment, fits=True)
        self._set_activity("loading", "Loading the data …")
        self._timer.start(FRAME_MS)

    def _finish_loading(self) -> None:
        self._timer.stop()
        self._progress = None
        try:
            history = self._loading.take()
        except Exception as error:  # also a fault in the program must leave the window usable
            sentence = str(error) if isinstance(error, LabError) else f"The data could not be loaded: {error!r}"
            self._set_activity("empty" if self.tree is None else "paused", sentence)
            self.problem_occurred.emit(sentence)
            return
        self.adopt(history)

    def adopt(self, run: History | RunTree, message: str = "") -> None:
        """Show a run from its head, as the first of a new tree, or a tree as it is."""
        tree = run if isinstance(run, RunTree) else RunTree(run)
        self.changes.begin(tree)
        history = tree.current.history
        self.tree, self.cursor = tree, history.head
        self._reason = None
        if history.curves.n_measurements == 1:  # its start, measured while it was loaded
            columns = range(len(history.curves.columns))
            self._row = (history.start, np.array([history.curves.last(column) for column in columns]))
        self._set_activity("paused", message)
        self._emit_frame({"lesson", "state", "curves", "selection"})

    def show_finished(self, lesson: Lesson, history: History, reason: FinishReason | None) -> None:
        """Show a run that was trained elsewhere."""
        self.lesson, self._track_name = lesson, lesson.tracks()[0][0]
        self.selection = Selection()
        self.adopt(history)
        if reason is not None:
            self._finish(Finish(reason))

    # --- intents -----------------------------------------------------------------------------------------------------

    def play(self, *, presentations: int | None = None, updates: int | None = None, epochs: int | None = None) -> None:
        """Go on from the cursor at the chosen speed until paused or a stop rule holds.

        Stop rules that hold already are passed over.

        Parameters
        ----------
        presentations, updates : int, optional
            End after so many more, whatever the stop rules say.
        epochs : int, optional
            End after the rest of the current epoch and so many whole ones, whatever the stop rules say.
        """
        self.pause()
        if self.history is None or self.cursor is None:
            return
        counters = self.cursor.counters
        if epochs is not None:
            length = self.history.trainer_at(counters.presentations).model.epoch_length
            presentations = -counters.position_in_epoch % length + epochs * length
        self.go_on(
            Goal(
                presentations is None and updates is None,
                None if presentations is None else counters.presentations + presentations,
                None if updates is None else counters.updates + updates,
            )
        )

    def go_on(self, goal: Goal) -> None:
        """Play from the cursor up to a goal."""
        if self.history is None or self.cursor is None:
            return
        if self.cursor is self.history.head:
            reason = self.history.trainer.finish_reason(self.cursor, stops=False)
            if reason is not None:
                self._finish(Finish(reason))
                return
            self._reason = None
        self._playback = Playback(self.history, self.cursor, self.speed, goal)
        self._due = time.perf_counter() + FRAME_MS / 1000
        self._set_activity("running", "")
        self._timer.start(FRAME_MS)

    def pause(self) -> Goal | None:
        """Stop where it is; takes some milliseconds at most. Return how far it would have played, if it did."""
        if self._playback is None:
            return None
        playback, self._playback = self._playback, None
        finish = playback.stop()
        self.cursor = playback.state
        self._timer.stop()
        if finish is not None:
            self._finish(finish)
            return None
        self.seek(self.cursor.counters.presentations)
        return playback.goal

    def step(self, unit: StepUnit, n: int = 1) -> None:
        """Go on by `n` presentations, updates or epochs, whatever the stop rules say."""
        self.pause()
        if self.history is None or self.cursor is None:
            return
        if n > 1 and unit == "epoch":  # the rest of the current epoch is the first step
            self.play(epochs=n - (self.cursor.counters.position_in_epoch > 0))
        elif n > 1:
            self.play(presentations=n) if unit == "presentation" else self.play(updates=n)
        else:
            head = self.history.head
            self.cursor, finish = step(self.history, self.cursor, unit)
            if self.history.head is not head:
                self._reason = None
            if finish is not None:
                self._finish(finish)
            else:
                self.seek(self.cursor.counters.presentations)

    def step_back(self, unit: StepUnit) -> None:
        """Go back by one presentation, update or epoch; nothing is forgotten."""
        self.pause()
        if self.history is not None and self.cursor is not None:
            self.seek(self.history.before(self.cursor, unit))

    def seek(self, presentations: int, message: str = "") -> None:
        """Show the state after so many presentations, between the start and the head, with a sentence about it."""
        self.pause()
        if self.history is not None:
            self.cursor = self.history.state_at(presentations)
            self._set_activity("paused", message)
            self._emit_frame({"state", "curves"})

    def seek_best(self) -> None:
        """Show the state with the lowest validation loss so far."""
        best = self.history.best_validation() if self.history is not None else None
        if best is not None:
            self.seek(best.presentations)

    def restart(self) -> None:
        """Go back to the same start weights and begin new curves, with the settings at the cursor."""
        self.pause()
        if self.history is not None and self.cursor is not None:
            self.adopt(History(self.history.trainer_at(self.cursor.counters.presentations)))

    def new_weights(self) -> None:
        """Draw other start weights, with the next seed and the settings at the cursor."""
        self.pause()
        if self.history is None or self.cursor is None:
            return
        model = self.history.trainer_at(self.cursor.counters.presentations).model
        before = self.history.start
        changed = model.experiment.replace({"seed": (model.experiment.seed + 1) % MOST_SEEDS})
        history = History(Trainer(changed, model.data, model.kernel))
        is_same = history.start.params.tobytes() == before.params.tobytes()
        self.adopt(history, SAME_WEIGHTS if is_same else "")

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
        shown, began = self.cursor, time.perf_counter()
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
            self._due = began + FRAME_MS / 1000
            self._timer.start(FRAME_MS)  # nothing new at a slow speed
            return
        self._emit_frame({"state", "curves"})
        now = time.perf_counter()
        self._due = max(self._due + FRAME_MS / 1000, now + BREATH * (now - began))
        self._timer.start(round(1000 * (self._due - now)))  # the time painting took counts too

    def _finish(self, finish: Finish) -> None:
        assert self.history is not None
        self._reason = finish.reason
        self._timer.stop()
        sentence = finish_sentence(finish.reason, self.history.trainer, self.history.head, finish.message)
        sentence = sentence or finish.message
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
        if self._row[0] is not self.cursor:
            self._row = (self.cursor, self.history.trainer_at(self.cursor.counters.presentations).measure(self.cursor))
        row = self._row[1]
        is_fast = self._playback is not None and not self._playback.is_slow
        rate = self._playback.updates_per_second if self._playback is not None and is_fast else 0.0
        head = self.history.head.counters
        self.status_changed.emit(Status(self.activity, self.cursor.counters, head, row, rate, self._message))

    def _emit_frame(self, changed: set[str]) -> None:
        if self.history is None or self.cursor is None:
            return
        reason = self._reason if self.cursor is self.history.head else None
        ghosts = self.changes.ghosts
        model = self.history.trainer_at(self.cursor.counters.presentations).model
        track = TrackFrame(self._track_name, model, self.cursor, self.history.curves, reason, ghosts)
        is_fast = self._playback is not None and not self._playback.is_slow
        self.frame_changed.emit(Frame((track,), self.selection, frozenset(changed), is_running=is_fast))
        if self.activity == "running":
            self._emit_status()
