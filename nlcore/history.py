"""What a run leaves behind: its curves and enough checkpoints to come back to any moment.

Curves are bounded: when they are full, neighbouring measurements are merged into one that keeps the smallest and the
largest of both, so that peaks stay visible. Checkpoints are bounded too: when there are too many, every second one goes
and the spacing doubles. Any state between two of them is computed again, to the last bit.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nlcore.families import Column
from nlcore.records import FloatArray, SetName, StepUnit, TrainState
from nlcore.trainer import Trainer

AXES = ("presentations", "updates", "epochs")
CURVE_CAPACITY = 4096
MAX_CHECKPOINTS = 512
MAX_CHECKPOINT_BYTES = 64 * 2**20


@dataclass(frozen=True, slots=True)
class Best:
    """The best measurement of one column so far: when it was, and its value."""

    presentations: int
    updates: int
    epochs: int
    value: float


class Curves:
    """Measurements along a run, in bounded memory.

    Parameters
    ----------
    columns : sequence of Column
        What is measured.
    capacity : int
        Most buckets that are kept; when they are full, neighbours are merged.
    """

    def __init__(self, columns: Sequence[Column], capacity: int = CURVE_CAPACITY) -> None:
        self.columns = tuple(columns)
        self.capacity = capacity + capacity % 2  # halves must pair up
        self.span = 1
        """Measurements in a full bucket."""
        self.n_measurements = 0
        self._n = 0
        self._filled = 0
        self._clock = np.empty((self.capacity, 3))
        self._last_clock = np.zeros(3)
        self._low = np.empty((self.capacity, len(self.columns)))
        self._high = np.empty((self.capacity, len(self.columns)))
        self._last = np.full(len(self.columns), np.nan)
        self._best: list[Best | None] = [None] * len(self.columns)

    def append(self, clock: FloatArray, values: FloatArray) -> None:
        """Add measurements, oldest first: clocks of shape (n, 3) and values of shape (n, n_columns)."""
        if not len(values):
            return
        self._note_best(clock, values)
        self._last, self._last_clock = values[-1].copy(), clock[-1].copy()
        self.n_measurements += len(values)
        done = self._top_up(values)
        while done < len(values):
            if self._n == self.capacity:
                self._merge()  # leaves a last bucket that is full: nothing to top up
            n_full = min((len(values) - done) // self.span, self.capacity - self._n)
            n_new = max(1, n_full)  # or one that is not full yet
            part = slice(done, min(done + n_new * self.span, len(values)))
            self._add(clock[part], values[part], n_new)
            done = part.stop

    def _top_up(self, values: FloatArray) -> int:
        """Put the first measurements into the last bucket if it is not full; return how many."""
        n = min(self.span - self._filled, len(values)) if self._n else 0
        if n:
            last = self._n - 1
            self._low[last] = np.fmin(self._low[last], np.fmin.reduce(values[:n]))
            self._high[last] = np.fmax(self._high[last], np.fmax.reduce(values[:n]))
            self._filled += n
        return n

    def _add(self, clock: FloatArray, values: FloatArray, n_new: int) -> None:
        """Add `n_new` buckets; all measurements together fill them, or there is one bucket and it is not full."""
        new = slice(self._n, self._n + n_new)
        grouped = values.reshape(n_new, -1, len(self.columns))
        self._clock[new] = clock[:: grouped.shape[1]]
        self._low[new], self._high[new] = np.fmin.reduce(grouped, axis=1), np.fmax.reduce(grouped, axis=1)
        self._n += n_new
        self._filled = grouped.shape[1]

    def _note_best(self, clock: FloatArray, values: FloatArray) -> None:
        with np.errstate(invalid="ignore"):
            rows = np.argmin(np.where(np.isfinite(values), values, np.inf), axis=0)
        for column, row in enumerate(rows):
            value, best = float(values[row, column]), self._best[column]
            if np.isfinite(value) and (best is None or value < best.value):
                presentations, updates, epochs = (int(c) for c in clock[row])
                self._best[column] = Best(presentations, updates, epochs, value)

    def _merge(self) -> None:
        half = self._n // 2
        pairs = slice(0, 2 * half)
        self._clock[:half] = self._clock[pairs][::2]
        self._low[:half] = np.fmin(self._low[pairs][::2], self._low[pairs][1::2])
        self._high[:half] = np.fmax(self._high[pairs][::2], self._high[pairs][1::2])
        self._n = half
        self.span *= 2
        self._filled = self.span

    def column(self, set_name: SetName, metric: str) -> int | None:
        """Return the number of a column, or None if it is not measured."""
        wanted = Column(set_name, metric)
        return self.columns.index(wanted) if wanted in self.columns else None

    def series(self, column: int, axis: str) -> tuple[FloatArray, FloatArray]:
        """Return x and y of a curve, at most twice `capacity` points and the newest.

        Where measurements were merged, the smallest and the largest of each bucket follow one another.

        Parameters
        ----------
        column : int
            Which quantity.
        axis : str
            One of `AXES`.
        """
        x = self._clock[: self._n, AXES.index(axis)]
        low, high = self._low[: self._n, column], self._high[: self._n, column]
        if self.span == 1:
            return x.copy(), low.copy()
        newest = self._last_clock[AXES.index(axis)]
        bands = np.column_stack((low, high)).ravel()
        return np.append(np.repeat(x, 2), newest), np.append(bands, self._last[column])

    def last(self, column: int) -> float:
        """Return the newest measurement of a column (nan before the first)."""
        return float(self._last[column])

    def best(self, column: int) -> Best | None:
        """Return the smallest measurement of a column and when it was first reached."""
        return self._best[column]


class History:
    """The curves of a run, and its checkpoints.

    Parameters
    ----------
    trainer : Trainer
        Computes what lies between checkpoints.
    """

    def __init__(self, trainer: Trainer) -> None:
        self.trainer = trainer
        self.start = trainer.initial_state()
        self.head = self.start
        self.curves = Curves(trainer.model.columns)
        first = np.array([[0.0, 0.0, 0.0]])
        self.curves.append(first, trainer.measure(self.start)[None, :])
        n_bytes = max(1, 2 * self.start.params.nbytes)
        self._most = max(2, min(MAX_CHECKPOINTS, MAX_CHECKPOINT_BYTES // n_bytes))
        self._spacing = 1
        self._at = [0]
        self._states = [self.start]

    @property
    def n_checkpoints(self) -> int:
        """Number of states that are kept."""
        return len(self._states)

    def record(self, state: TrainState) -> None:
        """Make a newer state of the run its head, and keep it as a checkpoint where one is due."""
        self.head = state
        at = state.counters.presentations
        if at < self._at[-1] + self._spacing:
            return
        self._at.append(at)
        self._states.append(state)
        while len(self._at) > self._most:
            self._spacing *= 2
            kept = [0]
            for i in range(1, len(self._at)):
                if self._at[i] >= self._at[kept[-1]] + self._spacing:
                    kept.append(i)
            self._at, self._states = [self._at[i] for i in kept], [self._states[i] for i in kept]

    def state_at(self, presentations: int) -> TrainState:
        """Return the state after that many presentations, equal to the forward run bit for bit.

        Parameters
        ----------
        presentations : int
            From 0 to the head; anything else is brought into that range.
        """
        wanted = min(max(presentations, 0), self.head.counters.presentations)
        if wanted == self.head.counters.presentations:
            return self.head
        nearest = bisect_right(self._at, wanted) - 1
        return self.trainer.advance(self._states[nearest], wanted - self._at[nearest])

    def before(self, state: TrainState, unit: StepUnit) -> int:
        """Return the presentation that one step back from a state of this run leads to.

        Parameters
        ----------
        state : TrainState
            Where to step back from.
        unit : str
            "presentation"; "epoch": the start of this epoch, or of the one before if this is its start; "update": right
            after the last update, or after the one before that if this is that moment.
        """
        counters = state.counters
        if unit == "presentation":
            return max(0, counters.presentations - 1)
        if unit == "epoch":
            length = self.trainer.model.epoch_length
            return max(0, counters.presentations - (counters.position_in_epoch or length))
        if counters.presentations == 0:
            return 0
        since = self._first_with(counters.updates)
        return since if since < counters.presentations else self._first_with(counters.updates - 1)

    def best_validation(self) -> Best | None:
        """Return when the validation loss was lowest so far; None without a validation set."""
        column = self.curves.column("validation", "loss")
        return None if column is None else self.curves.best(column)

    def _first_with(self, updates: int) -> int:
        """Return the first presentation after which there were so many updates.

        The search goes forward once from the checkpoint before it, in steps that are halved when they reach too far.
        """
        if updates <= 0:
            return 0
        after = bisect_left(self._states, updates, key=lambda state: state.counters.updates)
        state = self._states[after - 1]  # the first checkpoint has no updates, so there is one before
        high = self._at[after] if after < len(self._at) else self.head.counters.presentations
        while state.counters.presentations + 1 < high:
            middle = self.trainer.advance(state, (high - state.counters.presentations) // 2)
            if middle.counters.updates >= updates:
                high = middle.counters.presentations
            else:
                state = middle
        return high
