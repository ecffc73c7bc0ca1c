"""Python's garbage, collected in the window's thread only.

Python may collect in any thread. What belongs to Qt must be taken apart in the thread of the window, else the program
can crash while it loads data or saves beside the window.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

LOOK_MS = 1000


class Collector(QObject):
    """Collects garbage from a timer instead of whenever Python pleases, for as long as it lives.

    Parameters
    ----------
    parent : QObject, optional
        Whose thread does it.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self.collect)
        self._timer.start()

    def collect(self) -> None:
        """Collect the oldest generation that is due, as Python would."""
        counts, limits = gc.get_count(), gc.get_threshold()
        for generation in (2, 1, 0):
            if counts[generation] > limits[generation]:
                gc.collect(generation)
                return

    def close(self) -> None:
        """Let Python collect again by itself."""
        self._timer.stop()
        gc.enable()
