"""The session: which lesson is open, which tracks it has, and what begins a new run.

It turns what the person asks for into tracks; the clock it stands on moves them in time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Signal

from app.changes import Changes
from app.clock import FRAME_MS
from app.comparison import Comparison
from app.frame import Ghost, Selection
from app.job import Job
from app.lane import Finish
from app.lesson import Lesson
from app.loading import Loading, Made, load_lesson, load_run
from app.phases import PhaseClock
from app.playback import Goal
from app.status import Status
from app.track import Track
from nlcore.errors import LabError
from nlcore.experiment import Experiment
from nlcore.history import History
from nlcore.records import FinishReason
from nlcore.run_tree import RunTree
from nlcore.trainer import Trainer

MOST_SEEDS = 2**53
SAME_WEIGHTS = "This lesson's start weights do not depend on the seed: they are the same again."


class Session(PhaseClock):
    """One open lesson and its tracks.

    Signals
    -------
    lesson_changed : Lesson
        Another lesson was opened; its runs may still be loading.
    tracks_changed
        There are other tracks, or one is hidden, renamed or leads.
    """

    lesson_changed = Signal(object)
    tracks_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.lesson: Lesson | None = None
        self.changes = Changes(self)
        self.comparison = Comparison(self)
        self._loading: Loading[Made] = Loading()
        self._then: Callable[[Made], None] = self._take_lesson
        self._progress: tuple[int, int | None] | None = None

    # --- opening -----------------------------------------------------------------------------------------------------

    def open(self, lesson: Lesson) -> None:
        """Open a lesson; its data load in the background, then the first frame comes."""
        self.pause()
        self.lesson, self.tracks = lesson, []
        self.changes.settle()
        self.comparison.forget()
        self.selection = Selection()
        self.lesson_changed.emit(lesson)
        self.tracks_changed.emit()
        self.load(lambda job: load_lesson(lesson.tracks(), job), self._take_lesson, "Loading the data …")

    def load(self, work: Callable[[Job[Made]], Made], then: Callable[[Made], None], sentence: str) -> None:
        """Make runs in the background; with a bar, and in a way that can be cancelled.

        Parameters
        ----------
        work : callable
            Done in a thread.
        then : callable
            Called with what came of it; what it raises is told.
        sentence : str
            What is going on.
        """
        self.pause()
        self._then = then
        self._progress = None
        self._loading.start(work)
        self._set_activity("loading", sentence)
        self._timer.start(FRAME_MS)

    def pause(self) -> Goal | None:
        """Stop where it is, also the training of new tracks in the background; see `Clock.pause`."""
        if self.tracks and self._loading.is_active:
            self.cancel_loading()
        return super().pause()

    def cancel_loading(self) -> None:
        """Give up what goes on beside the window; the lesson stays open without a run, or a run stays as it is."""
        if self.moves.is_active:
            super().pause()
        if self._loading.is_active:
            self._loading.cancel()
            self._timer.stop()
            self._progress = None
            if not self.tracks:
                self._set_activity("empty", "Loading was cancelled. Open the lesson again to load its data.")
            else:
                self._set_activity("paused", "Loading was cancelled; the run is as it was.")

    def _finish_loading(self) -> None:
        self._timer.stop()
        self._progress = None
        try:
            self._then(self._loading.take())
        except Exception as error:  # also a fault in the program must leave the window usable
            sentence = str(error) if isinstance(error, LabError) else f"The data could not be loaded: {error!r}"
            self._set_activity("paused" if self.tracks else "empty", sentence)
            self.problem_occurred.emit(sentence)

    def _take_lesson(self, made: Made) -> None:
        self.show_tracks([Track(k, name, RunTree(history)) for k, (name, history) in enumerate(made, start=1)])

    def show_tracks(self, tracks: Sequence[Track], message: str = "") -> None:
        """Show tracks where their cursors are, in place of all there are."""
        self.pause()
        self.tracks = list(tracks)
        self._show_all(message)

    def restore(self, lesson: Lesson | None, tracks: Sequence[Track], message: str = "") -> None:
        """Show a lesson with tracks that were stored, where their cursors are; no load begins."""
        self.pause()
        self._loading.cancel()
        self.changes.settle()
        self.comparison.forget()
        self.lesson, self.tracks, self.selection = lesson, [], Selection()
        if lesson is not None:
            self.lesson_changed.emit(lesson)
        self.show_tracks(tracks, message)

    def show_finished(self, lesson: Lesson, runs: Sequence[tuple[str, History, FinishReason | None]]) -> None:
        """Show runs that were trained elsewhere."""
        self.lesson = lesson
        self.selection = Selection()
        tracks = [Track(k, name, RunTree(history)) for k, (name, history, _) in enumerate(runs, start=1)]
        for track, (_, _, reason) in zip(tracks, runs, strict=True):
            if reason is not None:
                track.finish(reason)
        self.show_tracks(tracks)
        if tracks[0].reason is not None:
            self._finish(Finish(tracks[0].reason))

    def _show_all(self, message: str) -> None:
        self.changes.settle()
        self.tracks_changed.emit()
        self._set_activity("paused", message)
        self._emit_frame({"lesson", "state", "curves", "selection"})

    def tell_tracks(self) -> None:
        """Tell that there are other tracks, or that one is hidden, renamed or leads."""
        self.tracks_changed.emit()
        self._emit_frame({"tracks", "state", "curves", "selection"})

    # --- new runs ----------------------------------------------------------------------------------------------------

    def begin(self, experiment: Experiment, message: str) -> None:
        """Let the lead begin a run with another experiment; the one that is there stays until the new one is ready.

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
        name = self.tracks[0].name if self.tracks else self.lesson.tracks()[0][0] if self.lesson else "run"
        self.load(
            lambda job: load_run(name, experiment, job),
            lambda made: self._take_run(made, message),
            "Loading the data …",
        )

    def _take_run(self, made: Made, message: str) -> None:
        if self.tracks:
            self.adopt(made[0][1], message)
        else:
            self._take_lesson(made)

    def adopt(self, run: History | RunTree, message: str = "") -> None:
        """Let the lead show a run from its head, as the first of a new tree, or a tree as it is."""
        self.pause()
        tree = run if isinstance(run, RunTree) else RunTree(run)
        if self.tracks:
            self.tracks[0].begin(tree, object())
            for track in self.tracks[1:]:
                track.seek(self.tracks[0].done)
        else:
            self.tracks = [Track(1, "run", tree)]
        self._show_all(message)

    def restart(self) -> None:
        """Go back to the same start weights and begin new curves in all tracks, with the settings at the cursor."""
        self.begin_all([History(track.trainer) for track in self.tracks])

    def new_weights(self) -> None:
        """Draw other start weights in all tracks, with the next seed and the settings at the cursor."""
        self.pause()
        before, made = [track.history.start for track in self.tracks], []
        for track in self.tracks:
            model = track.trainer.model
            changed = model.experiment.replace({"seed": (model.experiment.seed + 1) % MOST_SEEDS})
            made.append(History(Trainer(changed, model.data, model.kernel)))
        pairs = zip(made, before, strict=True)
        is_same = all(history.start.params.tobytes() == old.params.tobytes() for history, old in pairs)
        self.begin_all(made, SAME_WEIGHTS if is_same else "")

    def begin_all(self, histories: Sequence[History], message: str = "") -> None:
        """Begin a new run in every track, one history each; undo leads back in all of them."""
        self.pause()
        if histories:
            occasion = object()
            for track, history in zip(self.tracks, histories, strict=True):
                track.begin(RunTree(history), occasion)
            self._show_all(message)

    def close(self) -> None:
        """End all threads; the session is of no use afterwards."""
        self.pause()
        self._timer.stop()
        self._measuring.close()
        self.moves.close()
        self._loading.close()

    # --- time and telling --------------------------------------------------------------------------------------------

    def _on_timer_timeout(self) -> None:
        if not self._loading.is_active:
            super()._on_timer_timeout()
            return
        progress, self._progress = self._progress, self._loading.progress
        if self._loading.is_done:
            self._finish_loading()
        elif progress != self._progress:
            self._emit_status()

    def _emit_status(self) -> None:
        if self._progress is not None and self.activity == "loading":
            self.status_changed.emit(Status(self.activity, message=self._message, progress=self._progress))
        else:
            super()._emit_status()

    def _ghosts(self) -> tuple[Ghost, ...]:
        return self.changes.ghosts
