"""Controls that choose an example of the data set to begin with, and buttons to copy it and to take a change back."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.widgets.options import OptionRow, fill
from nlcore.datasets import Data
from nlcore.records import SetName


class StartRow(OptionRow):
    """Which example is copied.

    Signals
    -------
    chosen_changed
        Another example was chosen.
    copy_wanted
        The chosen example is to be copied.
    undo_wanted
        The last change is to be taken back.
    """

    chosen_changed = Signal()
    copy_wanted = Signal()
    undo_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._data: Data | None = None
        self.set_choice = self.add_choice("From", "Set of examples", "The set of which an example is copied.")
        self.number = self.add_number("example", "Number of the example", "Which example is copied.")
        self.copy_button = self.add_button("Copy", "Begin again with a copy of this example of the data set.")
        self.back_button = self.add_button("Take &back", "Undo the last change of your example.")
        self.done()
        self.set_choice.currentIndexChanged.connect(self._choose_set)
        self.number.valueChanged.connect(lambda _value: self.chosen_changed.emit())
        self.copy_button.clicked.connect(self.copy_wanted)
        self.back_button.clicked.connect(self.undo_wanted)

    @property
    def chosen(self) -> tuple[SetName, int]:
        """The set and the row of the example."""
        return self.set_choice.currentData(), self.number.value() - 1

    def take_data(self, data: Data) -> None:
        """Offer the examples of a data set; the choice stays where there is such an example."""
        before: SetName | None = self.set_choice.currentData()
        self._data = data
        sets = [name for name, examples in data.sets.items() if len(examples)]
        fill(self.set_choice, [f"{name.capitalize()} set" for name in sets], sets, before)
        self.set_choice.setEnabled(len(sets) > 1)
        self.set_choice.setToolTip(
            "The set of which an example is copied." if len(sets) > 1 else "There is only a training set."
        )
        self._fit_number(self.number.value())

    def choose(self, example: tuple[SetName, int]) -> bool:
        """Choose an example without telling anybody; False if there is no such one."""
        name, row = example
        if self._data is None or not 0 <= row < len(self._data.sets[name]):
            return False
        self.set_choice.blockSignals(True)
        self.set_choice.setCurrentIndex(self.set_choice.findData(name))
        self.set_choice.blockSignals(False)
        self._fit_number(row + 1)
        return True

    def _fit_number(self, value: int) -> None:
        """Let the number go up to the last example of the set."""
        if self._data is None:
            return
        self.number.blockSignals(True)
        self.number.setRange(1, len(self._data.sets[self.set_choice.currentData()]))
        self.number.setValue(value)
        self.number.blockSignals(False)

    def _choose_set(self) -> None:
        self._fit_number(1)
        self.chosen_changed.emit()
