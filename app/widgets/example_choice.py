"""Controls that choose an example of the data set: its set and its number. All panes then show the same one."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.widgets.options import OptionRow, fill
from nlcore.datasets import Data
from nlcore.records import SetName


class ExampleChoice(OptionRow):
    """Which example is looked at.

    Signals
    -------
    chosen : tuple of (set name, row)
        The person chose another one.
    """

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.set_choice = self.add_choice("Set", "Set of examples", "The set of which an example is shown.")
        self.number = self.add_number("example", "Number of the example", "Which example is shown.")
        self.name_of_it = self.add_note("Name of the example")
        self.done()
        self.set_choice.activated.connect(lambda _: self.chosen.emit((self.set_choice.currentData(), 0)))
        self.number.valueChanged.connect(lambda value: self.chosen.emit((self.set_choice.currentData(), value - 1)))

    def show_choice(self, data: Data, example: tuple[SetName, int]) -> None:
        """Show an example that is there as chosen, without telling anybody."""
        name, row = example
        sets = [other for other, examples in data.sets.items() if len(examples)]
        fill(self.set_choice, [f"{other.capitalize()} set" for other in sets], sets, name)
        self.set_choice.setEnabled(len(sets) > 1)
        self.number.blockSignals(True)
        self.number.setRange(1, len(data.sets[name]))
        self.number.setValue(row + 1)
        self.number.blockSignals(False)
        self.name_of_it.setText(data.sets[name].names[row].replace("_", "_\u200b"))


def example_in(data: Data, wanted: tuple[SetName, int] | None) -> tuple[SetName, int]:
    """Return the example that is selected if there is such a one, else the first of the test or the training set."""
    if wanted is not None and 0 <= wanted[1] < len(data.sets[wanted[0]]):
        return wanted
    return ("test" if len(data.test) else "training"), 0
