"""The trees of runs of a session, taken apart for a file and put together again.

What runs share (data, states, interventions, trainers) is stored once and shared again after opening. Everything that
comes from a file is checked against the model it belongs to before the model may see it.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from nlcore import datasets, discovery
from nlcore.checkpoints import Checkpoints, presentations_of
from nlcore.curves import Curves
from nlcore.datasets import Data
from nlcore.errors import CancelledError, LabError, SessionFileError
from nlcore.experiment import Experiment, convert
from nlcore.families import Column
from nlcore.history import History, Past
from nlcore.interventions import Intervention, changed_state
from nlcore.lineage import Descent
from nlcore.records import TrainState
from nlcore.run_tree import MAX_RUNS, Node, RunTree
from nlcore.segments import Step
from nlcore.storage_data import StoredData, read_data, write_data
from nlcore.storage_records import FileText, StoredRun, plain
from nlcore.storage_states import StateReader, StateWriter
from nlcore.storage_zip import Kind, Member, Reader, damaged, enough_memory, told
from nlcore.trainer import Trainer

SHOWN_BYTES: Final = 16 * 2**20
"""What the states of all runs that tracks show may take in a file."""
OTHER_BYTES: Final = 2**20
"""What the states of any other run may take."""
CURVE_SHAPES: Final[Mapping[str, tuple[Kind, int]]] = {
    "counts": ("<i8", 1),
    "clock": ("<f8", 2),
    "ends": ("<f8", 1),
    "low": ("<f8", 2),
    "last": ("<f8", 1),
    "last_clock": ("<f8", 1),
    "best": ("<f8", 2),
    "high": ("<f8", 2),
    "least": ("<f8", 3),
}
MERGED: Final = ("high", "least")
"""Arrays that curves have only after measurements were merged."""


@dataclass(slots=True, eq=False)
class TrackRuns:
    """The runs of a track as they came out of a file: the tree, the cursors, and the states that were stored."""

    tree: RunTree
    cursors: dict[int, TrainState] = field(default_factory=dict)
    stored: dict[int, tuple[TrainState, ...]] = field(default_factory=dict)


class RunWriter:
    """Collects trees of runs.

    Parameters
    ----------
    n_tracks : int
        How many there will be; they share the room for states.
    room : int, optional
        Bytes that the states of all shown runs may take.
    """

    def __init__(self, n_tracks: int, room: int | None = None) -> None:
        self._room = (SHOWN_BYTES if room is None else room) // n_tracks
        self._states = StateWriter()
        self._runs: list[StoredRun] = []
        self._members: list[Member] = []
        self._experiments: list[Experiment] = []
        self._data: list[Data] = []
        self._stored_data: list[StoredData] = []
        self._interventions: list[Intervention] = []
        self._built: list[dict[str, Any]] = []

    def add(self, track: int, tree: RunTree, cursors: Mapping[int, TrainState], *, is_shown: bool = True) -> None:
        """Take in all runs of a track, or of a tree that no track shows."""
        for node in tree.nodes:
            room = self._room if is_shown and node is tree.current else min(OTHER_BYTES, self._room)
            self._add(track, node, cursors.get(node.number, node.history.head), room)

    def _add(self, track: int, node: Node, cursor: TrainState, room: int) -> None:
        history, place = node.history, f"run{len(self._runs)}"
        kept, spacing = history.states_to_keep(room)
        checkpoints = np.array([self._states.add(state) for state in kept], dtype=np.int64)
        self._members.append(Member(f"{place}/checkpoints.npy", checkpoints))
        arrays = history.curves.to_arrays()
        self._members += [Member(f"{place}/curves/{name}.npy", array) for name, array in arrays.items()]
        run = history.run
        self._runs.append(
            StoredRun(
                track=track,
                number=node.number,
                at=node.at,
                label=node.label,
                experiment=_place(self._experiments, run.experiment),
                kernel=run.kernel,  # type: ignore[arg-type]  # one of two names
                start=self._states.add(history.start),
                head=self._states.add(history.head),
                cursor=self._states.add(cursor),
                spacing=spacing,
                columns=tuple(map(_written, history.curves.columns)),
                interventions=tuple(map(self._intervention, run.interventions)),
                data=None if run.data is None else self._data_place(run.data),
                parent=None if node.parent is None else node.parent.number,
                left=None if node.left is None else node.left.number,
            )
        )

    def _intervention(self, intervention: Intervention) -> int:
        place = _place(self._interventions, intervention)
        if place == len(self._built):
            self._built.append(intervention.to_builtins())
        return place

    def _data_place(self, data: Data) -> int:
        place = _place(self._data, data)
        if place == len(self._stored_data):
            stored, members = write_data(data, place)
            self._stored_data.append(stored)
            self._members += members
        return place

    def tables(self) -> dict[str, Any]:
        """Return what belongs into the text part of the file."""
        return {
            "state_names": self._states.names,
            "state_kinds": list(self._states.kinds()),
            "experiments": [experiment.to_dict() for experiment in self._experiments],
            "data": [plain(data) for data in self._stored_data],
            "interventions": self._built,
            "runs": [plain(run) for run in self._runs],
        }

    def members(self) -> list[Member]:
        """Return the arrays."""
        return [*self._states.members(), *self._members]


def _place(known: list[Any], wanted: object) -> int:
    """Return the place of an object in a list, where it is put if it is not there yet."""
    for place, one in enumerate(known):
        if one is wanted:
            return place
    known.append(wanted)
    return len(known) - 1


def _written(column: Column) -> str:
    return f"{column.set_name}.{column.metric}"


# --- reading ---------------------------------------------------------------------------------------------------------


def read(reader: Reader, text: FileText) -> list[TrackRuns]:
    """Return the runs of all tracks, then those of all trees that no track shows.

    Raises
    ------
    SessionFileError
        If something in the file does not fit the rest.
    """
    try:
        with enough_memory(reader.where):
            return _RunReader(reader, text).tracks()
    except (SessionFileError, CancelledError):
        raise
    except LabError as error:
        raise damaged(reader.where, str(error)) from None


class _RunReader:
    def __init__(self, reader: Reader, text: FileText) -> None:
        self._reader, self._text, self._where = reader, text, reader.where
        self._states = StateReader(reader, text.state_names, text.state_kinds)
        with told(self._where):
            self._interventions = [Intervention.from_builtins(value) for value in text.interventions]
        self._data: dict[int, Data] = {}
        self._descents: dict[tuple[Any, ...], Descent] = {}
        self._shown = [*(track.current for track in text.tracks), *(aside.current for aside in text.asides)]
        self._trees: dict[int, dict[int, tuple[Node, StoredRun]]] = {i: {} for i in range(len(self._shown))}
        self._found: dict[int, TrackRuns] = {}

    def tracks(self) -> list[TrackRuns]:
        """Read run after run and join them to trees."""
        cursors: list[dict[int, TrainState]] = [{} for _ in self._shown]
        stored: list[dict[int, tuple[TrainState, ...]]] = [{} for _ in self._shown]
        for place, run in enumerate(self._text.runs):
            nodes = self._trees.get(run.track)
            if nodes is None or run.number in nodes or len(nodes) == MAX_RUNS:
                raise self._wrong(place, "does not fit into a track")
            history, states = self._history(place, run)
            nodes[run.number] = (self._node(place, run, history), run)
            cursors[run.track][run.number] = self._states.state(run.cursor)
            stored[run.track][run.number] = states
        trees = [self._tree(track) for track in range(len(self._shown))]
        return [TrackRuns(*parts) for parts in zip(trees, cursors, stored, strict=True)]

    def _wrong(self, place: int, what: str) -> SessionFileError:
        return damaged(self._where, f"run {place} {what}")

    def _node(self, place: int, run: StoredRun, history: History) -> Node:
        nodes = self._trees[run.track]
        if (run.parent is None) != (not nodes) or (run.parent is not None and run.parent not in nodes):
            raise self._wrong(place, "has no parent")
        parent = None if run.parent is None else nodes[run.parent][0]
        if parent is not None and parent.number >= run.number:
            raise self._wrong(place, "is older than its parent")
        node = Node(history, run.number, parent, run.at, run.label)
        if parent is not None:
            parent.children.append(node)
        return node

    def _tree(self, track: int) -> RunTree:
        nodes, current = self._trees[track], self._shown[track]
        if current not in nodes:
            raise damaged(self._where, f"track {track} shows a run that is not there")
        for node, run in nodes.values():
            left = None if run.left is None else nodes.get(run.left, (None,))[0]
            if run.left is not None and (left is None or left.parent is not node):
                raise damaged(self._where, f"a run of track {track} has a wrong way to redo")
            node.left = left
        return RunTree.restored([node for node, _ in nodes.values()], nodes[current][0])

    # --- one run -----------------------------------------------------------------------------------------------------

    def _history(self, place: int, run: StoredRun) -> tuple[History, tuple[TrainState, ...]]:
        self._reader.go_on()
        first, steps = self._descent(place, run, ()), self._steps(place, run)
        trainer = first.trainer
        start, head = self._states.state(run.start), self._states.state(run.head)
        cursor = self._states.state(run.cursor)
        numbers = self._reader.array(f"run{place}/checkpoints.npy", "<i8", (None,)).tolist()
        kept = [self._states.state(number) for number in numbers]
        curves = self._curves(place, trainer)
        if not kept:
            raise self._wrong(place, "has no states")
        checkpoints = Checkpoints(kept[0])
        checkpoints.extend(kept, [], [cursor], spacing=run.spacing)
        history = History(trainer, Past(first, steps, start, head, curves, checkpoints))
        self._check(place, history, first, [start, *kept, cursor, head])
        stored = {presentations_of(state): state for state in (*kept, cursor, head)}
        return history, tuple(stored[moment] for moment in sorted(stored))

    def _steps(self, place: int, run: StoredRun) -> tuple[Step, ...]:
        if any(number >= len(self._interventions) for number in run.interventions):
            raise self._wrong(place, "has an intervention that is not there")
        start: TrainState = self._states.state(run.start)
        found: list[Step] = []
        before = self._descent(place, run, ())
        for n in range(len(run.interventions)):
            self._reader.go_on()
            intervention = self._interventions[run.interventions[n]]
            changed_state(before.trainer, start, intervention.change)  # does it fit?
            before = self._descent(place, run, run.interventions[: n + 1])
            found.append((intervention, before))
        moments = [intervention.at for intervention, _ in found]
        if moments != sorted(moments):
            raise self._wrong(place, "has interventions that are not in the order of time")
        return tuple(found)

    def _descent(self, place: int, run: StoredRun, done: tuple[int, ...]) -> Descent:
        """Return where the trainer after some interventions comes from; runs that begin in the same way share it."""
        key = (run.experiment, run.data, run.kernel, done)
        if key not in self._descents:
            if done:
                before = self._descent(place, run, done[:-1])
                self._descents[key] = before.after(self._interventions[done[-1]].change)
            else:
                self._descents[key] = Descent(self._first_trainer(place, run))
        return self._descents[key]

    def _first_trainer(self, place: int, run: StoredRun) -> Trainer:
        if run.experiment >= len(self._text.experiments):
            raise self._wrong(place, "has no experiment")
        experiment = self._text.experiments[run.experiment]
        kind: datasets.Dataset = discovery.find(
            "nlcore.datasets", "DATASET", experiment.dataset.name, "data set", "dataset"
        )
        convert(experiment.dataset.options_dict(), kind.options, place="dataset")
        layers = experiment.network.layers if experiment.network is not None else ()
        n_params = sum((n_in + 1) * n_out for n_in, n_out in itertools.pairwise(layers))
        if layers and experiment.family.name == "feedforward" and n_params != self._states.n_params(run.start):
            raise self._wrong(place, "has another number of weights than its network")
        trainer = Trainer(experiment, None if run.data is None else self._load(place, run.data), run.kernel)
        if trainer.model.kernel != run.kernel:
            raise self._wrong(place, "was trained with another kernel than it says")
        return trainer

    def _load(self, place: int, number: int) -> Data:
        if number >= len(self._text.data):
            raise self._wrong(place, "has no data")
        if number not in self._data:
            self._data[number] = read_data(self._reader, self._text.data[number], number)
        return self._data[number]

    def _curves(self, place: int, trainer: Trainer) -> Curves:
        columns = trainer.model.columns
        if tuple(map(_written, columns)) != self._text.runs[place].columns:
            raise self._wrong(place, "has other curves than its model")
        arrays: dict[str, NDArray[Any]] = {}
        for name, (kind, dims) in CURVE_SHAPES.items():
            member = f"run{place}/curves/{name}.npy"
            if name not in MERGED or member in self._reader:
                arrays[name] = self._reader.array(member, kind, (None,) * dims if name != "counts" else (4,))
        with told(self._where):
            return Curves.from_arrays(columns, arrays)

    # --- does it fit? ------------------------------------------------------------------------------------------------

    def _check(self, place: int, history: History, first: Descent, states: Sequence[TrainState]) -> None:
        """Check the states of a run against its model: no kernel may meet one that it could not have made."""
        start, head = states[0], states[-1]
        ends = history.curves.ends()
        moments = [presentations_of(state) for state in states]
        is_begin = moments[0] == moments[1] == 0 and states[1].counters.updates == 0
        kept, last = states[1:-2], moments[-1]
        if not is_begin or max(moments) > last or not _is_increasing(kept) or (ends is not None and ends[1] > last):
            raise self._wrong(place, "has states in a wrong order of time")
        if any(intervention.at > last for intervention, _ in history.steps):
            raise self._wrong(place, "has an intervention after its end")
        templates: list[dict[str, tuple[str, tuple[int, ...]]]] = []
        for descent in (first, *(after for _, after in history.steps)):
            template = _template(descent.trainer, start)
            templates += [] if template in templates else [template]
        for state in {id(state): state for state in states}.values():
            counters = state.counters
            fits = (
                state.params.shape == head.params.shape == (first.trainer.model.n_params,)
                and counters.updates <= counters.presentations
                and counters.epochs <= counters.presentations
                and counters.position_in_epoch == history.position_at(counters.presentations)
                and _signature(state.extra) in templates
                and all(int(array) >= 0 for array in state.extra.values() if array.dtype.kind == "i" and not array.ndim)
            )
            if not fits:
                raise self._wrong(place, f"has a state at {counters.presentations} that does not fit it")


def _is_increasing(states: Sequence[TrainState]) -> bool:
    return all(
        presentations_of(one) < presentations_of(other) and one.counters.updates <= other.counters.updates
        for one, other in itertools.pairwise(states)
    )


def _signature(extra: Mapping[str, NDArray[Any]]) -> dict[str, tuple[str, tuple[int, ...]]]:
    return {name: (array.dtype.kind, array.shape) for name, array in extra.items()}


def _template(trainer: Trainer, start: TrainState) -> dict[str, tuple[str, tuple[int, ...]]]:
    return _signature(trainer.model.initial_extra(start.params))
