"""A line below the other bars that tells something and offers a choice: nothing waits for an answer.

It is there only as long as it has something to say, whatever an arrangement of the window remembers of it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QMainWindow, QProgressBar, QPushButton, QSizePolicy, QToolBar

Choice = tuple[str, Callable[[], object]]


class NoticeBar(QToolBar):
    """A sentence with buttons, and a bar where something goes on.

    Parameters
    ----------
    window : QMainWindow
        Where it stands.
    name : str
        Tells it from other such bars.
    """

    def __init__(self, window: QMainWindow, name: str) -> None:
        self._is_active = False
        super().__init__("Notice", window)
        self.setObjectName(f"notice.{name}")
        self.setMovable(False)
        self.toggleViewAction().setVisible(False)
        self.setAccessibleName("Notice")
        self._text = QLabel(self)
        self._text.setTextFormat(Qt.TextFormat.PlainText)  # names may come from a stranger's file
        self._text.setWordWrap(True)
        self._text.setMargin(4)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._bar = QProgressBar(self)
        self._bar.setAccessibleName("Progress")
        self._bar.setFixedWidth(160)
        self._bar.setTextVisible(False)
        self._share = QLabel(self)
        self.addWidget(self._text)
        self._parts = [self.addWidget(self._bar), self.addWidget(self._share)]
        self._buttons: list[QPushButton] = []
        window.addToolBarBreak(Qt.ToolBarArea.TopToolBarArea)
        window.addToolBar(Qt.ToolBarArea.TopToolBarArea, self)
        self.clear_notice()

    @property
    def text(self) -> str:
        """What it says; empty while there is nothing."""
        return self._text.text() if self._is_active else ""

    @property
    def buttons(self) -> dict[str, QPushButton]:
        """Its buttons by what stands on them."""
        return {button.text(): button for button in self._buttons}

    def say(self, text: str, choices: Sequence[Choice] = (), *, has_progress: bool = False) -> None:
        """Tell something.

        Parameters
        ----------
        text : str
            One or two sentences.
        choices : sequence of (str, callable)
            The buttons and what they do.
        has_progress : bool
            Whether something goes on; see `show_progress`.
        """
        self._drop_buttons()
        self._text.setText(text)
        self.setAccessibleDescription(text)
        for words, act in choices:
            button = QPushButton(words, self)
            button.clicked.connect(lambda _checked=False, act=act: act())
            self.addWidget(button)
            self._buttons.append(button)
        for part in self._parts:
            part.setVisible(has_progress)
        if has_progress:
            self.show_progress(0, None)
        self._is_active = True
        self.show()

    def show_progress(self, done: int, total: int | None) -> None:
        """Say how much is done, and of how much if that is known."""
        self._bar.setMaximum(1000 if total else 0)  # 0: it moves, without saying how far it is
        self._bar.setValue(min(999, 1000 * done // total) if total else 0)
        self._share.setText(f"{done} of {total}" if total else "")

    def clear_notice(self) -> None:
        """Go away."""
        self._is_active = False
        self._bar.setMaximum(1000)  # one that moves would go on being drawn
        self.hide()

    def setVisible(self, visible: bool) -> None:
        """Be in sight as long as there is something to say; arrangements of the window do not decide that."""
        del visible
        super().setVisible(self._is_active)

    def _drop_buttons(self) -> None:
        for action in self.actions():
            if self.widgetForAction(action) in self._buttons:
                self.removeAction(action)
        for button in self._buttons:
            button.deleteLater()
        self._buttons = []
