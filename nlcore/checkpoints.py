"""The states of a run that are kept, so that any other can be computed again from the nearest one.

Three kinds: checkpoints spread over the whole run, thinned by doubling their spacing when there are too many; the
newest states, so that a step back from the head is cheap; and way points near the places that were visited last.
Together they stay below a number and a number of bytes.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Iterable
from itertools import chain

from nlcore.records import TrainState

MAX_CHECKPOINTS = 512
MAX_CHECKPOINT_BYTES = 64 * 2**20
MOST_NEAR = 24
"""Most newest states, and most way points."""


def n_bytes(state: TrainState) -> int:
    """Return the size of all arrays of a state."""
    return state.params.nbytes + state.velocity.nbytes + sum(array.nbytes for array in state.extra.values())


def presentations_of(state: TrainState) -> int:
    """Return when a state was, counted in presentations."""
    return state.counters.presentations


def updates_of(state: TrainState) -> int:
    """Return how many updates came before a state."""
    return state.counters.updates


class Checkpoints:
    """States of one run, in bounded memory.

    Parameters
    ----------
    first : TrainState
        The start of the run, which is always kept.
    """

    def __init__(self, first: TrainState) -> None:
        self._spread = [first]
        self._newest: deque[TrainState] = deque()
        self._visited: deque[TrainState] = deque()
        self._spacing = 1
        self._largest = max(1, n_bytes(first))
        self._most_bytes = MAX_CHECKPOINT_BYTES

    def __len__(self) -> int:
        """Return how many states are kept."""
        return len({id(state) for state in chain(*self._kinds())})

    @property
    def n_bytes(self) -> int:
        """Size of all states that are kept."""
        return sum({id(state): n_bytes(state) for state in chain(*self._kinds())}.values())

    def _kinds(self) -> tuple[Iterable[TrainState], Iterable[TrainState], Iterable[TrainState]]:
        return self._spread, self._newest, self._visited

    @property
    def _budget(self) -> tuple[int, int]:
        """Most states that are spread over the run, and most newest states (and as many way points)."""
        most = min(MAX_CHECKPOINTS, self._most_bytes // self._largest)
        near = min(MOST_NEAR, most // 8)
        return max(2, most - 2 * near), near

    def limit_bytes(self, most: int) -> None:
        """Set how many bytes the states may take, and let go of what is beyond it."""
        self._most_bytes = most
        self._thin()

    def record(self, state: TrainState) -> None:
        """Keep a newer state of the run for some time, and as a checkpoint if one is due."""
        self._largest = max(self._largest, n_bytes(state))
        self._newest.append(state)
        if presentations_of(state) >= presentations_of(self._spread[-1]) + self._spacing:
            self._spread.append(state)
        self._thin()

    def visit(self, state: TrainState) -> None:
        """Keep a state for as long as the person stays near it."""
        self._largest = max(self._largest, n_bytes(state))
        self._visited.append(state)
        self._thin()

    def _thin(self) -> None:
        most, near = self._budget
        for states in (self._newest, self._visited):
            while len(states) > near:
                states.popleft()
        while len(self._spread) > most:
            self._spacing *= 2
            kept = self._spread[:1]
            for state in self._spread[1:]:
                if presentations_of(state) >= presentations_of(kept[-1]) + self._spacing:
                    kept.append(state)
            self._spread = kept

    def nearest(self, presentations: int) -> TrainState:
        """Return the last state that is kept at or before a moment."""
        found = self._spread[bisect_right(self._spread, presentations, key=presentations_of) - 1]
        for states in (self._newest, self._visited):
            for state in states:
                if presentations_of(found) < presentations_of(state) <= presentations:
                    found = state
        return found

    def gap(self, presentations: int, head: int) -> int:
        """Return the distance between the checkpoints around a moment, or to the head of the run after the last."""
        after = bisect_right(self._spread, presentations, key=presentations_of)
        end = presentations_of(self._spread[after]) if after < len(self._spread) else head
        return end - presentations_of(self._spread[after - 1])

    def around_update(self, updates: int, until: int) -> tuple[TrainState, int]:
        """Return where to look for the first presentation after which there were so many updates.

        Parameters
        ----------
        updates : int
            At least 1.
        until : int
            A moment at which there were that many.

        Returns
        -------
        state : TrainState
            The last state that is kept with fewer updates.
        until : int
            The earliest moment known to have that many.
        """
        after = bisect_left(self._spread, updates, key=updates_of)
        found = self._spread[after - 1]  # the first has no updates
        if after < len(self._spread):
            until = min(until, presentations_of(self._spread[after]))
        for states in (self._newest, self._visited):
            for state in states:
                if updates_of(state) >= updates:
                    until = min(until, presentations_of(state))
                elif presentations_of(state) > presentations_of(found):
                    found = state
        return found, until

    def until(self, presentations: int) -> Checkpoints:
        """Return the states before a moment later than the start, as the beginning of another run."""
        found = Checkpoints(self._spread[0])
        found.extend(*([s for s in states if presentations_of(s) < presentations] for states in self._kinds()))
        return found

    def extend(
        self, spread: list[TrainState], newest: list[TrainState], visited: list[TrainState], *, spacing: int = 1
    ) -> None:
        """Take over the states of another run that begins in the same way, or of this one as it was stored."""
        self._spread, self._spacing = spread, spacing
        self._newest.extend(newest)
        self._visited.extend(visited)
        self._largest = max(map(n_bytes, (*spread, *newest, *visited)))
        self._thin()

    def all_with(self, head: TrainState) -> list[TrainState]:
        """Return all states that are kept and the head, one for each moment, oldest first."""
        found = {presentations_of(state): state for state in chain(*self._kinds())}
        found[presentations_of(head)] = head
        return [found[moment] for moment in sorted(found)]

    def spread(self) -> tuple[tuple[TrainState, ...], int]:
        """Return the states that are spread over the run, and the spacing that is kept between them from now on."""
        return tuple(self._spread), self._spacing

    def to_keep(self, most_bytes: int) -> tuple[tuple[TrainState, ...], int]:
        """Return what `spread` would with less room; the start of the run is among it whatever it takes."""
        found = Checkpoints(self._spread[0])
        found.limit_bytes(min(most_bytes, self._most_bytes))
        found.extend(list(self._spread), [], [], spacing=self._spacing)
        return found.spread()
