"""Loading an experiment's data and starting its run beside the window, in a way that can be cancelled.

A thread cannot be ended from outside. A cancelled load is asked to stop, and whatever it still does, its result is
never looked at. So the newest load is the only one that counts.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from app.job import Job
from nlcore import datasets
from nlcore.datasets import Data
from nlcore.experiment import Experiment
from nlcore.history import History
from nlcore.trainer import NOT_LOADED, Trainer

T = TypeVar("T")
Made = list[tuple[str, History]]
"""Runs with the names of their tracks."""
SHOWN_AFTER = 0.3
"""Seconds after which a load is worth a bar; most are over before."""
CLOSE_SECONDS = 5.0
"""How long the end of the program waits for loads that do not stop, such as one from a drive that does not answer."""
Shown = tuple[int, int | None]


class Loading(Generic[T]):
    """Loads in a thread; only the newest load counts.

    Parameters
    ----------
    shown_after : float
        Seconds after which there is something to show of it.
    """

    def __init__(self, shown_after: float = SHOWN_AFTER) -> None:
        self._shown_after = shown_after
        self._job: Job[T] | None = None
        self._cancelled: list[Job[T]] = []
        self._began = 0.0

    @property
    def is_active(self) -> bool:
        """Whether something is being loaded, or was and has not been taken."""
        return self._job is not None

    @property
    def is_done(self) -> bool:
        """Whether there is a result to take."""
        return self._job is not None and self._job.is_done

    @property
    def progress(self) -> Shown | None:
        """How much is done, and of how much if that is known; None if there is nothing to show yet."""
        if self._job is None or time.perf_counter() - self._began < self._shown_after:
            return None
        return self._job.progress

    def start(self, work: Callable[[Job[T]], T]) -> None:
        """Begin a load; one that is going on is cancelled.

        Parameters
        ----------
        work : callable
            Done in a thread; gets the job, to report progress and to see whether it was cancelled.
        """
        self.cancel()
        self._began = time.perf_counter()
        self._job = Job(work, "nllab-load")

    def cancel(self) -> None:
        """Give the current load up."""
        self._cancelled = [job for job in self._cancelled if not job.is_done]
        if self._job is not None:
            self._job.cancel()
            self._cancelled.append(self._job)
            self._job = None

    def wait(self, seconds: float) -> bool:
        """Wait for the current load, but not longer than this; tell whether it is done."""
        if self._job is not None:
            self._job.wait(seconds)
        return self.is_done

    def take(self) -> T:
        """Return what was loaded, or raise what went wrong; only when it is done."""
        if self._job is None:
            raise RuntimeError("nothing was loaded")
        job, self._job = self._job, None
        return job.result()

    def close(self) -> None:
        """Cancel everything and wait for the threads, but not for ever."""
        self.cancel()
        until = time.perf_counter() + CLOSE_SECONDS
        for job in self._cancelled:
            job.wait(max(0.0, until - time.perf_counter()))
        self._cancelled = []


def load_lesson(tracks: Sequence[tuple[str, Experiment]], job: Job[Made]) -> Made:
    """Return a run for each track of a lesson; tracks with the same data set share its examples."""
    loaded: list[tuple[object, Data | None]] = []
    made = []
    for name, experiment in tracks:
        data = next((data for dataset, data in loaded if dataset == experiment.dataset), NOT_LOADED)
        if data is NOT_LOADED:
            data = datasets.load(experiment.dataset, job.report, lambda: job.is_cancelled)
            loaded.append((experiment.dataset, data if isinstance(data, Data) else None))
        made.append((name, History(Trainer(experiment, data))))
    return made


def load_run(name: str, experiment: Experiment, job: Job[Made]) -> Made:
    """Return a run whose network has as many inputs and output units as the data set."""
    data = datasets.load(experiment.dataset, job.report, lambda: job.is_cancelled)
    return [(name, History(Trainer(fitted(experiment, data), data)))]


def fitted(experiment: Experiment, data: Data | None) -> Experiment:
    """Return the experiment with as many inputs and output units as the data set has."""
    if experiment.network is None or data is None:
        return experiment
    layers = (data.n_inputs, *experiment.network.layers[1:-1], data.n_outputs)
    if layers == experiment.network.layers:
        return experiment
    return experiment.replace({"network.layers": list(layers)})
