"""Replays for panes: which examples made the updates of a run, at once where that is quick, else beside the window."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QObject, Signal

from app.frame import TrackFrame
from app.latest import Latest
from nlcore.families.feedforward import FeedforwardModel
from nlcore.records import TrainState
from nlcore.replays import Replay

AT_ONCE = 10_000
"""Presentations times weights that are gone through again at once, in a few milliseconds."""
MOST = 20_000
"""Presentations after which nobody wants to know each of them."""
MOST_NUMBERS = 4_000_000
"""Presentations times weights, likewise: about a second."""
Answer = Replay | Literal["waiting", "too long"]


def since_of(track: TrackFrame) -> TrainState:
    """Return the state from which on a track's model was in force."""
    if track.since is not None:
        return track.since
    model = track.model
    params = model.initial_params()
    return TrainState(params, 0.0 * params, extra=model.initial_extra(params))


class Replays(QObject):
    """The replay of one track, kept while it goes on.

    Signals
    -------
    ready
        What was waited for is there.
    """

    ready = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._kept: Replay | None = None
        self._latest = Latest("replay", self)
        self._latest.answered.connect(self._take)

    def of(self, track: TrackFrame) -> Answer:
        """Return the replay up to the cursor at least, or why there is none yet."""
        model, done = track.model, track.state.counters.presentations
        assert isinstance(model, FeedforwardModel)
        kept = self._kept
        if kept is None or kept.model is not model or (track.since is not None and kept.since is not track.since):
            kept = self._kept = Replay(model, since_of(track))
        length = done - kept.since.counters.presentations
        if length > MOST or length * model.n_params > MOST_NUMBERS:
            return "too long"
        missing = max(0, done - kept.end)
        if missing * model.n_params <= AT_ONCE:
            kept.go_on(done)
            return kept
        since = kept.since

        def work() -> Replay:
            replay = Replay(model, since)
            replay.go_on(done)
            return replay

        self._latest.ask(track.state, work)
        return "waiting"

    def _take(self, _: object, answer: object) -> None:
        kept = self._kept
        if isinstance(answer, Replay) and kept is not None and answer.since is kept.since and answer.end > kept.end:
            self._kept = answer
        self.ready.emit()
