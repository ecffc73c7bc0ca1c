"""A line that always says which data are shown, and offers to get the real ones where they are missing.

While something is being downloaded it shows how far that is, and a button to stop.
"""

from __future__ import annotations

import textwrap

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

MOST_SHOWN = 500
"""Characters; a table of many columns has much to say, and the lesson needs the room."""


class DataBar(QFrame):
    """Which data these are, with buttons to get others.

    Signals
    -------
    download_requested
        The person wants the real images from the internet.
    choose_requested
        The person wants to name a folder that has them.
    cancel_requested
        The download shall stop.
    """

    download_requested = Signal()
    choose_requested = Signal()
    cancel_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self._text = QLabel(self)
        self._text.setWordWrap(True)
        self._text.setTextFormat(Qt.TextFormat.PlainText)  # names may come from a stranger's file
        self._text.setAccessibleName("Data")
        self._download = QPushButton("Get the photographs …", self)
        self._choose = QPushButton("I have them …", self)
        self._cancel = QPushButton("Cancel", self)
        self._progress = QProgressBar(self)
        self._progress.setAccessibleName("Download")
        self._download.setToolTip("Get the CMU face images from the internet (a one-time download)")
        self._choose.setToolTip("Choose a folder or archive that holds the CMU face images")
        self._cancel.setToolTip("Stop the download; nothing of it is kept")
        self._download.clicked.connect(self.download_requested)
        self._choose.clicked.connect(self.choose_requested)
        self._cancel.clicked.connect(self.cancel_requested)
        buttons = QHBoxLayout()
        for widget in (self._download, self._choose, self._progress, self._cancel):
            buttons.addWidget(widget)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 6, 8, 6)
        layout.addWidget(self._text)
        layout.addLayout(buttons)
        self.show_data("", offers=False)

    def show_data(self, text: str, *, offers: bool) -> None:
        """Say which data are shown, and whether the real ones can be got instead."""
        shown = text if len(text) <= MOST_SHOWN else text[:MOST_SHOWN].rpartition(" ")[0] + " …"
        self._text.setText(shown)
        self._text.setToolTip("\n".join(textwrap.wrap(text.replace("<", "‹"), 80)))
        self._text.setAccessibleDescription(text)
        self.setVisible(bool(text))
        self._download.setVisible(offers)
        self._choose.setVisible(offers)
        self._progress.hide()
        self._cancel.hide()

    def show_progress(self, done: int, total: int | None) -> None:
        """Say how far a download is, in bytes."""
        self._download.hide()
        self._choose.hide()
        self._progress.show()
        self._cancel.show()
        self._progress.setMaximum(1000 if total else 0)
        if total:
            self._progress.setValue(round(1000 * done / total))
        self._progress.setFormat(f"{done / 2**20:.1f} MB" + (f" of {total / 2**20:.1f} MB" if total else ""))
