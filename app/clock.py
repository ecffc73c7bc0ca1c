"""The one clock that all tracks share: playing, pausing, stepping and going to a moment.

The clock counts presentations. A track whose run has ended earlier stays at its end while the others go on. One timer
drives everything that takes time; at each tick one frame goes to everybody, as often as drawing it permits.
"""

from __future__ import annotations

import time
from functools import partial

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from app.frame import Frame, Ghost, Selection
from app.lane import Finish
from app.measuring import Measuring
from app.moves import AT_START, CANCELLED, Move, Moves, is_resting, level
from app.playback import DEFAULT_SPEED, Goal, Playback, Speed
from app.sentences import end_sentence, finish_sentence, thousands
from app.status import Activity, Status
from app.track import Track
from nlcore.history import History
from nlcore.records import FinishReason, StepUnit, TrainState
from nlcore.run_tree import RunTree

FRAME_MS = 33
BREATH = 0.5
"""Share of the time that making a frame took which the event loop gets before the next, however late that is."""


class Clock(QObject):
    """Moves tracks in time.

    Signals
    -------
    frame_changed : Frame
        There is something new to draw.
    status_changed : Status
        Counters, measurements or activity changed.
    problem_occurred : str
        One sentence about what could not be done.
    """

    frame_changed = Signal(object)
    status_changed = Signal(object)
    problem_occurred = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.tracks: list[Track] = []
        self.speed: Speed = DEFAULT_SPEED
        self.selection = Selection()
        self.phase = 0
        """How many phases of the next presentation are lit."""
        self.activity: Activity = "empty"
        self._playback: Playback | None = None
        self._playing: list[Track] = []
        self._message = ""
        self._due = 0.0
        self.moves = Moves(self)
        self.moves.arrived.connect(self._on_moves_arrived)
        self.moves.changed.connect(self._emit_status)
        self._measuring = Measuring(self)
        self._measuring.finished.connect(self._emit_status)
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(FRAME_MS)
        self._timer.timeout.connect(self._on_timer_timeout)

    # --- what there is -----------------------------------------------------------------------------------------------

    @property
    def lead(self) -> Track | None:
        """The track that settings and changes are about; None until the data are loaded."""
        return self.tracks[0] if self.tracks else None

    @property
    def tree(self) -> RunTree | None:
        """The courses of the lead."""
        return self.tracks[0].tree if self.tracks else None

    @property
    def history(self) -> History | None:
        """The course of the lead that is shown."""
        return self.tracks[0].history if self.tracks else None

    @property
    def cursor(self) -> TrainState | None:
        """The state of the lead that is shown."""
        return self.tracks[0].cursor if self.tracks else None

    @property
    def now(self) -> int:
        """Presentations on the clock: those of the track that is farthest."""
        return max((track.done for track in self.tracks), default=0)

    @property
    def end(self) -> int:
        """Presentations up to which all tracks are known, but for those that have ended before."""
        if not self.tracks:
            return 0
        open_ends = [track.end for track in self.tracks if track.end_reason is None]
        return min(open_ends) if open_ends else max(track.end for track in self.tracks)

    def guide(self) -> Track:
        """Return the track whose updates and epochs are counted in steps: the lead, unless it has ended."""
        now = self.now
        at_now = [track for track in self.tracks if track.done == now]
        return next((track for track in at_now if not (track.is_at_end and track.is_dead)), at_now[0])

    # --- intents -----------------------------------------------------------------------------------------------------

    def play(self, *, presentations: int | None = None, updates: int | None = None, epochs: int | None = None) -> None:
        """Go on from the cursor at the chosen speed until paused or a stop rule holds.

        Stop rules that hold already are passed over, once they hold for all tracks.

        Parameters
        ----------
        presentations, updates : int, optional
            End after so many more, whatever the stop rules say.
        epochs : int, optional
            End after the rest of the current epoch and so many whole ones, whatever the stop rules say.
        """
        self.pause()
        if not self.tracks:
            return
        guide = self.guide()
        counters = guide.cursor.counters
        if epochs is not None:
            length = guide.trainer.model.epoch_length
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
        if not self.tracks:
            return
        now = self.now
        alive = [track for track in self.tracks if not (track.is_at_end and track.is_dead)]
        if not alive:
            reason = self.tracks[0].history.trainer.finish_reason(self.tracks[0].history.head, stops=False)
            self._finish(Finish(reason or FinishReason.LIMIT))
            return
        self._playing = [track for track in alive if not is_resting(track, now, stops=goal.stops)] or alive
        self._playing.sort(key=lambda track: track.done < now)  # who leads counts the updates
        self._playback = Playback([(track.history, track.cursor) for track in self._playing], self.speed, goal)
        self._due = time.perf_counter() + FRAME_MS / 1000
        self._set_activity("running", "")
        self._timer.start(FRAME_MS)

    def pause(self) -> Goal | None:
        """Stop where it is; takes some milliseconds at most. Return how far it would have played, if it did.

        A move that is under way is given up.
        """
        if self.moves.cancel() and self.tracks:
            is_at_start = level(self.tracks)
            self._set_activity("paused", AT_START if is_at_start else CANCELLED)
            if is_at_start:
                self._emit_frame({"state", "curves"})
        if self._playback is None:
            return None
        playback, self._playback = self._playback, None
        finish = playback.stop()
        self._follow(playback)
        self._timer.stop()
        if finish is not None:
            self._finish(finish)
            return None
        self.seek(self.now)
        return playback.goal

    def step(self, unit: StepUnit, n: int = 1) -> None:
        """Go on by `n` presentations, updates or epochs, whatever the stop rules say.

        With several tracks, updates and epochs are those of the lead.
        """
        self.pause()
        if not self.tracks:
            return
        guide = self.guide()
        if n > 1 and unit == "epoch":  # the rest of the current epoch is the first step
            self.play(epochs=n - (guide.cursor.counters.position_in_epoch > 0))
        elif n > 1:
            self.play(presentations=n) if unit == "presentation" else self.play(updates=n)
        else:
            sentence = "Looking for the next update …" if unit == "update" else f"Training: one {unit} …"
            work = partial(Move.step, guide=self.tracks.index(guide), unit=unit)
            self.moves.start(Move(self.tracks), work, sentence)

    def step_back(self, unit: StepUnit) -> None:
        """Go back by one presentation, update or epoch; nothing is forgotten."""
        self.pause()
        if self.tracks:
            work = partial(Move.step_back, guide=self.tracks.index(self.guide()), unit=unit, end=self.end)
            self.moves.start(Move(self.tracks), work, f"Going back: one {unit} …")

    def seek(self, presentations: int, message: str = "") -> None:
        """Show the state after so many presentations, with a sentence about it; later than `end` is not known yet.

        What takes long goes on beside the window; until it arrives, everything is as before.
        """
        self.pause()
        if self.tracks:
            place = min(presentations, self.end)
            move, work = Move(self.tracks, message), partial(Move.go, presentations=place)
            is_free = not any(leg.distance(min(place, leg.track.end)) for leg in move.legs)
            self.moves.start(move, work, f"Going to presentation {thousands(place)} …", wanted=place, is_free=is_free)

    def _on_moves_arrived(self, move: Move) -> None:
        """Show where a move has led."""
        if move.error is not None:
            sentence = f"The moment could not be reached: {type(move.error).__name__}: {move.error}"
            self._set_activity("paused", sentence)
            self.problem_occurred.emit(sentence)
            return
        for leg in move.legs:
            leg.arrive()
        if move.finish is not None:
            self._finish(move.finish)
            return
        self._set_activity("paused", move.message)
        self._emit_frame({"state", "curves"})

    def seek_best(self) -> None:
        """Show the state in which the lead had the lowest validation loss so far."""
        best = self.history.best_validation() if self.history is not None else None
        if best is not None:
            self.seek(best.presentations)

    def set_speed(self, speed: Speed) -> None:
        """Change the playback speed, also while running."""
        self.speed = speed
        if self._playback is not None:
            self._playback.set_speed(speed)

    def select(self, selection: Selection) -> None:
        """Point at an example or a unit in all panes."""
        self.selection = selection
        self._emit_frame({"selection"})

    # --- time --------------------------------------------------------------------------------------------------------

    def _on_timer_timeout(self) -> None:
        if self._playback is None:
            self._timer.stop()
            return
        shown, began = [track.cursor for track in self._playing], time.perf_counter()
        try:
            finish = self._playback.tick()
        except Exception as error:  # a fault in the program ends the run, not the window
            finish = Finish(FinishReason.ERRORED, f"{type(error).__name__}: {error}")
        self._follow(self._playback)
        if finish is not None:
            playback, self._playback = self._playback, None
            playback.stop()
            self._finish(finish)
            return
        if all(track.cursor is before for track, before in zip(self._playing, shown, strict=True)):
            self._due = began + FRAME_MS / 1000
            self._timer.start(FRAME_MS)  # nothing new at a slow speed
            return
        self._emit_frame({"state", "curves"})
        now = time.perf_counter()
        self._due = max(self._due + FRAME_MS / 1000, now + BREATH * (now - began))
        self._timer.start(round(1000 * (self._due - now)))  # the time painting took counts too

    def _follow(self, playback: Playback) -> None:
        """Show the tracks where they have been played to."""
        for track, lane in zip(self._playing, playback.lanes, strict=True):
            track.cursor = lane.state
            if lane.finish is not None:
                track.finish(lane.finish.reason)

    def _finish(self, finish: Finish) -> None:
        self._timer.stop()
        lead = self.tracks[0]
        if len(self.tracks) == 1:
            lead.finish(finish.reason)
            sentence = finish_sentence(finish.reason, lead.history.trainer, lead.history.head, finish.message)
        else:
            ended = [
                (t.shown_name, end_sentence(t.reason, t.history.trainer, t.cursor)) for t in self.tracks if t.reason
            ]
            sentence = "; ".join(f"{name}: {said}" for name, said in ended if said)
        sentence = sentence or finish.message
        self._set_activity("paused", sentence)
        self._emit_frame({"state", "curves"})
        if finish.reason is FinishReason.ERRORED:
            self.problem_occurred.emit(
                finish_sentence(finish.reason, lead.history.trainer, lead.history.head, finish.message)
            )

    # --- telling -----------------------------------------------------------------------------------------------------

    def _ghosts(self) -> tuple[Ghost, ...]:
        """Return the courses of the lead that are not shown."""
        return ()

    def _set_activity(self, activity: Activity, message: str) -> None:
        self.activity, self._message = activity, message
        self._emit_status()

    def _emit_status(self) -> None:
        if not self.tracks:
            self.status_changed.emit(Status(self.activity, message=self._message))
            return
        lead = self.tracks[0]
        is_fast = self._playback is not None and not self._playback.is_slow
        self.status_changed.emit(
            Status(
                self.activity,
                lead.cursor.counters,
                lead.history.head.counters,
                self._measuring.row(lead.trainer, lead.cursor, lead.known_row(), is_running=self.activity == "running"),
                self._playback.updates_per_second if self._playback is not None and is_fast else 0.0,
                self.moves.sentence or self._message,
                self.moves.progress,
                now=self.now,
                end=max(self.now, self.end),
                n_tracks=len(self.tracks),
                wanted=self.moves.wanted,
            )
        )

    def _emit_frame(self, changed: set[str]) -> None:
        if not self.tracks:
            return
        if "state" in changed:
            self.phase = 0
        lead = self.tracks[0]
        frames = [lead.frame(self._ghosts())]
        frames += [track.frame() for track in self.tracks[1:] if not track.is_hidden]
        is_fast = self._playback is not None and not self._playback.is_slow
        frame = Frame(tuple(frames), self.selection, frozenset(changed), is_running=is_fast, phase=self.phase)
        self.frame_changed.emit(frame)
        if self.activity == "running":
            self._emit_status()
