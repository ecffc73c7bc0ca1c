"""Getting the compiled kernel ready beside the window, and saying so.

Until it is ready, training runs in the reference loop and gives the same bits; where there is no compiler, in matrix
products.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from app.job import Job
from nlcore import kernels


class Engine(QObject):
    """Compiles the fast kernel in a thread.

    Signals
    -------
    changed : str
        What to say about it; empty when there is nothing to say.
    """

    changed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._job: Job[bool] | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(100)
        self._timer.timeout.connect(self._on_timer_timeout)

    def prepare(self) -> None:
        """Begin, unless it is ready or there is no compiler."""
        if kernels.is_ready() or self._job is not None:
            return
        if not kernels.has_compiler():
            self.changed.emit("no fast engine on this machine")
            return
        self._job = Job(lambda _: _prepare(), "nllab-engine")
        self.changed.emit("preparing the fast engine …")
        self._timer.start()

    def close(self) -> None:
        """Wait for the thread: a compiler cannot be interrupted."""
        self._timer.stop()
        if self._job is not None:
            self._job.wait()
            self._job = None

    def _on_timer_timeout(self) -> None:
        if self._job is None or not self._job.is_done:
            return
        self._timer.stop()
        self._job = None
        self.changed.emit("" if kernels.is_ready() else "no fast engine on this machine")


def _prepare() -> bool:
    """Compile the plain loop, which most lessons need, and then the one with all options."""
    return kernels.prepare() and kernels.prepare(has_options=True)
