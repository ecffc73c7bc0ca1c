"""The timeline of a run: a slider from the start to the newest state, and the actions that move along it.

It knows nothing of runs but two counts: where the cursor is, and how long the run is so far.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLabel, QToolBar, QWidget

from app.glossary import explained
from app.widgets.marked_slider import MarkedSlider

STEPS = 2000
"""Places of the slider; a longer run is divided into so many."""
PAUSE_MS = 33
"""Between two requests while the slider is dragged; of those between, only the newest counts."""


class Timeline(QToolBar):
    """A toolbar with a slider over the presentations of a run.

    Signals
    -------
    seek_requested : int
        Presentations since the start.
    """

    seek_requested = Signal(object)

    def __init__(self, before: Sequence[QAction], after: Sequence[QAction], parent: QWidget | None = None) -> None:
        super().__init__("Timeline", parent)
        self.setObjectName("timeline")
        self.setMovable(False)
        self.setIconSize(QSize(18, 18))
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        for action in before:
            self.addAction(action)
        self._slider = MarkedSlider(self)
        self._slider.setAccessibleName("Timeline")
        tip = "Drag to go back and forth in this run; nothing is trained anew or forgotten"
        self._slider.setToolTip(explained(tip, "cursor"))
        self._slider.setMinimumWidth(120)
        self._label = QLabel(self)
        self._label.setContentsMargins(8, 0, 8, 0)
        self.addWidget(self._slider)
        for action in after:
            self.addAction(action)
        self.addWidget(self._label)
        self._length = 0
        self._wanted: int | None = None
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.timeout.connect(self._seek_newest)
        self._slider.valueChanged.connect(self._on_slider_value_changed)
        self.show_place(0, 0, "")

    def show_place(self, cursor: int, length: int, text: str) -> None:
        """Show where the cursor is in a run of so many presentations; the text says it in words."""
        self._length = length
        places = min(length, STEPS)
        self._slider.blockSignals(True)
        self._slider.setMaximum(max(1, places))
        self._slider.setPageStep(max(1, places // 20))
        if self._wanted is None:  # else the hand that drags it is further already
            self._slider.setValue(round(cursor / length * places) if length else 0)
        self._slider.blockSignals(False)
        self._slider.setEnabled(length > 0)
        self._label.setText(text)
        self._label.setToolTip(explained(text, "newest state", "update") if text else "")
        self._slider.setAccessibleDescription(text)

    def show_marks(self, marks: Sequence[tuple[int, str]]) -> None:
        """Mark the moments, in presentations, at which something was changed."""
        self._slider.show_marks([(at / self._length if self._length else 0.0, text) for at, text in marks])

    def _on_slider_value_changed(self, value: int) -> None:
        places = min(self._length, STEPS)
        if places:
            self._wanted = round(value / places * self._length)
            if not self._rest.isActive():
                self._seek_newest()

    def _seek_newest(self) -> None:
        """Ask for the newest place; whatever is wanted meanwhile waits until the window had time to draw."""
        if self._wanted is not None:
            wanted, self._wanted = self._wanted, None
            self.seek_requested.emit(wanted)
            self._rest.start(PAUSE_MS)
