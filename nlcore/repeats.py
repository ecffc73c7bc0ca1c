"""An experiment repeated with other seeds: how much of what one sees is chance.

Only start weights, order and dropout differ from run to run, and with `new_data` the generated data and their division
into sets as well. Each run is the one that a `Trainer` with that seed gives, to the last bit, however many processes
share the work.
"""

from __future__ import annotations

import contextlib
import csv
import io
import math
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from nlcore import datasets, worker_pool
from nlcore.curves import AXES
from nlcore.datasets import Data
from nlcore.errors import CancelledError, ExperimentError, LabError, unknown
from nlcore.experiment import Experiment
from nlcore.families import Column
from nlcore.records import SET_NAMES, FinishReason, FloatArray, SetName
from nlcore.repeated_run import RepeatedRun, Task, data_seeds, seeded
from nlcore.spread import Spread, Summary, spread
from nlcore.trainer import NOT_LOADED, Trainer

DEFAULT_SEEDS, MOST_SEEDS = 20, 10_000
GRID = 256
START_SECONDS = 2.5
"""About how long it takes until processes are at work, in time of a processor."""
Cell = str | int | float | None


@dataclass(frozen=True, slots=True, eq=False)
class Repeats:
    """All runs of a repetition, in the order of their seeds.

    Attributes
    ----------
    experiment : Experiment
        Of the first run.
    trainer : Trainer
        Of the first run.
    runs : tuple of RepeatedRun
        One a seed.
    varied : tuple of str
        The seeds that differ, by dotted name; each is greater by one from run to run.
    """

    experiment: Experiment
    trainer: Trainer
    runs: tuple[RepeatedRun, ...]
    varied: tuple[str, ...] = ("seed",)

    @property
    def columns(self) -> tuple[Column, ...]:
        """What was measured."""
        return self.trainer.model.columns

    @property
    def has_classes(self) -> bool:
        """Whether an example can be right or wrong."""
        return Column("training", "error_rate") in self.columns

    @property
    def n_all_correct(self) -> int:
        """How many runs reached a measurement without a misclassified training example."""
        return sum(run.first_all_correct is not None for run in self.runs)

    @property
    def share_all_correct(self) -> float:
        """The same as a share of all runs, diverged ones included."""
        return self.n_all_correct / len(self.runs)

    @property
    def diverged(self) -> tuple[int, ...]:
        """Seeds of the runs that diverged."""
        return tuple(run.seed for run in self.runs if run.reason is FinishReason.DIVERGED)

    def grid(self, axis: str, most: int = GRID) -> FloatArray:
        """Return the places at which the curves of all runs are compared.

        Measurements that all runs have, where they are measured at the same places; else evenly spaced whole numbers.

        Parameters
        ----------
        axis : str
            "epochs", "updates" or "presentations".
        most : int
            Points, at most.

        Raises
        ------
        ExperimentError
            If there is no such axis.
        """
        if axis not in AXES:
            raise ExperimentError(unknown("axis", axis, AXES, "axis"))
        clocks = [run.clock[:, AXES.index(axis)] for run in self.runs]
        longest = max(clocks, key=lambda clock: float(clock[-1]))
        stride = max(run.stride for run in self.runs)
        own = next(run.stride for run, clock in zip(self.runs, clocks, strict=True) if clock is longest)
        shared = longest[:: stride // own]
        if all(_has(clock, shared) for clock in clocks):
            step = -(-len(shared) // max(1, most - 1))
            return np.unique(np.append(shared[::step], longest[-1]))
        return np.unique(np.round(np.linspace(0.0, float(longest[-1]), most)))

    def spread(self, set_name: SetName, metric: str, axis: str = "epochs", most: int = GRID) -> Spread:
        """Return a curve with its spread over all runs.

        Parameters
        ----------
        set_name, metric : str
            What was measured, for example "validation" and "loss".
        axis, most : str, int
            See `grid`.

        Raises
        ------
        ExperimentError
            If it was not measured, or there is no such axis.
        """
        column = Column(set_name, metric)
        if column not in self.columns:
            known = [f"{known.set_name} {known.metric}" for known in self.columns]
            raise ExperimentError(unknown("curve", f"{set_name} {metric}", known))
        x, place = self.grid(axis, most), self.columns.index(column)
        table = np.array([_sampled(run, AXES.index(axis), place, x) for run in self.runs])
        return spread(x, table)

    def summary(self, set_name: SetName, metric: str) -> Summary:
        """Summarise a measure at the ends of all runs, for example "test" and "accuracy"."""
        return Summary.of([_metric(run, set_name, metric) for run in self.runs])

    def table(self) -> tuple[tuple[str, ...], list[tuple[Cell, ...]]]:
        """Return the names of the columns and a row for each run; None where a run has no such number."""
        return table(self.runs)


def repeat(
    experiment: Experiment,
    n: int = DEFAULT_SEEDS,
    data: Data | object | None = NOT_LOADED,
    *,
    epochs: int | None = None,
    new_data: bool = False,
    workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    on_run: Callable[[RepeatedRun], None] | None = None,
) -> Repeats:
    """Train an experiment with the seeds `seed` to `seed + n - 1`.

    Long runs are shared among processes; where none can be started, and for a single run, they follow one another here.

    Parameters
    ----------
    experiment : Experiment
        What to train; its seed is the first.
    n : int
        How many seeds.
    data : Data or None, optional
        The examples, if they are loaded already. With `new_data` they are those of the first run.
    epochs : int, optional
        Exactly so many; by default the experiment's stop rules hold.
    new_data : bool
        Whether the seeds of the data vary too, if the data set has any (`data_seeds`).
    workers : int, optional
        Processes, at most; by default as many as there are processors. 1 for none.
    progress, cancelled, on_run : callable, optional
        Told how many runs are done, and of how many; asked about ten times a second whether to stop; told each run as
        it is done, in any order. All are called in the calling thread.

    Raises
    ------
    ExperimentError
        If the experiment does not fit together, has no end, or the number of seeds is wrong.
    LabError
        If a run fails; the message says with which seed.
    CancelledError
        If it was cancelled. All processes have ended then.
    """
    _check(experiment, n, epochs, new_data=new_data)
    loaded = datasets.load(experiment.dataset, None, cancelled) if data is NOT_LOADED else data
    trainer = Trainer(experiment, loaded).prepared()  # compiled once, here, and then found on disk by all workers
    _check_end(trainer, epochs)
    task = Task(experiment, trainer.model.data, trainer.model.kernel, epochs, new_data)
    found: dict[int, RepeatedRun] = {}
    if progress is not None:
        progress(0, n)
    with contextlib.closing(_runs(task, n, workers, cancelled)) as runs:
        for number, run in runs:
            found[number] = run
            if on_run is not None:
                on_run(run)
            if progress is not None:
                progress(len(found), n)
    varied = ("seed", *(data_seeds(experiment) if new_data else ()))
    return Repeats(experiment, trainer, tuple(found[number] for number in range(n)), varied)


def _check(experiment: Experiment, n: int, epochs: int | None, *, new_data: bool) -> None:
    if not 1 <= n <= MOST_SEEDS:
        raise ExperimentError(f"seeds: {n} runs are not possible; choose 1 to {MOST_SEEDS}, {DEFAULT_SEEDS} is usual")
    if epochs is not None and epochs < 0:
        raise ExperimentError(f"epochs: {epochs} is negative; choose 0 or more")
    seeded(experiment, n - 1, new_data=new_data)


def _check_end(trainer: Trainer, epochs: int | None) -> None:
    if epochs is None and not trainer.experiment.training.stop.has_end and trainer.model.trains:
        raise ExperimentError("training.stop: there is no stop rule; say how many epochs each run takes")


def _runs(
    task: Task, n: int, workers: int | None, cancelled: Callable[[], bool] | None
) -> Generator[tuple[int, RepeatedRun], None, None]:
    """Yield all runs as they are done: short ones from here, the others from processes."""
    wanted = min(n, worker_pool.n_processors() if workers is None else workers)
    number = 0
    while wanted > 1 and number < n - 1:
        gain = (n - number) * (1.0 - 1.0 / wanted)  # in runs: what does not have to be waited for
        run = _run_here(task, number, cancelled, START_SECONDS / gain)
        if run is None:  # the others take so long that processes pay
            with contextlib.suppress(worker_pool.NoProcessesError):
                yield from worker_pool.run(task, range(number, n), min(wanted, n - number), cancelled)
                return
            break
        yield number, run
        number += 1
    for left in range(number, n):
        run = _run_here(task, left, cancelled)
        assert run is not None
        yield left, run


def _run_here(
    task: Task, number: int, cancelled: Callable[[], bool] | None, most_seconds: float = math.inf
) -> RepeatedRun | None:
    """Train a run in this process; None if it takes longer.

    The time of the processor counts, not of the clock: where others keep it busy, more processes are no faster.
    """
    until = time.thread_time() + most_seconds

    def is_over() -> bool:
        return time.thread_time() >= until or (cancelled is not None and cancelled())

    try:
        return task.run(number, is_over)
    except CancelledError:
        if cancelled is not None and cancelled():
            raise CancelledError(worker_pool.CANCELLED) from None
        return None
    except LabError as error:
        raise type(error)(f"seed {task.experiment.seed + number}: {error}") from None


def table(runs: Sequence[RepeatedRun]) -> tuple[tuple[str, ...], list[tuple[Cell, ...]]]:
    """Return the names of the columns and a row for each run; None where a run has no such number."""
    measures = ("loss", "mse", "error_rate", "accuracy_all_units")
    sets = [name for name in SET_NAMES if any(run.metrics.get(name) is not None for run in runs)]
    shown = [
        (name, measure)
        for name in sets
        for measure in measures
        if any(_metric(run, name, measure) is not None for run in runs)
    ]
    names = ["seed", "finish_reason", "presentations", "updates", "epochs", "first_all_correct_epoch"]
    names += ["best_validation_epoch", "best_validation_loss"] if "validation" in sets else []
    names += [f"{name}_{measure}" for name, measure in shown]
    rows = []
    for run in runs:
        counters, best = run.counters, run.best_validation
        row: list[Cell] = [run.seed, run.reason.value, counters.presentations, counters.updates, counters.epochs]
        row.append(run.first_all_correct)
        if "validation" in sets:
            row += [None, None] if best is None else [best.epochs, best.value]
        row += [_metric(run, name, measure) for name, measure in shown]
        rows.append((*row, run.params_sha256))
    return (*names, "params_sha256"), rows


def as_csv(runs: Sequence[RepeatedRun], before: Mapping[str, Sequence[Cell]] | None = None) -> str:
    """Write the table as CSV: a line of names, a line for each run; empty where a run has no such number.

    Parameters
    ----------
    runs : sequence of RepeatedRun
        The runs.
    before : mapping of str to sequence, optional
        Columns to put before the others, with a value for each run.
    """
    names, rows = table(runs)
    columns = dict(before or {})
    lines = zip(*columns.values(), rows, strict=True)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*columns, *names])
    writer.writerows([*first, *("" if cell is None else cell for cell in row)] for *first, row in lines)
    return text.getvalue()


def _metric(run: RepeatedRun, set_name: SetName, metric: str) -> float | None:
    found = run.metrics.get(set_name)
    value = None if found is None else getattr(found, metric)
    return value if isinstance(value, float) and math.isfinite(value) else None


def _has(clock: FloatArray, places: FloatArray) -> bool:
    """Tell whether a run was measured at all of the places that it came by."""
    return bool(np.isin(places[places <= clock[-1]], clock).all())


def _sampled(run: RepeatedRun, axis: int, column: int, x: FloatArray) -> FloatArray:
    """Return the newest measurement at each place."""
    clock = run.clock[:, axis]
    at = np.maximum(np.searchsorted(clock, x, side="right") - 1, 0)
    found: FloatArray = run.values[at, column].copy()
    if run.reason is FinishReason.DIVERGED:
        found[x >= clock[-1]] = math.nan
    return found
