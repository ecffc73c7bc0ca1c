"""The status line: the three counters, the measures of each set, the pace, and a sentence where there is one to say.

Every number names what it is; nothing here is just called "error".
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QLabel, QStatusBar, QWidget


class StatusLine(QStatusBar):
    """Counters, measures and a sentence on the left; pace and engine on the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._labels = {name: QLabel(self) for name in ("message", "counters", "measures", "pace", "engine")}
        for name, label in self._labels.items():
            label.setAccessibleName(name.capitalize())
            label.setContentsMargins(6, 0, 6, 0)
        self.addWidget(self._labels["counters"])
        self.addWidget(self._labels["measures"])
        self.addWidget(self._labels["message"], 1)
        self.addPermanentWidget(self._labels["pace"])
        self.addPermanentWidget(self._labels["engine"])
        self._labels["message"].setWordWrap(False)

    def show_numbers(self, counters: str, measures: Sequence[str], pace: str) -> None:
        """Show the counters, the measures and the pace."""
        self._labels["counters"].setText(counters)
        self._labels["measures"].setText("   ".join(measures))
        self._labels["pace"].setText(pace)

    def show_sentence(self, text: str) -> None:
        """Show a sentence; empty takes it away."""
        self._labels["message"].setText(text)
        self._labels["message"].setToolTip(text)

    def show_engine(self, text: str) -> None:
        """Say something about the engine; empty takes it away."""
        self._labels["engine"].setText(text)
        self._labels["engine"].setVisible(bool(text))

    def text(self, name: str) -> str:
        """Return what a label says: message, counters, measures, pace or engine."""
        return self._labels[name].text()
