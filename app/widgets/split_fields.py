"""The fields that both import dialogs have: shares of the sets, the seed of the split, standardising, hidden units."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QCheckBox, QFormLayout, QLabel, QSpinBox, QWidget

from nlcore.experiment import Experiment
from nlcore.first_experiment import hidden_units, in_words

MOST_HIDDEN = 500
MOST_SEED = 999_999


class SplitFields(QObject):
    """Fields in a form.

    Signals
    -------
    changed : no arguments
        One of those that the preview depends on was changed.

    Parameters
    ----------
    parent : QWidget
        Where they live.
    validation, test : int
        Shares to begin with, in percent.
    standardises : bool
        Whether inputs are standardised to begin with.
    """

    changed = Signal()

    def __init__(self, parent: QWidget, *, validation: int, test: int, standardises: bool) -> None:
        super().__init__(parent)
        self.validation = _percent(parent, validation, "Share of the examples in the validation set")
        self.test = _percent(parent, test, "Share of the examples in the test set")
        self.seed = QSpinBox(parent)
        self.seed.setRange(0, MOST_SEED)
        self.seed.setValue(1)
        self.seed.setToolTip("Which example goes into which set follows from it")
        self.standardise = QCheckBox("Standardi&se the inputs", parent)
        self.standardise.setChecked(standardises)
        self.standardise.setToolTip("Subtract the mean of the training set and divide by its standard deviation")
        self.hidden = QSpinBox(parent)
        self.hidden.setRange(0, MOST_HIDDEN)
        self.hidden.setValue(3)
        self.hidden.setToolTip("Units in the hidden layer; 0 for no hidden layer")
        self.network = QLabel(parent)
        self.network.setWordWrap(True)
        named = {
            self.validation: "Validation set",
            self.test: "Test set",
            self.seed: "Seed of the split",
            self.hidden: "Hidden units",
        }
        for box, name in named.items():
            box.setAccessibleName(name)
            box.setAccessibleDescription(box.toolTip())
        self._is_own = False
        for box in (self.validation, self.test, self.seed):
            box.valueChanged.connect(lambda _: self.changed.emit())
        self.standardise.toggled.connect(lambda _: self.changed.emit())
        self.hidden.valueChanged.connect(self._note_own)
        self.hidden.valueChanged.connect(lambda _: self.changed.emit())

    def _note_own(self, _: int) -> None:
        self._is_own = True

    def put_into(self, form: QFormLayout) -> None:
        """Add the fields to a form."""
        form.addRow("&Validation set", self.validation)
        form.addRow("&Test set", self.test)
        form.addRow("Seed of the sp&lit", self.seed)
        form.addRow(self.standardise)
        form.addRow("&Hidden units", self.hidden)
        form.addRow("Network", self.network)

    def suggest(self, n_inputs: int, n_outputs: int) -> None:
        """Suggest hidden units, unless the person has chosen."""
        if not self._is_own:
            self.hidden.blockSignals(True)
            self.hidden.setValue(hidden_units(n_inputs, n_outputs))
            self.hidden.blockSignals(False)

    def show_shares(self, *, is_on: bool) -> None:
        """Enable the shares, or disable them where a column says which set an example is in."""
        for box in (self.validation, self.test, self.seed):
            box.setEnabled(is_on)

    def show_network(self, experiment: Experiment | None) -> None:
        """Say what the network will be."""
        self.network.setText(in_words(experiment) if experiment is not None else "")

    def options(self) -> dict[str, object]:
        """Return the options of the data set that they stand for."""
        return {
            "validation_fraction": self.validation.value() / 100,
            "test_fraction": self.test.value() / 100,
            "split_seed": self.seed.value(),
            "standardise": self.standardise.isChecked(),
        }


def _percent(parent: QWidget, value: int, tip: str) -> QSpinBox:
    box = QSpinBox(parent)
    box.setRange(0, 100)
    box.setSuffix(" %")
    box.setValue(value)
    box.setToolTip(tip)
    return box
