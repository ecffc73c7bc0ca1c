"""Training states as a few large arrays: how a session file holds them, each array once however many runs share it.

Arrays of one kind and shape lie in one pool, row by row. A state is a row of clocks and some slots; a slot says which
of its arrays (params, velocity, or what rules keep besides) is which row of which pool.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from nlcore.records import Counters, TrainState
from nlcore.storage_zip import Kind, Member, Reader, damaged

PARAMS, VELOCITY, EXTRA = "params", "velocity", "extra."
MOST_COUNT: Final = 2**53
KINDS: Final[Mapping[str, Kind]] = {"f": "<f8", "i": "<i8"}


class StateWriter:
    """Collects states; the same state, or another one with the same arrays, costs nothing more."""

    def __init__(self) -> None:
        self.names: list[str] = [PARAMS, VELOCITY]
        self._states: dict[int, tuple[int, TrainState]] = {}  # holds the states, so that an id stays theirs
        self._counters: list[tuple[int, int, int, int]] = []
        self._slots: list[tuple[int, int, int, int]] = []
        self._pools: dict[tuple[str, tuple[int, ...]], list[NDArray[Any]]] = {}
        self._places: dict[int, tuple[int, int]] = {}

    def add(self, state: TrainState) -> int:
        """Take a state in and return its number."""
        if id(state) in self._states:
            return self._states[id(state)][0]
        number, counters = len(self._counters), state.counters
        self._states[id(state)] = (number, state)
        self._counters.append((counters.presentations, counters.updates, counters.epochs, counters.position_in_epoch))
        arrays = {PARAMS: state.params, VELOCITY: state.velocity}
        for name, array in (*arrays.items(), *((EXTRA + name, array) for name, array in state.extra.items())):
            if name not in self.names:
                self.names.append(name)
            self._slots.append((number, self.names.index(name), *self._place(array)))
        return number

    def _place(self, array: NDArray[Any]) -> tuple[int, int]:
        if id(array) not in self._places:
            key = (KINDS[array.dtype.kind], array.shape)
            rows = self._pools.setdefault(key, [])
            self._places[id(array)] = (list(self._pools).index(key), len(rows))
            rows.append(array)
        return self._places[id(array)]

    def kinds(self) -> tuple[str, ...]:
        """Return the kind of numbers in each pool."""
        return tuple(kind for kind, _ in self._pools)

    def members(self) -> list[Member]:
        """Return what has been collected, as members of a container."""
        found = [
            Member("states/counters.npy", np.array(self._counters, dtype=np.int64).reshape(-1, 4)),
            Member("states/slots.npy", np.array(self._slots, dtype=np.int64).reshape(-1, 4)),
        ]
        for number, ((kind, shape), rows) in enumerate(self._pools.items()):
            array = np.array(rows, dtype=kind).reshape(len(rows), *shape)
            found.append(Member(f"states/pool{number}.npy", array, compressed=not shape))  # weights do not get smaller
        return found


class StateReader:
    """The states of a container.

    Parameters
    ----------
    reader : Reader
        The container.
    names : sequence of str
        What the arrays of a state are called.
    kinds : sequence of str
        The kind of numbers in each pool.

    Raises
    ------
    SessionFileError
        If the arrays do not fit together.
    """

    def __init__(self, reader: Reader, names: Sequence[str], kinds: Sequence[Kind]) -> None:
        self._reader, self._where = reader, reader.where
        self._names = tuple(names)
        self._counters = reader.array("states/counters.npy", "<i8", (None, 4))
        slots = reader.array("states/slots.npy", "<i8", (None, 4))
        self._pools = [self._pool(reader, number, kind) for number, kind in enumerate(kinds)]
        if len(self._counters) and (self._counters.min() < 0 or self._counters.max() > MOST_COUNT):
            raise damaged(self._where, "the clocks of a state are wrong")
        self._check(slots)
        self._of_state: list[list[tuple[int, int, int]]] = [[] for _ in self._counters]
        for state, *rest in slots.tolist():
            self._of_state[state].append((rest[0], rest[1], rest[2]))
        self._rows: dict[tuple[int, int], NDArray[Any]] = {}
        self._states: dict[int, TrainState] = {}

    def __len__(self) -> int:
        """Return the number of states."""
        return len(self._counters)

    @staticmethod
    def _pool(reader: Reader, number: int, kind: Kind) -> NDArray[Any]:
        name = f"states/pool{number}.npy"
        found = reader.any_array(name)
        if found.dtype.str != kind or not found.ndim:
            raise damaged(reader.where, f"{name} holds other numbers than it says")
        return found

    def _check(self, slots: NDArray[np.int64]) -> None:
        sizes = np.array([len(pool) for pool in self._pools], dtype=np.int64)
        limits = (len(self._counters), len(self._names), len(sizes))
        fits = not len(slots) or bool(np.all(slots >= 0) and np.all(slots[:, :3] < limits))
        if not fits or (len(slots) and np.any(slots[:, 3] >= sizes[slots[:, 2]])):
            raise damaged(self._where, "a state names arrays that are not there")

    def n_params(self, number: int) -> int:
        """Return how many parameters a state has."""
        for name, pool, _ in self._slots(number):
            if self._names[name] == PARAMS:
                return int(np.prod(self._pools[pool].shape[1:]))
        raise damaged(self._where, f"state {number} has no weights")

    def _slots(self, number: int) -> list[tuple[int, int, int]]:
        if not 0 <= number < len(self._counters):
            raise damaged(self._where, f"there is no state {number}")
        return self._of_state[number]

    def state(self, number: int) -> TrainState:
        """Return a state; the same number gives the same object.

        Raises
        ------
        SessionFileError
            If it is not whole.
        """
        if number not in self._states:
            self._reader.go_on()
            found = {self._names[name]: self._array(pool, row) for name, pool, row in self._slots(number)}
            if len(found) != len(self._slots(number)) or PARAMS not in found or VELOCITY not in found:
                raise damaged(self._where, f"state {number} is not whole")
            params, velocity = found.pop(PARAMS), found.pop(VELOCITY)
            if not all(array.dtype == np.float64 and array.ndim == 1 for array in (params, velocity)):
                raise damaged(self._where, f"the weights of state {number} are no list of numbers")
            if params.shape != velocity.shape or not all(name.startswith(EXTRA) for name in found):
                raise damaged(self._where, f"the arrays of state {number} do not fit together")
            extra = MappingProxyType({name.removeprefix(EXTRA): array for name, array in found.items()})
            self._states[number] = TrainState(params, velocity, Counters(*self._counters[number].tolist()), extra)
        return self._states[number]

    def _array(self, pool: int, row: int) -> NDArray[Any]:
        """Return a row as an array of its own, so that the pool need not stay in memory for it."""
        if (pool, row) not in self._rows:
            array = np.array(self._pools[pool][row])
            array.setflags(write=False)
            self._rows[pool, row] = array
        return self._rows[pool, row]
