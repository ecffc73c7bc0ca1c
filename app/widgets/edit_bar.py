"""The line above a picture whose points are being edited: which class or value new points get, and what went wrong."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from app.theme import Theme
from app.widgets.number_field import EDGE
from app.widgets.options import OptionRow, fill
from app.widgets.problem_line import ProblemLine
from nlcore.class_targets import targets_of_class
from nlcore.datasets import Data
from nlcore.errors import DataError
from nlcore.pasted_rows import read_number

SWITCHED_ON = """
QPushButton:checked { background: palette(highlight); color: palette(highlighted-text); border: 1px solid palette(mid);
                      border-radius: 2px; padding: 3px 1px; }
"""
"""How a button looks that stays down: the style's own shade cannot be seen on a dark window."""
ONE_NUMBER = "The value of new points must be a number such as 0.5."
SEVERAL = "This data set has {n} target numbers; add such examples in the table of the pane Examples."


class EditBar(QWidget):
    """What new points get.

    Parameters
    ----------
    parent : QWidget, optional
        Where it lives.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._data: Data | None = None
        self.row = OptionRow(self)
        self.classes = self.row.add_choice(
            "Class of new points", "Class of new points", "Which class a point gets that you add"
        )
        self.row.done()
        self.value = QLineEdit(self)
        self.value.setStyleSheet(EDGE)
        self.value.setMaximumWidth(120)
        self.value.setAccessibleName("Target value of new points")
        self.value.setToolTip("The target that a point gets which you add, or which you press Shift+Enter on")
        label = QLabel("Target of new points", self)
        label.setBuddy(self.value)
        self._value_row = QWidget(self)
        value_row = QHBoxLayout(self._value_row)
        value_row.setContentsMargins(6, 4, 6, 2)
        value_row.addWidget(label)
        value_row.addWidget(self.value)
        value_row.addStretch(1)
        self.message = ProblemLine(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part in (self.row, self._value_row, self.message):
            column.addWidget(part)

    def take(self, data: Data) -> None:
        """Offer the classes of a data set, or a value where targets are numbers."""
        if self._data is None or (data.class_names, data.output_names) != (
            self._data.class_names,
            self._data.output_names,
        ):
            names = data.class_names or ()
            fill(self.classes, names, list(range(len(names))), len(names) - 1)
            self.value.setText(f"{data.midpoint:.3g}")
            self.say("")
        self._data = data
        self.row.setVisible(data.class_names is not None)
        self._value_row.setVisible(data.class_names is None and data.n_outputs == 1)

    def targets(self, *, quietly: bool = False) -> tuple[float, ...] | None:
        """Return the targets of a new point; None after saying why there are none."""
        if self._data is None:
            return None
        if self._data.class_names is not None:
            return targets_of_class(self._data, int(self.classes.currentData()))
        if self._data.n_outputs > 1:
            self._refuse(SEVERAL.format(n=self._data.n_outputs), quietly=quietly)
            return None
        try:
            return (read_number(self.value.text()),)
        except DataError:
            self._refuse(ONE_NUMBER, quietly=quietly)
            return None

    def _refuse(self, sentence: str, *, quietly: bool) -> None:
        if not quietly:
            self.say(sentence)

    def say(self, sentence: str) -> None:
        """Show a sentence about what could not be done; an empty one takes it away."""
        self.message.say(sentence)

    def retheme(self, theme: Theme) -> None:
        """Take over the colours of a theme."""
        self.message.retheme(theme)
