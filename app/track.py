"""A track: one run that is shown, with its place in time, its name and its colour.

Several tracks stand side by side on one clock. Each has its own tree of courses, so each can be changed, undone and
compared by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from app.frame import Ghost, TrackFrame
from nlcore.checkpoints import MAX_CHECKPOINT_BYTES
from nlcore.experiment import Experiment
from nlcore.history import History
from nlcore.records import FinishReason, FloatArray, TrainState
from nlcore.run_tree import GHOST_BYTES, RunTree
from nlcore.trainer import Trainer

MOST_TRACKS = 8
MOST_EARLIER = 3
"""Runs of a track that can be gone back to after others were begun."""


@dataclass(frozen=True, slots=True, eq=False)
class Earlier:
    """A run that another one took the place of, where its cursor was, and the occasion on which that happened."""

    tree: RunTree
    presentations: int
    occasion: object


class Track:
    """One run that is shown.

    Parameters
    ----------
    number : int
        From 1 to 8; decides colour and symbol, and stays.
    name : str
        On the screen.
    tree : RunTree
        Its courses.

    Attributes
    ----------
    is_hidden : bool
        Whether it is trained but not drawn.
    earlier, later : list of Earlier
        Where undo and redo lead when the tree itself has nothing to take back.
    """

    def __init__(self, number: int, name: str, tree: RunTree) -> None:
        self.number = number
        self.name = name
        self.tree = tree
        self.cursor = tree.current.history.head
        self.is_hidden = False
        self.earlier: list[Earlier] = []
        self.later: list[Earlier] = []
        self._ended: tuple[TrainState, FinishReason] | None = None
        self._known_end: tuple[TrainState | None, Trainer | None, FinishReason | None] = (None, None, None)
        self._claims: dict[str, object] = {}
        self._named: tuple[Experiment | None, str] = (None, name)

    @property
    def history(self) -> History:
        """The course that is shown."""
        return self.tree.current.history

    @property
    def cursor(self) -> TrainState:
        """The state that is shown."""
        return self._cursor[0]

    @cursor.setter
    def cursor(self, state: TrainState) -> None:
        self._cursor = (state, self.history)

    @property
    def is_settled(self) -> bool:
        """Whether the cursor is a state of the course that is shown; not right after another one was chosen."""
        return self._cursor[1] is self.history

    @property
    def trainer(self) -> Trainer:
        """What is in force at the cursor."""
        return self.history.trainer_at(self.done)

    @property
    def done(self) -> int:
        """Presentations at the cursor."""
        return self.cursor.counters.presentations

    @property
    def end(self) -> int:
        """Presentations at the newest state."""
        return self.history.head.counters.presentations

    @property
    def reason(self) -> FinishReason | None:
        """Why the run ended, if the end is shown."""
        if self._ended is None or self._ended[0] is not self.cursor:
            return None
        return self._ended[1]

    @property
    def is_at_end(self) -> bool:
        """Whether the newest state is shown."""
        return self.cursor is self.history.head

    @property
    def end_reason(self) -> FinishReason | None:
        """Why nothing follows the newest state by the experiment's own rules; None if it can go on."""
        history = self.history
        if self._known_end[0] is not history.head or self._known_end[1] is not history.trainer:
            reason = history.trainer.finish_reason(history.head, stops=True)
            self._known_end = (history.head, history.trainer, reason)
        return self._known_end[2]

    @property
    def is_dead(self) -> bool:
        """Whether nothing can follow the newest state, whatever the stop rules say."""
        return self.end_reason not in (None, FinishReason.STOP_RULE)

    def finish(self, reason: FinishReason) -> None:
        """Note why it ended at the cursor."""
        self._ended = (self.cursor, reason)

    def seek(self, presentations: int) -> None:
        """Show the state after so many presentations; the newest if there are not so many."""
        self.cursor = self.history.state_at(presentations)

    def begin(self, tree: RunTree, occasion: object) -> None:
        """Show another run from its newest state; undo leads back to the one before, redo to nothing."""
        if tree is not self.tree:
            self.tree.current.left = None
            self.earlier = [*self.earlier, Earlier(self.tree, self.done, occasion)][-MOST_EARLIER:]
            self.later = []
        self._show(tree)

    def swap(self, source: list[Earlier], other: list[Earlier]) -> int:
        """Show the newest run of one list, put the one that is shown into the other; return where its cursor was."""
        place = source.pop()
        other.append(Earlier(self.tree, self.done, place.occasion))
        self._show(place.tree)
        return place.presentations

    def _show(self, tree: RunTree) -> None:
        if tree is not self.tree:
            self.tree.limit(GHOST_BYTES)
        tree.limit(MAX_CHECKPOINT_BYTES)
        self.tree, self.cursor = tree, tree.current.history.head

    # --- its name ----------------------------------------------------------------------------------------------------

    def claim(self, settings: Mapping[str, object]) -> None:
        """Let the name say that these settings hold; where they do not any more, it says that too."""
        self._claims = dict(settings)

    def rename(self, name: str) -> None:
        """Give it a name that says nothing of settings."""
        self.name, self._claims, self._named = name, {}, (None, name)

    @property
    def shown_name(self) -> str:
        """The name on the screen."""
        experiment = self.trainer.experiment
        if self._named[0] is not experiment:
            holds = not self._claims or experiment.replace(self._claims) == experiment
            self._named = (experiment, self.name if holds else f"{self.name} (changed)")
        return self._named[1]

    def known_row(self) -> FloatArray | None:
        """Return the measurements at the cursor where they are those that were taken when the run was made."""
        curves = self.history.curves
        if self.cursor is not self.history.start or curves.n_measurements != 1:
            return None
        return np.array([curves.last(column) for column in range(len(curves.columns))])

    def frame(self, ghosts: tuple[Ghost, ...] = ()) -> TrackFrame:
        """Return what panes are given of it."""
        model, curves = self.trainer.model, self.history.curves
        since = self.history.since(self.done)
        return TrackFrame(self.shown_name, model, self.cursor, curves, self.reason, ghosts, self.number, since)
