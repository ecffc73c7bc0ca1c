"""The status line: the three counters, the measures of each set, the pace, and a sentence where there is one to say.

Every number names what it is; nothing here is just called "error". While data are loaded, a bar says how far that is.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QProgressBar, QPushButton, QSizePolicy, QStatusBar, QWidget

from app.glossary import explained


class ShortLabel(QLabel):
    """A label that shortens its text where there is no room, and never widens the window."""

    def minimumSizeHint(self) -> QSize:
        """Return next to nothing."""
        return QSize(24, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw as much of the text as there is room for."""
        del event
        painter, room = QPainter(self), self.contentsRect()
        text = QFontMetrics(self.font()).elidedText(self.text(), Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)


class StatusLine(QStatusBar):
    """Counters, measures and a sentence on the left; pace and engine on the right.

    Signals
    -------
    cancel_requested
        What the bar shows shall stop.
    """

    cancel_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        names = ("message", "counters", "measures", "pace", "engine")
        self._labels = {name: QLabel(self) if name in ("pace", "engine") else ShortLabel(self) for name in names}
        for name, label in self._labels.items():
            label.setAccessibleName(name.capitalize())
            label.setContentsMargins(6, 0, 6, 0)
        self.addWidget(self._labels["counters"])
        self.addWidget(self._labels["measures"])
        self._bar = QProgressBar(self)
        self._bar.setAccessibleName("Progress")
        self._bar.setFixedWidth(160)
        self._bar.setTextVisible(False)  # half of it would stand on the bar's own colour
        self._share = QLabel(self)
        self._cancel = QPushButton("Cancel", self)
        self._cancel.setToolTip("Stop this; everything stays as it was before")
        self._cancel.clicked.connect(self.cancel_requested)
        self.addWidget(self._labels["message"], 1)
        self.addWidget(self._bar)
        self.addWidget(self._share)
        self.addWidget(self._cancel)
        self.show_progress(None)
        self.addPermanentWidget(self._labels["pace"])
        self.addPermanentWidget(self._labels["engine"])
        for name in ("counters", "measures"):
            self._labels[name].setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)

    def show_numbers(self, counters: str, measures: Sequence[str], pace: str) -> None:
        """Show the counters, the measures and the pace."""
        self._labels["counters"].setText(counters)
        self._labels["measures"].setText("   ".join(measures))
        self._labels["measures"].setToolTip(explained("\n".join(measures), *_measured(measures)))
        self._labels["pace"].setText(pace)
        self._labels["pace"].setToolTip(explained(pace, "seed", *(["update"] if "updates" in pace else [])))
        self._labels["counters"].setToolTip(explained(counters, "epoch", "update", "presentation"))

    def show_sentence(self, text: str) -> None:
        """Show a sentence; empty takes it away."""
        self._labels["message"].setText(text)
        self._labels["message"].setToolTip(text)

    def show_progress(self, progress: tuple[int, int | None] | None) -> None:
        """Show how much is done, and of how much if that is known, with a button to stop it; None takes both away."""
        self._bar.setVisible(progress is not None)
        self._share.setVisible(progress is not None)
        self._cancel.setVisible(progress is not None)
        if progress is None:
            return
        done, total = progress
        self._bar.setMaximum(1000 if total else 0)  # 0: it moves, without saying how far it is
        self._bar.setValue(min(999, 1000 * done // total) if total else 0)
        self._bar.setToolTip(f"{done:,} of {total:,}" if total else "")
        self._share.setText(f"{min(99, 100 * done // total)} %" if total else "")

    def show_engine(self, text: str) -> None:
        """Say something about the engine; empty takes it away."""
        self._labels["engine"].setText(text)
        self._labels["engine"].setVisible(bool(text))

    def text(self, name: str) -> str:
        """Return what a label says: message, counters, measures, pace or engine."""
        return self._labels[name].text()


def _measured(measures: Sequence[str]) -> list[str]:
    """Return the terms that measures are about: quantities, then sets."""
    said = " ".join(measures)
    quantities = [term for term in ("loss", "error rate") if term in said]
    return quantities + [f"{name} set" for name in ("training", "validation", "test") if f"{name}:" in said]
