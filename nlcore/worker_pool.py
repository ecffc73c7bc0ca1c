"""Runs side by side: a pool of processes that ends when it is told to, not when its work is done.

joblib's own pool (loky) is used because its processes start anew instead of being copied, so that neither threads nor
the window come along, and because they can be ended in the middle of their work. Only results and the task travel
between the processes; both are made by this program.
"""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
import warnings
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Future, wait
from multiprocessing import resource_tracker
from typing import Any

from nlcore.errors import CancelledError, LabError
from nlcore.repeated_run import RepeatedRun, Task

CANCELLED = "the repetition was cancelled; runs that were not done are lost"
POLL_SECONDS = 0.1
PARENT_SECONDS = 1.0
SETTLE_SECONDS = 5.0
"""Most that is waited for the pool to take up what was just handed to it; that usually takes a millisecond."""


class NoProcessesError(Exception):
    """Processes cannot be started on this machine; the work has to be done in this one."""


_task: Task | None = None
"""In a worker: what it works on."""


def n_processors() -> int:
    """Return how many processors this program may use."""
    import joblib

    return int(joblib.cpu_count())


def run(
    task: Task, numbers: Sequence[int], workers: int, cancelled: Callable[[], bool] | None = None
) -> Iterator[tuple[int, RepeatedRun]]:
    """Train runs in processes and yield each as it is done, with its number.

    However this ends, no process outlives it for long: they are ended in the middle of their work if need be.

    Parameters
    ----------
    task : Task
        What the runs share.
    numbers : sequence of int
        Which runs.
    workers : int
        Processes.
    cancelled : callable, optional
        Asked ten times a second whether to stop.

    Raises
    ------
    NoProcessesError
        Before the first result, if processes cannot be started.
    LabError
        If a run fails; the message begins with its seed.
    CancelledError
        If it was cancelled.
    """
    pool = _pool(task, workers)
    left, is_done = list(reversed(numbers)), False
    futures: dict[Future[RepeatedRun], int] = {}
    try:
        _start(pool, cancelled)
        while left or futures:
            while left and len(futures) < 2 * workers:  # never more than it takes at once: then it can be ended cleanly
                number = left.pop()
                futures[pool.submit(_run, number)] = number
            _ask(cancelled)
            for future in wait(futures, POLL_SECONDS, FIRST_COMPLETED).done:
                number = futures.pop(future)
                yield number, _result(task, number, future)
        is_done = True
    finally:
        if not is_done:
            _settle(futures)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns where it cannot look for a worker's children; there are none
            pool.shutdown(wait=True, kill_workers=not is_done)


def _pool(task: Task, workers: int) -> Any:
    try:
        from joblib.externals.loky import ProcessPoolExecutor

        return ProcessPoolExecutor(max_workers=workers, initializer=_begin, initargs=(task, os.getpid()))
    except (ImportError, NotImplementedError, OSError) as error:
        raise NoProcessesError(str(error)) from None


def _start(pool: Any, cancelled: Callable[[], bool] | None) -> None:
    """Start the processes and wait until one answers."""
    try:
        with _no_interrupts():
            answer: Future[None] = pool.submit(_answer)
        while not wait([answer], POLL_SECONDS).done:
            _settle([answer])
            _ask(cancelled)
        answer.result()
    except (BrokenExecutor, NotImplementedError, OSError) as error:
        raise NoProcessesError(str(error)) from None


def _settle(futures: Collection[Future[Any]]) -> None:
    """Wait until the pool has taken everything up; one that is ended with work on its way to it trips over that."""
    until = time.perf_counter() + SETTLE_SECONDS
    while not all(future.running() or future.done() for future in futures) and time.perf_counter() < until:
        time.sleep(0.005)


def _ask(cancelled: Callable[[], bool] | None) -> None:
    if cancelled is not None and cancelled():
        raise CancelledError(CANCELLED)


def _result(task: Task, number: int, future: Future[RepeatedRun]) -> RepeatedRun:
    """Return what a run gave, or raise its error as one sentence."""
    seed = task.experiment.seed + number
    try:
        return future.result()
    except LabError as error:
        raise type(error)(f"seed {seed}: {error}") from None
    except BrokenExecutor:
        raise LabError(
            f"seed {seed}: a process that trained has ended by itself, perhaps for lack of memory; try fewer processes"
        ) from None
    except MemoryError:
        raise LabError(
            f"seed {seed}: not enough memory is free for so many runs at once; use fewer at a time"
        ) from None
    except Exception as error:
        raise LabError(
            f"seed {seed}: the run failed by a fault in the program: {type(error).__name__}: {error}"
        ) from None


@contextlib.contextmanager
def _no_interrupts() -> Iterator[None]:
    """Start processes that Ctrl+C in the terminal does not reach: this one ends them, and says so once.

    What starts inherits that the signal is blocked. If it comes meanwhile it is raised afterwards.
    """
    before = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(before):
        yield
        return
    came: list[int] = []
    signal.signal(signal.SIGINT, lambda number, _: came.append(number))
    mask = None
    if hasattr(signal, "pthread_sigmask"):
        resource_tracker.ensure_running()  # else it starts with the processes, and lets the signal through again
        mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        if mask is not None:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        signal.signal(signal.SIGINT, before)
    if came:
        raise KeyboardInterrupt


# --- in a worker ---------------------------------------------------------------------------------------------------


def _begin(task: Task, parent: int) -> None:
    """Get a worker ready."""
    global _task
    _task = task
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(os, "getppid"):
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: int) -> None:
    """End this process when the one that started it has gone, however that happened."""
    while os.getppid() == parent:
        time.sleep(PARENT_SECONDS)
    os._exit(1)


def _answer() -> None:
    """Show that the worker works."""


def _run(number: int) -> RepeatedRun:
    assert _task is not None
    return _task.run(number)
