"""One piece of long work in a thread of its own: loading, drawing heads, a download.

The thread calls nobody; whoever started the job looks at it from a timer. A job can be asked to stop, and reports how
far it is.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Job(Generic[T]):
    """Runs a function in a thread.

    Parameters
    ----------
    work : callable
        Gets the job itself, to report progress and to see whether it was cancelled; returns the result.
    name : str
        Of the thread.

    Attributes
    ----------
    progress : tuple of (int, int or None)
        How much is done, and of how much, if that is known.
    """

    def __init__(self, work: Callable[[Job[T]], T], name: str) -> None:
        self.progress: tuple[int, int | None] = (0, None)
        self._work = work
        self._cancelled = threading.Event()
        self._result: T | None = None
        self._error: Exception | None = None
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._result = self._work(self)
        except Exception as error:  # handed to whoever asks for the result
            self._error = error

    @property
    def is_done(self) -> bool:
        """Whether the thread has ended."""
        return not self._thread.is_alive()

    @property
    def is_cancelled(self) -> bool:
        """Whether somebody asked the job to stop."""
        return self._cancelled.is_set()

    def report(self, done: int, total: int | None) -> None:
        """Say how far the work is; called in the job's thread."""
        self.progress = (done, total)

    def cancel(self) -> None:
        """Ask the job to stop."""
        self._cancelled.set()

    def wait(self, seconds: float | None = None) -> None:
        """Wait for the thread to end."""
        self._thread.join(seconds)

    def result(self) -> T:
        """Return what the work returned, or raise what it raised; only when it is done."""
        if self._error is not None:
            raise self._error
        return self._result  # type: ignore[return-value]
