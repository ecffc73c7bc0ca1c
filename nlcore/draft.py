"""A draft of a run: a copy in which another thread goes to a moment, or trains on, while the run itself stays as it is.

The way is gone in short parts. Between two of them the draft tells how far it is, and can be given up. Only when the
thread is done does the run take over what was found; a draft that was given up leaves nothing but states to go on from.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from nlcore.checkpoints import n_bytes
from nlcore.families import Advance
from nlcore.history import History
from nlcore.records import TrainState
from nlcore.runner import Chunk

MOST_PARTS = 64
MOST_BYTES = 16 * 2**20
"""How many states of the way, and how many bytes of them, are remembered where a draft trains on."""


class Draft(History):
    """A copy of a history for one way.

    Parameters
    ----------
    history : History
        The run; it must not change until the draft is done or given up.
    here : TrainState or None
        A state of the run from which the way may begin, besides those that the run keeps.
    pulse : callable
        Called between two parts with the number of presentations done since the last call; it may raise to give up.
    """

    def __init__(self, history: History, here: TrainState | None, pulse: Callable[[int], None]) -> None:
        vars(self).update(vars(history))  # a run never changes its parts, it gets others: so they may be shared
        self.checkpoints = self.checkpoints.copy()
        self._here, self._pulse = here, pulse
        self._chunk = Chunk()
        self.visited: list[TrainState] = []
        """States on the way from which it can be gone on with."""
        self.trained: list[Advance] = []
        """What was trained from the head of the run on."""

    def parts(self, n: int) -> Iterator[int]:
        """Yield by how many presentations at a time to go; each takes some milliseconds."""
        while n > 0:
            self._pulse(0)
            part, began = min(n, self._chunk.n), time.perf_counter()
            yield part
            self._chunk.note(part, time.perf_counter() - began)
            self._pulse(part)
            n -= part

    def nearest(self, presentations: int) -> TrainState:
        """Return the last state that is known at or before a moment."""
        found, here = super().nearest(presentations), self._here
        if here is not None and found.counters.presentations < here.counters.presentations <= presentations:
            return here
        return found

    def distance(self, presentations: int) -> int:
        """Return how many presentations must be computed again, or trained, to get to a moment."""
        return presentations - self.nearest(presentations).counters.presentations

    def visit(self, state: TrainState) -> None:
        """Remember a state on the way."""
        self.visited.append(state)
        super().visit(state)

    def extend(self, after: Advance) -> None:
        """Remember what was trained, with fewer states of the way where there are many."""
        self.record(after.state)
        self.trained.append(after)
        if len(self.trained) > max(2, min(MOST_PARTS, MOST_BYTES // max(1, n_bytes(after.state)))):
            pairs = [self.trained[k : k + 2] for k in range(0, len(self.trained), 2)]
            self.trained = [joined(pair) for pair in pairs]


def joined(parts: Sequence[Advance]) -> Advance:
    """Return what was trained in several parts, one after the other, as one."""
    if len(parts) == 1:
        return parts[0]
    clock, values = (np.concatenate([getattr(part, name) for part in parts]) for name in ("clock", "values"))
    return Advance(parts[-1].state, clock, values, parts[-1].reason)
