"""Taking all tracks to another moment: at once where that is quick, else beside the window, until it is given up.

A thread goes through drafts of the runs (`nlcore.draft`), so the runs and what is shown of them stay as they are until
it arrives. Then all tracks take the step together.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, QTimer, Signal

from app.job import Job
from app.lane import Finish, advance, step
from app.loading import Loading
from app.track import Track
from nlcore.draft import Draft
from nlcore.errors import CancelledError
from nlcore.records import FinishReason, StepUnit

PATIENCE = 0.15
"""Seconds that the window waits for a move, so that a quick one is seen at once."""
HURRY = 0.5
"""For so many seconds after a move that was given up the window does not wait: somebody drags the timeline, say."""
LOOK_MS = 33
CANCELLED = "Cancelled; everything stays where it was."
AT_START = "Cancelled. What is shown now was not computed for that moment yet: this is its start."


class Leg:
    """The way of one track.

    Parameters
    ----------
    track : Track
        It stays where it is until the leg arrives.
    pulse : callable
        See `nlcore.draft.Draft`.
    """

    def __init__(self, track: Track, pulse: Callable[[int], None]) -> None:
        self.track = track
        self.draft = Draft(track.history, track.cursor if track.is_settled else None, pulse)
        self.state = track.cursor
        self._reason: FinishReason | None = None

    @property
    def done(self) -> int:
        """Presentations up to where it has got."""
        return self.state.counters.presentations

    def distance(self, presentations: int) -> int:
        """Return how many presentations lie before it on the way to a moment."""
        head = self.draft.head.counters.presentations
        return presentations - head if presentations >= head else self.draft.distance(presentations)

    def go(self, presentations: int) -> None:
        """Go to a moment; to the newest if there are not so many presentations."""
        self.state = self.draft.state_at(presentations)

    def forward(self, presentations: int) -> None:
        """Go to a moment, and train up to there if need be; it may diverge before."""
        draft = self.draft
        missing = presentations - draft.head.counters.presentations
        is_dead = draft.trainer.finish_reason(draft.head, stops=False) is not None
        self._reason = advance(draft, missing, stops=False) if missing > 0 and not is_dead else None
        self.go(presentations)

    def step(self, unit: StepUnit) -> Finish | None:
        """Go one step on; return why nothing follows, if so."""
        self.state, finish = step(self.draft, self.state, unit)
        self._reason = finish.reason if finish is not None else None
        return finish

    def arrive(self) -> None:
        """Let the run take over what was found, and the track show it."""
        for after in self.draft.trained:
            self.track.history.extend(after)
        self.remember()
        self.track.cursor = self.state
        if self._reason is not None:
            self.track.finish(self._reason)

    def remember(self) -> None:
        """Let the run keep states of the way, so that the next way is shorter."""
        for state in tuple(self.draft.visited):
            self.track.history.visit(state)


class Move:
    """A move of all tracks.

    Parameters
    ----------
    tracks : sequence of Track
        In the order of the session.
    message : str
        What to say on arrival.

    Attributes
    ----------
    legs : list of Leg
        One for each track.
    total : int or None
        How many presentations lie before it, if that is known.
    finish : Finish or None
        Why nothing follows the end of the way, if so.
    error : Exception or None
        What went wrong; nothing has moved then.
    """

    def __init__(self, tracks: Sequence[Track], message: str = "") -> None:
        self.message = message
        self.legs = [Leg(track, self._pulse) for track in tracks]
        self.total: int | None = None
        self.finish: Finish | None = None
        self.error: Exception | None = None
        self._done = 0
        self._job: Job[None] | None = None

    def _pulse(self, n: int) -> None:
        self._done += n
        if self._job is not None:
            self._job.report(self._done, self.total)
            if self._job.is_cancelled:
                raise CancelledError("the move was given up")

    def run(self, job: Job[None], work: Callable[[Move], None]) -> None:
        """Do the work in the thread of a job."""
        self._job = job
        work(self)

    def go(self, presentations: int) -> None:
        """Take all tracks to a moment."""
        self.total = sum(leg.distance(presentations) for leg in self.legs)
        for leg in self.legs:
            leg.go(presentations)

    def step(self, guide: int, unit: StepUnit) -> None:
        """Take all tracks one step on, as long as it is for the one of that place."""
        first = self.legs[guide]
        before = first.done
        together = [leg for leg in self.legs if leg.done == before]
        if unit != "update":
            until = before + first.draft.presentations_to(first.state, unit)
            self.total = sum(leg.distance(until) for leg in together)
        self.finish = first.step(unit)
        for leg in together:
            if leg is not first:
                leg.forward(first.done)
        if self.finish is None:
            now = max(leg.done for leg in self.legs)
            for leg in self.legs:
                leg.go(now)

    def step_back(self, guide: int, unit: StepUnit, end: int) -> None:
        """Take all tracks one step back, as long as it is for the one of that place."""
        first = self.legs[guide]
        self.go(min(first.draft.before(first.state, unit), end))


class Moves(QObject):
    """Makes one move at a time; a new one takes the place of one that is under way.

    Signals
    -------
    arrived : Move
        It is over: its legs can arrive, or it has failed.
    changed
        It goes on beside the window, or has got farther.
    """

    arrived = Signal(object)
    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.sentence = ""
        """What is going on; empty if nothing is."""
        self.wanted: int | None = None
        """Presentations at the moment it leads to, if that is known."""
        self._move: Move | None = None
        self._loading: Loading[None] = Loading(shown_after=0.0)
        self._impatient_until = 0.0
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self._on_timer_timeout)

    @property
    def is_active(self) -> bool:
        """Whether a move is under way."""
        return self._move is not None

    @property
    def progress(self) -> tuple[int, int | None] | None:
        """How many presentations are done, and of how many if that is known; None if nothing is under way."""
        return self._loading.progress if self._timer.isActive() else None

    def start(
        self,
        move: Move,
        work: Callable[[Move], None],
        sentence: str,
        *,
        wanted: int | None = None,
        is_free: bool = False,
    ) -> None:
        """Begin a move.

        Parameters
        ----------
        move : Move
            Of all tracks.
        work : callable
            Takes its legs along; called in a thread.
        sentence : str
            What is going on, if it takes longer.
        wanted : int, optional
            Where it leads, if that is known.
        is_free : bool
            Whether nothing must be computed; then no thread is needed.
        """
        self.cancel()
        self._move = move
        if is_free:
            work(move)
            self._arrive()
            return
        self._loading.start(lambda job: move.run(job, work))
        if time.perf_counter() >= self._impatient_until and self._loading.wait(PATIENCE):
            self._arrive_from_thread()
        else:
            self.sentence, self.wanted = sentence, wanted
            self._timer.start()
            self.changed.emit()

    def cancel(self) -> bool:
        """Give a move up that is under way; tell whether there was one."""
        move, self._move = self._move, None
        if move is None:
            return False
        self._impatient_until = time.perf_counter() + HURRY
        self._rest()
        self._loading.cancel()
        for leg in move.legs:
            leg.remember()
        return True

    def close(self) -> None:
        """Give everything up and wait for the threads."""
        self.cancel()
        self._loading.close()

    def _on_timer_timeout(self) -> None:
        if self._loading.is_done:
            self._arrive_from_thread()
        else:
            self.changed.emit()

    def _arrive_from_thread(self) -> None:
        try:
            self._loading.take()
        except Exception as error:  # told by whoever asked for the move; the window goes on
            if self._move is not None:
                self._move.error = error
        self._arrive()

    def _arrive(self) -> None:
        move, self._move = self._move, None
        self._rest()
        self.arrived.emit(move)

    def _rest(self) -> None:
        self._timer.stop()
        self.sentence, self.wanted = "", None


def is_resting(track: Track, now: int, *, stops: bool) -> bool:
    """Tell whether a track has come to an end by its own rules, and the others may leave it there."""
    if not track.is_at_end or not (stops or track.done < now):
        return False
    return track.end_reason is FinishReason.STOP_RULE


def level(tracks: Sequence[Track]) -> bool:
    """Take all tracks to the start if they are not at one moment of what they show; tell whether that was so."""
    now = max(track.done for track in tracks)
    if all(track.is_settled and track.done == min(now, track.end) for track in tracks):
        return False
    for track in tracks:
        track.seek(0)
    return True
